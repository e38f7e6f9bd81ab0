"""A net's gap to the limit in two: what its architecture cannot represent, and what it did not learn.

A constructed net has the architecture of a trained one, its label and ", constructed". Its value over the
limit is *cannot represent*; the trained net's value, the median of its trainings, over the constructed
one's is *did not learn*; their product is the trained net's ratio to the limit. A ratio to an exact
constructed net does not exist, the trained net's own value says how much it did not learn.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dspvnn.results.numbers import number
from dspvnn.results.rows import ROUNDING, Row, without_seed
from dspvnn.tasks import TASKS, Task

SUFFIX = ", constructed"


@dataclass(frozen=True)
class Gap:
    """A trained net and the constructed one in one cell."""

    constructed: Row
    trained: Row

    @property
    def exact(self) -> bool:
        """Whether nothing but rounding is left of the constructed net's error."""
        return self.constructed.value <= ROUNDING

    @property
    def cannot_represent(self) -> tuple[float, float, float]:
        """Constructed over limit, with its interval; NaN where the limit is 0 or rounding."""
        row = self.constructed
        if not row.limit > ROUNDING:
            return math.nan, math.nan, math.nan
        return row.ratio_to_limit, row.ratio_low, row.ratio_high

    @property
    def did_not_learn(self) -> tuple[float, float, float]:
        """Trained over constructed, with its interval; NaN if the constructed net is exact."""
        ours, theirs = self.trained, self.constructed
        if self.exact:
            return math.nan, math.nan, math.nan
        # The two intervals as if from different signals, in quadrature of logs: errors on the same
        # signals go together, so this is wider than the paired one.
        below = math.hypot(_log(ours.value, ours.ci_low), _log(theirs.ci_high, theirs.value))
        above = math.hypot(_log(ours.ci_high, ours.value), _log(theirs.value, theirs.ci_low))
        ratio = ours.value / theirs.value
        return ratio, ratio * math.exp(-below), ratio * math.exp(above)


def _log(high: float, low: float) -> float:
    return math.log(high / low) if low > 0 and high > 0 else math.inf


def gaps(rows: Sequence[Row], tasks: Mapping[str, Task] = TASKS) -> list[Gap]:
    """Return the gaps of every net that has a constructed one, cell by cell; recordings have none."""
    found = []
    for row in rows:
        measured = row.task in tasks and row.metric in tasks[row.task].metrics
        if row.kind != "constructed" or row.region == "recorded" or not measured:
            continue
        label = row.estimator.removesuffix(SUFFIX)
        cell = (row.task, row.condition, row.metric)
        trained = sorted(
            (
                r
                for r in rows
                if r.kind == "neural"
                and (r.task, r.condition, r.metric) == cell
                and without_seed(r.estimator) == label
            ),
            key=lambda r: r.value,
        )
        if trained:
            found.append(Gap(row, trained[(len(trained) - 1) // 2]))
    return found


def gap_table(rows: Sequence[Row], tasks: Mapping[str, Task] = TASKS) -> list[list[str]]:
    """Return one line a metric of each task's first cell that has the limit in full sight."""
    lines, seen = [], set()
    for gap in sorted(gaps(rows, tasks), key=partial(_is_elsewhere, tasks)):
        row = gap.constructed
        key = (row.task, row.estimator, row.metric)
        if key in seen or row.region != "inside":
            continue
        seen.add(key)
        title = tasks[row.task].title
        label = without_seed(gap.trained.estimator)
        lines.append([title, label, row.condition, row.metric, _represent(gap), _learn(gap)])
    return lines


def _is_elsewhere(tasks: Mapping[str, Task], gap: Gap) -> bool:
    """Return whether a gap is not that of its task's typical cell."""
    return gap.constructed.condition != tasks[gap.constructed.task].page.typical_cell


def _represent(gap: Gap) -> str:
    if math.isfinite(gap.cannot_represent[0]):
        return _ratio(gap.cannot_represent)
    value = number(gap.constructed.value)
    return f"nothing: {value} is exact" if gap.exact else f"{value}, the limit is 0"


def _learn(gap: Gap) -> str:
    if math.isfinite(gap.did_not_learn[0]):
        return _ratio(gap.did_not_learn)
    row = gap.trained
    return f"all of {number(row.value)} ({number(row.ci_low)} – {number(row.ci_high)})"


def _ratio(ratio: tuple[float, float, float]) -> str:
    value, low, high = map(number, ratio)
    return f"{value} × ({low} – {high})"
