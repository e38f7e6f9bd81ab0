"""Polishes a frequency that is already near: Gauss-Newton steps of the four-parameter sine fit.

At a trial frequency the best amplitude, phase and offset are linear. The tone's derivative to the
frequency, freed of what these three can follow, is the direction in which only the frequency can still
reduce the residual; the step is the residual's share of it (IEEE Std 1057-2017, four-parameter fit).
"""

import numpy as np

from baselines.tone_estimator import linear_sine_fit
from dspvnn.signals import tone


def refine(X: np.ndarray, frequency: np.ndarray, steps: int = 2) -> np.ndarray:
    """Return `frequency` after `steps` steps towards the nearest maximum of the likelihood.

    X: ``(n_signals, n_samples)``; frequency: ``(n_signals,)``, cycles per sample, best within half a
    cycle per record of the truth; farther away the steps lead anywhere in (0, 0.5), but not out of it.
    """
    n_samples = X.shape[1]
    time = np.arange(n_samples) - (n_samples - 1) / 2
    edge = 0.01 / n_samples
    for _ in range(steps):
        frequency = np.clip(frequency, edge, 0.5 - edge)
        fit = linear_sine_fit(X, frequency)
        residual = X - tone(n_samples, frequency, **fit)
        quarter = {
            "phase": fit["phase"] + np.pi / 2,
            "amplitude": fit["amplitude"],
            "offset": 0 * frequency,
        }
        slope = 2 * np.pi * time * tone(n_samples, frequency, **quarter)
        slope -= tone(n_samples, frequency, **linear_sine_fit(slope, frequency))
        energy = np.sum(slope**2, axis=1)
        step = np.sum(slope * residual, axis=1) / np.where(energy > 0, energy, 1.0)
        frequency = frequency + step
    return np.clip(frequency, edge, 0.5 - edge)
