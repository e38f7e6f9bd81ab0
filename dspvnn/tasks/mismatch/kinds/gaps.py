"""Missing samples, each of them NaN."""

from typing import Any

import numpy as np

from dspvnn.signals.noise import drop
from dspvnn.signals.randomness import Draws
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters, in_white_noise, white_information


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    return drop(draws, in_white_noise(draws, n, p), p["severity"])


def _information(signals: np.ndarray, mean: np.ndarray, p: Parameters, severity: float) -> np.ndarray:
    return white_information(signals, mean, p, severity) * ~np.isnan(signals)


GAPS = Kind(
    "missing samples", _signals, severity="share missing", levels=(0.1, 0.3, 0.6),
    remedy="fit that skips gaps", information=_information,
)  # fmt: skip
