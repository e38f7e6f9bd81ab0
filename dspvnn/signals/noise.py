"""Noise and what sensors do to a signal, as pure functions of standard draws, on NumPy and torch.

`std` is the standard deviation of the noise, ``(n_signals,)``, whatever its distribution or spectrum:
an SNR means the same everywhere. The severity is one number a signal; 0 is white Gaussian
noise and an untouched signal.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace

from dspvnn.signals.randomness import Draws

IMPULSE_RATIO = 10.0  # standard deviation of an impulse over that of the background


def noise_std(amplitude: Any, snr_db: Any) -> Any:
    """Return sigma of the noise that gives SNR = 10 log10(A^2 / (2 sigma^2)) dB, in expectation."""
    return amplitude * 10 ** (-snr_db / 20) / 2**0.5


def white(draws: Draws, std: Any, n_samples: int) -> Any:
    """Return white Gaussian noise of shape ``(n_signals, n_samples)``; `std` is ``(n_signals,)``."""
    return std[:, None] * draws.standard_normal((std.shape[0], n_samples))


def student_t(draws: Draws, std: Any, tail: Any, n_samples: int) -> Any:
    """Return independent Student t noise; `tail` in [0, 1/2) is 1 / degrees of freedom.

    Source: Bailey, Math. Comp. 62 (1994), the polar form: it takes any degrees of freedom.
    """
    xp = array_namespace(std)
    tail = xp.clip(tail, 1e-6, 0.499)[:, None]
    size = (std.shape[0], n_samples)
    radius = xp.sqrt(xp.expm1(-2 * tail * xp.log1p(-draws.random(size))) / tail)
    standard = radius * xp.cos(2 * np.pi * draws.random(size))
    return std[:, None] * xp.sqrt(1 - 2 * tail) * standard


def impulsive(draws: Draws, std: Any, share: Any, n_samples: int) -> Any:
    """Return Bernoulli-Gauss noise: a `share` of samples has `IMPULSE_RATIO` times the deviation."""
    xp = array_namespace(std)
    size = (std.shape[0], n_samples)
    hit = draws.random(size) < share[:, None]
    background = std / xp.sqrt(1 + share * (IMPULSE_RATIO**2 - 1))
    ratio = 1 + (IMPULSE_RATIO - 1) * xp.astype(hit, std.dtype)
    return background[:, None] * ratio * draws.standard_normal(size)


def autoregressive(draws: Draws, std: Any, coefficient: Any, n_samples: int) -> Any:
    """Return stationary noise e[t] = coefficient e[t-1] + white, first order."""
    xp = array_namespace(std)
    fresh = draws.standard_normal((std.shape[0], n_samples))
    gain = xp.sqrt(1 - coefficient**2)
    level = fresh[:, 0]
    noise = [level]
    for t in range(1, n_samples):
        level = coefficient * level + gain * fresh[:, t]
        noise.append(level)
    return std[:, None] * xp.stack(noise, axis=1)


def clip(x: Any, low: Any, high: Any) -> Any:
    """Return `x` held between the rails `low` and `high`, ``(n_signals,)`` each."""
    xp = array_namespace(x)
    return xp.minimum(xp.maximum(x, low[:, None]), high[:, None])


def drop(draws: Draws, x: Any, share: Any) -> Any:
    """Return `x` with a `share` of its samples missing: NaN, independently of each other."""
    xp = array_namespace(x)
    return xp.where(draws.random(tuple(x.shape)) < share[:, None], xp.full_like(x, np.nan), x)
