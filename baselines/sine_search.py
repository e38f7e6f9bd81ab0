"""The frequency of the best sine: the highest maximum of R(f), what a sine of frequency f explains.

On time m centred in the record R separates,

    R(f) = C^2 / Gc + S^2 / Gs,   C = sum x cos(2 pi f m),  S = sum x sin(2 pi f m),

with x freed of its mean when an offset is fitted, and Gc, Gs the energies of cos and sin (`gram`). The
best point of a grid names a cell (`sine_grid`), and in it Newton's method finds the maximum
(`sine_cell`, or `sine_kernel` where the extra `fast` is installed). It starts at the vertex of a parabola
through the grid's best three points. Where the grid has other maxima of nearly that height, they are
looked at too: between its points the second may be the highest.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

import numpy as np

from baselines import sine_cell
from baselines.sine_grid import Grid, fold, grid_of
from baselines.tone_estimator import gram

RIVALS = 2  # further maxima that are looked at
SEEN = 0.92  # of a maximum's height, which the grid sees at least: 0.95 of a tone's, 0.94 of noise's
END = 1e-9  # cycles per record: so near to the end of a cell R rises beyond it


@cache
def _search() -> Callable[..., np.ndarray]:
    """Return the compiled search where numba is installed, imported at its first use: that takes time."""
    if find_spec("numba") is None:
        return sine_cell.best_in_cell
    from baselines.sine_kernel import best_in_cell

    return best_in_cell


def best_sine(X: np.ndarray, mean: np.ndarray, low: float, high: float, offset: bool) -> np.ndarray:
    """Return frequency, C and S ``(3, n_signals)`` of the sine of highest R between `low` and `high`.

    X: ``(n_signals, n_samples)``; mean: what it is freed of, ``(n_signals,)``, 0 unless `offset` is fitted;
    frequencies in cycles per sample.
    """
    even, odd = fold(X, mean)
    grid = grid_of(X.shape[1], low, high, offset)
    return _highest(even, odd, grid, grid.explained(even, odd))


def _highest(
    even: np.ndarray, odd: np.ndarray, grid: Grid, explained: np.ndarray, rivals: int = RIVALS
) -> np.ndarray:
    """Return frequency, C and S ``(3, n_signals)`` at the highest maximum of R.

    explained : R on the grid, ``(n_signals, n_points)``; points that have been looked at are set to 0.
    """
    best = np.argmax(explained, axis=1)
    cell, rows = _cell(best, grid), np.arange(len(best))
    seen = explained[rows, cell]
    found = _climb(even, odd, grid, best, _vertex(grid.frequencies[cell], seen))
    explained[rows, cell] = 0
    close = np.flatnonzero(explained.max(axis=1) > SEEN * seen[1])
    if len(close) and rivals:
        other = _highest(even[close], odd[close], grid, explained[close], rivals - 1)
        higher = _height(other, grid) > _height(found[:, close], grid)
        found[:, close[higher]] = other[:, higher]
    return found


def _height(found: np.ndarray, grid: Grid) -> np.ndarray:
    """Return R ``(n_signals,)`` from frequency, C and S."""
    of_cos, of_sin = gram(found[0], grid.n, grid.offset)
    return found[1] ** 2 / of_cos + found[2] ** 2 / of_sin


def _cell(best: np.ndarray, grid: Grid) -> np.ndarray:
    """Return the points before, at and after the best, ``(3, n_signals)``; there are none past the ends."""
    return np.clip([best - 1, best, best + 1], 0, len(grid.frequencies) - 1)


def _vertex(f: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Return where R through r at f, ``(3, n_signals)`` each, is highest; at an end the middle f.

    The fifth root of (sin x / x)^2 is 1 - x^2 / 15 up to x^6: a parabola through it is nearly exact.
    """
    left, right = f[1] - f[0], f[2] - f[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        below, above = 1 - (r[[0, 2]] / r[1]) ** 0.2
        down, up = below / left, above / right
        shift = (down * right - up * left) / (down + up) / 2
    return np.where((shift > -left) & (shift < right), f[1] + shift, f[1])


def _climb(
    even: np.ndarray, odd: np.ndarray, grid: Grid, best: np.ndarray, start: np.ndarray, moves: int = 8
) -> np.ndarray:
    """Return frequency, C and S ``(3, n_signals)`` at the maximum of R around a point of the grid.

    Where points tell apart in double precision only, the maximum may lie in a neighbour's cell. R has
    maxima about half a bin apart, two cells: `moves` are more than enough, and end a search on a plateau.
    """
    n, cell = grid.n, grid.frequencies[_cell(best, grid)]
    found = _search()(even, odd, *grid.waves(best), cell, start, n, grid.offset)
    frequency, (lower, _, upper) = found[0], cell
    falls = (frequency - lower < END / n) & (best > 0)
    rises = (upper - frequency < END / n) & (best < len(grid.frequencies) - 1)
    move = rises.astype(int) - falls
    rows = np.flatnonzero(move)
    if len(rows) and moves:
        point = best[rows] + move[rows]
        found[:, rows] = _climb(even[rows], odd[rows], grid, point, grid.frequencies[point], moves - 1)
    return found
