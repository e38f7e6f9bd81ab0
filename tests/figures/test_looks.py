"""Every estimator has a look, a look of its own, and is drawn; who is not drawn is named in the caption."""

from collections import Counter
from dataclasses import replace

import pytest

from baselines.roster import BASELINES
from dspvnn.figures.looks import LOOK, OTHERS, looks
from dspvnn.report.figure_list import pictures_of
from dspvnn.report.html.traces import DASHES, SYMBOLS
from dspvnn.results.rows import Row
from neural.roster import CONSTRUCTED, NETS
from tests.report.every_row import every_row

NEW = {"classical": "lattice filter", "neural": "gated net"}


def row(label, kind="classical"):
    return Row("tone", "c", "inside", 0.0, label, kind, "m", "u", 1.0, 1.0, 1.0, 10)


@pytest.mark.parametrize("task", BASELINES)
def test_nobody_of_a_task_looks_like_another(task):
    labels = [*BASELINES[task], *NETS[task], *CONSTRUCTED[task], *NEW.values()]
    found = looks([row(label) for label in labels] + [row("mine", "yours"), row("ours", "yours")])
    assert set(found) == {*labels, "mine", "ours"}
    twice = [name for name, look in found.items() if Counter(found.values())[look] > 1]
    assert twice == []
    assert all(found[label] == LOOK[label] for label in labels if label in LOOK)


def test_a_look_hangs_on_the_name_alone():
    """Not on the order of the rows, the seed of a training or who else is there."""
    alone = looks([replace(row("gated net, seed 2"), entry="gated net")])["gated net"]
    assert alone in OTHERS
    assert (
        looks(
            [row("sine fit"), row("lattice filter"), replace(row("gated net, seed 0"), entry="gated net")]
        )["gated net"]
        == alone
    )


def test_worked_out_looks_are_not_those_chosen_by_hand_and_the_page_knows_them():
    assert not set(OTHERS) & set(LOOK.values())
    assert len(set(OTHERS)) == len(OTHERS) >= 50
    for _, marker, line in (*OTHERS, *LOOK.values()):
        assert marker in SYMBOLS
        assert line in DASHES


def with_new_ones():
    """Return rows of every figure, those of one classical estimator and one net of a task doubled."""
    rows = every_row()
    for task in BASELINES:
        for kind, roster in (("classical", BASELINES[task]), ("neural", NETS[task])):
            first = next(label for label in roster if any(
                (r.task, r.entry, r.kind) == (task, label, kind) for r in rows
            ))  # fmt: skip
            rows += [
                replace(r, estimator=r.estimator.replace(first, NEW[kind]), entry=NEW[kind])
                for r in rows
                if r.task == task and r.entry == first and r.kind != "paired"
            ]
    return rows


def drawn_rows(figure):
    artists = [a for ax in figure.axes for a in (*ax.containers, *ax.lines, *ax.patches, *ax.collections)]
    return [r for artist in artists for r in getattr(artist, "rows", ())]


def test_nobody_stays_out_of_a_figure_silently():
    """A classical estimator and a net that no table of looks names are in every figure of their task."""
    seen = Counter()
    for picture, rows in pictures_of(with_new_ones()).items():
        mine = [r for r in rows if not (r.kind == "floor" and "Floors" in picture.caption)]
        missing = {r.estimator for r in mine} - {r.estimator for r in drawn_rows(picture.draw(rows))}
        assert all(label in picture.caption for label in missing), (picture.name, missing)
        seen.update(label for label in NEW.values() if label in {r.entry for r in mine})
    assert (
        min(seen[label] for label in NEW.values()) >= 15
    )  # of about 20 figures; no pairs, coverage, growth


def test_an_estimator_without_an_error_is_named_where_the_axis_is_logarithmic():
    from dspvnn.figures.curves import lines, new_figure

    _, (ax,) = new_figure(3.0)
    rows = [replace(row(label), value=value, position=p, limit=0.5) for p in (1.0, 2.0)
            for label, value in (("lattice filter", 0.0), ("sine fit", 1.0))]  # fmt: skip
    lines(ax, rows, "limit")
    assert "0 throughout: lattice filter" in [text.get_text() for text in ax.texts]
