"""The figure of a problem of the user's own, in hertz: rows in, figure out."""

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dspvnn.figures.curves import SHADE, STYLE, lines, new_figure
from dspvnn.results.rows import Row


@mpl.rc_context(STYLE)
def problem_front(rows: Sequence[Row]) -> Figure:
    """Draw the error in hertz against SNR and against frequency, with the limit."""
    figure, (by_snr, by_frequency) = new_figure(3.9, 2, sharey=True)
    for ax, sweep in ((by_snr, "snr"), (by_frequency, "frequency")):
        mine = [r for r in rows if r.sweep == sweep]
        ax.margins(y=0.16)  # room for the words at the top
        lines(ax, mine, "limit")
        _shade(ax, mine)
    by_snr.set(xlabel="SNR (dB)", ylabel="rms error of the frequency (Hz)", title="Over the whole band")
    by_frequency.set(xlabel="frequency (Hz)", title="Across the band, at the middle SNR")
    return figure


def _shade(ax: Axes, rows: Sequence[Row]) -> None:
    """Shade the cells that lie in the training range of the nets that ship."""
    places = sorted({r.position for r in rows})
    inside = {r.position for r in rows if r.region == "inside"}
    half = (places[1] - places[0]) / 2 if len(places) > 1 else 1.0
    for place in inside:
        ax.axvspan(place - half, place + half, color=SHADE, alpha=0.35, lw=0)
    text = "nets in their\ntraining range" if inside else "outside the nets'\ntraining range"
    middle = (min(inside) + max(inside)) / 2 if inside else (places[0] + places[-1]) / 2
    ax.text(middle, 0.985, text, ha="center", va="top", transform=ax.get_xaxis_transform())
