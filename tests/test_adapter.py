"""Estimators of the user's own in the report: scored beside the others, and harmless when they fail."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dspvnn.adapter import Guarded, load_yours, short_names
from dspvnn.lineup import lineup
from dspvnn.measure.compare import Contestant, compare_cell
from dspvnn.measure.runtime import time_task
from dspvnn.report.words.own_estimators import about_yours
from dspvnn.results.rows import read_rows, read_run
from dspvnn.results.side_information import SideInformation
from dspvnn.tasks import TASKS
from dspvnn.tasks.tone.figure import tone_front

HERE = Path(__file__).parent
GOOD = ("mine:spectrum_peak", "mine:keras_like", "mine:pipeline")
FAILING = {
    "mine:RaisesInFit": "in fit: RuntimeError: out of memory",
    "mine:raises_in_predict": "in predict: OSError: no device",
    "mine:wrong_shape": "in predict: ValueError: estimates must have shape (60,)",
}


@pytest.fixture(autouse=True)
def _find_mine(monkeypatch):
    monkeypatch.syspath_prepend(HERE)


def own(*names):
    return [Contestant(name, lambda name=name: load_yours(name)) for name in names]


def cells(*names, task="tone", index=(4, 5)):
    return [
        row
        for i in index
        for row in compare_cell(task, TASKS[task].conditions[i], own(*names), 60, 0)
        if row.kind == "yours"
    ]


def test_pipeline_keras_like_and_function_are_scored_in_every_cell():
    rows = cells(*GOOD)
    assert [r.estimator for r in rows] == [*GOOD, *GOOD]
    for row in rows:
        assert (row.n_failed, row.error) == (0, "")
        assert 1 < row.ratio_to_limit < np.inf
    peak, *learned = rows[:3]
    assert peak.value < 0.002  # an eighth of a bin is 0.001
    assert all(0.002 < row.value < 0.1 for row in learned)
    assert peak.side_information == frozenset()
    assert learned[0].side_information == {SideInformation.TRAINING_RANGE}  # fit shows it where tones lie


def test_a_failure_is_scored_as_the_training_mean_and_says_why():
    rows = cells(*FAILING, "mine:spectrum_peak", index=(4,))
    (floor,) = compare_cell("tone", TASKS["tone"].conditions[4], [c for c in lineup("tone")
                            if c.label == "training mean"], 60, 0)  # fmt: skip
    for row, error in zip(rows, FAILING.values(), strict=False):
        assert row.n_failed == row.n_signals == 60
        assert row.error.startswith(error)
        assert "\n" not in row.error
        assert row.value == pytest.approx(floor.value)
    assert rows[-1].error == ""


def test_one_estimate_a_sample():
    def identity(X):
        return X

    contestant = Contestant("identity", lambda: Guarded(identity))
    (row,) = compare_cell("ewma", TASKS["ewma"].conditions[1], [contestant], 50, 0)
    assert (row.n_failed, row.error) == (0, "")
    assert row.value > 1


def test_the_time_of_a_failure_is_no_runtime():
    rows = time_task("tone", own("mine:raises_in_predict", "mine:spectrum_peak"), 1, 0)
    assert {r.estimator for r in rows} == {"mine:spectrum_peak"}


def test_what_is_said_of_them():
    rows = cells("mine:RaisesInFit", "mine:spectrum_peak")
    assert about_yours(rows) == [
        "mine:RaisesInFit (tone) failed in 2 of 2 cells, in fit: RuntimeError: out of memory"
    ]
    better = [r for r in rows if not r.error][:1]
    from dataclasses import replace

    (line,) = about_yours([replace(better[0], ratio_to_limit=0.5, ratio_high=0.6)])
    assert line.startswith("mine:spectrum_peak (tone) is below the limit in 'inside, 10 dB'")


def test_they_are_drawn():
    rows = cells(*GOOD, index=range(len(TASKS["tone"].conditions)))
    figure = tone_front(rows)
    for ax in figure.axes:
        labels = [text.get_text() for text in ax.texts]
        assert set(GOOD) <= set(labels)


def test_labels_are_short_where_they_are_alone():
    names = ("a.b:Net", "c:Net", "c:Fit", "c:LSTM")
    assert short_names(names, {"LSTM"}) == dict(
        zip(names, ("a.b:Net", "c:Net", "Fit", "c:LSTM"), strict=True)
    )


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("mine", "an estimator is named package.module:Name, got 'mine'"),
        (
            "no_such_module:Net",
            "no_such_module:Net: no_such_module cannot be imported: ModuleNotFoundError",
        ),
        ("mine:Absent", "mine:Absent: mine has nothing called 'Absent'"),
        ("mine:number", "mine:number: ValueError: an estimator must be a class or an object with predict"),
        ("mine:NeedsArguments", "mine:NeedsArguments: TypeError: "),
    ],
)
def test_what_cannot_be_loaded_gets_one_line(name, rule):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        load_yours(name)
    assert str(error.value).startswith(rule)
    assert "\n" not in str(error.value)


def report(*words):
    return subprocess.run(
        [sys.executable, "-m", "dspvnn.report", "--preset", "quick", *map(str, words)],
        capture_output=True, text=True, check=False, cwd=HERE,
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
    )  # fmt: skip


@pytest.mark.slow
def test_without_a_task_it_is_not_known_what_they_are_for(tmp_path):
    done = report("--estimator", GOOD[0], "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "--estimator needs --task: which of tone, " in done.stderr


@pytest.mark.slow
def test_all_of_them_in_one_report_in_two_processes(tmp_path):
    names = [word for name in (*GOOD, *FAILING) for word in ("--estimator", name)]
    done = report("--task", "tone", "--jobs", "2", "--out", tmp_path, *names)
    assert done.returncode == 0, done.stderr
    rows = [r for r in read_rows(tmp_path / "results.csv") if r.kind == "yours"]
    everywhere = {r.condition for r in rows if r.estimator == "pipeline" and r.metric == "frequency rmse"}
    assert len(everywhere) > len(TASKS["tone"].conditions)  # and the recordings
    for row in rows:
        assert (row.n_failed == row.n_signals) == bool(row.error), row
    assert {r.estimator for r in rows if r.error} == {name.split(":")[1] for name in FAILING}
    assert done.stderr.count("failed in") == len(FAILING)
    assert "--estimator mine:pipeline" in read_run(tmp_path / "run.json")["command"]
    assert (tmp_path / "comparison.pdf").read_bytes().startswith(b"%PDF")
