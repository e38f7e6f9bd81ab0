"""Wrong answers to the exercises of lesson 11, and words that the check's sentence holds."""

import numpy as np

from baselines import SineFit

rate = 2000.0  # what a notebook holds beside its recording


def products(r, n_lags):
    return np.array([np.sum(r[: len(r) - k] * r[k:]) for k in range(n_lags + 1)])


def with_its_mean(residual, n_lags):
    sums = products(residual, n_lags)
    return sums[1:] / sums[0]


def from_lag_zero(residual, n_lags):
    sums = products(residual - residual.mean(), n_lags)
    return sums[:-1] / sums[0]


def all_lags(residual, n_lags):
    sums = products(residual - residual.mean(), n_lags)
    return sums / sums[0]


def not_normalised(residual, n_lags):
    return products(residual - residual.mean(), n_lags)[1:]


def over_the_terms(residual, n_lags):
    n, sums = len(residual), products(residual - residual.mean(), n_lags)
    return sums[1:] / (n - np.arange(1, n_lags + 1)) / (sums[0] / n)


def pair_by_pair(residual, n_lags):
    return [np.corrcoef(residual[:-k], residual[k:])[0, 1] for k in range(1, n_lags + 1)]


def circular(residual, n_lags):
    r = residual - residual.mean()
    return [np.sum(r * np.roll(r, -k)) / np.sum(r**2) for k in range(1, n_lags + 1)]


def ratio_of_powers(residual, frequency, near=3, far=20):
    power = np.abs(np.fft.rfft(residual - residual.mean())) ** 2
    bins = np.arange(len(power))
    distance = np.abs(bins - frequency * len(residual))
    return power[(distance >= near) & (distance <= far) & (bins > 0)].mean() / power[1:].mean()


def upside_down(residual, frequency):
    return 1 / np.sqrt(ratio_of_powers(residual, frequency))


def everywhere(residual, frequency):
    return np.sqrt(ratio_of_powers(residual, frequency, 0, len(residual)))


def at_bin_zero(residual, frequency):
    return np.sqrt(ratio_of_powers(residual, 0.0))


def each_bin(residual, frequency):
    power = np.abs(np.fft.rfft(residual)) ** 2
    return np.sqrt(power / power.mean())


def lessons_rate(residual, frequency):
    return np.sqrt(ratio_of_powers(residual, frequency / rate))


def fit(samples, sample_rate):
    (frequency,), (error,) = SineFit(sample_rate=sample_rate).predict(samples[None], return_std=True)
    return np.array([frequency, error])


def for_white_noise(samples, sample_rate):
    return fit(samples, sample_rate)


def cautious(samples, sample_rate):
    return fit(samples, sample_rate) * [1, 6]


def per_sample(samples, sample_rate):
    return fit(samples, 1.0)


def angular(samples, sample_rate):
    return 2 * np.pi * fit(samples, sample_rate)


def largest_bin(samples, sample_rate):
    power = np.abs(np.fft.rfft(samples - samples.mean()))
    width = sample_rate / len(samples)
    return np.argmax(power) * width, width / np.sqrt(12)


def in_windows(samples, sample_rate):
    found = SineFit(sample_rate=sample_rate).predict(samples.reshape(8, -1))
    return found.mean(), found.std(ddof=1) / np.sqrt(8)


def no_error_bar(samples, sample_rate):
    return fit(samples, sample_rate)[0]


def error_first(samples, sample_rate):
    return fit(samples, sample_rate)[::-1]


def rounded(value, uncertainty, digits=2):
    decimals = digits - 1 - int(np.floor(np.log10(uncertainty)))
    return round(value, decimals), round(float(uncertainty), decimals)


def total(frequency, standard_error, clock_ppm):
    return np.hypot(standard_error, clock_ppm * 1e-6 * frequency / np.sqrt(3))


def not_rounded(frequency, standard_error, clock_ppm):
    return frequency, total(frequency, standard_error, clock_ppm)


def one_digit(frequency, standard_error, clock_ppm):
    return rounded(frequency, total(frequency, standard_error, clock_ppm), 1)


def two_decimals(frequency, standard_error, clock_ppm):
    return round(frequency, 2), round(total(frequency, standard_error, clock_ppm), 2)


def frequency_not_rounded(frequency, standard_error, clock_ppm):
    return frequency, rounded(frequency, total(frequency, standard_error, clock_ppm))[1]


def limit_as_deviation(frequency, standard_error, clock_ppm):
    return rounded(frequency, np.hypot(standard_error, clock_ppm * 1e-6 * frequency))


def summed(frequency, standard_error, clock_ppm):
    return rounded(frequency, standard_error + clock_ppm * 1e-6 * frequency / np.sqrt(3))


def no_clock(frequency, standard_error, clock_ppm):
    return rounded(frequency, standard_error)


def in_words(frequency, standard_error, clock_ppm):
    return f"{frequency:.4f} ± {standard_error:.4f} Hz"


WRONG = {
    "autocorrelation": (
        (with_its_mean, "subtract the mean"),
        (from_lag_zero, "the lags from 0"),
        (all_lags, "shape (9,), but shape (8,) is asked"),
        (not_normalised, "divide by that at lag 0"),
        (over_the_terms, "divide all by the same sum of squares"),
        (pair_by_pair, "the correlation of each pair of shorter records"),
        (circular, "a circular autocorrelation"),
    ),
    "colour_factor": (
        (ratio_of_powers, "its root is asked"),
        (upside_down, "turn it round"),
        (everywhere, "as if all bins were near"),
        (at_bin_zero, "average the power of the bins 3 to 20 away"),
        (each_bin, "shape (2049,), but shape () is asked"),
        (lessons_rate, "reads the variable `rate`"),
    ),
    "answer": (
        (for_white_noise, "the bar of a fit in white noise"),
        (cautious, "times as long as they have to be"),
        (per_sample, "cycles per sample: hertz are asked"),
        (angular, "radians per second"),
        (largest_bin, "times the bound"),
        (in_windows, "fit one sine to the whole recording"),
        (no_error_bar, "shape (), but shape (2,) is asked"),
        (error_first, "more than one bin off"),
    ),
    "stated": (
        (not_rounded, "numbers that are not rounded"),
        (one_digit, "keeps one digit"),
        (two_decimals, "is right"),
        (frequency_not_rounded, "the same last decimal place"),
        (limit_as_deviation, "divide it by the root of 3"),
        (summed, "independent errors add as squares"),
        (no_clock, "the part of the noise alone"),
        (in_words, "str where an array of numbers is asked"),
    ),
}
