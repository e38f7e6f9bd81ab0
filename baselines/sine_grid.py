"""R(f), what a sine of frequency f explains of a record, on a grid of a quarter bin.

A record is folded about its middle: cosines meet only the sum of the samples at m and -m, sines only
their difference.
"""

from functools import lru_cache

import numpy as np
from scipy import fft

from baselines.tone_estimator import gram

PADDING = 4
SHORT = 256  # samples: up to here a product with a matrix of cosines takes less than a transform


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
        self.norms = np.sqrt(gram(self.frequencies, n, offset))
        if n <= SHORT:
            self.cos, self.sin = self._waves(self.frequencies)
            self.single = [wave.astype(np.float32) for wave in self._unit()]

    def _waves(self, frequencies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        m, weight = half_time(self.n)
        angle = 2 * np.pi * np.outer(frequencies, m)
        return weight * np.cos(angle), weight * np.sin(angle)

    def _unit(self) -> list[np.ndarray]:
        """Return cos and sin over their norms, a column a point of the grid."""
        return [wave.T / norm for wave, norm in zip((self.cos, self.sin), self.norms, strict=True)]

    def waves(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return cos and sin at times m >= 0, weighted for folded records, a row a point of the grid."""
        if self.n <= SHORT:
            return self.cos[points], self.sin[points]
        cells, which = np.unique(points, return_inverse=True)  # signals share points: fewer cosines
        cos, sin = self._waves(self.frequencies[cells])
        return cos[which], sin[which]

    def explained(self, even: np.ndarray, odd: np.ndarray) -> np.ndarray:
        """Return R of folded records at every point, ``(n_signals, n_points)``, in their precision."""
        c, s = self._projections(even, odd)
        c *= c  # in place: a pass over new memory costs more than its arithmetic
        s *= s
        c += s
        return c

    def _projections(self, even: np.ndarray, odd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return C and S over the norms of cos and sin."""
        if self.n <= SHORT:
            cos, sin = self.single if even.dtype == np.float32 else self._unit()
            return even @ cos, odd @ sin
        c, s = (np.empty((len(even), len(self.frequencies)), even.dtype) for _ in range(2))
        of_cos, of_sin = self.norms
        cos, sin = self._waves(self.frequencies[[0, -1]])
        c[:, [0, -1]], s[:, [0, -1]] = even @ cos.T / of_cos[[0, -1]], odd @ sin.T / of_sin[[0, -1]]
        if self.n % 2:  # whole m, 0 among them
            cosines, sines = fft.dct(even, 1, self.half + 1), fft.dst(odd[:, 1:], 1, self.half - 1)
        else:
            cosines, sines = fft.dct(even, 2, self.half), fft.dst(odd, 2, self.half)
        # SciPy's transforms count every sample twice, and that of sines begins at step 1.
        inner = slice(self.first, self.beyond)
        np.multiply(cosines[:, inner], 0.5 / of_cos[1:-1], out=c[:, 1:-1], casting="same_kind")
        np.multiply(
            sines[:, self.first - 1 : self.beyond - 1],
            0.5 / of_sin[1:-1],
            out=s[:, 1:-1],
            casting="same_kind",
        )
        return c, s


grid_of = lru_cache(maxsize=4)(Grid)
