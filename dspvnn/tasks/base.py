"""What a task is: signals with their truth, the loss of every trial, and the least loss possible.

A task is a frozen dataclass with

- ``conditions``: the cells of its comparison, and ``training``, the condition that nets learn from;
- ``draw(draws, n_signals, condition) -> Trials``, on NumPy or, with torch draws, on a device;
- ``losses(trials, estimates, calibration) -> {metric: loss of every trial}``;
- ``limit_losses(context, given) -> {metric: loss of every trial of the best possible estimator}`` among
  those that have the side information `given`; ``side_information`` is the set of members that move this
  limit.

A metric's value is the mean of its losses over the trials, or the root of that mean. Losses that hang on a
threshold have two axes: the first row is theirs, the others are those under each resample of the
calibration draw, so that intervals hold the threshold's own uncertainty.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from dspvnn.results.side_information import SideInformation
from dspvnn.signals.randomness import Draws
from dspvnn.tasks.page import Page

Given = frozenset[SideInformation]
NOTHING: Given = frozenset()
REGIONS = ("inside", "below", "above", "beyond", "mismatch", "recorded")


@dataclass(frozen=True)
class Condition:
    """One cell of the comparison: where its signals are drawn from.

    `region` says where that lies from the training range: "inside", "below" or "above" it in
    frequency, "beyond" it in something else; "mismatch": the model of a sine in white noise is wrong.
    `sweep` names the axis on which the cell is a point.
    """

    name: str
    region: str = "inside"
    n_samples: int = 128
    sweep: str = ""

    def __post_init__(self) -> None:
        if self.region not in REGIONS:
            raise ValueError(f"region must be one of {REGIONS}, got {self.region!r}")

    @property
    def snr_db(self) -> float:
        """SNR of the cell in dB, NaN where it has none."""
        return math.nan

    @property
    def position(self) -> float:
        """Where the cell lies on the axis of its sweep, NaN for none."""
        return math.nan


@dataclass(frozen=True)
class Trials:
    """Signals, the `target` that a perfect `predict` returns, and what the draw knows besides."""

    signals: Any
    target: Any
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Calibration:
    """What a threshold is set on: trials of the "calibrate" stream and one estimator's answers.

    weights: resamples of the noise-only ones among the trials, ``(n_resamples, n_noise_only)``, the same
    for every estimator of a cell.
    """

    trials: Trials
    estimates: np.ndarray
    weights: np.ndarray | None = None


@dataclass(frozen=True)
class Context:
    """Everything that a limit may use: the test trials, and the training and calibration draws."""

    condition: Any
    trials: Trials
    training: Trials
    calibration: Trials | None
    calibration_weights: np.ndarray | None = None


@dataclass(frozen=True)
class Metric:
    """How a metric is read. `root`: its value is the root of the mean loss; `rate`: a share of 1."""

    unit: str
    root: bool = False
    rate: bool = False

    def value(self, losses: Any) -> float:
        """Return the metric's value for the losses of trials, or for their mean."""
        mean = float(np.mean(losses))
        return math.sqrt(max(mean, 0.0)) if self.root else mean


@dataclass(frozen=True)
class Pair:
    """Who is compared with whom on the same signals, by which metric; `why`: what the difference tells."""

    label: str
    reference: str
    metric: str
    why: str


@dataclass(frozen=True)
class LineUp:
    """The estimators of a task, each a label and how it is made.

    baselines : functions without arguments (or classes) that make the classical estimators.
    nets : the same for nets that are ready: trained, or with weights set by hand.
    by_recipe : nets that dspvnn trains itself: the name of a recipe each.
    recipes : every `neural.recipes.Recipe` that these need, by its name.
    """

    baselines: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    nets: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    by_recipe: Mapping[str, str] = field(default_factory=dict)
    recipes: Mapping[str, Any] = field(default_factory=dict)


class Task(Protocol):
    """The protocol of a task; see the module docstring."""

    @property
    def name(self) -> str:
        """Key of the task in `TASKS`."""

    @property
    def title(self) -> str:
        """The task in words."""

    @property
    def metrics(self) -> dict[str, Metric]:
        """What is measured."""

    @property
    def calibrated(self) -> bool:
        """Whether thresholds are set on a calibration draw."""

    @property
    def n_training(self) -> int:
        """How many signals an estimator that learns in `fit` gets."""

    @property
    def side_information(self) -> Given:
        """The side information that moves the limit."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The estimators that are compared in pairs."""

    @property
    def page(self) -> Page:
        """What the report says of the task."""

    @property
    def training(self) -> Any:
        """The condition that nets are trained on."""

    @property
    def conditions(self) -> tuple[Any, ...]:
        """The cells of the comparison."""

    def training_for(self, condition: Any) -> Any:
        """Return the condition of a cell's training draw."""

    def draw(self, draws: Draws, n_signals: int, condition: Any) -> Trials:
        """Return signals of a condition, with their truth."""

    def n_signals(self, requested: int, condition: Any) -> int:
        """Return how many signals a cell takes."""

    def losses(
        self, trials: Trials, estimates: np.ndarray, calibration: Calibration | None
    ) -> dict[str, np.ndarray]:
        """Return the loss of every trial, by metric."""

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the losses of the best possible estimator with the side information `given`."""


def extended(array: Any) -> Any:
    """Return a NumPy array in the longest float there is, a torch tensor as it is.

    The truth of a task that float64 can solve exactly is kept longer than float64, so that the
    limit, rounding, can be measured.
    """
    return array.astype(np.longdouble) if isinstance(array, np.ndarray) else array


def uniform(draws: Draws, n_signals: int, low: float, high: float) -> Any:
    """Return `n_signals` draws, uniform on [low, high)."""
    return low + (high - low) * draws.random(n_signals)
