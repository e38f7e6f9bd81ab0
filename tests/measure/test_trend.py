"""The trend of error with SNR: known slopes, the sandwich written out, a permutation test by hand."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from baselines import FFTPeak
from dspvnn.lineup import lineup
from dspvnn.measure.compare import Contestant, draw_cell
from dspvnn.measure.trend import SLOPE, _clustered, _differs, trend_rows
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS


def test_slopes_are_found_with_their_clustered_errors():
    rng = stream(0, "trend")
    snr = np.repeat([0.5, 1.0, 2.0, 4.0], 100)
    shared = rng.normal(size=400)  # the signal's own luck, the same for both methods
    values = np.stack([1 - 0.5 * snr + shared, 2 - 0.4 * snr + shared + 0.1 * rng.normal(size=400)])
    fit = _clustered(values, snr)
    assert fit.params == pytest.approx([1, 2, -0.5, -0.4], abs=0.2)
    # Their difference knows nothing of the shared luck: its error is that of the method's own 0.1.
    contrast = np.array([0, 0, -1.0, 1.0])
    error = float(np.sqrt(contrast @ fit.cov_params() @ contrast))
    assert error == pytest.approx(0.1 / np.sqrt(np.sum((snr - snr.mean()) ** 2)), rel=0.2)


def test_the_sine_fit_falls_as_the_bound_does():
    chosen = [c for c in lineup("tone", "cpu") if c.label in ("sine fit", "FFT peak")]
    rows = {r.estimator: r for r in trend_rows(chosen, 200, 0)}
    fit, peak = rows["sine fit"], rows["FFT peak"]
    assert fit.metric == SLOPE
    assert fit.ci_low < -0.5 < fit.ci_high
    assert peak.value == pytest.approx(0, abs=0.05)  # the grid's error does not hear of the noise
    assert np.isnan(fit.p_value)
    assert peak.p_value < 1e-6


def test_the_reference_must_take_part():
    chosen = [Contestant(c.label, c.make) for c in lineup("tone", "cpu") if c.label == "FFT peak"]
    with pytest.raises(ValueError, match="sine fit"):
        trend_rows(chosen, 10, 0)


def slope_by_hand(values, snr):
    """The least-squares slope, and its error by the sandwich of White (1980) for errors of any variance."""
    away = snr - snr.mean()
    slope = away @ values / (away @ away)
    residuals = values - values.mean() - slope * away
    return slope, np.sqrt(away**2 @ residuals**2) / (away @ away)


def paired_values(rng, difference, n=60):
    """Two methods whose slopes differ by `difference`; they share a part of their errors, which grow."""
    snr = np.repeat([0.5, 1.0, 2.0, 4.0], n)
    shared = rng.normal(size=4 * n) * snr
    own = 0.5 * rng.normal(size=4 * n)
    return np.stack([1 - 0.5 * snr + shared, 2 - (0.5 - difference) * snr + shared + own]), snr


@pytest.mark.parametrize("difference", [0.0, 0.03, -0.05, 0.2])
def test_the_p_value_is_that_of_the_slope_of_the_paired_differences(difference):
    """Errors clustered by signal: the difference of every signal, regressed with White's errors."""
    values, snr = paired_values(stream(0, "p-value", str(difference)), difference)
    fit = _clustered(values, snr)
    slope, error = slope_by_hand(values[1] - values[0], snr)
    # statsmodels enlarges the variance for few clusters: 240 signals, 480 values, 4 parameters.
    error *= math.sqrt(240 / 239 * 479 / 476)
    labels = ["sine fit", "other"]
    assert _differs(fit, labels, 1) == pytest.approx(2 * norm.sf(abs(slope) / error), rel=1e-6)
    assert math.isnan(_differs(fit, labels, 0))


def test_the_p_value_is_that_of_a_permutation_test():
    """Without a difference in slope, any assignment of the differences to the SNRs is as likely."""
    rng = stream(1, "permutation")
    for difference in (0.03, 0.05):
        values, snr = paired_values(rng, difference)
        d, away = values[1] - values[0], snr - snr.mean()
        mixed = np.array([away @ rng.permutation(d) for _ in range(4000)])
        by_hand = np.mean(np.abs(mixed) >= abs(away @ d))
        # 4,000 permutations know a p-value of 0.1 to 0.005; the normal law of the slope adds as much.
        found = _differs(_clustered(values, snr), ["sine fit", "other"], 1)
        assert found == pytest.approx(by_hand, abs=0.02)


class Rough(FFTPeak):
    """The FFT peak, off by a share of what it is told: a method with another slope that costs no time."""

    def predict(self, X):
        return np.abs(super().predict(X) + 1e-3 * np.sin(1e6 * X[:, 0]))


def test_rows_are_the_regression_of_the_log_errors_by_hand():
    methods = {"FFT peak": Rough(), "sine fit": FFTPeak("jacobsen"), "parabola": FFTPeak("parabolic")}
    n, seed = 30, 3
    contestants = [Contestant(label, lambda m=m: m, learns=False) for label, m in methods.items()]
    rows = trend_rows(contestants, n, seed)
    decades = []
    for snr in (5, 10, 15, 20, 30, 40):
        (condition,) = [c for c in TASKS["tone"].conditions if c.name == f"inside, {snr} dB"]
        trials = draw_cell(TASKS["tone"], condition, n, seed).trials
        errors = [m.predict(trials.signals) - trials.target for m in methods.values()]
        decades.append(np.log10(np.abs(errors)))
    values = np.concatenate(decades, axis=1)
    snr = np.repeat([0.5, 1.0, 1.5, 2.0, 3.0, 4.0], n)
    few = math.sqrt(180 / 179 * 539 / (540 - 6))
    assert [r.estimator for r in rows] == list(methods)
    for row, mine in zip(rows, values, strict=True):
        slope, error = slope_by_hand(mine, snr)
        assert (row.metric, row.unit, row.kind, row.task) == (SLOPE, "decades", "trend", "tone")
        assert (row.condition, row.region) == ("inside, 5 to 40 dB", "inside")
        assert (row.n_signals, row.seed) == (180, 3)
        assert math.isnan(row.snr_db)
        assert row.value == pytest.approx(slope, rel=1e-6, abs=1e-9)
        reach = norm.ppf(0.975) * few * error
        assert (row.ci_low, row.ci_high) == pytest.approx((slope - reach, slope + reach), rel=1e-5)
        difference, error = slope_by_hand(mine - values[1], snr)
        expected = math.nan if row.estimator == "sine fit" else 2 * norm.sf(abs(difference) / (few * error))
        assert row.p_value == pytest.approx(expected, rel=1e-5, nan_ok=True)


class Oracle:
    """Answers every signal of the cells with its true frequency."""

    def __init__(self):
        cells = [draw_cell(TASKS["tone"], c, 5, 0).trials for c in TASKS["tone"].conditions]
        pairs = [pair for cell in cells for pair in zip(cell.signals, cell.target, strict=True)]
        self.truth = {signal.tobytes(): frequency for signal, frequency in pairs}

    def predict(self, X):
        return np.array([self.truth[x.tobytes()] for x in X])


def test_an_exact_answer_has_the_error_of_rounding_at_every_snr():
    oracle = Oracle()
    both = [Contestant(label, lambda: oracle, learns=False) for label in ("sine fit", "other")]
    for row in trend_rows(both, 5, 0):
        assert row.value == pytest.approx(0, abs=1e-9)
        assert math.isnan(row.p_value)  # two that give the same answers do not differ by chance


def test_two_methods_with_the_same_answers_have_no_p_value():
    peak, twin = (Contestant(label, FFTPeak, learns=False) for label in ("sine fit", "other"))
    for row in trend_rows([peak, twin], 5, 0):
        assert math.isnan(row.p_value)
