"""Training epoch by epoch, with the test error after each, and a checkpoint from which it goes on.

Every epoch has random numbers of its own: a training that was interrupted ends with the same weights.

A net whose last ReLU gives 0 for every record has no gradient left but that of the output's bias. After one
whole epoch in which every other gradient was exactly 0 in every step, Nadam's momentum has faded to 1e-20
of itself and nothing but the bias moves: the epochs to come are computed on the bias alone.
"""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dspvnn.cases.base import Clock
from dspvnn.cases.frequency_and_phase.nets import NAME, POSTED, NamingNet, SetUp
from dspvnn.cases.frequency_and_phase.records import Records, records_of
from dspvnn.signals.randomness import stream


class Training:
    """The training of one net on one draw of the records.

    curve : after every epoch so far, the test's mean squared error of every target.
    cut : whether the epochs in which only the output's bias can learn are computed on it alone.
    silent_since : the epoch after which nothing but the output's bias can learn; None if it has not come.
    """

    def __init__(
        self, how: SetUp, seed: int, records: tuple[Records, Records] | None = None, cut: bool = True
    ) -> None:
        self.how, self.seed, self.cut = how, seed, cut
        self.training, self.test = records or records_of(how, seed)
        self.data = self.training.tensors()
        width = self.data[1].shape[1]
        centre, spread = torch.zeros(width), torch.ones(width)
        if how.scaled:
            spread = self.data[1].std(dim=0)
            centre, spread = self.data[1].mean(dim=0), torch.where(spread > 0, spread, 1.0)
        torch.manual_seed(_number(seed, "weights"))
        self.net = NamingNet(how, centre, spread)
        self.optimiser = torch.optim.NAdam(
            [p for p in self.net.parameters() if p.requires_grad],
            lr=POSTED["learning rate"], eps=POSTED["epsilon"], momentum_decay=POSTED["schedule decay"],
        )  # fmt: skip
        self.curve: list[tuple[float, ...]] = []
        self.share = 1.0  # of its steps that the last epoch has taken
        self.silent_since: int | None = None
        self._squared: np.ndarray | None = None
        self.clock = Clock()

    @property
    def epochs(self) -> int:
        """How many epochs the training has taken."""
        return len(self.curve)

    @property
    def places(self) -> list[float]:
        """After how many epochs the errors of the curve were measured."""
        return [*range(1, self.epochs), self.epochs - 1 + self.share] if self.curve else []

    def take(self, epochs: float) -> None:
        """Take more epochs, of the last one a share if they are no whole number."""
        for left in np.arange(epochs, 0, -1):
            self.epoch(min(1.0, float(left)))

    def epoch(self, share: float = 1.0) -> None:
        """Take one more epoch, or the first steps of it, and note the test's error."""
        self.share = share
        with self.clock:
            quiet = self._steps(share) and share == 1
        if self.how.rectified and quiet and self.silent_since is None and self._silent():
            self.silent_since = self.epochs + 1
            self.net.silent = self.cut
        self._squared = None
        self.curve.append(tuple(self.squared_errors().mean(axis=0).tolist()))

    def squared_errors(self) -> np.ndarray:
        """Return the squared error of every target of the test's records, ``(n, n_targets)``."""
        if self._squared is None:
            distinct, where = self.test.distinct()
            self._squared = (self.net.predict(distinct.signals)[where] - self.test.targets) ** 2
        return self._squared

    def _steps(self, share: float) -> bool:
        """Take a share of an epoch's steps; return whether nothing but the output's bias had a gradient."""
        torch.manual_seed(_number(self.seed, "dropout", self.epochs))
        drawn = stream(self.seed, "order", NAME, self.epochs).permutation(len(self.data[0]))
        self.net.train()
        others = [p for n, p in self.net.named_parameters() if p.requires_grad and n != "output.bias"]
        quiet = True
        batches = torch.as_tensor(drawn).split(POSTED["batch size"])
        for chosen in batches[: max(1, round(share * len(batches)))]:
            x, y = (values[chosen] for values in self.data)
            self.optimiser.zero_grad()
            self._loss(x, y).backward()
            self.optimiser.step()
            quiet = quiet and not any(p.grad is not None and bool(p.grad.any()) for p in others)
        return quiet

    def _loss(self, x: Tensor, y: Tensor) -> Tensor:
        return ((self.net(x) - y) / self.net.spread).square().mean()

    @torch.no_grad()
    def _silent(self) -> bool:
        """Return whether the output is given 0 for every training record, without dropout."""
        self.net.eval()
        signals = torch.as_tensor(self.training.distinct()[0].signals, dtype=torch.float32)
        return not any(bool(self.net.last(block).any()) for block in signals.split(500))

    # ---- checkpoint

    def save(self, path: Path) -> None:
        """Write what the training needs to go on, all of it or nothing."""
        held = {
            "how": asdict(self.how), "seed": self.seed, "curve": self.curve, "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(), "silent_since": self.silent_since,
            "seconds": self.clock.seconds,
        }  # fmt: skip
        part = path.with_suffix(".part")
        torch.save(held, part)
        os.replace(part, path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint.

        Raises
        ------
        ValueError
            When it is that of another training.
        """
        held: dict[str, Any] = torch.load(path, weights_only=True)
        if (SetUp(**held["how"]), held["seed"]) != (self.how, self.seed):
            raise ValueError(
                f"{path}: the checkpoint of another training: {held['how']}, seed {held['seed']}"
            )
        self.net.load_state_dict(held["net"])
        self.optimiser.load_state_dict(held["optimiser"])
        self.curve, self.silent_since = [tuple(point) for point in held["curve"]], held["silent_since"]
        self.net.silent = self.cut and self.silent_since is not None
        self.clock.seconds = held["seconds"]


def _number(seed: int, *what: str | int) -> int:
    return int(stream(seed, NAME, *what).integers(2**31))
