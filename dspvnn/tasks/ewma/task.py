"""The exponentially weighted moving average y[t] = (1 - alpha) y[t-1] + alpha x[t], alpha = 0.2.

The average starts at the mean of the record. The loss is the error's power over the variance of y; the
limit is the recursion itself in float64, whose error is rounding (the truth is kept longer).
"""

from dataclasses import dataclass, field, replace

import numpy as np
from array_api_compat import array_namespace

from dspvnn.signals.randomness import Draws
from dspvnn.signals.waveforms import ewma
from dspvnn.tasks.base import (
    NOTHING,
    Calibration,
    Condition,
    Context,
    Given,
    Metric,
    Pair,
    Trials,
    extended,
)
from dspvnn.tasks.metrics import relative_power
from dspvnn.tasks.page import Page

ALPHA = 0.2


@dataclass(frozen=True)
class EWMACondition(Condition):
    """Where a cell's samples come from: uniform on `low` to `high`, or normal with their moments."""

    n_samples: int = 100
    low: float = 0.0
    high: float = 1.0
    normal: bool = False


def _conditions() -> tuple[EWMACondition, ...]:
    base = EWMACondition("inside, uniform on 0 to 1")
    return (
        base,
        replace(base, name="records 10 x longer", region="beyond", n_samples=1000),
        replace(base, name="uniform on 1 to 3", region="beyond", low=1.0, high=3.0),
        replace(base, name="uniform on 0 to 10", region="beyond", high=10.0),
        replace(base, name="normal, mean 0, variance 1", region="beyond",
                low=-(3**0.5), high=3**0.5, normal=True),
    )  # fmt: skip


PAIRS = (Pair("LSTM", "exact recursion", "relative rms error", "learning alone"),)


@dataclass(frozen=True)
class EWMA:
    """Draws independent samples, scores the average at every sample."""

    name: str = "ewma"
    title: str = "A moving average"
    n_training: int = 200
    calibrated: bool = False
    side_information: Given = NOTHING
    training: EWMACondition = EWMACondition("training range")
    conditions: tuple[EWMACondition, ...] = field(default_factory=_conditions, repr=False)
    metrics: dict[str, Metric] = field(
        default_factory=lambda: {"relative rms error": Metric("1", root=True)}
    )
    pairs: tuple[Pair, ...] = PAIRS
    page: Page = field(default=Page(), repr=False, compare=False)

    def training_for(self, condition: EWMACondition) -> EWMACondition:
        """Return the condition of the training draw: the training range, whatever the cell."""
        return self.training

    def n_signals(self, requested: int, condition: EWMACondition) -> int:
        """Return how many records a cell takes: fewer where they are longer, 50 at least."""
        return max(50, requested * self.training.n_samples // condition.n_samples)

    def draw(self, draws: Draws, n_signals: int, condition: EWMACondition) -> Trials:
        """Return the samples and their average."""
        shape = (n_signals, condition.n_samples)
        middle, spread = (condition.low + condition.high) / 2, condition.high - condition.low
        if condition.normal:
            x = middle + spread / 12**0.5 * draws.standard_normal(shape)
        else:
            x = condition.low + spread * draws.random(shape)
        longer = extended(x)
        mean = array_namespace(x).mean
        return Trials(x, ewma(longer, ALPHA, mean(longer, axis=1)))

    def losses(
        self, trials: Trials, estimates: np.ndarray, calibration: Calibration | None = None
    ) -> dict[str, np.ndarray]:
        """Return the power of the error over the variance of the truth, per record."""
        return {"relative rms error": relative_power(trials.target, estimates)}

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the losses of the plain float64 recursion."""
        x = context.trials.signals
        return self.losses(context.trials, ewma(x, ALPHA, x.mean(axis=1)))
