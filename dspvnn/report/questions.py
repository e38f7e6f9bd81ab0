"""The report's sections of the cases: their rows as tables and figures, their lessons as text."""

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from dspvnn import figures
from dspvnn.cases import CASES, Case
from dspvnn.cases.base import PREFIX, TRAINING_TIME
from dspvnn.report.verdicts import number, seconds
from dspvnn.results import Row


def without_cases(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the tasks."""
    return [r for r in rows if not r.task.startswith(PREFIX)]


def _found(rows: Sequence[Row]) -> list[tuple[Case, list[Row]]]:
    pairs = [(case, [r for r in rows if r.task == case.key]) for case in CASES.values()]
    return [(case, mine) for case, mine in pairs if mine]


def draw_cases(rows: Sequence[Row], folder: Path) -> None:
    """Write ``case-NAME.svg`` of every case into `folder`."""
    for case, mine in _found(rows):
        figures.save(case.draw(mine), folder / f"case-{case.name}.svg")


def case_pictures(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Return caption and text alternative of every case's figure."""
    return {
        f"case-{case.name}": {"caption": case.caption, "alt": _alternative(case, mine)}
        for case, mine in _found(rows)
    }


def case_sections(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what the document says of every case: question, table, lesson."""
    return [
        {
            "key": f"case-{case.name}",
            "title": case.title,
            "question": case.question,
            "lesson": case.lesson(mine),
            "head": [*(_column(case, *pair) for pair in case.columns), "Training"],
            "body": [_line(case, mine, label) for label in dict.fromkeys(r.estimator for r in mine)],
            "seeds": len({r.seed for r in mine}),
            "notes": _notes(mine),
        }
        for case, mine in _found(rows)
    ]


def _column(case: Case, condition: str, metric: str) -> str:
    return f"{metric}: {condition}" if len({m for _, m in case.columns}) > 1 else condition


def _line(case: Case, rows: Sequence[Row], label: str) -> list[str]:
    mine = [r for r in rows if r.estimator == label]
    cells = [_cell([r for r in mine if (r.condition, r.metric) == pair]) for pair in case.columns]
    cost = [r.value for r in mine if r.metric == TRAINING_TIME]
    return [label, *cells, seconds(median(cost)) if cost else "–"]


def _cell(rows: Sequence[Row]) -> str:
    """Return the median of the seeds, the best and the worst, and the limit where it is not 0."""
    if not rows:
        return "–"
    values = sorted(r.value for r in rows)
    text = number(median(values))
    if values[0] < values[-1]:
        text += f" [{number(values[0])}–{number(values[-1])}]"
    limits = [r.limit for r in rows if r.limit > 0]
    return f"{text}; limit {number(median(limits))}" if limits else text


def _notes(rows: Sequence[Row]) -> list[str]:
    """Return what was cut or told, a line a variant that has a note."""
    told = {r.estimator: r.told for r in rows if r.told}
    return [f"{label}: {note}" for label, note in told.items()]


def _alternative(case: Case, rows: Sequence[Row]) -> str:
    """Return the figure in words: every variant's median in the first column that it has."""
    parts = []
    for label in dict.fromkeys(r.estimator for r in rows):
        for condition, metric in case.columns:
            values = [
                r.value for r in rows if (r.estimator, r.condition, r.metric) == (label, condition, metric)
            ]
            if values and math.isfinite(median(values)):
                parts.append(f"{label}: {metric}, {condition}, {number(median(values))}")
                break
    return f"Plot of the variants of the case, medians over the seeds: {'; '.join(parts)}."
