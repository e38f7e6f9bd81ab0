"""The frequency of one tone in white noise: x[n] = A cos(2 pi f n + phase) + offset + noise.

Frequency, phase, amplitude, offset and noise level are all unknown. The limit is the Cramér-Rao
bound of the four-parameter problem at the cell's own parameters, averaged over its trials; it speaks
of unbiased estimators, so it is reached above the threshold SNR only.

An estimator that was given the training range, or learned it, may use it: its limit, inside that range
and at a known SNR, is the loss of the Bayes posterior mean on the same trials, the least mean squared
error that there is under the training prior. Outside the range that prior is wrong, and its posterior
mean is no limit: the Cramér-Rao bound stays, though it does not bind a biased estimator either.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dspvnn.limits import TonePrior, tone_bound, tone_posterior
from dspvnn.results.side_information import SideInformation
from dspvnn.signals.noise import noise_std, white
from dspvnn.signals.randomness import Draws
from dspvnn.signals.waveforms import tone
from dspvnn.tasks.base import NOTHING, Calibration, Condition, Context, Given, Metric, Pair, Trials, uniform
from dspvnn.tasks.page import Page

KNOWS_RANGE = frozenset(
    {SideInformation.FREQUENCY_RANGE, SideInformation.TRAINING_RANGE, SideInformation.TRAINING_MEAN}
)  # in any of these ways an estimator knows where the frequencies lie
TRAINING_RANGE = (0.05, 0.25)
SNRS_DB = (-10, -5, 0, 5, 10, 15, 20, 30, 40, 50, 60)
SWEEP_SNR_DB = 20
SWEEP_EDGES = (0.01, 0.02, 0.035, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.49)


@dataclass(frozen=True)
class ToneCondition(Condition):
    """Where a cell's tones come from: a number is a fixed value, a pair a uniform range."""

    frequency_range: tuple[float, float] = TRAINING_RANGE
    snr_range_db: tuple[float, float] = (-10.0, 60.0)

    @property
    def snr_db(self) -> float:
        """The one SNR of the cell."""
        low, high = self.snr_range_db
        return low if low == high else np.nan

    @property
    def position(self) -> float:
        """The SNR or the middle of the frequencies, whichever is swept."""
        return self.snr_db if self.sweep == "snr" else sum(self.frequency_range) / 2


def _region(low: float, high: float) -> str:
    if high <= TRAINING_RANGE[0]:
        return "below"
    return "above" if low >= TRAINING_RANGE[1] else "inside"


def _conditions() -> tuple[ToneCondition, ...]:
    by_snr = [ToneCondition(f"inside, {snr} dB", sweep="snr", snr_range_db=(snr, snr)) for snr in SNRS_DB]
    by_frequency = [
        ToneCondition(
            f"f in [{low:g}, {high:g}], {SWEEP_SNR_DB} dB",
            region=_region(low, high),
            sweep="frequency",
            frequency_range=(low, high),
            snr_range_db=(SWEEP_SNR_DB, SWEEP_SNR_DB),
        )
        for low, high in itertools.pairwise(SWEEP_EDGES)
    ]
    return (*by_snr, *by_frequency)


PAIRS = (
    Pair("sine fit, given the range", "sine fit", "frequency rmse", "what the range is worth"),
    Pair("LSTM", "sine fit", "frequency rmse", "range and learning"),
    Pair("LSTM", "sine fit, given the range", "frequency rmse", "learning alone"),
    Pair("heterodyne LSTM", "sine fit", "frequency rmse", "learning alone"),
)


@dataclass(frozen=True)
class Tone:
    """Draws tones, scores the frequency in cycles per sample."""

    name: str = "tone"
    title: str = "Frequency of a tone"
    n_training: int = 2000
    calibrated: bool = False
    side_information: Given = KNOWS_RANGE
    training: ToneCondition = ToneCondition("training range")
    conditions: tuple[ToneCondition, ...] = field(default_factory=_conditions, repr=False)
    metrics: dict[str, Metric] = field(
        default_factory=lambda: {"frequency rmse": Metric("cycles/sample", root=True)}
    )
    pairs: tuple[Pair, ...] = PAIRS
    page: Page = field(default=Page(), repr=False, compare=False)

    def training_for(self, condition: ToneCondition) -> ToneCondition:
        """Return the condition of the training draw: the training range, whatever the cell."""
        return self.training

    def n_signals(self, requested: int, condition: ToneCondition) -> int:
        """Return how many signals a cell takes."""
        return requested

    def draw(self, draws: Draws, n_signals: int, condition: ToneCondition) -> Trials:
        """Return tones of amplitude 1/2 to 2 (log-uniform), offset -1 to 1, uniform phase."""
        frequency = uniform(draws, n_signals, *condition.frequency_range)
        phase = uniform(draws, n_signals, -np.pi, np.pi)
        amplitude = 2.0 ** uniform(draws, n_signals, -1.0, 1.0)
        offset = uniform(draws, n_signals, -1.0, 1.0)
        std = noise_std(amplitude, uniform(draws, n_signals, *condition.snr_range_db))
        clean = tone(condition.n_samples, frequency, phase, amplitude, offset)
        truth: dict[str, Any] = {
            "frequency": frequency, "phase": phase, "amplitude": amplitude, "offset": offset,
            "noise_std": std,
        }  # fmt: skip
        return Trials(clean + white(draws, std, condition.n_samples), frequency, truth)

    def losses(
        self, trials: Trials, estimates: np.ndarray, calibration: Calibration | None = None
    ) -> dict[str, np.ndarray]:
        """Return the squared error of the frequency."""
        return {"frequency rmse": (estimates - trials.target) ** 2}

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the Cramér-Rao bound per signal or, with the range, the posterior mean's squared error."""
        condition, p = context.condition, context.trials.parameters
        if given & KNOWS_RANGE and condition.region == "inside" and np.isfinite(condition.snr_db):
            prior = TonePrior(self.training.frequency_range)
            mean = tone_posterior(context.trials.signals, condition.snr_db, prior).mean
            return self.losses(context.trials, mean)
        bound = tone_bound(condition.n_samples, p["frequency"], p["phase"], p["amplitude"], p["noise_std"])
        return {"frequency rmse": bound["frequency"]}
