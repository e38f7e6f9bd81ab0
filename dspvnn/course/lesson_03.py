"""The checks of lesson 3, the least-squares sine fit and the threshold."""

from typing import Any

import numpy as np
from scipy.integrate import trapezoid
from scipy.stats import ncx2

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.frequencies import BIN, praise, score
from dspvnn.course.verdict import Fault, check
from dspvnn.signals import tone
from dspvnn.signals.noise import white
from dspvnn.tasks import Trials

PLACES = ((128, -10), (64, -12), (256, -12), (128, -14))  # samples, dB: outliers are neither rare nor sure


@check
def fit_at(answer: Any, rng: np.random.Generator) -> str:
    """``fit_at(signals, frequency)`` returns amplitude, phase and offset, ``(n_signals, 3)``."""
    n_signals, n_samples = 200, 40
    frequency, phase = rng.uniform(0.02, 0.4, n_signals), rng.uniform(-np.pi, np.pi, n_signals)
    amplitude, offset = rng.uniform(0.5, 2, n_signals), rng.uniform(-1, 1, n_signals)
    signals = tone(n_samples, frequency, phase, amplitude, offset)
    signals += white(rng, np.full(n_signals, 0.3), n_samples)
    got = call(answer, signals, frequency, shape=(n_signals, 3))
    right = _fits(signals, frequency)
    (a, p, c), means = right.T, signals.mean(axis=1)
    no_offset = _fits(signals, frequency, offset=False).T
    centred = _fits(signals - means[:, None], frequency, offset=False).T
    mistakes: dict[str, Any] = {
        "the phase with the wrong sign: cos(u + v) = cos(u) cos(v) - sin(u) sin(v).": (a, -p, c),
        "the phase of a sine: that of a cosine is asked.": (a, p + np.pi / 2, c),
        "the phase in degrees: radians are asked.": (a, np.rad2deg(p), c),
        "the square of the amplitude.": (a**2, p, c),
        "phase, amplitude, offset: the amplitude comes first.": (p, a, c),
        "a fit without the offset: fit a constant, too.": no_offset,
        "the record's mean as the offset: a tone has a mean, too, so fit all three.": (*centred[:2], means),
    }
    known = {sentence: _plane(np.stack(wrong, axis=1)) for sentence, wrong in mistakes.items()}
    worst = agree(name_of(answer), _plane(got), _plane(right), known, 1e-6)
    return f"{name_of(answer)} agrees with a least-squares fit by the textbook to {worst:.0e}."


def _plane(fits: np.ndarray) -> np.ndarray:
    """Return the fits as points, of which a turn of the phase by 2 pi makes no other ones."""
    amplitude, phase, offset = fits.T
    return np.stack([amplitude * np.cos(phase), amplitude * np.sin(phase), offset], axis=1)


def _fits(signals: np.ndarray, frequency: np.ndarray, offset: bool = True) -> np.ndarray:
    """Return amplitude, phase and offset of every record by NumPy's least squares."""
    fits = np.zeros((len(signals), 3))
    for row, signal, f in zip(fits, signals, frequency, strict=True):
        angle = 2 * np.pi * f * np.arange(len(signal))
        columns = [np.cos(angle), -np.sin(angle)] + [np.ones_like(angle)] * offset
        x, y, *constant = np.linalg.lstsq(np.stack(columns, axis=1), signal)[0]
        row[:] = np.hypot(x, y), np.arctan2(y, x), constant[0] if offset else 0.0
    return fits


@check
def sine_fit(answer: Any, rng: np.random.Generator) -> str:
    """``sine_fit(signals)`` returns the least-squares frequency: at the bound at 5 and at 40 dB."""
    score(answer, 5, rng, ratio=1.1, diagnose=_wrong_peak)
    found = score(answer, 40, rng, ratio=1.1, diagnose=_wrong_peak)
    return praise(name_of(answer), found, 40, found.limit)


def _wrong_peak(name: str, estimates: np.ndarray, trials: Trials) -> None:
    errors = np.abs(estimates - trials.target)
    far = int(np.sum(errors > BIN))
    if far:
        raise Fault(
            f"{name} is more than one bin away from the truth for {far} of {len(errors)} signals: "
            "start from the largest peak of a spectrum, and stay near it."
        )


@check
def outlier_probability(answer: Any, rng: np.random.Generator) -> str:
    """``outlier_probability(n_samples, snr_db)`` returns the chance that a noise bin is the largest."""
    got = np.array([call(answer, n_samples, snr_db, shape=()) for n_samples, snr_db in PLACES])
    right = _outliers()
    silent = [1 - (1 - np.exp(-n * 10 ** (snr_db / 10) / 2)) ** (n // 2 - 2) for n, snr_db in PLACES]
    mistakes = {
        "the chance of the tone's bin: that of another bin is asked.": 1 - right,
        "a value for 10^(dB / 20): the SNR is a ratio of powers, 10^(dB / 10).": _outliers(decibels=20),
        "a value for twice the tone's power: it is N rho / 2.": _outliers(factor=2),
        "a value for half the tone's power: it is N rho / 2.": _outliers(factor=0.5),
        "the chance that one noise bin is larger: there are about N / 2 of them.": _outliers(rivals=0),
        "a value for N noise bins: those above N / 2 are only a mirror image.": _outliers(rivals=1),
        "a value for a tone's bin without noise: the noise moves it, too.": np.array(silent),
    }
    # The mean of 10,000 random draws has a standard deviation of 0.005: five of them are 0.035 of 0.7, the
    # largest value.
    agree(name_of(answer), got, right, mistakes, 0.035)
    return f"{name_of(answer)} finds {got[0]:.3f} at 128 samples, -10 dB; the integral is {right[0]:.3f}."


def _outliers(decibels: float = 10, factor: float = 1, rivals: float = 0.5) -> np.ndarray:
    """Return the chance at each of `PLACES`, against a share `rivals` of the bins (one bin for 0)."""
    values = []
    for n_samples, snr_db in PLACES:
        doubled = factor * n_samples * 10 ** (snr_db / decibels)  # twice the mean power of the tone's bin
        n_rivals = max(1, int(rivals * n_samples) - 2)
        power = np.linspace(
            0, doubled / 2 + 12 * np.sqrt(doubled) + 40, 4001
        )  # all but 1e-12 of the density
        density = 2 * ncx2.pdf(2 * power, 2, doubled)
        values.append(1 - trapezoid((1 - np.exp(-power)) ** n_rivals * density, power))
    return np.array(values)


@check
def posterior_mean(answer: Any, rng: np.random.Generator) -> str:
    """``posterior_mean(frequencies, log_likelihood)`` returns the mean under a flat prior."""
    frequencies = np.linspace(0.05, 0.25, 1001)
    places, widths = rng.uniform(0.07, 0.23, (50, 2, 1)), rng.uniform(0.002, 0.006, (50, 2, 1))
    heights = rng.uniform(-2, 0, (50, 2, 1))
    bumps = heights - ((frequencies - places) / widths) ** 2 / 2
    shape = np.logaddexp(bumps[:, 0], bumps[:, 1])
    got = call(answer, frequencies, shape - rng.uniform(2000, 4000, (50, 1)), shape=(50,))
    weights = np.exp(shape)
    right = weights @ frequencies / weights.sum(axis=1)
    scaled = np.exp(shape - shape.max(axis=1, keepdims=True))
    mistakes = {
        "the peak of the posterior: its mean is asked.": frequencies[np.argmax(shape, axis=1)],
        "a sum that is not divided by the sum of the weights.": scaled @ frequencies,
        "a sum over the trials that is divided by their number: divide by the sum of the weights.": (
            scaled @ frequencies / len(frequencies)
        ),
        "the mean of the trials without weights.": np.full(50, frequencies.mean()),
    }
    worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with the exact means of 50 posteriors of two peaks to {worst:.0e}."
