"""Wrong answers to the exercises of lesson 6, and words that the check's sentence holds."""

import numpy as np
from scipy.stats import norm

noise = np.random.default_rng(0).standard_normal(500)  # as the lesson's own cells hold it


def filtered(signals, g, start=0):
    n = signals.shape[1]
    return np.array([np.convolve(x, g)[start : start + n] for x in signals])


def unit(template):
    return template / np.linalg.norm(template)


def not_normalised(signals, template):
    return filtered(signals, template[::-1])


def over_energy(signals, template):
    return filtered(signals, template[::-1] / np.sum(template**2))


def not_reversed(signals, template):
    return filtered(signals, unit(template))


def centred(signals, template):
    return np.array([np.convolve(x, unit(template)[::-1], mode="same") for x in signals])


def valid_only(signals, template):
    return np.array([np.convolve(x, unit(template)[::-1], mode="valid") for x in signals])


def first_sample(signals, template):
    return filtered(signals, unit(template)[::-1], start=len(template) - 1)[:, : signals.shape[1]]


def largest_so_far(signals, template):
    return np.maximum.accumulate(filtered(signals, unit(template)[::-1]), axis=1)


def magnitude(signals, template):
    return np.abs(filtered(signals, unit(template)[::-1]))


def misses(noise_scores, burst_scores, rates):
    return np.mean(burst_scores[:, None] <= np.quantile(noise_scores, 1 - rates), axis=0)


def wrong_tail(noise_scores, burst_scores, rates):
    return np.mean(burst_scores[:, None] > np.quantile(noise_scores, rates), axis=0)


def on_bursts(noise_scores, burst_scores, rates):
    return np.mean(burst_scores[:, None] > np.quantile(burst_scores, 1 - rates), axis=0)


def exchanged(noise_scores, burst_scores, rates):
    return np.mean(noise_scores[:, None] > np.quantile(burst_scores, 1 - rates), axis=0)


def thresholds(noise_scores, burst_scores, rates):
    return np.quantile(noise_scores, 1 - rates)


def one_threshold(noise_scores, burst_scores, rates):
    return np.mean(burst_scores > np.quantile(noise_scores, 0.99))


def normal_thresholds(noise_scores, burst_scores, rates):
    return np.mean(burst_scores[:, None] > norm.isf(rates), axis=0)


def in_per_cent(noise_scores, burst_scores, rates):
    return 100 * np.mean(burst_scores[:, None] > thresholds(noise_scores, burst_scores, rates), axis=0)


def lessons_noise(noise_scores, burst_scores, rates):
    return np.mean(burst_scores[:, None] > np.quantile(noise, 1 - rates), axis=0)


def missed(deflection, rate):
    return norm.cdf(norm.isf(rate) - deflection)


def plus(deflection, rate):
    return norm.sf(norm.isf(rate) + deflection)


def energy(deflection, rate):
    return norm.sf(norm.isf(rate) - deflection**2)


def no_inverse(deflection, rate):
    return norm.sf(rate - deflection)


def lower_quantile(deflection, rate):
    return norm.sf(norm.ppf(rate) - deflection)


def two_sided(deflection, rate):
    return norm.sf(norm.isf(rate / 2) - deflection)


def fades():
    return np.array([0.8, 4.0, -0.5])


def no_bias():
    return np.array([2.0, 4.0, 0.0])


def rises():
    return np.array([2.0, 4.0, 0.5])


def weak_input():
    return np.array([3.0, 1.0, -1.0])


def falls_back():
    return np.array([1.2, 4.0, -0.5])


def weak_recurrence():
    return np.array([0.5, 4.0, -0.2])


def no_latch():
    return np.array([0.0, 4.0, -1.0])


def two_numbers():
    return 2.0, 4.0


WRONG = {
    "matched_filter": (
        (not_normalised, "not divided by the template's norm"),
        (over_energy, "divide by its root"),
        (not_reversed, "turn the template round"),
        (centred, "template's middle"),
        (valid_only, "shape (6, 37), but shape (6, 40) is asked"),
        (first_sample, "template's first sample"),
        (largest_so_far, "the output itself is asked"),
        (magnitude, "upside down"),
    ),
    "roc": (
        (misses, "the miss rate"),
        (wrong_tail, "above the quantile 1 - p"),
        (on_bursts, "the false-alarm rates themselves"),
        (exchanged, "the other way round"),
        (thresholds, "the thresholds"),
        (one_threshold, "shape ()"),
        (normal_thresholds, "set them on noise_scores"),
        (in_per_cent, "per cent"),
        (lessons_noise, "reads the variable `noise`"),
    ),
    "known_time": (
        (missed, "the miss rate"),
        (plus, "falls with the deflection"),
        (energy, "d squared"),
        (no_inverse, "its inverse"),
        (lower_quantile, "norm.ppf is that of 1 - Q"),
        (two_sided, "on both sides"),
    ),
    "latch": (
        (fades, "forgets"),
        (no_bias, "b must be negative"),
        (rises, "b must be negative"),
        (weak_input, "a larger u, or a b nearer to 0"),
        (weak_recurrence, "a low fixed point"),
        (falls_back, "forgets"),
        (no_latch, "forgets"),
        (two_numbers, "shape (2,)"),
    ),
}
