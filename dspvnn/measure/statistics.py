"""Intervals on the numbers of a comparison: 95 %, over the signals of a cell.

Rates of a yes-or-no outcome have Clopper-Pearson intervals (statsmodels); everything else is a mean of
losses, with the bias-corrected and accelerated bootstrap of that mean (Efron 1987). A ratio to the limit
resamples estimator and limit together, signal by signal: both were measured on the same signals.
"""

import numpy as np
from scipy.stats import chi2, norm, quantile_test
from statsmodels.stats.proportion import proportion_confint

from dspvnn.results.rows import CONFIDENCE
from dspvnn.signals.scaling import scale_of
from dspvnn.tasks.base import Metric

N_RESAMPLES = 999


def resampling_weights(n: int, rng: np.random.Generator) -> np.ndarray:
    """Return how often each of `N_RESAMPLES` resamples takes each of n trials, over n.

    A resampled mean is then a product with the losses; one set serves every estimator of a cell.
    """
    return rng.multinomial(n, np.full(n, 1 / n), size=N_RESAMPLES) / n


def as_drawn(losses: np.ndarray) -> np.ndarray:
    """Return the losses of the trials as they were drawn, without those under other thresholds."""
    return np.asarray(losses[0] if losses.ndim == 2 else losses, float)


def interval(losses: np.ndarray, metric: Metric, weights: np.ndarray) -> tuple[float, float, float]:
    """Return a metric's value with the ends of its interval, from the loss of every trial.

    `losses`: ``(n_signals,)``, or with a resampled threshold ``(1 + n_resamples, n_signals)``. `weights`:
    of `resampling_weights`, for as many trials as there are losses.
    """
    drawn = as_drawn(losses)
    if metric.rate and (_binary(drawn) or not drawn.any()):
        low, high = proportion_confint(int(drawn.sum()), len(drawn), alpha=1 - CONFIDENCE, method="beta")
        if losses.ndim == 2:
            wider = _percentiles(_resampled_means(losses, weights))
            low, high = min(low, wider[0]), max(high, wider[1])
        return metric.value(drawn), float(low), float(high)
    low, high = bootstrap_mean(drawn, weights)
    return metric.value(drawn), metric.value(low), metric.value(high)


def ratio_interval(
    losses: np.ndarray, limit: np.ndarray, metric: Metric, weights: np.ndarray
) -> tuple[float, float, float]:
    """Return the ratio of a metric's value to its limit's, with its interval.

    All are NaN where the limit is 0, or NaN because it is not known.
    """
    drawn, best = as_drawn(losses), as_drawn(limit)
    if not best.any() or np.isnan(best).any():
        return np.nan, np.nan, np.nan
    ratio = drawn.mean() / best.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = _resampled_means(losses, weights) / _resampled_means(limit, weights)
        without = (drawn.sum() - drawn) / (best.sum() - best)
    ratios = ratios[~np.isnan(ratios)]
    low, high = (
        _percentiles(ratios) if losses.ndim == 2 else _bca(ratio, ratios[np.isfinite(ratios)], without)
    )
    if metric.rate and not drawn.any():  # no error seen is not no error: Clopper-Pearson again
        high = max(high, interval(losses, metric, weights)[2] / best.mean())
    return metric.value(ratio), metric.value(low), metric.value(high)


def bootstrap_mean(losses: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the ends of the BCa interval of the mean of `losses`."""
    if len(losses) < 2:
        return np.nan, np.nan
    without = (losses.sum() - losses) / (len(losses) - 1)
    return _bca(float(losses.mean()), weights @ losses, without)


def _resampled_means(losses: np.ndarray, weights: np.ndarray) -> np.ndarray:
    if losses.ndim == 1:
        return weights @ np.asarray(losses, float)
    return np.einsum("bi,bi->b", weights, losses[1:])


def _percentiles(resampled: np.ndarray) -> tuple[float, float]:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], method="nearest")
    return float(low), float(high)


def _binary(losses: np.ndarray) -> bool:
    return bool(np.isin(losses, (0.0, 1.0)).all())


def _bca(estimate: float, resampled: np.ndarray, without_one: np.ndarray) -> tuple[float, float]:
    tail = norm.ppf((1 + np.array([-CONFIDENCE, CONFIDENCE])) / 2)
    share = np.clip(np.mean(resampled < estimate), 0.5 / len(resampled), 1 - 0.5 / len(resampled))
    deviation = without_one[np.isfinite(without_one)].mean() - without_one
    deviation = deviation[np.isfinite(deviation)]
    deviation = deviation / scale_of(np.abs(deviation).max(initial=0.0))  # its cube might overflow
    spread = np.sum(deviation**2) ** 1.5
    acceleration = np.sum(deviation**3) / (6 * spread) if spread > 0 else 0.0
    bias = norm.ppf(share)
    levels = norm.cdf(bias + (bias + tail) / (1 - acceleration * (bias + tail)))
    low, high = np.quantile(resampled, levels)
    return float(low), float(high)


def rms_interval(errors: np.ndarray) -> tuple[float, float, float]:
    """Return the rms of a few errors with its interval if they are normal with mean zero: chi-squared.

    For samples too small for the bootstrap.
    """
    n, rms = len(errors), float(np.sqrt(np.mean(np.square(errors))))
    high, low = chi2.ppf([(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], n)
    return rms, rms * float(np.sqrt(n / low)), rms * float(np.sqrt(n / high))


def median_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Return the median with the interval between order statistics that needs no distribution."""
    result = quantile_test(values, p=0.5).confidence_interval(CONFIDENCE)
    return float(np.median(values)), float(result.low), float(result.high)


def ratio_of(value: float, low: float, high: float, limit: float) -> dict[str, float]:
    """Return the columns of a row that follow from a limit without any spread of its own."""
    return {
        "limit": limit,
        "ratio_to_limit": value / limit,
        "ratio_low": low / limit,
        "ratio_high": high / limit,
    }
