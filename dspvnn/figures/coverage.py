"""Whether error bars can be trusted, as a figure: coverage against SNR. Rows in, figure out."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dspvnn.figures.curves import new_figure, shows, styled
from dspvnn.figures.looks import looks
from dspvnn.results.metrics import COVERAGE_LEVELS, coverage_metric
from dspvnn.results.rows import Row

TITLES = {
    "below": "Below the training range",
    "inside": "Inside the training range",
    "above": "Above the training range",
}

RANGES = ("below", "inside", "above")


@styled
def coverage(rows: Sequence[Row]) -> Figure:
    """Draw the share of intervals that hold the truth against SNR, the nominal levels in black."""
    figure, axes = new_figure(3.0, len(RANGES), sharey=True, sharex=True)
    for ax, region in zip(axes, RANGES, strict=True):
        for level in COVERAGE_LEVELS:
            ax.axhline(level, color="black", lw=1.4, zorder=1)
            place = ax.get_yaxis_transform()
            ax.text(1, level, f" {100 * level:.0f} %", transform=place, va="center", fontsize=6)
            _lines(ax, [r for r in rows if r.region == region and r.metric == coverage_metric(level)])
        ax.set(title=TITLES[region], ylim=(-0.03, 1.03))
    axes[0].set_ylabel("share of intervals that hold the truth")
    figure.supxlabel("SNR (dB)", fontsize=8)
    handles, labels = axes[0].get_legend_handles_labels()
    chosen = dict(zip(labels, handles, strict=True))
    figure.legend(chosen.values(), chosen.keys(), loc="outside upper center", ncols=4, frameon=False)
    return figure


def _lines(ax: Axes, rows: Sequence[Row]) -> None:
    look = looks(rows)
    for label in dict.fromkeys(r.estimator for r in rows):
        mine = sorted((r for r in rows if r.estimator == label), key=lambda r: r.position)
        x, y, low, high = np.array([(r.position, r.value, r.ci_low, r.ci_high) for r in mine]).T
        colour, marker, line = look[mine[0].entry]
        points = ax.errorbar(
            x, y, np.maximum(0, [y - low, high - y]), color=colour, marker=marker, ls=line,
            elinewidth=0.8, label=mine[0].entry,
        )  # fmt: skip
        shows(points, *mine)
