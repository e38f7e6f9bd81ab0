"""What the remedies choose by: the stronger of two tones, BIC, gaps and rails, an autoregression."""

import numpy as np
import pytest
from spoilt import FITS, N, drawn, signals

from baselines import sample_laws
from baselines.model_fit import ModelFit, climb, sine_parameters
from baselines.remedies import (
    CensoredFit,
    ChirpFit,
    DecayFit,
    GapFit,
    HarmonicFit,
    PrewhitenedFit,
    RobustFit,
    SelectedFit,
    TwoToneFit,
    _least_bic,
)
from dspvnn.estimator import EstimationWarning
from dspvnn.signals import tone


def pair(away, ratio, label, n_signals=20, base=0.1):
    p, noise = drawn(label, n_signals, 30)
    p[0] = np.full(n_signals, base)
    second = tone(N, p[0] + away / N, p[1] + 1.0, ratio * p[2], 0 * p[3])
    return tone(N, *p) + second + noise, p


def test_the_stronger_of_two_tones_is_the_one_that_is_asked_for():
    for ratio, expected in ((0.5, 0.1), (2.0, 0.1 + 4 / N)):
        X, _ = pair(4, ratio, f"stronger {ratio}")
        theta, _ = TwoToneFit().climb(X)
        np.testing.assert_allclose(theta[:, 0], expected, atol=0.02 / N)
        assert np.all(np.hypot(*theta[:, 1:3].T) > np.hypot(*theta[:, 5:7].T))
        np.testing.assert_allclose(theta[:, 4], 2 * 0.1 + 4 / N - expected, atol=0.05 / N)


def test_a_second_tone_that_does_not_earn_its_parameters_is_left_out():
    """Three parameters cost 3 / 2 ln N of log-likelihood (BIC)."""
    X, _ = pair(5, 0.01, "faint", 100)
    theta, likelihood = TwoToneFit().climb(X)
    _, of_one = climb(X, sine_parameters(X), "tone", sample_laws.gaussian)
    _, of_two = ModelFit.climb(TwoToneFit(), X)
    earned = 2 * (of_two - of_one) >= 3 * np.log(N)
    left_out = np.all(theta[:, 4:] == 0, axis=1)
    assert 10 < left_out.sum() < 90
    np.testing.assert_array_equal(left_out, ~earned)
    np.testing.assert_array_equal(likelihood, np.where(earned, of_two, of_one))


@pytest.mark.parametrize(
    ("frequencies", "one"),
    [((0.1, 0.1 + 0.74 / N), True), ((0.1, 0.1 + 0.76 / N), False), ((0.1 + 0.74 / N, 0.1), True),
     ((0.1, 0.49 / N), True), ((0.1, 0.51 / N), False), ((0.1, 63.51 / N), True), ((0.1, 63.49 / N), False),
     ((63.6 / N, 0.1), True)],
)  # fmt: skip
def test_two_tones_that_a_record_cannot_tell_are_one(frequencies, one, monkeypatch):
    """Nearer than 3/4 of a bin to each other, or than half a bin to 0 or half the rate."""
    theta = np.array([[frequencies[0], 1.0, 0.0, 0.0, frequencies[1], 0.5, 0.0]])
    monkeypatch.setattr(ModelFit, "climb", lambda self, X: (theta.copy(), np.array([1e6])))
    X, _ = signals("tone", "told apart", 1)
    found, likelihood = TwoToneFit().climb(X)
    assert np.all(found[:, 4:] == 0) == one
    assert (likelihood[0] < 1e6) == one


@pytest.mark.parametrize("model", [m for m in FITS if m != "harmonics"])
def test_the_model_that_made_the_records_has_the_least_bic(model):
    X, _ = signals(model, "chosen", 8)
    theta, likelihood = _least_bic(X, SelectedFit.FITS)
    own, own_likelihood = FITS[model]().climb(X)
    np.testing.assert_allclose(np.median(likelihood - own_likelihood), 0, atol=0.5)
    np.testing.assert_allclose(np.median(np.abs(theta[:, 0] - own[:, 0])), 0, atol=0.02 / N)


def test_bic_is_the_likelihood_less_half_a_log_for_every_parameter(monkeypatch):
    """A robust fit has one parameter more than its model: the degrees of freedom."""
    prices = {ModelFit: 4, RobustFit: 5, TwoToneFit: 7, HarmonicFit: 8, ChirpFit: 5, DecayFit: 5}
    X = np.zeros((1, N))

    def answers(winner, gain):
        def climbs(fit):
            extra = gain if fit is winner else 0.0
            value = np.log(N) / 2 * prices[fit] + extra
            return lambda self, X: (np.full((1, 8), float(prices[fit])), np.array([value]))

        for fit in prices:
            monkeypatch.setattr(fit, "climb", climbs(fit))
        return _least_bic(X, tuple(prices))

    for winner in prices:
        theta, likelihood = answers(winner, 1e-6)
        np.testing.assert_array_equal(theta, np.full((1, 4), float(prices[winner])))
        assert likelihood == pytest.approx(np.log(N) / 2 * prices[winner] + 1e-6)


def test_gaps_and_rails_go_to_the_fit_that_knows_them():
    X, _ = signals("tone", "selected", 9)
    X[:3, 5:9] = np.nan
    rails = 0.7 * np.ptp(X[3:6], axis=1, keepdims=True) / 2
    X[3:6] = np.clip(
        X[3:6], X[3:6].mean(axis=1, keepdims=True) - rails, X[3:6].mean(axis=1, keepdims=True) + rails
    )
    X[2] = np.clip(X[2], -0.5, 0.5)  # both: the gaps count
    theta, likelihood = SelectedFit().climb(X)
    for rows, fit in ((slice(0, 3), GapFit()), (slice(3, 6), CensoredFit())):
        own = fit.climb(X[rows])
        np.testing.assert_array_equal(theta[rows], own[0])
        np.testing.assert_array_equal(likelihood[rows], own[1])
    np.testing.assert_array_equal(theta[6:], _least_bic(X[6:], SelectedFit.FITS)[0])
    assert (SelectedFit.side_information, SelectedFit.allow_nan) == (frozenset(), True)


def test_fewer_than_five_samples_have_no_frequency():
    X, _ = signals("tone", "few", 3)
    X[0, 4:], X[1, 5:] = np.nan, np.nan
    X[2, 3] = np.nan
    with pytest.warns(EstimationWarning, match="1 of 3 signals are constant, or have fewer than 5 samples"):
        found = GapFit().predict(X)
    np.testing.assert_array_equal(np.isnan(found), [True, False, False])


# --- coloured noise -------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_record_is_filtered_by_the_autoregression_of_its_noise(order, rng):
    from statsmodels.regression.linear_model import burg

    fresh = rng.standard_normal((2, N))
    noise = fresh.copy()
    for t in range(1, N):
        noise[:, t] = 0.9 * noise[:, t - 1] + fresh[:, t]
    X = noise + rng.standard_normal((2, N))
    white = PrewhitenedFit(order=order)._whitened(X, noise)
    for x, rest, ours in zip(X, noise, white, strict=True):
        a = burg(rest, order=order, demean=True)[0]
        by_hand = [x[t] - sum(a[k] * x[t - 1 - k] for k in range(order)) for t in range(order, N)]
        np.testing.assert_allclose(ours, by_hand)


def test_a_record_without_noise_is_not_filtered():
    X = tone(N, *drawn("no noise")[0])
    np.testing.assert_array_equal(PrewhitenedFit()._whitened(X, np.zeros_like(X)), X[:, 2:])
    np.testing.assert_array_equal(PrewhitenedFit()._whitened(X, 1e-13 * X), X[:, 2:])
    assert not np.array_equal(PrewhitenedFit()._whitened(X, 1e-11 * X), X[:, 2:])


@pytest.mark.parametrize(("order", "n"), [(1, 10), (2, 12), (5, 18)])
def test_an_autoregression_needs_samples(order, n, rng):
    X = rng.standard_normal((2, n))
    assert np.isfinite(PrewhitenedFit(order=order).predict(X)).all()
    with pytest.raises(ValueError, match=f"minimum of {n} is required"):
        PrewhitenedFit(order=order).predict(X[:, 1:])


@pytest.mark.parametrize("order", [0, -1, 1.5, "2", None])
def test_an_order_is_a_positive_integer(order, rng):
    with pytest.raises(ValueError, match=r"^PrewhitenedFit: order must be a positive integer, got "):
        PrewhitenedFit(order=order).predict(rng.standard_normal((2, 64)))
    assert PrewhitenedFit().order == 2
