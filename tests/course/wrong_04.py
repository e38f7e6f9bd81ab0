"""Wrong answers to the exercises of lesson 4, and words that the check's sentence holds."""

import numpy as np

shipped = np.linspace(0.05, 0.25, 1000)  # what a notebook might hold beside its signals


def free(signals):
    return signals - signals.mean(axis=1, keepdims=True)


def mean_alone(signals):
    return free(signals)


def power_alone(signals):
    return signals / np.sqrt(np.mean(signals**2, axis=1, keepdims=True))


def power_too_early(signals):
    return free(signals) / np.sqrt(np.mean(signals**2, axis=1, keepdims=True))


def over_power(signals):
    return free(signals) / free(signals).var(axis=1, keepdims=True)


def over_peak(signals):
    return free(signals) / np.abs(free(signals)).max(axis=1, keepdims=True)


def of_the_batch(signals):
    return (signals - signals.mean()) / signals.std()


def along_columns(signals):
    return (signals - signals.mean(axis=0)) / signals.std(axis=0)


def no_keepdims(signals):
    return (signals - signals.mean(axis=1)) / signals.std(axis=1)


def in_place(signals):
    signals -= signals.mean(axis=1, keepdims=True)
    return signals / signals.std(axis=1, keepdims=True)


def through(inputs, targets, weights, read_out):
    units = np.tanh(inputs @ weights)
    errors = units @ read_out - targets
    return units, errors, 2 / len(targets) * errors[:, None] * read_out


def without_two(inputs, targets, weights, read_out):
    units, _, shares = through(inputs, targets, weights, read_out)
    return inputs.T @ (shares * (1 - units**2)) / 2


def of_the_sum(inputs, targets, weights, read_out):
    units, _, shares = through(inputs, targets, weights, read_out)
    return len(targets) * inputs.T @ (shares * (1 - units**2))


def without_two_over_b(inputs, targets, weights, read_out):
    return without_two(inputs, targets, weights, read_out) * len(targets)


def slope_of_the_sum(inputs, targets, weights, read_out):
    shares = through(inputs, targets, weights, read_out)[2]
    return inputs.T @ (shares * (1 - (inputs @ weights) ** 2))


def without_slope(inputs, targets, weights, read_out):
    return inputs.T @ through(inputs, targets, weights, read_out)[2]


def without_read_out(inputs, targets, weights, read_out):
    units, errors, _ = through(inputs, targets, weights, read_out)
    return 2 / len(targets) * inputs.T @ (errors[:, None] * (1 - units**2))


def transposed(inputs, targets, weights, read_out):
    units, _, shares = through(inputs, targets, weights, read_out)
    return (shares * (1 - units**2)).T @ inputs


def target_minus_answer(inputs, targets, weights, read_out):
    units, _, shares = through(inputs, targets, weights, read_out)
    return -inputs.T @ (shares * (1 - units**2))


def of_the_read_out(inputs, targets, weights, read_out):
    units, errors, _ = through(inputs, targets, weights, read_out)
    return 2 / len(targets) * units.T @ errors


def directions(training):
    return np.linalg.svd(training, full_matrices=False)[2]


def share(signals, found):
    return np.sum((signals @ found.T) ** 2, axis=1) / np.sum(signals**2, axis=1)


def root(signals, training, n_directions):
    return np.sqrt(share(signals, directions(training)[:n_directions]))


def rest(signals, training, n_directions):
    return 1 - share(signals, directions(training)[:n_directions])


def weakest(signals, training, n_directions):
    return share(signals, directions(training)[-n_directions:])


def columns(signals, training, n_directions):
    return share(signals, directions(training)[:, :n_directions].T)


def not_divided(signals, training, n_directions):
    return np.sum((signals @ directions(training)[:n_directions].T) ** 2, axis=1)


def every_direction(signals, training, n_directions):
    return share(signals, directions(training))


def around_the_mean(signals, training, n_directions):
    return share(signals, directions(training - training.mean(axis=0))[:n_directions])


def one_number(signals, training, n_directions):
    found = directions(training)[:n_directions]
    return np.sum((signals @ found.T) ** 2) / np.sum(signals**2)


def peak(signals):
    return np.argmax(np.abs(np.fft.rfft(signals)), axis=1) / signals.shape[1]


def with_its_mean(signals, low, high):
    return (peak(signals) >= low) & (peak(signals) <= high)


def always(signals, low, high):
    return np.ones(len(signals), bool)


def frequency(signals, low, high):
    return peak(free(signals))


def outside(signals, low, high):
    return (peak(free(signals)) < low) | (peak(free(signals)) > high)


def fixed_range(signals, low, high):
    return (peak(free(signals)) >= 0.05) & (peak(free(signals)) <= 0.25)


def upper_edge_alone(signals, low, high):
    return peak(free(signals)) <= high


def in_bins(signals, low, high):
    k = np.argmax(np.abs(np.fft.rfft(free(signals))), axis=1)
    return (k >= low) & (k <= high)


def of_both_halves(signals, low, high):
    peak = np.argmax(np.abs(np.fft.fft(free(signals))), axis=1) / signals.shape[1]
    return (peak >= low) & (peak <= high)


def asks_the_net(signals, low, high):
    return (shipped[: len(signals)] >= low) & (shipped[: len(signals)] <= high)


WRONG = {
    "standardise": (
        (mean_alone, "but not power 1"),
        (power_alone, "still have their mean"),
        (power_too_early, "before the mean had gone"),
        (over_power, "divide by its root"),
        (over_peak, "over their largest value"),
        (of_the_batch, "each record has its own"),
        (along_columns, "along a record (axis=1)"),
        (no_keepdims, "raised an error"),
        (in_place, "changes its input"),
    ),
    "gradient": (
        (without_two, "without the factor 2"),
        (of_the_sum, "the loss is their mean"),
        (without_slope, "without the slope of tanh"),
        (without_two_over_b, "without the factor 2 / B"),
        (slope_of_the_sum, "the unit is h = tanh(a)"),
        (without_read_out, "without the read-out"),
        (transposed, "shape (4, 6), but shape (6, 4) is asked"),
        (target_minus_answer, "the wrong sign"),
        (of_the_read_out, "shape (4,)"),
    ),
    "energy_shared": (
        (root, "energy is the square"),
        (rest, "lies outside"),
        (weakest, "the strongest come first"),
        (columns, "a direction is a row"),
        (not_divided, "divide by each signal's own"),
        (every_direction, "the first n_directions are asked"),
        (around_the_mean, "do not subtract it"),
        (one_number, "shape ()"),
    ),
    "in_range": (
        (with_its_mean, "subtract it first"),
        (always, "True for every record"),
        (frequency, "True or False is asked"),
        (outside, "turn it round"),
        (fixed_range, "records with a tone outside the range"),
        (upper_edge_alone, "True for"),
        (in_bins, "the bin over the number of samples"),
        (of_both_halves, "np.fft.fft has every tone twice"),
        (asks_the_net, "reads the variable `shipped`"),
    ),
}
