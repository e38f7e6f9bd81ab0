"""The best that anyone could do: exact bounds and optimal detectors for the signals of this project.

Tone: the Cramér-Rao bound from the exact Fisher matrix of finite length (Kay, Fundamentals of
Statistical Signal Processing I, 1993, sec. 3.11; for the offset: Händel, IEEE Trans. Instrum. Meas.
49, 2000). Burst: the likelihood ratio averaged over the unknown onset (Kay II, 1998, sec. 6.4), and
the exact Bayes forward filter, the same average over the samples so far.
"""

from dataclasses import dataclass

import numpy as np

from dspvnn.estimator import TONE_OUTPUTS
from dspvnn.signals import half_sine


def tone_fisher_information(
    n_samples: int,
    frequency: np.ndarray,
    phase: np.ndarray,
    amplitude: np.ndarray,
    noise_std: np.ndarray,
) -> np.ndarray:
    """Return the Fisher matrices of tones in white Gaussian noise, ``(n_signals, 4, 4)``.

    Parameters are ordered frequency (cycles per sample), phase (radians), amplitude, offset.
    """
    frequency, phase, amplitude, noise_std = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(p, float)) for p in (frequency, phase, amplitude, noise_std))
    )
    if np.any(noise_std <= 0):
        raise ValueError(f"noise_std must be positive, got {noise_std.min()}")
    n = np.arange(n_samples)
    angle = 2 * np.pi * frequency[:, None] * n + phase[:, None]
    by_phase = -amplitude[:, None] * np.sin(angle)
    jacobian = np.stack([2 * np.pi * n * by_phase, by_phase, np.cos(angle), np.ones_like(angle)], axis=-1)
    return jacobian.mT @ jacobian / noise_std[:, None, None] ** 2


def tone_bound(
    n_samples: int,
    frequency: np.ndarray,
    phase: np.ndarray,
    amplitude: np.ndarray,
    noise_std: np.ndarray,
    unknown: tuple[str, ...] = TONE_OUTPUTS,
) -> dict[str, np.ndarray]:
    """Return the Cramér-Rao bound on the variance of every unknown parameter, per signal.

    Parameters
    ----------
    n_samples : int
        At least the number of unknown parameters.
    frequency, phase, amplitude, noise_std : array, ``(n_signals,)``
        In cycles per sample, radians, and the signal's unit.
    unknown : tuple of str
        The parameters that the estimator does not know; the others are taken as given.
    """
    if n_samples < len(unknown):
        raise ValueError(
            f"n_samples must be at least the {len(unknown)} unknown parameters, got {n_samples}"
        )
    chosen = [TONE_OUTPUTS.index(name) for name in unknown]
    fisher = tone_fisher_information(n_samples, frequency, phase, amplitude, noise_std)
    fisher = fisher[:, chosen][:, :, chosen]
    # Scaled to a unit diagonal before it is inverted: the parameters' units differ by orders.
    scale = np.sqrt(np.diagonal(fisher, axis1=1, axis2=2))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = fisher / scale[:, :, None] / scale[:, None, :]
    singular = ~np.isfinite(correlation).all(axis=(1, 2))
    if not singular.any():
        singular = np.linalg.cond(correlation) > 1e14
    if singular.any():
        worst = int(np.argmax(singular))
        raise ValueError(
            f"the Fisher matrix of {unknown} is singular at n_samples={n_samples}, "
            f"frequency={np.broadcast_to(frequency, singular.shape)[worst]}"
        )
    variance = np.diagonal(np.linalg.inv(correlation), axis1=1, axis2=2) / scale**2
    return {name: variance[:, i] for i, name in enumerate(unknown)}


def tone_bound_asymptotic(n_samples: int, snr_db: float) -> float:
    """Return the textbook bound on the variance of the frequency (cycles per sample) of a real tone:
    6 / (pi^2 snr n (n^2 - 1)) / 2 with snr = A^2 / (2 sigma^2), good far from 0 and 0.5.
    """
    snr = 10 ** (snr_db / 10)
    return 12 / ((2 * np.pi) ** 2 * snr * n_samples * (n_samples**2 - 1))


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
