"""Nets that tell, sample by sample, whether a burst has ended."""

from torch import Tensor, nn

from neural.estimators.base import NeuralEstimator
from neural.networks import SequenceNet


class BurstLSTM(NeuralEstimator):
    """Evidence, after every sample, that a burst has ended: the logit of an LSTM's read-out.

    Signals and evidence are ``(n_signals, n_samples)``; the evidence has no unit. The targets that it is
    trained on are labels: 1 until the burst has ended, 0 from then on. The noise must have the level of the
    training signals, 1 in the nets that ship. Arguments and errors are those of `NeuralEstimator`.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Comput. 9(8), 1997.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> record = np.zeros((1, 80))
    >>> record[0, 30:41] = 6 * np.sin(np.pi * np.arange(11) / 10)  # a burst that ends at sample 40
    >>> evidence = neural.load("burst/lstm", device="cpu").predict(record)
    >>> evidence.shape, bool(evidence[0, 29] < 0), bool(evidence[0, 50] > 0)
    ((1, 80), True, True)
    """

    cell = "lstm"

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet(self.cell, 1, self.hidden)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        ended = 1 - y  # y is the label: 1 until the burst has ended
        return nn.functional.binary_cross_entropy_with_logits(network(x[..., None]), ended)

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x[..., None])


class BurstElman(BurstLSTM):
    """The detector of `BurstLSTM` with an Elman (simple tanh) recurrent layer in the place of the LSTM.

    Signals and evidence are ``(n_signals, n_samples)``; the evidence has no unit. Arguments and errors are
    those of `NeuralEstimator`.

    References
    ----------
    Elman, "Finding structure in time", Cogn. Sci. 14(2), 1990.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> record = np.zeros((1, 80))
    >>> record[0, 30:41] = 6 * np.sin(np.pi * np.arange(11) / 10)  # a burst that ends at sample 40
    >>> evidence = neural.load("burst/elman", device="cpu").predict(record)
    >>> evidence.shape, bool(evidence[0, 29] < 0), bool(evidence[0, 50] > 0)
    ((1, 80), True, True)
    """

    cell = "elman"
