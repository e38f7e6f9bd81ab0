"""The front end of the heterodyne net: a record moved to baseband, so that every frequency looks alike.

A record is fitted with a tone at a trial frequency f0 (least squares: amplitude, phase, offset). What the
fit leaves is turned back by f0, divided by the fitted complex amplitude, averaged into a few complex
frames, and the fitted tone, now the number 1, is put back. A tone at f0 + delta becomes exp(2 pi i delta m)
with m counted from the record's middle: frequency, phase, amplitude and offset are gone (and with the
fitted tone its negative-frequency image), only the remaining offset delta is left. What a net learns of
delta in one band, and counted in bins at one record length, holds in every band and at every length.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass
class Projection:
    """The least-squares tone at a given frequency, on time counted from the record's middle.

    cos, sin: the waves, ``(n_signals, n_samples)``; of_cos, of_sin: what the tone has of each;
    offset: the constant beside it; residual: what is left of the record.
    """

    cos: Tensor
    sin: Tensor
    of_cos: Tensor
    of_sin: Tensor
    offset: Tensor
    residual: Tensor

    @property
    def power(self) -> Tensor:
        """Square of the amplitude, ``(n_signals,)``."""
        return self.of_cos**2 + self.of_sin**2

    @property
    def noise_power(self) -> Tensor:
        """Variance of the noise: four parameters have been fitted."""
        return self.residual.square().sum(dim=1) / (self.residual.shape[1] - 4)


def peak_frequency(x: Tensor) -> Tensor:
    """Return the frequency of the largest bin of a twice zero-padded transform, ``(n_signals,)``."""
    n = x.shape[1]
    free = x - x.mean(dim=1, keepdim=True)
    if torch.onnx.is_in_onnx_export():  # which has no transform of real signals
        time = torch.arange(n, dtype=x.dtype, device=x.device)
        angle = np.pi * time[:, None] * time[1:] / n
        power = (free @ torch.cos(angle)).square() + (free @ torch.sin(angle)).square()
    else:
        power = torch.fft.rfft(free, 2 * n)[:, 1:n].abs()
    return (1 + power.argmax(dim=1)).to(x.dtype) / (2 * n)


def project(x: Tensor, frequency: Tensor) -> Projection:
    """Return the three-parameter sine fit (IEEE Std 1057-2017) at `frequency`, ``(n_signals,)``."""
    n = x.shape[1]
    time = torch.arange(n, dtype=x.dtype, device=x.device) - (n - 1) / 2
    angle = 2 * np.pi * frequency[:, None] * time
    cos, sin = torch.cos(angle), torch.sin(angle)
    mean, mean_cos = x.mean(dim=1), cos.mean(dim=1)  # on centred time the sine has no mean
    free, cos_free = x - mean[:, None], cos - mean_cos[:, None]

    def share(wave: Tensor) -> Tensor:
        return (free * wave).sum(dim=1) / wave.square().sum(dim=1).clamp(min=1e-9 * n)

    of_cos, of_sin = share(cos_free), share(sin)
    residual = free - of_cos[:, None] * cos_free - of_sin[:, None] * sin
    return Projection(cos, sin, of_cos, of_sin, mean - of_cos * mean_cos, residual)


def baseband_frames(fit: Projection, n_frames: int) -> Tensor:
    """Return the frames, real and imaginary parts: ``(n_signals, n_frames, 2)``."""
    means = _means(fit.cos.shape[1], n_frames, fit.cos)
    real = (fit.residual * fit.cos) @ means
    imag = (-fit.residual * fit.sin) @ means
    # Divided by the complex amplitude (of_cos - i of_sin) / 2.
    scale = 2 / fit.power.clamp(min=1e-300)
    a, b = (scale * fit.of_cos)[:, None], (scale * fit.of_sin)[:, None]
    return torch.stack([1 + real * a - imag * b, real * b + imag * a], dim=2)


def _means(n_samples: int, n_frames: int, like: Tensor) -> Tensor:
    """Return the matrix that averages samples into frames of equal length, whole samples or not."""
    edges = torch.arange(n_frames + 1, dtype=like.dtype, device=like.device) * n_samples / n_frames
    start = torch.arange(n_samples, dtype=like.dtype, device=like.device)[:, None]
    overlap = torch.minimum(edges[1:], start + 1) - torch.maximum(edges[:-1], start)
    return overlap.clamp(min=0) * (n_frames / n_samples)
