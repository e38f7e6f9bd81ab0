"""Intervals on the numbers of a comparison: 95 %, over the signals of a cell.

Rates of a yes-or-no outcome have Clopper-Pearson intervals (statsmodels); everything else is a mean of
losses, with the bias-corrected and accelerated bootstrap of that mean (Efron 1987). A ratio to the limit
resamples estimator and limit together, signal by signal: both were measured on the same signals.
"""

import numpy as np
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from dspvnn.tasks.base import Metric

CONFIDENCE = 0.95
N_RESAMPLES = 999


def interval(
    losses: np.ndarray, metric: Metric, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return a metric's value with the ends of its interval, from the loss of every trial."""
    losses = np.asarray(losses, float)
    if metric.rate and (_binary(losses) or not losses.any()):
        low, high = proportion_confint(
            int(losses.sum()), len(losses), alpha=1 - CONFIDENCE, method="beta"
        )
        return metric.value(losses), float(low), float(high)
    low, high = bootstrap_mean(losses, rng)
    return metric.value(losses), metric.value(low), metric.value(high)


def ratio_interval(
    losses: np.ndarray, limit: np.ndarray, metric: Metric, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return the ratio of a metric's value to its limit's, with its interval; NaN where the limit is 0."""
    if not np.any(limit):
        return np.nan, np.nan, np.nan
    losses, limit = np.asarray(losses, float), np.asarray(limit, float)
    weights = _resampling_weights(len(losses), rng)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (weights @ losses) / (weights @ limit)
        without = (losses.sum() - losses) / (limit.sum() - limit)
    ratio = losses.mean() / limit.mean()
    low, high = _bca(ratio, ratios[np.isfinite(ratios)], without)
    return metric.value(ratio), metric.value(low), metric.value(high)


def bootstrap_mean(losses: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """Return the ends of the BCa interval of the mean of `losses`."""
    if len(losses) < 2:
        return np.nan, np.nan
    means = _resampling_weights(len(losses), rng) @ losses
    without = (losses.sum() - losses) / (len(losses) - 1)
    return _bca(float(losses.mean()), means, without)


def _binary(losses: np.ndarray) -> bool:
    return bool(np.isin(losses, (0.0, 1.0)).all())


def _resampling_weights(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return how often each resample takes each trial, over n: a resampled mean is a product."""
    return rng.multinomial(n, np.full(n, 1 / n), size=N_RESAMPLES) / n


def _bca(estimate: float, resampled: np.ndarray, without_one: np.ndarray) -> tuple[float, float]:
    tail = norm.ppf((1 + np.array([-CONFIDENCE, CONFIDENCE])) / 2)
    share = np.clip(np.mean(resampled < estimate), 0.5 / len(resampled), 1 - 0.5 / len(resampled))
    deviation = without_one[np.isfinite(without_one)].mean() - without_one
    deviation = deviation[np.isfinite(deviation)]
    spread = np.sum(deviation**2) ** 1.5
    acceleration = np.sum(deviation**3) / (6 * spread) if spread > 0 else 0.0
    bias = norm.ppf(share)
    levels = norm.cdf(bias + (bias + tail) / (1 - acceleration * (bias + tail)))
    low, high = np.quantile(resampled, levels)
    return float(low), float(high)
