"""The models' Jacobians against differences, their means against the signal layer."""

import numpy as np
import pytest

from dspvnn import signals
from dspvnn.signals.randomness import stream
from dspvnn.signals.tone_models import MODELS, N_PARAMETERS, tone_parameters

N = 64


def parameters(name, n_signals=20):
    rng = stream(0, "models", name)
    theta = rng.normal(size=(n_signals, N_PARAMETERS[name]))
    theta[:, 0] = rng.uniform(0.05, 0.15, n_signals)
    if name == "two tones":
        theta[:, 4] = rng.uniform(0.2, 0.4, n_signals)
    return theta


@pytest.mark.parametrize("name", MODELS)
def test_jacobian_is_the_slope_of_the_mean(name):
    theta, step = parameters(name), 1e-6
    mean, jacobian = MODELS[name](theta, N)
    assert jacobian.shape == (*mean.shape, N_PARAMETERS[name])
    for k in range(N_PARAMETERS[name]):
        ahead, behind = theta.copy(), theta.copy()
        ahead[:, k] += step
        behind[:, k] -= step
        slope = (MODELS[name](ahead, N)[0] - MODELS[name](behind, N)[0]) / (2 * step)
        # Central differences: an error of step^2 times the third derivative, at most (2 pi m)^3 = 8e6.
        np.testing.assert_allclose(jacobian[:, :, k], slope, atol=1e-4)


def test_means_are_those_of_the_signal_layer():
    rng = stream(0, "means")
    f, phase, amplitude, offset = rng.uniform(0.05, 0.15, (4, 10))
    severity = rng.uniform(0.5, 3, 10)
    theta = tone_parameters(N, f, phase, amplitude, offset)
    np.testing.assert_allclose(
        MODELS["tone"](theta, N)[0], signals.tone(N, f, phase, amplitude, offset), atol=1e-12
    )
    np.testing.assert_allclose(
        MODELS["decay"](np.c_[theta, severity], N)[0],
        signals.decaying_tone(N, f, phase, amplitude, offset, severity),
        atol=1e-12,
    )
    middle = np.c_[f, amplitude * np.cos(phase), -amplitude * np.sin(phase), offset, severity]
    np.testing.assert_allclose(
        MODELS["chirp"](middle, N)[0], signals.chirp(N, f, phase, amplitude, offset, severity), atol=1e-12
    )
    phases, amplitudes = rng.uniform(-3, 3, (10, 3)), rng.uniform(0.5, 1, (10, 3))
    parts = [tone_parameters(N, k * f, phases[:, k - 1], amplitudes[:, k - 1], offset) for k in (1, 2, 3)]
    columns = np.c_[parts[0], parts[1][:, 1:3], parts[2][:, 1:3]]
    np.testing.assert_allclose(
        MODELS["harmonics"](columns, N)[0],
        signals.harmonic_tone(N, f, phases, amplitudes, offset),
        atol=1e-12,
    )


def test_a_harmonic_above_half_the_rate_is_left_out():
    f, ones = np.array([0.3]), np.ones((1, 3))
    only = signals.tone(N, f, np.ones(1), np.ones(1), np.zeros(1))
    np.testing.assert_allclose(signals.harmonic_tone(N, f, ones, ones, np.zeros(1)), only)
