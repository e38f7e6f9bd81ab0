"""Intervals written out: the bootstrap of Efron (1987) with loops and plain formulas, same resamples."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

from dspvnn.measure.statistics import (
    N_RESAMPLES,
    as_drawn,
    bootstrap_mean,
    interval,
    median_interval,
    ratio_interval,
    ratio_of,
    resampling_weights,
    rms_interval,
)
from dspvnn.signals.randomness import stream
from dspvnn.tasks.base import Metric

NORMAL = NormalDist()
ROOT, RATE, MEAN = Metric("1", root=True), Metric("1", rate=True), Metric("1")


def resamples(n, label="by hand"):
    return resampling_weights(n, stream(0, label))


def by_hand(estimate, resampled, without_one):
    """The bias-corrected and accelerated interval of an estimate, from resamples and the jackknife."""
    below = sum(value < estimate for value in resampled) / len(resampled)
    bias = NORMAL.inv_cdf(min(max(below, 0.5 / len(resampled)), 1 - 0.5 / len(resampled)))
    away = [np.mean(without_one) - value for value in without_one]
    spread = sum(a**2 for a in away)
    acceleration = sum(a**3 for a in away) / (6 * spread**1.5) if spread else 0
    ends = []
    for tail in (0.025, 0.975):
        z = bias + NORMAL.inv_cdf(tail)
        ends.append(np.quantile(resampled, NORMAL.cdf(bias + z / (1 - acceleration * z))))
    return tuple(ends)


def test_resamples_take_as_many_trials_as_there_are():
    weights = resamples(37)
    assert weights.shape == (N_RESAMPLES, 37) == (999, 37)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    taken = weights * 37
    np.testing.assert_allclose(taken, np.round(taken), atol=1e-9)
    assert taken.mean(axis=0) == pytest.approx(np.ones(37), abs=5 / math.sqrt(999))


@pytest.mark.parametrize("n", [2, 5, 40])
@pytest.mark.parametrize("power", [1, 3])
def test_the_mean_has_efrons_interval(n, power, rng):
    losses, weights = rng.exponential(size=n) ** power, resamples(n)
    means = [np.mean(np.repeat(losses, np.round(w * n).astype(int))) for w in weights]
    without = [np.mean(np.delete(losses, i)) for i in range(n)]
    expected = by_hand(losses.mean(), means, without)
    assert bootstrap_mean(losses, weights) == pytest.approx(expected, rel=1e-6)
    value, low, high = interval(losses, MEAN, weights)
    assert (value, low, high) == pytest.approx((losses.mean(), *expected), rel=1e-6)


def test_equal_losses_have_an_interval_without_width():
    assert interval(np.full(20, 3.0), MEAN, resamples(20)) == pytest.approx((3, 3, 3))


@pytest.mark.parametrize("metric", [MEAN, ROOT])
def test_the_ratio_has_efrons_interval(metric, rng):
    n, weights = 30, resamples(30)
    losses, limit = rng.exponential(size=n) ** 2, rng.exponential(size=n)
    ratios = weights @ losses / (weights @ limit)
    without = [np.delete(losses, i).mean() / np.delete(limit, i).mean() for i in range(n)]
    expected = np.array(
        [losses.mean() / limit.mean(), *by_hand(losses.mean() / limit.mean(), ratios, without)]
    )
    expected = np.sqrt(expected) if metric.root else expected
    assert ratio_interval(losses, limit, metric, weights) == pytest.approx(tuple(expected), rel=1e-6)


def test_resamples_and_trials_without_any_loss_of_the_limit_are_left_out(rng):
    """One of five trials carries all of the limit: a third of the resamples lack it and have no ratio."""
    losses, limit, weights = np.ones(5), np.r_[1.0, np.zeros(4)], resamples(5)
    ratios = np.array([w.sum() / w[0] for w in weights if w[0] > 0])
    ratio, low, high = ratio_interval(losses, limit, MEAN, weights)
    # Without the one, there is no ratio either; the other four leave 4 over 1 each: no acceleration.
    assert (ratio, low, high) == pytest.approx((5, *by_hand(5, ratios, [4.0] * 4)))


# --- losses under resampled thresholds ------------------------------------------------------------


def with_thresholds(rng, n, share, spread):
    """Misses of n bursts, and under each of 999 other thresholds misses at another rate."""
    place = rng.random(n)
    thresholds = np.r_[share, np.clip(share + spread * rng.standard_normal(N_RESAMPLES), 0, 1)]
    return (place < thresholds[:, None]).astype(float)


def nearest(values):
    """The 2.5 % and the 97.5 % quantile, each a value that is there."""
    ordered = np.sort(values)
    return tuple(ordered[round((len(values) - 1) * tail)] for tail in (0.025, 0.975))


def test_only_the_first_row_was_drawn(rng):
    losses = with_thresholds(rng, 50, 0.3, 0.1)
    np.testing.assert_array_equal(as_drawn(losses), losses[0])
    np.testing.assert_array_equal(as_drawn(losses[0]), losses[0])
    assert as_drawn(losses[0] > 0).dtype == float


@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_an_uncertain_threshold_widens_the_interval_of_a_rate(spread, rng):
    losses, weights = with_thresholds(rng, 60, 0.4, spread), resamples(60)
    exact = stats.binomtest(int(losses[0].sum()), 60).proportion_ci(0.95, "exact")
    wider = nearest([w @ row for w, row in zip(weights, losses[1:], strict=True)])
    value, low, high = interval(losses, RATE, weights)
    assert value == losses[0].mean()
    assert (low, high) == pytest.approx((min(exact.low, wider[0]), max(exact.high, wider[1])))
    assert (wider[0] < exact.low) == (spread > 0)


def test_an_uncertain_threshold_widens_the_interval_of_a_ratio(rng):
    losses, limit, weights = (
        with_thresholds(rng, 80, 0.5, 0.1),
        with_thresholds(rng, 80, 0.4, 0.1),
        resamples(80),
    )
    ratios = [w @ a / (w @ b) for w, a, b in zip(weights, losses[1:], limit[1:], strict=True)]
    expected = (losses[0].mean() / limit[0].mean(), *nearest(ratios))
    assert ratio_interval(losses, limit, RATE, weights) == pytest.approx(expected)


def test_a_rate_that_is_no_yes_or_no_has_the_interval_of_a_mean(rng):
    shares, weights = rng.random(40), resamples(40)
    assert interval(shares, RATE, weights) == (shares.mean(), *bootstrap_mean(shares, weights))
    # A mean of ones and zeros that is no rate is not counted either.
    ones = np.r_[np.ones(30), np.zeros(10)]
    assert interval(ones, MEAN, weights)[1:] == bootstrap_mean(ones, weights)


def test_no_error_seen_has_the_upper_end_of_clopper_pearson():
    limit = np.r_[np.ones(10), np.zeros(90)]
    ratio, low, high = ratio_interval(np.zeros(100), limit, RATE, resamples(100))
    assert (ratio, low) == (0, 0)
    assert high == pytest.approx((1 - 0.025 ** (1 / 100)) / 0.1)
    assert ratio_interval(np.zeros(100), limit, MEAN, resamples(100)) == pytest.approx((0, 0, 0))


# --- few errors, medians, limits without a spread -------------------------------------------------


def test_the_rms_of_a_few_errors_has_the_chi_squared_interval():
    errors = np.array([3.0, -4.0, 1.0, 2.0])
    rms, low, high = rms_interval(errors)
    assert rms == pytest.approx(math.sqrt(30 / 4))
    # 95 % of the sums of 4 squared standard normal draws lie from 0.4844 to 11.1433 (any table).
    assert (low, high) == pytest.approx((math.sqrt(30 / 11.1433), math.sqrt(30 / 0.4844)), rel=1e-4)


def test_the_median_lies_between_the_order_statistics_of_the_sign_test():
    values = np.arange(1.0, 21)  # of 20: the 6th and the 15th, 95.86 % (any table)
    assert median_interval(values) == (10.5, 6.0, 15.0)


def test_a_limit_without_a_spread_divides_all_three():
    assert ratio_of(3.0, 2.0, 5.0, 2.0) == {
        "limit": 2.0, "ratio_to_limit": 1.5, "ratio_low": 1.0, "ratio_high": 2.5
    }  # fmt: skip
