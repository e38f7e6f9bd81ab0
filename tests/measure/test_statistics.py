"""Intervals: closed forms, an independent bootstrap, and how often they hold the truth."""

import numpy as np
import pytest
from scipy import stats

from dspvnn.measure.statistics import (
    bootstrap_mean,
    interval,
    median_interval,
    ratio_interval,
    resampling_weights,
    rms_interval,
)
from dspvnn.signals.randomness import stream
from dspvnn.tasks.base import Metric

ROOT, RATE, MEAN = Metric("1", root=True), Metric("1", rate=True), Metric("1")


def weights(n, label="weights"):
    return resampling_weights(n, stream(0, label))


@pytest.mark.parametrize(("errors", "n"), [(0, 50), (3, 50), (50, 50)])
def test_interval_of_a_rate_is_clopper_pearson(errors, n):
    losses = np.r_[np.ones(errors), np.zeros(n - errors)]
    expected = stats.binomtest(errors, n).proportion_ci(0.95, "exact")
    assert interval(losses, RATE, weights(n)) == pytest.approx((errors / n, *expected))


def test_no_error_in_n_trials_still_has_an_upper_end():
    _, low, high = interval(np.zeros(100), RATE, weights(100))
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 100))


def test_root_metric_has_root_ends(rng):
    losses = rng.exponential(size=80)
    value, low, high = interval(losses, ROOT, weights(80))
    assert value == pytest.approx(np.sqrt(losses.mean()))
    assert (low**2, high**2) == pytest.approx(bootstrap_mean(losses, weights(80)))
    assert low < value < high


def test_bootstrap_agrees_with_scipy():
    rng, n, differences = stream(0, "scipy"), 20, []
    for _ in range(200):
        losses = rng.exponential(size=n) ** 2  # skewed: bias correction and acceleration count
        ours = bootstrap_mean(losses, resampling_weights(n, rng))
        theirs = stats.bootstrap((losses,), np.mean, n_resamples=999, rng=rng).confidence_interval
        differences.append((np.array(ours) - theirs) / (losses.std() / np.sqrt(n)))
    low, high = np.mean(differences, axis=0)
    # In standard errors. Either bootstrap is random; the mean of 200 is known to 0.005 and 0.027.
    assert abs(low) < 0.02
    assert abs(high) < 0.11


def test_bootstrap_scales_and_shifts_with_its_losses(rng):
    losses, w = rng.exponential(size=60), weights(60)
    low, high = bootstrap_mean(losses, w)
    assert bootstrap_mean(5 * losses + 3, w) == pytest.approx((5 * low + 3, 5 * high + 3))


def test_bootstrap_interval_covers():
    rng, n_trials, n = stream(0, "coverage"), 500, 60
    held = 0
    for _ in range(n_trials):
        low, high = bootstrap_mean(rng.exponential(size=n), resampling_weights(n, rng))
        held += low < 1 < high
    # 95 % meant; a BCa interval of 60 skewed losses comes to about 94 %, +- 1 % for 500 trials.
    assert 0.91 < held / n_trials < 0.98


def test_rms_interval_covers():
    rng, n_trials = stream(0, "rms coverage"), 2000
    ends = np.array([rms_interval(rng.standard_normal(5))[1:] for _ in range(n_trials)])
    # Exact for normal errors: 95 % with a standard error of 0.5 %.
    assert np.mean((ends[:, 0] < 1) & (ends[:, 1] > 1)) == pytest.approx(0.95, abs=0.02)


def test_one_trial_has_no_interval():
    assert np.isnan(bootstrap_mean(np.ones(1), weights(1))).all()


def test_ratio_of_the_limit_to_itself_is_exactly_one(rng):
    losses = rng.exponential(size=50)
    assert ratio_interval(losses, losses, ROOT, weights(50)) == pytest.approx((1, 1, 1))
    assert ratio_interval(9 * losses, losses, ROOT, weights(50)) == pytest.approx((3, 3, 3))


def test_ratio_is_free_of_the_unit(rng):
    losses, limit, w = rng.exponential(size=50), rng.exponential(size=50), weights(50)
    expected = ratio_interval(losses, limit, MEAN, w)
    assert ratio_interval(1e-9 * losses, 1e-9 * limit, MEAN, w) == pytest.approx(expected)


def test_ratio_is_paired(rng):
    limit = rng.exponential(size=200)
    losses = limit * rng.uniform(0.9, 1.1, 200)
    ratio, low, high = ratio_interval(losses, limit, MEAN, weights(200))
    _, alone_low, alone_high = interval(losses, MEAN, weights(200))
    assert low < ratio < high
    assert (high - low) < 0.2 * (alone_high - alone_low) / limit.mean()


def test_a_limit_of_zero_has_no_ratio():
    assert np.isnan(ratio_interval(np.ones(9), np.zeros(9), MEAN, weights(9))).all()


def test_no_error_against_a_few_is_no_proof_of_beating_the_limit():
    # Two independent detectors of the same error rate do this one time in eight.
    limit = np.r_[np.ones(3), np.zeros(997)]
    _, _, high = ratio_interval(np.zeros(1000), limit, RATE, weights(1000))
    assert not high < 1


def test_median_interval_is_made_of_order_statistics(rng):
    values = rng.standard_normal(41)
    middle, low, high = median_interval(values)
    assert middle == np.median(values)
    assert {low, high} <= set(values)
    # No distribution is assumed: a monotone map of the values maps the interval.
    assert median_interval(np.exp(values)) == pytest.approx(tuple(np.exp([middle, low, high])))
