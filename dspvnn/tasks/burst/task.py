"""A half-sine burst somewhere in a record of noise, or no burst at all.

An estimator answers, after every sample, with the evidence that the burst has ended: a number that
grows with it, on a scale of its own. Two scores come of it:

- *sample error rate*: the share of samples whose label (1 until the burst has ended, 0 from then on)
  is decided wrongly, at the threshold that was best on the calibration draw;
- *miss rate*: the share of bursts that the last sample's evidence misses at a false-alarm rate of 1 %,
  the threshold set on noise-only records of the calibration draw.

The limit of the first is the exact Bayes forward filter, of the second the likelihood ratio averaged
over the unknown onset. Both know the cell's own priors. Burst strength is the deflection
d = sqrt(energy) / noise std: a detector that knows the onset separates the two cases by d.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from array_api_compat import array_namespace

from dspvnn.limits import BurstModel, burst_average_likelihood_ratio, burst_forward_filter
from dspvnn.signals.randomness import Draws
from dspvnn.signals.waveforms import burst_pending, half_sine
from dspvnn.tasks.base import NOTHING, Calibration, Condition, Context, Given, Metric, Pair, Trials, uniform
from dspvnn.tasks.metrics import best_threshold, quantile_thresholds
from dspvnn.tasks.page import Page

FALSE_ALARM_RATE = 0.01
DEFLECTIONS = (3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 20.0)
LONG = 1300


@dataclass(frozen=True)
class BurstCondition(Condition):
    """Where a cell's bursts come from. Infinite deflection: no noise, amplitude 1."""

    n_samples: int = 130
    onset_range: tuple[float, float] = (0.0, 50.0)
    width: float = 10.0
    deflection_range: tuple[float, float] = (3.0, 20.0)
    burst_probability: float = 0.5

    @property
    def noise_free(self) -> bool:
        """Whether there is no noise at all."""
        return np.isinf(self.deflection_range[0])

    @property
    def deflection(self) -> float | tuple[float, float]:
        """The one deflection of the cell, or its range."""
        low, high = self.deflection_range
        return low if low == high else (low, high)

    @property
    def snr_db(self) -> float:
        """Energy over noise variance, 20 log10 d; NaN where it varies or there is no noise."""
        one = self.deflection
        return np.nan if isinstance(one, tuple) or self.noise_free else float(20 * np.log10(one))

    @property
    def position(self) -> float:
        """The deflection of the cell."""
        one = self.deflection
        return np.nan if isinstance(one, tuple) or self.noise_free else one

    def model(self) -> BurstModel:
        """Return what an optimal detector of this cell knows."""
        return BurstModel(self.onset_range, self.width, self.deflection, self.burst_probability)


def beyond(base: BurstCondition) -> tuple[BurstCondition, ...]:
    """Return the cells outside the training range: onset, record length and width."""
    return (
        replace(base, name="later onsets, 50 to 110", region="beyond", onset_range=(50.0, 110.0)),
        replace(base, name="records 10 x longer", region="beyond", n_samples=LONG),
        replace(base, name="half the width", region="beyond", width=5.0),
        replace(base, name="twice the width", region="beyond", width=20.0),
    )


def _noisy() -> tuple[BurstCondition, ...]:
    sweep = [
        BurstCondition(f"inside, d = {d:g}", sweep="deflection", deflection_range=(d, d))
        for d in DEFLECTIONS
    ]
    others = [
        replace(c, name=f"{c.name}, d = 6") for c in beyond(BurstCondition("", deflection_range=(6.0, 6.0)))
    ]
    return (BurstCondition("inside, d from 3 to 20"), *sweep, *others)


QUIET = BurstCondition("inside, no noise", deflection_range=(np.inf, np.inf), burst_probability=1.0)
SAMPLE_ERROR = {"sample error rate": Metric("share of samples", rate=True)}
MISS = {"miss rate": Metric("share of bursts", rate=True)}


PAIRS = (
    Pair("LSTM", "Bayes filter", "sample error rate", "learning alone"),
    Pair("LSTM", "matched filter", "miss rate", "learning alone"),
)


@dataclass(frozen=True)
class Burst:
    """Draws bursts in noise of unit variance (or none), scores labels and detections."""

    name: str = "burst"
    title: str = "A burst in noise"
    n_training: int = 500
    calibrated: bool = True
    side_information: Given = NOTHING
    training: BurstCondition = BurstCondition("training range")
    conditions: tuple[BurstCondition, ...] = field(default_factory=_noisy, repr=False)
    metrics: dict[str, Metric] = field(default_factory=lambda: SAMPLE_ERROR | MISS)
    pairs: tuple[Pair, ...] = PAIRS
    page: Page = field(default=Page(), repr=False, compare=False)

    def training_for(self, condition: BurstCondition) -> BurstCondition:
        """Return the condition of the training draw: the training range, whatever the cell."""
        return self.training

    def n_signals(self, requested: int, condition: BurstCondition) -> int:
        """Return how many records a cell takes: fewer where they are longer, 400 at least."""
        return max(400, requested * self.training.n_samples // condition.n_samples)

    def draw(self, draws: Draws, n_signals: int, condition: BurstCondition) -> Trials:
        """Return records with a burst at a uniform onset, or (onset infinite) noise alone."""
        onset = uniform(draws, n_signals, *condition.onset_range)
        present = draws.random(n_signals) < condition.burst_probability
        xp = array_namespace(onset)
        onset = xp.where(present, onset, xp.full_like(onset, np.inf))
        shape = half_sine(condition.n_samples, onset, condition.width)
        if condition.noise_free:
            signals = shape
        else:
            deflection = uniform(draws, n_signals, *condition.deflection_range)
            amplitude = deflection * (2 / condition.width) ** 0.5
            noise = draws.standard_normal((n_signals, condition.n_samples))
            signals = amplitude[:, None] * shape + noise
        label = burst_pending(condition.n_samples, onset, condition.width)
        return Trials(signals, label, {"onset": onset, "present": present})

    def losses(
        self, trials: Trials, estimates: np.ndarray, calibration: Calibration | None
    ) -> dict[str, np.ndarray]:
        """Return the wrong share of every record's samples, and of every burst 1 if missed, else 0."""
        if calibration is None:
            raise ValueError("burst: thresholds need a calibration draw, got none")
        drawn, answers = calibration.trials, calibration.estimates
        switch = best_threshold(answers.ravel(), drawn.target.ravel() == 0)
        losses = {"sample error rate": np.mean((estimates > switch) != (trials.target == 0), axis=1)}
        if "miss rate" in self.metrics:
            losses["miss rate"] = _misses(
                estimates[trials.parameters["present"], -1],
                answers[~drawn.parameters["present"], -1],
                calibration.weights,
            )
        return losses

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the losses of the Bayes filter and of the average likelihood ratio (noise: 0)."""
        if context.condition.noise_free:  # two samples of the burst tell the rest of it exactly
            return {"sample error rate": np.zeros(len(context.trials.signals))}
        if context.calibration is None:
            raise ValueError("burst: the limit needs a calibration draw, got none")
        model, drawn = context.condition.model(), context.calibration
        log_odds = burst_forward_filter(context.trials.signals, model)
        wrong = np.mean((log_odds > 0) != (context.trials.target == 0), axis=1)
        on_noise, on_bursts = (
            burst_average_likelihood_ratio(signals, model)
            for signals in (
                drawn.signals[~drawn.parameters["present"]],
                context.trials.signals[context.trials.parameters["present"]],
            )
        )
        return {
            "sample error rate": wrong,
            "miss rate": _misses(on_bursts, on_noise, context.calibration_weights),
        }


def _misses(on_bursts: np.ndarray, on_noise: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Return, a row a threshold, whether each burst's statistic stays at or below it."""
    thresholds = quantile_thresholds(on_noise, FALSE_ALARM_RATE, weights)
    return on_bursts <= thresholds[:, None]
