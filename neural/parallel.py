"""Data-parallel training under torchrun: equal replicas, each with its own share of every batch.

    torchrun --nproc-per-node 2 -m neural.train tone/heterodyne-lstm

Gradients are averaged over the processes before every step, so that all replicas take the same one. Each
process reseeds its generator at every step from (seed, step, rank): a run resumes from one checkpoint,
whoever wrote it. Without torchrun there is one process and nothing here does anything.
"""

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn

from neural.draws import TorchDraws


@dataclass(frozen=True)
class Team:
    """The processes that train one net together, and which of them this one is."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process reports and writes files."""
        return self.rank == 0

    def share(self, batch_size: int) -> int:
        """Return this process's part of a batch."""
        if batch_size % self.size:
            raise ValueError(
                f"batch_size must be a multiple of the {self.size} processes, got {batch_size}"
            )
        return batch_size // self.size

    def seed_step(self, draws: TorchDraws, seed: int, step: int) -> None:
        """Give the step and the process draws of their own."""
        if self.size > 1:
            draws.generator.manual_seed((seed * 10**9 + step) * self.size + self.rank)

    def same_start(self, network: nn.Module) -> None:
        """Give every replica the weights of the first."""
        if self.size > 1:
            for parameter in network.parameters():
                dist.broadcast(parameter.data, 0)

    def average_gradients(self, network: nn.Module) -> None:
        """Replace every gradient by its mean over the processes."""
        if self.size > 1:
            gradients = [p.grad for p in network.parameters() if p.grad is not None]
            together = self.average(torch.cat([g.flatten() for g in gradients]))
            for gradient, part in zip(
                gradients, together.split([g.numel() for g in gradients]), strict=True
            ):
                gradient.copy_(part.view_as(gradient))

    def average(self, value: Tensor) -> Tensor:
        """Return the mean of `value` over the processes."""
        if self.size > 1:
            dist.all_reduce(value)
            value = value / self.size
        return value

    def agreed(self, value: float) -> float:
        """Return the first process's `value` in all of them, for what depends on each one's clock."""
        if self.size == 1:
            return value
        shared = torch.tensor(value if self.leads else 0.0, dtype=torch.float64)
        dist.all_reduce(shared)
        return float(shared)


def team() -> Team:
    """Return the processes that torchrun started, joined; a team of one without it."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        return Team()
    if not dist.is_initialized():
        if torch.cuda.is_available():
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    return Team(dist.get_rank(), size)
