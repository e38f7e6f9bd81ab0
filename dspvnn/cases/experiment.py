"""Training as the questions had it: a fixed data set, epochs, mini-batches, any optimiser of torch.

`neural.training` draws fresh signals at every step and anneals its rate; here nothing is added to what
was asked.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dspvnn.cases.base import Clock

Optimiser = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
Loss = Callable[..., Tensor]


@dataclass(frozen=True)
class Epochs:
    """How a net is trained on a fixed data set.

    decay : the rate of step k is divided by 1 + decay k, as Keras 2 did it.
    shuffle : whether every epoch takes the samples in an order of its own.
    """

    epochs: int
    batch_size: int
    optimiser: Optimiser
    decay: float = 0.0
    shuffle: bool = True

    def scaled(self, scale: float) -> "Epochs":
        """Return the same with a share of the epochs, one at least."""
        epochs = max(1, math.ceil(scale * self.epochs))
        return Epochs(epochs, self.batch_size, self.optimiser, self.decay, self.shuffle)

    def note(self, asked: int | None = None) -> str:
        """Return in words what was cut of the `asked` epochs."""
        asked = asked or self.epochs
        return "" if self.epochs >= asked else f"{self.epochs} of {asked} epochs"


def fit(network: nn.Module, loss: Loss, data: tuple[Tensor, ...], plan: Epochs, clock: Clock) -> None:
    """Train `network` in place on `data`, whose first axis counts the samples.

    ``loss(network, *batch)`` returns the mean loss of a batch. The order of the samples comes from
    torch's global generator, which the case has seeded.
    """
    n_samples = len(data[0])
    optimiser = plan.optimiser(network.parameters())
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda k: 1 / (1 + plan.decay * k))
    network.train()
    with clock:
        for _ in range(plan.epochs):
            order = torch.randperm(n_samples) if plan.shuffle else torch.arange(n_samples)
            for chosen in order.split(plan.batch_size):
                optimiser.zero_grad()
                loss(network, *(d[chosen] for d in data)).backward()
                optimiser.step()
                if plan.decay:
                    scheduler.step()
    network.eval()


def adam(rate: float) -> Optimiser:
    """Return Adam at `rate`."""
    return lambda parameters: torch.optim.Adam(parameters, lr=rate)
