"""What the report says of a task: its text, headlines, figures, and the cells of its tables.

A `Page` is a part of its task, so a task from anywhere has the same page as those that ship. Figures are
functions from rows to a matplotlib figure; they import matplotlib when they are called, not before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from dspvnn.results.numbers import number
from dspvnn.results.rows import Row

SIMULATED = ("inside", "below", "above", "beyond")
Draw = Callable[[Sequence[Row]], Any]


@dataclass(frozen=True)
class Headline:
    """One line of the verdict: the cell that stands for a question, the classical method and the net.

    The choice is made here and not by the scores, so that nobody wins by having more entries.

    Attributes
    ----------
    question : str
        Asked in plain words.
    condition, metric : str
        The cell, and one of the task's metrics.
    classical, net : str
        Labels of the two estimators.

    Examples
    --------
    >>> from dspvnn.tasks import TASKS
    >>> [line.net for line in TASKS["tone"].page.headlines]
    ['LSTM', 'heterodyne LSTM']
    """

    question: str
    condition: str
    metric: str
    classical: str
    net: str


@dataclass(frozen=True)
class Picture:
    """A figure of a task's rows in some regions.

    Attributes
    ----------
    name : str
        Of the file that it is stored in.
    draw : callable
        From rows to a matplotlib figure.
    caption : str
    shows : str
        What stands on it, for the text alternative.
    regions : tuple of str
        Of the conditions whose rows are drawn.
    metric : str or tuple of str
        What the names of their metrics begin with; empty for the task's own metrics.
    timing : bool
        Whether it stands in the report's section on runtime, beside the two that every task has there.

    Examples
    --------
    >>> from dspvnn.tasks import Picture, dots
    >>> Picture("delays", dots("rms error, samples"), "Every net's seed is a dot.", "rms error").regions
    ('inside', 'below', 'above', 'beyond')
    """

    name: str
    draw: Draw
    caption: str
    shows: str
    regions: tuple[str, ...] = SIMULATED
    metric: str | tuple[str, ...] = ""
    timing: bool = False

    def rows(self, rows: Sequence[Row], task: Any) -> list[Row]:
        """Return the rows that this figure is drawn from."""
        return [
            r
            for r in rows
            if r.task == task.name
            and r.region in self.regions
            and (r.metric.startswith(self.metric) if self.metric else r.metric in task.metrics)
        ]

    def alternative(self, mine: Sequence[Row]) -> str:
        """Return the figure in words: what it shows, and every estimator's range of values."""
        parts = []
        for label in dict.fromkeys(r.estimator for r in mine):
            values = [r.value for r in mine if r.estimator == label]
            parts.append(f"{label} from {number(min(values))} to {number(max(values))}")
        return f"Plot of the {self.shows}: " + "; ".join(parts) + "."


def _nothing(rows: Sequence[Row]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Page:
    """What the report says of a task.

    Attributes
    ----------
    text : Path or None
        A Typst file: what is asked, what the limit is, and where the figures stand. It may use all that
        ``parts.typ`` of the report defines. None: `words`, the figures and the table.
    words : tuple of str
        Paragraphs of plain text, for a page without a Typst file.
    headlines : tuple of Headline
        Its lines in the verdict.
    pictures : tuple of Picture
        Its figures; those of runtime and of error against time come by themselves.
    front : str
        The name of the picture that stands on the report's first page, if the task comes first.
    overview : tuple of str or None
        The conditions of its table, a choice as wide as the page; None for all.
    typical_cell : str
        The condition that stands for the task where one is shown only; "" for its first.
    timed_cell : str
        The condition whose error stands against time; "" for the typical one.
    timed_signals : int
        Signals of the large batch whose time is taken.
    content : callable
        From rows to what the Typst file reads besides, as `content.own`.

    Examples
    --------
    >>> from dspvnn.tasks import Page
    >>> Page(words=("How late is the echo?",), typical_cell="20 dB").timed_signals
    1000
    """

    text: Path | None = None
    words: tuple[str, ...] = ()
    headlines: tuple[Headline, ...] = ()
    pictures: tuple[Picture, ...] = ()
    front: str = ""
    overview: tuple[str, ...] | None = None
    typical_cell: str = ""
    timed_cell: str = ""
    timed_signals: int = 1000
    content: Callable[[Sequence[Row]], Mapping[str, Any]] = field(default=_nothing)


def dots(label: str, limit: str = "limit") -> Draw:
    """Return a drawing function: a panel a condition, a line an estimator, every seed of a net a dot."""
    return partial(_dots, label, limit)


def curves(xlabel: str, ylabel: str, limit: str = "limit") -> Draw:
    """Return a drawing function: a line an estimator over the positions of the conditions."""
    return partial(_curves, xlabel, ylabel, limit)


def _dots(label: str, limit: str, rows: Sequence[Row]) -> Any:
    from dspvnn.figures.curves import dots

    return dots(rows, xlabel=label, limit_label=limit)


def _curves(xlabel: str, ylabel: str, limit: str, rows: Sequence[Row]) -> Any:
    from dspvnn.figures.by_position import by_position

    return by_position(rows, xlabel, ylabel, limit)
