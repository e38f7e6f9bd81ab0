"""Classical estimators of the delay between two copies of a signal, as classes with `predict`."""

from dataclasses import dataclass

import numpy as np
from delay_limit import harmonics

MAX_DELAY = 8.0  # samples


def cross_spectrum(X, n_harmonics):
    """Return conj(Y1[k]) Y2[k] for k = 1 to n_harmonics, ``(n_signals, n_harmonics)``."""
    spectrum = np.fft.rfft(X, axis=1)[:, 1 : n_harmonics + 1]
    return spectrum[..., 0].conj() * spectrum[..., 1]


def correlation(cross, n_samples, delays):
    """Return the cross-correlation at `delays`: sum_k Re(cross[k] exp(i w_k delay))."""
    omega = 2 * np.pi * np.arange(1, cross.shape[1] + 1) / n_samples
    turn = np.exp(1j * np.multiply.outer(omega, delays))
    return cross.real @ turn.real - cross.imag @ turn.imag


def top(slope, curvature, farthest):
    """Return how far away a parabola has its top, at most `farthest`; 0 for one that has none."""
    step = -np.divide(slope, curvature, out=np.zeros_like(slope), where=curvature < 0)
    return np.clip(step, -farthest, farthest)


@dataclass
class CrossCorrelation:
    """The highest of the cross-correlation's samples, and a parabola through it and its two neighbours.

    phat : whether every harmonic counts by its phase alone (GCC-PHAT, Knapp and Carter 1976).
    """

    phat: bool = False
    max_delay: float = MAX_DELAY

    def predict(self, X):
        """Return the delays in samples."""
        cross = cross_spectrum(X, X.shape[1] // 2)
        if self.phat:
            cross = cross / np.maximum(np.abs(cross), np.finfo(float).tiny)
        lags = np.arange(-np.ceil(self.max_delay) - 1, np.ceil(self.max_delay) + 2)
        values = correlation(cross, X.shape[1], lags)
        peak = 1 + np.argmax(values[:, 1:-1], axis=1)
        left, middle, right = (np.take_along_axis(values, peak[:, None] + i, 1)[:, 0] for i in (-1, 0, 1))
        offset = top(slope=(right - left) / 2, curvature=left - 2 * middle + right, farthest=0.5)
        return np.clip(lags[peak] + offset, -self.max_delay, self.max_delay)


@dataclass
class MaximumLikelihood:
    """The delay of greatest likelihood: the maximum of the cross-correlation within the signal's band.

    All harmonics have the same SNR, so all have the same weight. A grid of quarters of a sample finds the
    peak, and Newton's steps its top.
    """

    max_delay: float = MAX_DELAY

    def predict(self, X):
        """Return the delays in samples."""
        omega = harmonics(X.shape[1])
        cross = cross_spectrum(X, len(omega))
        grid = np.linspace(-self.max_delay, self.max_delay, int(8 * self.max_delay) + 1)
        delay = grid[np.argmax(correlation(cross, X.shape[1], grid), axis=1)]
        for _ in range(4):
            turned = cross * np.exp(1j * omega * delay[:, None])
            delay = delay + top(-(turned.imag @ omega), -(turned.real @ omega**2), farthest=0.1)
        return np.clip(delay, -self.max_delay, self.max_delay)
