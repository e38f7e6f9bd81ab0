"""The burst filter where some bursts have ended before others begin, its grids, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from dspvnn.limits import BurstModel, burst_average_likelihood_ratio, burst_forward_filter
from dspvnn.limits.burst_closed_form import (
    burst_generalised_likelihood_ratio,
    burst_grid_error,
    burst_known_detection,
    burst_onset_bound,
)


def log_odds_by_hand(x, onsets, width, deflections, probability):
    """Bayes' rule over all bursts and "no burst", from normal densities of the samples so far."""
    n, odds = len(x), np.empty(len(x))
    time = np.arange(n)
    for t in range(n):
        ended, pending = 0.0, 1 - probability
        for onset in onsets:
            inside = (time >= onset) & (time <= onset + width)
            shape = np.where(inside, np.sin(np.pi * (time - onset) / width), 0) * np.sqrt(2 / width)
            share = probability / (len(onsets) * len(deflections))
            for d in deflections:
                ratio = np.prod(norm.pdf(x[: t + 1], d * shape[: t + 1]) / norm.pdf(x[: t + 1]))
                if onset + width <= t:
                    ended += share * ratio
                else:
                    pending += share * ratio
        with np.errstate(divide="ignore"):
            odds[t] = np.log(ended / pending) if pending else np.inf
    return odds


@pytest.mark.parametrize(
    ("onset_range", "width", "deflection", "probability", "step"),
    [((0.0, 20.0), 3.0, (1.0, 3.0), 0.3, 2.0), ((0.0, 16.0), 4.0, 2.0, 0.9, 1.0),
     ((3.0, 9.0), 2.5, (2.0, 2.0), 0.5, 1.5), ((-6.0, 6.0), 4.0, 2.5, 0.5, 2.0),
     ((0.0, 8.0), 3.0, 2.0, 1.0, 2.0)],
)  # fmt: skip
def test_bursts_that_have_not_begun_are_still_possible(
    onset_range, width, deflection, probability, step, rng
):
    model = BurstModel(onset_range, width, deflection, probability, onset_step=step, n_deflections=2)
    low, high = onset_range
    n_onsets = round((high - low) / step)
    onsets = low + step * (np.arange(n_onsets) + 0.5)
    pair = deflection if isinstance(deflection, tuple) else (deflection, deflection)
    deflections = [pair[0] + (pair[1] - pair[0]) * share for share in (0.25, 0.75)]
    np.testing.assert_allclose(model.onsets(), onsets)
    x = rng.standard_normal((3, 26))
    x[:, 4:8] += 1.0
    expected = [log_odds_by_hand(row, onsets, width, deflections, probability) for row in x]
    found = burst_forward_filter(x, model)
    if probability == 1:  # once every burst has ended it is certain; by rounding only 690 nats so
        assert np.all(found[:, 12:] > 500)
        found, expected = found[:, :10], np.array(expected)[:, :10]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_a_burst_that_begins_or_ends_on_a_sample(rng):
    """An onset at sample 3 of width 4 has ended with sample 7, and counts from sample 4 on."""
    model = BurstModel((3.0, 3.0), 4.0, 2.0, 0.5)
    np.testing.assert_array_equal(model.onsets(), [3.0])
    x = rng.standard_normal((2, 12))
    expected = [log_odds_by_hand(row, [3.0], 4.0, [2.0], 0.5) for row in x]
    np.testing.assert_allclose(burst_forward_filter(x, model), expected)


def test_the_grids_are_midpoints():
    model = BurstModel((0.0, 10.0), 10.0, (3.0, 20.0), onset_step=0.25, n_deflections=24)
    np.testing.assert_allclose(model.onsets(), 0.125 + 0.25 * np.arange(40))
    np.testing.assert_allclose(model.deflections(), 3 + 17 * (np.arange(24) + 0.5) / 24)
    np.testing.assert_array_equal(replace(model, deflection=5.0).deflections(), [5.0])
    assert len(replace(model, onset_range=(2.0, 2.1)).onsets()) == 1
    assert BurstModel() == BurstModel((0.0, 50.0), 10.0, (3.0, 20.0), 0.5, 0.25, 24)


def test_strong_bursts_do_not_overflow(rng):
    model = BurstModel(deflection=(100.0, 140.0))
    x = 1e3 * rng.standard_normal((3, 80))
    assert np.isfinite(burst_average_likelihood_ratio(x, model)).all()
    likeliest = burst_generalised_likelihood_ratio(x, model)
    # The largest term of a mean over 200 onsets and 24 deflections, between it and 1 / 4800 of it.
    average = burst_average_likelihood_ratio(x, model)
    assert np.all(average <= likeliest + 1e-6 * np.abs(likeliest))


@pytest.mark.parametrize(
    "bad", [{"onset_range": (5.0, 4.0)}, {"width": 0.0}, {"deflection": 0.0}, {"deflection": (3.0, 2.0)},
            {"deflection": (0.0, 2.0)}],
)  # fmt: skip
def test_a_model_that_cannot_be_is_refused(bad):
    with pytest.raises(ValueError, match=r"^a burst model needs onset_range low <= high, width > 0 and "):
        BurstModel(**bad)
    assert BurstModel((4.0, 4.0), 0.1, (2.0, 2.0))  # no width of a range is a range


@pytest.mark.parametrize("probability", [0.0, -0.1, 1.1])
def test_a_probability_lies_above_0_and_up_to_1(probability):
    with pytest.raises(ValueError, match=r"^burst_probability must lie in \(0, 1\], got "):
        BurstModel(burst_probability=probability)
    assert BurstModel(burst_probability=1.0).burst_probability == 1


# --- closed forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.5, 1.5])
def test_a_false_alarm_rate_lies_between_0_and_1(rate):
    with pytest.raises(ValueError, match=r"^false_alarm_rate must lie in \(0, 1\), got "):
        burst_known_detection(3.0, rate)
    assert burst_known_detection(0.0, 0.3) == pytest.approx(0.3)


def test_the_onset_bound_is_width_over_pi_d_squared():
    np.testing.assert_allclose(burst_onset_bound(np.array([2.0, 5.0]), 10.0), [25 / np.pi**2, 4 / np.pi**2])
    for bad in ((np.array([1.0, 0.0]), 10.0), (np.array([1.0]), 0.0), (np.array([1.0]), -1.0)):
        with pytest.raises(ValueError, match=r"^deflection and width must be positive, got "):
            burst_onset_bound(*bad)


def test_the_grid_error_is_the_largest_change_of_probability(rng):
    model = BurstModel((0.0, 6.0), 4.0, (2.0, 6.0), onset_step=2.0, n_deflections=2)
    x = 2 * rng.standard_normal((4, 14))
    finer = BurstModel((0.0, 6.0), 4.0, (2.0, 6.0), onset_step=1.0, n_deflections=4)
    change = np.abs(expit(burst_forward_filter(x, model)) - expit(burst_forward_filter(x, finer)))
    np.testing.assert_allclose(burst_grid_error(x, model), change.max(axis=1))
