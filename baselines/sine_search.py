"""The frequency of the best sine: the highest maximum of R(f), what a sine of frequency f explains.

On time m centred in the record R separates,

    R(f) = C^2 / Gc + S^2 / Gs,   C = sum x cos(2 pi f m),  S = sum x sin(2 pi f m),

with x freed of its mean when an offset is fitted, and Gc, Gs the energies of cos and sin (`gram`). The
best point of a grid names a cell (`sine_grid`), and in it Newton's method finds the maximum
(`sine_cell`, or `sine_kernel` where the extra `fast` is installed). It starts at the vertex of a parabola
through the grid's best three points. Where the grid has other maxima of nearly that height, they are
looked at too: between its points the second may be the highest.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import numpy as np

from baselines import sine_cell
from baselines.sine_grid import Grid, grid_of
from baselines.tone_estimator import gram

RIVALS = 2  # further maxima that are looked at
SEEN = 0.92  # of a maximum's height, which the grid sees at least: 0.95 of a tone's, 0.94 of noise's
ALONE = 0.86  # of the energy: (1 + 0.64) / (1 + SEEN), for two sines half a bin apart share 0.64
FAINT = 1e-8  # of the energy: single precision errs by 1e-12 of it at most
END = 1e-9  # cycles per record: so near to the end of a cell R rises beyond it


@cache
def _fastest() -> ModuleType:
    """Return the compiled functions where numba is installed; importing it takes time, so at first use."""
    return import_module("baselines.sine_kernel") if find_spec("numba") else sine_cell


def best_sine(X: np.ndarray, mean: np.ndarray, low: float, high: float, offset: bool) -> np.ndarray:
    """Return frequency, C and S ``(3, n_signals)`` of the sine of highest R between `low` and `high`.

    X: ``(n_signals, n_samples)``; mean: what it is freed of, ``(n_signals,)``, 0 unless `offset` is fitted;
    frequencies in cycles per sample.
    """
    even, odd = _fastest().fold(X, mean)
    grid = grid_of(X.shape[1], low, high, offset)
    explained, best, energy = _best_points(even, odd, grid)
    rivals = _rivals(explained, best, energy, grid)
    found_in = [(np.arange(len(X)), best), *rivals]
    record, points = (np.concatenate(each) for each in zip(*found_in, strict=True))
    if rivals:
        even, odd = even[record], odd[record]
    cell = _cell(points, grid)
    found = _climb(even, odd, grid, points, _vertex(grid.frequencies[cell], explained[record, cell]))
    return _highest(found, record, len(X), grid) if rivals else found


def _best_points(
    even: np.ndarray, odd: np.ndarray, grid: Grid
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return R on the grid, ``(n_signals, n_points)``, its highest point and the energy of every record.

    The grid just tells the cell to look in, so single precision will do, but for what is faint beside
    the rest of its record: a weak tone in the range, a strong one outside it.
    """
    even32, odd32 = even.astype(np.float32), odd.astype(np.float32)
    explained = grid.explained(even32, odd32)
    energy = (np.einsum("ij,ij->i", even32, even32) + np.einsum("ij,ij->i", odd32, odd32)) / 2
    best = np.argmax(explained, axis=1)
    faint = explained[np.arange(len(best)), best] < FAINT * energy
    if faint.any():
        explained[faint] = again = grid.explained(even[faint], odd[faint])
        best[faint] = np.argmax(again, axis=1)
    return explained, best, energy


def _rivals(
    explained: np.ndarray, best: np.ndarray, energy: np.ndarray, grid: Grid
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return records, and in each a point of the grid that may lie below a higher maximum than its best."""
    top = explained[np.arange(len(best)), best]
    records = np.flatnonzero(top < ALONE * energy)
    rest, points, found = explained[records], best[records], []
    for _ in range(RIVALS):
        rest[np.arange(len(rest)), _cell(points, grid)] = 0
        points = np.argmax(rest, axis=1)
        close = rest[np.arange(len(rest)), points] > SEEN * top[records]
        if not close.any():
            break
        rest, points, records = rest[close], points[close], records[close]
        found.append((records, points))
    return found


def _highest(found: np.ndarray, record: np.ndarray, n_records: int, grid: Grid) -> np.ndarray:
    """Return of every record the highest of the maxima that were found in it, its first or a rival."""
    highest, rivals, records = found[:, :n_records], found[:, n_records:], record[n_records:]
    rival, first = np.split(_height(np.concatenate([rivals, highest[:, records]], axis=1), grid), 2)
    order = np.argsort(rival)  # of several in a record the last one stays, the highest
    higher = order[rival[order] > first[order]]
    highest[:, records[higher]] = rivals[:, higher]
    return highest


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
    weights, mean = sine_cell.taylor_weights(n), 1 / n if grid.offset else 0.0
    found = _fastest().best_in_cell(even, odd, *grid.waves(best), weights, cell, start, n, mean)
    frequency, (lower, _, upper) = found[0], cell
    falls = (frequency - lower < END / n) & (best > 0)
    rises = (upper - frequency < END / n) & (best < len(grid.frequencies) - 1)
    move = rises.astype(int) - falls
    rows = np.flatnonzero(move)
    if len(rows) and moves:
        point = best[rows] + move[rows]
        found[:, rows] = _climb(even[rows], odd[rows], grid, point, grid.frequencies[point], moves - 1)
    return found
