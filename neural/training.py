"""The training engine: one plain loop for every net, on CUDA or on the CPU.

A step draws a fresh batch on the training device and takes one step of Adam on its loss: warm-up,
cosine decay, clipped gradients. Ctrl-C and every minute write a checkpoint, from which a later
call goes on to the result of an unbroken run. Every twentieth of the steps the net is validated,
on signals of its own; with `patience` a plateau of that ends the run. LinearRNN-sized problems may ask for
L-BFGS, on one fixed batch. `neural.parallel` trains equal replicas under torchrun.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from neural.checkpoint import Checkpoint
from neural.draws import TorchDraws
from neural.parallel import Team, team
from neural.plan import History, Plan

Batches = Callable[[TorchDraws, int, float], tuple[Tensor, ...]]
Loss = Callable[..., Tensor]
Report = Callable[[int, int, float, float], None]
Validate = Callable[[], float]


class TrainingError(ValueError):
    """Training cannot go on; the message says at which step and why."""


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
    kept = Checkpoint(checkpoint, network, optimizer, draws, plan, writes=together.leads)
    history = kept.resume()
    before, started = history.seconds, time.monotonic()
    try:
        while (done := together.agreed(_share_done(history, plan))) < 1:
            together.seed_step(draws, plan.seed, history.step)
            value = _step(network, loss, batches(draws, share, done), optimizer, plan, together, done)
            if not math.isfinite(value):
                raise TrainingError(f"the loss became {value} at step {history.step}")
            history.add(value, before + time.monotonic() - started)
            if report is not None:
                report(history.step, plan.steps, value, history.seconds)
            if validate is not None and history.step % plan.validate_every == 0:
                history.validations.append((history.step, together.agreed(validate())))
                network.train()
                if history.on_a_plateau(plan.patience):
                    break
            kept.save_now_and_then(history)
    except KeyboardInterrupt:
        history.interrupted = True
        kept.save(history)
        return history
    kept.delete()
    return history


def _share_done(history: History, plan: Plan) -> float:
    by_time = history.seconds / (60 * plan.minutes) if plan.minutes else 0.0
    return max(history.step / plan.steps, by_time)


def _step(
    network: nn.Module,
    loss: Loss,
    batch: tuple[Tensor, ...],
    optimizer: Any,
    plan: Plan,
    together: Team,
    done: float,
) -> float:
    for group in optimizer.param_groups:
        group["lr"] = plan.rate(done)
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
