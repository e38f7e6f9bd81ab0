"""The front end of the heterodyne net: a record moved to baseband, so that every frequency looks alike.

A record is fitted with a tone at a trial frequency f0 (least squares: amplitude, phase, offset). What the
fit leaves is turned back by f0, divided by the fitted complex amplitude, averaged into a few complex
frames, and the fitted tone, now the number 1, is put back. A tone at f0 + delta becomes exp(2 pi i delta m)
with m counted from the record's middle: frequency, phase, amplitude and offset are gone (and with the
fitted tone its negative-frequency image), only the remaining offset delta is left. What a net learns of
delta in one band, and counted in bins at one record length, holds in every band and at every length.
"""

import math
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


def peak_frequency(x: Tensor, low: float = 0.0, high: float = 0.5) -> Tensor:
    """Return the frequency of a twice zero-padded transform's largest bin in a range, ``(n_signals,)``."""
    n = x.shape[1]
    first = min(max(1, math.ceil(2 * n * low)), n - 1)
    last = max(first, min(math.floor(2 * n * high), n - 1))
    free = x - x.mean(dim=1, keepdim=True)
    if torch.onnx.is_in_onnx_export():  # which has no transform of real signals
        time = torch.arange(n, dtype=x.dtype, device=x.device)
        angle = np.pi * time[:, None] * time[first : last + 1] / n
        power = (free @ torch.cos(angle)).square() + (free @ torch.sin(angle)).square()
    else:
        power = torch.fft.rfft(free, 2 * n)[:, first : last + 1].abs()
    return (first + power.argmax(dim=1)).to(x.dtype) / (2 * n)


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


def comb_frames(x: Tensor, present: Tensor, frequency: Tensor, n_frames: int) -> tuple[Tensor, Tensor]:
    """Return the frames of a record at baseband and at its second and third harmonic.

    `x` is 0 where it is not `present`. Complex views ``(n_signals, n_frames, 5, 2)``: the record; the same
    with what the tone leaves of it held within 2 median absolute deviations (Huber's limit), and with that
    rest drawn back to nothing far out (Cauchy's weights), both of which take impulses away; the rest at
    twice and three times the frequency; all over the tone's amplitude, turned to its phase. Facts
    ``(n_signals, n_frames, 3)``: the share of samples that are present and, the same for all frames, the
    logarithms of the rest's deviation over the amplitude and of its median over its deviation, which
    tells impulses from white noise.
    """
    n = x.shape[1]
    time = torch.arange(n, dtype=x.dtype, device=x.device) - (n - 1) / 2
    angle = -2 * np.pi * frequency[:, None] * time
    back, twice, thrice = (_turn(k * angle) for k in (1, 2, 3))
    weight = present.to(x.dtype)
    count = weight.sum(dim=1, keepdim=True).clamp(min=1)
    raw = (x - x.sum(dim=1, keepdim=True) / count) * weight
    amplitude = (raw[..., None] * back).sum(dim=1, keepdim=True) / count[..., None]
    fitted = 2 * (amplitude * back).sum(dim=2) * weight
    rest = raw - fitted
    spread = _median(rest.abs(), present) + 1e-300
    held = torch.minimum(torch.maximum(rest, -2 * spread), 2 * spread)
    drawn_back = rest / (1 + (rest / (3.5 * spread)) ** 2)
    image = _product(_conjugate(amplitude), twice) * weight[..., None]  # the tone at its negative frequency
    records = (raw, fitted + held, fitted + drawn_back)
    views = [record[..., None] * back - image for record in records]
    views += [rest[..., None] * wave for wave in (twice, thrice)]
    size = n // n_frames

    def framed(values: Tensor) -> Tensor:
        return values[:, : size * n_frames].reshape(-1, n_frames, size, values.shape[2]).mean(dim=2)

    share = framed(weight[..., None])
    modulus = amplitude.square().sum(dim=2, keepdim=True).sqrt() + 1e-300
    unit = _conjugate(amplitude) / modulus
    units = (unit, unit, unit, _product(unit, unit), _product(_product(unit, unit), unit))
    over = share.clamp(min=1 / size) * modulus
    turned = [_product(framed(view), by) / over for view, by in zip(views, units, strict=True)]
    frames = torch.stack(turned, dim=2)
    frames = frames / (frames.square().sum(dim=3, keepdim=True).sqrt() / 3).clamp(min=1)
    deviation = (rest.square().sum(dim=1, keepdim=True) / count).sqrt() + 1e-300
    logs = [(deviation / modulus[..., 0]).log().clamp(-8, 2), (spread / deviation).log().clamp(-8, 2)]
    facts = torch.cat([share, *(values[..., None].expand_as(share) for values in logs)], dim=2)
    return frames, facts


# Complex numbers are pairs in the last axis here, since an exported graph has no others.


def _turn(angle: Tensor) -> Tensor:
    return torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)


def _conjugate(a: Tensor) -> Tensor:
    return torch.stack([a[..., 0], -a[..., 1]], dim=-1)


def _product(a: Tensor, b: Tensor) -> Tensor:
    real = a[..., 0] * b[..., 0] - a[..., 1] * b[..., 1]
    return torch.stack([real, a[..., 0] * b[..., 1] + a[..., 1] * b[..., 0]], dim=-1)


def _median(values: Tensor, present: Tensor) -> Tensor:
    """Return the lower median of those present in each record, ``(n_signals, 1)``."""
    ordered = torch.where(present, values, torch.inf).sort(dim=1).values
    return ordered.gather(1, (present.sum(dim=1, keepdim=True) - 1).clamp(min=0) // 2)


def phase_slope(frames: Tensor, n_samples: int) -> Tensor:
    """Return the frequency offset, in bins, that the phase of `frames` near 1 shows: least squares."""
    n_frames = frames.shape[1]
    middle = torch.arange(n_frames, dtype=frames.dtype, device=frames.device) - (n_frames - 1) / 2
    time = middle * (n_samples // n_frames)
    return n_samples * (frames[..., 1] @ time) / (2 * np.pi * time.square().sum())
