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
    """One cell of the comparison: where its signals are drawn from. A task's own conditions derive from it.

    Attributes
    ----------
    name : str
        What stands for it in tables.
    region : str
        Where it lies from the training range: "inside", "below" or "above" it in frequency, "beyond" it in
        something else; "mismatch": the model of a sine in white noise is wrong; "recorded".
    n_samples : int
        Samples of a record: its signals are ``(n_signals, n_samples)``.
    sweep : str
        The axis on which the cell is a point.

    Raises
    ------
    ValueError
        When the region is none of these.

    Examples
    --------
    >>> from dspvnn.tasks import Condition
    >>> Condition("long records", region="beyond", n_samples=4096)
    Condition(name='long records', region='beyond', n_samples=4096, sweep='')
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
    """Signals, the `target` that a perfect `predict` returns, and what the draw knows besides.

    Attributes
    ----------
    signals : array, ``(n_signals, n_samples)`` or ``(n_signals, n_samples, n_channels)`` target : array,
    ``(n_signals,)``, or ``(n_signals, n_samples)`` of a task that is answered sample by sample
        In the task's unit, cycles per sample for the frequency of a tone.
    parameters : dict
        From a name to an array with one value a signal.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.tasks import TASKS
    >>> task = TASKS["tone"]
    >>> trials = task.draw(np.random.default_rng(0), 3, task.training)
    >>> trials.signals.shape, trials.target.shape, sorted(trials.parameters)
    ((3, 128), (3,), ['amplitude', 'frequency', 'noise_std', 'offset', 'phase'])
    """

    signals: Any
    target: Any
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Calibration:
    """What a threshold is set on: trials of the "calibrate" stream and one estimator's answers to them.

    Attributes
    ----------
    trials : Trials
    estimates : array, ``(n_signals,)`` or ``(n_signals, n_samples)``
    weights : array, ``(n_resamples, n_noise_only)``, optional
        Resamples of the noise-only ones among the trials, the same for every estimator of a cell.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.tasks import TASKS, Calibration
    >>> task = TASKS["burst"]
    >>> trials = task.draw(np.random.default_rng(0), 200, task.training)
    >>> calibration = Calibration(trials, estimates=trials.signals)  # it returns its input
    >>> sorted(task.losses(trials, trials.signals, calibration))
    ['miss rate', 'sample error rate']
    """

    trials: Trials
    estimates: np.ndarray
    weights: np.ndarray | None = None


@dataclass(frozen=True)
class Context:
    """Everything that a limit may use: the test trials, and the training and calibration draws.

    Attributes
    ----------
    condition : Condition
    trials, training : Trials
    calibration : Trials or None
        Of a task that sets thresholds.
    calibration_weights : array, ``(n_resamples, n_noise_only)``, or None

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.tasks import TASKS, Context
    >>> task, rng = TASKS["tone"], np.random.default_rng(0)
    >>> trials = task.draw(rng, 3, task.training)
    >>> context = Context(task.training, trials, training=trials, calibration=None)
    >>> task.limit_losses(context)["frequency rmse"].shape  # (n_signals,), in (cycles per sample)^2
    (3,)
    """

    condition: Any
    trials: Trials
    training: Trials
    calibration: Trials | None
    calibration_weights: np.ndarray | None = None


@dataclass(frozen=True)
class Metric:
    """How a metric is read: its value is the mean of the losses, or the root of the mean.

    Attributes
    ----------
    unit : str
        Of its value; a loss has the square of this unit where `root` is set.
    root : bool
        Whether its value is the root of the mean loss.
    rate : bool
        Whether every loss lies between 0 and 1: a share.

    Examples
    --------
    >>> from dspvnn.tasks import Metric
    >>> Metric("cycles/sample", root=True).value([9.0, 16.0, 23.0])
    4.0
    """

    unit: str
    root: bool = False
    rate: bool = False

    def value(self, losses: Any) -> float:
        """Return the metric's value for the losses of trials, or for their mean."""
        mean = float(np.mean(losses))
        return math.sqrt(max(mean, 0.0)) if self.root else mean


@dataclass(frozen=True)
class Pair:
    """Two estimators that are compared on the same signals, by one metric.

    Attributes
    ----------
    label, reference : str
        Who is compared with whom.
    metric : str
        One of the task's metrics.
    why : str
        What a difference between the two tells.

    Examples
    --------
    >>> from dspvnn.tasks import TASKS
    >>> pair = TASKS["tone"].pairs[1]
    >>> pair.label, pair.reference, pair.why
    ('LSTM', 'sine fit', 'range and learning')
    """

    label: str
    reference: str
    metric: str
    why: str


@dataclass(frozen=True)
class LineUp:
    """The estimators of a task, each a label and how it is made.

    Attributes
    ----------
    baselines : dict
        From a label to a function without arguments (or a class) that makes a classical estimator.
    nets : dict
        The same for nets that are ready: trained, or with weights set by hand.
    by_recipe : dict
        From the label of a net that dspvnn trains itself to the name of its recipe.
    recipes : dict
        Every `neural.recipes.Recipe` that these need, by its name.

    Examples
    --------
    >>> from baselines import FFTPeak, SineFit
    >>> from dspvnn.tasks import LineUp
    >>> lineup = LineUp(baselines={"fit": SineFit, "FFT": lambda: FFTPeak("candan")})
    >>> lineup.baselines["fit"]()
    SineFit()
    """

    baselines: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    nets: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    by_recipe: Mapping[str, str] = field(default_factory=dict)
    recipes: Mapping[str, Any] = field(default_factory=dict)


class Task(Protocol):
    """The protocol of a task; the module docstring says what each part is.

    Signals are ``(n_signals, n_samples)``, losses ``(n_signals,)`` by metric. A task of a user's own needs
    only some of it: see `dspvnn.tasks.own`.

    Examples
    --------
    >>> from dspvnn.tasks import TASKS
    >>> task = TASKS["tone"]
    >>> task.title, task.metrics["frequency rmse"].unit, task.training.n_samples
    ('Frequency of a tone', 'cycles/sample', 128)
    """

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
