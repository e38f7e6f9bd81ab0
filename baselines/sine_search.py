"""The frequency of the best sine: the highest maximum of R(f), what a sine of frequency f explains.

On time m centred in the record R separates,

    R(f) = C^2 / Gc + S^2 / Gs,   C = sum x cos(2 pi f m),  S = sum x sin(2 pi f m),

with x freed of its mean when an offset is fitted, and Gc, Gs the energies of cos and sin (`gram`). C is a
cosine transform of the record's even part, S a sine transform of its odd part. Padded four times they
give R exactly on a grid of a quarter bin. Around the grid's best point C and S are their Taylor series:
with v = pi N (f - f0), at most pi / 4, 18 terms reach rounding. So one pass over the samples for the
coefficients is all that Newton's method on R' = 0 needs; bisection keeps it inside the grid cell.
"""

from math import factorial

import numpy as np
from scipy import fft

from baselines.tone_estimator import gram

PADDING = 4
TERMS = 18  # (pi / 4)^18 / 18! = 2e-18
ITERATIONS = 60
NEWTON_TOLERANCE = 1e-8  # cycles per record: the error after a step of Newton's is about its square
BISECTION_TOLERANCE = 1e-13
EDGE = (
    0.01  # cycles per record: nearer to 0 or 0.5, cos and sin cannot be told from a constant or each other
)


def best_sine(
    X: np.ndarray, low: float, high: float, offset: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the frequency of highest R between `low` and `high`, and C and S there.

    X: ``(n_signals, n_samples)``, freed of its mean when `offset` is fitted; frequencies in cycles per
    sample; all three results ``(n_signals,)``.
    """
    n = X.shape[1]
    even, odd = _fold(X)
    edge = EDGE / n
    grid, best = _grid_maximum(even, odd, n, max(low, edge), min(high, 0.5 - edge), offset)
    series = _taylor_series(even, odd, n, grid, best)
    lower, upper = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, len(grid) - 1)]
    frequency = _newton(series, grid[best], lower, upper, n, offset)
    (c, s), *_ = _evaluate(series, np.pi * n * (frequency - grid[best]))
    return frequency, c, s


def _fold(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return half the sum and half the difference of the samples at m and -m, for m from 0 or 1/2 on."""
    half = X.shape[1] // 2
    after, before = X[:, half:], X[:, : X.shape[1] - half][:, ::-1]
    even, odd = after + before, after - before
    even *= 0.5
    odd *= 0.5
    return even, odd


def _half_time(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the times m >= 0 of a folded record and how many samples of the record each stands for."""
    m = np.arange(n // 2, n) - (n - 1) / 2
    return m, np.where(m > 0, 2.0, 1.0)


def _grid_maximum(
    even: np.ndarray, odd: np.ndarray, n: int, low: float, high: float, offset: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return a grid of frequencies, which holds the ends, and per signal the index of the highest R."""
    size = PADDING * n
    first, last = int(np.floor(low * size)) + 1, int(np.ceil(high * size)) - 1
    grid = np.concatenate([[low], np.arange(first, last + 1) / size, [high]])
    c, s = _transforms(even, odd, n)
    c, s = c[:, first : last + 1], s[:, first - 1 : last]  # that of the sine begins at 1
    of_cos, of_sin = gram(grid, n, offset)
    explained = np.empty((len(even), len(grid)))
    inner = explained[:, 1:-1]
    np.multiply(c, c, out=inner)  # in place: a pass over new memory costs more than its arithmetic
    inner *= 1 / of_cos[1:-1]
    s *= s
    s *= 1 / of_sin[1:-1]
    inner += s
    m, count = _half_time(n)
    angle = 2 * np.pi * np.outer(m, grid[[0, -1]])
    at_ends = (even @ (count[:, None] * np.cos(angle))) ** 2 / of_cos[[0, -1]]
    at_ends += (odd @ (count[:, None] * np.sin(angle))) ** 2 / of_sin[[0, -1]]
    explained[:, [0, -1]] = at_ends
    return grid, np.argmax(explained, axis=1)


def _transforms(even: np.ndarray, odd: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return C at k / (4 n) from k = 0 on, and S from k = 1 on."""
    half = PADDING * n // 2
    if n % 2:  # whole m, 0 among them
        return fft.dct(even, 1, half + 1), fft.dst(odd[:, 1:], 1, half - 1)
    return fft.dct(even, 2, half), fft.dst(odd, 2, half)


def _taylor_series(
    even: np.ndarray, odd: np.ndarray, n: int, grid: np.ndarray, best: np.ndarray
) -> np.ndarray:
    """Return the coefficients of C and S in v about each signal's best, ``(TERMS, 2, n_signals)``."""
    m, count = _half_time(n)
    cells, which = np.unique(best, return_inverse=True)  # signals share grid points: fewer cosines
    angle = 2 * np.pi * np.outer(grid[cells], m)
    cos, sin = np.cos(angle)[which], np.sin(angle)[which]
    power = np.arange(TERMS)
    scale = (-1.0) ** (power // 2) / [factorial(p) for p in power]
    moment = scale * count[:, None] * (2 * m[:, None] / n) ** power
    series = np.empty((TERMS, 2, len(even)))
    series[::2, 0] = ((even * cos) @ moment[:, ::2]).T
    series[1::2, 0] = -((even * sin) @ moment[:, 1::2]).T
    series[::2, 1] = ((odd * sin) @ moment[:, ::2]).T
    series[1::2, 1] = ((odd * cos) @ moment[:, 1::2]).T
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
    series: np.ndarray, centre: np.ndarray, lower: np.ndarray, upper: np.ndarray, n: int, offset: bool
) -> np.ndarray:
    """Return the maximum of R between `lower` and `upper`: Newton on R', bisection where it leaves."""
    frequency = (lower + upper) / 2
    active = np.arange(len(centre))
    for _ in range(ITERATIONS):
        here = frequency[active]
        slope, curvature = _derivatives(series, here, here - centre, n, offset)
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
    series: np.ndarray, frequency: np.ndarray, shift: np.ndarray, n: int, offset: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and second derivative of R(f); their quotient is a step of f."""
    (c, s), (c1, s1), (c2, s2) = _evaluate(series, np.pi * n * shift)
    # dv / dz = n / 2 for z = 2 pi f, the unit of the kernels' derivatives.
    c1, s1, c2, s2 = c1 * (n / 2), s1 * (n / 2), c2 * (n / 2) ** 2, s2 * (n / 2) ** 2
    z = 2 * np.pi * frequency
    d, d1, d2 = _dirichlet_derivatives(z, n)
    e, e1, e2 = _dirichlet_derivatives(2 * z, n)
    mean = 1 / n if offset else 0.0
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


def _dirichlet_derivatives(z: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return D(z) = sin(n z / 2) / sin(z / 2) and its first two derivatives, z inside (0, 2 pi)."""
    sine, cosine = np.sin(z / 2), np.cos(z / 2)
    d = np.sin(n * z / 2) / sine
    d1 = (n * np.cos(n * z / 2) - d * cosine) / (2 * sine)
    return d, d1, -(n**2 - 1) / 4 * d - d1 * cosine / sine
