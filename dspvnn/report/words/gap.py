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
from dspvnn.results.rows import ROUNDING, Row, median_training
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
    def did_not_learn(self) -> float:
        """Trained over constructed; NaN if the constructed net is exact.

        It has no interval: the two were measured on the same signals, so the intervals of both, each for
        itself, do not make one of their ratio.
        """
        return math.nan if self.exact else self.trained.value / self.constructed.value


def gaps(rows: Sequence[Row], tasks: Mapping[str, Task] = TASKS) -> list[Gap]:
    """Return the gaps of every net that has a constructed one, cell by cell; recordings have none."""
    found = []
    for row in rows:
        measured = row.task in tasks and row.metric in tasks[row.task].metrics
        if row.kind != "constructed" or row.region == "recorded" or not measured:
            continue
        cell = (row.task, row.condition, row.metric, row.entry)
        trained = [
            r
            for r in rows
            if r.kind == "neural" and (r.task, r.condition, r.metric, r.entry + SUFFIX) == cell
        ]
        if trained:
            found.append(Gap(row, median_training(trained)))
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
        label = gap.trained.entry
        lines.append([title, label, row.condition, row.metric, _represent(gap), _learn(gap)])
    return lines


def _is_elsewhere(tasks: Mapping[str, Task], gap: Gap) -> bool:
    """Return whether a gap is not that of its task's typical cell."""
    return gap.constructed.condition != tasks[gap.constructed.task].page.typical_cell


def _represent(gap: Gap) -> str:
    value, low, high = map(number, gap.cannot_represent)
    if math.isfinite(gap.cannot_represent[0]):
        return f"{value} × ({low} – {high})"
    value = number(gap.constructed.value)
    return f"nothing: {value} is exact" if gap.exact else f"{value}, the limit is 0"


def _learn(gap: Gap) -> str:
    if math.isfinite(gap.did_not_learn):
        return f"{number(gap.did_not_learn)} ×"
    row = gap.trained
    return f"all of {number(row.value)} ({number(row.ci_low)} – {number(row.ci_high)})"
