"""Two processes under torchrun: their replicas stay equal, and take the steps that one process would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from neural.draws import TorchDraws
from neural.parallel import Team, team
from neural.plan import Plan
from neural.training import train

ROOT = Path(__file__).parents[2]
STEPS, BATCH, SEED = 6, 8, 3
SCRIPT = """
import sys
import pytest
import torch
from neural.parallel import team
from neural.storage import save_tensors
from pathlib import Path
from tests.neural.test_parallel import BATCH, SEED, STEPS, batches, loss, network
from neural.plan import Plan
from neural.training import train

net = network(seed=team().rank)  # unequal before the first step
plan = Plan(STEPS, BATCH, 1e-2, seed=SEED)
history = train(net, loss, batches, plan, torch.device("cpu"))
save_tensors(Path(sys.argv[1]) / f"{team().rank}.safetensors", net.state_dict(), {})
"""


def network(seed):
    torch.manual_seed(seed)
    return torch.nn.Linear(3, 1)


def batches(draws, n, done):
    x = draws.standard_normal((n, 3))
    return x, x.sum(dim=1, keepdim=True) + 0.1 * draws.standard_normal((n, 1))


def loss(net, x, y):
    return (net(x) - y).square().mean()


def _both_shares(draws, n, done):
    """What the two processes draw at a step, in one batch: for a run of one process."""
    _both_shares.step += 1
    shares = []
    for rank in range(2):
        own = TorchDraws(0, "cpu", torch.float32)
        Team(rank, 2).seed_step(own, SEED, _both_shares.step - 1)
        shares.append(batches(own, n // 2, done))
    return tuple(torch.cat(pair) for pair in zip(*shares, strict=True))


@pytest.mark.slow
def test_replicas_are_equal_and_take_the_steps_of_one_process(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*command, str(script), str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    first, second = (load_file(tmp_path / f"{rank}.safetensors") for rank in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    alone = network(seed=0)
    _both_shares.step = 0
    train(alone, loss, _both_shares, Plan(STEPS, BATCH, 1e-2, seed=SEED), torch.device("cpu"))
    for name, value in alone.state_dict().items():
        torch.testing.assert_close(first[name], value, rtol=1e-5, atol=1e-6)  # sums in another order
    assert not torch.equal(network(seed=0).weight, alone.weight)


def test_without_torchrun_there_is_one_process(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert team() == Team(0, 1)
    assert Team().share(7) == 7


def test_a_batch_is_shared_equally():
    assert Team(1, 2).share(8) == 4
    with pytest.raises(ValueError, match="batch_size must be a multiple of the 2 processes, got 7"):
        Team(1, 2).share(7)
