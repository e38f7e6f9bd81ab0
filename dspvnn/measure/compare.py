"""The comparison: draw a cell once, run every estimator on the same signals, score against the limit.

A cell is one condition of one task. Its test signals come from the stream "test", thresholds are set on
"calibrate", and estimators that learn in `fit` are fitted on "train". Cells are independent, so they
run in any number of processes and give the same rows.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from dspvnn.estimator import EstimationWarning
from dspvnn.measure.paired import paired_rows, pairs_of
from dspvnn.measure.statistics import as_drawn, interval, ratio_interval, resampling_weights
from dspvnn.results.rows import Row
from dspvnn.results.side_information import SideInformation
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Calibration, Condition, Context, Task, Trials, task_of

N_CALIBRATION = 1000  # at least
# An answer with a larger loss counts as failed: the interval of a mean takes cubes of the losses, and
# float64 ends at 1e308.
LARGEST_LOSS = 1e100


@dataclass(frozen=True)
class Contestant:
    """One estimator of a line-up.

    `learns`: it is fitted on the cell's training draw. `only`: the sweeps that it stands in, all if empty.
    `digest` stands for what `make` reads besides the code, a net's weights, where finished cells are kept.
    `entry`, `training_seed`: of a net with several trainings its name without the seed, and the seed.
    """

    label: str
    make: Callable[[], Any]
    learns: bool = True
    only: tuple[str, ...] = ()
    digest: str = ""
    entry: str = ""
    training_seed: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "entry", self.entry or self.label)

    @property
    def named(self) -> dict[str, Any]:
        """The columns of a row that say whose it is."""
        return {"estimator": self.label, "entry": self.entry, "training_seed": self.training_seed}

    def fitted(self, training: Trials) -> Any:
        """Return the estimator, fitted on a training draw if it learns."""
        estimator = self.make()
        if self.learns:
            estimator.fit(training.signals, np.asarray(training.target, float))
        return estimator


@dataclass(frozen=True)
class Scored:
    """One estimator's losses on a cell, by metric, and how many of its estimates failed."""

    losses: dict[str, np.ndarray]
    n_failed: int


def draw_cell(task: Task, condition: Condition, n_signals: int, seed: int) -> Context:
    """Draw the test, training and calibration signals of a cell, each from its own stream."""

    def draw(use: str, n: int, of: Condition) -> Trials:
        return task.draw(stream(seed, use, task.name, condition.name), n, of)

    calibration = weights = None
    if task.calibrated:
        n = task.n_signals(max(n_signals, N_CALIBRATION), condition)
        calibration = draw("calibrate", max(n, 600), condition)
        noise_only = int(np.sum(~calibration.parameters["present"]))
        if noise_only:
            weights = resampling_weights(noise_only, stream(seed, "threshold", task.name, condition.name))
    context = Context(
        condition,
        draw("test", task.n_signals(n_signals, condition), condition),
        draw("train", task.n_training, task.training_for(condition)),
        calibration,
        weights,
    )
    return sealed(context)


def sealed(context: Context) -> Context:
    """Return the context with its arrays read-only: all estimators of a cell share them."""
    for trials in filter(None, (context.trials, context.training, context.calibration)):
        for array in (trials.signals, trials.target, *trials.parameters.values()):
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
    return context


def score(task: Task, estimator: Any, context: Context) -> Scored:
    """Return the losses of a fitted estimator. A failed estimate is scored as the training mean.

    Failed is what is not finite, and what has a loss beyond `LARGEST_LOSS`.
    """
    fallback = np.asarray(np.mean(context.training.target), float)

    def predict(trials: Trials) -> tuple[np.ndarray, np.ndarray]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EstimationWarning)  # counted in n_failed instead
            estimates = estimator.predict(trials.signals)
        failed = ~np.isfinite(estimates).reshape(len(estimates), -1).all(axis=1)
        if failed.any():
            estimates = np.where(np.isfinite(estimates), estimates, fallback)
        return estimates, failed

    calibration = None
    if context.calibration is not None:
        answers = predict(context.calibration)[0]
        calibration = Calibration(context.calibration, answers, context.calibration_weights)
    estimates, failed = predict(context.trials)
    with np.errstate(over="ignore", invalid="ignore"):
        losses = task.losses(context.trials, estimates, calibration)
        beyond = _beyond(losses, len(estimates)) & ~failed
        if beyond.any():
            by_signal = beyond.reshape(-1, *[1] * (estimates.ndim - 1))
            losses = task.losses(context.trials, np.where(by_signal, fallback, estimates), calibration)
    return Scored(losses, int(np.sum(failed | beyond)))


def _beyond(losses: Mapping[str, np.ndarray], n_signals: int) -> np.ndarray:
    """Return which signals have a loss beyond `LARGEST_LOSS`, in the metrics that count every signal."""
    of_signals = [values for values in map(as_drawn, losses.values()) if len(values) == n_signals]
    return ~np.all([values <= LARGEST_LOSS for values in of_signals], axis=0)


def compare_cell(
    task: str | Task, condition: Condition, contestants: Iterable[Contestant], n_signals: int, seed: int
) -> list[Row]:
    """Return the rows of one cell: one a metric and estimator, then the pairs."""
    task = task_of(task)
    with threadpool_limits(1):  # the sums of a BLAS depend on its threads
        context = draw_cell(task, condition, n_signals, seed)
        limits: dict[frozenset[SideInformation], dict[str, np.ndarray]] = {}
        rows: list[Row] = []
        losses: dict[str, dict[str, list[np.ndarray]]] = {metric: {} for metric in task.metrics}

        @cache
        def weights(n: int) -> np.ndarray:
            return resampling_weights(n, stream(seed, "bootstrap", task.name, condition.name))

        for contestant in contestants:
            if contestant.only and condition.sweep not in contestant.only:
                continue
            estimator = contestant.fitted(context.training)
            given = task.side_information & estimator.side_information
            if given not in limits:
                limits[given] = task.limit_losses(context, given)
            scored = score(task, estimator, context)
            rows += _rows(task, condition, contestant, estimator, scored, limits[given], seed, weights)
            for metric, values in scored.losses.items():
                losses[metric].setdefault(contestant.entry, []).append(as_drawn(values))
        rng = stream(seed, "seeds", task.name, condition.name)
        cells = {row.metric: row for row in rows}
        for metric, cell in cells.items():
            n = cell.n_signals
            rows += paired_rows(pairs_of(task), cell, losses[metric], task.metrics[metric], weights(n), rng)
    return rows


def _rows(
    task: Task,
    condition: Condition,
    contestant: Contestant,
    estimator: Any,
    scored: Scored,
    limits: Mapping[str, np.ndarray],
    seed: int,
    weights: Callable[[int], np.ndarray],
) -> Iterator[Row]:
    for metric, losses in scored.losses.items():
        about, limit = task.metrics[metric], limits[metric]
        value, low, high = interval(losses, about, weights(losses.shape[-1]))
        ratio, ratio_low, ratio_high = ratio_interval(losses, limit, about, weights(losses.shape[-1]))
        yield Row(
            task=task.name, condition=condition.name, region=condition.region,
            sweep=condition.sweep, position=condition.position, snr_db=condition.snr_db,
            **contestant.named, kind=estimator.kind, metric=metric, unit=about.unit,
            value=value, ci_low=low, ci_high=high, limit=about.value(as_drawn(limit)),
            ratio_to_limit=ratio, ratio_low=ratio_low, ratio_high=ratio_high,
            n_signals=losses.shape[-1], n_failed=scored.n_failed,
            side_information=estimator.side_information, seed=seed,
            error=getattr(estimator, "error", ""), note=getattr(estimator, "note", ""),
        )  # fmt: skip
