"""The exponent of growth is that of a time that is known, and the figures take what the rows hold."""

import numpy as np
import pytest

from dspvnn.estimator import SignalEstimator
from dspvnn.figures.runtime import _front
from dspvnn.measure import scaling as growth
from dspvnn.measure.compare import Contestant
from dspvnn.measure.scaling import LENGTHS, RECORDS, growth_rows
from dspvnn.results.metrics import EXPONENT, TIME_OF_A_CALL


class Idle(SignalEstimator):
    """Answers at once; its time is made up below."""

    def predict(self, X):
        return np.zeros(len(X))


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_the_exponent_of_a_known_time_is_found(monkeypatch, power):
    def made_up(estimators, signals, rounds):
        return np.full((len(estimators), rounds), 1e-6 * signals.size**power)

    monkeypatch.setattr(growth, "interleaved", made_up)
    rows = growth_rows("tone", [Contestant("idle", Idle, learns=False)], 3, 0)
    found = [r for r in rows if r.metric == EXPONENT]
    assert [r.value for r in found] == pytest.approx([power, power], abs=1e-9)
    times = [r for r in rows if r.metric == TIME_OF_A_CALL]
    assert len(times) == len(RECORDS) + len(LENGTHS)
    assert all(r.ci_low <= r.value <= r.ci_high for r in times)


def test_who_learns_is_left_out():
    assert growth_rows("tone", [Contestant("learns", Idle, learns=True)], 1, 0) == []


def test_the_front_is_what_no_other_beats_in_both():
    assert _front([(3, 1), (1, 3), (2, 4), (2, 2), (4, 1)]) == [(1, 3), (2, 2), (3, 1)]
