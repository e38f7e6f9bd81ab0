import time

import numpy as np

from dspvnn.estimator import SignalEstimator
from dspvnn.measure.compare import Contestant
from dspvnn.measure.runtime import time_task


class Sleeper(SignalEstimator):
    def __init__(self, seconds, calls):
        self.seconds, self.calls = seconds, calls

    def predict(self, X):
        self.calls.append((self.seconds, len(X)))
        time.sleep(self.seconds)
        return np.zeros(len(X))


def test_runtime_is_per_signal_and_estimators_take_turns():
    calls = []
    contestants = [Contestant(str(s), lambda s=s: Sleeper(s, calls)) for s in (0.002, 0.004)]
    rows = time_task("tone", contestants, rounds=3, seed=0)
    assert calls == [(s, n) for n in (1, 1000) for _ in range(4) for s in (0.002, 0.004)]
    for row in rows:
        n = int(row.position)
        assert row.ci_low <= row.value <= row.ci_high
        # A sleep lasts at least as long as it was told, and not a hundred times longer.
        assert float(row.estimator) <= n * row.value < 100 * float(row.estimator)
        assert row.unit == "s/signal"
        assert row.n_signals == 3 * n


def test_estimators_are_fitted_before_the_clock_runs():
    class Once(Sleeper):
        def fit(self, X, y=None):
            self.calls.append("fit")
            return self

    calls = []
    time_task("tone", [Contestant("once", lambda: Once(0.0, calls))], rounds=1, seed=0)
    assert calls == ["fit", (0.0, 1), (0.0, 1), (0.0, 1000), (0.0, 1000)]
