"""Noise, as a pure function of standard draws, for NumPy arrays and torch tensors alike."""

from typing import Any

from dspvnn.randomness import Draws


def noise_std(amplitude: Any, snr_db: Any) -> Any:
    """Return sigma of the noise that gives SNR = 10 log10(A^2 / (2 sigma^2)) dB, in expectation."""
    return amplitude * 10 ** (-snr_db / 20) / 2**0.5


def white(draws: Draws, std: Any, n_samples: int) -> Any:
    """Return white Gaussian noise of shape ``(n_signals, n_samples)``; `std` is ``(n_signals,)``."""
    return std[:, None] * draws.standard_normal((std.shape[0], n_samples))
