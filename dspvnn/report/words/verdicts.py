"""The verdict in words: rules that turn numbers into sentences, so that no sentence contradicts a number.

The headlines are those of the tasks' pages (`dspvnn.tasks.page`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dspvnn.results.ahead import ahead
from dspvnn.results.metrics import RATIO, RUNTIME, TRAINING_TIME
from dspvnn.results.numbers import number, p_text, score, seconds
from dspvnn.results.rows import ROUNDING, Row, median_training
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


@dataclass(frozen=True)
class Duel:
    """The two of a headline in one cell: a row each, of a net that of the median seed, and their pair's."""

    headline: Headline
    classical: Row
    net: Row
    pair: Row

    @property
    def side(self) -> str:
        """Who is ahead: "classical", "neural" or "level"."""
        sides = {self.headline.net: "neural", self.headline.classical: "classical", "": "level"}
        return sides[ahead(self.pair)]

    @property
    def exact(self) -> bool:
        """Whether the one who is ahead has no error but rounding, so that no factor says how far."""
        winner = {"classical": self.classical, "neural": self.net}.get(self.side)
        return winner is not None and winner.value <= ROUNDING

    @property
    def place(self) -> tuple[float, float]:
        """What cells are ordered by, from the net's best to its worst; exactness goes beyond any factor."""
        exact = {"classical": 1.0, "neural": -1.0}[self.side] if self.exact else 0.0
        return exact, self.pair.value

    def lead(self, before: str = "") -> str:
        """Return by how much the one who is ahead is: a factor, or a difference with its unit."""
        row = self.pair
        low, value, high = row.ci_low, row.value, row.ci_high
        if row.metric == RATIO:
            if value < 1:
                low, value, high = 1 / high, 1 / value, 1 / low
            return f"{before}{number(value)} × ({number(low)} to {number(high)})"
        if value < 0:
            low, value, high = -high, -value, -low
        return f"by {before}{number(value)} ({number(low)} to {number(high)}, {row.unit})"


def verdicts(rows: Sequence[Row], tasks: Mapping[str, Task] = TASKS) -> list[Verdict]:
    """Return the verdict of every headline that the rows hold the numbers and the paired comparison of."""
    found = []
    for task in tasks.values():
        mine = [r for r in rows if r.task == task.name]
        for headline in task.page.headlines:
            duel = _duel(mine, headline, headline.condition)
            if duel is not None:
                found.append(_verdict(mine, duel))
    return found


def _verdict(rows: Sequence[Row], duel: Duel) -> Verdict:
    """Return the verdict of a headline from the rows of its task."""
    headline = duel.headline
    return Verdict(
        task=duel.classical.task,
        headline=headline,
        classical=f"{headline.classical}: {score(duel.classical)}",
        net=f"{headline.net}: {score(duel.net)}",
        ahead=duel.side,
        inside=_inside(duel),
        outside=_outside(rows, headline),
        speed=_speed(rows, headline),
        training=_training(rows, headline),
    )


def _duel(rows: Sequence[Row], headline: Headline, condition: str) -> Duel | None:
    """Return the two of a headline in a cell, None where a row of theirs or of their pair is missing."""
    classical = _pick(rows, headline, condition, headline.classical)
    net = _pick(rows, headline, condition, headline.net)
    trio = (headline.net, headline.classical, headline.metric)
    pairs = [r for r in rows if r.condition == condition and (r.estimator, r.reference, r.compared) == trio]
    if classical is None or net is None or not pairs:
        return None
    return Duel(headline, classical, net, pairs[0])


def _pick(rows: Sequence[Row], headline: Headline, condition: str, label: str) -> Row | None:
    """Return the row of an estimator in a cell; of several seeds, the one with the median value."""
    found = [
        r for r in rows if (r.condition, r.metric) == (condition, headline.metric) and r.entry == label
    ]
    return median_training(found) if found else None


def _inside(duel: Duel) -> str:
    winner = ahead(duel.pair)
    if winner:
        return f"{winner} ahead" + (": it is exact" if duel.exact else f", {duel.lead()}")
    row = duel.pair
    value, low, high = map(number, (row.value, row.ci_low, row.ci_high))
    if row.metric == RATIO:
        said = f"{duel.headline.net} has {value} × the error ({low} to {high})"
    else:
        said = f"{row.estimator} minus {row.reference} is {value} ({low} to {high}, {row.unit})"
    return f"level: {said}, p {_p(row.p_adjusted)}"


def _p(p_value: float) -> str:
    text = p_text(p_value)
    return text if text.startswith("<") else f"= {text}"


def _outside(rows: Sequence[Row], headline: Headline) -> str:
    """Return how the two compare where the net does worst outside the training range."""
    conditions = sorted({r.condition for r in rows if r.region in ("below", "above", "beyond")})
    duels = [duel for c in conditions if (duel := _duel(rows, headline, c)) is not None]
    if not duels:
        return "–"
    worst = max(duels, key=lambda duel: duel.place)
    where = worst.pair.condition
    if worst.side == "level":
        return f"level where the net does worst ({where})"
    if worst.exact and worst.side == "classical":
        return f"{headline.classical} exact, {headline.net} {number(worst.net.value)} ({where})"
    if worst.side == "classical":
        return f"{headline.classical} ahead, {worst.lead('up to ')}, {where}"
    return f"{headline.net} ahead, {'exact' if worst.exact else worst.lead('at least ')}, {where}"


def _times(rows: Sequence[Row], label: str) -> dict[float, float]:
    found = [r for r in rows if r.metric == RUNTIME]
    mine = [r for r in found if r.entry == label]
    places = {r.position for r in mine}
    return {p: median_training(r for r in mine if r.position == p).value for p in places}


def _speed(rows: Sequence[Row], headline: Headline) -> str:
    classical = _times(rows, headline.classical)
    net = _times(rows, headline.net)
    if not classical or not net:
        return "–"
    large = max(classical)
    return f"{seconds(classical[large])} / {seconds(net[large])}"


def _training(rows: Sequence[Row], headline: Headline) -> str:
    found = [r for r in rows if r.metric == TRAINING_TIME and r.entry == headline.net]
    if not found:
        return "–"
    time = median_training(found).value
    return f"{seconds(time)}, {_break_even(rows, headline, time)}"


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
        f"Inside the range that the nets were trained on, and on the same signals, the classical method is "
        f"ahead in {counts['classical']} of {len(found)} questions, the net in {counts['neural']}, and "
        f"{counts['level']} {'is' if counts['level'] == 1 else 'are'} level at this number of signals."
    )
