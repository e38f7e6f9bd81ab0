"""What every tone estimator says of one part of a recording."""

import inspect
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from baselines.harmonic_series import HarmonicSeriesFit
from baselines.model_fit import ModelFit
from baselines.remedies import CensoredFit, GapFit
from baselines.roster import BASELINES
from baselines.sample_laws import at_rails
from baselines.sine_fit import SineFit
from dspvnn.estimator import TONE_OUTPUTS, EstimationWarning, SideInformation, SignalEstimator
from dspvnn.recordings.part import Part
from dspvnn.tasks import mismatch as mismatch_task
from dspvnn.tasks import tone as tone_task

ABOUT_TONES = (tone_task.TASK, mismatch_task.TASK)
ALLOWED = frozenset({SideInformation.KIND_OF_MISMATCH})  # of the user's recording, which a label names
MOST_FITTED = 2**15  # samples: what a fit of sixty iterations takes seconds for


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
    part: Part,
    nets: bool = False,
    device: str = "auto",
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[list[Estimate], Fit]:
    """Return what every estimator says that has no side information about the tones of the comparison.

    nets : whether the trained nets answer, too; importing them takes seconds. Of a net with several
        trainings the first one answers.
    """
    entries = _entries(nets, device)
    estimates = []
    for i, (label, make) in enumerate(entries.items()):
        if progress is not None:
            progress(label, i, len(entries))
        estimator = make()
        if not estimator.side_information <= ALLOWED or estimator.kind == "floor":
            continue
        why = _set_up(estimator, label, part)
        shown = f"{label}, {part.window}" if getattr(estimator, "window", None) else label
        estimates.append(
            Estimate(shown, estimator.kind, math.nan, math.nan, why) if why
            else _ask(estimator, shown, part)
        )  # fmt: skip
    return estimates, _fit(SineFit(frequency_range=part.band, sample_rate=part.sample_rate), part)


def _entries(nets: bool, device: str) -> dict[str, Callable[[], SignalEstimator]]:
    """Return the estimators of a tone, of a tone with something wrong, and of a harmonic series."""
    tone, spoilt = (BASELINES[task.name] for task in ABOUT_TONES)
    # Both tasks of tones have a plain fit; gaps are interpolated already, so the one without filter stands.
    entries = {**tone, **spoilt, **tone, "harmonic series fit": HarmonicSeriesFit}
    if nets:
        from dspvnn.lineup import lineup  # imports torch

        for task in ABOUT_TONES:
            for contestant in lineup(task, device):
                entries.setdefault(contestant.entry, contestant.make)
    return entries


def _set_up(estimator: Any, label: str, part: Part) -> str:
    """Give the estimator sample rate, band and window; return why it does not apply, or ""."""
    inner = getattr(estimator, "estimator", estimator)
    inner.set_params(sample_rate=part.sample_rate)
    parameters = inner.get_params()
    if part.window and "window" in parameters and parameters["interpolation"] in ("none", "parabolic"):
        inner.set_params(window=part.window)
    if part.band is not None:
        if "frequency_range" not in parameters:
            return "no band can be given to it"
        inner.set_params(frequency_range=part.band)
    if isinstance(estimator, ModelFit) and len(part.samples) > MOST_FITTED:
        return f"more than {MOST_FITTED} samples: choose a part with --start and --length"
    if isinstance(estimator, GapFit) and not part.n_gaps:
        return "no sample is missing"
    if isinstance(estimator, CensoredFit) and not np.any(at_rails(part.samples[None])):
        return "no sample lies on a rail"
    return ""


def _knows_its_error(estimator: Any) -> bool:
    return "return_std" in inspect.signature(estimator.predict).parameters


def _ask(estimator: Any, label: str, part: Part) -> Estimate:
    X = (part.measured if estimator.allow_nan else part.samples)[None]
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
