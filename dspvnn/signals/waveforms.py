"""The waveforms, as pure functions of their parameters, for NumPy arrays and torch tensors alike.

Conventions: time is the last axis and counts samples from 0; parameters have shape ``(n_signals,)``;
frequency is in cycles per sample, phase in radians at the first sample; the dtype and the device of
the parameters are those of the result.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace
from array_api_compat import device as device_of

Array = Any  # NumPy array or torch tensor


def sample_index(n_samples: int, like: Array) -> Array:
    """Return 0, 1, ... n_samples - 1 in the dtype and on the device of `like`.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import sample_index
    >>> sample_index(3, like=np.zeros(1))
    array([0., 1., 2.])
    """
    xp = array_namespace(like)
    return xp.arange(n_samples, dtype=like.dtype, device=device_of(like))


def tone(n_samples: int, frequency: Array, phase: Array, amplitude: Array, offset: Array) -> Array:
    """Return x[n] = A cos(2 pi f n + phase) + offset, shape ``(n_signals, n_samples)``.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import tone
    >>> one = np.ones(1)
    >>> tone(4, 0.25 * one, 0 * one, 2 * one, 5 * one).round(9)
    array([[7., 5., 3., 5.]])
    """
    xp = array_namespace(frequency)
    n = sample_index(n_samples, frequency)
    angle = 2 * np.pi * frequency[:, None] * n + phase[:, None]
    return amplitude[:, None] * xp.cos(angle) + offset[:, None]


def half_sine(n_samples: int, onset: Array, width: float) -> Array:
    """Return a burst sin(pi (n - onset) / width) for onset <= n <= onset + width, else 0.

    `onset` is a continuous time in samples, shape ``(n_signals,)``. The sampled energy is width / 2
    exactly when width is an integer, whatever the onset.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import half_sine
    >>> half_sine(6, np.array([1.0]), width=2).round(9)
    array([[0., 0., 1., 0., 0., 0.]])
    """
    xp = array_namespace(onset)
    position = (sample_index(n_samples, onset) - onset[:, None]) / width
    inside = (position >= 0) & (position <= 1)
    shape = xp.sin(np.pi * xp.clip(position, 0, 1))  # clipped: no sine of infinity for no burst
    return xp.where(inside, shape, xp.zeros_like(shape))


def burst_pending(n_samples: int, onset: Array, width: float) -> Array:
    """Return the label of every sample: 1 until the burst has ended, 0 from then on.

    An onset of infinity means that there is no burst: the label stays 1.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import burst_pending
    >>> burst_pending(5, np.array([1.0, np.inf]), width=2)
    array([[1., 1., 1., 0., 0.],
           [1., 1., 1., 1., 1.]])
    """
    xp = array_namespace(onset)
    pending = sample_index(n_samples, onset) < onset[:, None] + width
    return xp.astype(pending, onset.dtype)


def ewma(x: Array, alpha: float, start: Array) -> Array:
    """Return y[t] = (1 - alpha) y[t-1] + alpha x[t] with y[-1] = start; a NaN holds y.

    Written as the plain recursion, so that it can be the truth for faster code. Shapes: `x`
    ``(n_signals, n_samples)``, `start` ``(n_signals,)``.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import ewma
    >>> ewma(np.array([[4.0, np.nan, 0.0]]), alpha=0.5, start=np.array([2.0]))
    array([[3. , 3. , 1.5]])
    """
    xp = array_namespace(x)
    y, level = [], start
    for t in range(x.shape[1]):
        level = xp.where(xp.isnan(x[:, t]), level, (1 - alpha) * level + alpha * x[:, t])
        y.append(level)
    return xp.stack(y, axis=1)


def witness_mixture(time: Array, carrier_frequency: float, noise: Array) -> tuple[Array, Array]:
    """Return the two witnesses and the contamination that is their product.

    The witnesses are sin(w t) and the noise r(t), stacked in the last axis: shape
    ``(n_signals, n_samples, 2)``; the contamination is sin(w t) r(t), shape ``(n_signals, n_samples)``.
    `time` is in seconds and of the shape of `noise`, `carrier_frequency` w in radians per second.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import witness_mixture
    >>> time, noise = np.array([[0.0, 1.0]]), np.array([[3.0, 3.0]])
    >>> witnesses, contamination = witness_mixture(time, np.pi / 2, noise)
    >>> witnesses.shape, contamination
    ((1, 2, 2), array([[0., 3.]]))
    """
    xp = array_namespace(noise)
    carrier = xp.sin(carrier_frequency * time)
    return xp.stack([carrier, noise], axis=-1), carrier * noise


def chirp(
    n_samples: int, frequency: Array, phase: Array, amplitude: Array, offset: Array, sweep: Array
) -> Array:
    """Return a tone whose frequency rises linearly, shape ``(n_signals, n_samples)``.

    `frequency` and `phase` are those of the middle of the record, (n_samples - 1) / 2; `sweep` is the
    rise over the whole record in cycles per record.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import chirp
    >>> one = np.ones(1)
    >>> chirp(8, 0.1 * one, 0 * one, one, 0 * one, sweep=2 * one).shape
    (1, 8)
    """
    xp = array_namespace(frequency)
    time = sample_index(n_samples, frequency) - (n_samples - 1) / 2
    cycles = frequency[:, None] * time + sweep[:, None] * time**2 / (2 * n_samples**2)
    return amplitude[:, None] * xp.cos(2 * np.pi * cycles + phase[:, None]) + offset[:, None]


def decaying_tone(
    n_samples: int, frequency: Array, phase: Array, amplitude: Array, offset: Array, decay: Array
) -> Array:
    """Return a tone whose amplitude falls by exp(-decay) over the record; `amplitude` is the first.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import decaying_tone
    >>> one = np.ones(1)
    >>> decaying_tone(4, 0 * one, 0 * one, 8 * one, 0 * one, decay=4 * np.log(2) * one).round(9)
    array([[8., 4., 2., 1.]])
    """
    xp = array_namespace(frequency)
    envelope = xp.exp(-decay[:, None] * sample_index(n_samples, frequency) / n_samples)
    clean = tone(n_samples, frequency, phase, amplitude, xp.zeros_like(offset))
    return envelope * clean + offset[:, None]


def harmonic_tone(
    n_samples: int, frequency: Array, phases: Array, amplitudes: Array, offset: Array
) -> Array:
    """Return a periodic signal: harmonic k + 1 has amplitude and phase of column k.

    `phases` and `amplitudes` have shape ``(n_signals, n_harmonics)``. A harmonic at or above half the
    sample rate is left out, as the filter before a converter does.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.signals import harmonic_tone
    >>> harmonic_tone(4, np.array([0.1]), np.zeros((1, 2)), np.array([[1.0, 0.5]]), np.zeros(1)).round(3)
    array([[ 1.5  ,  0.964, -0.095, -0.714]])
    """
    xp = array_namespace(frequency)
    total = tone(n_samples, frequency, phases[:, 0], amplitudes[:, 0], offset)
    for k in range(1, phases.shape[1]):
        kept = xp.where((k + 1) * frequency < 0.5, amplitudes[:, k], xp.zeros_like(frequency))
        total = total + tone(n_samples, (k + 1) * frequency, phases[:, k], kept, xp.zeros_like(offset))
    return total
