"""One detector pass over blocks of records: what is kept of a block does not grow with their number.

Block b of the noise records comes from stream(seed, "calibrate", ..., b), of the bursts from
stream(seed, "test", ..., b), so any split of the blocks into cells gives the same counts.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from dspvnn.estimator import EstimationWarning
from dspvnn.limits import burst_average_likelihood_ratio
from dspvnn.measure.compare import Contestant
from dspvnn.rates.tails import Level, count_misses, largest
from dspvnn.signals.randomness import stream
from dspvnn.tasks.burst import TASK
from dspvnn.tasks.burst.task import BurstCondition

BLOCK = 2000  # records
LIMIT = "average likelihood ratio"

Tails = dict[str, list[np.ndarray]]  # by detector, of every level
Counts = dict[str, list[list[int]]]  # the same


def fitted(contestants: Sequence[Contestant], condition: BurstCondition, seed: int) -> dict[str, Any]:
    """Return the estimators by label, those that learn fitted on the training draw."""
    training = TASK.draw(
        stream(seed, "train", TASK.name, condition.name), TASK.n_training, TASK.training_for(condition)
    )
    return {contestant.label: contestant.fitted(training) for contestant in contestants}


def draw_block(use: str, block: int, n_records: int, condition: BurstCondition, seed: int) -> np.ndarray:
    """Return the records of a block: noise alone for the use "calibrate", bursts for "test"."""
    of = replace(condition, burst_probability=0.0 if use == "calibrate" else 1.0)
    draws = stream(seed, use, TASK.name, condition.name, "rates", block)
    return np.asarray(TASK.draw(draws, n_records, of).signals)


def whole_record_statistic(label: str, estimator: Any, signals: np.ndarray) -> np.ndarray:
    """Return the evidence of the last sample, ``(n_signals,)``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)  # what is not finite is refused below
        if hasattr(estimator, "decision_function"):
            statistic = estimator.decision_function(signals)
        else:
            statistic = estimator.predict(signals)[:, -1]
    return finite_evidence(label, estimator, statistic)


def finite_evidence(label: str, estimator: Any, evidence: np.ndarray) -> np.ndarray:
    """Return evidence without a NaN or an infinity, or raise a ValueError.

    An estimator of the user's own gives no alarm where it failed; no other one may fail.
    """
    finite = np.isfinite(evidence)
    if not finite.all() and getattr(estimator, "kind", "") != "yours":
        raise ValueError(f"{label}: the statistic of a record must be finite, got {evidence.min()}")
    return np.where(finite, evidence, np.finfo(float).min)


def _statistics(
    contestants: Sequence[Contestant],
    condition: BurstCondition,
    use: str,
    records: range,
    seed: int,
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Yield every block's number and, by detector, the statistics of its records; the limit is one.

    records : the first record of every block, up to where the records end.
    """
    with threadpool_limits(1):
        estimators = fitted(contestants, condition, seed)
        for first in records:
            block, n_records = first // BLOCK, min(BLOCK, records.stop - first)
            signals = draw_block(use, block, n_records, condition, seed)
            found = {k: whole_record_statistic(k, e, signals) for k, e in estimators.items()}
            found[LIMIT] = burst_average_likelihood_ratio(signals, condition.model())
            yield block, found


def noise_tails(
    contestants: Sequence[Contestant],
    condition: BurstCondition,
    levels: Sequence[Level],
    records: range,
    seed: int,
) -> Tails:
    """Return the upper tails of some records of noise, by detector, for every level (empty: not needed)."""
    tails: Tails = {}
    for block, found in _statistics(contestants, condition, "calibrate", records, seed):
        tails = merge_tails(
            tails,
            {
                label: [s[: max(0, level.n_noise - block * BLOCK)] for level in levels]
                for label, s in found.items()
            },
            levels,
        )
    return tails


def merge_tails(tails: Tails, others: Mapping[str, Any], levels: Sequence[Level]) -> Tails:
    """Return the tails of two sets of records together."""
    nothing = [np.empty(0)] * len(levels)
    return {
        label: [
            largest((old, np.asarray(new, float)), level)
            for old, new, level in zip(tails.get(label, nothing), other, levels, strict=True)
        ]
        for label, other in others.items()
    }


def burst_counts(
    contestants: Sequence[Contestant],
    condition: BurstCondition,
    levels: Sequence[Level],
    falling: Tails,
    records: range,
    seed: int,
) -> Counts:
    """Return, by detector and level, the misses at every threshold and, last, those shared with the limit.

    falling : the thresholds of every detector and level, of `tails.thresholds`.
    """
    counts: Counts = {}
    at = [level.exceedances - level.ranks[0] for level in levels]
    for _, found in _statistics(contestants, condition, "test", records, seed):
        new: Counts = {label: [] for label in found}
        for label, statistic in found.items():
            for i in range(len(levels)):
                mine, best = falling[label][i], falling[LIMIT][i]
                both = np.sum((statistic <= mine[at[i]]) & (found[LIMIT] <= best[at[i]]))
                new[label].append([*count_misses(statistic, mine).tolist(), int(both)])
        counts = add_counts(counts, new)
    return counts


def add_counts(counts: Counts, others: Counts) -> Counts:
    """Return the counts of two sets of records together."""
    if not counts:
        return others
    return {
        label: [
            [a + b for a, b in zip(*pair, strict=True)] for pair in zip(counts[label], more, strict=True)
        ]
        for label, more in others.items()
    }
