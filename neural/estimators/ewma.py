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
    """The moving average of every sample: an LSTM whose initial state is a linear map of the record's mean.

    Signals and averages are ``(n_signals, n_samples)``, the averages in the signal's unit. It is right only
    for the levels and scales that it was trained on. Arguments and errors are those of `NeuralEstimator`.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Comput. 9(8), 1997.
    Roberts, "Control chart tests based on geometric moving averages", Technometrics 1(3), 1959.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> from dspvnn.tasks import TASKS
    >>> task = TASKS["ewma"]
    >>> trials = task.draw(np.random.default_rng(0), 5, task.training)
    >>> error = neural.load("ewma/lstm", device="cpu").predict(trials.signals) - trials.target
    >>> bool(np.std(error) < 0.05 * np.std(trials.target))
    True
    """

    side_information = frozenset({SideInformation.TRAINING_RANGE, SideInformation.START})

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet("lstm", 1, self.hidden, started=True)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        error = self._estimate(network, x) - y
        return error.square().mean() / y.var()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x[..., None], x.mean(dim=1))


class EWMALinearRNN(EWMALSTM):
    """The moving average by one linear unit with three weights, trained in float64 by L-BFGS.

    Signals and averages are ``(n_signals, n_samples)``, the averages in the signal's unit. Arguments and
    errors are those of `NeuralEstimator`; there is one unit, whatever `hidden` says.

    References
    ----------
    Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", Math. Program. 45,
    1989.
    Roberts, "Control chart tests based on geometric moving averages", Technometrics 1(3), 1959.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> from baselines import EWMA
    >>> X = 1e6 * np.random.default_rng(0).normal(size=(5, 100))  # far from what it was trained on
    >>> error = neural.load("ewma/linear-rnn", device="cpu").predict(X) - EWMA(0.2).predict(X)
    >>> bool(np.abs(error).max() < 1e-6 * 1e6)
    True
    """

    dtype = network_dtype = torch.float64
    optimizer = "lbfgs"

    def _network(self, n_samples: int) -> nn.Module:
        return LinearRNN()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x, x.mean(dim=1))


class EWMAEquivariantLSTM(EWMALSTM):
    """The moving average at any level and scale: an LSTM on samples that are freed of both, causally.

    The level is the record's mean, where the average starts. The scale of a sample is the power of two at
    or above the largest distance from the start so far; the answer at that sample is the LSTM's on the
    record *up to it* in that unit. So no answer uses a later sample, and a record runs once for every scale
    that it passes through. Signals and averages are ``(n_signals, n_samples)``, the averages in the
    signal's unit. Arguments and errors are those of `NeuralEstimator`.

    References
    ----------
    Cohen and Welling, "Group equivariant convolutional networks", ICML, 2016: what equivariance is.
    Roberts, "Control chart tests based on geometric moving averages", Technometrics 1(3), 1959.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> from baselines import EWMA
    >>> X = 1e6 * np.random.default_rng(0).normal(size=(5, 100))  # far from what it was trained on
    >>> error = neural.load("ewma/equivariant-lstm", device="cpu").predict(X) - EWMA(0.2).predict(X)
    >>> bool(np.abs(error).max() < 0.1 * 1e6)
    True
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
        """Return the average after every sample, ``(n_signals, n_samples)``.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``

        Raises
        ------
        NotFittedError
            Before `fit`, `fit_task` or `neural.load`.
        ValueError
            When X is refused, as by `fit`.

        Warns
        -----
        EstimationWarning
            When the numbers of a signal overflow: it gets NaN.
        """
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
