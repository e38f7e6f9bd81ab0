"""The figure of the burst: errors against its strength. Rows in, figure out."""

from collections.abc import Collection, Sequence

from matplotlib.figure import Figure

from dspvnn.figures.curves import lines, new_figure, styled
from dspvnn.results.rows import Row


@styled
def burst_sweep(rows: Sequence[Row], leave_out: Collection[str] = ()) -> Figure:
    """Draw sample error and miss rate against the burst's strength, with their limits."""
    figure, axes = new_figure(2.9, 2)
    names = {"sample error rate": "wrong samples", "miss rate": "missed bursts (1 % false alarms)"}
    for ax, (metric, title) in zip(axes, names.items(), strict=True):
        chosen = [r for r in rows if r.metric == metric and r.sweep]
        limit = "Bayes filter that knows d" if metric == "sample error rate" else "likelihood ratio"
        lines(ax, chosen, limit, leave_out)
        ax.set(xlabel="d = sqrt(energy) / noise std", ylabel=f"share of {title}", title=title)
    return figure
