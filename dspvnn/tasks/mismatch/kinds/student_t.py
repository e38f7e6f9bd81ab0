"""Heavy tails: Student t noise of the same standard deviation."""

from typing import Any

import numpy as np

from dspvnn.limits.mismatch import student_t_information
from dspvnn.signals.noise import student_t
from dspvnn.signals.randomness import Draws
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters, pure_tone


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    return pure_tone(n, p) + student_t(draws, p["noise_std"], p["severity"], n)


def _information(signals: np.ndarray, mean: np.ndarray, p: Parameters, severity: float) -> np.ndarray:
    return student_t_information(p["noise_std"], severity)[:, None]


STUDENT_T = Kind(
    "Student t noise", _signals, severity="1 / degrees of freedom", levels=(0.1, 0.2, 0.4),
    remedy="robust fit", information=_information,
)  # fmt: skip
