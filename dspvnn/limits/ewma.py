"""The best estimate of a level that wanders: the Kalman filter, and the EWMA that it settles into.

A level l[t] = l[t-1] + u[t] is seen as x[t] = l[t] + v[t], u and v white of standard deviations
`step_std` and `noise_std`. The Kalman filter's gain settles at

    alpha = (sqrt(s^2 + 4 s) - s) / 2,   s = step_std^2 / noise_std^2,

and then the filter is the EWMA y[t] = (1 - alpha) y[t-1] + alpha x[t], of error variance
alpha noise_std^2: no linear estimate of the level from the samples so far has less, and none at all if
u and v are Gaussian (Muth, J. Am. Stat. Assoc. 55, 1960; Harvey, Forecasting, 1989, sec. 4.1.2).
"""

import numpy as np


def _check(step_std: float, noise_std: float) -> None:
    for name, value in (("step_std", step_std), ("noise_std", noise_std)):
        if not (0 < value < np.inf):
            raise ValueError(f"{name} must be positive and finite, got {value}")


def ewma_optimal_alpha(step_std: float, noise_std: float) -> float:
    """Return the alpha of the EWMA that estimates the level best: the steady gain of the Kalman filter.

    `step_std` and `noise_std` in the signal's unit.

    References
    ----------
    Muth, "Optimal properties of exponentially weighted forecasts", J. Am. Stat. Assoc. 55(290), 1960: the
    positive root of alpha^2 = s (1 - alpha).

    Examples
    --------
    >>> from dspvnn.limits import ewma_optimal_alpha
    >>> round(ewma_optimal_alpha(step_std=0.1, noise_std=1.0), 4)
    0.0951
    """
    _check(step_std, noise_std)
    s = (step_std / noise_std) ** 2
    return float(2 / (1 + np.sqrt(1 + 4 / s)))  # the same root, free of cancellation


def ewma_level_variance(alpha: float, step_std: float, noise_std: float) -> float:
    """Return the variance of the settled error y[t] - l[t] of an EWMA of any alpha in (0, 1].

    The error obeys e[t] = (1 - alpha) (e[t-1] - u[t]) + alpha v[t], hence

        variance = ((1 - alpha)^2 step_std^2 + alpha^2 noise_std^2) / (alpha (2 - alpha)),

    least at `ewma_optimal_alpha`, where it is alpha noise_std^2. In the signal's unit squared.

    References
    ----------
    Muth, "Optimal properties of exponentially weighted forecasts", J. Am. Stat. Assoc. 55(290), 1960.

    Examples
    --------
    >>> from dspvnn.limits import ewma_level_variance
    >>> round(ewma_level_variance(alpha=0.2, step_std=0.1, noise_std=1.0), 4)
    0.1289
    """
    _check(step_std, noise_std)
    if not 0 < alpha <= 1:
        raise ValueError(f"alpha must lie in (0, 1], got {alpha}")
    return ((1 - alpha) ** 2 * step_std**2 + alpha**2 * noise_std**2) / (alpha * (2 - alpha))


def kalman_level(
    signals: np.ndarray, step_std: float, noise_std: float, start: float = 0.0, start_std: float = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """Return the Kalman filter's level, of the signals' shape, and its error variance, ``(n_samples,)``.

    Parameters
    ----------
    signals : array, ``(n_signals, n_samples)``
    step_std, noise_std : float
        In the signal's unit.
    start, start_std : float
        Mean and standard deviation of the level before the first step; infinite: nothing is known.

    References
    ----------
    Kalman, "A new approach to linear filtering and prediction problems", J. Basic Eng. 82(1), 1960. The
    variance does not depend on the signals.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import kalman_level
    >>> level, variance = kalman_level(np.array([[1.0, 3.0]]), step_std=1e-9, noise_std=1.0)
    >>> level.round(6), variance.round(6)  # the mean of the samples so far, and its variance
    (array([[1., 2.]]), array([1. , 0.5]))
    """
    _check(step_std, noise_std)
    signals = np.asarray(signals, float)
    n_signals, n_samples = signals.shape
    level, variance = np.empty(signals.shape), np.empty(n_samples)
    here, spread = np.full(n_signals, float(start)), float(start_std) ** 2
    for t in range(n_samples):
        spread += step_std**2
        gain = 1.0 if np.isinf(spread) else spread / (spread + noise_std**2)
        here = here + gain * (signals[:, t] - here)
        spread = gain * noise_std**2
        level[:, t], variance[t] = here, spread
    return level, variance
