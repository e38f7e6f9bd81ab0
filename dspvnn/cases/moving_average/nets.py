"""The nets of the question, trained as they were asked for and as the answer has them.

Every one of them is linear, so a trained one *is* the recursion a' = w_a a + w_x x + b of three numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from dspvnn.cases.base import Clock
from dspvnn.cases.original import read_original
from dspvnn.signals.randomness import stream
from dspvnn.signals.waveforms import ewma

ORIGINAL = read_original(Path(__file__).parent)
RECORD, BY_HAND, ANSWER = ORIGINAL["the record"], ORIGINAL["by hand"], ORIGINAL["the answer"]
ALPHA = RECORD["weight of the sample"]
Weights = tuple[float, float, float]  # of the last answer, of the sample, and the constant


@dataclass
class Trained:
    """The weights that a training has found, the way there, and what it cost.

    path : samples seen -> the weights then.
    """

    path: dict[int, Weights]
    clock: Clock
    n_samples: int

    @property
    def weights(self) -> Weights:
        """The weights at the end."""
        return self.path[self.n_samples]


def record(seed: int, n_samples: int = RECORD["samples"]) -> tuple[np.ndarray, np.ndarray]:
    """Return a training record and its moving average."""
    x = stream(seed, "train", "ewma").random((1, n_samples))
    return x[0], ewma(x, ALPHA, x.mean(axis=1))[0]


def looked_at(n_samples: int) -> list[int]:
    """Return when the weights are noted: after 0, 10, 20, 50, 100 ... samples, and at the end."""
    decades = (m * 10**k for k in range(1, 9) for m in (1, 2, 5))
    return [0, *(n for n in decades if n < n_samples), n_samples]


def by_hand(seed: int, scale: float) -> Trained:
    """Descend on the squared error one sample at a time; the gradient stops at the last answer."""
    x, y = (values.tolist() for values in record(seed))
    w_a, w_x, b, a = stream(seed, "weights", "ewma").random(4).tolist()
    rate, n_samples = BY_HAND["learning rate"], max(1, round(scale * BY_HAND["epochs"])) * len(x)
    noted, path, clock = set(looked_at(n_samples)), {0: (w_a, w_x, b)}, Clock()
    with clock:
        for n in range(n_samples):
            sample, target = x[n % len(x)], y[n % len(x)]
            answer = w_a * a + w_x * sample + b
            step = rate * (target - answer)
            w_a, w_x, b, a = w_a + step * a, w_x + step * sample, b + step, answer
            if n + 1 in noted:
                path[n + 1] = w_a, w_x, b
    return Trained(path, clock, n_samples)


@dataclass(frozen=True)
class Stateful:
    """How the library's unit is trained; the values are those of the answer."""

    units: int = ANSWER["units"]  # of the Dense layer; 0: there is none
    optimiser: str = ANSWER["optimiser"]
    rate: float = ANSWER["learning rate"]
    shuffled: bool = ANSWER["shuffled"]
    carried: bool = True  # whether the state goes on from one sample to the next


class StatefulUnit(nn.Module):
    """Dense(`units`), linear, or nothing; then one linear recurrent unit whose state outlives a batch."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.dense = nn.Linear(1, units) if units else nn.Identity()
        self.unit = nn.Linear(units or 1, 1)
        self.w_a = nn.Parameter(torch.ones(1) * (1 if torch.rand(()) < 0.5 else -1))
        for layer in (self.dense, self.unit):
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
        self.answer = torch.zeros(1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the answer to one sample ``(1,)``, and keep it, without gradient, as the state."""
        answer = self.w_a * self.answer + self.unit(self.dense(x))
        self.answer = answer.detach()
        return answer

    def weights(self) -> Weights:
        """Return the recursion that the net is."""
        with torch.no_grad():
            at_0, at_1 = (self.unit(self.dense(torch.full((1,), v))).item() for v in (0.0, 1.0))
        return self.w_a.item(), at_1 - at_0, at_0


def stateful(how: Stateful, seed: int, scale: float) -> Trained:
    """Train the library's unit, one sample a batch."""
    x, y = (torch.as_tensor(v, dtype=torch.float32)[:, None] for v in record(seed, ANSWER["samples"]))
    net, clock = StatefulUnit(how.units), Clock()
    optimiser = getattr(torch.optim, how.optimiser)(net.parameters(), lr=how.rate)
    n_samples = max(1, round(scale * ANSWER["epochs"] * len(x)))
    noted, path = set(looked_at(n_samples)), {0: net.weights()}
    with clock:
        for n, i in zip(range(n_samples), _order(len(x), how.shuffled), strict=False):
            if not how.carried:
                net.answer = torch.zeros(1)
            optimiser.zero_grad()
            (net(x[i]) - y[i]).square().sum().backward()
            optimiser.step()
            if n + 1 in noted:
                path[n + 1] = net.weights()
    return Trained(path, clock, n_samples)


def _order(n_samples: int, shuffled: bool) -> Iterator[int]:
    """Yield the samples of epoch after epoch."""
    while True:
        yield from torch.randperm(n_samples).tolist() if shuffled else range(n_samples)
