"""The Cramér-Rao bound of the fundamental of a harmonic series in white noise.

The record is offset + sum over k = 1 ... K of A_k cos(2 pi k f n + phase_k) + noise. All amplitudes, phases
and the offset are unknown too: what they can imitate of the derivative to f says nothing about f. For long
records it becomes 24 sigma^2 / ((2 pi)^2 N^3 sum of k^2 A_k^2): a high harmonic counts by its square.
Source: Christensen & Jakobsson, Multi-Pitch Estimation (2009), eq. 1.20.
"""

import numpy as np


def harmonic_bound(
    n_samples: int, frequency: np.ndarray, amplitude: np.ndarray, phase: np.ndarray, noise_std: np.ndarray
) -> np.ndarray:
    """Return the bound on the variance of the fundamental, ``(n_signals,)``, in squared cycles per sample.

    Parameters
    ----------
    n_samples : int
        More than the 2 K + 2 unknown parameters.
    frequency, noise_std : array, ``(n_signals,)``
        The fundamental in cycles per sample; the noise in the signal's unit.
    amplitude, phase : array, ``(n_signals, K)``
        Of every harmonic, in the signal's unit and in radians at the first sample; amplitude 0 is allowed,
        but not for all.

    Raises
    ------
    ValueError
        When the record is shorter than that, or a harmonic lies at 0.5 or beyond.

    References
    ----------
    Christensen & Jakobsson, Multi-Pitch Estimation (2009), eq. 1.20.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import harmonic_bound
    >>> f, std = np.array([0.05]), np.array([0.1])
    >>> one = harmonic_bound(128, f, np.array([[1.0]]), np.zeros((1, 1)), std)
    >>> two = harmonic_bound(128, f, np.array([[1.0, 1.0]]), np.zeros((1, 2)), std)
    >>> (one / two).round()  # a second harmonic as strong is worth four first ones more
    array([5.])
    """
    frequency, amplitude, phase = (np.asarray(p, float) for p in (frequency, amplitude, phase))
    order = np.arange(1, amplitude.shape[1] + 1)
    if n_samples < 2 * len(order) + 2:
        raise ValueError(
            f"n_samples must be at least the {2 * len(order) + 2} unknown parameters, got {n_samples}"
        )
    if np.any(frequency * len(order) >= 0.5):
        raise ValueError(
            f"every harmonic must lie below 0.5 cycles per sample, got {len(order)} of {frequency.max():g}"
        )
    n = np.arange(n_samples)
    variance = np.empty(len(frequency))
    for i, fundamental in enumerate(frequency):
        angle = 2 * np.pi * fundamental * order * (n - (n_samples - 1) / 2)[:, None]
        nuisance = np.concatenate([np.cos(angle), np.sin(angle), np.ones((n_samples, 1))], axis=1)
        turned = 2 * np.pi * fundamental * order * n[:, None] + phase[i]
        slope = -2 * np.pi * n * (np.sin(turned) @ (order * amplitude[i]))
        orthonormal = np.linalg.qr(nuisance)[0]
        for _ in range(2):  # twice is enough (Kahan): the slope is almost all nuisance
            slope = slope - orthonormal @ (orthonormal.T @ slope)
        variance[i] = 1 / np.sum(slope**2)
    return variance * np.asarray(noise_std, float) ** 2
