"""Impulses: a share of the samples has noise of ten times the deviation of the others."""

from typing import Any

import numpy as np

from dspvnn.limits.mismatch import impulsive_information
from dspvnn.signals.noise import impulsive
from dspvnn.signals.randomness import Draws
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters, pure_tone


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    return pure_tone(n, p) + impulsive(draws, p["noise_std"], p["severity"], n)


def _information(signals: np.ndarray, mean: np.ndarray, p: Parameters, severity: float) -> np.ndarray:
    return impulsive_information(p["noise_std"], severity)[:, None]


IMPULSES = Kind(
    "impulses", _signals, severity="share of samples hit", levels=(0.01, 0.05, 0.15), remedy="robust fit",
    information=_information,
)  # fmt: skip
