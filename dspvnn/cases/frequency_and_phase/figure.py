"""Learning curves of the question's nets beside a constant, and the errors in the question's own band."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dspvnn.cases.frequency_and_phase import names
from dspvnn.cases.frequency_and_phase.posed import ALIKE, FREQUENCY, MSE, PHASES, expected_constant
from dspvnn.cases.frequency_and_phase.reposed import BANDS
from dspvnn.figures import curves
from dspvnn.results.rows import Row

COLOURS = {
    names.POSTED: "#D55E00", names.ANSWER: "#0072B2", names.SCALED: "#E69F00",
    names.SCALED_ANSWER: "#56B4E9", names.ONE_LAYER: "#CC79A7", names.ONE_STEP: "#009E73",
}  # fmt: skip
REPOSED = {  # label -> name in the figure, colour, marker
    names.RAW: ("200 steps of raw samples", "#D55E00", "o"),
    names.RAW_ONE_STEP: ("one step of raw samples", "#009E73", "o"),
    names.BASEBAND: ("net at baseband", "#0072B2", "s"),
    names.FIT: ("sine fit", "0.35", "^"),
}


@curves.styled
def learning(rows: Sequence[Row]) -> Figure:
    """Draw the test's error against epochs without and with phases, and the error of f against the SNR."""
    figure = Figure(figsize=(curves.WIDTH, 5.0), layout="constrained")
    above, below = figure.subfigures(2, 1, squeeze=False)[:, 0]
    for ax, condition in zip(above.subplots(1, 2, sharey=True), (ALIKE, PHASES), strict=True):
        _curves(ax, rows, condition)
    above.axes[0].set_ylabel("mean squared error of the test")
    above.axes[1].legend(frameon=False, loc="lower left", fontsize=6.5)
    for ax, band in zip(below.subplots(1, 2, sharey=True), BANDS, strict=True):
        _band(ax, rows, band)
    below.axes[0].set_ylim(bottom=2e-6)  # room for the legend
    below.axes[0].set_ylabel("rms error of f (Hz)")
    below.axes[1].legend(frameon=False, loc="lower left", fontsize=6.5)
    return figure


def _curves(ax: Axes, rows: Sequence[Row], condition: str) -> None:
    for label, colour in COLOURS.items():
        own = label if condition == ALIKE else names.with_phases(label)
        mine = sorted(
            (r for r in rows if r.estimator == own and r.metric == MSE and np.isfinite(r.position)),
            key=lambda r: r.position,
        )
        x, y = [r.position for r in mine], [r.value for r in mine]
        shown = "as asked" if label == names.POSTED else label
        (line,) = ax.plot(x, y, color=colour, marker=".", ms=3.5, lw=1.0, label=shown)
        curves.shows(line, *mine)
    constant = expected_constant(condition == PHASES)
    ax.axhline(constant, color="black", lw=1.0, ls="--")
    ax.annotate(f"a constant, {constant:,.0f}", (1, constant), xycoords=("axes fraction", "data"),
                xytext=(0, 2), textcoords="offset points", ha="right", fontsize=6.5)  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("epochs")
    ax.set_title(condition)


def _band(ax: Axes, rows: Sequence[Row], band: str) -> None:
    chosen = [r for r in rows if r.condition.startswith(band) and r.metric == FREQUENCY]
    for label, (name, colour, marker) in REPOSED.items():
        mine = [r for r in chosen if r.estimator == label]
        ax.plot(*_medians(mine, "value"), color=colour, marker=marker, ms=3.5, lw=1.0, label=name)
    ax.plot(*_medians([r for r in chosen if r.estimator == names.BOUND], "value"), color="black", lw=1.0,
            ls=":", label="bound, amplitude and constant unknown")  # fmt: skip
    ax.plot(*_medians(chosen, "limit"), color="black", lw=1.3, label="limit, both known")
    ax.set_yscale("log")
    ax.set_xlabel("SNR (dB)")
    ax.set_title(f"posed again, {band} a record")


def _medians(rows: Sequence[Row], column: str) -> np.ndarray:
    """Return places and medians over the seeds, ``(2, n)``."""
    places = sorted({r.position for r in rows})
    values = [np.median([getattr(r, column) for r in rows if r.position == place]) for place in places]
    return np.array([places, values])
