"""The figure of a case: every variant a line, every seed a dot, the limit in black; rows only."""

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.figure import Figure

from dspvnn.figures import curves as figures
from dspvnn.results.rows import Row

Panel = tuple[str, str]


def variants_figure(
    rows: Sequence[Row],
    panels: Sequence[Panel],
    xlabel: str,
    limit_label: str = "limit",
    floor: float = 0.0,
) -> Figure:
    """Draw one panel a pair of condition and metric, with the variants as they are ordered in the rows.

    Values below `floor` are drawn open at the left edge: an exact answer leaves room for the others.
    """
    chosen = []
    for condition, metric in panels:
        title = condition if len({m for _, m in panels}) == 1 else f"{metric}: {condition}"
        chosen += [
            replace(r, condition=title) for r in rows if (r.condition, r.metric) == (condition, metric)
        ]
    chosen = [replace(r, value=0.0, ci_low=0.0, ci_high=0.0) if r.value < floor else r for r in chosen]
    order = list(dict.fromkeys(r.estimator for r in rows))
    return figures.dots(sorted(chosen, key=lambda r: order.index(r.estimator)), xlabel, limit_label)
