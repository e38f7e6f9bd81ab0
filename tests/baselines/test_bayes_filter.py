"""The Bayes filter as an estimator. Its mathematics is held to brute force in test_limits.py."""

import numpy as np
import pytest
from scipy.special import expit, logsumexp
from scipy.stats import norm

from baselines import BayesFilter, MatchedFilter
from baselines.roster import burst_templates
from dspvnn.limits import BurstModel
from dspvnn.signals import half_sine
from dspvnn.signals.randomness import stream
from dspvnn.tasks.burst.task import Burst, BurstCondition
from dspvnn.tasks.metrics import best_threshold

CONDITION = BurstCondition("", n_samples=90, deflection_range=(5.0, 5.0))
FILTER = BayesFilter(deflection_range=(5.0, 5.0 + 1e-9))


def draw(n_signals, label="test"):
    return Burst().draw(stream(0, "bayes filter", label), n_signals, CONDITION)


def test_noise_level_is_a_unit(rng):
    x = rng.standard_normal((5, 60))
    np.testing.assert_allclose(
        BayesFilter(noise_std=1e-6).predict(1e-6 * x), BayesFilter().predict(x), rtol=1e-9, atol=1e-9
    )


def test_pure_prior_before_anything_is_seen(rng):
    # Bursts so weak that no sample says anything of them.
    x = rng.standard_normal((1, 100))
    odds = BayesFilter(deflection_range=(1e-9, 2e-9), burst_probability=0.5).predict(x)[0]
    # The onset is uniform on 0 to 50: at time t a share (t - 10) / 50 of the bursts has ended.
    for t in (20, 40, 59):
        assert expit(odds[t]) == pytest.approx(0.5 * (t - 10) / 50, abs=0.5 * 0.25 / 50)
    assert expit(odds[60:]) == pytest.approx(0.5)


def test_a_sample_cannot_count_before_it_is_seen(rng):
    x = rng.standard_normal((5, 90))
    changed = x.copy()
    changed[:, 50:] += 3
    before, after = BayesFilter().predict(x), BayesFilter().predict(changed)
    np.testing.assert_array_equal(after[:, :50], before[:, :50])
    assert np.all(after[:, 60:] != before[:, 60:])


def test_impossible_is_a_finite_number(rng):
    odds = BayesFilter().predict(rng.standard_normal((5, 90)))
    assert np.all(odds[:, :10] == -1000)  # no burst can have ended before sample 10
    assert np.all(odds[:, 11:] > -1000)


@pytest.mark.parametrize("amplitude", [10.0, 100.0, 1e4])
def test_log_odds_of_a_strong_burst_are_finite_and_right(amplitude):
    x = amplitude * half_sine(90, np.array([20.3]), 10.0)
    odds = BayesFilter().predict(x)[0]
    assert np.isfinite(odds).all()
    assert odds[-1] > 50
    # The same sum over the same grid, in logarithms.
    model = BurstModel()
    templates, d = model.templates(90), model.deflections()[:, None]
    energy = np.sum(templates**2, axis=1)
    log_ratios = d * (templates @ x[0]) - d**2 / 2 * energy
    assert odds[-1] == pytest.approx(logsumexp(log_ratios) - np.log(log_ratios.size))


def test_zero_is_as_good_as_any_threshold():
    calibration, trials = draw(3000, "calibrate"), draw(3000)
    chosen = best_threshold(FILTER.predict(calibration.signals).ravel(), calibration.target.ravel() == 0)
    odds, ended = FILTER.predict(trials.signals), trials.target == 0
    at_zero, at_chosen = (np.mean((odds > threshold) != ended) for threshold in (0, chosen))
    # Near its minimum the error rate is flat: 1 % is five standard errors of the paired difference.
    assert at_zero < 1.01 * at_chosen


def test_no_other_detector_decides_better():
    trials = draw(3000)
    ended = trials.target == 0
    bayes = np.mean((FILTER.predict(trials.signals) > 0) != ended, axis=1)
    evidence = MatchedFilter(burst_templates()).predict(trials.signals)
    threshold = best_threshold(evidence.ravel(), ended.ravel())
    matched = np.mean((evidence > threshold) != ended, axis=1)
    difference = matched - bayes
    z = np.mean(difference) / (np.std(difference) / np.sqrt(len(difference)))
    assert z > norm.isf(1e-3)


@pytest.mark.parametrize("std", [0.0, -1.0, float("nan")])
def test_noise_level_must_be_positive(std):
    with pytest.raises(ValueError, match=f"^BayesFilter: noise_std must be positive, got {std}$"):
        BayesFilter(noise_std=std).predict(np.zeros((1, 30)))


@pytest.mark.parametrize("options", [{}, {"onset_range": (40.0, 85.0)}, {"burst_probability": 1.0}])
def test_the_whole_record_statistic_is_the_last_samples(options):
    """By the average likelihood ratio where every burst has ended by then, by the filter where not."""
    x = draw(50).signals
    bayes = BayesFilter(**options)
    np.testing.assert_allclose(bayes.decision_function(x), bayes.predict(x)[:, -1], rtol=1e-9, atol=1e-9)
