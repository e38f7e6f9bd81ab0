"""Results below their limit: refused where the limit binds everyone, said where it does not."""

import numpy as np
import pytest

from baselines import SineFit, TrainingMean
from baselines.roster import BASELINES
from dspvnn.adapter import Guarded
from dspvnn.measure.compare import Contestant, compare_cell, draw_cell
from dspvnn.problem import Problem
from dspvnn.report.command import _refuse_leaks
from dspvnn.report.leaks import leaks, passed_over
from dspvnn.report.words.own_estimators import about_yours
from dspvnn.results.side_information import SideInformation
from dspvnn.tasks import TASKS
from dspvnn.tasks.tone.task import KNOWS_RANGE

HUM = {"sample_rate": 1000.0, "record_length": 0.128, "frequency_range": [45.0, 95.0]}
IN_CYCLES = (0.045, 0.095)
UNTOLD = Contestant("sine fit", SineFit, learns=False)
TOLD = Contestant("sine fit, given the range", lambda: SineFit(frequency_range=IN_CYCLES), learns=False)
FLOOR = Contestant("training mean", TrainingMean)


def posed(snr_db, noise="white"):
    """Return the task of a problem at one SNR, and its cells by sweep."""
    task = Problem(**HUM, snr_range=[snr_db, snr_db], noise=noise).task()
    return task, {c.sweep: c for c in task.conditions}


def by_name(task):
    return {task.name: task}


class Peeking:
    """Knows the truth of the very signals that it is shown, but for a tenth of the range."""

    kind = "classical"

    def __init__(self, task, cell, *side_information, n=400, seed=0):
        self.truth = draw_cell(task, cell, n, seed).trials.target
        self.side_information = frozenset(side_information)

    def predict(self, X):
        return self.truth + 0.005 * (-1) ** np.arange(len(X))


def test_the_cramer_rao_bound_far_below_the_threshold_is_no_limit_and_said(capsys):
    task, cells = posed(-60)
    cell = cells[""]
    rows = compare_cell(task, cell, [UNTOLD], 400, 0)
    assert rows[0].ratio_high < 1  # a frequency in (0, 0.5) cannot be as wrong as the bound says
    assert leaks(rows, by_name(task)) == []
    assert passed_over(rows, by_name(task)).startswith(
        "1 row lies below a limit that does not bind everyone, at -60 dB, "
    )
    _refuse_leaks(rows, by_name(task))
    assert capsys.readouterr().err == f"dspvnn: {passed_over(rows, by_name(task))}\n"


def test_the_least_error_of_all_is_a_limit_at_any_snr():
    task, cells = posed(-60)
    cell = cells[""]
    contestants = [
        UNTOLD,
        TOLD,
        FLOOR,
        Contestant("leak", lambda: Peeking(task, cell, SideInformation.FREQUENCY_RANGE), False),
    ]
    rows = compare_cell(task, cell, contestants, 400, 0)
    assert [row.estimator for row in leaks(rows, by_name(task))] == ["leak"]
    with pytest.raises(ValueError, match=r"^no report: .*: problem, whole range, leak, frequency rmse$"):
        _refuse_leaks(rows, by_name(task))


def test_it_binds_an_estimator_that_was_told_nothing_too():
    task, cells = posed(-60)
    cell = cells[""]
    leak = Contestant("leak", lambda: Peeking(task, cell), learns=False)
    rows = compare_cell(task, cell, [UNTOLD, TOLD, leak], 400, 0)
    assert [row.estimator for row in leaks(rows, by_name(task))] == ["leak"]
    assert (
        leaks((row for row in rows if row.estimator != TOLD.label), by_name(task)) == []
    )  # then nothing is known of it


@pytest.mark.parametrize("sweep", ["frequency", "snr"])
def test_a_part_of_the_range_has_no_such_limit(sweep):
    """Far below the threshold all guess the middle, which is right in the middle and nowhere else."""
    task, cells = posed(-60)
    assert task.is_least_error(cells[sweep], KNOWS_RANGE) == (sweep == "snr")
    assert not task.is_least_error(cells[sweep], frozenset())


def test_nor_has_noise_that_is_not_white():
    task, cells = posed(-60, "impulses")
    cell = cells[""]
    rows = compare_cell(
        task,
        cell,
        [UNTOLD, Contestant("leak", lambda: Peeking(task, cell, SideInformation.TRAINING_RANGE), False)],
        400,
        0,
    )
    assert rows[1].ratio_high < 1
    assert leaks(rows, by_name(task)) == []
    assert "at -60 dB" in passed_over(rows, by_name(task))


@pytest.mark.parametrize("snr_db", [-60, -30, -15, -5, 0, 10, 40])
def test_honest_estimators_are_no_leaks(snr_db):
    task, cells = posed(snr_db)
    cell = cells[""]
    contestants = [
        Contestant(label, make, learns=label == "training mean")
        for label, make in BASELINES["tone"].items()
        if label != TOLD.label
    ]
    assert leaks(compare_cell(task, cell, [*contestants, TOLD], 400, 1), by_name(task)) == []


def test_a_users_own_estimator_is_not_accused_of_what_everyone_does():
    task, cells = posed(-60)
    cell = cells[""]
    own = [Contestant("own", lambda: Guarded(SineFit().predict)), FLOOR]
    rows = compare_cell(task, cell, own, 400, 0)
    assert rows[0].ratio_high < 1
    assert about_yours(rows, by_name(task)) == []
    assert passed_over(rows, by_name(task))
    peeking = Peeking(task, cell, SideInformation.FREQUENCY_RANGE)
    rows = compare_cell(task, cell, [Contestant("own", lambda: Guarded(peeking)), FLOOR], 400, 0)
    assert about_yours(rows, by_name(task))[0].startswith(
        "own (problem) is below the limit in 'whole range'"
    )


def test_of_the_tasks_that_ship_every_limit_counts():
    cell = next(c for c in TASKS["tone"].conditions if c.name == "inside, 20 dB")
    truth = draw_cell(TASKS["tone"], cell, 100, 0).trials.target

    class Leak(SineFit):
        def predict(self, X, return_std=False):
            return truth + 1e-9

    rows = compare_cell("tone", cell, [UNTOLD, Contestant("leak", Leak, learns=False)], 100, 0)
    assert [row.estimator for row in leaks(rows)] == ["leak"]
    assert passed_over(rows) == ""
