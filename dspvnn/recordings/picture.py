"""The picture of an estimate: the spectrum, the neighbourhood of its peak, the samples with their fit."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dspvnn.figures.curves import STYLE
from dspvnn.figures.looks import KIND_LOOK
from dspvnn.recordings.estimates import Estimate, Fit
from dspvnn.recordings.part import Part
from dspvnn.recordings.track import Track
from dspvnn.results.files import write_whole

POINTS = 4000  # of a line: more cannot be seen
PERIODS, MOST_SAMPLES = 8, 2000  # of the samples that are drawn with their fit
FLOOR_DB = 140  # below the peak: rounding
_styled = mpl.rc_context(STYLE)
_SAMPLES, _FIT = "0.45", "#0072B2"


@_styled
def draw(
    part: Part, estimates: Sequence[Estimate], fit: Fit, followed: Track | None = None, unit: str = "Hz"
) -> Figure:
    """Return the figure of a part: what the estimators say, the fitted sine, and the track if any."""
    rows: list[Any] = [["spectrum", "peak"], ["samples", "samples"]]
    rows += [["track", "track"]] if followed else []
    figure = Figure(figsize=(7.0, 3.4 * len(rows)), layout="constrained")
    axes = figure.subplot_mosaic(rows)
    _spectrum(axes["spectrum"], part, fit, unit)
    _peak(axes["peak"], estimates, fit, unit)
    _time(axes["samples"], part, fit)
    if followed is not None:
        _track(axes["track"], followed, unit)
    return figure


def _track(ax: Axes, followed: Track, unit: str) -> None:
    spread = 2 * followed.standard_error
    ax.fill_between(
        followed.time,
        followed.frequency - spread,
        followed.frequency + spread,
        color=_FIT,
        alpha=0.25,
        lw=0,
    )
    ax.plot(followed.time, followed.frequency, ".-", color=_FIT, ms=3, lw=0.8)
    ax.set(xlabel="time (s)", ylabel=f"frequency ({unit})")
    ax.set_title("Track: sine fits of windows, with two standard errors", pad=4)


def _spectrum(ax: Axes, part: Part, fit: Fit, unit: str) -> None:
    frequency, amplitude = (values[1:] for values in part.spectrum())  # the mean has been removed
    size = -(-len(frequency) // POINTS)
    n = len(frequency) // size * size
    level = _decibels(amplitude[:n].reshape(-1, size).max(axis=1), fit.amplitude)
    ax.plot(frequency[:n].reshape(-1, size).mean(axis=1), level, color=_SAMPLES, lw=0.8)
    ax.plot(fit.frequency, 0, "v", color=_FIT, ms=5, clip_on=False)
    ax.annotate(
        f"{fit.frequency:.6g} {unit}", (fit.frequency, 0), xytext=(0, 6), textcoords="offset points",
        color=_FIT, ha="center", va="bottom",
    )  # fmt: skip
    ax.set(
        xlabel=f"frequency ({unit})", ylabel="amplitude over the fit's (dB)", xlim=(0, part.sample_rate / 2)
    )
    ax.set_title(f"Spectrum, {part.window or 'rectangular'} window", pad=16)


def _decibels(amplitude: np.ndarray, reference: float) -> np.ndarray:
    return np.asarray(20 * np.log10(np.maximum(amplitude / reference, 10 ** (-FLOOR_DB / 20))))


def _peak(ax: Axes, estimates: Sequence[Estimate], fit: Fit, unit: str) -> None:
    """Draw how far each estimator is from the sine fit, in standard errors of the fit."""
    one = fit.errors["frequency"] or np.finfo(float).eps * fit.frequency  # an exact fit has none
    shown = [e for e in estimates if np.isfinite(e.frequency)][::-1]
    for place, e in enumerate(shown):
        colour, marker = KIND_LOOK[e.kind]
        spread = e.standard_error / one if np.isfinite(e.standard_error) else None
        away = (e.frequency - fit.frequency) / one
        ax.errorbar(away, place, xerr=spread, color=colour, marker=marker, ls="none", capsize=2)
    ax.axvline(0, color=_FIT, lw=0.8, zorder=0)
    ax.set_yticks(range(len(shown)), [e.estimator for e in shown])
    ax.set_xscale("symlog", linthresh=2)
    most = max([3.0, *(2 * abs(e.frequency - fit.frequency) / one for e in shown)])
    ax.set_xlim(-most, most)
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_title("Estimates", pad=16)
    ax.set_xlabel(f"difference from the sine fit\nin its standard errors ({one:.2g} {unit})")


def _time(ax: Axes, part: Part, fit: Fit) -> None:
    n = min(len(part.samples), MOST_SAMPLES, max(16, round(PERIODS * part.sample_rate / fit.frequency)))
    time = np.arange(n) / part.sample_rate
    fine = np.linspace(0, time[-1], max(1000, 4 * n))
    ax.plot(part.start + time, part.samples[:n], ".", color=_SAMPLES, ms=3)
    ax.plot(part.start + fine, fit.at(fine), color=_FIT)
    ax.set(xlabel="time (s)", ylabel="samples, in the file's unit")
    ax.set_title(f"Samples (grey) and the fitted sine (blue), SNR {fit.snr_db:.1f} dB", pad=4)


@_styled
def save(figure: Figure, path: Path) -> None:
    """Write the figure in the format that the file's name says."""
    metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix.lower())
    content = BytesIO()
    figure.savefig(content, format=path.suffix.lower()[1:], metadata=metadata, dpi=150)
    write_whole(path, content.getvalue())
