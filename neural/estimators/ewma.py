"""Nets that follow an exponentially weighted moving average."""

from typing import Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from dspvnn.estimator import SideInformation
from dspvnn.signals.scaling import unit_of
from neural.estimators.base import NeuralEstimator
from neural.networks import LinearRNN, SequenceNet


class EWMALSTM(NeuralEstimator):
    """The moving average of every sample: an LSTM whose initial state is a linear map of its start."""

    side_information = frozenset({SideInformation.TRAINING_RANGE, SideInformation.START})

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


class EWMAEquivariantLSTM(EWMALSTM):
    """The moving average at any level and scale: an LSTM on samples that are freed of both, causally.

    The level is the start. The scale of a sample is the power of two at or above the largest distance
    from the start so far; the answer at that sample is the LSTM's on the record *up to it* in that unit.
    So no answer uses a later sample, and a record runs once for every scale that it passes through.
    """

    dtype = torch.float64  # until the level has been removed: a large one costs no digits

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet("lstm", 1, self.hidden)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        start = x.mean(dim=1, keepdim=True)
        # An average stays within its samples; targets of the user's own may not.
        reach = torch.cat([x, y], dim=1).sub(start).abs().amax(dim=1, keepdim=True).clamp(min=1e-30)
        # Every place that the largest distance can have below its power of two is learned.
        unit = reach * 2 ** torch.linspace(0, 1, len(x), dtype=x.dtype, device=x.device)[:, None]
        wanted = ((y - start) / unit).to(self.network_dtype)
        error = network(((x - start) / unit)[..., None].to(self.network_dtype)) - wanted
        return error.square().mean() / wanted.var().clamp(min=1e-12)

    def predict(self, X: Any) -> np.ndarray:
        """Return the average after every sample, ``(n_signals, n_samples)``."""
        check_is_fitted(self, "network_")
        X = self._check(X)
        unit = unit_of(X)  # powers of two, as its own units: only no scale is too large now
        return self._finite(unit.back(self._in_blocks(unit.of(X), self._estimate)))

    def _exported(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x.to(self.network_dtype)[..., None])  # of a record at start 0 and scale 1

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        start = x.mean(dim=1, keepdim=True)
        distance = x - start
        reach = distance.abs().cummax(dim=1).values.clamp(min=1e-300)
        exponent = reach.log2().ceil()
        average = torch.zeros_like(x)
        for level in exponent.unique().tolist():
            here = exponent == level
            rows = here.any(dim=1)
            until = int(here.any(dim=0).nonzero().max()) + 1
            unit, part = 2.0**level, here[rows, :until]
            answer = network((distance[rows, :until] / unit).to(self.network_dtype)[..., None]) * unit
            average[rows, :until] = torch.where(part, answer.to(x.dtype), average[rows, :until])
        return start + average
