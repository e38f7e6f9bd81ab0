"""The checks of lesson 2, the best that anyone can do."""

from typing import Any

import numpy as np
from scipy.stats import norm

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.verdict import check
from dspvnn.limits import tone_bound, tone_bound_asymptotic, tone_fisher_information

Tones = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # frequency, phase, amplitude, noise_std
Mistakes = dict[str, np.ndarray]  # what each one returns, by the sentence that names it


def _tones(rng: np.random.Generator) -> Tones:
    """Return a few tones whose bounds are of one size."""
    ranges = ((0.06, 0.44), (-np.pi, np.pi), (1, 3), (2, 3))
    frequency, phase, amplitude, noise_std = (rng.uniform(low, high, 6) for low, high in ranges)
    return frequency, phase, amplitude, noise_std


@check
def log_likelihood(answer: Any, rng: np.random.Generator) -> str:
    """``log_likelihood(signals, means, noise_std)`` returns the logarithm of each record's density."""
    n_signals, n_samples = 5, 800  # a product of 800 densities of this size is 0 in float64
    means = rng.standard_normal((n_signals, n_samples))
    noise_std = rng.uniform(2, 4, n_signals)
    signals = means + noise_std[:, None] * rng.standard_normal(means.shape)
    got = call(answer, signals, means, noise_std, shape=(n_signals,))
    right = norm.logpdf(signals, means, noise_std[:, None]).sum(axis=1)
    squares = np.sum((signals - means) ** 2, axis=1) / noise_std**2
    mistakes = {
        "the mean over the samples: the logarithm of a product is a sum.": right / n_samples,
        "the log-likelihood with the wrong sign.": -right,
        "the squares alone: log(sigma) and log(2 pi) are missing.": -squares / 2,
        "the log-likelihood without the factor 1/2 of the squares.": right - squares / 2,
        "the log-likelihood without log(sigma).": right + n_samples * np.log(noise_std),
        "the log-likelihood without log(2 pi).": right + n_samples * np.log(2 * np.pi) / 2,
        "squares over sigma: they stand over sigma squared.": right + squares * (1 - noise_std) / 2,
    }
    worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with SciPy to {worst:.0e}, at {n_samples} samples."


@check
def frequency_information(answer: Any, rng: np.random.Generator) -> str:
    """``frequency_information(n_samples, frequency, phase, ...)`` returns its Fisher information."""
    for n_samples in (24, 65):
        tones = _tones(rng)
        right = tone_fisher_information(n_samples, *tones)[:, 0, 0]
        got = call(answer, n_samples, *tones, shape=right.shape)
        worst = agree(name_of(answer), got, right, _information_mistakes(right, n_samples, tones))
    return f"{name_of(answer)} agrees with the toolkit's to {worst:.0e}, at 24 and 65 samples."


def _information_mistakes(right: np.ndarray, n_samples: int, tones: Tones) -> Mistakes:
    frequency, phase, amplitude, std = tones
    n = np.arange(n_samples)
    angle = 2 * np.pi * frequency[:, None] * n + phase[:, None]
    sine, snr = np.sin(angle), (amplitude / std) ** 2
    shifted = np.sin(angle + 2 * np.pi * frequency[:, None])
    return {
        "the information without (2 pi)^2: 2 pi f n has the derivative 2 pi n.": right / (2 * np.pi) ** 2,
        "the information without the amplitude.": right / amplitude**2,
        "the information over sigma: it stands over sigma squared.": right * std,
        "the information without sigma.": right * std**2,
        "the information of the phase: the factor 2 pi n is missing.": snr * np.sum(sine**2, axis=1),
        "the information with n in place of n squared.": (2 * np.pi) ** 2
        * snr
        * np.sum(n * sine**2, axis=1),
        "the information with cos in place of sin: take the derivative.": (
            snr * np.sum((2 * np.pi * n * np.cos(angle)) ** 2, axis=1)
        ),
        "the information with n from 1: the first sample has n = 0.": (
            snr * np.sum((2 * np.pi * (n + 1) * shifted) ** 2, axis=1)
        ),
        "1 over the information: the information itself is asked.": 1 / right,
        "the square of a sum: the sum of squares is asked.": snr
        * np.sum(2 * np.pi * n * sine, axis=1) ** 2,
    }


@check
def frequency_bound(answer: Any, rng: np.random.Generator) -> str:
    """``frequency_bound(n_samples, frequency, phase, amplitude, noise_std)``: all four are unknown."""
    for n_samples in (20, 33):
        tones = _tones(rng)
        right = tone_bound(n_samples, *tones)["frequency"]
        got = call(answer, n_samples, *tones, shape=right.shape)
        worst = agree(name_of(answer), got, right, _bound_mistakes(right, n_samples, tones))
    return (
        f"{name_of(answer)} agrees with the toolkit to {worst:.0e}; the rms error of the first tone's "
        f"frequency is at least {np.sqrt(got[0]):.3g} cycles per sample."
    )


def _bound_mistakes(right: np.ndarray, n_samples: int, tones: Tones) -> Mistakes:
    of_one = tone_fisher_information(n_samples, *tones)[:, 0, 0]
    snrs_db = 10 * np.log10(tones[2] ** 2 / (2 * tones[3] ** 2))
    textbook = [tone_bound_asymptotic(n_samples, snr_db) for snr_db in snrs_db]
    no_offset = tone_bound(n_samples, *tones, unknown=("frequency", "phase", "amplitude"))
    neither = tone_bound(n_samples, *tones, unknown=("frequency", "phase"))
    return {
        "1 over one element: that is the bound for a known phase, so invert the whole matrix.": 1 / of_one,
        "a standard deviation: the variance is asked.": np.sqrt(right),
        "the element of the Fisher matrix: that of its inverse is asked.": of_one,
        "the bound of the phase: the frequency is asked.": tone_bound(n_samples, *tones)["phase"],
        "the bound for a known offset: it is unknown, too.": no_offset["frequency"],
        "the bound for a known amplitude and offset: both are unknown, too.": neither["frequency"],
        "the textbook's bound for long records: short ones need the matrix.": np.array(textbook),
        "the bound without the noise: the matrix stands over sigma squared.": right / tones[3] ** 2,
    }


@check
def ratio_to_bound(answer: Any, rng: np.random.Generator) -> str:
    """``ratio_to_bound(estimates, truth, variances)`` returns the rms error over the bound's."""
    n_signals = 2000
    truth = rng.uniform(0.05, 0.25, n_signals)
    variances = 1e-6 * rng.uniform(0.2, 5, n_signals)
    errors = np.sqrt(variances) * (0.4 + rng.standard_normal(n_signals))  # with a bias
    got = call(answer, truth + errors, truth, variances, shape=())
    error, bound = np.sqrt(np.mean(errors**2)), np.sqrt(np.mean(variances))
    mistakes = {
        "the spread of the errors over the bound, which hides their bias.": np.std(errors) / bound,
        "the ratio of the mean squares: its root is asked.": (error / bound) ** 2,
        "the bound over the error: it is the error over the bound.": bound / error,
        "the mean absolute error over the bound: square, average, take the root.": (
            np.mean(np.abs(errors)) / bound
        ),
        "the error over the mean of roots: average the variances first.": error
        / np.mean(np.sqrt(variances)),
        "the root of the mean of ratios: the ratio of two means is asked.": (
            np.sqrt(np.mean(errors**2 / variances))
        ),
        "the error over the variance: its root is the standard deviation.": error / bound**2,
        "the mean error over the bound: errors of both signs cancel in it.": np.mean(errors) / bound,
    }
    agree(name_of(answer), got, np.asarray(error / bound), {k: np.asarray(v) for k, v in mistakes.items()})
    return f"{name_of(answer)} finds {got:.3f} times the bound for {n_signals} fresh, biased estimates."
