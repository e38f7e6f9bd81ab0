"""The best EWMA of a wandering level: the filter settles into it, no other alpha is better, simulation."""

import numpy as np
import pytest
from scipy.linalg import solve_discrete_are
from scipy.optimize import minimize_scalar

from dspvnn.limits import ewma_level_variance, ewma_optimal_alpha, kalman_level
from dspvnn.signals import ewma
from dspvnn.signals.randomness import stream

RATIOS = [1e-3, 0.05, 0.3, 1.0, 20.0]


@pytest.mark.parametrize("ratio", RATIOS)
def test_alpha_is_the_gain_of_the_riccati_equation(ratio):
    noise_std = 0.7
    predicted = solve_discrete_are(np.eye(1), np.eye(1), [[(ratio * noise_std) ** 2]], [[noise_std**2]])[
        0, 0
    ]
    alpha = ewma_optimal_alpha(ratio * noise_std, noise_std)
    assert alpha == pytest.approx(predicted / (predicted + noise_std**2), rel=1e-8)
    assert ewma_level_variance(alpha, ratio * noise_std, noise_std) == pytest.approx(alpha * noise_std**2)


@pytest.mark.parametrize("ratio", RATIOS)
def test_no_other_alpha_is_better(ratio):
    best = minimize_scalar(
        lambda a: ewma_level_variance(a, ratio, 1),
        bounds=(1e-6, 1),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert ewma_optimal_alpha(ratio, 1) == pytest.approx(best.x, rel=1e-4)


@pytest.mark.parametrize("ratio", [0.05, 0.3, 2.0])
def test_kalman_filter_settles_into_the_ewma(ratio, rng):
    x = rng.standard_normal((3, 600))
    level, variance = kalman_level(x, ratio, 1.0, start_std=1.0)
    alpha = ewma_optimal_alpha(ratio, 1.0)
    np.testing.assert_allclose(ewma(x, alpha, np.zeros(3))[:, -1], level[:, -1], atol=1e-9)
    assert variance[-1] == pytest.approx(alpha, rel=1e-9)


def wandering(step_std, noise_std, start_std, n_signals, n_samples):
    rng = stream(6, "wandering")
    steps = step_std * rng.standard_normal((n_signals, n_samples))
    level = start_std * rng.standard_normal((n_signals, 1)) + np.cumsum(steps, axis=1)
    return level, level + noise_std * rng.standard_normal(level.shape)


def test_errors_are_as_large_as_theory_says():
    level, x = wandering(0.3, 0.7, 2.0, 20_000, 60)
    found, variance = kalman_level(x, 0.3, 0.7, start_std=2.0)
    # A variance from 20,000 independent records: four standard errors are 4 %.
    np.testing.assert_allclose(np.mean((found - level) ** 2, axis=0), variance, rtol=0.04)
    best = ewma_optimal_alpha(0.3, 0.7)
    for alpha in (best / 3, best, 2 * best):
        settled = (ewma(x, alpha, x[:, 0]) - level)[:, -1]
        if alpha >= best:  # a third of it has not settled after 60 samples
            assert np.mean(settled**2) == pytest.approx(ewma_level_variance(alpha, 0.3, 0.7), rel=0.04)
        assert np.mean(settled**2) > 0.96 * variance[-1]


def test_kalman_filter_is_the_regression_on_all_samples():
    # Brute force: the Gaussian conditional mean and variance of the last level, from the covariances.
    _, x = wandering(0.5, 1.2, 1.5, 4, 12)
    time = np.arange(12)
    of_level = 1.5**2 + 0.5**2 * (np.minimum.outer(time, time) + 1)
    weights = np.linalg.solve(of_level + 1.2**2 * np.eye(12), of_level[:, -1])
    found, variance = kalman_level(x, 0.5, 1.2, start_std=1.5)
    np.testing.assert_allclose(found[:, -1], x @ weights, rtol=1e-10)
    assert variance[-1] == pytest.approx(of_level[-1, -1] - weights @ of_level[:, -1], rel=1e-10)


def test_with_nothing_known_the_first_sample_is_the_level():
    found, variance = kalman_level(np.array([[3.0, 4.0]]), 1.0, 2.0)
    assert found[0, 0] == 3.0
    assert variance[0] == 4.0
    assert found[0, 1] == pytest.approx(3 + 5 / 9)  # gain (4 + 1) / (4 + 1 + 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ewma_optimal_alpha(0, 1), "step_std must be positive and finite, got 0"),
        (lambda: kalman_level(np.ones((1, 2)), 1, -1), "noise_std must be positive and finite, got -1"),
        (lambda: ewma_level_variance(0, 1, 1), r"alpha must lie in \(0, 1\], got 0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        call()
