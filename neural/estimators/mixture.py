"""A net that names a tone's frequency whatever has spoilt the record, trained on the mixture."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from dspvnn.estimator import SideInformation
from neural.estimators.tone import ToneNet, asymptotic_bound
from neural.heterodyne import comb_frames, peak_frequency, phase_slope
from neural.networks import CombNet

FLOOR = 2e-4  # bins: the least unit of the loss
LINEAR_STEPS = 2  # from the peak of the spectrum, before the net looks


class MixtureLSTM(ToneNet):
    """Frequency of a tone in noise that is not white, or of a tone that is not pure.

    An LSTM reads several views of the record.

    Per frame these are the record at baseband as it is and after two limiters, what the tone leaves of it
    at the second and third harmonic, the share of samples that are there, and how strong and how impulsive
    the noise of the record is (`heterodyne.comb_frames`). Signals are ``(n_signals, n_samples)``, of any
    length from twice `n_frames` on; a missing sample is a NaN. It is trained on every kind of mismatch in
    turn.

    Loss, of both passes, e the error over the asymptotic Cramér-Rao bound and s its expected size, which
    the net names too: log s + 3 log(1 + e^2 / (5 s^2)), the Student t likelihood. So every kind counts
    alike, whether errors are below the bound of white noise there or far above it.

    Parameters
    ----------
    hidden, steps, batch_size, learning_rate, seed, device : as in `NeuralEstimator`
    n_frames : int
        Frames of a record.
    passes : int
        Trial frequencies, one after another.
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Comput. 9(8), 1997.
    Lange, Little and Taylor, "Robust statistical modeling using the t distribution", J. Am. Stat. Assoc.
    84(408), 1989.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> x = np.cos(2 * np.pi * 0.12 * np.arange(128))
    >>> x[30:60] = np.nan
    >>> neural.load("tone-mismatch/mixture-lstm", device="cpu").predict([x]).round(2)
    array([0.12])
    """

    side_information = frozenset({SideInformation.MIXTURE_OF_MISMATCH})
    allow_nan = True
    dtype = torch.float64  # the phase of a late sample is hundreds of radians

    def __init__(
        self,
        hidden: int = 32,
        steps: int = 3000,
        batch_size: int = 256,
        learning_rate: float = 4e-3,
        seed: int = 0,
        device: str = "auto",
        n_frames: int = 16,
        passes: int = 4,
        sample_rate: float = 1.0,
    ) -> None:
        super().__init__(hidden, steps, batch_size, learning_rate, seed, device)
        self.n_frames = n_frames
        self.passes = passes
        self.sample_rate = sample_rate

    def _min_samples(self) -> int:
        return 2 * self.n_frames

    def _scale(self, parameters: dict[str, Tensor], y: Tensor) -> Tensor:
        floor = FLOOR / self.n_features_in_
        if "noise_std" not in parameters:
            return torch.full_like(y, 100 * floor)
        return asymptotic_bound(parameters, self.n_features_in_).clamp(min=floor)

    def _network(self, n_samples: int) -> nn.Module:
        return CombNet(self.n_frames, self.hidden)

    def _passes(self, network: nn.Module, x: Tensor, passes: int) -> Iterator[tuple[Tensor, Tensor]]:
        n_samples = x.shape[1]
        within = (0.1 / n_samples, 0.5 - 0.1 / n_samples)
        present = ~torch.isnan(x)
        x = torch.where(present, x, torch.zeros((), dtype=x.dtype, device=x.device))
        mean = x.sum(dim=1, keepdim=True) / present.sum(dim=1, keepdim=True).clamp(min=1)
        frequency = peak_frequency(torch.where(present, x - mean, x))
        for _ in range(LINEAR_STEPS):
            views, _ = comb_frames(x, present, frequency, self.n_frames)
            frequency = (frequency + phase_slope(views[:, :, 1], n_samples) / n_samples).clamp(*within)
        for _ in range(passes):
            views, facts = comb_frames(x, present, frequency, self.n_frames)
            offset, log_error = network(views.to(self.network_dtype), facts.to(self.network_dtype))
            answer = frequency + offset.to(x.dtype) / n_samples
            yield answer, log_error
            frequency = answer.detach().clamp(*within)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        total = torch.zeros((), dtype=x.dtype, device=x.device)
        for answer, log_error in self._passes(network, x, passes=2):
            error = (answer - y / self.sample_rate) / scale / log_error.exp()
            total = total + (log_error + 3 * torch.log1p(error**2 / 5)).mean()
        return total

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        *_, (last, _) = self._passes(network, x, self.passes)
        return last * self.sample_rate
