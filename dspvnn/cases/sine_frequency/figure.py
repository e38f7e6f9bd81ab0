"""Predicted against true frequency, inside the range of the training and above it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from dspvnn.cases.sine_frequency import names
from dspvnn.figures import curves
from dspvnn.results.rows import Row

DRAWN = {  # the highest frequency of the training, and the title of the panel
    names.NET_A: (100, "as asked: net A"),
    names.NET_B: (100, "as asked: net B"),
    names.SECOND: (100, "second answer (net A)"),
    names.FIRST[10]: (9, "first answer, max_freq 10"),
    names.FIRST[30]: (29, "first answer, max_freq 30"),
    names.THIRD: (50, "third answer, LSTM"),
    names.THIRD_DENSE: (50, "third answer, Dense"),
    names.BASEBAND[30]: (29, "ours, at baseband, max_freq 30"),
}


@curves.styled
def answers(rows: Sequence[Row]) -> Figure:
    """Draw one panel a variant, from its rows of predicted frequencies."""
    figure, panels = curves.new_rows(3.9, (4, 4), (1, 1))
    for ax, (label, (highest, title)) in zip(panels, DRAWN.items(), strict=True):
        found = sorted(
            (r.position, r.value) for r in rows if (r.estimator, r.metric) == (label, names.PREDICTED)
        )
        true, predicted = np.array(found).reshape(-1, 2).T
        ax.axvspan(1, highest, color="0.93", zorder=0)
        ax.plot(true, true, color="black", lw=0.8, label="truth")
        ax.plot(true, predicted, color="#D55E00", marker=".", ms=2.5, lw=0.5, label="predicted")
        ax.set_ylim(-0.05 * true.max(initial=1), 1.15 * true.max(initial=1))
        ax.set_title(curves.wrapped(title, 20))
    figure.supxlabel("true frequency", fontsize=8)
    figure.supylabel("predicted frequency", fontsize=8)
    return figure
