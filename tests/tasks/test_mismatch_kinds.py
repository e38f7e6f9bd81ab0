"""A kind of mismatch is one object: a new one is seen everywhere, an unknown one nowhere."""

from dataclasses import fields

import numpy as np
import pytest
from array_api_compat import array_namespace

from dspvnn.limits import tone_bound
from dspvnn.lineup import lineup
from dspvnn.measure.compare import compare_cell
from dspvnn.problem.description import Problem
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from dspvnn.tasks.mismatch.advice import advice, mismatch_table
from dspvnn.tasks.mismatch.figure import mismatch_map
from dspvnn.tasks.mismatch.kinds import KINDS, Kind, kind_named
from dspvnn.tasks.mismatch.kinds.base import pure_tone
from dspvnn.tasks.mismatch.page import PAGE
from dspvnn.tasks.mismatch.task import LEVELS, Mismatch, MismatchCondition


def laplace(draws, n_samples, p):
    """Return tones in Laplace noise, by inverting its distribution: variance 2 scale^2."""
    xp = array_namespace(p["frequency"])
    u = draws.random((p["frequency"].shape[0], n_samples)) - 0.5
    scale = (p["severity"] * p["noise_std"])[:, None] / 2**0.5
    return pure_tone(n_samples, p) - scale * xp.sign(u) * xp.log1p(-2 * xp.abs(u))


def laplace_information(signals, mean, p, severity):
    return 2 / (severity * p["noise_std"][:, None]) ** 2  # 1 / scale^2


LAPLACE = Kind(
    "Laplace noise", laplace, severity="deviation over the nominal one", levels=(1.0, 1.5, 2.0),
    remedy="robust fit", information=laplace_information,
)  # fmt: skip


@pytest.fixture
def task(monkeypatch):
    """The task with one more kind in the table."""
    monkeypatch.setitem(KINDS, LAPLACE.name, LAPLACE)
    monkeypatch.setitem(TASKS, "tone-mismatch", Mismatch(page=PAGE))
    return TASKS["tone-mismatch"]


def test_the_bound_of_a_new_kind_is_that_of_its_own_information(task):
    """Samples of Laplace noise tell twice as much as white ones of the same deviation, to rounding."""
    cells = [c for c in task.conditions if c.kind == LAPLACE.name]
    assert [(c.name, c.severity) for c in cells] == list(
        zip((f"Laplace noise, {level}" for level in LEVELS), LAPLACE.levels, strict=True)
    )
    for cell in cells:
        trials = task.draw(stream(0, "laplace"), 400, cell)
        p = trials.parameters
        white = tone_bound(128, p["frequency"], p["phase"], p["amplitude"], p["noise_std"])["frequency"]
        bound = LAPLACE.bound(trials.signals, p, cell.severity)
        np.testing.assert_allclose(bound, white * cell.severity**2 / 2, rtol=1e-9)
        noise = (trials.signals - pure_tone(128, p)) / p["noise_std"][:, None]
        assert np.std(noise) == pytest.approx(cell.severity, rel=0.02)  # 51,200 samples: 0.5 % at one sigma


def test_a_new_kind_is_seen_in_rows_map_table_and_advice(task):
    """The nets that ship have not learned it; they take part, for every cell has the same line-up."""
    entries = [
        c
        for c in lineup("tone-mismatch", "cpu")
        if c.label in ("sine fit", "fit chosen by BIC", "robust fit", "chirp fit") or "mixture" in c.label
    ]
    cells = [c for c in task.conditions if c.kind == LAPLACE.name]
    rows = [row for cell in cells for row in compare_cell("tone-mismatch", cell, entries, 80, 0)]
    heavy = [row for row in rows if row.condition == "Laplace noise, heavy"]
    assert {row.estimator for row in heavy} == {
        "sine fit", "fit chosen by BIC", "robust fit", *(c.label for c in entries if "mixture" in c.label),
        "mixture LSTM",  # of the pairs
    }  # fmt: skip
    assert {row.reference for row in heavy} - {""} == {"sine fit", "fit chosen by BIC", "robust fit"}
    drawn = mismatch_map(rows)
    kinds = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert kinds.index("Laplace noise") == len(KINDS) - 2
    assert all(len(ax.patches) == len(LEVELS) for ax in drawn.axes)
    table = mismatch_table(rows)
    assert [line[:2] for line in table["body"]] == [
        ["Laplace noise, light", "1"], ["Laplace noise, moderate", "1.5"], ["Laplace noise, heavy", "2"],
    ]  # fmt: skip
    assert ["Laplace noise", "deviation over the nominal one"] in table["severities"]
    (sentence,) = advice(rows)
    assert sentence.startswith("Laplace noise: ")


def test_a_new_kind_can_be_the_noise_of_a_problem(task):
    problem = Problem(
        sample_rate=1000,
        record_length=0.128,
        frequency_range=[60, 240],
        noise="Laplace noise",
        severity=1.2,
    )
    assert problem.task().training.severity == 1.2


@pytest.mark.parametrize("make", [kind_named, lambda name: MismatchCondition("a cell", kind=name)])
def test_an_unknown_kind_is_refused_and_gets_no_bound(make):
    with pytest.raises(ValueError, match=r"^unknown kind of mismatch 'hum': the kinds are none, Student t"):
        make("hum")


def test_every_kind_stands_under_its_own_name_and_is_complete():
    for name, kind in KINDS.items():
        assert name == kind.name
        assert all(getattr(kind, f.name) is not None for f in fields(kind))
        assert (name == "none") == (not kind.severity) == (not kind.remedy)
        assert list(kind.levels) == sorted(kind.levels)
