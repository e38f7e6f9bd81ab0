"""Names beside the points of a figure: each where nothing else stands, as near to its point as can be."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.textpath import TextPath

SIZE = 6.0  # points, of the letters
MARK = 3.0  # points: half the side of a mark
NEAR = 9.0  # points from a point's middle: farther names get a line to it
DISTANCES = (4, 9, 15, 22, 30, 38, 46, 54)
SIDES = (1, -1, 0)  # right of the point, left of it, above or below its middle
LONGEST = 32  # characters of a name beside a point or at the end of a line


def shortened(name: str, most: int = LONGEST) -> str:
    """Return a name with its middle left out where it is longer than `most` characters.

    >>> shortened("package.module:Estimator", 9)
    'pack…ator'
    """
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[:half]}…{name[-half:]}"


def write_names(
    ax: Axes, names: Sequence[tuple[str, tuple[float, float], Any]], marks: Any, crossed: Any = ()
) -> None:
    """Write every (name, point, colour) so that no name stands on a mark, on another name or on a line.

    marks : ``(n, 2)`` points, in the data's units. crossed : ends of lines that are better not crossed,
    each ``(2, 2)``.
    """
    ax.figure.draw_without_rendering()  # type: ignore[union-attr]  # the layout is settled now
    taken = [np.r_[at - MARK, at + MARK] for at in _in_points(ax, marks)]
    for ends in crossed:
        start, end = _in_points(ax, ends)
        steps = np.linspace(0, 1, 2 + int(np.hypot(*(end - start)) // 4))[:, None]
        taken += [np.r_[at - 0.6, at + 0.6] for at in start + (end - start) * steps]
    frame = _in_points(ax, ax.transAxes.transform([(0, 0), (1, 1)]), ready=True).ravel()
    for name, point, colour in names:
        at = _in_points(ax, [point])[0]
        boxes = _places(at, float(TextPath((0, 0), name, size=SIZE).get_extents().width))
        worth = [_covered(box, taken) + 10 * _outside(box, frame) for box in boxes]
        box = boxes[int(np.argmin(worth))]  # the first, which is the nearest, of equals
        taken.append(box)
        dx, dy = box[:2] - at
        far = np.hypot(*(np.clip(at, box[:2], box[2:]) - at)) > NEAR
        line = {"arrowstyle": "-", "lw": 0.5, "color": colour, "shrinkA": 0, "shrinkB": 2.5}
        written = ax.annotate(
            name, point, (dx, dy), textcoords="offset points", fontsize=SIZE, color=colour,
            arrowprops=line if far else None,
        )  # fmt: skip
        written.set_in_layout(False)


def _in_points(ax: Axes, where: Any, ready: bool = False) -> np.ndarray:
    """Return places on the page, in points, of places in the data (or, if `ready`, in pixels)."""
    pixels = np.asarray(where, float) if ready else ax.transData.transform(np.asarray(where, float))
    return np.asarray(pixels) * 72 / ax.figure.dpi


def _places(at: np.ndarray, width: float) -> list[np.ndarray]:
    """Return boxes (left, bottom, right, top) for a name, from near to far."""
    boxes = []
    for distance, side, up in itertools.product(DISTANCES, SIDES, (1, -1, 0)):
        if (side, up) == (0, 0) or (up == 0 and distance > DISTANCES[0]):
            continue
        left = at[0] + {1: 4.0, -1: -5.0 - width, 0: -width / 2}[side]
        bottom = at[1] - SIZE / 3 + up * (distance + 2 * (side == 0))
        boxes.append(np.array([left, bottom - 1, left + width, bottom + SIZE]))
    return boxes


def _covered(box: np.ndarray, taken: Sequence[np.ndarray]) -> float:
    """Return the area of the box that is taken."""
    others = np.array(taken)
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    return float(np.prod(sides.clip(min=0), axis=1).sum())


def _outside(box: np.ndarray, frame: np.ndarray) -> float:
    """Return how far the box sticks out of the frame, in points."""
    return float((frame[:2] - box[:2]).clip(min=0).sum() + (box[2:] - frame[2:]).clip(min=0).sum())
