"""What the rows say, in words: rules from numbers to sentences, so that no sentence can disagree.

The headlines are those of the tasks' pages (`dspvnn.tasks.page`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from dspvnn.results.metrics import RUNTIME, TRAINING_TIME
from dspvnn.results.numbers import number, score, seconds
from dspvnn.results.rows import ROUNDING, Row, without_seed
from dspvnn.tasks import TASKS, Headline, Task


@dataclass(frozen=True)
class Verdict:
    """A headline of a task with its numbers as text. `ahead` is "classical", "neural" or "level"."""

    task: str
    headline: Headline
    classical: str
    net: str
    ahead: str
    inside: str
    outside: str
    speed: str
    training: str


def verdicts(rows: Sequence[Row], tasks: Mapping[str, Task] = TASKS) -> list[Verdict]:
    """Return the verdict of every headline that the rows hold the numbers of."""
    found = []
    for task in tasks.values():
        mine = [r for r in rows if r.task == task.name]
        for headline in task.page.headlines:
            classical = _pick(mine, headline, headline.condition, headline.classical)
            net = _pick(mine, headline, headline.condition, headline.net)
            if classical is not None and net is not None:
                found.append(_verdict(mine, headline, classical, net))
    return found


def _verdict(rows: Sequence[Row], headline: Headline, classical: Row, net: Row) -> Verdict:
    """Return the verdict of a headline from the rows of its task."""
    ahead, by = compare(classical, net)
    return Verdict(
        task=classical.task,
        headline=headline,
        classical=f"{headline.classical}: {score(classical)}",
        net=f"{headline.net}: {score(net)}",
        ahead=ahead,
        inside=_ahead_text(ahead, by, headline),
        outside=_outside(rows, headline),
        speed=_speed(rows, headline),
        training=_training(rows, headline),
    )


def compare(classical: Row, net: Row) -> tuple[str, float]:
    """Return who is ahead (their intervals lie apart) and the ratio of the worse value to the better.

    The ratio is infinite where the better one is exact, but for rounding.
    """
    better, worse = sorted((classical, net), key=lambda row: row.value)
    factor = worse.value / better.value if better.value > ROUNDING else math.inf
    if worse.value == better.value or better.ci_high >= worse.ci_low:
        return "level", 1.0 if worse.value == better.value else factor
    return ("classical" if better is classical else "neural"), factor


def _pick(rows: Sequence[Row], headline: Headline, condition: str, label: str) -> Row | None:
    """Return the row of an estimator in a cell; of several seeds, the one with the median value."""
    found = [
        r
        for r in rows
        if (r.condition, r.metric) == (condition, headline.metric) and without_seed(r.estimator) == label
    ]
    return sorted(found, key=lambda r: r.value)[(len(found) - 1) // 2] if found else None


def _ahead_text(ahead: str, factor: float, headline: Headline) -> str:
    name = {"classical": headline.classical, "neural": headline.net}.get(ahead)
    if name is None:
        return "level: the intervals overlap"
    return f"{name} ahead" + (f", {number(factor)} ×" if math.isfinite(factor) else ": it is exact")


def _outside(rows: Sequence[Row], headline: Headline) -> str:
    """Return how the two compare in the worst cell outside the training range."""
    outside = {r.condition for r in rows if r.region in ("below", "above", "beyond")}
    worst: tuple[float, str] = (0.0, "")
    for condition in sorted(outside):
        classical = _pick(rows, headline, condition, headline.classical)
        net = _pick(rows, headline, condition, headline.net)
        if classical is None or net is None or net.value == 0:
            continue
        factor = net.value / classical.value if classical.value > ROUNDING else math.inf
        worst = max(worst, (factor, condition))
    factor, condition = worst
    if not condition:
        return "–"
    if math.isinf(factor):
        net = _pick(rows, headline, condition, headline.net)
        error = number(net.value) if net is not None else "–"
        return f"{headline.classical} exact, {headline.net} {error} ({condition})"
    if factor > 1:
        return f"{headline.classical} ahead, up to {number(factor)} × ({condition})"
    return f"{headline.net} ahead, at least {number(1 / factor)} × ({condition})"


def _times(rows: Sequence[Row], label: str) -> dict[float, float]:
    found = [r for r in rows if r.metric == RUNTIME]
    mine = [r for r in found if without_seed(r.estimator) == label]
    places = {r.position for r in mine}
    return {p: median(r.value for r in mine if r.position == p) for p in places}


def _speed(rows: Sequence[Row], headline: Headline) -> str:
    classical = _times(rows, headline.classical)
    net = _times(rows, headline.net)
    if not classical or not net:
        return "–"
    large = max(classical)
    return f"{seconds(classical[large])} / {seconds(net[large])}"


def _training(rows: Sequence[Row], headline: Headline) -> str:
    found = [
        r.value for r in rows if r.metric == TRAINING_TIME and without_seed(r.estimator) == headline.net
    ]
    return f"{seconds(median(found))}, {_break_even(rows, headline, median(found))}" if found else "–"


def _break_even(rows: Sequence[Row], headline: Headline, training: float) -> str:
    """Return after how many signals the time of a training has been saved, in a large batch."""
    classical = _times(rows, headline.classical)
    net = _times(rows, headline.net)
    if not classical or not net:
        return "–"
    saved = classical[max(classical)] - net[max(net)]
    return f"{number(training / saved)} signals" if saved > 0 else "never"


def lead(found: Sequence[Verdict]) -> str:
    """Return the sentence above the verdict table."""
    if not found:
        return "These tasks have no headline."
    counts = {side: sum(v.ahead == side for v in found) for side in ("classical", "neural", "level")}
    return (
        f"Inside the range that the nets were trained on, the classical method is ahead in "
        f"{counts['classical']} of {len(found)} questions, the net in {counts['neural']}, and "
        f"{counts['level']} {'is' if counts['level'] == 1 else 'are'} level at this number of signals."
    )
