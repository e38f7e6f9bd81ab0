"""Do the error bars hold what they say: the coverage of the 68 % and 95 % intervals of `return_std`.

An interval is estimate +- k standard errors, k = 1.00 for 68.3 % and 1.96 for 95 %. Its coverage is the share
of signals whose truth lies in it, a rate with a Clopper-Pearson interval; the error of a phase is
circular. A signal without an estimate is not covered. Inside and above the nets' training range, over SNR.
"""

import inspect
import math
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint
from threadpoolctl import threadpool_limits

from dspvnn.compare import Contestant
from dspvnn.estimator import EstimationWarning
from dspvnn.metrics import phase_error
from dspvnn.randomness import stream
from dspvnn.results import CONFIDENCE, Row
from dspvnn.tasks import TASKS, Trials
from dspvnn.tasks.tone import SNRS_DB, TRAINING_RANGE, ToneCondition

COVERAGE = "coverage of "
LEVELS = {COVERAGE + "68 %": 2 * norm.cdf(1) - 1, COVERAGE + "95 %": 0.95}
RANGES = {"inside": TRAINING_RANGE, "above": (0.25, 0.45)}
OUTPUTS = ("frequency", "phase", "amplitude")


def calibration_rows(contestants: Sequence[Contestant], n_signals: int, seed: int) -> list[Row]:
    """Return a row a level, output, condition and estimator whose `predict` has `return_std`.

    Parameters
    ----------
    contestants : sequence of Contestant
        Of the task "tone".
    n_signals : int
        Of each condition.
    """
    chosen = [(c.label, c.make()) for c in contestants]
    chosen = [(label, e) for label, e in chosen if "return_std" in inspect.signature(e.predict).parameters]
    rows: list[Row] = []
    with threadpool_limits(1):
        for condition in _conditions():
            trials = TASKS["tone"].draw(
                stream(seed, "test", "calibration", condition.name), n_signals, condition
            )
            for label, estimator in chosen:
                if _applies(estimator, condition):
                    rows += _rows(label, estimator, condition, trials, seed)
    return rows


def _conditions() -> list[ToneCondition]:
    return [
        ToneCondition(f"{region}, {snr} dB", region, sweep="snr",
                      frequency_range=frequencies, snr_range_db=(snr, snr))
        for region, frequencies in RANGES.items() for snr in SNRS_DB
    ]  # fmt: skip


def _applies(estimator: Any, condition: ToneCondition) -> bool:
    """Whether the cell's frequencies are among those that the estimator was told to look for."""
    told = getattr(estimator, "frequency_range", None)
    return told is None or (
        told[0] <= condition.frequency_range[0] and condition.frequency_range[1] <= told[1]
    )


def normalised_errors(estimator: Any, trials: Trials) -> dict[str, np.ndarray]:
    """Return the error over the standard error of every output that the estimator has, ``(n_signals,)``."""
    names: tuple[str, ...] = ("frequency",)
    if "outputs" in estimator.get_params():
        names = OUTPUTS
        estimator.set_params(outputs=names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)  # an estimate that is NaN covers nothing
        estimates, std = estimator.predict(trials.signals, return_std=True)
    shape = (len(trials.signals), len(names))
    found = zip(names, np.reshape(estimates, shape).T, np.reshape(std, shape).T, strict=True)
    return {name: _error(name, trials.parameters[name], values) / s for name, values, s in found}


def _error(name: str, truth: np.ndarray, estimates: np.ndarray) -> np.ndarray:
    return phase_error(truth, estimates) if name == "phase" else estimates - truth


def _rows(
    label: str, estimator: Any, condition: ToneCondition, trials: Trials, seed: int
) -> Iterator[Row]:
    for name, error in normalised_errors(estimator, trials).items():
        for metric, level in LEVELS.items():
            covered, n = int(np.sum(np.abs(error) <= norm.ppf((1 + level) / 2))), len(error)
            low, high = proportion_confint(covered, n, alpha=1 - CONFIDENCE, method="beta")
            yield Row(
                task="tone", condition=f"{name}, {condition.name}", region=condition.region,
                sweep="snr", position=condition.snr_db, snr_db=condition.snr_db,
                estimator=label, kind="calibration", metric=metric, unit="1",
                value=covered / n, ci_low=float(low), ci_high=float(high), n_signals=n,
                n_failed=int(np.sum(~np.isfinite(error))), told=estimator.told, seed=seed,
                limit=math.nan,
            )  # fmt: skip
