"""Coloured noise: first-order autoregressive noise of the same standard deviation."""

from typing import Any

from dspvnn.limits.mismatch import whitened
from dspvnn.signals.noise import autoregressive
from dspvnn.signals.randomness import Draws
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters, pure_tone


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    return pure_tone(n, p) + autoregressive(draws, p["noise_std"], p["severity"], n)


AUTOREGRESSIVE = Kind(
    "autoregressive noise", _signals, severity="coefficient", levels=(0.5, 0.9, 0.98),
    remedy="prewhitened fit", whitened=whitened,
)  # fmt: skip
