"""Blocks of test signals for a verdict that may need many: drawn one after another, scored as they come.

The streams are labelled "test", "calibrate" and "train" as the comparison's are, and then by the number of
the block: they are other ones, and any block can be drawn again alone.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dspvnn.adapter import Adapted, ChangedInPlace
from dspvnn.measure.compare import score, sealed
from dspvnn.measure.statistics import as_drawn
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Condition, Context, Task, Trials, task_of

FIRST = 1000  # signals of the first block; every later one doubles their number
CALIBRATION = 4000  # at least, for each block: what a threshold is set on


@dataclass(frozen=True)
class Block:
    """The losses of an estimator and of the limit on the trials of one block."""

    number: int
    losses: np.ndarray
    limit: np.ndarray
    n_failed: int
    trials: Trials


def draw_block(task: str | Task, condition: str, block: int, seed: int = 0) -> Trials:
    """Return the signals of one block of `dspvnn.testing.assert_within`, with their truth.

    Parameters
    ----------
    task : str or Task
    condition : str
        Name of one of the task's conditions.
    block : int
        From 0. Blocks 0 and 1 are of the same size, each later one is twice the one before.
    seed : int

    Examples
    --------
    >>> from dspvnn.testing import draw_block
    >>> draw_block("tone", "inside, 20 dB", block=0).signals.shape
    (1000, 128)
    """
    task = task_of(task)
    cell = next(c for c in task.conditions if c.name == condition)
    rng = stream(seed, "test", task.name, condition, "block", block)
    return task.draw(rng, block_size(task, cell, block), cell)


def block_size(task: Task, condition: Condition, block: int) -> int:
    """Return how many signals a block takes."""
    return task.n_signals(FIRST * 2 ** max(0, block - 1), condition)


def draw_training(task: Task, condition: Any, seed: int) -> Trials:
    """Return what an estimator of a cell is fitted on."""
    rng = stream(seed, "train", task.name, condition.name)
    return task.draw(rng, task.n_training, task.training_for(condition))


def fitted(estimator: Any, training: Trials) -> Adapted:
    """Return the estimator in the comparison's terms, fitted on the training draw if it was not."""
    adapted = Adapted(estimator, np.ndim(training.target))
    if not adapted.is_fitted():
        adapted.fit(training.signals, np.asarray(training.target, float))
    return adapted


def scored_blocks(
    estimator: Any, task: Task, condition: Any, metric: str, at_most: float | None, seed: int
) -> Iterator[Block]:
    """Yield blocks without end. With `at_most` the limit's losses are those of a metric of that value."""
    training = draw_training(task, condition, seed)
    estimator = fitted(estimator, training)
    given = task.side_information & estimator.side_information
    number, said = 0, ""
    while True:
        context = _context(task, condition, training, number, seed)
        scored = score(task, estimator, context)
        if estimator.note and not said:
            said = estimator.note
            warnings.warn(f"in {condition.name!r} the estimator {said}", ChangedInPlace, stacklevel=4)
        losses = as_drawn(scored.losses[metric])
        if at_most is None:
            limit = as_drawn(task.limit_losses(context, given)[metric])
        else:
            limit = np.full(len(losses), at_most ** (2 if task.metrics[metric].root else 1))
        yield Block(number, losses, limit, scored.n_failed, context.trials)
        number += 1


def _context(task: Task, condition: Any, training: Trials, number: int, seed: int) -> Context:
    calibration = None
    if task.calibrated:
        n = max(task.n_signals(CALIBRATION, condition), block_size(task, condition, number), 600)
        rng = stream(seed, "calibrate", task.name, condition.name, "block", number)
        calibration = task.draw(rng, n, condition)
    trials = draw_block(task, condition.name, number, seed)
    return sealed(Context(condition, trials, training, calibration))


def worst_signal(blocks: list[Block]) -> tuple[int, int]:
    """Return block and index of the signal that speaks most against the estimator."""
    block = max(blocks, key=lambda b: float(np.max(b.losses - b.limit)))
    index = int(np.argmax(block.losses - block.limit))
    if len(block.losses) < len(block.trials.signals):  # a metric of the bursts that are there
        index = int(np.flatnonzero(block.trials.parameters["present"])[index])
    return block.number, index
