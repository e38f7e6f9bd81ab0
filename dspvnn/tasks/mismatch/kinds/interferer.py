"""An interfering tone, weaker than the one in question and two bins above or below it."""

from typing import Any

import numpy as np
from array_api_compat import array_namespace

from dspvnn.signals.noise import white
from dspvnn.signals.randomness import Draws
from dspvnn.signals.tone_models import tone_parameters, two_tone_model
from dspvnn.signals.waveforms import tone
from dspvnn.tasks.base import uniform
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters, pure_tone, tone_theta

BINS = 2.0


def _signals(draws: Draws, n: int, p: Parameters) -> Any:
    xp = array_namespace(p["frequency"])
    up = draws.random(p["frequency"].shape[0]) < 0.5
    p["second frequency"] = p["frequency"] + xp.where(up, BINS / n, -BINS / n)
    p["second phase"] = uniform(draws, p["frequency"].shape[0], -np.pi, np.pi)
    p["second amplitude"] = p["severity"] * p["amplitude"]
    other = tone(
        n, p["second frequency"], p["second phase"], p["second amplitude"], xp.zeros_like(p["offset"])
    )
    return pure_tone(n, p) + other + white(draws, p["noise_std"], n)


def _mean(n: int, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    first, zero = tone_theta(n, p), np.zeros(len(p["frequency"]))
    other = tone_parameters(n, p["second frequency"], p["second phase"], p["second amplitude"], zero)
    return two_tone_model(np.concatenate([first, other[:, :3]], axis=1), n)


INTERFERER = Kind(
    "interfering tone", _signals, severity=f"relative amplitude, {BINS:g} bins away",
    levels=(0.1, 0.3, 0.7),
    remedy="two-tone fit", mean=_mean,
)  # fmt: skip
