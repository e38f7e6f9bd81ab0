"""Distortion: the tone with its second and third harmonic, their phases free."""

from typing import Any

import numpy as np
from array_api_compat import array_namespace

from dspvnn.signals.noise import white
from dspvnn.signals.randomness import Draws
from dspvnn.signals.tone_models import harmonic_model, tone_parameters
from dspvnn.signals.waveforms import harmonic_tone
from dspvnn.tasks.base import uniform
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters, tone_theta

SHARES = (1.0, 1.0, 0.5)  # amplitudes of the second and third, times the severity, over the first's


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    xp = array_namespace(p["frequency"])
    free = [uniform(draws, p["frequency"].shape[0], -np.pi, np.pi) for _ in SHARES[1:]]
    p["phases"] = xp.stack([p["phase"], *free], axis=1)
    over = [p["amplitude"] * p["severity"] * share for share in SHARES[1:]]
    p["amplitudes"] = xp.stack([p["amplitude"], *over], axis=1)
    clean = harmonic_tone(n, p["frequency"], p["phases"], p["amplitudes"], p["offset"])
    return clean + white(draws, p["noise_std"], n)


def _mean(n: int, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    over = [
        tone_parameters(
            n, k * p["frequency"], p["phases"][:, k - 1], p["amplitudes"][:, k - 1], p["offset"]
        )[:, 1:3]
        for k in range(2, len(SHARES) + 1)
    ]
    return harmonic_model(np.concatenate([tone_theta(n, p), *over], axis=1), n)


HARMONICS = Kind(
    "harmonics", _signals, severity="relative amplitude of the second", levels=(0.1, 0.3, 0.7),
    remedy="harmonic fit", mean=_mean,
)  # fmt: skip
