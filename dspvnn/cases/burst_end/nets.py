"""The nets of the question: an Elman net or LSTM of 16, its state carried over or reset."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dspvnn.cases.base import Clock
from dspvnn.cases.original import read_original
from dspvnn.signals.waveforms import burst_pending, half_sine

ORIGINAL = read_original(Path(__file__).parent)
RECORDS, ASKED = ORIGINAL["the records"], ORIGINAL["as asked"]
STEPS = (ASKED["steps"], 300, 1000)  # at which a training is looked at


@dataclass(frozen=True)
class SetUp:
    """The net and how it is trained; the values are those of the question.

    n_sequences : the five of the question, or as many others.
    """

    cell: str = "elman"
    carried: bool = True
    n_sequences: int = RECORDS["number"]


class Labeller(nn.Module):
    """An Elman net or LSTM and a linear layer of two classes; may keep its state between batches."""

    def __init__(self, cell: str, carried: bool) -> None:
        super().__init__()
        layer = {"elman": nn.RNN, "lstm": nn.LSTM}[cell]
        self.recurrent = layer(1, ASKED["units"], batch_first=True)
        self.classes = nn.Linear(ASKED["units"], 2)
        self.carried = carried
        self.state: Tensor | tuple[Tensor, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of the classes, ``(n_sequences, n_samples, 2)``."""
        steps, state = self.recurrent(x[..., None], self.state)
        if self.carried:
            self.state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        return self.classes(steps)

    def evidence(self, X: np.ndarray, together: int) -> np.ndarray:
        """Return how much likelier class 0, "ended", is, and leave the state as it was.

        together : sequences that share a state, as many as in training.
        """
        before = self.state
        groups = torch.as_tensor(X, dtype=torch.float32).split(together if self.carried else len(X))
        with torch.inference_mode():
            logits = torch.cat([self(group) for group in groups])
        self.state = before
        return (logits[..., 0] - logits[..., 1]).double().numpy()


def asked_records() -> tuple[np.ndarray, np.ndarray]:
    """Return the five records of the question and their labels, ``(5, 130)`` each."""
    drawn = np.random.RandomState(RECORDS["NumPy's seed"])
    onset = drawn.uniform(0, RECORDS["latest onset"], RECORDS["number"])
    width = RECORDS["samples of the burst"]
    n_samples = RECORDS["samples"]
    return half_sine(n_samples, onset, width), burst_pending(n_samples, onset, width)


def train(
    how: SetUp,
    signals: np.ndarray,
    labels: np.ndarray,
    steps: int,
    look: Callable[[int, Labeller, np.ndarray], Any],
    clock: Clock,
) -> None:
    """Train a net on the same records at every step.

    look : called with step, net and what the step's forward pass decided, at every one of `STEPS` and at
        the end. The net has taken the step by then; the pass is from before it, as the question reports it.
    """
    net = Labeller(how.cell, how.carried)
    x, y = torch.as_tensor(signals, dtype=torch.float32), torch.as_tensor(labels).long()
    optimiser = torch.optim.Adam(net.parameters(), lr=ASKED["learning rate"])
    for step in range(1, steps + 1):
        with clock:
            optimiser.zero_grad()
            logits = net(x)
            nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten()).backward()
            optimiser.step()
        if step in STEPS or step == steps:
            look(step, net, logits.detach().argmax(-1).numpy())
