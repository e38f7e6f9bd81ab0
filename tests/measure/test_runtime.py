from types import SimpleNamespace

import numpy as np
import pytest

from dspvnn.estimator import SignalEstimator
from dspvnn.measure import runtime as timing
from dspvnn.measure.compare import Contestant


class Sleeper(SignalEstimator):
    """Takes a number of seconds of the clock that `clock` puts in place of the machine's."""

    def __init__(self, seconds, calls):
        self.seconds, self.calls = seconds, calls

    def predict(self, X):
        self.calls.append((self.seconds, len(X)))
        return np.zeros(len(X))


def clock(monkeypatch, calls):
    """Let the time be the sum of all seconds slept, whatever else the machine does."""
    now = SimpleNamespace(perf_counter=lambda: sum(call[0] for call in calls if call != "fit"))
    monkeypatch.setattr(timing, "time", now)


def test_runtime_is_per_signal_and_estimators_take_turns(monkeypatch):
    calls = []
    clock(monkeypatch, calls)
    contestants = [Contestant(str(s), lambda s=s: Sleeper(s, calls)) for s in (0.002, 0.004)]
    rows = timing.time_task("tone", contestants, rounds=3, seed=0)
    assert calls == [(s, n) for n in (1, 1000) for _ in range(4) for s in (0.002, 0.004)]
    for row in rows:
        n = int(row.position)
        for value in (row.ci_low, row.value, row.ci_high):  # every call took the same time
            assert n * value == pytest.approx(float(row.estimator))
        assert row.unit == "s/signal"
        assert row.n_signals == 3 * n


def test_estimators_are_fitted_before_the_clock_runs():
    class Once(Sleeper):
        def fit(self, X, y=None):
            self.calls.append("fit")
            return self

    calls = []
    timing.time_task("tone", [Contestant("once", lambda: Once(0.0, calls))], rounds=1, seed=0)
    assert calls == ["fit", (0.0, 1), (0.0, 1), (0.0, 1000), (0.0, 1000)]
