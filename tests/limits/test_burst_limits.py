"""The limits of burst detection against brute-force sums of likelihoods and simulation."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from dspvnn.limits import BurstModel, burst_average_likelihood_ratio, burst_forward_filter
from dspvnn.signals import half_sine
from dspvnn.signals.randomness import stream
from dspvnn.tasks.burst.task import Burst, BurstCondition
from dspvnn.tasks.metrics import quantile_thresholds

TINY = BurstModel((0.0, 4.0), 3.0, (1.0, 3.0), 0.3, onset_step=1.0, n_deflections=2)
GRID = [(onset, d) for onset in (0.5, 1.5, 2.5, 3.5) for d in (1.5, 2.5)]


def brute_force_log_odds(x):
    """Bayes' rule over every hypothesis of TINY and "no burst", from normal densities."""
    n = len(x)
    shapes = [np.zeros(n)] + [
        d * np.sqrt(2 / 3) * half_sine(n, np.array([onset]), 3.0)[0] for onset, d in GRID
    ]
    priors = np.array([0.7] + [0.3 / len(GRID)] * len(GRID))
    ends = np.array([np.inf] + [onset + 3.0 for onset, _ in GRID])
    odds = np.empty(n)
    for t in range(n):
        joint = priors * [np.prod(norm.pdf(x[: t + 1], s[: t + 1])) for s in shapes]
        odds[t] = joint[ends <= t].sum() / joint[ends > t].sum()
    with np.errstate(divide="ignore"):
        return np.log(odds)


@pytest.mark.parametrize("strength", [0.0, 3.0])
def test_forward_filter_is_bayes_rule(strength, rng):
    burst = strength * half_sine(10, np.array([1.2] * 5), 3.0)
    x = rng.standard_normal((5, 10)) + burst
    expected = np.array([brute_force_log_odds(row) for row in x])
    np.testing.assert_allclose(burst_forward_filter(x, TINY), expected, rtol=1e-10, atol=1e-10)
    assert np.all(np.isneginf(expected[:, :3]))  # the earliest burst ends at 3.5


def test_average_likelihood_ratio_is_a_sum_of_normal_densities(rng):
    x = rng.standard_normal((5, 10))
    shapes = [d * np.sqrt(2 / 3) * half_sine(10, np.array([onset]), 3.0)[0] for onset, d in GRID]
    ratios = [np.prod(norm.pdf(x, s), axis=1) / np.prod(norm.pdf(x), axis=1) for s in shapes]
    expected = np.log(np.mean(ratios, axis=0))
    np.testing.assert_allclose(burst_average_likelihood_ratio(x, TINY), expected, atol=1e-10)


def test_filter_and_likelihood_ratio_agree_once_every_burst_has_ended(rng):
    model = BurstModel(burst_probability=0.3)
    x = rng.standard_normal((20, 80))
    odds_of_a_burst = burst_average_likelihood_ratio(x, model) + np.log(0.3 / 0.7)
    np.testing.assert_allclose(burst_forward_filter(x, model)[:, -1], odds_of_a_burst, atol=1e-9)


def test_known_burst_has_the_likelihood_ratio_of_a_matched_filter(rng):
    model = BurstModel((20.0, 20.0), 10.0, 5.0)
    x = rng.standard_normal((20, 60))
    template = half_sine(60, np.array([20.0]), 10.0)[0] / np.sqrt(5)
    expected = 5 * x @ template - 25 / 2
    np.testing.assert_allclose(burst_average_likelihood_ratio(x, model), expected, atol=1e-10)


def test_known_burst_is_missed_as_often_as_theory_says():
    model, n, d = BurstModel((20.0, 20.0), 10.0, 3.0), 20_000, 3.0
    rng = stream(0, "known burst")
    noise, burst = rng.standard_normal((2, n, 40))
    burst += d * model.templates(40)
    alarm = quantile_thresholds(burst_average_likelihood_ratio(noise, model), 0.01)[0]
    missed = np.mean(burst_average_likelihood_ratio(burst, model) <= alarm)
    # P(miss) = Phi(Phi^-1(0.99) - d) = 0.25; the threshold's own error (0.03) is the larger part of
    # the tolerance, which is four standard errors.
    assert missed == pytest.approx(norm.cdf(norm.isf(0.01) - d), abs=0.035)


def test_posterior_is_calibrated():
    condition = BurstCondition("", n_samples=80, deflection_range=(4.0, 4.0))
    trials = Burst().draw(stream(0, "calibration"), 4000, condition)
    posterior = expit(burst_forward_filter(trials.signals, condition.model()))
    ended = trials.target == 0
    for low, high in [(0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1)]:
        inside = (posterior > low) & (posterior <= high) & (np.arange(80) % 10 == 9)
        error = np.mean(ended[inside]) - np.mean(posterior[inside])
        # Samples of one record are alike: four standard errors, counting one sample in three.
        assert abs(error) < 4 * np.sqrt(
            np.mean(posterior[inside] * (1 - posterior[inside])) * 3 / inside.sum()
        )


@pytest.mark.parametrize("width", [5, 10, 20])
def test_templates_have_unit_energy(width):
    templates = BurstModel(width=width).templates(130)
    np.testing.assert_allclose(np.sum(templates**2, axis=1), 1, rtol=1e-12)
