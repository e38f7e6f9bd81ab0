"""A tone that dies away exponentially; its amplitude is that at the first sample."""

from typing import Any

import numpy as np

from dspvnn.signals.noise import white
from dspvnn.signals.randomness import Draws
from dspvnn.signals.tone_models import decay_model
from dspvnn.signals.waveforms import decaying_tone
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters, tone_theta


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    clean = decaying_tone(n, p["frequency"], p["phase"], p["amplitude"], p["offset"], p["severity"])
    return clean + white(draws, p["noise_std"], n)


def _mean(n: int, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    return decay_model(np.concatenate([tone_theta(n, p), p["severity"][:, None]], axis=1), n)


DECAY = Kind(
    "decay", _signals, severity="log of first over last amplitude", levels=(1.0, 2.0, 4.0),
    remedy="decay fit", mean=_mean,
)  # fmt: skip
