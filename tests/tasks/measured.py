"""Measurements on a draw that the tests of the conditions share. Seeds are fixed: what passes stays so.

The p-value 1e-4 is far below what a right draw gives at a fixed seed, and far above what a wrong one does:
thousands of samples tell a law that is off by a tenth with p-values below 1e-20.
"""

import numpy as np
from scipy import stats

from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS

P_VALUE = 1e-4


def drawn(task, condition, n_signals):
    """Return trials of a condition, from a stream of their own."""
    return TASKS[task].draw(stream(0, "conditions", task, condition.name), n_signals, condition)


def described(condition):
    """Return what a report says of a condition besides its name."""
    return condition.region, condition.sweep, condition.snr_db, condition.position


def follows(values, law):
    """Assert that the values are draws of a scipy law (Kolmogorov-Smirnov)."""
    assert stats.kstest(np.ravel(values)[:20_000], law.cdf).pvalue > P_VALUE


def uniform(values, low, high):
    """Assert that the values are uniform on low to high and reach both ends, or that one value."""
    if low == high:
        np.testing.assert_allclose(values, low, rtol=1e-9, atol=1e-9)
        return
    near = 10 * (high - low) / len(values)  # n draws miss an end by more with a probability of exp(-10)
    assert low <= values.min() < low + near
    assert high - near < values.max() <= high
    follows(values, stats.uniform(low, high - low))


def white(noise):
    """Assert that records ``(n_signals, n_samples)`` are independent standard normal draws."""
    follows(noise, stats.norm)
    n = noise.size
    assert abs(noise.std() - 1) < 5 / np.sqrt(2 * n)  # five standard errors
    assert abs(np.mean(noise[:, 1:] * noise[:, :-1])) < 5 / np.sqrt(n)
    assert abs(np.mean(noise[1:] * noise[:-1])) < 5 / np.sqrt(n)


def independent(*columns):
    """Assert that no two of the columns are correlated."""
    correlation = np.corrcoef(columns) - np.eye(len(columns))
    assert np.abs(correlation).max() < 5 / np.sqrt(len(columns[0]))


def cosine(amplitude, frequency, phase, n_samples):
    """Return A cos(2 pi f n + phase), by a complex exponential."""
    turning = np.exp(1j * (2 * np.pi * np.outer(frequency, np.arange(n_samples)) + phase[:, None]))
    return amplitude[:, None] * turning.real


def tone_parameters_are_as_always(p, band, snrs):
    """Assert the laws of a tone's parameters: what every condition of a tone has in common, and its own."""
    uniform(p["frequency"], *band)
    uniform(p["phase"], -np.pi, np.pi)
    uniform(np.log2(p["amplitude"]), -1, 1)
    uniform(p["offset"], -1, 1)
    uniform(10 * np.log10(p["amplitude"] ** 2 / (2 * p["noise_std"] ** 2)), *snrs)
    independent(p["frequency"], p["phase"], p["amplitude"], p["offset"])
