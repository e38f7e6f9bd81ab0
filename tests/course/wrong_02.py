"""Wrong answers to the exercises of lesson 2, and words that the check's sentence holds."""

import numpy as np

from dspvnn.limits import tone_bound, tone_bound_asymptotic, tone_fisher_information

sigma = 0.1  # the lesson's own noise level


def squares(signals, means, noise_std):
    return np.sum((signals - means) ** 2, axis=1) / noise_std**2


def density(signals, means, noise_std):
    std = noise_std[:, None]
    return np.exp(-((signals - means) ** 2) / (2 * std**2)) / (np.sqrt(2 * np.pi) * std)


def of_a_product(signals, means, noise_std):
    return np.log(np.prod(density(signals, means, noise_std), axis=1))


def averaged(signals, means, noise_std):
    return np.mean(np.log(density(signals, means, noise_std)), axis=1)


def squares_alone(signals, means, noise_std):
    return -squares(signals, means, noise_std) / 2


def without_sigma(signals, means, noise_std):
    return -squares(signals, means, noise_std) / 2 - signals.shape[1] * np.log(2 * np.pi) / 2


def per_sample(signals, means, noise_std):
    return np.log(density(signals, means, noise_std))


def not_broadcast(signals, means, noise_std):
    return np.sum((signals - means) / noise_std, axis=1)


def lessons_sigma(signals, means, noise_std):
    return squares(signals, means, sigma)


def slopes(n_samples, frequency, phase, amplitude):
    n = np.arange(n_samples)
    angle = 2 * np.pi * frequency[:, None] * n + phase[:, None]
    return amplitude[:, None] * 2 * np.pi * n * np.sin(angle)


def in_radians(n_samples, frequency, phase, amplitude, noise_std):
    return (
        np.sum((slopes(n_samples, frequency, phase, amplitude) / (2 * np.pi)) ** 2, axis=1) / noise_std**2
    )


def over_sigma(n_samples, frequency, phase, amplitude, noise_std):
    return np.sum(slopes(n_samples, frequency, phase, amplitude) ** 2, axis=1) / noise_std


def square_of_the_sum(n_samples, frequency, phase, amplitude, noise_std):
    return np.sum(slopes(n_samples, frequency, phase, amplitude), axis=1) ** 2 / noise_std**2


def of_the_phase(n_samples, frequency, phase, amplitude, noise_std):
    return tone_fisher_information(n_samples, frequency, phase, amplitude, noise_std)[:, 1, 1]


def mean_of_sines(n_samples, frequency, phase, amplitude, noise_std):
    n = np.arange(n_samples)
    return (2 * np.pi * amplitude / noise_std) ** 2 * np.sum(n**2) / 2


def the_bound(n_samples, frequency, phase, amplitude, noise_std):
    return noise_std**2 / np.sum(slopes(n_samples, frequency, phase, amplitude) ** 2, axis=1)


def matrix(n_samples, frequency, phase, amplitude, noise_std):
    return tone_fisher_information(n_samples, frequency, phase, amplitude, noise_std)


def not_inverted(*arguments):
    return matrix(*arguments)[:, 0, 0]


def one_element(*arguments):
    return 1 / matrix(*arguments)[:, 0, 0]


def standard_deviation(*arguments):
    return np.sqrt(tone_bound(*arguments)["frequency"])


def known_offset(*arguments):
    return np.linalg.inv(matrix(*arguments)[:, :3, :3])[:, 0, 0]


def textbook(n_samples, frequency, phase, amplitude, noise_std):
    snr_db = 10 * np.log10(amplitude**2 / (2 * noise_std**2))
    return np.array([tone_bound_asymptotic(n_samples, level) for level in snr_db])


def whole_matrix(*arguments):
    return np.linalg.inv(matrix(*arguments))


def elementwise(*arguments):
    return (1 / matrix(*arguments)).mean(axis=(1, 2))


def spread(estimates, truth, variances):
    return np.std(estimates - truth) / np.sqrt(np.mean(variances))


def not_rooted(estimates, truth, variances):
    return np.mean((estimates - truth) ** 2) / np.mean(variances)


def absolute(estimates, truth, variances):
    return np.mean(np.abs(estimates - truth)) / np.sqrt(np.mean(variances))


def each_ratio(estimates, truth, variances):
    return np.sqrt((estimates - truth) ** 2 / variances)


def mean_of_roots(estimates, truth, variances):
    return np.sqrt(np.mean((estimates - truth) ** 2)) / np.mean(np.sqrt(variances))


def upside_down(estimates, truth, variances):
    return np.sqrt(np.mean(variances) / np.mean((estimates - truth) ** 2))


WRONG = {
    "log_likelihood": (
        (of_a_product, "NaN or infinity in 5 of 5"),
        (averaged, "logarithm of a product is a sum"),
        (squares_alone, "the squares alone"),
        (without_sigma, "without log(sigma)"),
        (per_sample, "but shape (5,) is asked"),
        (not_broadcast, "could not be broadcast"),
        (lessons_sigma, "reads the variable `sigma`"),
    ),
    "frequency_information": (
        (in_radians, "without (2 pi)^2"),
        (over_sigma, "over sigma squared"),
        (square_of_the_sum, "the sum of squares is asked"),
        (of_the_phase, "the information of the phase"),
        (the_bound, "1 over the information"),
        (mean_of_sines, "wrong values"),
    ),
    "frequency_bound": (
        (not_inverted, "that of its inverse is asked"),
        (one_element, "invert the whole matrix"),
        (standard_deviation, "the variance is asked"),
        (known_offset, "known offset"),
        (textbook, "short ones need the matrix"),
        (whole_matrix, "shape (6, 4, 4)"),
        (elementwise, "wrong values"),
    ),
    "ratio_to_bound": (
        (spread, "hides their bias"),
        (not_rooted, "its root is asked"),
        (absolute, "mean absolute error"),
        (each_ratio, "shape (2000,), but shape () is asked"),
        (mean_of_roots, "average the variances first"),
        (upside_down, "the bound over the error"),
    ),
}
