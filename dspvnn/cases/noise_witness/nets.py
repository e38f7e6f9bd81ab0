"""The nets of the noise and its witnesses: the question's own, and a product of two linear forms."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from dspvnn.cases.old_keras import draw_glorot_normal, draw_weights
from dspvnn.cases.original import read_original

ORIGINAL = read_original(Path(__file__).parent)
RECORD, ASKED = ORIGINAL["the record"], ORIGINAL["as asked"]
SCALED, CENTRED, AS_THEY_ARE = "scaled to 0 to 1", "centred", "as they are"


@dataclass(frozen=True)
class SetUp:
    """The net and how it is trained; the values are those of the question.

    witnesses : `SCALED` by least and greatest sample, `CENTRED` after that, or `AS_THEY_ARE`.
    product : whether w r is a third witness, treated like the other two.
    observed : whether the target is what is observed, or its contamination alone.
    """

    rectified_output: bool = True
    rate: float = ASKED["learning rate"]
    decay: float = ASKED["decay"]
    witnesses: str = SCALED
    observed: bool = True
    product: bool = False


class StackedLSTM(nn.Module):
    """LSTM and Dense layers on the witnesses of one record, whose states outlive a batch."""

    def __init__(self, how: SetUp, record: Tensor) -> None:
        """Draw the weights; `record`, ``(n_samples, 2)``, gives the scale of the witnesses."""
        super().__init__()
        self.how = how
        known = self._with_product(record)
        least, spread = known.amin(0), known.amax(0) - known.amin(0)
        if how.witnesses == AS_THEY_ARE:
            least, spread = torch.zeros_like(least), torch.ones_like(spread)
        self.spread = spread
        self.origin = known.mean(0) if how.witnesses == CENTRED else least
        sizes = (known.shape[1], *ASKED["LSTM layers"])
        self.layers = nn.ModuleList(nn.LSTM(a, b, batch_first=True) for a, b in pairwise(sizes))
        dense: list[nn.Module] = []
        for a, b in pairwise((sizes[-1], *ASKED["Dense layers"])):
            dense += [nn.Linear(a, b), nn.LeakyReLU(ASKED["slope of the LeakyReLU"])]
        self.head = nn.Sequential(*(dense if how.rectified_output else dense[:-1]))
        self.states: list[tuple[Tensor, Tensor] | None] = [None] * len(self.layers)
        draw_weights(self)
        for layer in self.head:
            if isinstance(layer, nn.Linear):
                draw_glorot_normal(layer)

    def _with_product(self, x: Tensor) -> Tensor:
        return torch.cat([x, x.prod(dim=-1, keepdim=True)], dim=-1) if self.how.product else x

    def forward(self, x: Tensor) -> Tensor:
        """Return the prediction, ``(n_windows, n_samples)``, and keep the states."""
        steps = (self._with_product(x) - self.origin) / self.spread
        for i, layer in enumerate(self.layers):
            steps, state = layer(steps, self.states[i])
            self.states[i] = (state[0].detach(), state[1].detach())
        return self.head(steps).squeeze(2)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the prediction of whole records, all going on from the state of the net, which is kept."""
        before = self.states
        self.states = [s and (_for(len(X), s[0]), _for(len(X), s[1])) for s in before]
        with torch.inference_mode():
            answer = self(torch.as_tensor(X, dtype=torch.float32)).double().numpy()
        self.states = before
        return answer


def _for(n_records: int, state: Tensor) -> Tensor:
    """Return the state of one record for several."""
    return state.expand(-1, n_records, -1).contiguous()


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
