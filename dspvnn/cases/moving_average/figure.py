"""The path that the two weights of a net take while it is trained, every seed a line."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from dspvnn.figures import curves
from dspvnn.results.rows import Row

LAST, SAMPLE = "weight of the last answer", "weight of the sample"
LOWEST, HIGHEST = -1.2, 1.2  # of the axes: a recursion with a weight beyond runs away


@curves.styled
def paths(rows: Sequence[Row], panels: Mapping[str, str], target: tuple[float, float]) -> Figure:
    """Draw one panel a variant, ``label -> title``, with a cross where the weights should end.

    target : weight of the last answer, and of the sample.
    """
    figure, axes = curves.new_figure(2.2, len(panels), sharex=True, sharey=True)
    for ax, (label, title) in zip(axes, panels.items(), strict=True):
        ax.axvline(target[1], color="0.75", lw=0.8, zorder=0)
        ax.axhline(target[0], color="0.75", lw=0.8, zorder=0)
        mine = [r for r in rows if r.estimator == label]
        for seed in sorted({r.seed for r in mine}):
            way = _path([r for r in mine if r.seed == seed])
            ax.plot(*way, color="#D55E00", lw=0.8, alpha=0.8)
            ax.plot(*way[:, :1], color="#D55E00", marker="o", mfc="white", ls="none", ms=4)
            ax.plot(*way[:, -1:], color="#D55E00", marker="s", ls="none", ms=3.5)
        ax.plot(*reversed(target), color="black", marker="+", ms=9, mew=1.3, ls="none")
        ax.set_title(curves.wrapped(title, 20))
    axes[0].set_xlim(LOWEST, HIGHEST)
    axes[0].set_ylim(LOWEST, HIGHEST)
    axes[0].set_ylabel(LAST)
    figure.supxlabel(SAMPLE, fontsize=8)
    return figure


def _path(rows: Sequence[Row]) -> np.ndarray:
    """Return the weights of the sample and of the last answer, ``(2, n)``, in the order of training."""
    at = {(r.metric, r.position): r.value for r in rows if r.metric in (LAST, SAMPLE)}
    places = sorted({position for _, position in at})
    return np.array([[at[metric, place] for place in places] for metric in (SAMPLE, LAST)])
