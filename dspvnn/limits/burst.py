"""The best detectors of a half-sine burst in white noise of unit variance.

The likelihood ratio averaged over the unknown onset (Kay, Fundamentals of Statistical Signal Processing
II, 1998, sec. 6.4), and the exact Bayes forward filter, the same average over the samples so far.
"""

from dataclasses import dataclass

import numpy as np

from dspvnn.signals import half_sine


@dataclass(frozen=True)
class BurstModel:
    """What an optimal detector of a half-sine burst knows: its shape and the priors.

    onset_range : the onset is uniform on it, in samples.
    width : of the half-sine, in samples.
    deflection : d = sqrt(energy) / noise std; a pair means uniform on it.
    burst_probability : prior probability that a record holds a burst.
    onset_step, n_deflections : the grid on which the average is computed.
    """

    onset_range: tuple[float, float] = (0.0, 50.0)
    width: float = 10.0
    deflection: float | tuple[float, float] = (3.0, 20.0)
    burst_probability: float = 0.5
    onset_step: float = 0.25
    n_deflections: int = 24

    def onsets(self) -> np.ndarray:
        """Return the midpoints of the onset grid."""
        low, high = self.onset_range
        edges = np.linspace(low, high, max(2, 1 + round((high - low) / self.onset_step)))
        return (edges[1:] + edges[:-1]) / 2

    def deflections(self) -> np.ndarray:
        """Return the midpoints of the deflection grid, or the one known deflection."""
        if not isinstance(self.deflection, tuple):
            return np.array([float(self.deflection)])
        edges = np.linspace(*self.deflection, self.n_deflections + 1)
        return (edges[1:] + edges[:-1]) / 2

    def templates(self, n_samples: int) -> np.ndarray:
        """Return unit-energy bursts on the onset grid, ``(n_onsets, n_samples)``."""
        return half_sine(n_samples, self.onsets(), self.width) * np.sqrt(2 / self.width)


def burst_forward_filter(signals: np.ndarray, model: BurstModel) -> np.ndarray:
    """Return the exact log odds, after each sample, that the burst has ended.

    With p_t(onset) the likelihood ratio of the samples up to t, averaged over the deflection,

        odds_t = P sum_{ended by t} p_t / (P sum_{not ended} p_t + (1 - P) n_onsets),

    P the prior probability of a burst. Noise of unit variance. Shape ``(n_signals, n_samples)``. Its
    sign is the decision with the least expected number of wrong samples; of the last sample it is a
    strictly increasing function of the average likelihood ratio where every burst has ended by then.

    Source: Bayes' rule; the only approximation is the midpoint grid over onset and deflection.
    """
    n_signals, n_samples = signals.shape
    templates, deflections = model.templates(n_samples), model.deflections()
    ends = model.onsets() + model.width
    correlation = np.zeros((n_signals, len(ends)))
    energy = np.zeros(len(ends))
    ratio = np.ones((n_signals, len(ends)))
    ended_sum, log_odds = np.zeros(n_signals), np.empty(signals.shape)
    prior = model.burst_probability
    done = np.zeros(len(ends), dtype=bool)
    for t in range(n_samples):
        active = np.flatnonzero(templates[:, t])
        correlation[:, active] += signals[:, t, None] * templates[active, t]
        energy[active] += templates[active, t] ** 2
        ratio[:, active] = _average_over_deflection(correlation[:, active], energy[active], deflections)
        now = (ends <= t) & ~done
        ended_sum += ratio[:, now].sum(axis=1)
        done |= now
        running = ratio[:, ~done].sum(axis=1)
        with np.errstate(divide="ignore"):
            log_odds[:, t] = np.log(prior * ended_sum) - np.log(prior * running + (1 - prior) * len(ends))
    return log_odds


def _average_over_deflection(
    correlation: np.ndarray, energy: np.ndarray, deflections: np.ndarray
) -> np.ndarray:
    total = np.zeros_like(correlation)
    for d in deflections:
        total += np.exp(d * correlation - d**2 / 2 * energy)
    return total / len(deflections)


def burst_average_likelihood_ratio(signals: np.ndarray, model: BurstModel) -> np.ndarray:
    """Return the log of the likelihood ratio of "a burst" to "noise alone", averaged over the priors.

    The Neyman-Pearson optimal statistic for a burst with random onset and deflection, ``(n_signals,)``.
    """
    templates = model.templates(signals.shape[1])
    correlation = signals @ templates.T
    ratio = _average_over_deflection(correlation, np.sum(templates**2, axis=1), model.deflections())
    return np.log(ratio.mean(axis=1))
