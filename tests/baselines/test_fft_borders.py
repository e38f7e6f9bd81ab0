"""The FFT peak at its borders: which bin it takes, ranges between bins, windows, the iteration by hand."""

import numpy as np
import pytest
from scipy.signal import get_window

from baselines import FFTPeak
from baselines.fft_peak import (
    CLOSED_FORMS,
    ITERATIVE,
    WINDOWED,
    _aboutanios_mulgrew,
    _complex_amplitude,
    _divide,
    _leakage,
    _parabolic,
    _peak_bin,
)


def spectrum(n, peaks):
    """A transform of n samples with the sizes given at some bins."""
    found = np.full((1, n // 2 + 1), 0.1 + 0j)
    for k, size in peaks.items():
        found[0, k] = size
    return found


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 0.5, 3),  # 0 and 8 have a neighbour on one side only
        (0.0, 0.18, 2),  # up to 2.88 bins
        (0.0, 0.1875, 3),  # up to bin 3, itself in the range
        (0.1875, 0.5, 3),
        (0.19, 0.5, 5),  # from 3.04 bins
        (0.26, 0.3, 4),  # 4.16 to 4.8 bins: none, so the nearest to the middle
        (0.26, 0.31, 5),
        (0.01, 0.02, 1),
        (0.47, 0.49, 7),
    ],
)
def test_the_largest_bin_of_the_range_is_taken(low, high, expected):
    sizes = spectrum(16, {0: 9.0, 2: 2.0, 3: -4j, 5: 3.0, 8: 9.0})
    np.testing.assert_array_equal(_peak_bin(sizes, 16, low, high), [expected])


def test_a_correction_is_a_bin_at_most_and_stays_in_the_range():
    t = np.arange(16)
    x = np.cos(2 * np.pi * 0.21 * t + 0.4)[None]
    for interpolation in (*CLOSED_FORMS, *ITERATIVE):
        found = FFTPeak(interpolation, frequency_range=(0.2, 0.205)).predict(x)[0]
        assert 0.2 <= found <= 0.205
    # Noise may throw a closed form out by more than a bin.
    noise = np.random.default_rng(0).standard_normal((500, 16))
    for interpolation in ("jacobsen", "candan", "parabolic", "quinn"):
        plain = FFTPeak("none").predict(noise)
        moved = np.abs(FFTPeak(interpolation).predict(noise) - plain) * 16
        assert moved.max() <= 1 + 1e-9
    assert np.any(
        np.abs(np.abs(FFTPeak("quinn").predict(noise) - FFTPeak("none").predict(noise)) * 16) > 0.5
    )


@pytest.mark.parametrize("window", ["hann", ("gaussian", 10)])
@pytest.mark.parametrize("interpolation", WINDOWED)
def test_a_window_weighs_the_record_less_its_mean(window, interpolation, rng):
    x = rng.standard_normal((5, 64)) + 3.0 + 2 * np.cos(0.9 * np.arange(64))
    bins = np.abs(np.fft.rfft((x - x.mean(axis=1, keepdims=True)) * get_window(window, 64)))
    k = 1 + bins[:, 1:-1].argmax(axis=1)
    rows = np.arange(5)
    a, b, c = (np.log(bins[rows, k + j]) for j in (-1, 0, 1))
    delta = (a - c) / (2 * (a - 2 * b + c)) if interpolation == "parabolic" else 0.0
    np.testing.assert_allclose(FFTPeak(interpolation, window=window).predict(x), (k + delta) / 64)
    assert WINDOWED == ("none", "parabolic")


def test_a_parabola_through_equal_or_vanishing_bins():
    zero, one = np.zeros(1), np.ones(1)
    assert _parabolic(one, one, one, 8) == 0  # no bend
    assert _parabolic(one, np.e * one, one, 8) == 0
    assert -1e-2 < _parabolic(zero, one, zero, 8) < 1e-2  # no logarithm of zero
    assert _parabolic(0.5 * one, one, 0.9 * one, 8) == pytest.approx(
        (np.log(0.5) - np.log(0.9)) / (2 * (np.log(0.5) + np.log(0.9)))
    )
    np.testing.assert_array_equal(_divide(np.array([1.0, 3.0]), np.array([0.0, 2.0])), [0.0, 1.5])


# --- the iteration --------------------------------------------------------------------------------


def test_leakage_is_a_geometric_sum():
    f = np.array([0.0, 0.01, 0.3, -0.2])
    expected = [sum(np.exp(-2j * np.pi * x * t) for t in range(11)) for x in f]
    expected[0] = 0  # 0 / 0 stands for nothing that is asked for
    np.testing.assert_allclose(_leakage(f, 11), expected, atol=1e-10)


def test_the_complex_amplitude_is_freed_of_its_image():
    f, a, t = np.array([0.13, 0.31]), np.array([1 + 2j, -0.5j]), np.arange(9)
    x = 2 * np.real(a[:, None] * np.exp(2j * np.pi * np.outer(f, t)))
    transform = np.sum(x * np.exp(-2j * np.pi * np.outer(f, t)), axis=1)
    np.testing.assert_allclose(_complex_amplitude(transform, f, 9), a)


def by_hand(x, frequency, rounds):
    """Aboutanios and Mulgrew (2005): delta = Re((X+ + X-) / (X+ - X-)) / 2, half a bin to either side."""
    n, t = len(x), np.arange(len(x))
    for _ in range(rounds):
        plus, minus = (np.sum(x * np.exp(-2j * np.pi * t * (frequency + d / n))) for d in (0.5, -0.5))
        step = 0.5 * ((plus + minus) / (plus - minus)).real
        frequency = np.clip(frequency + np.clip(step, -0.5, 0.5) / n, 0.25 / n, 0.5 - 0.25 / n)
    return frequency


@pytest.mark.parametrize("n", [20, 33])
def test_the_iteration_is_the_papers(n, rng):
    x = rng.standard_normal((40, n))
    x -= x.mean(axis=1, keepdims=True)
    start = rng.integers(1, n // 2, 40) / n
    expected = [by_hand(row, f, 6) for row, f in zip(x, start, strict=True)]
    np.testing.assert_allclose(_aboutanios_mulgrew(x, start, False), expected, atol=1e-12)


def test_the_ends_of_the_band_hold_an_estimate():
    n, t = 16, np.arange(16)
    x = np.cos(2 * np.pi * np.outer([0.001, 0.499], t) + 0.5)
    for image in (False, True):
        found = _aboutanios_mulgrew(
            x - x.mean(axis=1, keepdims=True), np.array([1 / n, 0.5 - 1 / n]), image
        )
        assert np.all((found >= 0.25 / n) & (found <= 0.5 - 0.25 / n))
