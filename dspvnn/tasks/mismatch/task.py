"""The frequency of a tone where the model of a sine in white noise is wrong.

Every kind of mismatch has one knob of severity, from light to heavy; 0 is the tone of
`dspvnn.tasks.tone.task`.
The frequency in question is that of the tone, of the fundamental, of the stronger of two tones, or of the
middle of a chirp. SNR is that of the tone's (first) amplitude to the noise's standard deviation, whatever
the distribution or the spectrum of the noise. A missing sample is NaN.

The limit is the Cramér-Rao bound of whoever knows the kind and the law of the mismatch
(`dspvnn.limits.mismatch`). A remedy is the classical method for one kind: it is given the kind, and
stands in the cells of its kind and in those without mismatch. Nets that learned the mixture are not given
the kind.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from array_api_compat import array_namespace

from dspvnn.limits import mismatch as limits
from dspvnn.signals.noise import autoregressive, clip, drop, impulsive, noise_std, student_t, white
from dspvnn.signals.randomness import Draws
from dspvnn.signals.tone_models import MODELS, tone_parameters
from dspvnn.signals.waveforms import chirp, decaying_tone, harmonic_tone, tone
from dspvnn.tasks.base import NOTHING, Calibration, Context, Given, Metric, Pair, Trials, uniform
from dspvnn.tasks.page import Page
from dspvnn.tasks.tone.task import ToneCondition

SNR_DB = 20.0
LEVELS = ("light", "moderate", "heavy")
INTERFERER_BINS = 2.0
HARMONICS = (1.0, 1.0, 0.5)  # amplitudes of the second and third, times the knob, over the first's
Parameters = dict[str, Any]


def _tone(n_samples: int, p: Parameters) -> Any:
    return tone(n_samples, p["frequency"], p["phase"], p["amplitude"], p["offset"])


def _student(draws: Draws, n: int, p: Parameters) -> Any:
    return _tone(n, p) + student_t(draws, p["noise_std"], p["knob"], n)


def _impulses(draws: Draws, n: int, p: Parameters) -> Any:
    return _tone(n, p) + impulsive(draws, p["noise_std"], p["knob"], n)


def _red(draws: Draws, n: int, p: Parameters) -> Any:
    return _tone(n, p) + autoregressive(draws, p["noise_std"], p["knob"], n)


def _interfered(draws: Draws, n: int, p: Parameters) -> Any:
    xp = array_namespace(p["frequency"])
    up = draws.random(p["frequency"].shape[0]) < 0.5
    p["second frequency"] = p["frequency"] + xp.where(up, INTERFERER_BINS / n, -INTERFERER_BINS / n)
    p["second phase"] = uniform(draws, p["frequency"].shape[0], -np.pi, np.pi)
    p["second amplitude"] = p["knob"] * p["amplitude"]
    other = tone(
        n, p["second frequency"], p["second phase"], p["second amplitude"], xp.zeros_like(p["offset"])
    )
    return _tone(n, p) + other + white(draws, p["noise_std"], n)


def _distorted(draws: Draws, n: int, p: Parameters) -> Any:
    xp = array_namespace(p["frequency"])
    free = [uniform(draws, p["frequency"].shape[0], -np.pi, np.pi) for _ in HARMONICS[1:]]
    p["phases"] = xp.stack([p["phase"], *free], axis=1)
    over = [p["amplitude"] * p["knob"] * share for share in HARMONICS[1:]]
    p["amplitudes"] = xp.stack([p["amplitude"], *over], axis=1)
    clean = harmonic_tone(n, p["frequency"], p["phases"], p["amplitudes"], p["offset"])
    return clean + white(draws, p["noise_std"], n)


def _clipped(draws: Draws, n: int, p: Parameters) -> Any:
    reach = (1 - p["knob"]) * p["amplitude"]
    p["low"], p["high"] = p["offset"] - reach, p["offset"] + reach
    return clip(_tone(n, p) + white(draws, p["noise_std"], n), p["low"], p["high"])


def _gapped(draws: Draws, n: int, p: Parameters) -> Any:
    return drop(draws, _tone(n, p) + white(draws, p["noise_std"], n), p["knob"])


def _swept(draws: Draws, n: int, p: Parameters) -> Any:
    clean = chirp(n, p["frequency"], p["phase"], p["amplitude"], p["offset"], p["knob"])
    return clean + white(draws, p["noise_std"], n)


def _decaying(draws: Draws, n: int, p: Parameters) -> Any:
    clean = decaying_tone(n, p["frequency"], p["phase"], p["amplitude"], p["offset"], p["knob"])
    return clean + white(draws, p["noise_std"], n)


def _pure(draws: Draws, n: int, p: Parameters) -> Any:
    return _tone(n, p) + white(draws, p["noise_std"], n)


@dataclass(frozen=True)
class Kind:
    """One kind of mismatch: what its knob is, the knob at light, moderate and heavy, its remedy's label.

    `model`: the key in `dspvnn.signals.tone_models.MODELS` of the mean that is right.
    """

    signals: Callable[[Draws, int, Parameters], Any]
    knob: str
    levels: tuple[float, float, float]
    remedy: str
    model: str = "tone"


KINDS = {
    "none": Kind(_pure, "", (0.0, 0.0, 0.0), ""),
    "Student t noise": Kind(_student, "1 / degrees of freedom", (0.1, 0.2, 0.4), "robust fit"),
    "impulses": Kind(_impulses, "share of samples hit", (0.01, 0.05, 0.15), "robust fit"),
    "autoregressive noise": Kind(_red, "coefficient", (0.5, 0.9, 0.98), "prewhitened fit"),
    "interfering tone": Kind(
        _interfered, f"relative amplitude, {INTERFERER_BINS:g} bins away", (0.1, 0.3, 0.7),
        "two-tone fit", "two tones",
    ),
    "harmonics": Kind(
        _distorted, "relative amplitude of the second", (0.1, 0.3, 0.7), "harmonic fit", "harmonics"
    ),
    "clipping": Kind(_clipped, "share of the amplitude cut off", (0.1, 0.2, 0.3), "censored fit"),
    "missing samples": Kind(_gapped, "share missing", (0.1, 0.3, 0.6), "fit that skips gaps"),
    "chirp": Kind(_swept, "cycles per record, over the record", (0.5, 1.0, 3.0), "chirp fit", "chirp"),
    "decay": Kind(_decaying, "log of first over last amplitude", (1.0, 2.0, 4.0), "decay fit", "decay"),
}  # fmt: skip


def remedied(label: str) -> tuple[str, ...]:
    """Return the kinds whose remedy has this label, and "none"; nothing if it is no remedy."""
    kinds = tuple(name for name, kind in KINDS.items() if kind.remedy == label and label)
    return (*kinds, "none") if kinds else ()


MIXTURE = "mixture"  # every kind but none, at every severity up to heavy, signal by signal


@dataclass(frozen=True)
class MismatchCondition(ToneCondition):
    """A cell of the map: a kind of `KINDS` and the knob's value; or the mixture of all."""

    kind: str = "none"
    level: str = ""
    knob: float = 0.0
    snr_range_db: tuple[float, float] = (SNR_DB, SNR_DB)

    @property
    def position(self) -> float:
        """The knob."""
        return self.knob


def _conditions() -> tuple[MismatchCondition, ...]:
    cells = [MismatchCondition("none", sweep="none")]
    for name, kind in KINDS.items():
        if name != "none":
            cells += [
                MismatchCondition(f"{name}, {level}", region="mismatch", sweep=name, kind=name, level=level,
                                  knob=knob)
                for level, knob in zip(LEVELS, kind.levels, strict=True)
            ]  # fmt: skip
    return tuple(cells)


PAIRS = (
    *(
        Pair("mixture LSTM", remedy, "frequency rmse", "without the kind against with it")
        for remedy in dict.fromkeys(kind.remedy for kind in KINDS.values() if kind.remedy)
    ),
    Pair("mixture LSTM", "sine fit", "frequency rmse", "learning the mixture"),
    Pair("mixture LSTM", "fit chosen by BIC", "frequency rmse", "the same question, classical"),
    Pair("heterodyne LSTM", "sine fit", "frequency rmse", "both trust white noise"),
)


@dataclass(frozen=True)
class Mismatch:
    """Draws tones under mismatch, scores the frequency in cycles per sample."""

    name: str = "tone-mismatch"
    title: str = "Frequency of a tone under mismatch"
    n_training: int = 2000
    calibrated: bool = False
    side_information: Given = NOTHING
    training: MismatchCondition = MismatchCondition(MIXTURE, kind=MIXTURE, snr_range_db=(0.0, 40.0))
    conditions: tuple[MismatchCondition, ...] = field(default_factory=_conditions, repr=False)
    metrics: dict[str, Metric] = field(
        default_factory=lambda: {"frequency rmse": Metric("cycles/sample", root=True)}
    )
    pairs: tuple[Pair, ...] = PAIRS
    page: Page = field(default=Page(), repr=False, compare=False)

    def training_for(self, condition: MismatchCondition) -> MismatchCondition:
        """Return the condition of the training draw: the mixture, whatever the cell."""
        return self.training

    def n_signals(self, requested: int, condition: MismatchCondition) -> int:
        """Return how many signals a cell takes: an eighth, the map has many cells."""
        return max(2, requested // 8)

    def draw(self, draws: Draws, n_signals: int, condition: MismatchCondition) -> Trials:
        """Return tones as in the task "tone", spoilt; `knob` is the severity of every one."""
        n, parts = condition.n_samples, []
        kinds = list(KINDS) if condition.kind == MIXTURE else [condition.kind]
        for i, kind in enumerate(kinds):
            share = n_signals * (i + 1) // len(kinds) - n_signals * i // len(kinds)
            if not share:
                continue
            p = _draw_tone(draws, share, condition)
            most = KINDS[kind].levels[-1]
            drawn = draws.random(share)
            p["knob"] = most * drawn if condition.kind == MIXTURE else 0 * drawn + condition.knob
            parts.append((KINDS[kind].signals(draws, n, p), p))
        if len(parts) == 1:
            signals, p = parts[0]
            return Trials(signals, p["frequency"], p)
        xp = array_namespace(parts[0][0])
        joined = {k: xp.concat([p[k] for _, p in parts]) for k in _TONE}
        return Trials(xp.concat([signals for signals, _ in parts]), joined["frequency"], joined)

    def losses(
        self, trials: Trials, estimates: np.ndarray, calibration: Calibration | None = None
    ) -> dict[str, np.ndarray]:
        """Return the squared error of the frequency."""
        return {"frequency rmse": (estimates - trials.target) ** 2}

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the Cramér-Rao bound, per signal, of whoever knows the kind of mismatch."""
        return {"frequency rmse": mismatch_bound(context.condition, context.trials)}


_TONE = ("frequency", "phase", "amplitude", "offset", "noise_std", "knob")


def _draw_tone(draws: Draws, n_signals: int, condition: ToneCondition) -> Parameters:
    frequency = uniform(draws, n_signals, *condition.frequency_range)
    phase = uniform(draws, n_signals, -np.pi, np.pi)
    amplitude = 2.0 ** uniform(draws, n_signals, -1.0, 1.0)
    offset = uniform(draws, n_signals, -1.0, 1.0)
    std = noise_std(amplitude, uniform(draws, n_signals, *condition.snr_range_db))
    return {"frequency": frequency, "phase": phase, "amplitude": amplitude, "offset": offset,
            "noise_std": std}  # fmt: skip


def mismatch_bound(condition: MismatchCondition, trials: Trials) -> np.ndarray:
    """Return the Cramér-Rao bound on the variance of the frequency, per signal."""
    p, n, kind = trials.parameters, condition.n_samples, condition.kind
    mean, jacobian = MODELS[KINDS[kind].model](_true_parameters(kind, n, p), n)
    std, knob = p["noise_std"], condition.knob
    information = np.broadcast_to(std[:, None] ** -2, mean.shape)
    if kind == "Student t noise":
        information = np.broadcast_to(limits.student_t_information(std, knob)[:, None], mean.shape)
    elif kind == "impulses":
        information = np.broadcast_to(limits.impulsive_information(std, knob)[:, None], mean.shape)
    elif kind == "autoregressive noise":
        jacobian = limits.whitened(jacobian, knob)
    elif kind == "clipping":
        information = limits.clipped_information(mean, std, p["low"], p["high"])
    elif kind == "missing samples":
        information = information * ~np.isnan(trials.signals)
    return limits.frequency_bound(jacobian, information)


def _true_parameters(kind: str, n: int, p: Parameters) -> np.ndarray:
    first = tone_parameters(n, p["frequency"], p["phase"], p["amplitude"], p["offset"])
    if kind == "chirp":  # its phase is the middle's
        a, b = p["amplitude"] * np.cos(p["phase"]), -p["amplitude"] * np.sin(p["phase"])
        return np.stack([p["frequency"], a, b, p["offset"], p["knob"]], axis=1)
    if kind == "decay":
        return np.concatenate([first, p["knob"][:, None]], axis=1)
    if kind == "interfering tone":
        zero = np.zeros(len(first))
        other = tone_parameters(n, p["second frequency"], p["second phase"], p["second amplitude"], zero)
        return np.concatenate([first, other[:, :3]], axis=1)
    if kind == "harmonics":
        return np.concatenate([first, *(
            tone_parameters(n, k * p["frequency"], p["phases"][:, k - 1], p["amplitudes"][:, k - 1],
                            p["offset"])[:, 1:3]
            for k in range(2, len(HARMONICS) + 1)
        )], axis=1)  # fmt: skip
    return first
