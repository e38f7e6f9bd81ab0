"""Measurements as cells: the comparison, one a task and condition, and any other that gives rows."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from dspvnn.measure.compare import Contestant, compare_cell
from dspvnn.results.rows import Row
from dspvnn.results.side_information import as_side_information
from dspvnn.sweep.cell import Cell
from dspvnn.tasks import Condition, Task


def comparison_cell(
    task: str | Task,
    condition: Condition,
    contestants: Sequence[Contestant],
    n_signals: int,
    seed: int,
) -> Cell:
    """Return `compare_cell` of these arguments as a cell; `rows_of` makes rows of its result.

    The task travels with its cell, so a worker needs to know no task but those that ship.
    """
    named = task if isinstance(task, str) else task.name
    return Cell(
        f"{named}: {condition.name}",
        ("comparison", task, condition, _who(contestants), n_signals, seed),
        _compare,
        (task, condition, tuple(contestants), n_signals, seed),
    )


def _compare(*arguments: Any) -> list[dict[str, Any]]:
    return [asdict(row) for row in compare_cell(*arguments)]


def row_cell(
    name: str,
    configuration: tuple[Any, ...],
    measure: Callable[..., list[Row]],
    contestants: Sequence[Contestant],
    *arguments: Any,
) -> Cell:
    """Return ``measure(contestants, *arguments)`` as a cell; `rows_of` makes rows of its result.

    configuration : everything besides the code and the contestants that the rows depend on.
    """
    return Cell(
        name,
        (name, _who(contestants), *configuration),
        _measured,
        (measure, tuple(contestants), *arguments),
    )


def _who(contestants: Sequence[Contestant]) -> tuple[tuple[str, bool, str], ...]:
    return tuple((c.label, c.learns, c.digest) for c in contestants)


def _measured(measure: Callable[..., list[Row]], *arguments: Any) -> list[dict[str, Any]]:
    return [asdict(row) for row in measure(*arguments)]


def rows_of(result: list[dict[str, Any]]) -> list[Row]:
    """Return the rows that a cell's result holds."""
    return [
        Row(**row | {"side_information": as_side_information(row["side_information"])}) for row in result
    ]
