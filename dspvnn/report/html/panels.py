"""A drawn figure as Plotly panels, one an axes: figures are drawn once, and a page reads them off here.

Read are points with intervals, lines, spans, cells, words and legends; anything else raises, so that
nothing is lost in silence. A panel has names on both axes, so that a narrow page can stack them.
"""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedLocator

from dspvnn.report.html.traces import across, cell, line, points, span, words

INCH = 125  # pixels of the page for an inch of the figure
GREY = "#595959"  # of axes and ticks: 7:1 on white
# What a narrow page has no room for: names at the ends of lines (a legend stands in for them), small print
# in cells (it is said on hover), and names beside points (their panel keeps its width and scrolls).
END, SMALL, BESIDE = "end", "small", "beside"
SMALLEST = 6.0  # points, of the words that stay


def panels(figure: Figure) -> list[dict[str, Any]]:
    """Return a Plotly figure (data, layout) for every axes, in the order of drawing."""
    return [_panel(figure, ax) for ax in figure.axes]


def note(figure: Figure) -> str:
    """Return the words below all panels where they are a sentence and not the name of an axis."""
    words_below: str = figure.get_supxlabel()
    return words_below if len(words_below) > 60 else ""


def _panel(figure: Figure, ax: Axes) -> dict[str, Any]:
    bars = [c for c in ax.containers if isinstance(c, ErrorbarContainer)]
    parts = {id(part) for bar in bars for part in bar.get_children()}
    traces: list[dict[str, Any]] = []
    shapes = []
    for artist in (*ax.lines, *ax.patches, *ax.collections, *ax.images):
        if id(artist) in parts:
            continue
        if isinstance(artist, Line2D):
            traces += [_line(ax, artist)] if len(artist.get_path()) else []  # none where no limit is known
        elif not isinstance(artist, Rectangle):
            raise ValueError(f"a panel has no {type(artist).__name__}: teach dspvnn.report.html.traces")
        elif artist.get_data_transform() == ax.transData:
            traces.append(cell(artist))
        else:
            shapes.append(span(artist, artist.get_data_transform() == ax.get_xaxis_transform()))
    traces += [points(bar) for bar in bars]
    _once_in_legend(traces)
    legend = bool(figure.legends) or ax.get_legend() is not None
    return {"data": traces, "layout": _layout(figure, ax) | {"shapes": shapes, "showlegend": legend}}


def _line(ax: Axes, drawn: Line2D) -> dict[str, Any]:
    if drawn.get_transform() == ax.get_xaxis_transform():
        return across(drawn, True, ax.get_ylim())
    if drawn.get_transform() == ax.get_yaxis_transform():
        return across(drawn, False, ax.get_xlim())
    return line(drawn)


def _once_in_legend(traces: list[dict[str, Any]]) -> None:
    """Let the trainings of a net, whose traces have one name, be one entry."""
    named = set()
    for trace in traces:
        name = trace.get("name", "")
        trace |= {"legendgroup": name, "showlegend": bool(name) and name not in named}
        named.add(name)


def _layout(figure: Figure, ax: Axes) -> dict[str, Any]:
    first = figure.axes[0]
    xlabel = ax.get_xlabel() or ("" if note(figure) else figure.get_supxlabel())
    shared = ax.get_shared_y_axes().joined(ax, first)
    ylabel = ax.get_ylabel() or (first.get_ylabel() if shared else "")
    written = [_annotation(ax, text) for text in ax.texts]
    right = max(
        [16, *(170 if a["name"] == END else 44 for a in written if a["xref"] != "x" and a["x"] >= 1)]
    )
    yaxis = _axis(ax.yaxis, words(ylabel, 38), ax.get_ylim())
    names = yaxis.get("ticktext", [])
    pitch = max([32, *(8 + 15 * (1 + name.count("<br>")) for name in names)])
    title = words(ax.get_title().replace("\n", " "), 24)  # as wide as the buttons leave on a narrow page
    over = 17 * title.count("<br>")
    return {
        "title": {
            "text": title, "font": {"size": 13}, "x": 0, "xanchor": "left", "y": 1, "yanchor": "top",
            "pad": {"l": 16, "t": 8 + over},
        },
        "xaxis": _axis(ax.xaxis, words(xlabel, 28 if names else 38), ax.get_xlim()),
        "yaxis": yaxis,
        "annotations": written,
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        "margin": {"l": 60, "r": right, "t": 50 + over, "b": 56},
        "height": max(round(INCH * figure.get_figheight()), pitch * len(names) + 110),
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": "#1a1a1a"},
        "hoverlabel": {"align": "left", "bgcolor": "white", "font": {"color": "#1a1a1a"}},
        "paper_bgcolor": "white", "plot_bgcolor": "white", "hovermode": "closest",
    }  # fmt: skip


def _axis(axis: Axis, label: str, limits: tuple[float, float]) -> dict[str, Any]:
    logarithmic = axis.get_scale() == "log"
    ends = [math.log10(v) if logarithmic else float(v) for v in limits]
    look: dict[str, Any] = {
        "title": {"text": label, "standoff": 8}, "type": "log" if logarithmic else "linear",
        "range": ends, "gridcolor": "#ebebeb", "linecolor": GREY, "showline": True, "zeroline": False,
        "ticks": "outside", "tickcolor": GREY, "automargin": True,
    }  # fmt: skip
    if logarithmic:
        decades = abs(ends[1] - ends[0])
        look |= {
            "exponentformat": "power",
            "tickangle": 0,
            "dtick": "D2" if decades < 1.5 else 1 + decades // 6,
        }
    if _has_names(axis):
        places = axis.get_major_locator().tick_values(*limits)
        names = [axis.get_major_formatter()(place, i) for i, place in enumerate(places)]
        look |= {"tickvals": [float(p) for p in places], "ticktext": [words(name, 24) for name in names]}
    return look


def _has_names(axis: Axis) -> bool:
    return isinstance(axis.get_major_locator(), FixedLocator)


def _annotation(ax: Axes, text: Text) -> dict[str, Any]:
    """Return words where they stand: by the data, by the axes or (limits, ranges) by one of each."""
    x, y = text.xy if isinstance(text, Annotation) else text.get_position()
    x_data, y_data = _by_data(ax, text)
    size = float(text.get_fontsize())
    beside = text.get_position() if getattr(text, "anncoords", "") == "offset points" else (0, 0)
    kind = BESIDE if any(beside) else SMALL if x_data and y_data and size < SMALLEST else ""
    side, height = text.get_horizontalalignment(), str(text.get_verticalalignment())
    height = {"center": "middle", "baseline": "bottom"}.get(height, height)
    colour = readable(text.get_color())
    shift = [INCH / 72 * float(part) for part in beside]
    moved: dict[str, Any] = {"showarrow": False, "xshift": shift[0], "yshift": shift[1]}
    if getattr(text, "arrow_patch", None) is not None:  # a line leads from name to point
        moved = {
            "showarrow": True, "ax": shift[0], "ay": -shift[1], "arrowhead": 0, "arrowwidth": 0.8,
            "arrowcolor": colour, "standoff": 4,
        }  # fmt: skip
    return moved | {
        "text": words(text.get_text()), "name": END if not x_data and x > 1 else kind,
        "x": _place(x, ax.xaxis) if x_data else float(x), "xref": "x" if x_data else "x domain",
        "y": _place(y, ax.yaxis) if y_data else float(y), "yref": "y" if y_data else "y domain",
        "xanchor": side, "align": side, "yanchor": height,
        "font": {"color": colour, "size": max(10, round(1.7 * size))},
        "bgcolor": "rgba(0,0,0,0)" if text.get_bbox_patch() is None else "rgba(255,255,255,0.75)",
    }  # fmt: skip


def _by_data(ax: Axes, text: Text) -> tuple[bool, bool]:
    """Return whether x and y of a text are places in the data; the others are shares of the axes."""
    if isinstance(text, Annotation):
        at = text.xycoords if isinstance(text.xycoords, tuple) else (text.xycoords, text.xycoords)
        return at[0] == "data", at[1] == "data"
    transform = text.get_transform()
    x = transform in (ax.transData, ax.get_xaxis_transform())
    return x, transform in (ax.transData, ax.get_yaxis_transform())


def _place(value: float, axis: Axis) -> float:
    return math.log10(value) if axis.get_scale() == "log" else float(value)


def readable(colour: Any) -> str:
    """Return the colour, darkened until its contrast on white is 4.5 (WCAG 2.2, 1.4.3)."""
    rgb = np.array(to_rgb(colour))
    while 1.05 / (_luminance(rgb) + 0.05) < 4.5:
        rgb = 0.96 * rgb
    return to_hex(rgb.tolist())


def _luminance(rgb: Any) -> float:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
