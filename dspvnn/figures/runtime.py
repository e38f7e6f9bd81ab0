"""What decides between estimators: accuracy against time; and how time grows. Rows in, figure out."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from dspvnn.figures.curves import label_ends, new_figure, shows, styled
from dspvnn.figures.looks import KIND_LOOK
from dspvnn.figures.point_labels import shortened, write_names
from dspvnn.results.metrics import EXPONENT, RUNTIME, TIME_OF_A_CALL
from dspvnn.results.numbers import NO_LIMIT, has_no_limit
from dspvnn.results.rows import ROUNDING, Row


@styled
def pareto(rows: Sequence[Row], condition: str = "") -> Figure:
    """Draw error against time per signal in a large batch; the line joins those that none beats in both.

    condition: whose error is drawn; the first of the rows for none.
    """
    metric = next(r.metric for r in rows if r.metric != RUNTIME)
    scored = [r for r in rows if r.metric == metric and r.kind != "floor"]
    condition = condition or scored[0].condition
    scored = [r for r in scored if r.condition == condition]
    times = {
        r.estimator: r.value
        for r in sorted((r for r in rows if r.metric == RUNTIME), key=lambda r: r.position)
    }  # the largest batch last
    in_ratios = all(r.limit > ROUNDING for r in scored)
    points = [
        (times[r.estimator], r.ratio_to_limit if in_ratios else max(r.value, ROUNDING / 1e6), r)
        for r in scored
        if r.estimator in times
    ]
    figure, (ax,) = new_figure(3.0)
    for x, y, row in points:
        colour, marker = KIND_LOOK[row.kind]
        (point,) = ax.plot(x, y, marker=marker, color=colour, ls="none", ms=3.5)
        shows(point, row)
    front = _front([(x, y) for x, y, _ in points])
    ax.plot(*np.array(front).T, color="0.6", lw=0.8, zorder=0)
    if in_ratios:
        ax.axhline(1, color="black", lw=1.4, zorder=1)
    unit = "error over the limit" if in_ratios else metric
    ax.set(xscale="log", yscale="log", xlabel="seconds per signal, large batch", ylabel=unit)
    unknown = all(map(has_no_limit, scored))
    ax.set_title(f"{metric}, {condition}" + (f" ({NO_LIMIT})" if unknown else ""))
    ax.margins(x=0.12, y=0.15)
    first = {row.entry: (x, y, row.kind) for x, y, row in reversed(points)}
    names = [(shortened(name), (x, y), KIND_LOOK[kind][0]) for name, (x, y, kind) in first.items()]
    lines = list(pairwise(front))
    if in_ratios:
        lines.append(((ax.get_xlim()[0], 1.0), (ax.get_xlim()[1], 1.0)))
    write_names(ax, names, [(x, y) for x, y, _ in points], lines)
    return figure


def _front(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points that no other beats in both, from fast to accurate."""
    front: list[tuple[float, float]] = []
    for x, y in sorted(points):
        if not front or y < front[-1][1]:
            front.append((x, y))
    return front


@styled
def growth(rows: Sequence[Row]) -> Figure:
    """Draw the time of a call against the number of records and their length, with the exponents."""
    figure, axes = new_figure(3.4, 2, sharey=True)
    for ax, sweep in zip(axes, ("records", "length"), strict=True):
        mine = [r for r in rows if r.sweep == sweep]
        exponents = {r.estimator: r.value for r in mine if r.metric == EXPONENT}
        ends = []
        for i, label in enumerate(exponents):
            line = [r for r in mine if r.estimator == label and r.metric == TIME_OF_A_CALL]
            x, y = np.array([(r.position, r.value) for r in line]).T
            colour, style = f"C{i % 10}", ("-", "--", "-.", ":")[i % 4]
            (drawn,) = ax.plot(x, y, color=colour, ls=style, marker="o^sDvPX*"[i % 8], ms=3, label=label)
            shows(drawn, *line)
            ends.append((f"{label}: {exponents[label]:.2f}", float(y[-1]), colour))
        ax.set(xscale="log", yscale="log")
        label_ends(ax, ends)
    axes[0].set(xlabel="records of 128 samples", ylabel="seconds a call", title="Growth with records")
    axes[1].set(xlabel="samples of each of 64 records", title="Growth with length")
    return figure
