"""The online switch: mean delay of detection against mean run length between false alarms.

A switch watches one record after another, from its start, and alarms at the first sample whose evidence
exceeds a threshold; an alarm ends the record. With T the samples watched on a record of noise alone,

    run length = sum of T over the records / number of alarms,

the mean time between false alarms (for a constant hazard the maximum-likelihood estimate from runs that
the end of the record censors). The delay counts from the burst's *onset* to the alarm, over the bursts that
no false alarm came before (Pollak's conditional delay, Annals of Statistics 13, 1985); a burst without
an alarm counts as found at the end of its record. No exact limit is known for a finite record.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from scipy.stats import binom
from threadpoolctl import threadpool_limits

from dspvnn.measure.compare import Contestant
from dspvnn.measure.statistics import bootstrap_mean, resampling_weights
from dspvnn.rates.blocks import BLOCK, TASK, finite_evidence, fitted
from dspvnn.rates.rows import condition_named
from dspvnn.rates.tails import LEAST
from dspvnn.results.metrics import DELAY
from dspvnn.results.rows import CONFIDENCE, Row
from dspvnn.signals.randomness import stream
from dspvnn.sweep import Cell, Sweep, rows_of
from dspvnn.tasks.base import Trials
from dspvnn.tasks.burst.task import BurstCondition

RUN_LENGTHS = (100.0, 300.0, 1000.0, 3000.0, 10000.0)


class NoDelayError(ValueError):
    """A false alarm comes before every burst."""


def delay_rows(
    contestants: Sequence[Contestant],
    n_noise: int = 4000,
    n_bursts: int = 1000,
    seed: int = 0,
    condition: BurstCondition | None = None,
    run_lengths: Sequence[float] = RUN_LENGTHS,
    sweep: Sweep | None = None,
) -> list[Row]:
    """Return the mean delay of every detector at every run length (in samples), a row each.

    The interval is of the mean at the threshold's own ends, so it holds both uncertainties and errs on
    the wide side. Raises a ValueError where the noise records are too few for a run length.
    """
    condition = condition or condition_named("inside, d = 8")
    for length in run_lengths:
        if not 1 < length <= n_noise * condition.n_samples / LEAST:
            raise ValueError(
                f"a run length must be above 1 and leave {LEAST} alarms in the {n_noise} noise records of "
                f"{condition.n_samples} samples, got {length:g}"
            )
    arguments = (condition, tuple(run_lengths), n_noise, n_bursts, seed)
    cells = [
        Cell(f"delay: {c.label}", ("delay", c.label, c.learns, c.digest, arguments), _rows, (c, *arguments))
        for c in contestants
    ]
    return [row for result in (sweep or Sweep()).run(cells) for row in rows_of(result)]


def _rows(
    contestant: Contestant,
    condition: BurstCondition,
    run_lengths: Sequence[float],
    n_noise: int,
    n_bursts: int,
    seed: int,
) -> list[dict[str, Any]]:
    with threadpool_limits(1):
        (estimator,) = fitted([contestant], condition, seed).values()
        noise, bursts = (
            _draw(use, n, replace(condition, burst_probability=share), seed)
            for use, n, share in (("calibrate", n_noise, 0.0), ("test", n_bursts, 1.0))
        )
        on_noise, on_bursts = (running_evidence(estimator, t.signals) for t in (noise, bursts))
    rows = []
    for length in run_lengths:
        try:
            value, low, high, n = _delay(on_noise, on_bursts, bursts.parameters["onset"], length, seed)
        except NoDelayError:
            if estimator.kind == "yours":
                continue  # the user's own detector gets no row; the report goes on
            raise
        row = Row(
            task=TASK.name, condition=f"{condition.name}, run length {length:g}", region=condition.region,
            sweep="run length", position=length, snr_db=condition.snr_db, **contestant.named,
            kind=estimator.kind, metric=DELAY, unit="samples from the onset", value=value, ci_low=low,
            ci_high=high, n_signals=n, side_information=estimator.side_information, seed=seed,
        )  # fmt: skip
        rows.append(asdict(row))
    return rows


def _draw(use: str, n: int, condition: BurstCondition, seed: int) -> Trials:
    return TASK.draw(stream(seed, use, TASK.name, condition.name, "run length"), n, condition)


def running_evidence(estimator: Any, signals: np.ndarray) -> np.ndarray:
    """Return the largest evidence so far after every sample, ``(n_signals, n_samples)``."""
    blocks = [estimator.predict(signals[i : i + BLOCK]) for i in range(0, len(signals), BLOCK)]
    evidence = finite_evidence(type(estimator).__name__, estimator, np.concatenate(blocks))
    return np.asarray(np.maximum.accumulate(evidence, axis=1))


def alarm_times(evidence: np.ndarray, threshold: float) -> np.ndarray:
    """Return the sample of the first alarm of every record, the record's length for none."""
    return np.sum(evidence <= threshold, axis=1)


def run_length(on_noise: np.ndarray, threshold: float) -> float:
    """Return the mean number of samples between false alarms."""
    times, n_samples = alarm_times(on_noise, threshold), on_noise.shape[1]
    n_alarms = int(np.sum(times < n_samples))
    return float(np.minimum(times + 1, n_samples).sum() / n_alarms) if n_alarms else np.inf


def alarms_for(on_noise: np.ndarray, length: float) -> int:
    """Return the most alarms on the noise records whose threshold still keeps the run length."""
    falling = np.sort(on_noise[:, -1])[::-1]
    low, high = 0, len(falling) - 1  # falling[k] as a threshold gives k alarms
    while low < high:
        middle = (low + high + 1) // 2
        if run_length(on_noise, falling[middle]) >= length:
            low = middle
        else:
            high = middle - 1
    return low


def _delay(
    on_noise: np.ndarray, on_bursts: np.ndarray, onset: np.ndarray, length: float, seed: int
) -> tuple[float, float, float, int]:
    falling, n = np.sort(on_noise[:, -1])[::-1], len(on_noise)
    k = alarms_for(on_noise, length)
    few, many = binom.ppf([(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], n, k / n).astype(int)
    delays = [
        times[times >= onset] - onset[times >= onset]
        for times in (alarm_times(on_bursts, falling[min(i, n - 1)]) for i in (k, many, max(few - 1, 0)))
    ]
    if not all(map(len, delays)):
        raise NoDelayError(f"at a run length of {length:g} samples a false alarm comes before every burst")
    ends = [
        bootstrap_mean(d, resampling_weights(len(d), stream(seed, "bootstrap", "delay", len(d))))
        for d in delays
    ]
    value = float(delays[0].mean())
    return value, min(ends[1][0], ends[0][0]), max(ends[2][1], ends[0][1]), len(delays[0])
