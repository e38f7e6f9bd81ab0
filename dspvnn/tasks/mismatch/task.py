"""The frequency of a tone where the model of a sine in white noise is wrong.

Every kind of mismatch has one number for its severity, from light to heavy; 0 is the tone of
`dspvnn.tasks.tone.task`.
The frequency in question is that of the tone, of the fundamental, of the stronger of two tones, or of the
middle of a chirp. SNR is that of the tone's (first) amplitude to the noise's standard deviation, whatever
the distribution or the spectrum of the noise. A missing sample is NaN.

A kind is one object (`dspvnn.tasks.mismatch.kinds`). The limit is the Cramér-Rao bound of whoever knows
the kind and the law of the mismatch (`dspvnn.limits.mismatch`). A remedy is the classical method
for one kind: it is given the kind, and stands in the cells of its kind and in those without mismatch. Nets
that learned the mixture are not given the kind.
"""

from dataclasses import dataclass, field

import numpy as np
from array_api_compat import array_namespace

from dspvnn.signals.noise import noise_std
from dspvnn.signals.randomness import Draws
from dspvnn.tasks.base import NOTHING, Calibration, Context, Given, Metric, Pair, Trials, uniform
from dspvnn.tasks.mismatch.kinds import KINDS, Parameters, kind_named
from dspvnn.tasks.page import Page
from dspvnn.tasks.tone.task import ToneCondition

METRIC = "frequency rmse"
SNR_DB = 20.0
LEVELS = ("light", "moderate", "heavy")


def remedied(label: str) -> tuple[str, ...]:
    """Return the kinds whose remedy has this label, and "none"; nothing if it is no remedy."""
    kinds = tuple(name for name, kind in KINDS.items() if kind.remedy == label and label)
    return (*kinds, "none") if kinds else ()


MIXTURE = "mixture"  # every kind but none, at every severity up to heavy, signal by signal


@dataclass(frozen=True)
class MismatchCondition(ToneCondition):
    """A cell of the map: a kind of `KINDS` and how severe it is; or the mixture of all."""

    kind: str = "none"
    level: str = ""
    severity: float = 0.0
    snr_range_db: tuple[float, float] = (SNR_DB, SNR_DB)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind != MIXTURE:
            kind_named(self.kind)

    @property
    def position(self) -> float:
        """The severity."""
        return self.severity


def _conditions() -> tuple[MismatchCondition, ...]:
    cells = [MismatchCondition("none", sweep="none")]
    for name, kind in KINDS.items():
        if name != "none":
            cells += [
                MismatchCondition(f"{name}, {level}", region="mismatch", sweep=name, kind=name, level=level,
                                  severity=severity)
                for level, severity in zip(LEVELS, kind.levels, strict=True)
            ]  # fmt: skip
    return tuple(cells)


def _pairs() -> tuple[Pair, ...]:
    remedies = dict.fromkeys(kind.remedy for kind in KINDS.values() if kind.remedy)
    return (
        *(Pair("mixture LSTM", remedy, METRIC, "without the kind against with it") for remedy in remedies),
        Pair("mixture LSTM", "sine fit", METRIC, "learning the mixture"),
        Pair("mixture LSTM", "fit chosen by BIC", METRIC, "the same question, classical"),
        Pair("heterodyne LSTM", "sine fit", METRIC, "both trust white noise"),
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
    metrics: dict[str, Metric] = field(default_factory=lambda: {METRIC: Metric("cycles/sample", root=True)})
    pairs: tuple[Pair, ...] = field(default_factory=_pairs, repr=False)
    page: Page = field(default=Page(), repr=False, compare=False)

    def training_for(self, condition: MismatchCondition) -> MismatchCondition:
        """Return the condition of the training draw: the mixture, whatever the cell."""
        return self.training

    def n_signals(self, requested: int, condition: MismatchCondition) -> int:
        """Return how many signals a cell takes: an eighth, the map has many cells."""
        return max(2, requested // 8)

    def draw(self, draws: Draws, n_signals: int, condition: MismatchCondition) -> Trials:
        """Return tones as in the task "tone", spoilt; `severity` is the severity of every one."""
        n, parts = condition.n_samples, []
        kinds = list(KINDS) if condition.kind == MIXTURE else [condition.kind]
        for i, kind in enumerate(kinds):
            share = n_signals * (i + 1) // len(kinds) - n_signals * i // len(kinds)
            if not share:
                continue
            p = _draw_tone(draws, share, condition)
            most = KINDS[kind].levels[-1]
            drawn = draws.random(share)
            p["severity"] = most * drawn if condition.kind == MIXTURE else 0 * drawn + condition.severity
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
        return {METRIC: (estimates - trials.target) ** 2}

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the Cramér-Rao bound, per signal, of whoever knows the kind of mismatch."""
        return {METRIC: mismatch_bound(context.condition, context.trials)}


_TONE = ("frequency", "phase", "amplitude", "offset", "noise_std", "severity")


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
    return kind_named(condition.kind).bound(trials.signals, trials.parameters, condition.severity)
