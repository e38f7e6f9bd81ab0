"""The part of a net's card that can be computed again: the net's score, and its first answers.

Both are taken on one draw, of `N_SCORE` signals a cell with the seed `SCORE_SEED`, in every cell that the
net was trained for. The score is each metric's value beside its limit. The answers are the estimates of the
first `N_ANSWERS` signals (of a series, its last sample). They move with the weights even where a score does
not: an error rate that counts few errors, or a fit that repeats itself until its start hardly matters.

A card is compared within what another processor may change, the order of float32's sums. This was measured
on one processor with its own kernels (AVX2), with MKL's compatible ones, and with oneDNN's SSE4.1 beside
PyTorch's that are not vectorised; and with every weight multiplied by 1 + 1e-7 N(0, 1). The root of a mean
square moves by up to 3.4e-5 of itself, no sample and no burst changes sides, and an answer moves by up to
6e-7 of the largest in its cell. When every weight is multiplied by 1 + 1e-2 N(0, 1), some answer of every
shipped net moves by 2.4e-5 or more.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from dspvnn.measure.compare import draw_cell, score
from dspvnn.measure.statistics import as_drawn
from dspvnn.results.rows import ROUNDING
from dspvnn.signals.gaps import fill_gaps
from dspvnn.tasks import Context, Task, task_of
from neural.estimators import NeuralEstimator

SCORE_SEED = 20_000  # a stream of its own
N_SCORE = 2000
N_ANSWERS = 5
TRAINED_FOR = ("inside", "mismatch")  # regions; the other regions are outside the training range
TOLERANCE = 1e-4  # of a value, relative
COUNTS = 2  # samples or bursts by which a rate may differ
ANSWER_TOLERANCE = 5e-6  # of the largest answer in the cell


@dataclass(frozen=True)
class ScoreCell:
    """One condition of a task that nets are scored in; its signals are drawn when they are first needed."""

    task: Task
    condition: Any

    @property
    def name(self) -> str:
        """The condition's name."""
        return str(self.condition.name)

    @cached_property
    def context(self) -> Context:
        """The signals."""
        return draw_cell(self.task, self.condition, N_SCORE, SCORE_SEED)

    @cached_property
    def limits(self) -> dict[str, float]:
        """The best possible value of each metric."""
        losses, metrics = self.task.limit_losses(self.context), self.task.metrics
        return {metric: about.value(as_drawn(losses[metric])) for metric, about in metrics.items()}

    def score(self, estimator: NeuralEstimator) -> list[dict[str, Any]]:
        """Return the net's value beside the limit, an entry a metric."""
        losses = score(self.task, estimator, filled(estimator, self.context)).losses
        return [
            {"condition": self.name, "metric": metric,
             "value": _rounded(self.task.metrics[metric].value(as_drawn(each))),
             "limit": _rounded(self.limits[metric]), "n_signals": each.shape[-1]}
            for metric, each in losses.items()
        ]  # fmt: skip

    def answers(self, estimator: NeuralEstimator) -> list[float]:
        """Return the net's estimates of the first signals; of a series, its last sample."""
        trials = self.context.trials
        first = replace(self.context, trials=replace(trials, signals=trials.signals[:N_ANSWERS]))
        estimates = estimator.predict(filled(estimator, first).trials.signals)
        return [_rounded(each, 9) for each in estimates.reshape(len(estimates), -1)[:, -1]]

    def moved_scores(self, card: dict[str, Any], scores: list[dict[str, Any]]) -> Iterator[str]:
        """Yield a line for every value and limit in `scores`, of `score`, that is not the card's."""
        written = {(entry["condition"], entry["metric"]): entry for entry in card["score"]}
        for entry in scores:
            where, allowed = f"{self.name}, {entry['metric']}", self._allowed(entry)
            if (self.name, entry["metric"]) not in written:
                yield f"{where}: the card holds no score"
                continue
            for what in ("value", "limit"):
                old, new = written[self.name, entry["metric"]][what], entry[what]
                if not math.isclose(old, new, rel_tol=TOLERANCE, abs_tol=allowed):
                    yield f"{where}: the {what} is {new:g}, on the card {old:g}"

    def moved_answers(self, card: dict[str, Any], answers: list[float]) -> Iterator[str]:
        """Yield a line if `answers`, of the method of that name, are not the card's."""
        if self.name not in card.get("answers", {}):
            yield f"{self.name}: the card holds no answers"
            return
        old, new = np.array(card["answers"][self.name]), np.array(answers)
        moved = np.abs(new - old).max() / np.abs(old).max()
        if not moved <= ANSWER_TOLERANCE:  # NaN is no agreement
            yield f"{self.name}: answers differ from the card's by {moved:.1e} of the largest"

    def _allowed(self, entry: dict[str, Any]) -> float:
        """Return the absolute tolerance of a value: a few counts of a rate, float64's rounding else."""
        metric = self.task.metrics[entry["metric"]]
        if not metric.rate:
            return ROUNDING
        by_sample = metric.unit == "share of samples"
        return COUNTS / (entry["n_signals"] * (self.condition.n_samples if by_sample else 1))


def score_cells(task: str | Task) -> Iterator[ScoreCell]:
    """Yield the cells that the nets of a task are scored in."""
    found = task_of(task)
    return (
        ScoreCell(found, condition) for condition in found.conditions if condition.region in TRAINED_FOR
    )


def scored(task: str | Task, estimator: NeuralEstimator) -> dict[str, Any]:
    """Return the part of a net's card that can be computed again."""
    scores, answers = [], {}
    for cell in score_cells(task):
        scores += cell.score(estimator)
        answers[cell.name] = cell.answers(estimator)
    return {"score": scores, "answers": answers}


def moved(card: dict[str, Any], part: dict[str, Any]) -> list[str]:
    """Return a line for everything in which `part`, of `scored`, differs from a card."""
    return [
        line
        for cell in score_cells(card["task"])
        for line in (
            *cell.moved_scores(card, [e for e in part["score"] if e["condition"] == cell.name]),
            *cell.moved_answers(card, part["answers"][cell.name]),
        )
    ]


def filled(estimator: NeuralEstimator, context: Context) -> Context:
    """Return a cell whose missing samples are interpolated if the net does not accept NaN."""
    signals = context.trials.signals
    if estimator.allow_nan or not np.isnan(signals).any():
        return context
    return replace(context, trials=replace(context.trials, signals=np.nan_to_num(fill_gaps(signals))))


def _rounded(value: float, digits: int = 7) -> float:
    return float(f"{value:.{digits}g}")
