"""Clipping: the record is held between two rails inside the swing of the tone."""

from typing import Any

import numpy as np

from dspvnn.limits.mismatch import clipped_information
from dspvnn.signals.noise import clip
from dspvnn.signals.randomness import Draws
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters, in_white_noise


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    reach = (1 - p["severity"]) * p["amplitude"]
    p["low"], p["high"] = p["offset"] - reach, p["offset"] + reach
    return clip(in_white_noise(draws, n, p), p["low"], p["high"])


def _information(signals: np.ndarray, mean: np.ndarray, p: Parameters, severity: float) -> np.ndarray:
    return clipped_information(mean, p["noise_std"], p["low"], p["high"])


CLIPPING = Kind(
    "clipping", _signals, severity="share of the amplitude cut off", levels=(0.1, 0.2, 0.3),
    remedy="censored fit", information=_information,
)  # fmt: skip
