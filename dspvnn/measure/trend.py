"""How the error falls with SNR: a regression of log error on method x SNR, errors clustered by signal.

Above the threshold the bound falls by half a decade per 10 dB. Ordinary least squares of
log10 |error| (statsmodels), one intercept and one slope a method; all methods answer the same signals, so
the covariance is clustered by signal (Liang & Zeger, Biometrika 73, 1986).
"""

import math
from collections.abc import Sequence

import numpy as np
import statsmodels.api as sm
from threadpoolctl import threadpool_limits

from dspvnn.measure.compare import Contestant, draw_cell, score
from dspvnn.results.rows import CONFIDENCE, Row
from dspvnn.tasks.tone import TASK
from dspvnn.tasks.tone.task import ToneCondition

SLOPE = "decades of error per 10 dB"
REFERENCE = "sine fit"
SNRS_DB = (5, 40)
METRIC = "frequency rmse"


def trend_rows(contestants: Sequence[Contestant], n_signals: int, seed: int) -> list[Row]:
    """Return each method's slope, with its interval and the p-value of its difference to the sine fit's.

    Parameters
    ----------
    contestants : sequence of Contestant
        Of the task of the tone, the sine fit among them.
    n_signals : int
        Of each SNR of the task's sweep between the ends of `SNRS_DB`.
    """
    labels = [c.label for c in contestants]
    if REFERENCE not in labels:
        raise ValueError(f"contestants must hold the {REFERENCE}, got {labels}")
    conditions = [c for c in TASK.conditions if c.sweep == "snr" and SNRS_DB[0] <= c.snr_db <= SNRS_DB[1]]
    with threadpool_limits(1):
        errors = np.stack([_log_errors(contestants, c, n_signals, seed) for c in conditions])
    snr = np.repeat([c.snr_db / 10 for c in conditions], n_signals)
    values = errors.transpose(1, 0, 2).reshape(len(labels), -1)
    fit = _clustered(values, snr)
    slopes = slice(len(labels), None)
    low, high = fit.conf_int(1 - CONFIDENCE).T[:, slopes]
    rows = []
    for i, contestant in enumerate(contestants):
        rows.append(
            Row(
                task=TASK.name, condition=f"inside, {SNRS_DB[0]} to {SNRS_DB[1]} dB", region="inside",
                snr_db=math.nan, **contestant.named, kind="trend", metric=SLOPE, unit="decades",
                value=float(fit.params[slopes][i]), ci_low=float(low[i]), ci_high=float(high[i]),
                n_signals=len(snr), p_value=_differs(fit, labels, i), seed=seed,
            )
        )  # fmt: skip
    return rows


def _log_errors(
    contestants: Sequence[Contestant], condition: ToneCondition, n_signals: int, seed: int
) -> np.ndarray:
    context = draw_cell(TASK, condition, n_signals, seed)
    answers = []
    for contestant in contestants:
        squared = score(TASK, contestant.fitted(context.training), context).losses[METRIC]
        answers.append(np.log10(np.maximum(squared, 1e-32)) / 2)
    return np.stack(answers)


def _clustered(values: np.ndarray, snr: np.ndarray) -> sm.regression.linear_model.RegressionResults:
    """Fit values ``(n_methods, n_trials)``: columns are the methods' intercepts, then their slopes."""
    n_methods, n_trials = values.shape
    method = np.kron(np.eye(n_methods), np.ones((n_trials, 1)))
    design = np.hstack([method, method * np.tile(snr, n_methods)[:, None]])
    signal = np.tile(np.arange(n_trials), n_methods)
    return sm.OLS(values.ravel(), design).fit(cov_type="cluster", cov_kwds={"groups": signal})


def _differs(fit: sm.regression.linear_model.RegressionResults, labels: list[str], i: int) -> float:
    reference = labels.index(REFERENCE)
    answers = fit.model.endog.reshape(len(labels), -1)
    if np.array_equal(answers[i], answers[reference]):  # else the p-value is one of rounding
        return math.nan
    contrast = np.zeros(2 * len(labels))
    contrast[len(labels) + i], contrast[len(labels) + reference] = 1, -1
    with np.errstate(invalid="ignore"):  # errors that never vary have no p-value
        return float(fit.t_test(contrast).pvalue)
