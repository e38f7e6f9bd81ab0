"""R(f), what a sine of frequency f explains of a record, on a grid of a quarter bin.

A record is folded about its middle: cosines meet only the sum of the samples at m and -m, sines only
their difference. R needs single precision here, since the grid just tells the cell to look in; where it
is faint beside the record (a weak tone in the range, a strong one outside it), double.
"""

from functools import lru_cache

import numpy as np
from scipy import fft

from baselines.tone_estimator import gram

PADDING = 4
FAINT = 1e-8  # of a record's energy: single precision errs by 1e-12 of it at most
SHORT = 256  # samples: up to here a product with a matrix of cosines takes less than a transform


def fold(X: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sum, freed of the mean's, and the difference of the samples at m and -m, m >= 0."""
    half = X.shape[1] // 2
    after, before = X[:, half:], X[:, : X.shape[1] - half][:, ::-1]
    even = np.add(after, before, order="C")  # the compiled search is compiled for one order
    even -= 2 * mean[:, None]
    return even, np.subtract(after, before, order="C")


def half_time(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the times m >= 0 of a folded record and their weights: m = 0 is in its sum twice."""
    m = np.arange(n // 2, n) - (n - 1) / 2
    return m, np.where(m > 0, 1.0, 0.5)


class Grid:
    """The multiples of a quarter bin, or of less where that makes a fast transform, and the two ends.

    Parameters
    ----------
    n : samples of a record
    low, high : ends, cycles per sample
    offset : whether R is that of records freed of their mean
    """

    def __init__(self, n: int, low: float, high: float, offset: bool) -> None:
        self.n, self.offset = n, offset
        self.half = fft.next_fast_len(PADDING * n // 2, real=True)
        size = 2 * self.half
        self.first, self.beyond = int(np.floor(low * size)) + 1, int(np.ceil(high * size))
        self.frequencies = np.concatenate([[low], np.arange(self.first, self.beyond) / size, [high]])
        of_cos, of_sin = gram(self.frequencies, n, offset)
        self.per_cos, self.per_sin = (1 / of_cos).astype(np.float32), (1 / of_sin).astype(np.float32)
        if n <= SHORT:
            self.cos, self.sin = self._waves(self.frequencies)
            self.single = self.cos.T.astype(np.float32), self.sin.T.astype(np.float32)

    def _waves(self, frequencies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        m, weight = half_time(self.n)
        angle = 2 * np.pi * np.outer(frequencies, m)
        return weight * np.cos(angle), weight * np.sin(angle)

    def waves(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return cos and sin at times m >= 0, weighted for folded records, a row a point of the grid."""
        if self.n <= SHORT:
            return self.cos[points], self.sin[points]
        cells, which = np.unique(points, return_inverse=True)  # signals share points: fewer cosines
        cos, sin = self._waves(self.frequencies[cells])
        return cos[which], sin[which]

    def explained(self, even: np.ndarray, odd: np.ndarray) -> np.ndarray:
        """Return R of folded records at every point, ``(n_signals, n_points)``."""
        explained = self._explained(even.astype(np.float32), odd.astype(np.float32))
        energy = np.einsum("ij,ij->i", even, even) + np.einsum("ij,ij->i", odd, odd)
        faint = explained.max(axis=1) < FAINT * energy
        if faint.any():
            explained[faint] = self._explained(even[faint], odd[faint])
        return explained

    def _explained(self, even: np.ndarray, odd: np.ndarray) -> np.ndarray:
        """Return the same in the precision of `even` and `odd`."""
        c, s = self._projections(even, odd)
        c *= c  # in place: a pass over new memory costs more than its arithmetic
        c *= self.per_cos
        s *= s
        s *= self.per_sin
        c += s
        return c

    def _projections(self, even: np.ndarray, odd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self.n <= SHORT:
            cos, sin = self.single if even.dtype == np.float32 else (self.cos.T, self.sin.T)
            return even @ cos, odd @ sin
        c, s = (np.empty((len(even), len(self.frequencies)), even.dtype) for _ in range(2))
        cos, sin = self._waves(self.frequencies[[0, -1]])
        c[:, [0, -1]], s[:, [0, -1]] = even @ cos.T, odd @ sin.T
        if self.n % 2:  # whole m, 0 among them
            cosines, sines = fft.dct(even, 1, self.half + 1), fft.dst(odd[:, 1:], 1, self.half - 1)
        else:
            cosines, sines = fft.dct(even, 2, self.half), fft.dst(odd, 2, self.half)
        # SciPy's transforms count every sample twice, and that of sines begins at step 1.
        np.multiply(cosines[:, self.first : self.beyond], 0.5, out=c[:, 1:-1])
        np.multiply(sines[:, self.first - 1 : self.beyond - 1], 0.5, out=s[:, 1:-1])
        return c, s


grid_of = lru_cache(maxsize=4)(Grid)
