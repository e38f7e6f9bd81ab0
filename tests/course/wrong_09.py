"""Wrong answers to the exercises of lesson 9, and words that the check's sentence holds."""

import numpy as np

from baselines import SineFit

bounds = [1e-5]  # what a notebook holds beside its records


def standard_deviation(residuals):
    return residuals.std(axis=1)


def without_the_factor(residuals):
    middle = np.median(residuals, axis=1, keepdims=True)
    return np.median(np.abs(residuals - middle), axis=1)


def about_zero(residuals):
    return 1.4826 * np.median(np.abs(residuals), axis=1)


def about_the_mean(residuals):
    return 1.4826 * np.median(np.abs(residuals - residuals.mean(axis=1, keepdims=True)), axis=1)


def mean_distance(residuals):
    return 1.4826 * np.mean(np.abs(residuals - np.median(residuals, axis=1, keepdims=True)), axis=1)


def for_all_records(residuals):
    return 1.4826 * np.median(np.abs(residuals - np.median(residuals, axis=1, keepdims=True)))


def fitted(signals, weights, frequency, constant=True):
    angle = 2 * np.pi * frequency[:, None] * np.arange(signals.shape[1])
    columns = np.stack([np.cos(angle), np.sin(angle)] + [np.ones_like(angle)] * constant, axis=-1)
    weighted = (weights[:, :, None] * columns).mT
    return (columns @ np.linalg.solve(weighted @ columns, weighted @ signals[:, :, None]))[:, :, 0]


def present(signals):
    return np.where(np.isnan(signals), 0, signals)


def gaps_kept(signals, weights, frequency):
    return fitted(signals, weights, frequency)


def weights_squared(signals, weights, frequency):
    return fitted(present(signals), weights**2, frequency)


def weights_ignored(signals, weights, frequency):
    return fitted(present(signals), 1.0 * (weights > 0), frequency)


def gaps_as_zeros(signals, weights, frequency):
    return fitted(present(signals), np.ones_like(weights), frequency)


def no_constant(signals, weights, frequency):
    return fitted(present(signals), weights, frequency, constant=False)


def coefficients(signals, weights, frequency):
    return fitted(present(signals), weights, frequency)[:, :3]


def robust(signals, weigh, sign=1, rounds=10):
    n = np.arange(signals.shape[1])
    start = SineFit(outputs=("frequency", "phase", "amplitude", "offset")).predict(signals)
    frequency, phase, amplitude, c = start.T[:, :, None]
    a, b = amplitude * np.cos(phase), -amplitude * np.sin(phase)
    for _ in range(rounds):
        cos, sin = np.cos(2 * np.pi * frequency * n), np.sin(2 * np.pi * frequency * n)
        weights = weigh(signals - (a * cos + b * sin + c))
        slope = sign * 2 * np.pi * n * (b * cos - a * sin)
        columns = np.stack([cos, sin, np.ones_like(cos), slope], axis=-1)
        weighted = (weights[:, :, None] * columns).mT
        theta = np.linalg.solve(weighted @ columns, weighted @ signals[:, :, None])[:, :, 0]
        a, b, c, step = theta.T[:, :, None]
        frequency = frequency + step
    return frequency[:, 0]


def student(rest):
    scale = 1.4826 * np.median(np.abs(rest), axis=1, keepdims=True)
    return 5 / (4 + (rest / scale) ** 2)


def without_weights(signals):
    return robust(signals, np.ones_like)


def weights_upside_down(signals):
    return robust(signals, lambda rest: 1 / student(rest))


def weights_of_samples(signals):
    weights = student(signals - signals.mean(axis=1, keepdims=True))
    trials = SineFit().predict(signals)[:, None] + np.linspace(-3e-3, 3e-3, 61)
    errors = [signals - fitted(signals, weights, trial) for trial in trials.T]
    best = np.argmin([np.sum(weights * error**2, axis=1) for error in errors], axis=0)
    return trials[np.arange(len(signals)), best]


def wrong_direction(signals):
    return robust(signals, student, sign=-1)


def in_radians(signals):
    return 2 * np.pi * robust(signals, student)


def median_filtered(signals):
    middle = np.median(np.stack([signals[:, :-2], signals[:, 1:-1], signals[:, 2:]]), axis=0)
    return SineFit().predict(middle)


def reads_the_bound(signals):
    return SineFit().predict(signals) + 0 * bounds[0]


def likeliest(log_likelihoods, n_parameters, n_samples):
    return np.argmax(log_likelihoods, axis=1)


def akaike(log_likelihoods, n_parameters, n_samples):
    return np.argmin(2 * n_parameters - 2 * log_likelihoods, axis=1)


def largest(log_likelihoods, n_parameters, n_samples):
    return np.argmax(n_parameters * np.log(n_samples) - 2 * log_likelihoods, axis=1)


def half_likelihood(log_likelihoods, n_parameters, n_samples):
    return np.argmin(n_parameters * np.log(n_samples) - log_likelihoods, axis=1)


def common_logarithm(log_likelihoods, n_parameters, n_samples):
    return np.argmin(n_parameters * np.log10(n_samples) - 2 * log_likelihoods, axis=1)


def from_one(log_likelihoods, n_parameters, n_samples):
    return 1 + np.argmin(n_parameters * np.log(n_samples) - 2 * log_likelihoods, axis=1)


def criterion(log_likelihoods, n_parameters, n_samples):
    return n_parameters * np.log(n_samples) - 2 * log_likelihoods


WRONG = {
    "robust_scale": (
        (standard_deviation, "in which the impulses count most"),
        (without_the_factor, "without the factor 1.4826"),
        (about_zero, "the median distance from 0"),
        (about_the_mean, "the median distance from the mean"),
        (mean_distance, "the mean distance from the median"),
        (for_all_records, "shape (), but shape (40,) is asked"),
    ),
    "weighted_fit": (
        (gaps_kept, "NaN or infinity"),
        (weights_squared, "the squares of the weights"),
        (weights_ignored, "every sample that is there counts alike"),
        (gaps_as_zeros, "missing samples count as zeros"),
        (no_constant, "a fit without the constant"),
        (coefficients, "shape (6, 3), but shape (6, 60) is asked"),
    ),
    "robust_frequency": (
        (without_weights, "a fit without weights has about 2.1 times"),
        (weights_upside_down, "times the bound"),
        (weights_of_samples, "times the bound"),
        (wrong_direction, "away from the truth"),
        (in_radians, "radians per sample"),
        (median_filtered, "times the bound"),
        (reads_the_bound, "reads the variable `bounds`"),
    ),
    "chosen": (
        (likeliest, "each parameter has a price"),
        (akaike, "the choice of AIC"),
        (largest, "the model of largest BIC"),
        (half_likelihood, "the log-likelihood counts twice"),
        (common_logarithm, "the logarithm of base 10"),
        (from_one, "the first is 0"),
        (criterion, "shape (400, 4), but shape (400,) is asked"),
    ),
}
