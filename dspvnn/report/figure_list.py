"""Which figures a report has: those of its tasks' pages, and two of every task's time."""

from collections.abc import Mapping, Sequence
from typing import Any

from dspvnn.results.metrics import RUNTIME
from dspvnn.results.rows import Row
from dspvnn.tasks import TASKS, Picture, Task
from dspvnn.tasks.page import SIMULATED


def pictures_of(rows: Sequence[Row], tasks: Mapping[str, Task] = TASKS) -> dict[Picture, list[Row]]:
    """Return the figures that the rows hold the numbers of, with the rows that each is drawn from."""
    found = {}
    for name in dict.fromkeys(r.task for r in rows if r.task in tasks):
        task = tasks[name]
        for picture in (*task.page.pictures, _pareto(task), _runtime(task)):
            mine = picture.rows(rows, task)
            if mine:
                found[picture] = mine
    return found


def _pareto(task: Task) -> Picture:
    page = task.page
    condition = page.timed_cell or page.typical_cell

    def draw(rows: Sequence[Row]) -> Any:
        from dspvnn.figures.runtime import pareto

        return pareto(rows, condition)

    regions = dict.fromkeys(c.region for c in task.conditions)
    return Picture(
        f"pareto-{task.name}", draw,
        f"{task.title}: error against time per signal in a large batch. The grey line joins the "
        "estimators that no other beats in both; the seeds of a net are a mark each. Floors are not "
        "drawn.",
        "error against time per signal",
        ("inside", "mismatch") if "inside" in regions else (*SIMULATED, "mismatch"),
        (next(iter(task.metrics)), RUNTIME),
    )  # fmt: skip


def _runtime(task: Task) -> Picture:
    def draw(rows: Sequence[Row]) -> Any:
        from dspvnn.figures.curves import runtime

        return runtime(rows)

    return Picture(
        f"runtime-{task.name}", draw,
        f"{task.title}: time per signal, one thread, NumPy array in to NumPy array out.",
        "seconds per signal", ("inside",), RUNTIME,
    )  # fmt: skip
