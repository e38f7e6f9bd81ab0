"""Runtime, fairly: one thread, warmed up, estimators interleaved, median and quartiles.

A round calls every estimator once, in turn, so that a change of the machine's speed hits all alike.
The time counts everything from a NumPy array in to a NumPy array out.
"""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from dspvnn.measure.compare import Contestant
from dspvnn.results.metrics import RUNTIME
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Task, task_of


def time_task(task: str | Task, contestants: Sequence[Contestant], rounds: int, seed: int) -> list[Row]:
    """Return, for batch 1 and a large batch, the seconds per signal of every contestant."""
    task = task_of(task)
    large = task.page.timed_signals
    condition = task.conditions[0]
    training = task.draw(
        stream(seed, "train", task.name, RUNTIME), task.n_training, task.training_for(condition)
    )
    signals = task.draw(stream(seed, "test", task.name, RUNTIME), large, condition).signals
    rows = []
    with threadpool_limits(1):
        fitted = [(c, c.fitted(training)) for c in contestants]
        for batch in (1, large):
            times = interleaved([e for _, e in fitted], signals[:batch], rounds)
            for (contestant, estimator), samples in zip(fitted, times, strict=True):
                if getattr(estimator, "error", ""):
                    continue  # an estimator that raised an error has no runtime
                low, middle, high = np.quantile(samples / batch, (0.25, 0.5, 0.75))
                rows.append(
                    Row(
                        task=task.name,
                        condition=f"batch of {batch}",
                        region="inside",
                        snr_db=np.nan,
                        **contestant.named,
                        kind=estimator.kind,
                        metric=RUNTIME,
                        unit="s/signal",
                        value=float(middle),
                        ci_low=float(low),
                        ci_high=float(high),
                        n_signals=batch * rounds,
                        side_information=estimator.side_information,
                        seed=seed,
                        sweep="batch",
                        position=float(batch),
                    )
                )
    return rows


def interleaved(estimators: Sequence[Any], signals: np.ndarray, rounds: int) -> np.ndarray:
    """Return the seconds of every call, ``(n_estimators, rounds)``; one round before is not counted."""
    times = np.empty((len(estimators), rounds + 1))
    for i in range(rounds + 1):
        for j, estimator in enumerate(estimators):
            start = time.perf_counter()
            estimator.predict(signals)
            times[j, i] = time.perf_counter() - start
    return times[:, 1:]
