"""Cells of the tone task as conditions of a case: the frequency's rms error over the Cramér-Rao bound."""

from collections.abc import Callable, Sequence

import numpy as np

from dspvnn.cases.base import Outcome
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Context, Metric
from dspvnn.tasks.tone import TASK

ERROR = "rms error over the bound"
METRICS = {ERROR: Metric("× Cramér-Rao bound", root=True)}
N_TEST = 5000


def over_the_bound(
    predict: Callable[[np.ndarray], np.ndarray], names: Sequence[str], seed: int
) -> list[Outcome]:
    """Score an estimator of the frequency in the task's cells of these names."""
    outcomes = []
    for condition in (c for c in TASK.conditions if c.name in names):
        trials = TASK.draw(stream(seed, "test", "tone cells", condition.name), N_TEST, condition)
        bound = TASK.limit_losses(Context(condition, trials, trials, None))["frequency rmse"]
        squared = (predict(trials.signals) - trials.target) ** 2
        mean = bound.mean()
        outcomes.append(Outcome(condition.name, ERROR, squared / mean, bound / mean, condition.region))
    return outcomes
