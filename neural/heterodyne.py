"""The front end of the heterodyne net: a record moved to baseband, so that every frequency looks alike.

A record is fitted with a tone at a trial frequency f0 (least squares: amplitude, phase, offset). Its
offset and the tone's negative-frequency image are subtracted, the rest is turned back by f0, divided by
the complex amplitude, and averaged into a few complex frames. A tone at f0 + delta becomes
exp(2 pi i delta m) with m counted from the record's middle: frequency, phase, amplitude and offset are
gone, only the remaining offset delta is left. What a net learns of delta in one band holds in every band.
"""

import numpy as np
import torch
from torch import Tensor


def peak_frequency(x: Tensor) -> Tensor:
    """Return the frequency of the largest bin of a twice zero-padded transform, ``(n_signals,)``."""
    n = x.shape[1]
    spectrum = torch.fft.rfft(x - x.mean(dim=1, keepdim=True), 2 * n).abs()
    return (1 + spectrum[:, 1:n].argmax(dim=1)).to(x.dtype) / (2 * n)


def baseband_frames(x: Tensor, frequency: Tensor, n_frames: int) -> Tensor:
    """Return the frames at trial frequencies, real and imaginary parts: ``(n_signals, n_frames, 2)``."""
    n = x.shape[1]
    time = torch.arange(n, dtype=x.dtype, device=x.device) - (n - 1) / 2
    angle = 2 * np.pi * frequency[:, None] * time
    cos, sin = torch.cos(angle), torch.sin(angle)
    design = torch.stack([cos, sin, torch.ones_like(cos)], dim=2)
    gram = design.mT @ design + 1e-9 * n * torch.eye(3, dtype=x.dtype, device=x.device)
    of_cos, of_sin, offset = torch.linalg.solve(gram, (design.mT @ x[:, :, None])).squeeze(2).T
    amplitude = torch.complex(of_cos, -of_sin) / 2
    back = torch.complex(cos, -sin)
    baseband = (x - offset[:, None]) * back - amplitude.conj()[:, None] * back**2
    turned = baseband / (amplitude[:, None] + 1e-300)
    size = n // n_frames
    frames = turned[:, : size * n_frames].reshape(len(x), n_frames, size).mean(dim=2)
    return torch.view_as_real(frames)


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
    back = torch.exp(torch.complex(torch.zeros_like(x), -2 * np.pi * frequency[:, None] * time))
    weight = present.to(x.dtype)
    count = weight.sum(dim=1, keepdim=True).clamp(min=1)
    raw = (x - x.sum(dim=1, keepdim=True) / count) * weight
    amplitude = (raw * back).sum(dim=1, keepdim=True) / count
    fitted = 2 * (amplitude * back.conj()).real * weight
    rest = raw - fitted
    spread = torch.where(present, rest.abs(), torch.nan).nanmedian(dim=1, keepdim=True).values + 1e-300
    held = torch.minimum(torch.maximum(rest, -2 * spread), 2 * spread)
    drawn_back = rest / (1 + (rest / (3.5 * spread)) ** 2)
    image = amplitude.conj() * back**2 * weight  # the tone at its negative frequency
    views = (
        raw * back - image, (fitted + held) * back - image, (fitted + drawn_back) * back - image,
        rest * back**2, rest * back**3,
    )  # fmt: skip
    size = n // n_frames

    def framed(values: Tensor) -> Tensor:
        return values[:, : size * n_frames].reshape(len(x), n_frames, size).mean(dim=2)

    share = framed(weight)
    over = share.clamp(min=1 / size) * (amplitude.abs() + 1e-300)
    unit = amplitude.conj() / (amplitude.abs() + 1e-300)
    turned = [framed(view) * unit**k / over for view, k in zip(views, (1, 1, 1, 2, 3), strict=True)]
    frames = torch.stack([values / (values.abs() / 3).clamp(min=1) for values in turned], dim=2)
    deviation = (rest.square().sum(dim=1, keepdim=True) / count).sqrt() + 1e-300
    logs = [(deviation / amplitude.abs()).log().clamp(-8, 2), (spread / deviation).log().clamp(-8, 2)]
    facts = torch.stack([share, *(values.expand_as(share) for values in logs)], dim=2)
    return torch.view_as_real(frames), facts


def phase_slope(frames: Tensor, n_samples: int) -> Tensor:
    """Return the frequency offset, in bins, that the phase of `frames` near 1 shows: least squares."""
    n_frames = frames.shape[1]
    middle = torch.arange(n_frames, dtype=frames.dtype, device=frames.device) - (n_frames - 1) / 2
    time = middle * (n_samples // n_frames)
    return n_samples * (frames[..., 1] @ time) / (2 * np.pi * time.square().sum())
