"""Rows in, figure out: one function a figure, no estimator is run here.

Limit and floor are on every plot, an interval on every point; how estimators look is in
`dspvnn.figures.looks`.
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from dspvnn.figures.looks import KIND_LOOK, looks
from dspvnn.figures.point_labels import shortened
from dspvnn.results.numbers import NO_LIMIT, has_no_limit
from dspvnn.results.rows import Row

WIDTH = 7.0  # inches: the text width of the report
LABEL = 42  # characters: longer names beside an axis are wrapped
LONGEST_WORD = 20  # characters of a word that is not broken, however narrow the lines are
STYLE: Any = {
    "font.family": "DejaVu Sans", "text.usetex": False,
    "font.size": 8, "axes.titlesize": 8.5, "axes.labelsize": 8, "legend.fontsize": 7,
    "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.1,
    "lines.markersize": 3.5, "svg.hashsalt": "dspvnn", "svg.fonttype": "path",
    "axes.grid": True, "grid.color": "0.92", "grid.linewidth": 0.6, "axes.axisbelow": True,
}  # fmt: skip
SHADE = "#F0E442"
styled = mpl.rc_context(STYLE)


def shows(artist: Any, *rows: Row) -> None:
    """Note on a drawn point or cell which rows it stands for; `dspvnn.report.html.panels` reads it."""
    artist.rows = rows


@styled
def save(figure: Figure, path: Path) -> None:
    """Write an SVG whose bytes depend on the figure only."""
    figure.savefig(path, format="svg", metadata={"Date": None})


def new_figure(height: float, columns: int = 1, **options: Any) -> tuple[Figure, list[Axes]]:
    """Return a figure as wide as the report's text, with its panels side by side."""
    figure = Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(w_pad=0.08))
    return figure, list(figure.subplots(1, columns, squeeze=False, **options)[0])


def new_rows(height: float, columns: Sequence[int], heights: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """Return such a figure with several rows of panels, each with margins of its own.

    columns : the panels of every row. heights : of the rows, relative to each other.
    """
    figure = Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(w_pad=0.08))
    rows = figure.subfigures(len(columns), 1, height_ratios=heights, squeeze=False)[:, 0]
    panels = [row.subplots(1, n, squeeze=False)[0] for row, n in zip(rows, columns, strict=True)]
    return figure, [ax for row in panels for ax in row]


def lines(ax: Axes, rows: Sequence[Row], limit_label: str, leave_out: Collection[str] = ()) -> None:
    """Draw value against position for every estimator, the limit in black, labels at the ends.

    leave_out : labels, without seeds, that are not drawn; the figure's caption has to say so.
    """
    ends: dict[str, tuple[float, str]] = {}
    look, at_zero = looks(rows), []
    for label, name in dict.fromkeys((r.estimator, r.entry) for r in rows if r.entry not in leave_out):
        mine = sorted((r for r in rows if r.estimator == label and r.value > 0), key=lambda r: r.position)
        if not mine:
            at_zero.append(shortened(label))  # the axis is logarithmic
            continue
        x, y, low, high = np.array([(r.position, r.value, r.ci_low, r.ci_high) for r in mine]).T
        low = np.where(low > 0, low, y / 10)  # an interval down to 0 has no end on a logarithmic axis
        spread = np.maximum(0, [y - low, high - y])
        colour, marker, line = look[name]
        shows(
            ax.errorbar(
                x, y, spread, color=colour, marker=marker, ls=line, elinewidth=0.8, label=name
            ),
            *mine,
        )  # fmt: skip
        ends[name] = (float(y[-1]), colour)
    if rows:
        # With side information comes a limit of its own: the strictest is drawn, and the other dashed.
        places = sorted({row.position for row in rows})
        limits = [[r.limit for r in rows if r.position == place] for place in places]
        x, y, other = np.array(places), np.array([*map(min, limits)]), np.array([*map(max, limits)])
        ax.plot(x[y > 0], y[y > 0], color="black", lw=1.6, zorder=1, label=limit_label)
        if np.any(other > 1.02 * y):
            ax.plot(
                x[y > 0], other[y > 0], color="black", lw=1.0, ls="--", zorder=1, label="the other limit"
            )
        if (y > 0).any():
            ends[limit_label] = (float(y[y > 0][-1]), "black")
        elif limit_label and all(map(has_no_limit, rows)):
            ax.set_title(NO_LIMIT, fontsize=7, loc="right")
    if at_zero:
        ax.text(0.02, 0.02, f"0 throughout: {', '.join(at_zero)}", transform=ax.transAxes, fontsize=6.5)
    ax.set_yscale("log")
    label_ends(ax, [(name, *end) for name, end in ends.items()])


def label_ends(ax: Axes, ends: list[tuple[str, float, str]]) -> None:
    """Write each line's name beside its last point; names that would overlap are moved apart."""
    if not ends:
        return
    ends = sorted(ends, key=lambda end: end[1])
    low, high = np.log10(ax.get_ylim())
    gap = 0.062 * (high - low)
    places = [float(np.log10(y)) for _, y, _ in ends]
    for _ in range(100):
        for i, j in pairwise(range(len(places))):
            overlap = gap - (places[j] - places[i])
            if overlap > 1e-9:
                places[i], places[j] = places[i] - overlap / 2, places[j] + overlap / 2
        places[0], places[-1] = max(places[0], low), min(places[-1], high)
    for (label, _, colour), place in zip(ends, places, strict=True):
        ax.annotate(
            shortened(label), (1.02, (place - low) / (high - low)), xycoords="axes fraction", color=colour,
            va="center", fontsize=6.5, annotation_clip=False,
        )  # fmt: skip


@styled
def dots(rows: Sequence[Row], xlabel: str, limit_label: str = "limit") -> Figure:
    """Draw one panel a condition, one line an estimator, every seed of a net a dot."""
    conditions = list(dict.fromkeys(r.condition for r in rows))
    estimators = list(dict.fromkeys(r.entry for r in rows))[::-1]
    names = [wrapped(name, LABEL) for name in estimators]
    titles = [wrapped(condition, min(20, max(5, 56 // len(conditions)))) for condition in conditions]
    broken = any("\n" in name for name in names)
    pitch = max(0.27 if broken else 0.2, *(0.13 * (name.count("\n") + 1) for name in names))
    height = 0.62 + 0.13 * max(title.count("\n") + 1 for title in titles) + pitch * len(names)
    figure, axes = new_figure(height, len(conditions), sharex=True, sharey=True)
    positive = [r.value for r in rows if r.value > 0] + [r.limit for r in rows if r.limit > 0]
    least, most = (min(positive), max(positive)) if positive else (0.1, 1.0)
    left = least / (most / least) ** 0.08
    for ax, condition, title in zip(axes, conditions, titles, strict=True):
        mine = [r for r in rows if r.condition == condition]
        for row in mine:
            colour, marker = KIND_LOOK[row.kind]
            place = estimators.index(row.entry)
            value = max(row.value, left)
            spread = [[max(0.0, value - max(row.ci_low, left))], [max(0.0, row.ci_high - value)]]
            point = ax.errorbar(
                value, place, xerr=spread if np.isfinite(spread).all() else None, color=colour,
                marker=marker, ls="none", mfc=colour if row.value > 0 else "white", elinewidth=0.8,
            )  # fmt: skip
            shows(point, row)
        limits = {r.limit for r in mine if r.limit > 0}
        for limit in limits:
            ax.axvline(limit, color="black", lw=1.4, zorder=1, label=limit_label)
        if limits:
            ax.text(
                min(limits), 1.01, f" {limit_label}", fontsize=6,
                transform=ax.get_xaxis_transform(), va="bottom", ha="left",
            )  # fmt: skip
        elif limit_label and all(map(has_no_limit, mine)):
            ax.text(
                0.5, 1.01, NO_LIMIT, fontsize=6, transform=ax.transAxes, va="bottom", ha="center",
            )  # fmt: skip
        ax.set_title(title, pad=11)
        ax.set_xscale("log")
        ax.set_xlim(left / 1.5, most * 3)
        ax.set_ylim(-0.6, len(estimators) - 0.4)
    axes[0].set_yticks(range(len(estimators)), names, fontsize=7 if broken else 8)
    figure.supxlabel(xlabel, fontsize=8)
    return figure


@styled
def runtime(rows: Sequence[Row]) -> Figure:
    """Draw the time per signal, one panel a batch size."""
    return dots(rows, "seconds per signal: median and quartiles", limit_label="")


def wrapped(text: str, width: int) -> str:
    """Return a text in lines of `width` characters, five at most; only a word that is longer is broken."""
    lines = [""]
    # An equation is one word; between a dollar sign and the backslash that escapes it no line ends.
    words = shortened(text, 5 * width).replace(" = ", "\u00a0=\u00a0").split(" ")
    pieces = re.compile(rf"(?:\\\$|.){{1,{max(width, LONGEST_WORD)}}}")
    for word in words:
        for i, piece in enumerate(pieces.findall(word)):
            if i > 0 or (len(lines[-1]) + len(piece) > width and lines[-1]):
                lines.append("")
            lines[-1] = f"{lines[-1]} {piece}".strip()
    return "\n".join(lines)
