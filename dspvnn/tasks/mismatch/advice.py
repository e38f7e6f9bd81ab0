"""What to use when a tone's record is not a sine in white noise: rules from the rows to sentences."""

from collections.abc import Sequence

from dspvnn.results.ahead import ahead
from dspvnn.results.numbers import number
from dspvnn.results.rows import Row, median_training
from dspvnn.tasks.mismatch.kinds import KINDS
from dspvnn.tasks.mismatch.task import LEVELS

TASK, METRIC = "tone-mismatch", "frequency rmse"
NET, PLAIN, SELECTED = "mixture LSTM", "sine fit", "fit chosen by BIC"
ENOUGH = 1.15  # times the limit: nearer than this nobody needs a remedy
COLUMNS = (PLAIN, "heterodyne LSTM", SELECTED, NET)


def mismatch_ratios(rows: Sequence[Row]) -> dict[tuple[str, str], dict[str, float]]:
    """Return rms over the limit by (kind, level) and estimator, of a net the median of its seeds."""
    found: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in rows:
        if row.task == TASK and row.metric == METRIC:
            level = "" if row.sweep == "none" else LEVELS[KINDS[row.sweep].levels.index(row.position)]
            found.setdefault((row.sweep, level), {}).setdefault(row.entry, []).append(row)
    return {
        key: {entry: median_training(r, "ratio_to_limit").ratio_to_limit for entry, r in cell.items()}
        for key, cell in found.items()
    }


def mismatch_table(rows: Sequence[Row]) -> dict[str, list[list[str]]] | None:
    """Return kinds and levels down, estimators across, rms over the limit; None without such rows."""
    cells = mismatch_ratios(rows)
    if not cells:
        return None
    columns = (*COLUMNS, *dict.fromkeys(r.estimator for r in rows if r.kind == "yours" and r.task == TASK))
    body = []
    for (kind, level), ratios in cells.items():
        remedy = KINDS[kind].remedy
        of_remedy = f"{number(ratios[remedy])} ({remedy})" if remedy in ratios else "–"
        severity = f"{KINDS[kind].levels[LEVELS.index(level)]:g}" if level else ""
        values = [number(ratios[label]) if label in ratios else "–" for label in columns]
        body.append([f"{kind}, {level}" if level else "none", severity, *values, of_remedy])
    return {
        "head": [["Mismatch", "Severity", *columns, "remedy, given the kind"]],
        "body": body,
        "severities": [[name, kind.severity] for name, kind in KINDS.items() if kind.severity],
    }


def advice(rows: Sequence[Row]) -> list[str]:
    """Return one sentence a kind of mismatch: what a practitioner should use."""
    cells, sentences = mismatch_ratios(rows), []
    for kind, about in KINDS.items():
        heavy = cells.get((kind, LEVELS[-1]))
        if about.remedy and heavy and {PLAIN, SELECTED, NET, about.remedy} <= set(heavy):
            by_level = {level: cells[kind, level] for level in LEVELS}
            sentences.append(_sentence(kind, by_level, _winner(rows, f"{kind}, {LEVELS[-1]}")))
    return sentences


def _winner(rows: Sequence[Row], condition: str) -> str:
    """Return who is ahead in a cell of the two that are not given the kind, "" if neither is."""
    where = (TASK, condition, NET, SELECTED)
    pairs = (r for r in rows if (r.task, r.condition, r.estimator, r.reference) == where)
    return next(map(ahead, pairs), "")


def _sentence(kind: str, by_level: dict[str, dict[str, float]], winner: str) -> str:
    heavy, remedy = by_level[LEVELS[-1]], KINDS[kind].remedy
    lost = [level for level in LEVELS if by_level[level][PLAIN] > ENOUGH]
    if not lost:
        return (
            f"{kind}: the plain sine fit is enough up to heavy, {number(heavy[PLAIN])} times the limit "
            f"({NET} {number(heavy[NET])})."
        )
    first = "even when light" if lost[0] == "light" else f"when {lost[0]}"
    best, other = (NET, SELECTED) if winner == NET else (SELECTED, NET)
    choice, rest = ("rather than", "") if winner else ("or", ", which these signals do not tell apart")
    return (
        f"{kind}: the plain sine fit is not enough {first} ({number(heavy[PLAIN])} times the limit when "
        f"heavy). Who knows the kind takes the {remedy} ({number(heavy[remedy])}); who does not, the "
        f"{best} ({number(heavy[best])}) {choice} the {other} ({number(heavy[other])}){rest}."
    )
