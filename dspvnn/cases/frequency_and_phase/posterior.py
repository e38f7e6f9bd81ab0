"""The least error of the task as it was posed: the posterior mean over every frequency and offset.

A sine of -f is one of f shifted by half a period: where an offset within reach makes that shift, the record
does not say which it was. With phases the posterior mean weighs 72,000 hypotheses, without them 801: no
estimate has a smaller mean squared error.
"""

from functools import cache

import numpy as np
from scipy.stats import norm

from dspvnn.cases.base import Measurement, Outcome
from dspvnn.cases.frequency_and_phase.nets import NAME
from dspvnn.cases.frequency_and_phase.posed import ALIKE, FREQUENCY, MSE, PHASES
from dspvnn.cases.frequency_and_phase.records import OFFSETS, SPREAD, asked_records, sines
from dspvnn.signals.randomness import stream

NOISE_STD = 10 ** (-20 / 20) / 2**0.5  # 20 dB
NOISY = "with phases, 20 dB"
N_WEIGHED = 300  # of the test's records


@cache
def _hypotheses(phases: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (f, offset), records and log prior of every hypothesis."""
    offsets = np.arange(float(OFFSETS if phases else 1))
    frequency, offset = np.meshgrid(np.arange(-400.0, 401.0), offsets, indexing="ij")
    values = np.stack([frequency.ravel(), offset.ravel()], axis=1)
    f = values[:, 0] / SPREAD
    prior = norm.cdf(f + 0.5 / SPREAD) - norm.cdf(f - 0.5 / SPREAD)
    return values, sines(*values.T), np.log(prior)


def posterior_mean(X: np.ndarray, noise_std: float, phases: bool = True) -> np.ndarray:
    """Return the posterior mean of (f, offset) given records in white noise, ``(n_signals, 2)``."""
    values, signals, prior = _hypotheses(phases)
    energy = np.sum(signals**2, axis=1) / 2
    means = []
    for block in np.array_split(X, -(-len(X) // 50)):
        log = (block @ signals.T - energy) / noise_std**2 + prior
        weights = np.exp(log - log.max(axis=1, keepdims=True))
        means.append(weights @ values / weights.sum(axis=1, keepdims=True))
    return np.concatenate(means)


def bayes(seed: int, scale: float) -> Measurement:
    """Measure the posterior mean; without noise 1e-4 stands in for it, below the gap of f and -f."""
    outcomes = []
    for condition, std in ((ALIKE, 0.0), (PHASES, 0.0), (NOISY, NOISE_STD)):
        phases = condition != ALIKE
        test = asked_records(phases, seed)[1]
        X, y = test.signals[:N_WEIGHED], test.targets[:N_WEIGHED]
        X = X + std * stream(seed, "test", NAME, condition).standard_normal(X.shape)
        squared = (posterior_mean(X, std or 1e-4, phases) - y) ** 2
        outcomes += [
            Outcome(condition, MSE, squared.mean(axis=1)), Outcome(condition, FREQUENCY, squared[:, 0])
        ]  # fmt: skip
    return Measurement(outcomes, note="knows how the records are drawn, and that pi is 3.142")
