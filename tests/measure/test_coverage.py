"""Coverage of error bars: estimators whose errors and standard errors are known, and the sine fit."""

import numpy as np
import pytest
from scipy.stats import norm

from baselines import FFTPeak, SineFit
from dspvnn.figures.coverage import coverage
from dspvnn.lineup import lineup
from dspvnn.measure.compare import Contestant
from dspvnn.measure.coverage import RANGES, SNRS_DB, calibration_rows, gives_std
from dspvnn.results.metrics import COVERAGE_LEVELS, coverage_metric


class Told:
    """Knows frequencies that the test hands it, answers with normal errors and a std `factor` of theirs."""

    side_information = frozenset()

    def __init__(self, factor, failing=0.0):
        self.factor, self.failing = factor, failing

    def predict(self, X, return_std=False):
        rng = np.random.default_rng(0)
        spectrum = np.abs(np.fft.rfft(X - X.mean(axis=1, keepdims=True), 8 * X.shape[1]))
        truth = spectrum.argmax(axis=1) / (8 * X.shape[1])  # right to 5e-4 where the SNR is high
        estimates = truth + 0.1 * rng.normal(size=len(X))
        estimates[rng.random(len(X)) < self.failing] = np.nan
        return (estimates, np.full(len(X), 0.1 * self.factor)) if return_std else estimates


def rows_of(estimator, n=2000):
    rows = calibration_rows([Contestant("it", lambda: estimator, learns=False)], n, 0)
    return [r for r in rows if (r.region, r.snr_db) == ("inside", 40)]


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.3])
def test_coverage_of_normal_errors_is_the_normal_law(factor):
    for row, level in zip(rows_of(Told(factor)), COVERAGE_LEVELS, strict=True):
        expected = 2 * norm.cdf(factor * norm.ppf((1 + level) / 2)) - 1
        assert row.metric == coverage_metric(level)
        assert row.value == pytest.approx(expected, abs=0.03)  # 3 sigma of 2000 draws
        assert row.ci_low < row.value < row.ci_high


def test_a_failed_estimate_holds_nothing():
    narrow, wide = rows_of(Told(100.0, failing=0.25))
    assert narrow.n_failed == wide.n_failed == pytest.approx(500, abs=60)
    assert narrow.value == wide.value == 1 - narrow.n_failed / 2000


def test_estimators_are_found_by_what_predict_takes():
    assert gives_std(SineFit())
    assert not gives_std(FFTPeak())
    contestants = [c for c in lineup("tone", "cpu") if c.label in ("sine fit", "FFT peak")]
    rows = calibration_rows(contestants, 50, 0)
    assert {r.estimator for r in rows} == {"sine fit"}
    assert len(rows) == len(RANGES) * len(SNRS_DB) * len(COVERAGE_LEVELS)
    assert {r.kind for r in rows} == {"calibration"}
    assert len(coverage(rows).axes) == len(RANGES)


def test_the_range_that_was_told_is_wrong_outside():
    (contestant,) = [c for c in lineup("tone", "cpu") if c.label == "sine fit, given the range"]
    rows = calibration_rows([contestant], 200, 0)
    rows = [r for r in rows if r.metric == coverage_metric(0.95) and r.snr_db >= 10]
    assert all(r.value > 0.88 if r.region == "inside" else r.value < 0.1 for r in rows)
