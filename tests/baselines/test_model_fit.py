"""The climb of the likelihood against scipy's minimiser, and where each fit starts from."""

import numpy as np
import pytest
from scipy.optimize import least_squares, minimize
from spoilt import FITS, N, drawn, signals

from baselines import sample_laws
from baselines.model_fit import ModelFit, climb, sine_parameters
from baselines.remedies import (
    CensoredFit,
    ChirpFit,
    DecayFit,
    GapFit,
    HarmonicFit,
    RobustFit,
    TwoToneFit,
)
from baselines.sine_fit import SineFit
from dspvnn.results.side_information import SideInformation
from dspvnn.signals import chirp, tone
from dspvnn.signals.randomness import stream
from dspvnn.signals.tone_models import MODELS, N_PARAMETERS


@pytest.mark.parametrize("model", FITS)
def test_under_white_noise_the_climb_ends_at_least_squares(model):
    X, _ = signals(model)
    theta, likelihood = FITS[model]().climb(X)
    assert theta.shape == (6, N_PARAMETERS[model])
    for x, ours, log_l in zip(X, theta, likelihood, strict=True):

        def residual(p, x=x):
            return MODELS[model](p[None], N)[0][0] - x

        scale = np.where(np.arange(len(ours)) % 4 == 0, 1e-3, 1.0)
        best = least_squares(residual, ours, x_scale=scale, xtol=1e-14, ftol=1e-14, gtol=1e-14)
        # The climb stops at a step that gains less than 1e-4 of log-likelihood.
        variance = np.mean(best.fun**2)
        highest = -N / 2 * (np.log(2 * np.pi * variance) + 1)
        assert log_l == pytest.approx(highest, abs=2e-3)
        assert N / 2 * np.log(np.mean(residual(ours) ** 2) / variance) < 2e-3


@pytest.mark.parametrize("law", [sample_laws.student_t, sample_laws.censored])
def test_under_another_law_the_climb_ends_at_its_maximum(law):
    p, noise = drawn(law.__name__, snr_db=15)
    X = tone(N, *p) + noise * np.where(stream(1, "hit").random(noise.shape) < 0.1, 6, 1)
    if law is sample_laws.censored:
        rails = 0.8 * p[2][:, None]
        X = np.clip(X, p[3][:, None] - rails, p[3][:, None] + rails)
    theta, likelihood = climb(X, sine_parameters(X), "tone", law)
    for x, ours, log_l in zip(X, theta, likelihood, strict=True):

        def less(q, x=x):
            mean = MODELS["tone"](q[None, :4] * [1e-3, 1, 1, 1], N)[0]
            return -law(x[None], mean, np.exp(q[4:])).log_likelihood[0]

        spread = np.log(np.std(x - MODELS["tone"](ours[None], N)[0][0]))
        start = np.r_[ours / [1e-3, 1, 1, 1], spread]
        best = minimize(
            less, start, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-7, "fatol": 1e-9}
        )
        # The frequency has a deviation of a hundredth of a bin. Scale and degrees of freedom follow in
        # turn, by expectation-maximisation: slow at its end, and not always at the highest maximum.
        assert ours[0] == pytest.approx(best.x[0] * 1e-3, abs=1e-3 / N)
        assert log_l == pytest.approx(-best.fun, abs=0.1 if law is sample_laws.censored else 3)


def test_the_climb_finds_back_from_half_a_bin_away():
    X, _ = signals("tone", "far")
    start = sine_parameters(X)
    away = start.copy()
    away[:, 0] += 0.4 / N
    theta, likelihood = climb(X, away, "tone", sample_laws.gaussian)
    _, best = climb(X, start, "tone", sample_laws.gaussian)
    np.testing.assert_allclose(theta[:, 0], start[:, 0], atol=2e-3 / N)
    np.testing.assert_allclose(likelihood, best, atol=1e-2)
    np.testing.assert_array_equal(away[:, 0], start[:, 0] + 0.4 / N)  # the start is nobody's to change


def test_a_record_without_noise_is_fitted_to_rounding():
    p, _ = drawn("exact")
    X = tone(N, *p)
    theta, _ = ModelFit().climb(X)
    np.testing.assert_allclose(theta[:, 0], p[0], atol=1e-12)
    residual = X - MODELS["tone"](theta, N)[0]
    assert np.all(residual.std(axis=1) < 1e-10 * X.std(axis=1))


def test_more_records_than_a_block_are_fitted_alike():
    X, _ = signals("tone", "many", 300)
    found = ModelFit().predict(X)
    np.testing.assert_allclose(found[250:], ModelFit().predict(X[250:]), rtol=1e-9)
    np.testing.assert_allclose(found, SineFit().predict(X), atol=1e-7)


def test_outputs_are_those_of_the_first_sample():
    X, _ = signals("tone", "outputs")
    outputs = ("frequency", "phase", "amplitude", "offset")
    ours = ModelFit(sample_rate=50.0, outputs=outputs).predict(X)
    plain = SineFit(sample_rate=50.0, outputs=outputs).predict(X)
    np.testing.assert_allclose(ours, plain, rtol=1e-4, atol=1e-4)
    assert ModelFit.side_information == {SideInformation.KIND_OF_MISMATCH}
    assert ModelFit.frequency_range is None


@pytest.mark.parametrize("n", [15, 16])
def test_sixteen_samples_are_the_fewest(n):
    X = signals("tone")[0][:, :n]
    if n < 16:
        with pytest.raises(ValueError, match="minimum of 16 is required"):
            ModelFit().predict(X)
    else:
        assert np.isfinite(ModelFit().predict(X)).all()


# --- starts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sweep", [-6.0, -1.0, 0.0, 2.0, 8.0])
def test_a_chirp_starts_at_the_nearest_sweep(sweep):
    p, noise = drawn("chirp start")
    X = chirp(N, *p, np.full(6, sweep)) + 0.1 * noise
    start = ChirpFit()._start(X)
    np.testing.assert_array_equal(start[:, 4], sweep)
    np.testing.assert_allclose(start[:, 0] * N, p[0] * N, atol=0.3)  # half of the grid of half a bin
    np.testing.assert_allclose(start[:, 3], X.mean(axis=1))
    # At most a quarter of a bin off, a tenth of the amplitude is lost, and the phase is right to a quarter.
    np.testing.assert_allclose(np.hypot(start[:, 1], start[:, 2]), p[2], rtol=0.2)
    np.testing.assert_allclose(
        np.angle(np.exp(1j * (np.arctan2(-start[:, 2], start[:, 1]) - p[1]))), 0, atol=0.3
    )


def test_sweeps_from_minus_8_to_8_are_tried():
    np.testing.assert_array_equal(ChirpFit.SWEEPS, np.arange(-8, 9))


def test_gaps_start_at_the_fit_of_the_record_with_its_mean_in_them():
    p, noise = drawn("gaps", 200)
    X = tone(N, *p) + noise
    gapped = np.where(stream(0, "gaps").random(X.shape) < 0.3, np.nan, X)
    start = GapFit()._start(gapped)
    np.testing.assert_allclose(start[:, 0], p[0], atol=0.2 / N)
    ratio = np.hypot(start[:, 1], start[:, 2]) / p[2]
    assert np.median(ratio) == pytest.approx(1, abs=0.03)  # less by 0.3 without the correction
    np.testing.assert_allclose(start[:, 3], np.nanmean(gapped, axis=1))
    np.testing.assert_allclose(GapFit()._start(X)[:, :3], sine_parameters(X)[:, :3], rtol=1e-2, atol=2e-2)


def test_others_start_at_the_sine_fit_with_nothing_beside_it():
    X, _ = signals("tone", "starts")
    plain = sine_parameters(X)
    np.testing.assert_array_equal(HarmonicFit()._start(X), np.c_[plain, np.zeros((6, 4))])
    np.testing.assert_array_equal(DecayFit()._start(X), np.c_[plain, np.ones(6)])
    np.testing.assert_array_equal(ModelFit()._start(X), plain)
    assert (RobustFit.law, CensoredFit.law) == (sample_laws.student_t, sample_laws.censored)
    assert (RobustFit.model, CensoredFit.model, GapFit.model) == ("tone",) * 3


def test_two_tones_start_near_both():
    X, f = signals("two tones", "starts")
    start = TwoToneFit()._start(X)
    assert start.shape == (6, 7)
    np.testing.assert_allclose(start[:, 0], f, atol=0.05 / N)
    np.testing.assert_allclose(start[:, 4], f + 5 / N, atol=0.1 / N)
    ratio = np.hypot(*start[:, 5:7].T) / np.hypot(*start[:, 1:3].T)
    np.testing.assert_allclose(ratio, 0.4, atol=0.05)
