"""The nets of the noise and its witnesses: the question's own, and a product of two linear forms."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class SetUp:
    """The net and how it is trained, as asked."""

    rectified_output: bool = True
    rate: float = 3.9e-5
    decay: float = 0.05
    scaled: bool = True
    observed: bool = True
    product: bool = False
    epochs: int = 30


class StackedLSTM(nn.Module):
    """LSTM 64-16-8, stateful, and Dense 128-16-8-1 with LeakyReLU, on the two witnesses."""

    def __init__(self, how: SetUp, least: Tensor, most: Tensor) -> None:
        super().__init__()
        self.how = how
        self.least = least if how.scaled else torch.zeros(2)
        self.spread = most - least if how.scaled else torch.ones(2)
        sizes = (3 if how.product else 2, 64, 16, 8)
        self.layers = nn.ModuleList(nn.LSTM(a, b, batch_first=True) for a, b in pairwise(sizes))
        dense: list[nn.Module] = []
        for a, b in ((8, 128), (128, 16), (16, 8), (8, 1)):
            dense += [nn.Linear(a, b), nn.LeakyReLU(0.3)]  # 0.3: the library's own slope
        self.head = nn.Sequential(*(dense if how.rectified_output else dense[:-1]))
        self.states: list[tuple[Tensor, Tensor] | None] = [None] * 3

    def forward(self, x: Tensor) -> Tensor:
        """Return the prediction, ``(n_windows, n_samples)``, and keep the states."""
        steps = (x - self.least) / self.spread
        if self.how.product:
            steps = torch.cat([steps, x.prod(dim=2, keepdim=True)], dim=2)
        for i, layer in enumerate(self.layers):
            steps, state = layer(steps, self.states[i])
            self.states[i] = (state[0].detach(), state[1].detach())
        return self.head(steps).squeeze(2)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the prediction of whole records, each started from nothing."""
        self.states = [None] * 3
        with torch.inference_mode():
            return self(torch.as_tensor(X, dtype=torch.float32)).double().numpy()


class ProductUnit(nn.Module):
    """The product of two linear forms of the witnesses, and a constant: (a . x)(b . x) + c."""

    def __init__(self) -> None:
        super().__init__()
        self.forms = nn.Linear(2, 2, bias=False)
        self.constant = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        """Return the unit at every sample."""
        return self.forms(x).prod(dim=-1) + self.constant

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the same of an array."""
        with torch.inference_mode():
            return self(torch.as_tensor(X)).numpy()
