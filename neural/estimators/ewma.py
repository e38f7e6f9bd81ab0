"""Nets that follow an exponentially weighted moving average."""

import torch
from torch import Tensor, nn

from neural.estimators.base import NeuralEstimator
from neural.networks import LinearRNN, SequenceNet


class EWMALSTM(NeuralEstimator):
    """The moving average of every sample: an LSTM whose initial state is a linear map of its start."""

    told = "training range, start"

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet("lstm", 1, self.hidden, started=True)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        error = self._estimate(network, x) - y
        return error.square().mean() / y.var()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x[..., None], x.mean(dim=1))


class EWMALinearRNN(EWMALSTM):
    """The moving average by one linear unit with three weights, trained in float64 by L-BFGS."""

    dtype = network_dtype = torch.float64
    optimizer = "lbfgs"

    def _network(self, n_samples: int) -> nn.Module:
        return LinearRNN()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x, x.mean(dim=1))
