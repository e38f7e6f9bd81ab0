"""Whether error bars can be trusted: how often estimate ± z std holds the true frequency.

Of every estimator whose `predict` takes `return_std`, over SNR, inside and on both sides of the training
range. An interval of 95 % that holds the truth less often is too short, one that holds it more often too
long. z is the quantile of the normal distribution; a failed estimate counts as an interval that misses.
"""

import inspect
import itertools
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint
from threadpoolctl import threadpool_limits

from dspvnn.estimator import EstimationWarning
from dspvnn.measure.compare import Contestant
from dspvnn.results.metrics import COVERAGE_LEVELS, coverage_metric
from dspvnn.results.rows import CONFIDENCE, Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Trials
from dspvnn.tasks.tone import TASK
from dspvnn.tasks.tone.task import SWEEP_EDGES, TRAINING_RANGE, ToneCondition

SNRS_DB = (0, 5, 10, 15, 20, 30, 40)
RANGES = {
    "below": (SWEEP_EDGES[0], TRAINING_RANGE[0]),
    "inside": TRAINING_RANGE,
    "above": (TRAINING_RANGE[1], SWEEP_EDGES[-1]),
}


def gives_std(estimator: Any) -> bool:
    """Return whether an estimator's `predict` can give its own standard error."""
    return "return_std" in inspect.signature(estimator.predict).parameters


def calibration_rows(contestants: Sequence[Contestant], n_signals: int, seed: int) -> list[Row]:
    """Return the coverage of both levels, with its interval, of all who give a standard error.

    Parameters
    ----------
    contestants : sequence of Contestant
        Of the task of the tone; those without standard errors are passed over.
    n_signals : int
        A cell: a range of `RANGES` at one of `SNRS_DB`.
    """
    training = TASK.draw(stream(seed, "train", TASK.name, "coverage"), TASK.n_training, TASK.training)
    fitted = []
    rows: list[Row] = []
    with threadpool_limits(1):
        for contestant in contestants:
            if gives_std(contestant.make()):
                fitted.append((contestant, contestant.fitted(training)))
        for condition in _conditions():
            trials = TASK.draw(stream(seed, "test", TASK.name, condition.name), n_signals, condition)
            for contestant, estimator in fitted:
                rows += _rows(condition, trials, contestant, estimator, seed)
    return rows


def _conditions() -> Iterator[ToneCondition]:
    for (region, edges), snr in itertools.product(RANGES.items(), SNRS_DB):
        yield ToneCondition(
            f"coverage, {region}, {snr} dB", region=region, sweep="snr", frequency_range=edges,
            snr_range_db=(snr, snr),
        )  # fmt: skip


def _rows(
    condition: ToneCondition, trials: Trials, contestant: Contestant, estimator: Any, seed: int
) -> Iterator[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)  # counted in n_failed instead
        estimates, std = estimator.predict(trials.signals, return_std=True)
    failed = ~(np.isfinite(estimates) & np.isfinite(std))
    error = np.where(failed, np.inf, np.abs(estimates - trials.target))
    for level in COVERAGE_LEVELS:
        n_covered = int(np.sum(error <= norm.ppf((1 + level) / 2) * np.where(failed, 0.0, std)))
        low, high = proportion_confint(n_covered, len(error), alpha=1 - CONFIDENCE, method="beta")
        yield Row(
            task=TASK.name, condition=condition.name, region=condition.region, sweep=condition.sweep,
            position=condition.position, snr_db=condition.snr_db, **contestant.named, kind="calibration",
            metric=coverage_metric(level), unit="share", value=n_covered / len(error),
            ci_low=float(low), ci_high=float(high), n_signals=len(error), n_failed=int(failed.sum()),
            side_information=estimator.side_information, seed=seed,
        )  # fmt: skip
