"""Names beside points: none on another, on a mark or outside, and a line where one stands far away."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from dspvnn.figures.point_labels import NEAR, write_names
from dspvnn.signals.randomness import stream


def _box(text):
    """Return where the words stand, without the line to their point."""
    return Text.get_window_extent(text)


def _written(points):
    figure = Figure(figsize=(7, 3), dpi=72, layout="constrained")
    ax = figure.subplots()
    ax.plot(*points.T, "o")
    ax.set(xscale="log", yscale="log")
    ax.margins(0.15)
    write_names(ax, [(f"estimator {i}", tuple(p), "black") for i, p in enumerate(points)], points)
    figure.draw_without_rendering()
    return ax


@pytest.mark.parametrize("seed", range(5))
def test_names_keep_clear_of_each_other_of_marks_and_of_the_edge(seed):
    points = 10 ** stream(seed, "names").standard_normal((12, 2))
    points[6:] = points[:6] * 1.02  # half of them are on top of the others
    ax = _written(points)
    boxes, marks = [_box(text) for text in ax.texts], ax.transData.transform(points)
    assert len(boxes) == 12
    for a, b in combinations(boxes, 2):
        assert not a.padded(-0.5).overlaps(b.padded(-0.5))
    for box in boxes:
        assert not any(box.padded(-0.5).contains(*mark) for mark in marks)
        assert ax.bbox.padded(2).contains(box.x0, box.y0)
        assert ax.bbox.padded(2).contains(box.x1, box.y1)


def test_a_lonely_name_stands_beside_its_point_and_a_crowded_one_has_a_line():
    ax = _written(np.array([[1.0, 1.0], [100.0, 100.0]]))
    assert all(text.get_position()[0] > 0 or text.xy[0] > 10 for text in ax.texts)
    assert all(text.arrow_patch is None for text in ax.texts)
    crowd = _written(np.concatenate([np.full((12, 2), 10.0), [[1.0, 1.0], [100.0, 100.0]]]))
    assert any(text.arrow_patch is not None for text in crowd.texts)
    for text in crowd.texts:
        assert (text.arrow_patch is not None) == (_gap(crowd, text) > NEAR)


def _gap(ax, text):
    """Return the distance of a name's box from its point."""
    box, at = _box(text), ax.transData.transform(text.xy)
    return np.hypot(max(box.x0 - at[0], at[0] - box.x1, 0), max(box.y0 - at[1], at[1] - box.y1, 0))
