"""The parts of the posterior mean of a tone, each against plain numerical integration or a fine grid."""

import numpy as np
import pytest
from scipy import integrate

from dspvnn.limits import TonePrior, tone_posterior
from dspvnn.limits.tone_bayes import (
    _amplitude_nodes,
    _block,
    _energies,
    _likelihood,
    _peak,
    _phase_integral,
    _sums,
)
from dspvnn.signals.randomness import stream


@pytest.mark.parametrize("n", [32, 33])
def test_energies_and_sums_are_sums_over_centred_time(n, rng):
    m = np.arange(n) - (n - 1) / 2
    frequency = rng.uniform(0.02, 0.48, 6)
    cos, sin = np.cos(2 * np.pi * np.outer(frequency, m)), np.sin(2 * np.pi * np.outer(frequency, m))
    of_cos, of_sin = _energies(frequency, n)
    np.testing.assert_allclose(of_cos, np.sum((cos - cos.mean(axis=1, keepdims=True)) ** 2, axis=1))
    np.testing.assert_allclose(of_sin, np.sum(sin**2, axis=1))
    signals, offset = rng.standard_normal((6, n)), np.array([-0.01, 0.0, 0.003])
    by_cos, by_sin = _sums(signals, frequency, offset)
    for k, step in enumerate(offset):
        angle = 2 * np.pi * np.outer(frequency + step, m)
        np.testing.assert_allclose(by_cos[:, k], np.sum(signals * np.cos(angle), axis=1), atol=1e-12)
        np.testing.assert_allclose(by_sin[:, k], np.sum(signals * np.sin(angle), axis=1), atol=1e-12)


@pytest.mark.parametrize("psi", [0.0, 0.7, 2.5, -1.9])
@pytest.mark.parametrize(
    ("strength", "unequal", "error"),
    [(0.5, 0.0, 1e-9), (30.0, 0.0, 1e-9), (900.0, 0.0, 1e-9), (60.0, 0.6, 1e-3), (60.0, -0.6, 1e-3),
     (900.0, 9.0, 1e-3), (900.0, -30.0, 3e-3)],
)  # fmt: skip
def test_the_phase_integral_is_the_integral_over_the_phase(psi, strength, unequal, error):
    """The mean over a whole turn; without `unequal` it is a Bessel function exactly."""
    phi = 2 * np.pi * np.arange(20_000) / 20_000  # a smooth periodic mean converges geometrically
    exponent = strength * np.cos(phi - psi) - unequal * np.cos(2 * phi)
    expected = exponent.max() + np.log(np.mean(np.exp(exponent - exponent.max())))
    angle = (np.array([[np.cos(2 * psi)]]), np.array([[np.sin(2 * psi)]]))
    height, bessel = _phase_integral(np.array([[strength]]), np.array([[unequal]]), *angle)
    # i0e is exp(-x) I0(x): the height holds what exp(strength) would overflow.
    assert float((height + np.log(bessel))[0, 0]) == pytest.approx(expected, abs=error)


def test_where_there_is_next_to_no_tone_the_phase_integral_is_that_of_none():
    """At 8 times the inequality and above it the peak is followed, below it there is none to follow."""
    cos2, sin2 = np.ones((1, 1)), np.zeros((1, 1))
    height, bessel = _phase_integral(np.array([[0.4]]), np.array([[0.1]]), cos2, sin2)
    assert float((height + np.log(bessel))[0, 0]) == pytest.approx(np.log(np.i0(0.4)), abs=1e-6)
    zero = _phase_integral(np.zeros((1, 1)), np.zeros((1, 1)), cos2, sin2)
    assert float((zero[0] + np.log(zero[1]))[0, 0]) == pytest.approx(0, abs=1e-6)


def drawn(n_signals, snr_db, n=64, band=(0.1, 0.2)):
    rng = stream(0, "tone bayes parts", str(snr_db))
    f, phase = rng.uniform(*band, n_signals), rng.uniform(-np.pi, np.pi, n_signals)
    amplitude = 2 ** rng.uniform(-1, 1, n_signals)
    std = amplitude / np.sqrt(2 * 10 ** (snr_db / 10))
    x = amplitude[:, None] * np.cos(2 * np.pi * np.outer(f, np.arange(n)) + phase[:, None])
    return x + std[:, None] * rng.standard_normal((n_signals, n)), f, amplitude


@pytest.mark.parametrize("snr_db", [-5, 5, 20])
def test_the_nodes_of_the_amplitude_integrate_its_posterior(snr_db):
    """Integral over r = 1 / A of r^(n-2) exp(-snr (r^2 E - 2 r b + g)), at the best frequency of a grid."""
    n, snr, prior = 64, 10 ** (snr_db / 10), TonePrior()
    x, f, _ = drawn(5, snr_db, n)
    x = x - x.mean(axis=1, keepdims=True)
    offset = np.array([0.0])
    of_cos, of_sin = _energies(f[:, None] + offset, n)
    by_cos, by_sin = _sums(x, f, offset)
    a, b = by_cos / of_cos, by_sin / of_sin
    nodes, log_weights = _amplitude_nodes(x, a, b, of_cos, of_sin, snr, prior)
    assert nodes.shape == (5, 8)
    assert np.all((nodes > 0.5) & (nodes < 2))
    for i in range(5):
        energy = np.sum(x[i] ** 2)
        along = (a[i, 0] * by_cos[i, 0] + b[i, 0] * by_sin[i, 0]) / np.hypot(a[i, 0], b[i, 0])

        def exponent(r, energy=energy, along=along):
            return (n - 2) * np.log(r) - snr * (r**2 * energy - 2 * r * along)

        grid = np.linspace(0.5, 2, 20_001)
        top = exponent(grid).max()
        expected = integrate.trapezoid(np.exp(exponent(grid) - top), grid)
        found = np.sum(np.exp(log_weights[i] + exponent(nodes[i]) - top))
        # Eight nodes over ten standard deviations of a normal density are 1 % short, all signals alike.
        assert found == pytest.approx(expected, rel=0.02)


def likelihood_by_force(x, f, snr, prior):
    """p(x | f) by grids over phase and 1 / A, the offset integrated out by hand."""
    n = len(x)
    m = np.arange(n) - (n - 1) / 2
    x = x - x.mean()
    phase = 2 * np.pi * np.arange(200) / 200
    wave = np.cos(2 * np.pi * f * m + phase[:, None])
    wave = wave - wave.mean(axis=1, keepdims=True)
    r = np.linspace(1 / prior.amplitude_range[1], 1 / prior.amplitude_range[0], 801)
    misfit = r[:, None] ** 2 * (x @ x) - 2 * r[:, None] * (wave @ x) + np.sum(wave**2, axis=1)
    exponent = (n - 2) * np.log(r)[:, None] - snr * misfit
    return exponent.max() + np.log(
        integrate.trapezoid(np.mean(np.exp(exponent - exponent.max()), axis=1), r)
    )


@pytest.mark.parametrize(("snr_db", "same_middle"), [(-5, True), (-5, False), (10, False)])
def test_the_likelihood_of_a_frequency_is_the_integral_over_all_the_rest(snr_db, same_middle):
    snr, prior, n = 10 ** (snr_db / 10), TonePrior(), 64
    x, f, _ = drawn(4, snr_db, n)
    x = x - x.mean(axis=1, keepdims=True)
    middle = np.full(4, 0.15) if same_middle else f
    # Frequencies that the posterior holds for possible: all of them at -5 dB, near the truth at 10 dB.
    reach = 0.04 if snr_db < 0 else 0.002
    offset = np.linspace(-reach, reach, 9)
    found = np.log(_likelihood(x, middle, offset, snr, prior))
    for i in range(4):
        expected = np.array([likelihood_by_force(x[i], middle[i] + o, snr, prior) for o in offset])
        likely = expected > expected.max() - 10
        np.testing.assert_allclose(
            (found[i] - found[i].max())[likely], (expected - expected.max())[likely], atol=0.05
        )


@pytest.mark.parametrize(("low", "high"), [(0.05, 0.25), (0.31, 0.312), (0.2, 0.2001)])
def test_the_peak_is_that_of_a_fine_grid(low, high):
    n = 64
    x, _, _ = drawn(6, 20, n, (low, high))
    x = x - x.mean(axis=1, keepdims=True)
    grid = np.linspace(low, high, 40_001)
    of_cos, of_sin = _energies(grid, n)
    m = np.arange(n) - (n - 1) / 2
    wave = np.exp(2j * np.pi * np.outer(grid, m))
    for row, found in zip(x, _peak(x, low, high), strict=True):
        by = wave @ row
        best = grid[np.argmax(by.real**2 / of_cos + by.imag**2 / of_sin)]
        assert found == pytest.approx(best, abs=(high - low) / 40_000 + 1e-6 / n)
        assert low <= found <= high


@pytest.mark.parametrize(("snr_db", "local"), [(-5, False), (10, True)])
def test_a_finer_rule_gives_the_same_posterior_and_the_whole_range_gives_the_local_one(snr_db, local):
    x, f, _ = drawn(5, snr_db)
    usual = tone_posterior(x, snr_db)
    finer = tone_posterior(x, snr_db, TonePrior(nodes_per_width=1.6, n_amplitudes=12))
    # The rule has converged: a thousandth of the posterior's own deviation.
    assert np.max(np.abs(usual.mean - finer.mean) / finer.std) < 2e-2
    np.testing.assert_allclose(usual.std, finer.std, rtol=2e-2)
    if local:
        assert np.all(np.abs(usual.mean - f) < 6 * usual.std)
        # A range that just holds the local rule's 9 widths takes the same one.
        narrow = tone_posterior(x, snr_db, TonePrior((0.09, 0.21)))
        np.testing.assert_allclose(narrow.mean, usual.mean, atol=1e-3 * usual.std.max())


def test_many_signals_are_worked_on_in_blocks_of_250():
    x, _, _ = drawn(251, 10, 32)
    found = tone_posterior(x, 10)
    alone = tone_posterior(x[250:], 10)
    assert found.mean.shape == found.std.shape == (251,)
    np.testing.assert_allclose(found.mean[250:], alone.mean, rtol=1e-12)
    np.testing.assert_allclose(np.stack([found.mean[:3], found.std[:3]]), _block(x[:3], 10.0, TonePrior()))


@pytest.mark.parametrize("bad", [(0.0, 0.2), (0.2, 0.2), (0.3, 0.2), (0.1, 0.5)])
def test_a_range_must_lie_between_0_and_half_the_rate(bad):
    with pytest.raises(ValueError, match=r"^frequency_range must satisfy 0 < low < high < 0\.5, got "):
        TonePrior(frequency_range=bad)


@pytest.mark.parametrize("bad", [(0.0, 1.0), (1.0, 1.0), (2.0, 1.0)])
def test_amplitudes_must_be_a_range_above_0(bad):
    with pytest.raises(ValueError, match=r"^amplitude_range must satisfy 0 < low < high, got "):
        TonePrior(amplitude_range=bad)


def test_16_samples_are_enough_and_15_are_not():
    x, _, _ = drawn(1, 10, 16)
    assert np.isfinite(tone_posterior(x[0], 10).mean).all()
    with pytest.raises(ValueError, match=r"^tone_posterior needs at least 16 samples, got 15$"):
        tone_posterior(x[:, :15], 10)
    with pytest.raises(ValueError, match=r"^snr_db must be a finite number, got inf$"):
        tone_posterior(x, np.inf)
