"""`sine_cell` compiled by numba (the extra `fast`): the same steps, one record after the other."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numba import njit

from baselines import sine_cell
from baselines.sine_cell import BISECTION_TOLERANCE, ITERATIONS, NEWTON_TOLERANCE, TERMS


def _compiled(function: Callable) -> Any:
    """Return the function compiled at its first call; sums may be taken in any order, several at once."""
    compiler = partial(njit, error_model="numpy", fastmath={"reassoc", "contract"})
    try:
        return compiler(cache=True)(function)
    except RuntimeError:  # nowhere to keep it
        return compiler()(function)


def fold(X: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what `sine_cell.fold` returns."""
    return _fold(np.ascontiguousarray(X), mean)  # for another order all would be compiled once more


# These have neither loop nor array: what NumPy runs is compiled as it stands.
_double = _compiled(sine_cell._double)
_dirichlet_derivatives = _compiled(sine_cell._dirichlet_derivatives)
_quotient_derivatives = _compiled(sine_cell._quotient_derivatives)


@_compiled
def _fold(X: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    before = X.shape[1] - X.shape[1] // 2
    even, odd = np.empty((len(X), before)), np.empty((len(X), before))
    for i in range(len(X)):
        after = X[i, X.shape[1] // 2 :]
        for m in range(before):
            mirror = X[i, before - 1 - m]
            even[i, m] = after[m] + mirror - 2 * mean[i]
            odd[i, m] = after[m] - mirror
    return even, odd


@_compiled
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
    """Return what `sine_cell.best_in_cell` returns."""
    found = np.empty((3, len(even)))
    of_cos, of_sin, products = np.empty(TERMS), np.empty(TERMS), np.empty((4, even.shape[1]))
    for i in range(len(even)):
        _taylor_series(even[i], odd[i], cos[i], sin[i], weights, products, of_cos, of_sin)
        lower, middle, upper = cell[0, i], cell[1, i], cell[2, i]
        frequency = _newton(of_cos, of_sin, start[i], lower, middle, upper, n, mean)
        v = np.pi * n * (frequency - middle)
        found[:, i] = frequency, _evaluate(of_cos, v)[0], _evaluate(of_sin, v)[0]
    return found


@_compiled
def _taylor_series(
    even: np.ndarray,
    odd: np.ndarray,
    cos: np.ndarray,
    sin: np.ndarray,
    weights: np.ndarray,
    products: np.ndarray,
    of_cos: np.ndarray,
    of_sin: np.ndarray,
) -> None:
    even_cos, even_sin, odd_cos, odd_sin = products[0], products[1], products[2], products[3]
    for j in range(len(even)):
        even_cos[j] = even[j] * cos[j]
        even_sin[j] = even[j] * sin[j]
        odd_cos[j] = odd[j] * cos[j]
        odd_sin[j] = odd[j] * sin[j]
    for p in range(0, TERMS, 2):
        now, then = weights[p], weights[p + 1]
        a = b = c = d = 0.0
        for j in range(len(even)):
            a += now[j] * even_cos[j]
            b += now[j] * odd_sin[j]
            c += then[j] * even_sin[j]
            d -= then[j] * odd_cos[j]
        of_cos[p], of_sin[p], of_cos[p + 1], of_sin[p + 1] = a, b, c, d


@_compiled
def _evaluate(series: np.ndarray, v: float) -> tuple[float, float, float]:
    value, slope, half_curvature = series[TERMS - 1], 0.0, 0.0
    for p in range(TERMS - 2, -1, -1):
        half_curvature = half_curvature * v + slope
        slope = slope * v + value
        value = value * v + series[p]
    return value, slope, 2 * half_curvature


@_compiled
def _derivatives(
    of_cos: np.ndarray, of_sin: np.ndarray, frequency: float, middle: float, n: int, mean: float
) -> tuple[float, float]:
    v = np.pi * n * (frequency - middle)
    c, c1, c2 = _evaluate(of_cos, v)
    s, s1, s2 = _evaluate(of_sin, v)
    sine, cosine = np.sin(np.pi * frequency), np.cos(np.pi * frequency)
    sine_n, cosine_n = np.sin(np.pi * n * frequency), np.cos(np.pi * n * frequency)
    d, d1, d2 = _dirichlet_derivatives(sine, cosine, sine_n, cosine_n, n)
    e, e1, e2 = _dirichlet_derivatives(*_double(sine, cosine), *_double(sine_n, cosine_n), n)
    slope_c, curvature_c = _quotient_derivatives(
        c, c1 * n / 2, c2 * n**2 / 4,
        (n + e) / 2 - mean * d**2, e1 - 2 * mean * d * d1, 2 * e2 - 2 * mean * (d1**2 + d * d2),
    )  # fmt: skip
    slope_s, curvature_s = _quotient_derivatives(s, s1 * n / 2, s2 * n**2 / 4, (n - e) / 2, -e1, -2 * e2)
    return 2 * np.pi * (slope_c + slope_s), (2 * np.pi) ** 2 * (curvature_c + curvature_s)


@_compiled
def _newton(
    of_cos: np.ndarray,
    of_sin: np.ndarray,
    frequency: float,
    lower: float,
    middle: float,
    upper: float,
    n: int,
    mean: float,
) -> float:
    for _ in range(ITERATIONS):
        slope, curvature = _derivatives(of_cos, of_sin, frequency, middle, n, mean)
        if slope > 0:
            lower = frequency
        else:
            upper = frequency
        step = frequency - slope / curvature
        good = curvature < 0 and lower <= step <= upper
        there = step if good else (lower + upper) / 2
        moved = abs(there - frequency) * n
        frequency = there
        if moved <= (NEWTON_TOLERANCE if good else BISECTION_TOLERANCE):
            break
    return frequency
