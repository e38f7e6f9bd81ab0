"""Wrong answers to the exercises of lesson 3, and words that the check's sentence holds."""

import numpy as np

frequencies = np.linspace(0.05, 0.25, 1001)  # as the lesson's own cells hold them


def fitted(signals, frequency, offset=True):
    points = []
    for signal, f in zip(signals, frequency, strict=True):
        angle = 2 * np.pi * f * np.arange(len(signal))
        columns = [np.cos(angle), -np.sin(angle)] + [np.ones(len(signal))] * offset
        points.append(np.linalg.lstsq(np.stack(columns, axis=1), signal)[0])
    return np.array(points).T


def of_sine_and_cosine(signals, frequency):
    a, b, c = fitted(signals, frequency)
    return np.stack([np.hypot(a, b), np.arctan2(-b, a), c], axis=1)


def of_a_sine(signals, frequency):
    a, b, c = fitted(signals, frequency)
    return np.stack([np.hypot(a, b), np.arctan2(a, -b), c], axis=1)


def without_offset(signals, frequency):
    a, b = fitted(signals, frequency, offset=False)
    return np.stack([np.hypot(a, b), np.arctan2(b, a), 0 * a], axis=1)


def mean_first(signals, frequency):
    mean = signals.mean(axis=1)
    a, b = fitted(signals - mean[:, None], frequency, offset=False)
    return np.stack([np.hypot(a, b), np.arctan2(b, a), mean], axis=1)


def coefficients(signals, frequency):
    return fitted(signals, frequency).T


def in_degrees(signals, frequency):
    a, b, c = fitted(signals, frequency)
    return np.stack([np.hypot(a, b), np.rad2deg(np.arctan2(b, a)), c], axis=1)


def three_arrays(signals, frequency):
    a, b, c = fitted(signals, frequency)
    return np.hypot(a, b), np.arctan2(b, a), c


def padded_peak(signals, padding=8):
    spectrum = np.fft.rfft(signals - signals.mean(axis=1, keepdims=True), padding * signals.shape[1])
    return np.argmax(np.abs(spectrum), axis=1) / (padding * signals.shape[1])


def refined(signals, frequency, steps=6, offset=True):
    n = np.arange(signals.shape[1])
    for _ in range(steps):
        angle = 2 * np.pi * frequency[:, None] * n
        columns = [np.cos(angle), -np.sin(angle)] + [np.ones_like(angle)] * offset
        a, b = solved(columns, signals)[:, :2].T[:, :, None]
        slope = 2 * np.pi * n * (a * columns[1] - b * columns[0])
        frequency = frequency + solved([*columns, slope], signals)[:, -1]
    return frequency


def solved(columns, signals):
    columns = np.stack(columns, axis=-1)
    return np.linalg.solve(columns.mT @ columns, columns.mT @ signals[:, :, None])[:, :, 0]


def search_alone(signals):
    return padded_peak(signals, 64)


def from_the_middle(signals):
    return np.clip(refined(signals, np.full(len(signals), 0.15)), 0.02, 0.48)


def fit_without_offset(signals):
    return refined(signals, padded_peak(signals), offset=False)


def hertz(signals):
    return 1000 * refined(signals, padded_peak(signals))


def radians(signals):
    return 2 * np.pi * refined(signals, padded_peak(signals))


def three_columns(signals):
    return refined(signals, padded_peak(signals), steps=0)


def chance(n_samples, snr_db, decibels=10, share=0.5, variance=0.5):
    rho = 10 ** (snr_db / decibels)
    u, v = np.sqrt(variance) * np.random.default_rng(0).standard_normal((2, 100_000))
    power = (np.sqrt(n_samples * rho / 2) + u) ** 2 + v**2
    return 1 - np.mean((1 - np.exp(-power)) ** max(1, share * n_samples - 2))


def amplitude_decibels(n_samples, snr_db):
    return chance(n_samples, snr_db, decibels=20)


def one_rival(n_samples, snr_db):
    return chance(n_samples, snr_db, share=0)


def all_bins(n_samples, snr_db):
    return chance(n_samples, snr_db, share=1)


def no_noise(n_samples, snr_db):
    return chance(n_samples, snr_db, variance=0)


def unit_variance(n_samples, snr_db):
    return chance(n_samples, snr_db, variance=1)


def chance_of_success(n_samples, snr_db):
    return 1 - chance(n_samples, snr_db)


def every_draw(n_samples, snr_db):
    return np.random.default_rng(0).random(10) < chance(n_samples, snr_db)


def underflows(trials, log_likelihood):
    weights = np.exp(log_likelihood)
    return weights @ trials / weights.sum(axis=1)


def peak(trials, log_likelihood):
    return trials[np.argmax(log_likelihood, axis=1)]


def not_normalised(trials, log_likelihood):
    return np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True)) @ trials


def one_top_for_all(trials, log_likelihood):
    weights = np.exp(log_likelihood - log_likelihood.max())
    return weights @ trials / weights.sum(axis=1)


def logarithms(trials, log_likelihood):
    return log_likelihood @ trials / log_likelihood.sum(axis=1)


def lessons_trials(trials, log_likelihood):
    return frequencies[np.argmax(log_likelihood, axis=1)]


def subtracts_in_place(trials, log_likelihood):
    log_likelihood -= log_likelihood.max(axis=1, keepdims=True)
    weights = np.exp(log_likelihood)
    return weights @ trials / weights.sum(axis=1)


WRONG = {
    "fit_at": (
        (of_sine_and_cosine, "phase with the wrong sign"),
        (of_a_sine, "phase of a sine"),
        (without_offset, "fit a constant, too"),
        (mean_first, "record's mean as the offset"),
        (coefficients, "wrong values"),
        (in_degrees, "phase in degrees"),
        (three_arrays, "shape (3, 200), but shape (200, 3) is asked"),
    ),
    "sine_fit": (
        (search_alone, "times the Cramér-Rao bound"),
        (from_the_middle, "is more than one bin away"),
        (fit_without_offset, "times the Cramér-Rao bound"),
        (hertz, "outside 0 to 0.5"),
        (radians, "radians per sample"),
        (three_columns, "times the Cramér-Rao bound"),
    ),
    "outlier_probability": (
        (amplitude_decibels, "10^(dB / 10)"),
        (one_rival, "one noise bin is larger"),
        (all_bins, "only a mirror image"),
        (no_noise, "the noise moves it, too"),
        (unit_variance, "wrong values"),
        (chance_of_success, "the chance of the tone's bin"),
        (every_draw, "but shape () is asked"),
    ),
    "posterior_mean": (
        (underflows, "NaN or infinity in 50 of 50"),
        (peak, "the peak of the posterior"),
        (not_normalised, "not divided by the sum"),
        (one_top_for_all, "NaN or infinity"),
        (logarithms, "wrong values"),
        (lessons_trials, "reads the variable `frequencies`"),
        (subtracts_in_place, "changes its input (argument 2)"),
    ),
}
