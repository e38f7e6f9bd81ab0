"""The nets of the question and of its answers, and the records that they are trained on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dspvnn.cases.old_keras import draw_normal, draw_weights
from dspvnn.cases.sine_frequency.names import ORIGINAL
from dspvnn.signals.randomness import stream

NAME = "sine-frequency"
RECORDS, TRAINING = ORIGINAL["the records"], ORIGINAL["training of A and B"]
FIRST, THIRD = ORIGINAL["the first answer"], ORIGINAL["the third answer"]
THIRD_DENSE = ORIGINAL["the third answer, Dense"]
ACTIVATIONS: dict[str, Any] = {"ReLU": nn.ReLU, "linear": nn.Identity}
LOSSES = {"mean absolute error": nn.functional.l1_loss, "mean squared error": nn.functional.mse_loss}


@dataclass(frozen=True)
class Records:
    """Sines sin(f t), t from an offset over 2 pi; the values are those of the question.

    copies : records of every whole frequency of the range. real : as many real frequencies in their place.
    evenly : if not 0, so many frequencies at even distances instead; held_out of them are for the test.
    offset : the largest offset of t. noise : its standard deviation.
    """

    low: float = 1.0
    high: float = float(RECORDS["frequencies trained on"])
    n_samples: int = RECORDS["samples"]
    copies: int = RECORDS["records of a frequency"]
    real: bool = False
    evenly: int = 0
    held_out: int = 0
    offset: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True)
class SetUp:
    """A net and how it is trained; the values are those of net A.

    cell : "lstm" or "dense", of `units`; hidden : units of a Dense layer after it, or 0.
    first_std : of the first weights of the Dense layers; 0: Glorot uniform.
    scaled : whether the target is scaled to -1 to 1.
    """

    records: Records = Records()
    cell: str = "dense"
    units: int = ORIGINAL["net A"]["units"]
    hidden: int = 0
    activation: str = "ReLU"  # of the hidden Dense layer
    dropout: float = 0.0
    output: str = "ReLU"
    loss: str = TRAINING["loss"]
    epochs: int = TRAINING["epochs"]
    batch_size: int = TRAINING["batch size"]
    first_std: float = 0.0
    scaled: bool = False


def first_answer(max_freq: int) -> SetUp:
    """Return the first answer with frequencies below `max_freq`."""
    records = Records(
        1.0,
        max_freq - 1.0,
        FIRST["samples"],
        FIRST["records of a frequency"],
        offset=FIRST["largest offset"],
    )
    return SetUp(
        records, "lstm", FIRST["units"], FIRST["units"], dropout=FIRST["dropout"], loss=FIRST["loss"],
        epochs=FIRST["epochs"],
    )  # fmt: skip


def third_answer(dense: bool) -> SetUp:
    """Return the third answer: its LSTM net, or its Dense net."""
    records = Records(
        THIRD["lowest"], THIRD["highest"], THIRD["samples"], evenly=THIRD["frequencies"],
        held_out=THIRD["tested on"],
    )  # fmt: skip
    cell, units = ("dense", THIRD["Dense units"]) if dense else ("lstm", THIRD["units"])
    return SetUp(
        records, cell, units, THIRD["Dense units"], "linear" if dense else "ReLU", output="linear",
        loss=THIRD["loss"], epochs=(THIRD_DENSE if dense else THIRD)["epochs"],
        batch_size=THIRD["batch size"], first_std=THIRD["deviation of the first Dense weights"],
    )  # fmt: skip


def sines(frequency: np.ndarray, offset: np.ndarray, n_samples: int) -> np.ndarray:
    """Return sin(f t), t from the offset over 2 pi, both ends included: ``(n_signals, n_samples)``."""
    t = np.linspace(0, 2 * np.pi, n_samples) + offset[:, None]
    return np.sin(frequency[:, None] * t)


def draw(how: Records, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return records and frequencies to train on, and those that the author scored."""
    rng = stream(seed, "train", NAME)
    whole = np.repeat(np.arange(how.low, how.high + 1), how.copies)
    if how.evenly:
        frequency = rng.permutation(np.linspace(how.low, how.high, how.evenly))
    else:
        frequency = rng.uniform(how.low, how.high, len(whole)) if how.real else whole
    offset = how.offset * rng.random(len(frequency))
    X = sines(frequency, offset, how.n_samples)
    X += how.noise * rng.standard_normal(X.shape)
    n = len(X) - how.held_out
    return (X[:n], frequency[:n], X[n:], frequency[n:]) if how.held_out else (X, frequency, X, frequency)


class FrequencyNet(nn.Module):
    """An LSTM whose last step, or a Dense layer that, reads a record; then what `SetUp` says."""

    def __init__(self, how: SetUp) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, how.units, batch_first=True) if how.cell == "lstm" else None
        layers: list[nn.Module] = [] if self.lstm else [nn.Linear(how.records.n_samples, how.units)]
        if how.hidden:
            layers += [nn.Linear(how.units, how.hidden), ACTIVATIONS[how.activation]()]
        layers += [
            nn.Dropout(how.dropout),
            nn.Linear(how.hidden or how.units, 1),
            ACTIVATIONS[how.output](),
        ]
        self.head = nn.Sequential(*layers)
        low, high = how.records.low, how.records.high
        self.middle, self.unit = ((low + high) / 2, (high - low) / 2) if how.scaled else (0.0, 1.0)
        draw_weights(self)
        for layer in self.head:
            if how.first_std and isinstance(layer, nn.Linear):
                draw_normal(layer, how.first_std)

    def forward(self, x: Tensor) -> Tensor:
        """Return the frequency of every record, ``(n_signals,)``."""
        if self.lstm is not None:
            x = self.lstm(x[..., None])[0][:, -1]
        return self.middle + self.unit * self.head(x).squeeze(1)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the same of an array."""
        self.eval()
        with torch.inference_mode():
            blocks = torch.as_tensor(X, dtype=torch.float32).split(100)
            return torch.cat([self(block) for block in blocks]).double().numpy()
