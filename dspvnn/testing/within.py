"""A regression test for estimators: that one stays within a ratio of the best possible score.

`assert_within` draws signals of a task, block after block, until the verdict is certain
(`dspvnn.testing.sequential`), so a test neither flakes nor draws more than it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from dspvnn.tasks import TASKS, Metric, Task, task_of
from dspvnn.tasks.base import REGIONS
from dspvnn.tasks.own import OwnTask
from dspvnn.testing.blocks import FIRST, Block, draw_block, scored_blocks, worst_signal
from dspvnn.testing.sequential import Bet

__all__ = ["Finding", "Undecided", "assert_within", "draw_block"]


class Undecided(AssertionError):
    """At the greatest number of signals the ratio still lies too close to the bound for a verdict.

    It is an AssertionError: a test that cannot decide does not pass.

    Examples
    --------
    >>> from baselines import SineFit
    >>> from dspvnn.testing import Undecided, assert_within
    >>> try:  # the sine fit's ratio is about 1.0
    ...     assert_within(SineFit(), "tone", 1.0, where=lambda c: c.snr_db == 10, max_signals=1000)
    ... except Undecided as error:
    ...     print(str(error).splitlines()[0])
    frequency rmse of 'tone', 'inside, 10 dB': too close for a verdict to 1 x the limit
    """


@dataclass(frozen=True)
class Finding:
    """What was found in one cell. The interval of the ratio to `limit` holds at the test's confidence.

    Attributes
    ----------
    condition, metric : str
        The cell, and what was measured in it.
    value : float
        The metric, in its unit (cycles per sample for a frequency's rmse).
    limit : float
        The best possible value of the metric on the same signals, or the bound `at_most`; in the same unit.
    ratio, low, high : float
        value / limit and its interval.
    n_signals : int
        Signals that the metric counts.
    n_failed : int
        Signals that the estimator could not estimate.
    worst : str
        Python that draws the signal with the greatest loss again, ``(1, n_samples)``.

    References
    ----------
    The interval is a confidence sequence: Howard et al., "Time-uniform, nonparametric, nonasymptotic
    confidence sequences", Ann. Stat. 49(2), 2021.

    Examples
    --------
    >>> from baselines import SineFit
    >>> from dspvnn.testing import assert_within
    >>> found, = assert_within(SineFit(), "tone", 1.3, where=lambda c: c.name == "inside, 20 dB")
    >>> found.metric, found.low < found.ratio < found.high < 1.3
    ('frequency rmse', True)
    """

    condition: str
    metric: str
    value: float
    limit: float
    ratio: float
    low: float
    high: float
    n_signals: int
    n_failed: int
    worst: str


def assert_within(
    estimator: Any,
    task: str | Task,
    ratio: float = 1.1,
    region: str = "inside",
    confidence: float = 0.99,
    *,
    where: Callable[[Any], bool] | None = None,
    metric: str | None = None,
    at_most: float | None = None,
    seed: int = 0,
    max_signals: int = 100_000,
) -> tuple[Finding, ...]:
    """Raise an AssertionError unless the estimator is within `ratio` of the limit in all of a region.

    Parameters
    ----------
    estimator : object with `predict`, or function of signals
        As `dspvnn.adapter.Adapted` takes it. If scikit-learn can tell that it has not been fitted, it is
        fitted, in every cell, on the task's training draw.
    task : str or Task
        A key of `dspvnn.tasks.TASKS`, "tone" for instance, or a task of your own, as
        `dspvnn.tasks.own` describes it. If the estimator beats the limit of a task of your own, by more
        than chance, that is an AssertionError, too: the limit is wrong, or the truth has leaked.
    ratio : float
        Of the metric's value to the value of the best possible estimator on the same signals.
    region : str
        "inside", "below", "above" or "beyond" the training range, or "mismatch": all cells of the task
        there.
    confidence : float
        The chance of a wrong verdict, of either kind, is at most 1 - confidence (over all the cells
        together). For squared errors that holds as far as errors too rare for the first 1,000 signals
        do not matter: see `dspvnn.testing.sequential`.
    where : function of a condition, optional
        Chooses among the cells: ``lambda c: c.snr_db >= 0``.
    metric : str, optional
        One of the task's metrics, the first by default.
    at_most : float, optional
        A bound on the metric itself, in place of the ratio, where the limit is 0 or mere rounding.
    seed : int
        Of all the draws: the same seed, the same verdict.
    max_signals : int
        A cell that is not decided by then raises `Undecided`, an AssertionError of its own.

    Returns
    -------
    tuple of Finding
        One a cell.

    Examples
    --------
    >>> from baselines import SineFit
    >>> from dspvnn.testing.within import assert_within
    >>> found = assert_within(SineFit(), "tone", ratio=1.1, where=lambda c: c.snr_db == 10)
    >>> [f.condition for f in found]
    ['inside, 10 dB']
    """
    chosen = task_of(task)
    metric = next(iter(chosen.metrics)) if metric is None else metric
    _check(chosen, ratio, confidence, metric, at_most, max_signals)
    cells = _cells(chosen, region, where)
    test = _Test(
        chosen, metric, 1.0 if at_most is not None else ratio, at_most,
        (1 - confidence) / len(cells), 1 - confidence, seed, max_signals,
    )  # fmt: skip
    with threadpool_limits(1):
        return tuple(test.hold(estimator, condition) for condition in cells)


def _check(
    task: Task, ratio: float, confidence: float, metric: str, at_most: float | None, max_signals: int
) -> None:
    if metric not in task.metrics:
        raise ValueError(f"{task.name}: metric must be one of {tuple(task.metrics)}, got {metric!r}")
    if not 0.5 <= confidence < 1:
        raise ValueError(f"confidence must lie in [0.5, 1), got {confidence}")
    if not ratio > 0 or (at_most is not None and not at_most > 0):
        raise ValueError(f"ratio and at_most must be positive, got {ratio} and {at_most}")
    if at_most is not None and task.metrics[metric].rate and at_most > 1:
        raise ValueError(f"{metric} is a share: at_most must be 1 at most, got {at_most}")
    if max_signals < FIRST:
        raise ValueError(f"max_signals must be at least {FIRST}, the first block, got {max_signals}")


def _cells(task: Task, region: str, where: Callable[[Any], bool] | None) -> list[Any]:
    if region not in REGIONS:
        raise ValueError(f"region must be one of {REGIONS}, got {region!r}")
    cells = [c for c in task.conditions if c.region == region and (where is None or where(c))]
    if not cells:
        names = ", ".join(repr(c.name) for c in task.conditions)
        raise ValueError(f"{task.name}: no cell {region} was chosen; the cells are {names}")
    return cells


@dataclass(frozen=True)
class _Test:
    """One call of `assert_within`, cell by cell: `bound` on the ratio, and the two kinds of error."""

    task: Task
    metric: str
    bound: float
    at_most: float | None
    false_fail: float
    false_pass: float
    seed: int
    max_signals: int

    @property
    def about(self) -> Metric:
        return self.task.metrics[self.metric]

    def hold(self, estimator: Any, condition: Any) -> Finding:
        """Draw until the cell is decided; return what was found, or raise it."""
        bound = self.bound ** (2 if self.about.root else 1)
        blocks: list[Block] = []
        for block in scored_blocks(estimator, self.task, condition, self.metric, self.at_most, self.seed):
            blocks.append(block)
            bet = self._bet(blocks, condition)
            if bet.within(bound) >= -np.log(self.false_pass):
                return self._unless_beaten(self._finding(bet, blocks, condition))
            if bet.beyond(bound) >= -np.log(self.false_fail):
                raise AssertionError(self._message("beyond", self._finding(bet, blocks, condition)))
            if FIRST * 2 ** len(blocks) > self.max_signals:  # the next block's total
                break
        raise Undecided(self._message("too close for a verdict to", self._finding(bet, blocks, condition)))

    def _unless_beaten(self, found: Finding) -> Finding:
        """Return a finding, or raise it where it speaks against the limit of a task of the user's own."""
        if self.at_most is None and found.high < 1 and isinstance(self.task, OwnTask):
            raise AssertionError(
                self._message("below its limit, which is none then, or the truth leaked; bound", found)
            )
        return found

    def _bet(self, blocks: list[Block], condition: Any) -> Bet:
        losses, limit = (np.concatenate([getattr(b, k) for b in blocks]) for k in ("losses", "limit"))
        if np.isnan(limit).any():
            raise ValueError(
                f"{self.task.name}: no limit of {self.metric!r} is known in {condition.name!r}, so there "
                "is no ratio to it: give at_most"
            )
        if not limit.any():
            raise ValueError(
                f"{self.task.name}: the limit of {condition.name!r} is 0, which has no ratio: give "
                "at_most, or leave the cell out by where"
            )
        return Bet(losses, limit, self.about.rate, 4 * len(blocks[0].losses))

    def _finding(self, bet: Bet, blocks: list[Block], condition: Any) -> Finding:
        power = 0.5 if self.about.root else 1.0
        low, high = bet.interval(self.false_fail, self.false_pass)
        value, limit = self.about.value(bet.losses), self.about.value(bet.limit)
        number, index = worst_signal(blocks)
        task = repr(self.task.name) if TASKS.get(self.task.name) is self.task else "task"
        return Finding(
            condition.name, self.metric, value, limit, value / limit, low**power, high**power,
            len(bet.losses), sum(b.n_failed for b in blocks),
            f"dspvnn.testing.draw_block({task}, {condition.name!r}, block={number}, "
            f"seed={self.seed}).signals[[{index}]]",
        )  # fmt: skip

    def _message(self, verdict: str, found: Finding) -> str:
        unit = self.about.unit
        what = "the limit" if self.at_most is None else f"{self.at_most:g} {unit}"
        times = f"{self.bound:g} x " if self.at_most is None else ""
        return (
            f"{self.metric} of {self.task.name!r}, {found.condition!r}: {verdict} {times}{what}\n"
            f"  value     {found.value:.4g} {unit}, bound {self.bound * found.limit:.4g}\n"
            f"  estimate  {found.ratio:.4g} x {what}, interval {found.low:.4g} to {found.high:.4g} "
            f"at {100 * (1 - self.false_pass):g} %\n"
            f"  signals   {found.n_signals}, failed {found.n_failed}\n"
            f"  worst     {found.worst}"
        )
