"""The page of a task that brings none: its docstring, figures by condition, one line of the verdict."""

import inspect
import math
from collections.abc import Sequence
from functools import partial
from typing import Any

from dspvnn.results.rows import Row
from dspvnn.tasks.page import SIMULATED, Headline, Page, Picture


def title_of(task: Any) -> str:
    """Return a task's title; one that has none gets its name for one."""
    made = task.name.replace("-", " ").replace("_", " ").capitalize()
    return str(getattr(task, "title", made))


def default_page(task: Any) -> Page:
    """Return a page for a task that brings none, from its name, docstring, conditions and line-up.

    The line of the verdict is about the first classical estimator of the line-up and its first net, in the
    first condition and by the first metric: a choice by order, never by score.
    """
    metric, about = next(iter(task.metrics.items()))
    label = f"{metric} ({about.unit})" if about.unit else metric
    sweeps = dict.fromkeys(c.sweep for c in task.conditions if math.isfinite(c.position))
    pictures = [
        _picture(
            task, f"{task.name}-{i}", partial(_lines, sweep, metric, label), f"{label} against {sweep}"
        )
        for i, sweep in enumerate(filter(None, sweeps))
    ]
    alone = tuple(c.name for c in task.conditions if c.sweep not in sweeps or not c.sweep)
    if alone:
        pictures.append(_picture(task, task.name, partial(_dots, alone, metric, label), label))
    return Page(
        words=paragraphs(task), headlines=_headlines(task, metric), pictures=tuple(pictures),
        overview=alone or None,
    )  # fmt: skip


def paragraphs(task: Any) -> tuple[str, ...]:
    """Return the paragraphs of the docstring of a task's class; a dataclass that has none makes one."""
    text = inspect.cleandoc(type(task).__doc__ or "")
    if text.startswith(f"{type(task).__name__}("):
        return ()
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def _headlines(task: Any, metric: str) -> tuple[Headline, ...]:
    lineup = getattr(task, "lineup", None)
    if lineup is None or not lineup.baselines or not lineup.nets:
        return ()
    classical, net = next(iter(lineup.baselines)), next(iter(lineup.nets))
    return (Headline(title_of(task), task.conditions[0].name, metric, classical, net),)


def _picture(task: Any, name: str, draw: Any, what: str) -> Picture:
    return Picture(name, draw, f"{title_of(task)}: {what}.", what, (*SIMULATED, "mismatch"))


def _lines(sweep: str, metric: str, ylabel: str, rows: Sequence[Row]) -> Any:
    from dspvnn.figures.by_position import by_position

    return by_position([r for r in rows if (r.sweep, r.metric) == (sweep, metric)], sweep, ylabel)


def _dots(conditions: Sequence[str], metric: str, label: str, rows: Sequence[Row]) -> Any:
    from dspvnn.figures.curves import dots

    return dots([r for r in rows if r.condition in conditions and r.metric == metric], xlabel=label)
