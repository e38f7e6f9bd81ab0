"""One panel, a line an estimator, over the positions of a sweep. Rows in, figure out."""

from collections.abc import Sequence
from math import isfinite

from matplotlib.figure import Figure

from dspvnn.figures.curves import lines, new_figure, styled
from dspvnn.results.rows import Row


@styled
def by_position(rows: Sequence[Row], xlabel: str, ylabel: str, limit_label: str = "limit") -> Figure:
    """Draw value against position for every estimator, on a logarithmic axis, with the limit in black."""
    figure, (ax,) = new_figure(3.4)
    lines(ax, [r for r in rows if isfinite(r.position)], limit_label)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return figure
