"""The comparison repeats itself, keeps its streams apart, counts failures, and beats no limit."""

from dataclasses import astuple

import numpy as np
import pytest
from joblib import Parallel, delayed

from baselines.roster import BASELINES
from dspvnn.estimator import EstimationWarning, SignalEstimator
from dspvnn.measure.compare import Contestant, compare_cell, draw_cell, score
from dspvnn.results.rows import beaten
from dspvnn.results.side_information import SideInformation
from dspvnn.tasks import TASKS
from dspvnn.tasks.mismatch.task import remedied

CELLS = [(name, task.conditions[0]) for name, task in TASKS.items() if name != "witness"]


def lineup(task, *labels):
    """Baselines as contestants; those of the mismatch know their signals, whose gaps `fit` would refuse."""
    learns = task != "tone-mismatch"
    chosen = labels or BASELINES[task]
    return [Contestant(name, BASELINES[task][name], learns, only=remedied(name)) for name in chosen]


def accuracy(task, *arguments):
    """The rows of a cell less those that compare two estimators."""
    return [row for row in compare_cell(task, *arguments) if row.metric in TASKS[task].metrics]


def cell(task, name):
    return next(c for c in TASKS[task].conditions if c.name == name)


def same(rows, others):
    return repr([astuple(row) for row in rows]) == repr([astuple(row) for row in others])


# --- repeatability --------------------------------------------------------------------------------


@pytest.mark.parametrize(("task", "condition"), CELLS, ids=[task for task, _ in CELLS])
def test_same_seed_same_rows(task, condition):
    rows = compare_cell(task, condition, lineup(task), 50, seed=1)
    assert same(rows, compare_cell(task, condition, lineup(task), 50, seed=1))
    assert not same(rows, compare_cell(task, condition, lineup(task), 50, seed=2))


def test_two_workers_give_the_rows_of_one():
    conditions = TASKS["tone"].conditions[2:5]

    def rows(jobs):
        work = (delayed(compare_cell)("tone", c, lineup("tone"), 50, 0) for c in conditions)
        return [row for rows in Parallel(n_jobs=jobs)(work) for row in rows]

    assert same(rows(1), rows(2))


def test_an_estimators_rows_do_not_depend_on_who_else_takes_part():
    condition = cell("tone", "inside, 10 dB")
    everyone = compare_cell("tone", condition, lineup("tone"), 50, 0)
    alone = compare_cell("tone", condition, lineup("tone", "sine fit"), 50, 0)
    assert same(alone, [row for row in everyone if row.estimator == "sine fit"])


# --- streams --------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["tone", "burst", "burst-noise-free", "ewma", "witness"])
def test_test_train_and_calibration_signals_never_meet(task):
    first, second = TASKS[task].conditions[:2]
    draws = []
    for condition, seed in [(first, 0), (first, 1), (second, 0)]:
        context = draw_cell(TASKS[task], condition, 8, seed)
        trials = (context.trials, context.training, context.calibration)
        draws += [t.signals[:100].reshape(len(t.signals[:100]), -1) for t in trials if t is not None]
    # Every float64 of a signal comes from its own draw; those of one record tell it from another.
    fingerprints = [{row[np.flatnonzero(row)].tobytes() for row in draw} for draw in draws]
    assert len(set.union(*fingerprints)) == sum(map(len, fingerprints))


class Spy(SignalEstimator):
    """Writes down what it is shown."""

    def __init__(self, shown):
        self.shown = shown

    def fit(self, X, y=None):
        self.shown.append(("fit", X))
        return self

    def predict(self, X):
        self.shown.append(("predict", X))
        return np.zeros(X.shape)


def test_estimators_are_fitted_on_training_signals_only():
    task, condition, shown = TASKS["burst"], TASKS["burst"].conditions[0], []
    compare_cell("burst", condition, [Contestant("spy", lambda: Spy(shown))], 400, 0)
    context = draw_cell(task, condition, 400, 0)
    expected = [("fit", context.training), ("predict", context.calibration), ("predict", context.trials)]
    for (what, X), (use, trials) in zip(shown, expected, strict=True):
        assert what == use
        np.testing.assert_array_equal(X, trials.signals)


# --- failures -------------------------------------------------------------------------------------


class Failing(SignalEstimator):
    """Answers 0.1 for the first signals and NaN, with a warning, for the last three."""

    def predict(self, X):
        failed = np.arange(len(X)) >= len(X) - 3
        self._warn_failed(failed, "are too hard")
        return np.where(failed, np.nan, 0.1)


def test_a_failed_estimate_is_counted_and_scored_as_the_training_mean():
    task = TASKS["tone"]
    context = draw_cell(task, task.conditions[3], 10, 0)
    scored = score(task, Failing(), context)  # EstimationWarning is an error here: silenced inside
    answers = np.r_[np.full(7, 0.1), np.full(3, context.training.target.mean())]
    assert scored.n_failed == 3
    expected = (answers - context.trials.target) ** 2
    np.testing.assert_allclose(scored.losses["frequency rmse"], expected, rtol=1e-12)
    with pytest.warns(EstimationWarning, match="3 of 10 signals are too hard"):
        Failing().predict(context.trials.signals)
    (row,) = compare_cell("tone", task.conditions[3], [Contestant("failing", Failing)], 10, 0)
    assert (row.n_failed, row.n_signals) == (3, 10)
    assert row.value == pytest.approx(np.sqrt(np.mean(expected)))


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", TASKS["tone"].conditions, ids=lambda c: c.name)
def test_no_tone_estimator_beats_its_limit(condition):
    assert beaten(compare_cell("tone", condition, lineup("tone"), 1000, 0)) == []


@pytest.mark.parametrize("kind", ["impulses", "clipping", "missing samples", "chirp"])
@pytest.mark.parametrize("level", ["light", "heavy"])
def test_no_estimator_beats_its_limit_under_mismatch(kind, level):
    task = "tone-mismatch"
    assert beaten(compare_cell(task, cell(task, f"{kind}, {level}"), lineup(task), 1600, 0)) == []


def test_told_the_range_the_limit_is_the_posterior_mean():
    labels = ("sine fit", "sine fit, given the range", "training mean")
    untold, told, floor = accuracy("tone", cell("tone", "inside, -10 dB"), lineup("tone", *labels), 500, 0)
    assert told.limit == floor.limit > 10 * untold.limit  # below the threshold the bound is far too low
    assert 1.05 < told.ratio_to_limit < 1.5
    untold, told = accuracy("tone", cell("tone", "inside, 30 dB"), lineup("tone", *labels[:2]), 500, 0)
    assert told.ratio_to_limit == pytest.approx(1, abs=1e-3)  # on the same noise, not only on average
    assert told.limit == pytest.approx(untold.limit, rel=0.15)
    outside = cell("tone", "f in [0.25, 0.3], 20 dB")
    untold, told = accuracy("tone", outside, lineup("tone", *labels[:2]), 50, 0)
    assert told.limit == untold.limit


@pytest.mark.parametrize("name", ["inside, d = 4", "inside, d = 6", "half the width, d = 6"])
def test_no_burst_detector_beats_its_limit(name):
    for row in compare_cell("burst", cell("burst", name), lineup("burst"), 1000, 0):
        assert not row.ratio_high < 1, row


# Where the longest float is float64 the truth is no better than the recursion: rounding cannot be seen.
rounding_is_measured = pytest.mark.skipif(
    np.finfo(np.longdouble).eps >= np.finfo(float).eps, reason="long double is no longer than double here"
)


@rounding_is_measured
def test_recursion_is_its_own_limit():
    for condition in TASKS["ewma"].conditions:
        exact, floor = compare_cell("ewma", condition, lineup("ewma"), 200, 0)
        # Both round two or three times a step, in whichever order, or once where a processor multiplies and
        # adds in one operation. 1e-14 is 50 roundings of a value near 1.
        assert 1 / 3 < exact.ratio_to_limit < 3
        assert exact.value < 1e-14
        assert floor.value > 0.9


@rounding_is_measured
def test_side_information_moves_the_limit():
    condition = cell("witness", "inside, fitted on the observed target")
    labels = ("bilinear regression", "bilinear, given the carriers")
    untold, told = compare_cell("witness", condition, lineup("witness", *labels), 8, 0)
    assert untold.side_information == {SideInformation.PRODUCT_MODEL}
    assert told.side_information == {SideInformation.PRODUCT_MODEL, SideInformation.CARRIERS}
    assert untold.ratio_to_limit == pytest.approx(1, abs=1e-6)  # least squares twice
    assert 0 < told.limit < 1e-15 < untold.limit


@pytest.mark.parametrize("task", ["tone", "burst"])
def test_everyone_beats_the_floor(task):
    condition = cell(task, {"tone": "inside, 20 dB", "burst": "inside, d = 8"}[task])
    rows = compare_cell(task, condition, lineup(task), 500, 0)
    for metric in TASKS[task].metrics:
        *others, floor = (row for row in rows if row.metric == metric)
        assert floor.kind == "floor"
        assert all(row.ci_high < floor.ci_low for row in others)
