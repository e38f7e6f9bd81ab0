"""Nets that predict a contamination from two witnesses."""

from torch import Tensor, nn

from dspvnn.estimator import SideInformation
from neural.estimators.base import NeuralEstimator
from neural.networks import ProductNet, SequenceNet


class WitnessLSTM(NeuralEstimator):
    """The contamination that two witnesses predict, sample by sample: an LSTM on both."""

    side_information = frozenset({SideInformation.TRAINING_RANGE, SideInformation.CONTAMINATION})
    n_channels = 2

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet("lstm", 2, self.hidden)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        return (network(x) - y).square().mean() / y.var()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x)


class WitnessProductLSTM(WitnessLSTM):
    """The same with product units beside the read-out: slow times fast, of the state and the inputs."""

    n_products = 4

    def _network(self, n_samples: int) -> nn.Module:
        return ProductNet(2, self.hidden, self.n_products)
