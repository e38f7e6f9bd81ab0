"""A net that names a tone's frequency whatever has spoilt the record, trained on the mixture."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from neural.estimators.tone import HeterodyneLSTM
from neural.heterodyne import comb_frames, peak_frequency
from neural.networks import CombNet


class MixtureLSTM(HeterodyneLSTM):
    """The heterodyne LSTM for tones in a world that is not white: an LSTM on several views of the record.

    Per frame it reads the record at baseband as it is and after a limiter, what the tone leaves of it at
    the second and third harmonic, and the share of samples that are there (`heterodyne.comb_frames`).
    A missing sample is a NaN. It says nothing of which kind of mismatch it met. Loss, of the first two
    passes, with e the error over the asymptotic Cramér-Rao bound: 20 log(1 + e^2 / 20), so that the
    kinds in which e is large do not drown the others.
    """

    told = "mixture of mismatch"
    allow_nan = True

    def _network(self, n_samples: int) -> nn.Module:
        return CombNet(self.n_frames, self.hidden)

    def _frequencies(self, network: nn.Module, x: Tensor, passes: int) -> Iterator[Tensor]:
        n_samples = x.shape[1]
        present = ~torch.isnan(x)
        x = torch.where(present, x, torch.zeros((), dtype=x.dtype, device=x.device))
        mean = x.sum(dim=1, keepdim=True) / present.sum(dim=1, keepdim=True).clamp(min=1)
        frequency = peak_frequency(torch.where(present, x - mean, x))
        for _ in range(passes):
            views, share = comb_frames(x, present, frequency, self.n_frames)
            offset = network(views.to(self.network_dtype), share.to(self.network_dtype))
            answer = frequency + offset.to(x.dtype) / n_samples
            yield answer
            frequency = answer.detach().clamp(0.1 / n_samples, 0.5 - 0.1 / n_samples)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        total = torch.zeros((), dtype=x.dtype, device=x.device)
        for answer in self._frequencies(network, x, passes=2):
            squared = ((answer - y / self.sample_rate) / scale) ** 2
            total = total + 20 * torch.log1p(squared / 20).mean()
        return total
