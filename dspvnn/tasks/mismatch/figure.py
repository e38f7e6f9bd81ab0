"""The mismatch map: kind x severity, who is ahead and by what factor. Rows in, figure out."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dspvnn.figures.curves import new_figure, shows, styled
from dspvnn.results.ahead import ahead
from dspvnn.results.metrics import RATIO
from dspvnn.results.rows import Row
from dspvnn.tasks.mismatch.kinds import KINDS
from dspvnn.tasks.mismatch.task import LEVELS

NET = "mixture LSTM"
MOST = np.log10(30.0)  # factor at which the colour is full


def _panels() -> dict[str, set[str]]:
    """Return the title of every panel, and the estimators that the net stands against on it."""
    return {
        "the plain sine fit": {"sine fit"},
        "the fit chosen by BIC": {"fit chosen by BIC"},
        "the remedy that is given the kind": {kind.remedy for kind in KINDS.values()} - {""},
    }


@styled
def mismatch_map(rows: Sequence[Row]) -> Figure:
    """Draw, per kind and severity, the factor between the net of the mixture and three classical answers.

    Orange: the net is ahead; blue: the classical method; hatched: neither is (`dspvnn.results.ahead`).
    """
    panels = _panels()
    figure, axes = new_figure(3.9, len(panels), sharey=True)
    kinds = [kind for kind in KINDS if kind != "none"]
    for ax, (title, references) in zip(axes, panels.items(), strict=True):
        for row in rows:
            if (row.estimator, row.metric) != (NET, RATIO) or row.sweep not in kinds:
                continue
            if row.reference not in references:
                continue
            level = row.condition.removeprefix(f"{row.sweep}, ")
            _cell(ax, LEVELS.index(level), kinds.index(row.sweep), row)
        ax.set_title(f"Net against\n{title}")
        ax.set_xticks(range(len(LEVELS)), LEVELS)
        ax.set_yticks(range(len(kinds)), kinds)
        ax.set(xlim=(-0.5, len(LEVELS) - 0.5), ylim=(len(kinds) - 0.5, -0.5))
        ax.grid(visible=False)
        ax.tick_params(length=0)
    figure.supxlabel(
        "orange: the net ahead, blue: the classical method, by the factor written (95 % interval below); "
        "hatched: neither is ahead", fontsize=7,
    )  # fmt: skip
    return figure


def _cell(ax: Axes, x: int, y: int, row: Row) -> None:
    colour = _colour(np.log10(row.value))
    level = not ahead(row)
    cell = Rectangle(
        (x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colour, edgecolor="0.6", lw=0.5,
        hatch="////" if level else None,
    )  # fmt: skip
    shows(ax.add_patch(cell), row)
    factor, ends = row.value, (row.ci_low, row.ci_high)
    if factor < 1:
        factor, ends = 1 / factor, (1 / row.ci_high, 1 / row.ci_low)
    box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6} if level else None
    ax.text(x, y - 0.12, f"{factor:.3g} ×", ha="center", va="center", fontsize=7, bbox=box)
    ax.text(x, y + 0.24, f"{ends[0]:.2f}–{ends[1]:.2f}", ha="center", va="center", fontsize=4.8, bbox=box)


def _colour(decades: float) -> tuple[float, float, float]:
    """Return orange where the net's error is smaller, blue where it is larger, white at equality."""
    share = abs(float(TwoSlopeNorm(0, -MOST, MOST)(np.clip(decades, -MOST, MOST))) - 0.5) * 2
    full = np.array([0.00, 0.45, 0.70]) if decades > 0 else np.array([0.90, 0.62, 0.00])
    red, green, blue = 1 - 0.75 * np.sqrt(share) * (1 - full)
    return float(red), float(green), float(blue)
