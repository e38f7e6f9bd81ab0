"""Coverage of error bars, field by field, of an estimator whose errors are all exactly 1."""

import math

import numpy as np
import pytest
from scipy import stats

from baselines import FFTPeak, SineFit
from dspvnn.measure.compare import Contestant
from dspvnn.measure.coverage import calibration_rows
from dspvnn.results.metrics import COVERAGE_LEVELS
from dspvnn.results.side_information import SideInformation
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from dspvnn.tasks.tone.task import ToneCondition

TONE = TASKS["tone"]


class Known:
    """Answers with errors of exactly 1 and a standard error of `std`, a failure now and then."""

    side_information = frozenset({SideInformation.ALPHA})

    def __init__(self, std, truth):
        self.std, self.truth = std, truth

    def predict(self, X, return_std=False):
        estimates = np.array([self.truth[x.tobytes()] for x in X]) + 1.0
        std = np.full(len(X), self.std)
        estimates[0], std[1], std[2] = np.nan, np.inf, np.nan
        return (estimates, std) if return_std else estimates


def known(std, n=40, seed=4):
    truth = {}
    for row in range(21):
        low, high = ((0.01, 0.05), (0.05, 0.25), (0.25, 0.49))[row // 7]
        region, snr = ("below", "inside", "above")[row // 7], (0, 5, 10, 15, 20, 30, 40)[row % 7]
        condition = ToneCondition("", frequency_range=(low, high), snr_range_db=(snr, snr))
        trials = TONE.draw(stream(seed, "test", "tone", f"coverage, {region}, {snr} dB"), n, condition)
        truth |= {x.tobytes(): f for x, f in zip(trials.signals, trials.target, strict=True)}
    return calibration_rows([Contestant("it", lambda: Known(std, truth), learns=False)], n, seed)


@pytest.mark.parametrize(
    ("std", "covered"),
    [(1 / 0.995, (0, 37)), (1 / 0.99, (37, 37)), (1 / 1.95, (0, 37)), (1 / 1.97, (0, 0))],
)  # fmt: skip
def test_an_interval_reaches_as_far_as_the_normal_law_says(std, covered):
    """68 % is 0.9945 standard errors to both sides, 95 % is 1.960; three of 40 answers failed."""
    rows = known(std)
    assert len(rows) == 3 * 7 * 2
    for row, n in zip(rows, covered * 21, strict=True):
        assert row.value == n / 40
        exact = stats.binomtest(n, 40).proportion_ci(0.95, "exact")
        assert (row.ci_low, row.ci_high) == pytest.approx((exact.low, exact.high))
        assert (row.n_signals, row.n_failed, row.seed) == (40, 3, 4)
        assert row.side_information == {SideInformation.ALPHA}


def test_every_field_of_a_coverage_row():
    rows = known(1.0)
    assert COVERAGE_LEVELS == (0.68, 0.95)
    assert [r.metric for r in rows[:4]] == ["coverage of 68 %", "coverage of 95 %"] * 2
    assert [(r.region, r.snr_db, r.position) for r in rows[::2]] == [
        (region, snr, snr) for region in ("below", "inside", "above") for snr in (0, 5, 10, 15, 20, 30, 40)
    ]
    row = rows[-1]
    assert (row.task, row.condition, row.sweep) == ("tone", "coverage, above, 40 dB", "snr")
    assert (row.estimator, row.kind, row.unit) == ("it", "calibration", "share")
    assert math.isnan(row.limit)


def test_who_learns_is_fitted_on_the_training_draw_before_its_coverage_is_asked():
    class Fitted(SineFit):
        def fit(self, X, y=None):
            fits.append((len(X), float(np.mean(y))))
            return super().fit(X, y)

        def predict(self, X, return_std=False):
            return (np.zeros(len(X)), np.ones(len(X))) if return_std else np.zeros(len(X))

    fits = []
    calibration_rows([Contestant("it", Fitted), Contestant("no std", FFTPeak)], 3, 1)
    training = TONE.draw(stream(1, "train", "tone", "coverage"), 2000, TONE.training)
    assert fits == [(2000, float(np.mean(training.target)))]
