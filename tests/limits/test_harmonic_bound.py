"""The bound of a harmonic series: against the tone's, its asymptote, and a numerical Fisher matrix."""

import numpy as np
import pytest

from dspvnn.limits import harmonic_bound, tone_bound


def test_of_one_harmonic_is_the_tones():
    f, a, phase, std = (
        np.array([0.03, 0.21]),
        np.array([1.0, 0.3]),
        np.array([0.4, -2.0]),
        np.array([0.1, 0.5]),
    )
    expected = tone_bound(64, f, phase, a, std)["frequency"]
    assert harmonic_bound(64, f, a[:, None], phase[:, None], std) == pytest.approx(expected, rel=1e-9)


def test_of_a_long_record_is_the_asymptotic_one():
    n, a = 20_000, np.array([[0.1, 1.0, 0.5]])
    asymptotic = 24 * 0.2**2 / ((2 * np.pi) ** 2 * n**3 * np.sum(np.arange(1, 4) ** 2 * a**2))
    found = harmonic_bound(n, np.array([0.0123]), a, np.array([[0.0, 1.0, 2.0]]), np.array([0.2]))
    assert found == pytest.approx(asymptotic, rel=1e-3)  # the next term of the series is 1 / (f N)


def test_is_the_inverse_of_the_whole_fisher_matrix():
    n, f, a, phase = 80, 0.041, np.array([0.5, 1.0, 0.2]), np.array([0.3, 1.1, -2.0])
    time, k = np.arange(n), np.arange(1, 4)

    def record(theta):
        return theta[-1] + np.cos(2 * np.pi * theta[0] * time[:, None] * k + theta[4:7]) @ theta[1:4]

    theta, steps = np.concatenate([[f], a, phase, [0.7]]), np.full(8, 1e-6)
    columns = [(record(theta + e) - record(theta - e)) / (2 * 1e-6) for e in np.diag(steps)]
    fisher = np.array(columns) @ np.array(columns).T / 0.3**2
    expected = np.linalg.inv(fisher)[0, 0]
    found = harmonic_bound(n, np.array([f]), a[None], phase[None], np.array([0.3]))
    assert found == pytest.approx(expected, rel=1e-5)  # of the numerical derivative


@pytest.mark.parametrize(
    ("n", "f", "message"), [(7, 0.05, "at least the 8 unknown"), (64, 0.2, "3 of 0.2")]
)
def test_refuses(n, f, message):
    with pytest.raises(ValueError, match=message):
        harmonic_bound(n, np.array([f]), np.ones((1, 3)), np.zeros((1, 3)), np.ones(1))
