"""The checks of lesson 7, recursions."""

from typing import Any

import numpy as np

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.verdict import check
from dspvnn.limits import ewma_optimal_alpha, kalman_level
from dspvnn.signals import ewma


@check
def moving_average(answer: Any, rng: np.random.Generator) -> str:
    """``moving_average(signals, alpha)`` returns the average after every sample, from the mean on."""
    for alpha, n_samples in ((0.2, 30), (0.45, 12)):
        signals = rng.uniform(-1, 3, (7, n_samples))
        mean, first = signals.mean(axis=1), signals[:, 0]
        right = ewma(signals, alpha, mean)
        count = np.arange(1, n_samples + 1)
        mistakes = {
            "an average that starts at 0: it starts at the record's mean.": ewma(signals, alpha, 0 * mean),
            "an average that starts at the first sample: it starts at the record's mean.": (
                ewma(signals, alpha, first)
            ),
            "an average whose first value is the mean: the first sample has been averaged in by then.": (
                np.concatenate([mean[:, None], right[:, :-1]], axis=1)
            ),
            "an average with alpha and 1 - alpha exchanged: alpha is the weight of the new sample.": (
                ewma(signals, 1 - alpha, mean)
            ),
            "an average that starts at the mean of all records: each record has its own.": (
                ewma(signals, alpha, np.full(7, signals.mean()))
            ),
            "the mean of all samples so far: the past counts less and less.": (
                np.cumsum(signals, axis=1) / count
            ),
        }
        got = call(answer, signals, alpha, shape=right.shape)
        worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with the toolkit's to {worst:.0e}, for alpha = 0.2 and 0.45."


@check
def fit_recursion(answer: Any, rng: np.random.Generator) -> str:
    """``fit_recursion(x, y)`` returns w, u and b of the recursion that made y."""
    for n_samples in (50, 200):
        w, u, b = rng.uniform(0.3, 0.9), rng.uniform(0.1, 0.6), rng.uniform(0.1, 0.5)
        x, y = rng.uniform(-1, 2, n_samples), np.empty(n_samples)
        level = rng.uniform(-1, 2)
        for t in range(n_samples):
            level = w * level + u * x[t] + b
            y[t] = level

        def fitted(*columns: np.ndarray, target: np.ndarray) -> np.ndarray:
            return np.linalg.lstsq(np.column_stack(columns), target)[0]

        one = np.ones(n_samples - 1)
        mistakes = {
            "u before w: the order is w, u, b.": np.array([u, w, b]),
            "weights for y of the same time: the state is y one step before.": (
                fitted(y[1:], x[1:], one, target=y[1:])
            ),
            "weights without a constant: fit a column of ones, too.": np.append(
                fitted(y[:-1], x[1:], target=y[1:]), 0
            ),
            "weights for the sample before: x and the answer have the same time.": (
                fitted(y[:-1], x[:-1], one, target=y[1:])
            ),
            "weights for the sample before in place of the state.": fitted(
                x[:-1], x[1:], one, target=y[1:]
            ),
        }
        right = np.array([w, u, b])
        got = call(answer, x, y, shape=(3,))
        worst = agree(name_of(answer), got, right, mistakes, 1e-6)
    return (
        f"{name_of(answer)} finds w = {got[0]:.3f}, u = {got[1]:.3f} and b = {got[2]:.3f} to {worst:.0e}."
    )


@check
def learn(answer: Any, rng: np.random.Generator) -> str:
    """``learn(weights, state, x, y, rate)`` returns the weights after one step, and the new state."""
    for _ in range(3):
        weights, (state, x, y) = rng.uniform(0.2, 1, 3), rng.uniform(0.5, 2, 3)
        rate = rng.uniform(0.01, 0.1)
        inputs = np.array([state, x, 1.0])
        output = weights @ inputs
        slope = 2 * (output - y) * inputs
        new = weights - rate * slope
        mistakes = {
            "weights that went uphill: move by minus the derivative.": (*(weights + rate * slope), output),
            "a step without the factor 2 of the square's derivative.": (*(weights + new) / 2, output),
            "a step of the derivative itself: multiply it by the rate.": (*(weights - slope), output),
            "the target as the new state: the unit runs on its own answer.": (*new, y),
            "the old state as the new one: it is the answer.": (*new, state),
            "the answer of the new weights as the state: the old ones gave it.": (*new, new @ inputs),
            "the derivatives: the new weights are asked.": (*slope, output),
            "the same step for all weights: each has its own input.": (
                *(weights - rate * 2 * (output - y)),
                output,
            ),
        }
        known = {sentence: np.array(wrong) for sentence, wrong in mistakes.items()}
        got = call(answer, weights, state, x, y, rate, shape=(4,))
        worst = agree(name_of(answer), got, np.append(new, output), known, 1e-9)
    return f"{name_of(answer)} takes the right step, to {worst:.0e}, from three fresh sets of weights."


@check
def kalman(answer: Any, rng: np.random.Generator) -> str:
    """``kalman(signals, q, r)`` returns the level after every sample; nothing is known before the first."""
    for q, r in ((0.3, 0.9), (0.8, 0.5)):
        signals = np.cumsum(q * rng.standard_normal((6, 25)), axis=1) + 3 + r * rng.standard_normal((6, 25))
        right, _ = kalman_level(signals, q, r)
        best = ewma_optimal_alpha(q, r)
        mistakes = {
            "the settled average: its gain is not the best at the beginning.": ewma(
                signals, best, signals[:, 0]
            ),
            "a filter whose gain uses q and r themselves: variances are their squares.": (
                kalman_level(signals, np.sqrt(q), np.sqrt(r))[0]
            ),
            "the mean so far: the level wanders, so the variance grows by q squared at every step.": (
                np.cumsum(signals, axis=1) / np.arange(1, 26)
            ),
            "a filter with q and r exchanged: r is the noise of the samples.": kalman_level(signals, r, q)[
                0
            ],
            "a filter that starts at 0 and is sure of it: nothing is known before the first sample.": (
                kalman_level(signals, q, r, 0.0, 0.0)[0]
            ),
            "a filter whose variance at the first sample is 0: it is r squared.": _levels(
                signals, q, r, 0.0
            ),
            "a filter whose variance at the first sample is 1: it is r squared.": _levels(
                signals, q, r, 1.0
            ),
            "the samples themselves.": signals,
        }
        got = call(answer, signals, q, r, shape=right.shape)
        worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with the toolkit's filter to {worst:.0e}, for two pairs of q and r."


def _levels(signals: np.ndarray, q: float, r: float, variance: float) -> np.ndarray:
    """Return the filter's levels from the first sample on, with a variance there that is not r squared."""
    level, levels = signals[:, 0], [signals[:, 0]]
    for t in range(1, signals.shape[1]):
        gain = (variance + q**2) / (variance + q**2 + r**2)
        level = level + gain * (signals[:, t] - level)
        variance = gain * r**2
        levels.append(level)
    return np.stack(levels, axis=1)
