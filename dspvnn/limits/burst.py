"""The best detectors of a half-sine burst in white noise of unit variance.

The likelihood ratio averaged over the unknown onset (Kay, Fundamentals of Statistical Signal Processing
II, 1998, sec. 6.4), and the exact Bayes forward filter, the same average over the samples so far.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from dspvnn.signals.waveforms import half_sine


@dataclass(frozen=True)
class BurstModel:
    """What an optimal detector of a half-sine burst knows: its shape and the priors.

    The noise is white, of standard deviation 1; signals are ``(n_signals, n_samples)``.

    Parameters
    ----------
    onset_range : (low, high)
        In samples; the onset is uniform on it.
    width : float
        Of the half-sine, in samples.
    deflection : float or (low, high)
        sqrt(energy) / noise std, a ratio; a pair means uniform on it.
    burst_probability : float
        Prior probability that a record holds a burst, in (0, 1].
    onset_step : float
        Step of the grid of onsets on which the average is computed, in samples.
    n_deflections : int
        Deflections on that grid.

    Raises
    ------
    ValueError
        When a range is not in order, or a number lies outside its range.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing II: Detection Theory, 1998, sec. 6.4.

    Examples
    --------
    >>> from dspvnn.limits import BurstModel
    >>> model = BurstModel(onset_range=(0, 2), width=4, onset_step=1, deflection=5.0)
    >>> model.onsets(), model.deflections()
    (array([0.5, 1.5]), array([5.]))
    >>> model.templates(8).shape  # (n_onsets, n_samples), of unit energy
    (2, 8)
    """

    onset_range: tuple[float, float] = (0.0, 50.0)
    width: float = 10.0
    deflection: float | tuple[float, float] = (3.0, 20.0)
    burst_probability: float = 0.5
    onset_step: float = 0.25
    n_deflections: int = 24

    def __post_init__(self) -> None:
        low, high = self.onset_range
        weakest, strongest = np.broadcast_to(self.deflection, 2)
        if not (low <= high and self.width > 0 and 0 < weakest <= strongest):
            raise ValueError(
                "a burst model needs onset_range low <= high, width > 0 and 0 < deflections in order, "
                f"got {self.onset_range}, {self.width} and {self.deflection}"
            )
        if not 0 < self.burst_probability <= 1:
            raise ValueError(f"burst_probability must lie in (0, 1], got {self.burst_probability}")

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

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing II: Detection Theory, 1998, sec. 6.4. The only
    approximation is the midpoint grid over onset and deflection.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import BurstModel, burst_forward_filter
    >>> model = BurstModel()
    >>> log_odds = burst_forward_filter(8 * model.templates(80)[:1], model)  # a burst from 0 to 10 samples
    >>> bool(log_odds[0, 3] < 0), bool(log_odds[0, 15] > 0)
    (True, True)
    """
    n_signals, n_samples = signals.shape
    templates, onsets = model.templates(n_samples), model.onsets()
    correlation, energy = np.zeros((n_signals, len(onsets))), np.zeros(len(onsets))
    log_ratio = np.zeros((n_signals, len(onsets)))  # 0 for every burst that has not begun
    ended = np.full(n_signals, -np.inf)
    log_odds = np.empty(signals.shape)
    with np.errstate(divide="ignore"):
        prior = np.log(model.burst_probability)
        no_burst = np.log((1 - model.burst_probability) * len(onsets))
    for t in range(n_samples):
        begun = np.flatnonzero((onsets < t) & (onsets + model.width > t))
        correlation[:, begun] += signals[:, t, None] * templates[begun, t]
        energy[begun] += templates[begun, t] ** 2
        log_ratio[:, begun] = _log_average_ratio(correlation[:, begun], energy[begun], model)
        last = t - 1 if t else -np.inf  # a burst may have ended before the record began
        just_ended = (onsets + model.width <= t) & (onsets + model.width > last)
        if just_ended.any():
            ended = np.logaddexp(ended, logsumexp(log_ratio[:, just_ended], axis=1))
        pending = np.full(n_signals, np.log(max(float(np.sum(onsets >= t)), 1e-300)))
        if len(begun):
            pending = np.logaddexp(pending, logsumexp(log_ratio[:, begun], axis=1))
        log_odds[:, t] = prior + ended - np.logaddexp(prior + pending, no_burst)
    return log_odds


def _log_average_ratio(correlation: np.ndarray, energy: np.ndarray, model: BurstModel) -> np.ndarray:
    """Return log of the mean over d of exp(d c - d^2 e / 2), by its largest term: no overflow."""
    grid = model.deflections()
    likeliest = np.clip(correlation / np.maximum(energy, 1e-300), grid[0], grid[-1])
    largest = likeliest * correlation - likeliest**2 / 2 * energy
    total = np.zeros_like(correlation)
    for d in grid:
        total += np.exp(d * correlation - d**2 / 2 * energy - largest)
    return largest + np.log(total / len(grid))


def burst_average_likelihood_ratio(signals: np.ndarray, model: BurstModel) -> np.ndarray:
    """Return the log of the likelihood ratio of "a burst" to "noise alone", averaged over the priors.

    The Neyman-Pearson optimal statistic for a burst with random onset and deflection, ``(n_signals,)``.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing II: Detection Theory, 1998, sec. 6.4.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import BurstModel, burst_average_likelihood_ratio
    >>> model = BurstModel()
    >>> records = np.stack([np.zeros(80), 5 * model.templates(80)[0]])  # nothing, and a burst
    >>> burst_average_likelihood_ratio(records, model) > 0
    array([False,  True])
    """
    templates = model.templates(signals.shape[1])
    log_ratio = _log_average_ratio(signals @ templates.T, np.sum(templates**2, axis=1), model)
    return logsumexp(log_ratio, axis=1) - np.log(len(templates))
