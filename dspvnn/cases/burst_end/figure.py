"""The asker's own picture: one record, its label, and what a net decides at every sample."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from dspvnn.figures import curves
from dspvnn.results.rows import Row

INPUT, LABEL, DECIDED = "input", "label", "decided"


@curves.styled
def decisions(rows: Sequence[Row], panels: Mapping[str, str]) -> Figure:
    """Draw one panel a variant, ``label -> title``, from its rows of input, label and decided class."""
    figure, axes = curves.new_figure(2.0, len(panels), sharex=True, sharey=True)
    for ax, (label, title) in zip(axes, panels.items(), strict=True):
        mine = [r for r in rows if r.estimator == label and r.metric in (INPUT, LABEL, DECIDED)]
        seed = min((r.seed for r in mine), default=0)
        at = {metric: _values(mine, metric, seed) for metric in (INPUT, LABEL, DECIDED)}
        ax.plot(*at[INPUT], color="0.6", lw=1.0, label="input")
        ax.plot(*at[LABEL], color="black", lw=1.4, drawstyle="steps-post", label="label")
        ax.plot(*at[DECIDED], color="#D55E00", ls="none", marker=".", ms=3, label="decided")
        ax.set_title(curves.wrapped(title, 24))
    axes[0].set_yticks([0, 1], ["ended", "pending"])
    axes[0].legend(frameon=False, loc="center right")
    figure.supxlabel("sample", fontsize=8)
    return figure


def _values(rows: Sequence[Row], metric: str, seed: int) -> np.ndarray:
    """Return positions and values ``(2, n)``, in order."""
    found = sorted((r.position, r.value) for r in rows if (r.metric, r.seed) == (metric, seed))
    return np.array(found).reshape(-1, 2).T
