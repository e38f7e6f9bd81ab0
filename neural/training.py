"""The training engine: one plain loop for every net, on CUDA or on the CPU.

A step draws a fresh batch on the training device and takes one step of Adam on its loss: warm-up,
cosine decay, clipped gradients. Ctrl-C and every `SAVE_EVERY` seconds write a checkpoint (network,
optimiser, generator and step, as safetensors, replaced in one move), from which a later call goes
on to the result of an unbroken run. Every twentieth of the steps the net is validated, on signals of its
own; with `patience` a plateau of that ends the run. LinearRNN-sized problems may ask for L-BFGS, on one
fixed batch. `neural.parallel` trains equal replicas under torchrun.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from neural.draws import TorchDraws
from neural.parallel import Team, team
from neural.storage import WeightsError, save_tensors

DEVICES = ("auto", "cpu", "cuda", "onnx")  # the last: ONNX Runtime on the CPU; trained there by PyTorch
SAVE_EVERY = 60.0  # seconds
LOG_EVERY = 200  # steps
VALIDATIONS = 20  # of a run
PROGRESS = 0.99  # a validation below so much of the best before counts as better


class TrainingError(ValueError):
    """Training cannot go on; the message says at which step and why."""


@dataclass(frozen=True)
class Plan:
    """How a net is trained. `minutes` ends the schedule earlier than `steps`, if it comes first.

    patience: so many validations in a row that are no better than the best before end the run.
    signals: what is trained on, in words; a checkpoint of other signals is refused.
    """

    steps: int
    batch_size: int
    learning_rate: float
    seed: int = 0
    warmup: float = 0.03
    clip: float = 1.0
    optimizer: str = "adam"
    minutes: float | None = None
    patience: int | None = None
    signals: str = ""

    @property
    def validate_every(self) -> int:
        """Steps between two validations."""
        return max(1, self.steps // VALIDATIONS)

    def rate(self, done: float) -> float:
        """Return the learning rate when the share `done` of the schedule lies behind."""
        if done < self.warmup:
            return self.learning_rate * done / self.warmup
        through = (done - self.warmup) / (1 - self.warmup)
        return self.learning_rate * (0.5 + 0.5 * math.cos(math.pi * min(through, 1.0)))


@dataclass
class History:
    """What training leaves behind beside the weights."""

    step: int = 0
    seconds: float = 0.0
    losses: list[tuple[int, float]] = field(default_factory=list)
    validations: list[tuple[int, float]] = field(default_factory=list)
    interrupted: bool = False

    def on_a_plateau(self, patience: int | None) -> bool:
        """Whether the last `patience` validations were all no better than the best before them."""
        values = [value for _, value in self.validations]
        if patience is None or len(values) <= patience:
            return False
        return min(values[-patience:]) > PROGRESS * min(values[:-patience])


Batches = Callable[[TorchDraws, int, float], tuple[Tensor, ...]]
Loss = Callable[..., Tensor]
Report = Callable[[int, int, float, float], None]
Validate = Callable[[], float]


def choose_device(name: str) -> torch.device:
    """Return PyTorch's device for a name of `DEVICES`; an absent one is an error, never replaced."""
    if name not in DEVICES:
        raise ValueError(f"device must be one of {', '.join(DEVICES)}, got {name!r}")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device cuda was asked for, but torch finds no CUDA device here")
    if name == "onnx" and not (find_spec("onnx") and find_spec("onnxruntime")):
        raise ValueError("device onnx needs the extra [onnx]: pip install 'dspvnn[onnx]'")
    if name == "cuda" or (name == "auto" and torch.cuda.is_available()):
        return torch.device("cuda")
    return torch.device("cpu")


def device_title(name: str) -> str:
    """Return what runs a net, in words; the last digits of its estimates depend on it."""
    device = choose_device(name)
    return f"{device}, ONNX Runtime {version('onnxruntime')}" if name == "onnx" else str(device)


def train(
    network: nn.Module,
    loss: Loss,
    batches: Batches,
    plan: Plan,
    device: torch.device,
    checkpoint: Path | None = None,
    report: Report | None = None,
    dtype: torch.dtype | None = None,
    validate: Validate | None = None,
) -> History:
    """Train `network` in place and return its history.

    Parameters
    ----------
    loss : callable
        ``loss(network, *batch)`` returns the mean loss of a batch.
    batches : callable
        ``batches(draws, batch_size, done)`` returns the tensors of a fresh batch, when the share `done` of
        the schedule lies behind.
    checkpoint : Path, optional
        Resumed from when it exists; deleted when training is complete.
    report : callable, optional
        Called after every step with step, steps, loss and seconds so far.
    dtype : torch.dtype, optional
        Of the signals that are drawn; the network's own by default.
    validate : callable, optional
        Returns a score of the net as it is, less is better, on signals that it does not train on.

    Raises
    ------
    TrainingError
        When the loss is no longer finite; the last checkpoint stays.
    """
    network.to(device)
    together = team()
    together.same_start(network)
    share = together.share(plan.batch_size)
    draws = TorchDraws(plan.seed, device, dtype or next(network.parameters()).dtype)
    if plan.optimizer == "lbfgs":
        return _train_lbfgs(network, loss, batches(draws, plan.batch_size, 0.0), plan, report)
    optimizer = torch.optim.Adam(network.parameters(), lr=plan.learning_rate)
    history = History()
    if checkpoint is not None and checkpoint.exists():
        history = _resume(checkpoint, network, optimizer, draws, plan)
    before, started, saved = history.seconds, time.monotonic(), time.monotonic()
    try:
        while (done := together.agreed(_share_done(history, plan))) < 1:
            for group in optimizer.param_groups:
                group["lr"] = plan.rate(done)
            together.seed_step(draws, plan.seed, history.step)
            value = _step(network, loss, batches(draws, share, done), optimizer, plan, together)
            if not math.isfinite(value):
                raise TrainingError(f"the loss became {value} at step {history.step}")
            history.step += 1
            history.seconds = before + time.monotonic() - started
            if history.step % LOG_EVERY == 0 or history.step == 1:
                history.losses.append((history.step, value))
            if report is not None:
                report(history.step, plan.steps, value, history.seconds)
            if validate is not None and history.step % plan.validate_every == 0:
                history.validations.append((history.step, together.agreed(validate())))
                network.train()
                if history.on_a_plateau(plan.patience):
                    break
            if checkpoint is not None and together.leads and time.monotonic() - saved > SAVE_EVERY:
                _save(checkpoint, network, optimizer, draws, plan, history)
                saved = time.monotonic()
    except KeyboardInterrupt:
        history.interrupted = True
        if checkpoint is not None and together.leads:
            _save(checkpoint, network, optimizer, draws, plan, history)
        return history
    if checkpoint is not None and together.leads:
        checkpoint.unlink(missing_ok=True)
    return history


def _share_done(history: History, plan: Plan) -> float:
    by_time = history.seconds / (60 * plan.minutes) if plan.minutes else 0.0
    return max(history.step / plan.steps, by_time)


def _step(
    network: nn.Module, loss: Loss, batch: tuple[Tensor, ...], optimizer: Any, plan: Plan, together: Team
) -> float:
    optimizer.zero_grad(set_to_none=True)
    value = loss(network, *batch)
    value.backward()
    together.average_gradients(network)
    nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
    result = float(together.average(value.detach()))
    if math.isfinite(result):  # else the weights stay as they were
        optimizer.step()
    return result


def _train_lbfgs(
    network: nn.Module, loss: Loss, batch: tuple[Tensor, ...], plan: Plan, report: Report | None
) -> History:
    started, history = time.monotonic(), History()
    optimizer = torch.optim.LBFGS(
        network.parameters(), max_iter=20, tolerance_grad=0.0, tolerance_change=0.0,
        history_size=20, line_search_fn="strong_wolfe",
    )  # fmt: skip

    def closure() -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        value = loss(network, *batch)
        value.backward()
        return value

    for step in range(plan.steps):
        value = float(optimizer.step(closure).detach())
        history = History(step + 1, time.monotonic() - started, [*history.losses, (step + 1, value)])
        if report is not None:
            report(history.step, plan.steps, value, history.seconds)
    return history


def _save(
    path: Path, network: nn.Module, optimizer: Any, draws: TorchDraws, plan: Plan, history: History
) -> None:
    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    for index, values in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in values.items()}
    tensors["generator"] = draws.generator.get_state()
    about = {"plan": repr(plan), "step": history.step, "seconds": history.seconds,
             "losses": history.losses, "validations": history.validations}  # fmt: skip
    save_tensors(path, tensors, {"checkpoint": json.dumps(about)})


def _resume(path: Path, network: nn.Module, optimizer: Any, draws: TorchDraws, plan: Plan) -> History:
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads(file.metadata()["checkpoint"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{path}: not a readable checkpoint: {error}") from None
    if about["plan"] != repr(plan):
        raise WeightsError(
            f"{path}: the checkpoint is of another run, {about['plan']}, this one is {plan!r}; "
            "delete it to train afresh"
        )
    prefix = "network."
    network.load_state_dict({k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimizer."):
            _, index, key = name.split(".", 2)
            state.setdefault(int(index), {})[key] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    draws.generator.set_state(tensors["generator"])
    losses, validations = ([tuple(pair) for pair in about[name]] for name in ("losses", "validations"))
    return History(about["step"], about["seconds"], losses, validations)
