"""What every tone estimator says of one part of a recording."""

import inspect
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dspvnn.estimator import TONE_OUTPUTS, EstimationWarning
from dspvnn.lineup import lineup
from dspvnn.recordings.part import Part
from dspvnn.tasks.tone import TASK


@dataclass(frozen=True)
class Estimate:
    """One estimator's frequency in hertz, its standard error, or NaN and the reason."""

    estimator: str
    kind: str
    frequency: float
    standard_error: float
    note: str = ""


@dataclass(frozen=True)
class Fit:
    """The least-squares sine A cos(2 pi f t + phase) + offset, t in seconds from the part's start.

    errors: the standard error of each, true if what is left is white noise. snr_db: of the sine over what
    is left, 10 log10(A^2 / (2 s^2)).
    """

    frequency: float
    phase: float
    amplitude: float
    offset: float
    errors: dict[str, float]
    residual_std: float
    snr_db: float

    def at(self, time: np.ndarray) -> np.ndarray:
        """Return the fitted sine at times in seconds from the part's start."""
        angle = 2 * np.pi * self.frequency * time + self.phase
        return np.asarray(self.amplitude * np.cos(angle) + self.offset)


def estimate_part(
    part: Part, device: str = "auto", progress: Callable[[str, int, int], None] | None = None
) -> tuple[list[Estimate], Fit]:
    """Return what every estimator says that has no side information about the tones of the comparison.

    Of a net with several trainings the first one answers.
    """
    estimates, fit = [], None
    seen = set()
    contestants = lineup(TASK, device)
    for i, contestant in enumerate(contestants):
        if progress is not None:
            progress(contestant.label, i, len(contestants))
        label = contestant.entry
        estimator = contestant.make()
        if estimator.side_information or estimator.kind == "floor" or label in seen:
            continue
        seen.add(label)
        label = _set_up(estimator, label, part)
        estimates.append(_ask(estimator, label, part))
        if fit is None and _knows_its_error(estimator):
            fit = _fit(estimator, part)
    assert fit is not None  # the roster has the sine fit
    return estimates, fit


def _set_up(estimator: Any, label: str, part: Part) -> str:
    """Give the estimator sample rate and window, as far as it takes one; return its name."""
    estimator.set_params(sample_rate=part.sample_rate)
    parameters = estimator.get_params()
    if part.window and "window" in parameters and parameters["interpolation"] in ("none", "parabolic"):
        estimator.set_params(window=part.window)
        return f"{label}, {part.window}"
    return label


def _knows_its_error(estimator: Any) -> bool:
    return "return_std" in inspect.signature(estimator.predict).parameters


def _ask(estimator: Any, label: str, part: Part) -> Estimate:
    X = part.samples[None]
    std = math.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)  # a NaN says it
        try:
            if _knows_its_error(estimator):
                frequency, std = (float(a[0]) for a in estimator.predict(X, return_std=True))
            else:
                frequency = float(estimator.predict(X)[0])
        except ValueError as error:  # too short for this one, say
            return Estimate(label, estimator.kind, math.nan, math.nan, " ".join(str(error).split()))
    return Estimate(label, estimator.kind, frequency, std)


def _fit(estimator: Any, part: Part) -> Fit:
    estimator.set_params(outputs=TONE_OUTPUTS)
    (values,), (errors,) = estimator.predict(part.samples[None], return_std=True)
    frequency, phase, amplitude, offset = map(float, values)
    found = Fit(
        frequency, phase, amplitude, offset, dict(zip(TONE_OUTPUTS, map(float, errors), strict=True)), 0, 0
    )
    time = np.arange(len(part.samples)) / part.sample_rate
    std = float(np.sqrt(np.sum((part.samples - found.at(time)) ** 2) / (len(time) - 4)))
    snr_db = 20 * math.log10(amplitude / (std * 2**0.5)) if std > 0 < amplitude else math.inf
    return Fit(frequency, phase, amplitude, offset, found.errors, std, snr_db)
