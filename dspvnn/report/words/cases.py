"""The report's sections of the cases: their rows as tables and figures, their lessons as text."""

import math
from collections.abc import Sequence
from statistics import median
from typing import Any

from dspvnn.cases import CASES, Case
from dspvnn.cases.base import PREFIX, TRAINING_TIME
from dspvnn.results.numbers import number, seconds
from dspvnn.results.rows import Row

Pair = tuple[str, str]


def without_cases(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the tasks."""
    return [r for r in rows if not r.task.startswith(PREFIX)]


def cases_of(rows: Sequence[Row]) -> list[tuple[Case, list[Row]]]:
    """Return every case that has rows, with them."""
    pairs = [(case, [r for r in rows if r.task == case.key]) for case in CASES.values()]
    return [(case, mine) for case, mine in pairs if mine]


def case_pictures(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """Return caption and text alternative of every case's figure."""
    return {
        f"case-{case.name}": {"caption": case.caption, "alt": _alternative(case, mine)}
        for case, mine in cases_of(rows)
    }


def case_sections(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what the document says of every case: question, lesson, table, and the original's settings."""
    return [
        {
            "key": f"case-{case.name}",
            "title": case.title,
            "question": case.question,
            "lesson": case.lesson(mine).split("\n\n"),
            "head": [*(_column(case, mine, pair) for pair in case.columns), "Training"],
            "body": [_line(case, mine, label) for label in _labels(mine)] + _limits(case, mine),
            "seeds": len({r.seed for r in mine}),
            "notes": _notes(mine),
            "settings": _settings(case),
            "differs": list(case.original.differs) if case.original else [],
        }
        for case, mine in cases_of(rows)
    ]


def _settings(case: Case) -> list[list[str]]:
    """Return the settings of the original, a line each; a set-up is named on its first line."""
    setups = case.original.settings if case.original else {}
    return [
        ["" if i else name, setting, _value(value)]
        for name, settings in setups.items()
        for i, (setting, value) in enumerate(settings.items())
    ]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(_value, value)) if isinstance(value, list) else str(value)


def _labels(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(r.estimator for r in rows))


def _column(case: Case, rows: Sequence[Row], pair: Pair) -> str:
    condition, metric = pair
    several = len({m for _, m in case.columns}) > 1
    outside = any(r.region != "inside" for r in rows if (r.condition, r.metric) == pair)
    name = f"{metric}: {condition}" if several else condition
    return f"{name} (outside)" if outside else name


def _line(case: Case, rows: Sequence[Row], label: str) -> list[str]:
    mine = [r for r in rows if r.estimator == label]
    cells = [_spread([r.value for r in mine if (r.condition, r.metric) == pair]) for pair in case.columns]
    cost = [r.value for r in mine if r.metric == TRAINING_TIME]
    return [label, *cells, seconds(median(cost)) if cost else "–"]


def _limits(case: Case, rows: Sequence[Row]) -> list[list[str]]:
    """Return the last line of the table, the limit of every column; no line where no column has one."""
    limits = [
        [r.limit for r in rows if (r.condition, r.metric) == pair and math.isfinite(r.limit)]
        for pair in case.columns
    ]
    cells = [number(median(found)) if found else "–" for found in limits]
    return [[case.limit, *cells, "–"]] if any(limits) else []


def _spread(values: Sequence[float]) -> str:
    """Return the median of the seeds and, below it, the best and the worst."""
    if not values:
        return "–"
    if min(values) == max(values):
        return number(values[0])
    return f"{number(median(values))}\n[{number(min(values))}–{number(max(values))}]"


def _notes(rows: Sequence[Row]) -> list[str]:
    """Return every note, what was cut or given besides, with the variants that it is about."""
    noted: dict[str, list[str]] = {}
    for label, note in dict.fromkeys((r.estimator, r.note) for r in rows if r.note):
        noted.setdefault(note, []).append(label)
    return [f"{note} ({'; '.join(labels)})" for note, labels in noted.items()]


def _alternative(case: Case, rows: Sequence[Row]) -> str:
    """Return the figure in words: every variant's median in the first column that it has."""
    parts = []
    for label in _labels(rows):
        for pair in case.columns:
            values = [r.value for r in rows if (r.estimator, r.condition, r.metric) == (label, *pair)]
            if values and math.isfinite(median(values)):
                parts.append(f"{label}: {pair[1]}, {pair[0]}, {number(median(values))}")
                break
    return f"Plot of the variants of the case, medians over the seeds: {'; '.join(parts)}."
