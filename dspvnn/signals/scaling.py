"""Records freed of a large offset and of their scale, exactly: what a mean or a square would lose is kept.

The scale is a power of two, and a division by it rounds nothing: 1e-200 can be squared and does not vanish,
1e200 does not overflow. The level is the sample nearest to 0. It is subtracted where all samples lie on its
side of 0 and none is more than twice as far from it: then the difference of two floats is exact (Sterbenz,
Floating-Point Computation, 1974), and the mean of what is left has all its digits. Elsewhere the offset
is about as large as the rest of the record at most, costs no digits, and the level is 0.

What the samples themselves have lost nothing brings back: a record that varies by fewer than `STEPS` steps
of float64 at its offset (a tone of amplitude 1 at an offset beyond 2e15) is lost in rounding.
"""

from dataclasses import dataclass

import numpy as np

STEPS = 8  # of rounding, peak to peak; a tone of fewer is less than 20 dB above its rounding


def scale_of(largest: np.ndarray) -> np.ndarray:
    """Return the power of two at or just below each largest magnitude, ``(n_signals,)``."""
    return np.ldexp(1.0, np.frexp(largest)[1] - 1)


@dataclass(frozen=True)
class Unit:
    """Level and scale of records, ``(n_signals,)`` each; `of` frees the records of both.

    constant, lost : whether a record has one value only (or none, if all is missing), and whether it
        varies, but is lost in rounding.
    """

    level: np.ndarray
    scale: np.ndarray
    constant: np.ndarray
    lost: np.ndarray

    def of(self, X: np.ndarray) -> np.ndarray:
        """Return (X - level) / scale, exactly, of records ``(n_signals, n_samples)``."""
        if self.level.any():
            X = X - self.level[:, None]
        return X / self.scale[:, None]

    def back(self, X: np.ndarray) -> np.ndarray:
        """Return scale X + level: samples of the records in their own unit."""
        with np.errstate(over="ignore"):
            return X * self.scale[:, None] + self.level[:, None]

    def __getitem__(self, rows: slice | np.ndarray) -> "Unit":
        """Return the unit of some of the records."""
        return Unit(self.level[rows], self.scale[rows], self.constant[rows], self.lost[rows])


def unit_of(X: np.ndarray, offset: bool = True) -> Unit:
    """Return the unit of records ``(n_signals, n_samples)``; NaN is passed over. No `offset`: level 0."""
    lowest, highest = X.min(axis=1), X.max(axis=1)
    largest = np.maximum(highest, -lowest)
    half, nothing = largest / 2, np.zeros(len(X))
    ordinary = (lowest < half) & (highest > -half)  # none of them is constant, nor NaN
    if ordinary.all():
        return Unit(nothing, scale_of(largest), ~ordinary, ~ordinary)
    if np.isnan(lowest).any():
        lowest, highest = np.fmin.reduce(X, axis=1), np.fmax.reduce(X, axis=1)  # unlike nanmin, no copy
        largest = np.maximum(highest, -lowest)
    varies = highest > lowest
    one_side = varies & ((lowest >= largest / 2) | (-highest >= largest / 2))
    reach = np.subtract(highest, lowest, out=nothing.copy(), where=one_side)  # elsewhere it might overflow
    with np.errstate(over="ignore"):  # past the largest float there is no next one
        lost = one_side & (reach < STEPS * np.spacing(largest))
    freed = one_side & offset
    level = np.where(freed, np.where(lowest > 0, lowest, highest), 0.0)
    return Unit(level, scale_of(np.where(freed, reach, largest)), ~varies, lost)
