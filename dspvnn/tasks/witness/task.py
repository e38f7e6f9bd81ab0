"""What two witnesses say of a third signal: target = sin(t) + sin(w t) r(t), w = 10 rad/s.

The witnesses are sin(w t) and the noise r(t). What can be predicted from them is the contamination
sin(w t) r(t); the wanted signal sin(t) is what is left when it has been subtracted. An estimator is
fitted on one record and scored on others, with unseen noise: power of (estimate - contamination) over
the contamination's.

It is fitted either on the contamination itself or, as one would have to in the field, on the observed
target, where the wanted signal acts as noise. The limit is least squares in the true product model on
the same training record.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from array_api_compat import array_namespace

from dspvnn.results.side_information import SideInformation
from dspvnn.signals.randomness import Draws
from dspvnn.signals.waveforms import sample_index, witness_mixture
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
    uniform,
)
from dspvnn.tasks.metrics import relative_power
from dspvnn.tasks.page import Page

SAMPLE_RATE = 2048.0
N_SAMPLES = 20480
CARRIER = 10.0


@dataclass(frozen=True)
class WitnessCondition(Condition):
    """A cell: the carrier in rad/s, the scale of the noise witness, what estimators are fitted on.

    `observed` draws the observed target in place of the contamination. With `random_start` a record
    begins at a random time, so that a short one shows any phase of the carrier.
    """

    n_samples: int = N_SAMPLES
    carrier: float = CARRIER
    noise_scale: float = 1.0
    fitted_on: str = "contamination"
    observed: bool = False
    random_start: bool = False


def _conditions() -> tuple[WitnessCondition, ...]:
    base = WitnessCondition("inside, fitted on the contamination")
    return (
        base,
        replace(base, name="carrier at 200 rad/s", region="beyond", carrier=200.0),
        replace(base, name="noise witness doubled", region="beyond", noise_scale=2.0),
        replace(base, name="inside, fitted on the observed target", fitted_on="observed"),
    )


PAIRS = (Pair("LSTM", "bilinear regression", "relative residual", "learning alone"),)


@dataclass(frozen=True)
class Witness:
    """Draws records of 10 s at 2048 Hz, scores the predicted contamination."""

    name: str = "witness"
    title: str = "A noise witness"
    n_training: int = 1
    calibrated: bool = False
    side_information: Given = frozenset({SideInformation.CARRIERS, SideInformation.CONTAMINATION})
    training: WitnessCondition = WitnessCondition("training range")
    conditions: tuple[WitnessCondition, ...] = field(default_factory=_conditions, repr=False)
    metrics: dict[str, Metric] = field(
        default_factory=lambda: {"relative residual": Metric("1", root=True)}
    )
    pairs: tuple[Pair, ...] = PAIRS
    page: Page = field(default=Page(), repr=False, compare=False)

    def training_for(self, condition: WitnessCondition) -> WitnessCondition:
        """Return the training record's condition: the training range, with the cell's target."""
        return replace(self.training, observed=condition.fitted_on == "observed")

    def n_signals(self, requested: int, condition: WitnessCondition) -> int:
        """Return how many records a cell takes; each one is 10 s, so few tell much."""
        return max(8, requested // 100)

    def draw(self, draws: Draws, n_signals: int, condition: WitnessCondition) -> Trials:
        """Return the witnesses ``(n_signals, n_samples, 2)`` and the contamination or observation."""
        noise = condition.noise_scale * draws.standard_normal((n_signals, condition.n_samples))
        time = sample_index(condition.n_samples, noise)[None, :] / SAMPLE_RATE + 0 * noise
        if condition.random_start:
            time = time + uniform(draws, n_signals, 0.0, N_SAMPLES / SAMPLE_RATE)[:, None]
        witnesses, _ = witness_mixture(time, condition.carrier, noise)
        longer = extended(witnesses)
        target = longer[..., 0] * longer[..., 1]
        if condition.observed:
            target = target + array_namespace(time).sin(time)
        return Trials(witnesses, target)

    def losses(
        self, trials: Trials, estimates: np.ndarray, calibration: Calibration | None = None
    ) -> dict[str, np.ndarray]:
        """Return the residual's power over the contamination's, per record."""
        return {"relative residual": relative_power(trials.target, estimates)}

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the losses of least squares on the product, fitted on the training record.

        On the contamination itself, or given it or the carriers of the wanted signal, least squares
        finds the gain 1 exactly: what is left is the rounding of the product. On the observed target the
        wanted signal (less its mean) acts as noise.
        """
        gain = 1.0
        if context.condition.fitted_on == "observed" and not given & self.side_information:
            product = context.training.signals.prod(axis=-1).ravel()
            product = product - product.mean()
            gain = np.dot(product, np.asarray(context.training.target, float).ravel())
            gain /= np.dot(product, product)
        return self.losses(context.trials, gain * context.trials.signals.prod(axis=-1))
