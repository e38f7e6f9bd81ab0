"""The phase average of the Cramér-Rao bound and the Ziv-Zakai bound: quadrature, simulation, both ends."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from dspvnn.limits import (
    tone_bound,
    tone_bound_asymptotic,
    tone_bound_phase_average,
    tone_pair_error,
    tone_posterior,
    tone_ziv_zakai_bound,
)
from dspvnn.signals import tone
from dspvnn.signals.noise import noise_std
from dspvnn.signals.randomness import stream
from dspvnn.tasks.tone.task import Tone, ToneCondition


@pytest.mark.parametrize("cycles", [0.5, 1, 2, 3, 20])
def test_phase_average_is_the_integral(cycles):
    def frequency_bound(phase):
        return float(tone_bound(64, cycles / 64, phase, 1.5, 0.3)["frequency"][0])

    integral = quad(frequency_bound, 0, np.pi, epsabs=0, epsrel=1e-11, limit=500)[0] / np.pi
    average = tone_bound_phase_average(64, cycles / 64, 1.5, 0.3)
    assert average["frequency"] == pytest.approx(integral, rel=1e-9)


def test_phase_matters_below_three_cycles_only():
    phases = np.linspace(0, np.pi, 64)
    for cycles, spread in [(1, 5.0), (2, 1.25), (20, 1.01)]:
        bound = tone_bound(64, cycles / 64, phases, 1, 1)["frequency"]
        if cycles < 3:
            assert bound.max() / bound.min() > spread
        else:
            assert bound.max() / bound.min() < spread


@pytest.mark.parametrize(("bins", "snr_db"), [(0.2, -6), (0.7, -9), (1.0, -12), (1.4, -9), (3.3, -12)])
def test_pair_error_is_that_of_the_larger_of_two_periodograms(bins, snr_db):
    n, n_signals, first, apart = 128, 40_000, 0.2, bins / 128
    rng = stream(4, "pair", str(bins))
    which = rng.random(n_signals) < 0.5
    phase, one = rng.uniform(-np.pi, np.pi, n_signals), np.ones(n_signals)
    x = tone(n, first + apart * which, phase, one, 0 * one)
    x += noise_std(1.0, snr_db) * rng.standard_normal(x.shape)
    power = np.abs(x @ np.exp(-2j * np.pi * np.arange(n)[:, None] * (first + apart * np.arange(2)))) ** 2
    wrong = np.mean((power[:, 1] > power[:, 0]) != which)
    expected = tone_pair_error(n, apart, snr_db)
    # Four standard errors, and 1 / 128 of the error for the image that the formula leaves out.
    assert abs(wrong - expected) < 4 * np.sqrt(expected / n_signals) + 0.02 * expected


def test_pair_error_limit_cases():
    assert tone_pair_error(128, 0.0, 10) == pytest.approx(0.5)
    for snr_db in (-12, -3):  # orthogonal: exp(-E / (2 N0)) / 2
        expected = np.exp(-(10 ** (snr_db / 10)) * 128 / 4) / 2
        assert tone_pair_error(128, 1 / 128, snr_db) == pytest.approx(expected, rel=1e-6)
    # Close together at a high SNR: a shift of h in Gaussian errors of the bound's variance.
    std = np.sqrt(tone_bound_asymptotic(128, 50))
    h = std * np.array([0.5, 2, 5])
    np.testing.assert_allclose(tone_pair_error(128, h, 50), norm.sf(h / 2 / std), rtol=1e-3)


def test_ziv_zakai_bound_tends_to_both_ends():
    assert tone_ziv_zakai_bound(128, -60) == pytest.approx(0.2**2 / 12, rel=1e-3)
    for snr_db in (20, 40, 60):
        assert tone_ziv_zakai_bound(128, snr_db) == pytest.approx(
            tone_bound_asymptotic(128, snr_db), rel=1e-3
        )


@pytest.mark.parametrize("snr_db", [-10, -7, -5, -3, 0])
def test_posterior_mean_lies_above_the_ziv_zakai_bound(snr_db):
    condition = ToneCondition("", snr_range_db=(snr_db, snr_db))
    trials = Tone().draw(stream(0, "ziv-zakai"), 1000, condition)
    # The posterior variance is the squared error, in expectation, with less spread.
    mse = np.mean(tone_posterior(trials.signals, snr_db).std ** 2)
    bound = tone_ziv_zakai_bound(128, snr_db)
    assert mse > bound * 0.99
    assert mse < 20 * bound  # it is not empty: at worst, about -7 dB, loose by 4 in rms


def test_ziv_zakai_bound_falls_with_the_snr():
    bounds = [tone_ziv_zakai_bound(64, snr_db) for snr_db in range(-20, 40, 5)]
    assert np.all(np.diff(bounds) < 0)


def test_ziv_zakai_bound_refuses_an_empty_range():
    with pytest.raises(
        ValueError, match=r"^frequency_range must satisfy 0 <= low < high <= 0.5, got 0.2, 0.2$"
    ):
        tone_ziv_zakai_bound(64, 0, (0.2, 0.2))
