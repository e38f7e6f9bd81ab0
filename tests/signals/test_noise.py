"""Noise that is not white Gaussian, and what sensors do: moments, distributions, NumPy against torch."""

import numpy as np
import pytest
import torch
from scipy import stats

from dspvnn.signals import noise
from dspvnn.signals.randomness import stream

N_SIGNALS, N_SAMPLES = 400, 500


def drawn(kind, severity, std=2.0):
    rng = stream(0, "noise", kind.__name__, str(severity))
    return kind(rng, np.full(N_SIGNALS, std), np.full(N_SIGNALS, severity), N_SAMPLES)


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        (noise.student_t, 0.0),
        (noise.student_t, 0.2),
        (noise.impulsive, 0.05),
        (noise.impulsive, 0.15),
        (noise.autoregressive, 0.5),
    ],
)
def test_standard_deviation_is_the_one_asked_for(kind, severity):
    # 400 records: the mean square of each is one draw, their mean lies within 5 of its own deviations.
    squares = np.mean(drawn(kind, severity) ** 2, axis=1)
    assert abs(squares.mean() - 4) < 5 * squares.std() / np.sqrt(N_SIGNALS)


@pytest.mark.parametrize(("kind", "severity"), [(noise.student_t, 0.0), (noise.impulsive, 0.0)])
def test_no_severity_is_gaussian(kind, severity):
    assert stats.kstest(drawn(kind, severity).ravel() / 2, "norm").pvalue > 0.01


@pytest.mark.parametrize("tail", [0.1, 0.2, 0.4])
def test_student_t_has_its_degrees_of_freedom(tail):
    degrees = 1 / tail
    scale = 2 * np.sqrt(1 - 2 * tail)
    assert stats.kstest(drawn(noise.student_t, tail).ravel() / scale, "t", (degrees,)).pvalue > 0.01


def test_impulses_are_a_mixture_of_two_gaussians():
    share = 0.05
    background = 2 / np.sqrt(1 + share * (noise.IMPULSE_RATIO**2 - 1))

    def cdf(x):
        wide = noise.IMPULSE_RATIO * background
        return (1 - share) * stats.norm.cdf(x, scale=background) + share * stats.norm.cdf(x, scale=wide)

    assert stats.kstest(drawn(noise.impulsive, share).ravel(), cdf).pvalue > 0.01


def test_autoregressive_noise_is_stationary_with_its_correlation():
    x = drawn(noise.autoregressive, 0.9)
    for lag in (1, 5):
        products = (x[:, :-lag] * x[:, lag:]).mean(axis=1)
        assert abs(products.mean() - 4 * 0.9**lag) < 5 * products.std() / np.sqrt(N_SIGNALS)
    first, last = x[:, 0].std(), x[:, -1].std()  # each within 5 deviations of a deviation of 400 draws
    assert first == pytest.approx(2, rel=5 / np.sqrt(2 * N_SIGNALS))
    assert last == pytest.approx(2, rel=5 / np.sqrt(2 * N_SIGNALS))


def test_clip_and_drop():
    x = np.array([[-3.0, 0.5, 3.0]])
    np.testing.assert_array_equal(noise.clip(x, np.array([-1.0]), np.array([2.0])), [[-1, 0.5, 2]])
    gapped = noise.drop(stream(0, "gaps"), np.zeros((100, 1000)), np.full(100, 0.3))
    share = np.isnan(gapped).mean()
    assert abs(share - 0.3) < 5 * np.sqrt(0.3 * 0.7 / gapped.size)
    assert not np.isnan(noise.drop(stream(0, "gaps"), np.zeros((2, 5)), np.zeros(2))).any()


class Numbers:
    """Draws that are the same for both kinds of array."""

    def __init__(self, as_array):
        self.rng, self.as_array = stream(0, "both"), as_array

    def random(self, size):
        return self.as_array(self.rng.random(size))

    def standard_normal(self, size):
        return self.as_array(self.rng.standard_normal(size))


@pytest.mark.parametrize("kind", [noise.student_t, noise.impulsive, noise.autoregressive])
def test_numpy_and_torch_agree(kind):
    std, severity = np.array([1.0, 2.0]), np.array([0.1, 0.3])
    ours = kind(Numbers(np.asarray), std, severity, 50)
    theirs = kind(Numbers(torch.as_tensor), torch.as_tensor(std), torch.as_tensor(severity), 50)
    np.testing.assert_allclose(theirs.numpy(), ours, atol=1e-12)
