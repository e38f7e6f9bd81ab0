"""What a kind of mismatch is: one object with all that the task, its page and its limit ask about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dspvnn.limits.mismatch import frequency_bound
from dspvnn.signals.noise import white
from dspvnn.signals.randomness import Draws
from dspvnn.signals.tone_models import tone_model, tone_parameters
from dspvnn.signals.waveforms import tone

Parameters = dict[str, Any]


def pure_tone(n_samples: int, p: Parameters) -> Any:
    """Return the tones of these parameters, without noise."""
    return tone(n_samples, p["frequency"], p["phase"], p["amplitude"], p["offset"])


def in_white_noise(draws: Draws, n_samples: int, p: Parameters) -> Any:
    """Return the tones of these parameters in white Gaussian noise."""
    return pure_tone(n_samples, p) + white(draws, p["noise_std"], n_samples)


def tone_theta(n_samples: int, p: Parameters) -> np.ndarray:
    """Return frequency, a, b and offset of the tones, as `dspvnn.signals.tone_models` counts them."""
    return tone_parameters(n_samples, p["frequency"], p["phase"], p["amplitude"], p["offset"])


def tone_mean(n_samples: int, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of a record with one tone, and its Jacobian."""
    return tone_model(tone_theta(n_samples, p), n_samples)


def white_information(signals: np.ndarray, mean: np.ndarray, p: Parameters, severity: float) -> np.ndarray:
    """Return the information of a sample in white Gaussian noise on its mean: 1 / variance."""
    return np.asarray(p["noise_std"][:, None] ** -2)


def as_it_is(jacobian: np.ndarray, severity: float) -> np.ndarray:
    """Return the Jacobian: independent samples need no whitening."""
    return jacobian


@dataclass(frozen=True)
class Kind:
    """One kind of mismatch; a new one is an object like this, and a line in `KINDS`.

    Attributes
    ----------
    name : str
        The key in `KINDS`; the report's word for the kind.
    signals : callable
        ``(draws, n_samples, p)`` to records, ``(n_signals, n_samples)``, of tones with the parameters `p`,
        an array a name: frequency, phase, amplitude, offset, noise_std, and `severity`, that of every
        record. It adds to `p` what the limit has to know besides. A missing sample is NaN.
    severity : str
        What the severity of this kind is measured by, in words.
    levels : tuple
        The severity when light, moderate and heavy.
    remedy : str
        The label in the roster of the classical method that is given this kind; "" if there is none.
    mean : callable
        ``(n_samples, p)`` to the mean of a record and its Jacobian, the frequency's column first.
    information : callable
        ``(signals, mean, p, severity)`` to the information of every sample on its own mean,
        ``(n_signals, n_samples)`` or what broadcasts to it.
    whitened : callable
        ``(jacobian, severity)`` to the Jacobian that noise of this kind, freed of its correlation, shows.
    """

    name: str
    signals: Callable[[Draws, int, Parameters], Any]
    severity: str
    levels: tuple[float, float, float]
    remedy: str = ""
    mean: Callable[[int, Parameters], tuple[np.ndarray, np.ndarray]] = tone_mean
    information: Callable[[np.ndarray, np.ndarray, Parameters, float], np.ndarray] = white_information
    whitened: Callable[[np.ndarray, float], np.ndarray] = as_it_is

    def bound(self, signals: np.ndarray, p: Parameters, severity: float) -> np.ndarray:
        """Return the Cramér-Rao bound on the variance of the frequency, ``(n_signals,)``."""
        mean, jacobian = self.mean(signals.shape[1], p)
        information = np.broadcast_to(self.information(signals, mean, p, severity), mean.shape)
        return frequency_bound(self.whitened(jacobian, severity), information)
