"""A task of the user's own: what it must have, and what it is given where it says nothing.

A task is any object with

- ``name``: letters, digits, ``-`` and ``_``, none of the names in `dspvnn.tasks.TASKS`;
- ``conditions``: a tuple of `dspvnn.tasks.Condition`, the cells of its comparison;
- ``metrics``: a dict from the name of a metric to its `dspvnn.tasks.Metric`;
- ``draw(draws, n_signals, condition) -> Trials`` and
  ``losses(trials, estimates, calibration) -> {metric: loss of every trial}``.

``limit_losses`` says the least loss possible; where it is missing, or leaves a metric out, no limit is
known for that metric, and the report says so. All else of the protocol `dspvnn.tasks.Task` has a default.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dspvnn.foreign import contained, first_line, imported
from dspvnn.results.side_information import as_side_information
from dspvnn.signals.randomness import Draws, stream
from dspvnn.tasks.base import NOTHING, Calibration, Condition, Context, Given, LineUp, Metric, Pair, Trials
from dspvnn.tasks.default_page import default_page, title_of
from dspvnn.tasks.own_checks import check_given, check_losses, check_page, check_trials
from dspvnn.tasks.page import Page

OPTIONAL = ("calibrated", "n_training", "lineup")
N_PROBED, N_PROBED_CALIBRATION = 4, 1000  # signals of the first look at a task


@dataclass(frozen=True, repr=False)
class OwnTask:
    """A task of the user's own, complete; made by `own_task`. What its functions answer is checked.

    given : the user's object.
    address : its ``package.module:NAME``, under which other processes import it; empty if it has none.
    version : a hash of the code that it consists of, so that finished cells are taken while it stays.
    """

    given: Any
    address: str
    version: str
    name: str
    title: str
    conditions: tuple[Any, ...]
    metrics: dict[str, Metric]
    training: Any
    page: Page
    calibrated: bool = False
    n_training: int = 1000
    side_information: Given = NOTHING
    pairs: tuple[Pair, ...] = ()
    lineup: LineUp = field(default_factory=LineUp)

    def __repr__(self) -> str:
        """Return what finished cells are kept under: the user's object may print itself as an address."""
        return f"OwnTask({self.name!r}, {self.version!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as an address, if there is one: the module is imported there."""
        if self.address:
            return load_task, (self.address, self.version)
        return own_task, (self.given,)

    def training_for(self, condition: Any) -> Any:
        """Return the condition of a cell's training draw: the task's own function says, or `training`."""
        if not hasattr(self.given, "training_for"):
            return self.training
        return self._answer("training_for", condition)

    def n_signals(self, requested: int, condition: Any) -> int:
        """Return how many signals a cell takes: the task's own function says, or as many as requested."""
        if not hasattr(self.given, "n_signals"):
            return requested
        n = self._answer("n_signals", requested, condition)
        if not isinstance(n, int | np.integer) or n < 1:
            raise self._error(condition, f"n_signals must return a whole number from 1, got {n!r}")
        return int(n)

    def draw(self, draws: Draws, n_signals: int, condition: Any) -> Trials:
        """Return signals of a condition, with their truth, if the two fit each other."""
        trials: Trials = self._answer("draw", draws, n_signals, condition)
        with self._named(condition):
            check_trials(trials, n_signals)
        return trials

    def losses(
        self, trials: Trials, estimates: np.ndarray, calibration: Calibration | None = None
    ) -> dict[str, np.ndarray]:
        """Return the loss of every trial, by metric."""
        losses = self._answer("losses", trials, estimates, calibration)
        with self._named():
            check_losses("losses", losses, self.metrics, len(trials.signals))
        if set(losses) != set(self.metrics):
            raise self._error(None, f"losses must be those of {[*self.metrics]}, got {[*losses]}")
        return dict(losses)

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the losses of the best possible estimator, NaN for metrics whose limit is not known."""
        n = len(context.trials.signals)
        unknown = {metric: np.full(n, np.nan) for metric in self.metrics}
        if not hasattr(self.given, "limit_losses"):
            return unknown
        losses = self._answer("limit_losses", context, given)
        with self._named(context.condition):
            check_losses("limit_losses", losses, self.metrics, n)
        return unknown | dict(losses)

    def _answer(self, function: str, *arguments: Any) -> Any:
        condition = next((a for a in arguments if isinstance(a, Condition)), None)
        try:
            with contained():
                return getattr(self.given, function)(*arguments)
        except (Exception, SystemExit) as error:
            raise self._error(condition, f"{function} failed: {first_line(error)}") from error

    @contextmanager
    def _named(self, condition: Any = None) -> Iterator[None]:
        """Say whose rule a ValueError is about."""
        try:
            yield
        except ValueError as error:
            raise self._error(condition, str(error)) from None

    def _error(self, condition: Any, rule: str) -> ValueError:
        where = f", condition {condition.name!r}" if isinstance(condition, Condition) else ""
        return ValueError(f"task {self.name!r}{where}: {rule}")


def own_task(given: Any, address: str = "", version: str = "") -> OwnTask:
    """Return the user's object as a complete task, or raise a ValueError that says what it lacks."""
    if isinstance(given, OwnTask):
        return given
    try:
        check_given(given)
    except ValueError as error:
        raise ValueError(f"{address or type(given).__name__}: {error}") from None
    conditions, page = tuple(given.conditions), getattr(given, "page", None) or default_page(given)
    return OwnTask(
        given=given, address=address, version=version, name=given.name, conditions=conditions,
        title=title_of(given), metrics=dict(given.metrics),
        training=getattr(given, "training", conditions[0]), page=page, pairs=_pairs(given, page),
        side_information=as_side_information(getattr(given, "side_information", ())),
        **{what: getattr(given, what) for what in OPTIONAL if hasattr(given, what)},
    )  # fmt: skip


def _pairs(given: Any, page: Page) -> tuple[Pair, ...]:
    """Return the pairs that a task names, and those of the verdict's lines that are not among them."""
    pairs = tuple(getattr(given, "pairs", ()))
    named = {(pair.label, pair.reference, pair.metric) for pair in pairs}
    lines = (Pair(line.net, line.classical, line.metric, line.question) for line in page.headlines)
    return pairs + tuple(line for line in lines if (line.label, line.reference, line.metric) not in named)


def load_task(address: str, version: str = "") -> OwnTask:
    """Return the task that ``package.module:NAME`` means; modules of the working folder are found.

    Raises
    ------
    ValueError
        When it cannot be imported or made, is no task, or lacks what a task needs.
    """
    given = imported(address, "a task of your own")
    try:
        with contained():
            task = own_task(given() if isinstance(given, type) else given, address, version)
    except ValueError:
        raise
    except (Exception, SystemExit) as error:
        raise ValueError(f"{address}: the task cannot be made: {first_line(error)}") from error
    try:
        check_page(task.name, task.page)
    except ValueError as error:
        raise ValueError(f"{address}: {error}") from None
    return task


def probe(task: OwnTask) -> None:
    """Draw a few signals of every condition and score the truth: raise a ValueError where that fails."""
    for condition in task.conditions:
        once, again = (task.draw(stream(0, "probe", condition.name), N_PROBED, condition) for _ in range(2))
        if not np.array_equal(once.signals, again.signals, equal_nan=True):
            raise ValueError(
                f"task {task.name!r}, condition {condition.name!r}: draw must take all its randomness from "
                "draws, but two draws with equal ones differ"
            )
    context = _drawn(task, task.conditions[0])
    truth = np.asarray(context.trials.target, float)
    calibration = context.calibration
    scored = task.losses(
        context.trials, truth,
        Calibration(calibration, np.asarray(calibration.target, float)) if calibration else None,
    )  # fmt: skip
    for metric, limit in task.limit_losses(context).items():
        losses = np.asarray(scored[metric])
        if not np.all(losses >= 0) or np.any(np.asarray(limit) < 0):
            raise ValueError(f"task {task.name!r}: losses of {metric!r} must be at least 0, and numbers")
        if losses.shape[-1] != np.shape(limit)[-1] and not np.isnan(limit).all():
            raise ValueError(
                f"task {task.name!r}: losses and limit_losses of {metric!r} must count the same signals, "
                f"got {losses.shape[-1]} and {np.shape(limit)[-1]}"
            )


def _drawn(task: OwnTask, condition: Any) -> Context:
    """Return what a limit may use, with few signals."""

    def draw(use: str, n: int, of: Any) -> Trials:
        return task.draw(stream(0, "probe", use), n, of)

    return Context(
        condition,
        draw("test", N_PROBED, condition),
        draw("train", task.n_training, task.training_for(condition)),
        draw("calibrate", N_PROBED_CALIBRATION, condition) if task.calibrated else None,
    )
