"""Nets that tell, sample by sample, whether a burst has ended."""

from torch import Tensor, nn

from neural.estimators.base import NeuralEstimator
from neural.networks import SequenceNet


class BurstLSTM(NeuralEstimator):
    """Evidence, after every sample, that the burst has ended: the logit of an LSTM's read-out."""

    cell = "lstm"

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet(self.cell, 1, self.hidden)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        ended = 1 - y  # y is the label: 1 until the burst has ended
        return nn.functional.binary_cross_entropy_with_logits(network(x[..., None]), ended)

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x[..., None])


class BurstElman(BurstLSTM):
    """The same with an Elman (simple tanh) recurrent layer."""

    cell = "elman"
