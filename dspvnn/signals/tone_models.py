"""What a record with a tone in it may look like on average: mean and Jacobian of five models.

Time m counts from the middle of the record, m = n - (N - 1) / 2. Every model starts with the columns
frequency (cycles per sample), a, b, offset of

    a cos(2 pi f m) + b sin(2 pi f m) + offset

and adds its own: "chirp" the sweep (cycles per record, over the record), "decay" the decay over the record
(the amplitude at the first sample is the one that counts), "two tones" frequency, a, b of the second,
"harmonics" a, b of the second and the third harmonic. The same Jacobian gives the Cramér-Rao bound
(`dspvnn.limits.mismatch`) and the fit (`baselines.model_fit`).
"""

from collections.abc import Callable

import numpy as np

Model = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]
N_HARMONICS = 3


def tone_parameters(
    n_samples: int, frequency: np.ndarray, phase: np.ndarray, amplitude: np.ndarray, offset: np.ndarray
) -> np.ndarray:
    """Return frequency, a, b, offset, ``(n_signals, 4)``, of tones whose phase is at the first sample."""
    middle = phase + np.pi * frequency * (n_samples - 1)
    return np.stack([frequency, amplitude * np.cos(middle), -amplitude * np.sin(middle), offset], axis=1)


def _time(n_samples: int) -> np.ndarray:
    return np.arange(n_samples) - (n_samples - 1) / 2


def _oscillation(
    cycles: np.ndarray, a: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return a cos + b sin of `cycles` turns, its slope to the cycles, cos and sin."""
    cos, sin = np.cos(2 * np.pi * cycles), np.sin(2 * np.pi * cycles)
    value = a[:, None] * cos + b[:, None] * sin
    return value, 2 * np.pi * (b[:, None] * cos - a[:, None] * sin), cos, sin


def tone_model(theta: np.ndarray, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean ``(n_signals, n_samples)`` and Jacobian ``(n_signals, n_samples, 4)`` of one tone."""
    m = _time(n_samples)
    value, slope, cos, sin = _oscillation(theta[:, :1] * m, theta[:, 1], theta[:, 2])
    return value + theta[:, 3:4], np.stack([m * slope, cos, sin, np.ones_like(cos)], axis=2)


def chirp_model(theta: np.ndarray, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and Jacobian of a tone whose frequency rises linearly; `frequency` is the middle's."""
    m = _time(n_samples)
    square = m**2 / (2 * n_samples**2)
    cycles = theta[:, :1] * m + theta[:, 4:5] * square
    value, slope, cos, sin = _oscillation(cycles, theta[:, 1], theta[:, 2])
    columns = [m * slope, cos, sin, np.ones_like(cos), square * slope]
    return value + theta[:, 3:4], np.stack(columns, axis=2)


def decay_model(theta: np.ndarray, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and Jacobian of a tone whose amplitude falls by exp(-decay) over the record."""
    m, since = _time(n_samples), np.arange(n_samples) / n_samples
    value, slope, cos, sin = _oscillation(theta[:, :1] * m, theta[:, 1], theta[:, 2])
    envelope = np.exp(-theta[:, 4:5] * since)
    columns = [m * slope * envelope, cos * envelope, sin * envelope, np.ones_like(cos),
               -since * value * envelope]  # fmt: skip
    return value * envelope + theta[:, 3:4], np.stack(columns, axis=2)


def two_tone_model(theta: np.ndarray, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and Jacobian of two tones."""
    first, jacobian = tone_model(theta[:, :4], n_samples)
    other = np.concatenate([theta[:, 4:7], np.zeros((len(theta), 1))], axis=1)
    second, of_second = tone_model(other, n_samples)
    return first + second, np.concatenate([jacobian, of_second[:, :, :3]], axis=2)


def harmonic_model(theta: np.ndarray, n_samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and Jacobian of a tone with its harmonics, those below half the sample rate."""
    mean, jacobian = tone_model(theta[:, :4], n_samples)
    columns, m = [jacobian], _time(n_samples)
    for k in range(2, N_HARMONICS + 1):
        a, b = theta[:, 2 * k], theta[:, 2 * k + 1]
        value, slope, cos, sin = _oscillation(k * theta[:, :1] * m, a, b)
        there = (k * theta[:, :1] < 0.5).astype(float)
        mean = mean + there * value
        jacobian[:, :, 0] += there * k * m * slope
        columns.append(np.stack([there * cos, there * sin], axis=2))
    return mean, np.concatenate(columns, axis=2)


MODELS: dict[str, Model] = {
    "tone": tone_model,
    "chirp": chirp_model,
    "decay": decay_model,
    "two tones": two_tone_model,
    "harmonics": harmonic_model,
}
N_PARAMETERS = {"tone": 4, "chirp": 5, "decay": 5, "two tones": 7, "harmonics": 2 * N_HARMONICS + 2}
