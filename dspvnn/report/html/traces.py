"""What is drawn in a matplotlib axes as Plotly traces and shapes, and what a point says on hover.

Words that end up in Plotly's markup are escaped: a label of the user's own stays a label.
"""

import math
from html import escape
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.container import ErrorbarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from dspvnn.results.displayable import unescape_math
from dspvnn.results.metrics import RUNTIME
from dspvnn.results.numbers import number, seconds
from dspvnn.results.rows import Row
from dspvnn.results.side_information import in_words

SYMBOLS = {
    "o": "circle", "s": "square", "D": "diamond", "^": "triangle-up", "v": "triangle-down",
    "P": "cross", "x": "x-thin", "X": "x", "*": "star", "h": "hexagon", "1": "y-down-open",
    "<": "triangle-left", ">": "triangle-right", "p": "pentagon", "d": "diamond-tall", "H": "hexagon2",
    "8": "octagon",
}  # fmt: skip
DASHES = {"-": "solid", "--": "dash", ":": "dot", "-.": "dashdot"}
WIDER = 1.4  # pixels a point of line width
HATCH = {"shape": "/", "fgcolor": "#595959", "size": 9, "solidity": 0.15}


def words(text: str, width: int = 0) -> str:
    """Return a text for Plotly: markup escaped, lines broken at `width` characters if that is given.

    The texts are read off a figure or its rows, where every dollar sign is escaped.
    """
    text = unescape_math(text)
    lines = [part for line in text.strip().split("\n") for part in (wrap(line, width) if width else [line])]
    return "<br>".join(map(escape, lines))


def hover(row: Row) -> str:
    """Return what a point says: estimator, cell, value with interval, limit and ratio, and how many."""
    say = seconds if row.unit.startswith("s") and row.metric in (RUNTIME, "training time") else number
    spread = "quartiles" if row.metric == RUNTIME else "95 %"
    lines = [
        row.estimator, row.condition, f"{row.metric}: {say(row.value)}",
        f"{spread}: {say(row.ci_low)} to {say(row.ci_high)}",
    ]  # fmt: skip
    if math.isfinite(row.limit):
        lines.append(f"limit: {say(row.limit)}")
    if math.isfinite(row.ratio_to_limit):
        low, high = number(row.ratio_low), number(row.ratio_high)
        lines.append(f"{number(row.ratio_to_limit)} × limit ({low} to {high})")
    lines.append(f"n = {row.n_signals}" + (f", {row.n_failed} failed" if row.n_failed else ""))
    if row.side_information:
        lines.append(f"side information: {in_words(row.side_information)}")
    return "<br>".join(escape(unescape_math(line)) for line in lines)


def points(bar: ErrorbarContainer) -> dict[str, Any]:
    """Return points with their intervals, each with the words of its row where one was noted."""
    data, _, spreads = bar.lines
    trace = line(data) | _said(bar)
    axes = ("x",) * bar.has_xerr + ("y",) * bar.has_yerr
    for axis, spread in zip(axes, spreads, strict=True):
        ends = np.array([segment[:, int(axis == "y")] for segment in spread.get_segments()])
        middle = np.array(trace[axis])
        trace[f"error_{axis}"] = {
            "type": "data", "symmetric": False, "array": (ends[:, 1] - middle).tolist(),
            "arrayminus": (middle - ends[:, 0]).tolist(), "thickness": 1, "width": 0,
            "color": trace["line"]["color"],
        }  # fmt: skip
    return trace


def _said(artist: Any) -> dict[str, Any]:
    """Return name and words on hover; a line without rows is silent: every point says its limit."""
    rows: tuple[Row, ...] = getattr(artist, "rows", ())
    name = words(_label(artist) or (rows[0].estimator if rows else ""))
    if not rows:
        return {"name": name, "hoverinfo": "skip"}
    return {"name": name, "hoverinfo": "text", "hovertext": [hover(row) for row in rows]}


def _label(artist: Any) -> str:
    label = str(artist.get_label() or "")
    return "" if label.startswith("_") else label  # matplotlib's own names begin so


def line(drawn: Line2D) -> dict[str, Any]:
    """Return a line, its markers, or both."""
    colour, dash = to_hex(drawn.get_color()), DASHES.get(str(drawn.get_linestyle()))
    symbol = SYMBOLS.get(str(drawn.get_marker()))
    x, y = (np.asarray(values, dtype=float).tolist() for values in drawn.get_data())
    trace: dict[str, Any] = {
        "type": "scatter", "x": x, "y": y,
        "mode": "+".join(["lines"] * bool(dash) + ["markers"] * bool(symbol)),
        "line": {"color": colour, "width": WIDER * drawn.get_linewidth(), "dash": dash or "solid"},
    }  # fmt: skip
    trace |= _said(drawn)
    if symbol:
        inside = to_hex(drawn.get_markerfacecolor())
        edge = 1.5 if symbol in ("x-thin", "y-down-open") or inside != colour else 0
        trace["marker"] = {
            "symbol": symbol, "size": 7, "color": inside, "line": {"color": colour, "width": edge},
        }  # fmt: skip
    return trace


def cell(patch: Rectangle) -> dict[str, Any]:
    """Return a filled rectangle that can be pointed at, striped if it is hatched."""
    (x0, y0), (x1, y1) = corners(patch)
    colour = to_hex(patch.get_facecolor())
    trace = {
        "type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": colour, "hoveron": "fills",
        "x": [x0, x1, x1, x0, x0], "y": [y0, y0, y1, y1, y0], "hoverinfo": "text",
        "line": {"color": to_hex(patch.get_edgecolor()), "width": 1},
        "text": "<br>".join(map(hover, getattr(patch, "rows", ()))),
    }  # fmt: skip
    return trace | ({"fillpattern": HATCH | {"bgcolor": colour}} if patch.get_hatch() else {})


def corners(patch: Rectangle) -> Any:
    """Return the two opposite corners of a rectangle, as numbers."""
    x, y = patch.get_xy()
    return [[float(x), float(y)], [float(x + patch.get_width()), float(y + patch.get_height())]]


def span(patch: Rectangle, upright: bool) -> dict[str, Any]:
    """Return a shade from one edge of the plot to the other, as a shape."""
    (x0, y0), (x1, y1) = corners(patch)
    colour = to_rgba(patch.get_facecolor())
    shape: dict[str, Any] = {"type": "rect", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "layer": "below"}
    shape |= {"xref": "x", "yref": "y domain"} if upright else {"xref": "x domain", "yref": "y"}
    return shape | {"fillcolor": to_hex(colour), "opacity": colour[3], "line": {"width": 0}}


def across(drawn: Line2D, upright: bool, ends: tuple[float, float]) -> dict[str, Any]:
    """Return a line from one end of the other axis to its other end."""
    trace = line(drawn)
    return trace | {"y" if upright else "x": [float(end) for end in ends]}
