"""FFT peak estimators: exact on a bin, textbook formulas between bins, invariances, the bound."""

import numpy as np
import pytest

from baselines import FFTPeak
from baselines.fft_peak import CLOSED_FORMS, ITERATIVE
from dspvnn.limits import tone_bound
from dspvnn.signals import tone
from dspvnn.signals.noise import noise_std, white
from dspvnn.signals.randomness import stream

ALL = (*CLOSED_FORMS, *ITERATIVE)
every = pytest.mark.parametrize("interpolation", ALL)


def tones(frequency, n_samples=128, snr_db=None, label="tones"):
    """Tones of random phase, amplitude and offset, and their parameters."""
    rng, frequency = stream(0, label), np.asarray(frequency, float)
    n = len(frequency)
    phase, amplitude = rng.uniform(-np.pi, np.pi, n), 2 ** rng.uniform(-1, 1, n)
    x = tone(n_samples, frequency, phase, amplitude, rng.uniform(-1, 1, n))
    if snr_db is None:
        return x
    std = noise_std(amplitude, snr_db)
    return x + white(rng, std, n_samples), (frequency, phase, amplitude, std)


def between(low, high, n=300):
    return stream(0, "frequencies").uniform(low, high, n)


# --- noise-free -----------------------------------------------------------------------------------


@pytest.mark.parametrize("interpolation", ["none", "jacobsen", "candan", "quinn", ITERATIVE[1]])
def test_exact_on_a_bin(interpolation):
    frequency = np.arange(5, 60) / 128  # the image falls on zeros of the transform there
    estimates = FFTPeak(interpolation).predict(tones(frequency))
    np.testing.assert_allclose(estimates, frequency, rtol=0, atol=1e-13)


def test_exact_everywhere_once_image_and_mean_are_subtracted():
    frequency = between(0.05, 0.45)
    estimates = FFTPeak("aboutanios-mulgrew-image").predict(tones(frequency))
    np.testing.assert_allclose(estimates, frequency, rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("interpolation", "bins"),
    # Largest noise-free errors at n = 128 away from 0 and 1/2, rounded up: half a bin without
    # interpolation, the known bias of the log parabola, and the leakage of the image.
    [("none", 0.51), ("parabolic", 0.19), ("jacobsen", 1e-3), ("candan", 1e-3), ("quinn", 0.01),
     ("aboutanios-mulgrew", 0.012)],
)  # fmt: skip
def test_bias_between_bins(interpolation, bins):
    frequency = between(0.1, 0.4)
    error = np.abs(FFTPeak(interpolation).predict(tones(frequency)) - frequency).max() * 128
    assert bins / 3 < error < bins


def test_image_leaks_less_into_a_longer_record():
    frequency = between(0.1, 0.4)
    for interpolation, power in [("jacobsen", 2), ("quinn", 1), ("aboutanios-mulgrew", 1)]:
        short, long = (
            np.abs(FFTPeak(interpolation).predict(tones(frequency, n)) - frequency).max() * n
            for n in (128, 1024)
        )
        # In bins the bias falls as n^-power; a factor of 2 for the phases that were drawn.
        assert short / long == pytest.approx(8**power, rel=1)


@pytest.mark.parametrize(("window", "bins"), [("hann", 0.02), (("gaussian", 21.3), 0.003)])
def test_a_window_suits_the_parabola(window, bins):
    # The log of a Gaussian's transform is a parabola: its bias is the smallest.
    frequency = between(0.1, 0.4)
    estimates = FFTPeak("parabolic", window=window).predict(tones(frequency))
    assert np.abs(estimates - frequency).max() * 128 < bins


# --- against formulas from the papers ----------------------------------------------------------------


def textbook_delta(interpolation, x):
    """The correction of one record, from a transform by its definition."""
    n = len(x)
    x = x - np.mean(x)
    bins = np.array([np.sum(x * np.exp(-2j * np.pi * k * np.arange(n) / n)) for k in range(n // 2 + 1)])
    k = 1 + int(np.argmax(np.abs(bins[1 : n // 2])))
    before, peak, after = bins[k - 1 : k + 2]
    jacobsen = np.real((before - after) / (2 * peak - before - after))
    if interpolation == "none":
        delta = 0.0
    elif interpolation == "parabolic":
        a, b, c = np.log(np.abs([before, peak, after]))
        delta = 0.5 * (a - c) / (a - 2 * b + c)
    elif interpolation == "jacobsen":
        delta = jacobsen
    elif interpolation == "candan":
        delta = np.arctan(np.tan(np.pi / n) * jacobsen) * n / np.pi
    else:
        alpha_after, alpha_before = (after / peak).real, (before / peak).real
        d_after, d_before = -alpha_after / (1 - alpha_after), alpha_before / (1 - alpha_before)

        def tau(v):
            top, bottom = v + 1 - np.sqrt(2 / 3), v + 1 + np.sqrt(2 / 3)
            return 0.25 * np.log(3 * v**2 + 6 * v + 1) - np.sqrt(6) / 24 * np.log(top / bottom)

        delta = (d_after + d_before) / 2 + tau(d_after**2) - tau(d_before**2)
    return (k + delta) / n


@pytest.mark.parametrize("interpolation", CLOSED_FORMS)
def test_closed_forms_are_the_papers(interpolation):
    x, _ = tones(between(0.1, 0.4, 30), n_samples=32, snr_db=20)
    expected = [textbook_delta(interpolation, row) for row in x]
    np.testing.assert_allclose(FFTPeak(interpolation).predict(x), expected, rtol=0, atol=1e-13)


# --- invariances ----------------------------------------------------------------------------------


@every
def test_scale_offset_and_sign_change_nothing(interpolation):
    x, _ = tones(between(0.05, 0.45), snr_db=10)
    estimates = FFTPeak(interpolation).predict(x)
    for changed in (1e-6 * x, -1e6 * x, x + 3):
        # The iterations and the logs pass rounding on: a part in 1e10 of a bin is left.
        np.testing.assert_allclose(FFTPeak(interpolation).predict(changed), estimates, rtol=1e-10)


@every
def test_batch_is_its_signals_one_by_one(interpolation):
    x, _ = tones(between(0.05, 0.45, 40), snr_db=0)
    estimates = FFTPeak(interpolation).predict(x)
    one_by_one = [FFTPeak(interpolation).predict(row[None])[0] for row in x]
    np.testing.assert_allclose(estimates, one_by_one, rtol=1e-12)
    np.testing.assert_allclose(FFTPeak(interpolation).predict(x[::-1]), estimates[::-1], rtol=1e-12)


@pytest.mark.parametrize("interpolation", ["none", "parabolic"])
def test_reversed_time_has_the_same_frequency(interpolation):
    # True of what looks at magnitudes; the others assume the phase step of time that runs forwards.
    x, _ = tones(between(0.05, 0.45), snr_db=10)
    backwards = FFTPeak(interpolation).predict(x[:, ::-1])
    np.testing.assert_allclose(backwards, FFTPeak(interpolation).predict(x), rtol=0, atol=1e-12)


@every
def test_sample_rate_is_a_unit(interpolation):
    x, _ = tones(between(0.1, 0.3), snr_db=10)
    hertz = FFTPeak(interpolation, sample_rate=2048.0, frequency_range=(150, 700)).predict(x)
    cycles = FFTPeak(interpolation, frequency_range=(150 / 2048, 700 / 2048)).predict(x)
    np.testing.assert_allclose(hertz, 2048 * cycles, rtol=1e-12)


@every
@pytest.mark.parametrize("limits", [(0.1, 0.2), (0.1233, 0.1235)], ids=["wide", "inside one bin"])
def test_a_stronger_tone_outside_the_range_is_not_looked_at(interpolation, limits):
    x = tones([0.1234]) + 20 * tones([0.35], label="interferer")
    (estimate,) = FFTPeak(interpolation, frequency_range=limits).predict(x)
    assert limits[0] <= estimate <= limits[1]
    assert abs(estimate - 0.1234) < 1 / 128


# --- the other outputs and noise ------------------------------------------------------------------


def test_phase_amplitude_and_offset_follow_by_least_squares():
    outputs = ("offset", "frequency", "amplitude", "phase")
    x, (_, phase, amplitude, _) = tones(between(0.05, 0.45), snr_db=200)
    estimates = FFTPeak("aboutanios-mulgrew-image", outputs=outputs).predict(x)
    np.testing.assert_allclose(estimates[:, 2], amplitude, rtol=1e-6)
    np.testing.assert_allclose(estimates[:, 3], phase, atol=1e-6)


def test_aboutanios_mulgrew_less_image_is_near_the_bound():
    x, parameters = tones(between(0.05, 0.45, 10_000), snr_db=20)
    error = FFTPeak("aboutanios-mulgrew-image").predict(x) - parameters[0]
    ratio = np.sqrt(np.mean(error**2) / np.mean(tone_bound(128, *parameters)["frequency"]))
    # 1.015 by theory (Aboutanios and Mulgrew); the rms of 10,000 errors is known to 0.7 %.
    assert 0.98 < ratio < 1.05


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"interpolation": "cubic"},
            f"FFTPeak: interpolation must be one of {ALL}, got 'cubic'",
        ),
        (
            {"interpolation": "jacobsen", "window": "hann"},
            "FFTPeak: a window needs interpolation from ('none', 'parabolic'), got 'jacobsen'",
        ),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        FFTPeak(**arguments).predict(tones([0.1]))
    assert str(error.value) == message
