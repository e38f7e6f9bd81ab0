"""Bounds under mismatch: against quadrature, brute-force covariance, and the white bound they hold."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from dspvnn.limits import mismatch, tone_bound
from dspvnn.signals.noise import IMPULSE_RATIO
from dspvnn.signals.randomness import stream
from dspvnn.signals.tone_models import MODELS, tone_parameters
from dspvnn.tasks import TASKS
from dspvnn.tasks.mismatch.task import mismatch_bound

TASK = TASKS["tone-mismatch"]
N = 128


def tones(n_signals=30):
    rng = stream(0, "mismatch bounds")
    return rng.uniform(0.06, 0.24, n_signals), rng.uniform(-3, 3, n_signals)


def jacobian():
    f, phase = tones()
    ones = np.ones(len(f))
    return MODELS["tone"](tone_parameters(N, f, phase, ones, ones), N)[1]


def test_white_noise_gives_the_bound_of_the_tone():
    f, phase = tones()
    ones = np.ones(len(f))
    expected = tone_bound(N, f, phase, ones, 0.1 * ones)["frequency"]
    information = np.full((len(f), N), 100.0)
    np.testing.assert_allclose(mismatch.frequency_bound(jacobian(), information), expected, rtol=1e-9)


@pytest.mark.parametrize("tail", [0.05, 0.2, 0.4])
def test_student_t_information_is_the_integral(tail):
    degrees, scale = 1 / tail, 0.7 * np.sqrt(1 - 2 * tail)
    density = stats.t(degrees, scale=scale)

    def integrand(x):
        slope = (density.logpdf(x + 1e-5) - density.logpdf(x - 1e-5)) / 2e-5
        return slope**2 * density.pdf(x)

    expected = integrate.quad(integrand, -np.inf, np.inf, limit=200)[0]
    # The slope is a difference: 1e-10 of truncation, 1e-11 of rounding, beside quad's 1e-8.
    assert mismatch.student_t_information(0.7, tail) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.15])
def test_impulsive_information_is_the_integral(share):
    background = 0.7 / np.sqrt(1 + share * (IMPULSE_RATIO**2 - 1))
    wide = IMPULSE_RATIO * background

    def integrand(x):
        parts = (1 - share) * stats.norm.pdf(x, scale=background), share * stats.norm.pdf(x, scale=wide)
        slope = x * (parts[0] / background**2 + parts[1] / wide**2)
        return slope**2 / sum(parts)

    ends = [0, 5 * background, 8 * wide if share else 8 * background]
    expected = 2 * sum(integrate.quad(integrand, *pair, limit=200)[0] for pair in pairwise(ends))
    assert mismatch.impulsive_information(0.7, share) == pytest.approx(expected, rel=1e-6)


def test_clipped_information_is_what_a_censored_sample_tells():
    """Against the definition: the variance of the score of a censored Gaussian sample."""
    mean, std, low, high = 0.4, 0.5, -0.8, 0.9
    a, b = (high - mean) / std, (low - mean) / std

    def free(x):
        return ((x - mean) / std**2) ** 2 * stats.norm.pdf(x, mean, std)

    above = (stats.norm.pdf(a) / std) ** 2 / stats.norm.sf(a)
    below = (stats.norm.pdf(b) / std) ** 2 / stats.norm.cdf(b)
    expected = integrate.quad(free, low, high)[0] + above + below
    ours = mismatch.clipped_information(np.array([[mean]]), *np.array([[std], [low], [high]]))
    assert ours[0, 0] == pytest.approx(expected, rel=1e-9)
    wide = mismatch.clipped_information(np.array([[mean]]), *np.array([[std], [-50.0], [50.0]]))
    assert wide[0, 0] == pytest.approx(1 / std**2)


def test_whitening_is_the_inverse_of_the_covariance():
    coefficient, J = 0.9, jacobian()
    covariance = coefficient ** np.abs(np.subtract.outer(np.arange(N), np.arange(N)))
    expected = J.mT @ np.linalg.solve(covariance, J)
    ours = mismatch.whitened(J, coefficient)
    np.testing.assert_allclose(ours.mT @ ours, expected, rtol=1e-8, atol=1e-8 * np.abs(expected).max())


TELLS_MORE = ("Student t noise", "impulses", "harmonics")  # than white noise of the same deviation
TELLS_LESS = ("interfering tone", "clipping", "missing samples", "decay")


@pytest.mark.parametrize("condition", TASK.conditions, ids=lambda c: c.name)
def test_every_cell_has_a_bound_on_its_side_of_the_white_one(condition):
    trials = TASK.draw(stream(0, "bound", condition.name), 200, condition)
    bound, p = mismatch_bound(condition, trials), trials.parameters
    white = tone_bound(N, p["frequency"], p["phase"], p["amplitude"], p["noise_std"])["frequency"]
    assert np.isfinite(bound).all()
    if condition.kind in TELLS_MORE:
        assert bound.mean() < white.mean()
    elif condition.kind in TELLS_LESS:
        assert bound.mean() > white.mean()
    elif condition.kind == "chirp":  # a sweep is even about the middle, a frequency odd: it costs nothing
        assert bound.mean() == pytest.approx(white.mean(), rel=0.01)
    elif condition.kind == "none":
        np.testing.assert_allclose(bound, white, rtol=1e-9)


def test_bad_input():
    with pytest.raises(ValueError, match="n_samples must be at least the 4 unknown parameters, got 3"):
        mismatch.frequency_bound(jacobian()[:, :3], np.ones((30, 3)))
    with pytest.raises(ValueError, match="Fisher matrix is singular"):
        mismatch.frequency_bound(np.zeros((2, 10, 4)), np.ones((2, 10)))
