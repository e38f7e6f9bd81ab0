"""A run of training on disk: network, optimiser, generator and how far it is, one safetensors file.

It is replaced in one move. A run that is taken up again goes on to the result of an unbroken one.
"""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from neural.draws import TorchDraws
from neural.plan import History, Plan
from neural.storage import WeightsError, save_tensors

SAVE_EVERY = 60.0  # seconds


@dataclass
class Checkpoint:
    """Where a run is kept, and of what it consists; without a path nothing is kept.

    writes : whether this process is the one that writes, not only reads, the file.
    """

    path: Path | None
    network: nn.Module
    optimizer: Any
    draws: TorchDraws
    plan: Plan
    writes: bool = True
    saved: float = field(default_factory=time.monotonic)

    def resume(self) -> History:
        """Return the history so far, everything else put back to where it was.

        Raises
        ------
        WeightsError
            When the file is damaged, or of another run.
        """
        if self.path is None or not self.path.exists():
            return History()
        try:
            with safe_open(self.path, framework="pt") as file:
                about = json.loads(file.metadata()["checkpoint"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            raise WeightsError(f"{self.path}: not a readable checkpoint: {error}") from None
        if about["plan"] != repr(self.plan):
            raise WeightsError(
                f"{self.path}: the checkpoint is of another run, {about['plan']}, this one is "
                f"{self.plan!r}; delete it to train afresh"
            )
        self._put_back(tensors)
        losses, validations = ([tuple(pair) for pair in about[name]] for name in ("losses", "validations"))
        return History(about["step"], about["seconds"], losses, validations)

    def _put_back(self, tensors: dict[str, Tensor]) -> None:
        weights: dict[str, Tensor] = {}
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            part, _, rest = name.partition(".")
            if part == "network":
                weights[rest] = value
            elif part == "optimizer":
                index, key = rest.split(".", 1)
                state.setdefault(int(index), {})[key] = value
        self.network.load_state_dict(weights)
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})
        self.draws.generator.set_state(tensors["generator"])

    def save(self, history: History) -> None:
        """Write the file."""
        if self.path is None or not self.writes:
            return
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        for index, values in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": value for name, value in values.items()}
        tensors["generator"] = self.draws.generator.get_state()
        about = {"plan": repr(self.plan), "step": history.step, "seconds": history.seconds,
                 "losses": history.losses, "validations": history.validations}  # fmt: skip
        save_tensors(self.path, tensors, {"checkpoint": json.dumps(about)})
        self.saved = time.monotonic()

    def save_now_and_then(self, history: History) -> None:
        """Write the file if it is `SAVE_EVERY` old."""
        if time.monotonic() - self.saved > SAVE_EVERY:
            self.save(history)

    def delete(self) -> None:
        """Remove the file: the run is complete."""
        if self.path is not None and self.writes:
            self.path.unlink(missing_ok=True)
