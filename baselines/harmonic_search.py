"""Least squares of a harmonic series, and the search for the fundamental and number of harmonics that fit
best.

The record is x[n] = offset + sum over k = 1 ... K of a_k cos(2 pi k f m) + b_k sin(2 pi k f m) + white
noise, with time m counted from the record's middle. Given f it is linear, and cos and sin are orthogonal:
least squares
is one small system for each, whose Cholesky factor gives the residual energy of every smaller K as well.
Taken are the f and K of least

    N / 2 ln(residual energy) + K ln N                                  (BIC: two parameters a harmonic).

The likelihood alone would never do: the series of f / 2 holds every harmonic of f and as many again, so it
fits the noise better. The price of its 2 K harmonics tells the two apart.
Source: Christensen & Jakobsson, Multi-Pitch Estimation (2009), sec. 2; Nielsen et al., Signal Process. 135
(2017).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import fft
from scipy.linalg import cho_solve

from baselines.tone_estimator import dirichlet

PADDING = 8  # of the spectrum that is searched: a sum over it loses 1 % of the energy at most
FINENESS = 4  # points of the grid in a bin of the highest harmonic
MARGIN = 0.5  # bins between the highest harmonic and half the sample rate
TRIED = 12  # candidates that are climbed
RELATED = np.array([1 / 3, 1 / 2, 2, 3, 4, 5])  # times the best fundamental are tried as well
LEAST = 1e-13  # of the record's energy: what rounding leaves of a difference


@dataclass(frozen=True)
class Candidates:
    """Fundamentals of one record in cycles per sample, the cheapest first, their orders and their costs."""

    frequency: np.ndarray
    order: np.ndarray
    cost: np.ndarray

    def probability(self, n_samples: int) -> float:
        """Return the posterior probability of the first among all, as the BIC approximates it.

        Candidates within a bin of the highest harmonic are the same fundamental.
        """
        other = np.abs(self.frequency - self.frequency[0]) > 1 / n_samples
        return float(1 / (1 + np.sum(np.exp(self.cost[0] - self.cost[other]))))


def search(x: np.ndarray, low: float, high: float, most: int) -> Candidates:
    """Return the fundamentals between `low` and `high` that fit a record best, with at most `most`
    harmonics.

    x : ``(n_samples,)``, freed of its mean; the fundamentals that are candidates are so in cycles per
    sample.
    """
    k = np.arange(1, most + 1)

    def best(frequency: np.ndarray, order: np.ndarray, n_best: int, rounds: int) -> Candidates:
        """Return the cheapest of these after a climb, each at the order that suits it at the top."""
        frequency = np.clip(_climb(x, frequency, order, rounds), low, high)
        costs = _costs(x, frequency, most)
        ranked = np.argsort(costs.min(axis=1))[:n_best]
        return Candidates(frequency[ranked], k[costs.argmin(axis=1)][ranked], costs.min(axis=1)[ranked])

    frequency, order = _rough(x, low, high, most)
    cost = _costs(x, frequency, most)[np.arange(len(order)), order - 1]
    chosen = np.argsort(cost)[:TRIED]
    found = best(frequency[chosen], order[chosen], 4, 2)
    # The grid may have missed the top of a series whose every second line fits as well, or the other way
    # round.
    related = found.frequency[0] * RELATED
    order = np.clip(np.rint(found.order[0] / RELATED), 1, np.clip(0.5 / related - 0.5, 1, most)).astype(int)
    inside = (low < related) & (related < high)
    frequency = np.append(found.frequency, related[inside])
    return best(frequency, np.append(found.order, order[inside]), TRIED, 4)


def _rough(x: np.ndarray, low: float, high: float, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for every order and octave the fundamental with the largest sum of harmonics."""
    n, grid, octave = len(x), *_grid(len(x), low, high, most)
    power = np.abs(fft.rfft(x, PADDING * n)) ** 2
    total = np.zeros(len(grid))
    found = []
    for k in range(1, most + 1):
        fits = int(np.searchsorted(grid, (0.5 - MARGIN / n) / k))
        if fits == 0:
            break
        grid, octave = grid[:fits], octave[: np.searchsorted(octave, fits)]
        total = total[:fits] + power[np.rint(grid * (k * PADDING * n)).astype(int)]
        found += [(first + int(total[first:last].argmax()), k)
                  for first, last in zip(octave, [*octave[1:], fits], strict=True)]  # fmt: skip
    places, orders = np.array(found).T
    return _grid(len(x), low, high, most)[0][places], orders


@lru_cache(maxsize=4)
def _grid(n: int, low: float, high: float, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the frequencies that are tried, and where among them each octave begins."""
    grid = np.arange(low, high, 1 / (FINENESS * n * most)) if high > low else np.array([low])
    edges = low * 2.0 ** np.arange(max(1, int(np.ceil(np.log2(high / low)))))
    return grid, np.searchsorted(grid, edges)


def _climb(x: np.ndarray, frequency: np.ndarray, order: np.ndarray, rounds: int) -> np.ndarray:
    """Return frequencies nearer to the next top of the energy that their order explains, by parabolas."""
    step = 1 / (8 * len(x) * order)
    each = np.arange(len(order))
    for _ in range(rounds):
        around = frequency + np.array([-1, 0, 1])[:, None] * step
        left, here, right = (explained(x, points, int(order.max()))[each, order - 1] for points in around)
        bend = 2 * here - left - right
        with np.errstate(divide="ignore", invalid="ignore"):
            vertex = np.where(bend > 0, (right - left) / (2 * bend), np.sign(right - left) * 2)
        frequency = frequency + np.clip(vertex, -2, 2) * step
        step = step / 8
    return frequency


def _costs(x: np.ndarray, frequency: np.ndarray, most: int) -> np.ndarray:
    """Return what every order costs at every frequency, ``(n_frequencies, most)``."""
    n, energy = len(x), float(x @ x)
    k = np.arange(1, most + 1)
    left = np.maximum(energy - explained(x, frequency, most), LEAST * energy)
    cost = n / 2 * np.log(left) + k * np.log(n)
    return np.where(k * frequency[:, None] < 0.5 - MARGIN / n, cost, np.inf)


def explained(x: np.ndarray, frequency: np.ndarray, most: int) -> np.ndarray:
    """Return the energy that the first 1, 2, ... `most` harmonics explain, ``(n_frequencies, most)``."""
    even, odd, _ = projections(x, frequency, most)
    n = len(x)
    outside = np.arange(1, most + 1) * frequency[:, None] >= 0.5 - MARGIN / n
    even[:, 1:][outside], odd[outside] = 0, 0
    of_cos, of_sin = grams(frequency, n, most)
    for matrix, beyond in ((of_cos, np.pad(outside, ((0, 0), (1, 0)))), (of_sin, outside)):
        matrix[beyond[:, :, None] | beyond[:, None, :]] = 0
        np.einsum("cii->ci", matrix)[beyond] = 1
        np.einsum("cii->ci", matrix)[:] *= 1 + 1e-12
    c, s = (
        np.linalg.solve(np.linalg.cholesky(m), p[:, :, None])[:, :, 0]
        for m, p in ((of_cos, even), (of_sin, odd))
    )
    return np.cumsum(c[:, 1:] ** 2 + s**2, axis=1) + c[:, :1] ** 2


def projections(
    x: np.ndarray, frequency: np.ndarray, most: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the sums of x over 1 and the cosines, over the sines, and the turn exp(2 pi i f m)."""
    turn = np.exp(2j * np.pi * frequency[:, None] * (np.arange(len(x)) - (len(x) - 1) / 2))
    sums = np.empty((len(frequency), most), complex)
    power = np.ones_like(turn)
    for k in range(most):
        power *= turn
        sums[:, k] = power @ x
    return np.pad(sums.real, ((0, 0), (1, 0)), constant_values=x.sum()), sums.imag, turn


def grams(frequency: np.ndarray, n: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the Gram matrices of 1 and the cosines, ``(.., most + 1, most + 1)``, and of the sines."""
    kernel = dirichlet(frequency[:, None] * np.arange(2 * most + 1), n)
    k = np.arange(most + 1)
    difference, total = np.abs(k[:, None] - k), k[:, None] + k
    near, far = kernel[:, difference], kernel[:, total]
    return (near + far) / 2, ((near - far) / 2)[:, 1:, 1:]


class LinearFit:
    """Least squares of 1 and `order` harmonics of one frequency, for any record of `n` samples."""

    def __init__(self, frequency: float, n: int, order: int) -> None:
        self.frequency, self.n, self.order = np.array([frequency]), n, order
        self.factors = [(np.linalg.cholesky(m[0]), True) for m in grams(self.frequency, n, order)]

    def __call__(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return offset and a_k, ``(order + 1,)``, b_k, the fitted record, and its derivative to f."""
        even, odd, turn = projections(x, self.frequency, self.order)
        a, b = (cho_solve(f, p[0]) for f, p in zip(self.factors, (even, odd), strict=True))
        fitted, slope, power = np.full(self.n, a[0]), np.zeros(self.n), np.ones(self.n, complex)
        for k in range(1, self.order + 1):
            power = power * turn[0]
            fitted += a[k] * power.real + b[k - 1] * power.imag
            slope += k * (b[k - 1] * power.real - a[k] * power.imag)
        return a, b, fitted, 2 * np.pi * (np.arange(self.n) - (self.n - 1) / 2) * slope
