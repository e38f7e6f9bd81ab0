"""Wrong answers to the exercises of lesson 7, and words that the check's sentence holds."""

import numpy as np

level = np.zeros((300, 300))  # as the lesson's own cells hold it


def averaged(signals, alpha, start):
    averages, here = np.empty(signals.shape), start
    for t in range(signals.shape[1]):
        here = (1 - alpha) * here + alpha * signals[:, t]
        averages[:, t] = here
    return averages


def from_zero(signals, alpha):
    return averaged(signals, alpha, np.zeros(len(signals)))


def from_the_first(signals, alpha):
    return averaged(signals, alpha, signals[:, 0])


def exchanged(signals, alpha):
    return averaged(signals, 1 - alpha, signals.mean(axis=1))


def one_late(signals, alpha):
    mean = signals.mean(axis=1)
    return np.column_stack([mean, averaged(signals, alpha, mean)[:, :-1]])


def mean_so_far(signals, alpha):
    return np.cumsum(signals, axis=1) / np.arange(1, signals.shape[1] + 1)


def last_alone(signals, alpha):
    return averaged(signals, alpha, signals.mean(axis=1))[:, -1]


def common_mean(signals, alpha):
    return averaged(signals, alpha, np.full(len(signals), signals.mean()))


def regression(*columns, target):
    return np.linalg.lstsq(np.column_stack(columns), target)[0]


def u_first(x, y):
    return regression(x[1:], y[:-1], np.ones(len(x) - 1), target=y[1:])


def same_time(x, y):
    return regression(y, x, np.ones(len(x)), target=y)


def no_constant(x, y):
    return np.append(regression(y[:-1], x[1:], target=y[1:]), 0)


def sample_before(x, y):
    return regression(y[:-1], x[:-1], np.ones(len(x) - 1), target=y[1:])


def two_weights(x, y):
    return regression(y[:-1], x[1:], target=y[1:])


def different_lengths(x, y):
    return regression(y[:-1], x, np.ones(len(x)), target=y)


def always_the_lessons(x, y):
    return np.array([0.8, 0.2, 0.0])


def step(weights, state, x, y):
    inputs = np.array([state, x, 1.0])
    answer = weights @ inputs
    return inputs, answer, 2 * (answer - y) * inputs


def uphill(weights, state, x, y, rate):
    _, answer, slope = step(weights, state, x, y)
    return np.append(weights + rate * slope, answer)


def without_two(weights, state, x, y, rate):
    _, answer, slope = step(weights, state, x, y)
    return np.append(weights - rate * slope / 2, answer)


def forced(weights, state, x, y, rate):
    return np.append(weights - rate * step(weights, state, x, y)[2], y)


def of_the_new_weights(weights, state, x, y, rate):
    inputs, _, slope = step(weights, state, x, y)
    return np.append(weights - rate * slope, (weights - rate * slope) @ inputs)


def derivatives(weights, state, x, y, rate):
    _, answer, slope = step(weights, state, x, y)
    return np.append(slope, answer)


def no_state(weights, state, x, y, rate):
    return weights - rate * step(weights, state, x, y)[2]


def in_place(weights, state, x, y, rate):
    _, answer, slope = step(weights, state, x, y)
    weights -= rate * slope
    return np.append(weights, answer)


def settled(signals, q, r):
    s = (q / r) ** 2
    return averaged(signals, (np.sqrt(s**2 + 4 * s) - s) / 2, signals[:, 0])


def filtered(signals, q, r, first, variance, grows=True):
    here, levels = first, [first]
    for t in range(1, signals.shape[1]):
        before = variance + q * grows
        gain = before / (before + r)
        here = here + gain * (signals[:, t] - here)
        variance = gain * r
        levels.append(here)
    return np.stack(levels, axis=1)


def deviations(signals, q, r):
    return filtered(signals, q, r, signals[:, 0], r)


def does_not_wander(signals, q, r):
    return filtered(signals, q**2, r**2, signals[:, 0], r**2, grows=False)


def roles_exchanged(signals, q, r):
    return filtered(signals, r**2, q**2, signals[:, 0], q**2)


def sure_at_first(signals, q, r):
    return filtered(signals, q**2, r**2, signals[:, 0], 0.0)


def begins_at_0(signals, q, r):
    longer = np.column_stack([np.zeros(len(signals)), signals])
    return filtered(longer, q**2, r**2, longer[:, 0], 0.0)[:, 1:]


def the_samples(signals, q, r):
    return signals


def the_truth(signals, q, r):
    return level[: len(signals), : signals.shape[1]]


WRONG = {
    "moving_average": (
        (from_zero, "starts at 0"),
        (from_the_first, "starts at the first sample"),
        (exchanged, "exchanged"),
        (one_late, "whose first value is the mean"),
        (mean_so_far, "the mean of all samples so far"),
        (last_alone, "shape (7,), but shape (7, 30) is asked"),
        (common_mean, "each record has its own"),
    ),
    "fit_recursion": (
        (u_first, "the order is w, u, b"),
        (same_time, "y one step before"),
        (no_constant, "a column of ones"),
        (sample_before, "the same time"),
        (two_weights, "shape (2,), but shape (3,) is asked"),
        (different_lengths, "raised an error"),
        (always_the_lessons, "wrong values"),
    ),
    "learn": (
        (uphill, "went uphill"),
        (without_two, "without the factor 2"),
        (forced, "runs on its own answer"),
        (of_the_new_weights, "the answer of the new weights"),
        (derivatives, "the derivatives"),
        (no_state, "shape (3,), but shape (4,) is asked"),
        (in_place, "changes its input (argument 1)"),
    ),
    "kalman": (
        (settled, "the settled average"),
        (deviations, "variances are their squares"),
        (does_not_wander, "the level wanders"),
        (roles_exchanged, "exchanged"),
        (sure_at_first, "it is r squared"),
        (begins_at_0, "nothing is known before"),
        (the_samples, "the samples themselves"),
        (the_truth, "reads the variable `level`"),
    ),
}
