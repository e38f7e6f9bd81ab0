"""The nets of the question: LSTMs that should name the frequency and the offset of a sine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dspvnn.cases.original import read_original

NAME = "frequency-and-phase"
ORIGINAL = read_original(Path(__file__).parent)
RECORDS, POSTED = ORIGINAL["the records"], ORIGINAL["as posted"]


@dataclass(frozen=True)
class SetUp:
    """The net and its records; the values are those of the question as it was posted.

    phases : whether every record has an offset of its own, or 0.
    scaled : whether the targets are learned with mean 0 and variance 1.
    one_step : whether a record is one step of 200 features, or 200 steps of one.
    reposed : whether the records are those of the question posed again.
    """

    layers: int = POSTED["LSTM layers"]
    units: int = POSTED["units"]
    rectified: bool = True
    phases: bool = False
    scaled: bool = False
    one_step: bool = False
    reposed: bool = False


class NamingNet(nn.Module):
    """LSTMs, dropout and (as posted) ReLU after each, a linear output.

    Answers are ``centre + spread * output``, so that a loss in units of `spread` is one of scaled targets.
    `silent`: the last ReLU gives 0 for every record, so that the answer is the output's bias.
    """

    def __init__(self, how: SetUp, centre: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.how, self.silent = how, False
        self.register_buffer("centre", centre)
        self.register_buffer("spread", spread)
        widths = [RECORDS["samples"] if how.one_step else 1] + [how.units] * how.layers
        self.lstms = nn.ModuleList(
            nn.LSTM(n_inputs, how.units, batch_first=True) for n_inputs in widths[:-1]
        )
        self.dropout = nn.Dropout(POSTED["dropout"])
        self.output = nn.Linear(how.units, len(centre))
        _as_keras(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return the answers ``(n_signals, n_targets)`` to records ``(n_signals, n_samples)``."""
        last = x.new_zeros(len(x), self.how.units) if self.silent else self.last(x)
        return self.centre + self.spread * self.output(last)

    def last(self, x: Tensor) -> Tensor:
        """Return what the output is given, ``(n_signals, units)``."""
        states = x[:, None, :] if self.how.one_step else x[..., None]
        for n, lstm in enumerate(self.lstms, start=1):
            states = lstm(states)[0]
            if n == len(self.lstms):
                states = states[:, -1]
            states = self.dropout(states)
            if self.how.rectified:
                states = states.relu()
        return states

    @torch.no_grad()
    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the answers to an array of records, without dropout."""
        self.eval()
        blocks = torch.as_tensor(X, dtype=torch.float32).split(500)
        return torch.cat([self(block) for block in blocks]).double().numpy()


def _as_keras(net: NamingNet) -> None:
    """Draw the weights as old Keras does: its LSTM has one bias, which is 1 at the forget gate."""
    lstms: Any = net.lstms
    for lstm in lstms:
        nn.init.xavier_uniform_(lstm.weight_ih_l0)
        nn.init.orthogonal_(lstm.weight_hh_l0)
        for bias in (lstm.bias_ih_l0, lstm.bias_hh_l0):
            nn.init.zeros_(bias)
        lstm.bias_hh_l0.requires_grad_(False)
        with torch.no_grad():
            lstm.bias_ih_l0[net.how.units : 2 * net.how.units] = 1.0
    nn.init.xavier_uniform_(net.output.weight)
    nn.init.zeros_(net.output.bias)
