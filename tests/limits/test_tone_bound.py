"""The Cramér-Rao bound of a tone against complex-step derivatives and textbook formulas."""

import numpy as np
import pytest

from dspvnn.estimator import TONE_OUTPUTS
from dspvnn.limits import tone_bound, tone_bound_asymptotic, tone_fisher_information
from dspvnn.signals.randomness import stream


def random_tones(n_signals=50):
    rng = stream(2, "limits")
    return (
        rng.uniform(0.02, 0.48, n_signals),
        rng.uniform(-np.pi, np.pi, n_signals),
        rng.uniform(0.5, 2, n_signals),
        rng.uniform(0.01, 2, n_signals),
    )


def complex_step_fisher(n_samples, frequency, phase, amplitude, std):
    """Derivatives as Im x(parameter + i h) / h: no difference is taken, so none is lost."""
    n, h = np.arange(n_samples), 1e-30
    columns = []
    for which in range(4):
        f, p, a, c = np.array([frequency, phase, amplitude, 0.3]) + 1j * h * np.eye(4)[which]
        columns.append(np.imag(a * np.cos(2 * np.pi * f * n + p) + c) / h)
    jacobian = np.array(columns)
    return jacobian @ jacobian.T / std**2


@pytest.mark.parametrize("n_samples", [8, 128])
def test_tone_bound_is_the_inverse_of_a_numerical_fisher_matrix(n_samples):
    tones = random_tones()
    bound = tone_bound(n_samples, *tones)
    fisher = np.array([complex_step_fisher(n_samples, *one) for one in zip(*tones, strict=True)])
    np.testing.assert_allclose(tone_fisher_information(n_samples, *tones), fisher, rtol=1e-9, atol=1e-6)
    inverse = np.linalg.inv(fisher)
    for i, name in enumerate(TONE_OUTPUTS):
        np.testing.assert_allclose(bound[name], inverse[:, i, i], rtol=1e-9)


def test_tone_bound_tends_to_the_textbook():
    n, std, amplitude = 4096, 0.7, 1.3
    snr = amplitude**2 / (2 * std**2)
    bound = tone_bound(n, 0.1234, 0.5, amplitude, std)
    textbook = {  # Kay I, eq. 3.41, and the mean of n samples
        "frequency": 12 / ((2 * np.pi) ** 2 * snr * n * (n**2 - 1)),
        "phase": 2 * (2 * n - 1) / (snr * n * (n + 1)),
        "amplitude": 2 * std**2 / n,
        "offset": std**2 / n,
    }
    for name, variance in textbook.items():
        assert bound[name][0] == pytest.approx(variance, rel=2e-3), name  # corrections of 1 / n f
    assert tone_bound_asymptotic(n, 10 * np.log10(snr)) == pytest.approx(textbook["frequency"])


def test_tone_bound_scales_with_noise_and_amplitude():
    f, phase, amplitude, std = random_tones()
    bound, louder = tone_bound(64, f, phase, amplitude, std), tone_bound(64, f, phase, 5 * amplitude, std)
    noisier = tone_bound(64, f, phase, amplitude, 3 * std)
    for name in TONE_OUTPUTS:
        np.testing.assert_allclose(noisier[name], 9 * bound[name], rtol=1e-9)
        factor = 25 if name in ("frequency", "phase") else 1
        np.testing.assert_allclose(louder[name], bound[name] / factor, rtol=1e-9)


def test_tone_bound_mirrors_at_a_quarter_of_the_sample_rate():
    # (-1)^n cos(2 pi f n + phase) is the tone at 1/2 - f of phase -phase; the noise is the same.
    f, phase, amplitude, std = random_tones()
    unknown = ("frequency", "phase", "amplitude")
    bound = tone_bound(64, f, phase, amplitude, std, unknown)
    mirrored = tone_bound(64, 0.5 - f, -phase, amplitude, std, unknown)
    for name in unknown:
        np.testing.assert_allclose(mirrored[name], bound[name], rtol=1e-8)


def test_knowing_more_never_raises_the_bound():
    tones, n = random_tones(), 16
    for n_unknown in (1, 2, 3):
        fewer = tone_bound(n, *tones, TONE_OUTPUTS[:n_unknown])
        more = tone_bound(n, *tones, TONE_OUTPUTS[: n_unknown + 1])
        for name in fewer:
            assert np.all(fewer[name] <= more[name] * (1 + 1e-12))


def test_one_unknown_has_the_closed_form():
    f, phase, amplitude, std = random_tones()
    bound = tone_bound(32, f, phase, amplitude, std, ("offset",))
    np.testing.assert_allclose(bound["offset"], std**2 / 32, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 0.1, 0, 1, 1), "n_samples must be at least the 4 unknown parameters, got 3"),
        ((64, 0.1, 0, 1, 0), "noise_std must be positive, got 0.0"),
        (
            (64, 0.0, 0, 1, 1),
            "the Fisher matrix of ('frequency', 'phase', 'amplitude', 'offset') is singular at "
            "n_samples=64, frequency=0.0",
        ),
    ],
)
def test_tone_bound_refuses(arguments, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        tone_bound(*arguments)
    assert str(error.value) == message
