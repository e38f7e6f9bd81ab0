"""Nets that predict a contamination from two witnesses."""

from torch import Tensor, nn

from dspvnn.estimator import SideInformation
from neural.estimators.base import NeuralEstimator
from neural.networks import ProductNet, SequenceNet


class WitnessLSTM(NeuralEstimator):
    """The contamination that two witnesses predict, sample by sample: an LSTM on both.

    Signals are ``(n_signals, n_samples, 2)``, the prediction is ``(n_signals, n_samples)`` in the target's
    unit. Arguments and errors are those of `NeuralEstimator`.

    References
    ----------
    Widrow et al., "Adaptive noise cancelling: principles and applications", Proc. IEEE 63(12), 1975.
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Comput. 9(8), 1997.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> from dspvnn.tasks import TASKS
    >>> task = TASKS["witness"]
    >>> trials = task.draw(np.random.default_rng(0), 1, task.training)
    >>> error = neural.load("witness/lstm", device="cpu").predict(trials.signals) - trials.target
    >>> bool(np.var(error) < 0.05 * np.var(trials.target))  # this much of the contamination is left
    True
    """

    side_information = frozenset({SideInformation.TRAINING_RANGE, SideInformation.CONTAMINATION})
    n_channels = 2

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet("lstm", 2, self.hidden)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        return (network(x) - y).square().mean() / y.var()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x)


class WitnessProductLSTM(WitnessLSTM):
    """The net of `WitnessLSTM` with product units beside the read-out.

    A product unit multiplies two linear maps of state and inputs, so that a slow witness may modulate a
    fast one. Signals are ``(n_signals, n_samples, 2)``, the prediction is ``(n_signals, n_samples)`` in the
    target's unit. Arguments and errors are those of `NeuralEstimator`.

    References
    ----------
    Durbin and Rumelhart, "Product units: a computationally powerful and biologically plausible extension to
    backpropagation networks", Neural Comput. 1(1), 1989.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> from dspvnn.tasks import TASKS
    >>> task = TASKS["witness"]
    >>> trials = task.draw(np.random.default_rng(0), 1, task.training)
    >>> error = neural.load("witness/product-lstm", device="cpu").predict(trials.signals) - trials.target
    >>> bool(np.var(error) < 0.05 * np.var(trials.target))  # this much of the contamination is left
    True
    """

    n_products = 4

    def _network(self, n_samples: int) -> nn.Module:
        return ProductNet(2, self.hidden, self.n_products)
