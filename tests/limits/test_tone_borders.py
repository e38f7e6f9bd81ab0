"""Bounds on a tone at their borders: singular Fisher matrices, close pairs, the Ziv-Zakai integral."""

import math

import numpy as np
import pytest
from scipy import integrate
from scipy.special import i0

from dspvnn.estimator import TONE_OUTPUTS
from dspvnn.limits import tone_bound
from dspvnn.limits.ewma import ewma_level_variance, ewma_optimal_alpha, kalman_level
from dspvnn.limits.tone import tone_bound_asymptotic, tone_fisher_information, tone_variance
from dspvnn.limits.tone_average import tone_bound_phase_average, tone_pair_error, tone_ziv_zakai_bound


def test_the_fisher_matrix_is_the_sum_over_the_samples():
    f, phase, amplitude, std = 0.13, 0.7, 1.6, 0.4
    expected = np.zeros((4, 4))
    for n in range(9):
        angle = 2 * np.pi * f * n + phase
        slope = np.array([-2 * np.pi * n * amplitude * np.sin(angle), -amplitude * np.sin(angle),
                          np.cos(angle), 1.0]) / std  # fmt: skip
        expected += np.outer(slope, slope)
    np.testing.assert_allclose(tone_fisher_information(9, f, phase, amplitude, std)[0], expected)
    for bad in (0.0, -1.0):
        with pytest.raises(ValueError, match=f"^noise_std must be positive, got {bad}$"):
            tone_fisher_information(9, f, phase, amplitude, np.array([1.0, bad]))


@pytest.mark.parametrize("unknown", [("frequency",), ("frequency", "phase"), TONE_OUTPUTS])
def test_a_singular_tone_spoils_no_other(unknown):
    f, phase = np.array([0.1, 0.5, 0.2]), np.array([0.3, 0.0, 1.0])
    variance = tone_variance(32, f, phase, 1.0, 0.1, unknown)
    assert variance.shape == (3, len(unknown))
    np.testing.assert_array_equal(np.isinf(variance).any(axis=1), [False, True, False])
    for i in (0, 2):
        alone = tone_bound(32, f[i], phase[i], 1.0, 0.1, unknown)
        np.testing.assert_allclose(variance[i], [alone[name][0] for name in unknown])


def test_what_is_known_is_no_reason_to_be_singular():
    """At half the rate cos(pi n) tells its amplitude, and nothing of frequency or phase."""
    fine = tone_bound(32, 0.5, 0.0, 1.0, 0.1, ("amplitude",))["amplitude"][0]
    assert fine == pytest.approx(0.1**2 / 32)
    with pytest.raises(ValueError, match=r"is singular at n_samples=32, frequency=0\.5$"):
        tone_bound(32, np.array([0.1, 0.5]), 0.0, 1.0, 0.1, ("frequency",))
    with pytest.raises(ValueError, match=r"is singular at n_samples=32, frequency=0\.1$"):
        tone_bound(32, np.array([0.3, 0.1, 0.1]), 0.0, np.array([1.0, 0.0, 0.0]), 0.1)


@pytest.mark.parametrize("scale", [1e-150, 1e-6, 1e6, 1e150])
def test_no_unit_makes_a_fisher_matrix_singular(scale):
    plain = tone_bound(32, 0.1, 0.3, 1.0, 0.1)
    scaled = tone_bound(32, 0.1, 0.3, scale, 0.1 * scale)
    for name in TONE_OUTPUTS:
        unit = scale**2 if name in ("amplitude", "offset") else 1.0
        assert scaled[name][0] == pytest.approx(unit * plain[name][0])


def test_the_textbook_bound():
    """Var f >= 6 / ((2 pi)^2 snr N (N^2 - 1)) of a complex tone, and twice that of a real one."""
    assert tone_bound_asymptotic(10, 20) == pytest.approx(12 / (4 * math.pi**2 * 100 * 10 * 99))


def test_the_phase_is_averaged_over_half_a_turn():
    phases = (np.arange(1000) + 0.5) * np.pi / 1000
    bound = tone_bound(40, 0.03, phases, 1.3, 0.2)
    average = tone_bound_phase_average(40, 0.03, 1.3, 0.2)
    for name in TONE_OUTPUTS:
        assert average[name] == pytest.approx(bound[name].mean(), rel=1e-6)
    assert set(tone_bound_phase_average(40, 0.03, 1.3, 0.2, ("phase",))) == {"phase"}


# --- pairs ----------------------------------------------------------------------------------------


def marcum(a, b):
    """Marcum's Q1(a, b) by quadrature."""
    return integrate.quad(lambda x: x * math.exp(-((x - a) ** 2) / 2) * i0e(a * x), b, b + 40)[0]


def i0e(x):
    return i0(x) * math.exp(-x) if x < 600 else 1 / math.sqrt(2 * math.pi * x)


@pytest.mark.parametrize("bins", [0.05, 0.4, 1.0, 1.5, 7.25])
@pytest.mark.parametrize("snr_db", [-20, -10, 0])
def test_the_error_of_a_pair_is_marcums_function(bins, snr_db):
    n = 64
    h, e = bins / n, 10 ** (snr_db / 10) * n / 2
    rho = abs(sum(np.exp(2j * np.pi * h * t) for t in range(n))) / n
    apart = math.sqrt(1 - rho**2)
    a, b = math.sqrt(e * (1 - apart) / 2), math.sqrt(e * (1 + apart) / 2)
    expected = marcum(a, b) - math.exp(-((a - b) ** 2) / 2) * i0e(a * b) / 2
    assert tone_pair_error(n, h, snr_db) == pytest.approx(expected, rel=1e-5)


def test_the_formulas_for_close_and_for_strong_pairs_join():
    """Below 1e-6 of 1 - rho^2 its series, beyond 1,000 of a b the normal law: neither is seen to begin."""
    n = 64
    h = np.geomspace(1e-6, 1e-4, 400)
    error = tone_pair_error(n, h, 10.0)
    assert np.all(np.diff(error) <= 0)
    assert np.abs(np.diff(error, 2)).max() < 1e-4
    snrs = np.linspace(14, 22, 81)  # a b is about e / 2: 1,000 at 18 dB
    close = np.array([tone_pair_error(n, 0.1 / n, s) for s in snrs])
    assert np.all(np.diff(close) < 0)
    assert np.abs(np.diff(np.log(close), 3)).max() < 0.02  # the normal law is right to 1 %


# --- Ziv and Zakai --------------------------------------------------------------------------------


@pytest.mark.parametrize("snr_db", [-20, -8, -2, 10, 30])
@pytest.mark.parametrize("band", [(0.05, 0.25), (0.1, 0.12)])
def test_the_ziv_zakai_bound_is_its_integral(snr_db, band):
    """A grid ten times as fine as that of the bound; valleys filled from the far end."""
    n, width = 32, band[1] - band[0]
    near = np.linspace(0, min(20 * math.sqrt(tone_bound_asymptotic(n, snr_db)), width), 20_001)
    h = np.union1d(near, np.linspace(0, width, 40_001))
    risk = (1 - h / width) * tone_pair_error(n, h, snr_db)
    filled = risk.copy()
    for i in range(len(h) - 2, -1, -1):
        filled[i] = max(filled[i], filled[i + 1])
    assert tone_ziv_zakai_bound(n, snr_db, band) == pytest.approx(
        integrate.trapezoid(h * filled, h), rel=1e-4
    )


@pytest.mark.parametrize("bad", [(-0.1, 0.2), (0.2, 0.2), (0.3, 0.2), (0.1, 0.51)])
def test_a_range_lies_from_0_to_half_the_rate(bad):
    with pytest.raises(ValueError, match=r"^frequency_range must satisfy 0 <= low < high <= 0\.5, got "):
        tone_ziv_zakai_bound(32, 0, bad)
    assert tone_ziv_zakai_bound(32, -60, (0.0, 0.5)) == pytest.approx(0.25 / 12, rel=1e-2)


# --- the level under a moving average -------------------------------------------------------------


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf, np.nan])
def test_deviations_are_positive_and_finite(bad):
    for name, call in (("step_std", lambda: ewma_optimal_alpha(bad, 1.0)),
                       ("noise_std", lambda: ewma_optimal_alpha(1.0, bad))):  # fmt: skip
        with pytest.raises(ValueError, match=f"^{name} must be positive and finite, got {bad}$"):
            call()


@pytest.mark.parametrize("alpha", [0.0, -0.2, 1.2])
def test_alpha_is_a_weight(alpha):
    with pytest.raises(ValueError, match=r"^alpha must lie in \(0, 1\], got "):
        ewma_level_variance(alpha, 1.0, 1.0)
    assert ewma_level_variance(1.0, 5.0, 2.0) == 4.0  # the newest sample alone


def test_the_level_starts_where_it_is_said_to():
    level, variance = kalman_level(np.array([[3.0, 4.0]]), 1.0, 2.0, start=1.0, start_std=1.0)
    # Before the first sample the variance is 1 + 1, the gain 2 / (2 + 4).
    assert level[0, 0] == pytest.approx(1 + 2 / 3)
    assert variance[0] == pytest.approx(4 / 3)
    gain = (4 / 3 + 1) / (4 / 3 + 1 + 4)
    assert level[0, 1] == pytest.approx(5 / 3 + gain * (4 - 5 / 3))
    assert kalman_level(np.array([[3.0]]), 1.0, 2.0, start_std=0.5)[0][0, 0] == pytest.approx(
        3 * 1.25 / 5.25
    )
