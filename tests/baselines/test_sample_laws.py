"""The laws that models are fitted under: scipy's densities, their slopes and curvatures, and integrals."""

import numpy as np
import pytest
from scipy import integrate, stats

from baselines.sample_laws import DEGREES, at_rails, censored, gaussian, student_t

N = 40


@pytest.fixture
def records(rng):
    """Three records, their means, and a scale for each that is not the right one."""
    mean = np.cos(np.arange(N) * 0.7 + np.arange(3)[:, None])
    return mean + rng.standard_t(3, (3, N)) * 0.3, mean, np.array([0.2, 0.5, 1.1])


def slope(law, X, mean, scale, h=1e-6):
    """The derivative of each record's log-likelihood to the mean of every sample, by differences."""
    found = np.empty_like(X)
    for i in range(X.shape[1]):
        step = np.zeros_like(mean)
        step[:, i] = h
        above, below = law(X, mean + step, scale), law(X, mean - step, scale)
        found[:, i] = (above.log_likelihood - below.log_likelihood) / (2 * h)
    return found


# --- Gaussian -------------------------------------------------------------------------------------


def test_gaussian_is_scipys_normal_law(records):
    X, mean, scale = records
    X = X.copy()
    X[0, 3:9], X[2, 0] = np.nan, np.nan
    found = gaussian(X, mean, scale)
    there = ~np.isnan(X)
    density = np.where(there, stats.norm.logpdf(X, mean, scale[:, None]), 0)
    np.testing.assert_allclose(found.log_likelihood, density.sum(axis=1))
    np.testing.assert_allclose(found.score, slope(gaussian, X, mean, scale), atol=1e-6)
    np.testing.assert_array_equal(found.score[~there], 0)
    np.testing.assert_allclose(found.information, there / scale[:, None] ** 2)
    residual = [np.sqrt(np.mean((x - m)[t] ** 2)) for x, m, t in zip(X, mean, there, strict=True)]
    np.testing.assert_allclose(found.next_scale, residual)


# --- Student t ------------------------------------------------------------------------------------


def t_by_hand(X, mean, scale):
    """Log-likelihood of every record under each of the degrees of freedom."""
    return np.array([stats.t.logpdf(X, nu, mean, scale[:, None]).sum(axis=1) for nu in (1, 2, 4, 10, 100)])


def test_student_t_is_scipys_at_the_likeliest_degrees_of_freedom(records):
    X, mean, scale = records
    np.testing.assert_array_equal(DEGREES, [1, 2, 4, 10, 100])
    found, every = student_t(X, mean, scale), t_by_hand(X, mean, scale)
    np.testing.assert_allclose(found.log_likelihood, every.max(axis=0))
    chosen = DEGREES[every.argmax(axis=0)]
    assert len(set(chosen)) > 1  # the three scales make another law the likeliest
    np.testing.assert_allclose(found.score, slope(student_t, X, mean, scale), rtol=1e-5, atol=1e-6)
    # Lange, Little & Taylor: information (nu + 1) / (nu + 3) / s^2, weights (nu + 1) / (nu + z^2).
    expected = (chosen + 1) / (chosen + 3) / scale**2
    np.testing.assert_allclose(found.information, np.broadcast_to(expected[:, None], X.shape))
    square = ((X - mean) / scale[:, None]) ** 2
    weight = (chosen[:, None] + 1) / (chosen[:, None] + square)
    np.testing.assert_allclose(found.next_scale, scale * np.sqrt(np.mean(weight * square, axis=1)))


@pytest.mark.parametrize("nu", [1, 4, 100])
def test_the_right_degrees_of_freedom_are_found(nu, rng):
    X = 0.3 * rng.standard_t(nu, (2, 4000))
    found = student_t(X, np.zeros_like(X), np.full(2, 0.3))
    np.testing.assert_allclose(found.log_likelihood, stats.t.logpdf(X, nu, scale=0.3).sum(axis=1))


# --- censored -------------------------------------------------------------------------------------


@pytest.fixture
def clipped(records):
    X, mean, scale = records
    return np.clip(X, [[-0.6], [-0.9], [-1.0]], [[0.7], [0.5], [1.0]]), mean, scale


def test_a_rail_is_an_extreme_that_is_taken_more_than_once():
    X = np.array([[1.0, 2, 2, 0, 0, 1], [3, 2, 1, 0, 0, 2], [0, 1, 2, 3, 4, 5], [5, 5, 1, 2, 3, 4]])
    high, low = at_rails(X)
    np.testing.assert_array_equal(
        high.astype(int), [[0, 1, 1, 0, 0, 0], [0] * 6, [0] * 6, [1, 1, 0, 0, 0, 0]]
    )
    np.testing.assert_array_equal(
        low.astype(int), [[0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 1, 0], [0] * 6, [0] * 6]
    )


def test_a_censored_sample_says_that_it_lay_beyond_its_rail(clipped):
    X, mean, scale = clipped
    found = censored(X, mean, scale)
    high, low = at_rails(X)
    assert high.any(axis=1).all()
    assert low.any(axis=1).all()
    z = (X - mean) / scale[:, None]
    # The constant ln(2 pi) / 2 of the free samples is left out, which no comparison notices.
    free = stats.norm.logpdf(X, mean, scale[:, None]) + np.log(2 * np.pi) / 2
    density = np.where(high, stats.norm.logsf(z), np.where(low, stats.norm.logcdf(z), free))
    np.testing.assert_allclose(found.log_likelihood, density.sum(axis=1))
    np.testing.assert_allclose(found.score, slope(censored, X, mean, scale), rtol=1e-5, atol=1e-6)


def test_the_information_of_a_censored_sample_is_its_curvature(clipped):
    X, mean, scale = clipped
    found, h = censored(X, mean, scale), 1e-5
    above, below = censored(X, mean + h, scale).score, censored(X, mean - h, scale).score
    np.testing.assert_allclose(found.information, -(above - below) / (2 * h), rtol=1e-4, atol=1e-4)


def test_the_next_scale_of_censored_samples_is_their_expected_square(clipped):
    """Expectation-maximisation: a sample beyond a rail counts by E z^2 given that it lies beyond."""
    X, mean, scale = clipped
    high, low = at_rails(X)
    z = (X - mean) / scale[:, None]
    expected = z**2
    for i, j in zip(*np.nonzero(high | low), strict=True):
        u = np.linspace(z[i, j], z[i, j] + 12 if high[i, j] else z[i, j] - 12, 4001)
        density = stats.norm.pdf(u)
        expected[i, j] = integrate.simpson(u**2 * density, u) / integrate.simpson(density, u)
    by_hand = scale * np.sqrt(expected.mean(axis=1))
    np.testing.assert_allclose(censored(X, mean, scale).next_scale, by_hand, rtol=1e-6)


def test_a_rail_far_from_its_mean_leaves_a_little_information():
    """On a rail a hundred deviations above the mean there is none left: 1e-6 keeps the step finite."""
    X = np.array([[0.0, 0.1, 1.0, 1.0]])
    deep = censored(X, np.array([[0.0, 0.0, 200.0, 200.0]]), np.array([1.0]))
    np.testing.assert_allclose(deep.information, [[1, 1, 1e-6, 1e-6]])
    np.testing.assert_allclose(deep.score, [[0, 0.1, 0, 0]], atol=1e-9)
    assert np.isfinite(deep.log_likelihood).all()
    beyond = censored(X, np.array([[0.0, 0.0, -40.0, -40.0]]), np.array([1.0]))
    np.testing.assert_allclose(beyond.score[0, 2:], 41, rtol=1e-3)  # the hazard far out is z + 1 / z
