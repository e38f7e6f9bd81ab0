"""Gauss-Newton steps towards the maximum of the likelihood."""

import numpy as np
import pytest

from baselines import SineFit
from baselines.refine import refine
from dspvnn.signals import tone
from dspvnn.signals.randomness import stream

N = 100


def _tones(n_signals, noise=0.0, low=0.03, high=0.47):
    rng = stream(4, "refine", noise)
    f = rng.uniform(low, high, n_signals)
    ones = np.ones(n_signals)
    clean = tone(N, f, rng.uniform(-3, 3, n_signals), 2 * ones, -5 * ones)
    return clean + noise * rng.standard_normal(clean.shape), f


@pytest.mark.parametrize("away", [-0.3, -0.1, 0.1, 0.3])  # cycles per record
def test_without_noise_it_converges_to_the_truth(away):
    X, f = _tones(200)
    errors = [np.abs(refine(X, f + away / N, steps) - f).max() * N for steps in (1, 2, 6)]
    assert errors[0] < 0.5 * abs(away)
    assert errors[1] < 0.1 * errors[0]
    assert errors[2] < 1e-11  # rounding


def test_it_ends_where_the_sine_fit_does():
    X, f = _tones(500, noise=0.7)
    np.testing.assert_allclose(refine(X, f, 12), SineFit().predict(X), atol=1e-10)


def test_offset_and_scale_change_nothing():
    X, f = _tones(20, noise=0.1)
    np.testing.assert_allclose(refine(1e3 * X + 1e3, f), refine(X, f), atol=1e-11)


def test_no_step_is_its_start_and_none_leaves_the_band():
    X = stream(4, "refine", "noise").standard_normal((300, N))
    f = np.linspace(0.0, 0.5, 300)
    inside = refine(X, f, 5)
    assert ((inside > 0) & (inside < 0.5)).all()
    np.testing.assert_array_equal(refine(X, f[100:101].repeat(300), 0), f[100])
