"""What has to be said of the user's own estimators: errors, changed arrays, and limits that they beat."""

from collections.abc import Iterator, Mapping, Sequence

from dspvnn.report.leaks import leaks
from dspvnn.results.rows import Row
from dspvnn.tasks import TASKS, Task
from dspvnn.tasks.own import OwnTask


def about_yours(rows: Sequence[Row], tasks: Mapping[str, Task] = TASKS) -> list[str]:
    """Return one sentence an estimator and thing to say, and one a beaten limit; none when all is well."""
    cells = [r for r in rows if _is_own(r, tasks) and r.metric in tasks[r.task].metrics]
    said = []
    for task, label in dict.fromkeys((r.task, r.estimator) for r in cells):
        mine = [r for r in cells if (r.task, r.estimator) == (task, label)]
        by_cell = {r.condition: r for r in reversed(mine)}  # the first metric's: it counts every signal
        said += [f"{label} ({task}) {what}" for what in _about([*by_cell.values()][::-1])]
    for row in leaks((r for r in rows if r.kind == "yours"), tasks):
        said.append(
            f"{row.estimator} ({row.task}) is below the limit in {row.condition!r}: either it has "
            "side information that its attribute side_information does not name, or a truth leaked into it"
        )
    return said


def _is_own(row: Row, tasks: Mapping[str, Task]) -> bool:
    """Whether a row is of an estimator of the user's own: beside a line-up, or in one of their own."""
    return row.kind == "yours" or isinstance(tasks.get(row.task), OwnTask)


def _about(cells: Sequence[Row]) -> Iterator[str]:
    """Yield what there is to say of one estimator, from one row a cell."""
    if failed := [row for row in cells if row.error]:
        yield f"failed in {len(failed)} of {len(cells)} cells, {failed[0].error}"
    if noted := [row for row in cells if row.note]:
        yield f"in {len(noted)} of {len(cells)} cells {noted[0].note}"
    if n_lost := sum(row.n_failed for row in cells if not row.error):
        yield (
            f"gave {n_lost} of {sum(row.n_signals for row in cells)} estimates that are not finite or too "
            "large to score; they count as the training mean"
        )
