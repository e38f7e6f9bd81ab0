"""The maximum of R(f) inside a cell of the grid, for many records; `sine_kernel` is its compiled twin.

Around the cell's middle C and S are their Taylor series: with v = pi N (f - f0), at most pi / 4, 18 terms
reach rounding. So one pass over the samples for the coefficients is all that Newton's method on R' = 0
needs; bisection keeps it inside the cell.
"""

from functools import lru_cache
from math import factorial

import numpy as np

from baselines.sine_grid import half_time

TERMS = 18  # (pi / 4)^18 / 18! = 2e-18
ITERATIONS = 60
NEWTON_TOLERANCE = 1e-7  # cycles per record: the error after a step of Newton's is about its square
BISECTION_TOLERANCE = 1e-13


@lru_cache(maxsize=1)  # 72 bytes a sample
def taylor_weights(n: int) -> np.ndarray:
    """Return what a sample at time m counts in every coefficient of a series in v, ``(TERMS, half)``."""
    power = np.arange(TERMS)[:, None]
    sign = (-1.0) ** ((power + 1) // 2)
    scale = sign / np.array([factorial(p) for p in power.ravel()], dtype=float)[:, None]
    return scale * (2 * half_time(n)[0] / n) ** power


def fold(X: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sum, freed of the mean's, and the difference of the samples at m and -m, m >= 0."""
    half = X.shape[1] // 2
    after, before = X[:, half:], X[:, : X.shape[1] - half][:, ::-1]
    even = np.add(after, before, order="C")
    even -= 2 * mean[:, None]
    return even, np.subtract(after, before, order="C")


def best_in_cell(
    even: np.ndarray,
    odd: np.ndarray,
    cos: np.ndarray,
    sin: np.ndarray,
    weights: np.ndarray,
    cell: np.ndarray,
    start: np.ndarray,
    n: int,
    mean: float,
) -> np.ndarray:
    """Return frequency, C and S ``(3, n_signals)`` at the maximum of R in every record's cell.

    even, odd : folded records ``(n_signals, half)``.
    cos, sin : weighted waves of the cell's middle, of the same shape.
    cell : its lower end, middle and upper end, ``(3, n_signals)``, cycles per sample.
    weights : those of `taylor_weights`.
    start : where the search begins, ``(n_signals,)``.
    mean : 1 / n for records freed of their mean, else 0.
    """
    lower, middle, upper = cell
    series = _taylor_series(even, odd, cos, sin, weights)
    frequency = _newton(series, start, middle, lower, upper, n, mean)
    (c, s), *_ = _evaluate(series, np.pi * n * (frequency - middle))
    return np.stack([frequency, c, s])


def _taylor_series(
    even: np.ndarray, odd: np.ndarray, cos: np.ndarray, sin: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the coefficients of C and S in v, ``(TERMS, 2, n_signals)``."""
    series = np.empty((TERMS, 2, len(even)))
    series[::2, 0] = weights[::2] @ (even * cos).T
    series[1::2, 0] = weights[1::2] @ (even * sin).T
    series[::2, 1] = weights[::2] @ (odd * sin).T
    series[1::2, 1] = -weights[1::2] @ (odd * cos).T
    return series


def _evaluate(series: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the sum of a series at v and its first two derivatives, ``(2, n_signals)`` each (Horner)."""
    value = series[-1].copy()
    slope, half_curvature = np.zeros_like(value), np.zeros_like(value)
    for coefficient in series[-2::-1]:
        half_curvature *= v
        half_curvature += slope
        slope *= v
        slope += value
        value *= v
        value += coefficient
    return value, slope, 2 * half_curvature


def _newton(
    series: np.ndarray,
    start: np.ndarray,
    centre: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    n: int,
    mean: float,
) -> np.ndarray:
    """Return the maximum of R between `lower` and `upper`: Newton on R', bisection where it leaves."""
    frequency = start.copy()
    active = np.arange(len(centre))
    for _ in range(ITERATIONS):
        here = frequency[active]
        slope, curvature = _derivatives(series, here, here - centre, n, mean)
        rising = slope > 0
        lower, upper = np.where(rising, here, lower), np.where(rising, upper, here)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = here - slope / curvature
        good = (curvature < 0) & (step >= lower) & (step <= upper)
        frequency[active] = there = np.where(good, step, (lower + upper) / 2)
        moved = np.abs(there - here) * n
        moving = moved > np.where(good, NEWTON_TOLERANCE, BISECTION_TOLERANCE)
        if not moving.any():
            break
        if not moving.all():
            active, centre, lower, upper = active[moving], centre[moving], lower[moving], upper[moving]
            series = series[..., moving]
    return frequency


def _derivatives(
    series: np.ndarray, frequency: np.ndarray, shift: np.ndarray, n: int, mean: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and second derivative of R(f); their quotient is a step of f."""
    (c, s), (c1, s1), (c2, s2) = _evaluate(series, np.pi * n * shift)
    # dv / dz = n / 2 for z = 2 pi f, the unit of the kernels' derivatives.
    c1, s1, c2, s2 = c1 * (n / 2), s1 * (n / 2), c2 * (n / 2) ** 2, s2 * (n / 2) ** 2
    sine, cosine = np.sin(np.pi * frequency), np.cos(np.pi * frequency)
    sine_n, cosine_n = np.sin(np.pi * n * frequency), np.cos(np.pi * n * frequency)
    d, d1, d2 = _dirichlet_derivatives(sine, cosine, sine_n, cosine_n, n)
    e, e1, e2 = _dirichlet_derivatives(*_double(sine, cosine), *_double(sine_n, cosine_n), n)
    gc, gs = (n + e) / 2 - mean * d**2, (n - e) / 2
    gc1, gs1 = e1 - 2 * mean * d * d1, -e1
    gc2, gs2 = 2 * e2 - 2 * mean * (d1**2 + d * d2), -2 * e2
    slope_c, curvature_c = _quotient_derivatives(c, c1, c2, gc, gc1, gc2)
    slope_s, curvature_s = _quotient_derivatives(s, s1, s2, gs, gs1, gs2)
    return 2 * np.pi * (slope_c + slope_s), (2 * np.pi) ** 2 * (curvature_c + curvature_s)


def _quotient_derivatives(
    p: np.ndarray, p1: np.ndarray, p2: np.ndarray, g: np.ndarray, g1: np.ndarray, g2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first two derivatives of p^2 / g from those of p and g."""
    q = p / g
    slope = 2 * q * p1 - q**2 * g1
    q1 = (p1 - q * g1) / g
    return slope, 2 * (q1 * p1 + q * p2) - 2 * q * q1 * g1 - q**2 * g2


def _double(sine: np.ndarray, cosine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return sine and cosine of twice the angle."""
    return 2 * sine * cosine, (cosine - sine) * (cosine + sine)


def _dirichlet_derivatives(
    sine: np.ndarray, cosine: np.ndarray, sine_n: np.ndarray, cosine_n: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return D(z) = sin(n z / 2) / sin(z / 2) and its first two derivatives, z inside (0, 2 pi).

    sine, cosine : of z / 2; sine_n, cosine_n : of n z / 2.
    """
    d = sine_n / sine
    d1 = (n * cosine_n - d * cosine) / (2 * sine)
    return d, d1, -(n**2 - 1) / 4 * d - d1 * cosine / sine
