"""A frequency that drifts: it rises linearly over the record, and that of the middle is asked for."""

from typing import Any

import numpy as np

from dspvnn.signals.noise import white
from dspvnn.signals.randomness import Draws
from dspvnn.signals.tone_models import chirp_model
from dspvnn.signals.waveforms import chirp
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    clean = chirp(n, p["frequency"], p["phase"], p["amplitude"], p["offset"], p["severity"])
    return clean + white(draws, p["noise_std"], n)


def _mean(n: int, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    a, b = p["amplitude"] * np.cos(p["phase"]), -p["amplitude"] * np.sin(p["phase"])  # of the middle
    return chirp_model(np.stack([p["frequency"], a, b, p["offset"], p["severity"]], axis=1), n)


CHIRP = Kind(
    "chirp", _signals, severity="cycles per record, over the record", levels=(0.5, 1.0, 3.0),
    remedy="chirp fit", mean=_mean,
)  # fmt: skip
