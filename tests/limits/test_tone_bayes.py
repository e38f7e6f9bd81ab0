"""The posterior mean of a tone's frequency against integrals by brute force, the bound, and theory."""

import numpy as np
import pytest
from scipy.stats import norm

from baselines import SineFit
from dspvnn.limits import TonePrior, tone_bound, tone_posterior
from dspvnn.signals.randomness import stream
from dspvnn.tasks.tone.task import Tone, ToneCondition


def trials(snr_db, n_signals, n_samples=128, frequency_range=(0.05, 0.25)):
    condition = ToneCondition(
        "", n_samples=n_samples, frequency_range=frequency_range, snr_range_db=(snr_db, snr_db)
    )
    return Tone().draw(stream(3, "posterior", str(snr_db)), n_signals, condition)


def brute_force(x, snr_db, frequency_range, sizes):
    """Bayes' rule on a grid of frequency, phase and log A; the offset, on [-1, 1], by erf."""
    n_f, n_phases, n_amplitudes = sizes
    low, high = frequency_range
    f = low + (high - low) * (np.arange(n_f) + 0.5) / n_f
    phase = 2 * np.pi * np.arange(n_phases) / n_phases
    n = np.arange(len(x))
    waves = np.cos(2 * np.pi * f[:, None, None] * n + phase[:, None])
    by_x, power, mean = waves @ x, np.sum(waves**2, axis=2), waves.mean(axis=2)
    terms = []
    for amplitude in 2.0 ** (-1 + 2 * (np.arange(n_amplitudes) + 0.5) / n_amplitudes):
        std = amplitude / np.sqrt(2 * 10 ** (snr_db / 10))
        level = x.mean() - amplitude * mean
        residual = x @ x - 2 * amplitude * by_x + amplitude**2 * power - len(x) * level**2
        width = std / np.sqrt(len(x))
        inside = norm.cdf((1 - level) / width) - norm.cdf((-1 - level) / width)
        terms.append(-residual / (2 * std**2) + np.log(width * inside) - len(x) * np.log(std))
    terms = np.array(terms)
    posterior = np.exp(terms - terms.max()).sum(axis=(0, 2))
    posterior /= posterior.sum()
    mean = posterior @ f
    return mean, np.sqrt(posterior @ (f - mean) ** 2)


@pytest.mark.parametrize(
    ("snr_db", "n_samples", "frequency_range", "sizes"),
    [  # grids finer than the posterior: trapezoids then converge exponentially
        (-10, 128, (0.05, 0.25), (300, 48, 40)),
        (-5, 128, (0.05, 0.25), (400, 72, 40)),
        (-3, 128, (0.05, 0.10), (150, 96, 40)),  # the most awkward frequencies: few cycles
        (0, 128, (0.05, 0.10), (200, 128, 50)),  # the local rule from here on
        (10, 128, (0.10, 0.11), (140, 320, 100)),
        (5, 32, (0.05, 0.25), (300, 96, 50)),  # 1.6 cycles at the low end
    ],
)
def test_posterior_is_the_integral_by_brute_force(snr_db, n_samples, frequency_range, sizes):
    x = trials(snr_db, 3 if snr_db == 10 else 12, n_samples, frequency_range).signals
    found = tone_posterior(x, snr_db, TonePrior(frequency_range))
    mean, std = np.array([brute_force(row, snr_db, frequency_range, sizes) for row in x]).T
    error = (found.mean - mean) / std
    # The offset: flat in one, on [-1, 1] in the other; one signal in ten has it near an end.
    assert np.abs(error).max() < 0.06
    assert np.median(np.abs(error)) < 0.001
    assert np.sqrt(np.mean(error**2)) < 0.02
    np.testing.assert_allclose(found.std, std, rtol=0.02)


@pytest.mark.parametrize("snr_db", [-10, -5, -2, 0, 20, 60])
def test_quadrature_has_converged(snr_db):
    x = trials(snr_db, 100).signals
    coarse, fine = (
        tone_posterior(x, snr_db),
        tone_posterior(x, snr_db, TonePrior(nodes_per_width=2.5, n_amplitudes=24)),
    )
    assert np.max(np.abs(coarse.mean - fine.mean) / fine.std) < 0.01
    np.testing.assert_allclose(coarse.std, fine.std, rtol=0.01)


@pytest.mark.parametrize("snr_db", [10, 20, 40, 60])
def test_posterior_mean_reaches_the_cramer_rao_bound(snr_db):
    drawn = trials(snr_db, 1000)
    p = drawn.parameters
    bound = tone_bound(128, p["frequency"], p["phase"], p["amplitude"], p["noise_std"])["frequency"]
    posterior = tone_posterior(drawn.signals, snr_db)
    # E (mean - f)^2 is E var(f | x): the posterior variance measures it with far fewer signals.
    assert np.sqrt(np.mean(posterior.std**2) / np.mean(bound)) == pytest.approx(1, abs=0.005)
    # The errors themselves: 4 standard errors of the rms of 1000.
    measured = np.sqrt(np.mean((posterior.mean - drawn.target) ** 2) / np.mean(bound))
    assert measured == pytest.approx(1, abs=4 / np.sqrt(2000))


@pytest.mark.parametrize(("snr_db", "at_most"), [(-9, 0.9), (-5, 1.0), (0, 1.002), (30, 1.0005)])
def test_posterior_mean_beats_maximum_likelihood(snr_db, at_most):
    drawn = trials(snr_db, 2000)
    likeliest = SineFit(frequency_range=(0.05, 0.25)).predict(drawn.signals) - drawn.target
    mean = tone_posterior(drawn.signals, snr_db).mean - drawn.target
    assert np.sqrt(np.mean(mean**2) / np.mean(likeliest**2)) < at_most


@pytest.mark.parametrize("snr_db", [-10, -5, 0, 30])
def test_posterior_std_is_calibrated(snr_db):
    drawn = trials(snr_db, 2000)
    posterior = tone_posterior(drawn.signals, snr_db)
    # E (f - mean)^2 = E std^2; below the threshold the errors have heavy tails, and so the sum.
    squares = (posterior.mean - drawn.target) ** 2 - posterior.std**2
    assert abs(squares.mean()) < 4 * squares.std() / np.sqrt(len(squares))


def test_without_a_tone_the_posterior_is_the_prior(rng):
    posterior = tone_posterior(rng.standard_normal((50, 128)), -40)
    np.testing.assert_allclose(posterior.mean, 0.15, atol=0.004)
    np.testing.assert_allclose(posterior.std, 0.2 / np.sqrt(12), rtol=0.02)


def test_posterior_does_not_leave_the_range():
    x = trials(20, 50, frequency_range=(0.01, 0.4)).signals  # tones that the prior excludes
    posterior = tone_posterior(x, 20)
    assert np.all((posterior.mean > 0.05) & (posterior.mean < 0.25))
    assert np.all(np.isfinite(posterior.std))


def test_posterior_scales_to_no_block():
    x = trials(0, 600).signals
    np.testing.assert_allclose(
        tone_posterior(x, 0).mean[550], tone_posterior(x[550:551], 0).mean[0], rtol=1e-12
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tone_posterior(np.zeros((1, 8)), 0), "tone_posterior needs at least 16 samples, got 8"),
        (lambda: tone_posterior(np.zeros((1, 64)), np.nan), "snr_db must be a finite number, got nan"),
        (
            lambda: TonePrior((0.3, 0.2)),
            "frequency_range must satisfy 0 < low < high < 0.5, got 0.3, 0.2",
        ),
        (
            lambda: TonePrior(amplitude_range=(0, 1)),
            "amplitude_range must satisfy 0 < low < high, got 0, 1",
        ),
    ],
)
def test_posterior_refuses(call, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        call()
    assert str(error.value) == message
