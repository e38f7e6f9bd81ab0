"""A prediction over its target in time and as spectra, and what every net leaves beside the yardsticks."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dspvnn.cases.noise_witness import names
from dspvnn.figures import curves
from dspvnn.figures.looks import KIND_LOOK
from dspvnn.results.rows import Row

TARGET, PREDICTION, SPECTRUM = "target", "prediction", ", amplitude spectrum"
SHOWN = 2  # seconds
PER_DECADE = 12  # bands of the spectra
LOWEST_DB = -180.0  # of the axis: the best of the yardsticks lies above
YARDSTICKS = {  # in words that fit on a line of the figure
    names.TOLD_PRODUCT: "told w r",
    names.TOLD_PRODUCT_STEPS: "told w r, differences",
    names.TOLD_BILINEAR: "told bilinear",
    names.TOLD_BILINEAR_STEPS: "told bilinear, differences",
}
DRAWN = {  # as the figure names them
    names.QUESTION: "as asked",
    **{label: label.removeprefix("changed: ") for label in names.SINGLE_CHANGES},
    names.OURS: "ours: linear output, rate 3e-3, no decay, witnesses as they are",
    names.OURS_RECTIFIED: "the same, LeakyReLU at the output",
    names.OURS_SCALED: "the same, witnesses scaled to 0 to 1",
    names.OURS_PRODUCT: "the same, w r as a third witness",
    names.OURS_CONTAMINATION: "the same, on the contamination",
    names.SHIPPED: "LSTM that ships, on the contamination",
    names.UNIT: "product unit",
    names.UNIT_STEPS: "product unit, differences",
}
INK = "0.6"


def spectrum(x: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Return middle frequencies (Hz) and the root mean square amplitude in bands, the mean left out.

    The lowest bins of the transform are bands of their own; from there on a decade has `PER_DECADE`.
    """
    amplitude = 2 * np.abs(np.fft.rfft(x))[1:] / len(x)
    hertz = np.fft.rfftfreq(len(x), 1 / rate)[1:]
    band = np.floor(PER_DECADE * np.log10(hertz / hertz[0]) + 1e-9).astype(int)
    every = np.unique(band)
    power = [np.mean(amplitude[band == b] ** 2) for b in every]
    middle = [np.exp(np.log(hertz[band == b]).mean()) for b in every]
    return np.array(middle), np.sqrt(power)


@curves.styled
def witness_figure(rows: Sequence[Row]) -> Figure:
    """Draw two predictions in time, their spectra, and the contamination left by every net."""
    figure, (asked, ours, spectra, left) = curves.new_rows(5.4, (3, 1), (1, 1.4))
    target = _series(rows, names.QUESTION, TARGET)
    spectra.plot(*_series(rows, names.QUESTION, TARGET + SPECTRUM), color=INK, label=TARGET)
    for ax, label, colour in ((asked, names.QUESTION, "#D55E00"), (ours, names.OURS, "#009E73")):
        name = "as asked" if ax is asked else "ours"
        ax.plot(*target, color=INK, lw=0.6, label=TARGET)
        ax.plot(*_series(rows, label, PREDICTION), color=colour, lw=0.9, label=PREDICTION)
        ax.set(xlabel="seconds", title=f"{name}: prediction over target")
        spectra.plot(*_series(rows, label, PREDICTION + SPECTRUM), color=colour, label=name)
    spectra.set(xscale="log", yscale="log", xlabel="hertz", title="amplitude spectra")
    spectra.legend(frameon=False, loc="lower left")
    _draw_left(left, rows)
    return figure


def _series(rows: Sequence[Row], label: str, metric: str) -> np.ndarray:
    """Return positions and values ``(2, n)``, in order."""
    found = sorted((r.position, r.value) for r in rows if (r.estimator, r.metric) == (label, metric))
    return np.array(found).reshape(-1, 2).T


def _draw_left(ax: Axes, rows: Sequence[Row]) -> None:
    """Draw every net's contamination left on unseen noise in dB, a dot a training, and the yardsticks."""
    mine = [r for r in rows if (r.condition, r.metric) == (names.UNSEEN, names.LEFT)]
    order = list(DRAWN)[::-1]
    for row in mine:
        if row.estimator in DRAWN:
            colour, marker = KIND_LOOK[row.kind]
            place = order.index(row.estimator)
            point = ax.plot(_db(row.value), place, color=colour, marker=marker, ls="none")
            curves.shows(point[0], row)
    medians = {
        name: float(np.median([_db(r.value) for r in mine if r.estimator == label]))
        for label, name in YARDSTICKS.items()
    }
    for i, (name, value) in enumerate(sorted(medians.items(), key=lambda pair: pair[1])):
        ax.axvline(value, color="#0072B2", lw=1.0, zorder=1, label=name)
        ax.annotate(
            f" {name}: {value:.0f} dB " if i == 0 else f"{name}: {value:.0f} dB  ",
            (value, 0.95 - 0.08 * i), xycoords=("data", "axes fraction"), fontsize=6.5, color="#0072B2",
            va="center", ha="left" if i == 0 else "right", annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
    ax.set_yticks(range(len(order)), [DRAWN[label] for label in order], fontsize=7)
    ax.set_xlim(LOWEST_DB, 10)
    ax.set_xlabel("contamination left on unseen noise (dB)")


def _db(value: float) -> float:
    return 20 * float(np.log10(max(value, 1e-9)))
