"""The fundamental of a harmonic series, strong, weak or absent, against its bound."""

import numpy as np
import pytest

from baselines import HarmonicSeriesFit
from baselines.harmonic_search import LinearFit, explained
from dspvnn.estimator import EstimationWarning
from dspvnn.limits import harmonic_bound

RATE, N = 16_000, 1024


def series(rng, first_db=-30.0):
    """Return fundamental (cycles per sample), amplitudes and phases of 3 to 12 harmonics."""
    order = int(rng.integers(3, 13))
    low, high = 3 / N, min(5000 / RATE, 0.45 / order)
    f = np.exp(rng.uniform(np.log(low), np.log(high)))
    amplitude = 10 ** (rng.uniform(-10, 0, order) / 20)
    amplitude[0] = 10 ** (rng.uniform(first_db, 0) / 20)
    return f, amplitude, rng.uniform(-np.pi, np.pi, order)


def record(f, amplitude, phase, snr_db, rng):
    """Return the record and the noise's deviation; the SNR is that of all harmonics together."""
    k = np.arange(1, len(amplitude) + 1)
    std = np.sqrt(np.sum(amplitude**2) / 2 / 10 ** (snr_db / 10))
    clean = np.cos(2 * np.pi * f * np.arange(N)[:, None] * k + phase) @ amplitude
    return clean + std * rng.standard_normal(N), std


def scored(n_records, snr_db, seed=0):
    """Return errors and standard errors over the bound, and which fundamentals were called certain."""
    rng = np.random.default_rng(seed)
    errors, bars, certain = [], [], []
    for _ in range(n_records):
        f, amplitude, phase = series(rng)
        x, std = record(f, amplitude, phase, snr_db, rng)
        found = HarmonicSeriesFit().fit_series(x)
        bound = np.sqrt(harmonic_bound(N, np.array([f]), amplitude[None], phase[None], np.array([std]))[0])
        errors.append((found.frequency - f) / bound)
        bars.append(found.standard_error / bound)
        certain.append(found.certain)
    return np.array(errors), np.array(bars), np.array(certain)


@pytest.mark.slow
@pytest.mark.parametrize("snr_db", [10, 40])
def test_reaches_its_bound_and_takes_no_wrong_octave(snr_db):
    errors, bars, _ = scored(200, snr_db)
    assert np.all(np.abs(errors) < 6)  # a wrong harmonic is thousands off
    # The rms of 200 normal errors scatters by 5 %.
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(1, abs=0.16)
    assert np.median(bars) == pytest.approx(1, abs=0.03)


def test_a_fundamental_that_is_not_there():
    rng = np.random.default_rng(1)
    x, _ = record(0.011, np.array([0, 1.0, 0.8, 0.5, 0.3]), rng.uniform(0, 6, 5), 20, rng)
    found = HarmonicSeriesFit(sample_rate=RATE).fit_series(x)
    assert found.frequency == pytest.approx(0.011 * RATE, abs=5 * found.standard_error)
    assert len(found.amplitude) == 5
    assert found.certain


def test_only_odd_harmonics_are_no_octave():
    rng = np.random.default_rng(2)
    x, _ = record(0.0087, np.array([0.5, 0, 1.0, 0, 0.8, 0, 0.3]), rng.uniform(0, 6, 7), 20, rng)
    assert HarmonicSeriesFit().predict([x]) == pytest.approx(0.0087, abs=1e-5)


def test_a_tone_alone_is_its_own_fundamental():
    rng = np.random.default_rng(3)
    x, _ = record(0.0731, np.array([1.0]), np.zeros(1), 20, rng)
    found = HarmonicSeriesFit().fit_series(x)
    assert found.frequency == pytest.approx(0.0731, abs=1e-5)
    assert len(found.amplitude) == 1


def test_what_two_fundamentals_explain_equally_is_uncertain():
    """Second and fourth harmonic of f are first and second of 2 f: only a weak third one can tell."""
    rng, uncertain = np.random.default_rng(4), 0
    for _ in range(20):
        x, std = record(0.0123, np.array([0, 1.0, 0, 0.7]), rng.uniform(0, 6, 4), 20, rng)
        x += 4.5 * std * np.sqrt(2 / N) * np.cos(2 * np.pi * 3 * 0.0123 * np.arange(N))
        uncertain += not HarmonicSeriesFit().fit_series(x).certain
    assert uncertain >= 10


def test_energy_explained_is_that_of_least_squares():
    rng = np.random.default_rng(5)
    x, f = rng.standard_normal(200), 0.0317
    x -= x.mean()
    time = np.arange(200) - 99.5
    for order in (1, 3, 7):
        angle = 2 * np.pi * f * time[:, None] * np.arange(1, order + 1)
        design = np.concatenate([np.ones((200, 1)), np.cos(angle), np.sin(angle)], axis=1)
        solution, residual, *_ = np.linalg.lstsq(design, x)
        assert explained(x, np.array([f]), 8)[0, order - 1] == pytest.approx(x @ x - residual[0], rel=1e-9)
        a, b, fitted, _ = LinearFit(f, 200, order)(x)
        np.testing.assert_allclose(np.concatenate([a, b]), solution, atol=1e-12)
        np.testing.assert_allclose(fitted, design @ solution, atol=1e-12)


def test_outputs_units_and_scale():
    rng = np.random.default_rng(6)
    f, amplitude, phase = 0.0123, np.array([0.5, 1.0, 0.25]), np.array([0.3, -1.0, 2.0])
    x = record(f, amplitude, phase, 60, rng)[0]
    outputs = ("frequency", "phase", "amplitude", "offset")
    fit = HarmonicSeriesFit(sample_rate=RATE, outputs=outputs)
    (found,), (error,) = fit.predict([1e6 + 1e3 * x], return_std=True)
    assert found == pytest.approx([f * RATE, 0.3, 500, 1e6], rel=1e-2)
    assert found[0] == pytest.approx(f * RATE, abs=6 * error[0])
    assert np.isnan(error[1:]).all()
    whole = fit.fit_series(1e6 + 1e3 * x)
    assert whole.amplitude == pytest.approx(1e3 * amplitude, rel=1e-2)
    assert whole.frequency == pytest.approx(found[0], rel=1e-12)


def test_a_long_record_is_as_good_as_its_bound():
    rng, n = np.random.default_rng(7), 50_000
    f, std, k = 0.004321, 0.5, np.arange(1, 4)
    a, phase = np.array([[0.2, 1.0, 0.5]]), np.array([[0.0, 1.0, 2.0]])
    clean = np.cos(2 * np.pi * f * np.arange(n)[:, None] * k + phase[0]) @ a[0]
    found = HarmonicSeriesFit().fit_series(clean + std * rng.standard_normal(n))
    bound = np.sqrt(harmonic_bound(n, np.array([f]), a, phase, np.array([std]))[0])
    assert abs(found.frequency - f) < 4 * bound
    assert found.standard_error == pytest.approx(bound, rel=0.02)  # the noise is known to 0.3 %


def test_constant_records_are_withheld():
    with pytest.warns(EstimationWarning, match="constant"):
        assert HarmonicSeriesFit().fit_series(np.ones(100)) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"most_harmonics": 0}, "most_harmonics must be a positive integer, got 0"),
        (
            {"frequency_range": (0.0, 0.001)},
            "frequency_range must hold a frequency 2 cycles per record from 0",
        ),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        HarmonicSeriesFit(**arguments).predict([np.sin(np.arange(100.0))])
