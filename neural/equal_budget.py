"""Five kinds of net on the tone task at equal budget: python -m neural.equal_budget --out FILE.

All have the loss and the head of `ToneLSTM`, see the same training signals in the same order, and learn for
the same wall time on one core, so that a net with cheaper steps takes more of them. They differ in what
stands between the samples and the head. The rows of `reports/equal-budget.csv` come from this command.
"""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import torch
from cyclopts import App, Parameter
from torch import nn

from dspvnn.command_line import run_command
from dspvnn.compare import Contestant, compare_cell
from dspvnn.results import Row, read_rows, write_rows
from dspvnn.tasks import TASKS
from neural.estimators import ToneLSTM
from neural.networks import DenseNet, FrameNet, Snake

TASK = TASKS["tone"]
N_SIGNALS = 2000  # a cell
ENDLESS = 10**9  # steps: the time ends the schedule


class BudgetNet(ToneLSTM):
    """A net for tones of one of the `KINDS`, trained until its time is up."""

    kind_of_net = "LSTM"

    def _network(self, n_samples: int) -> nn.Module:
        return KINDS[self.kind_of_net](n_samples, n_bins=self.n_bins)


def _frames(cell: str, n_samples: int, n_bins: int) -> nn.Module:
    return FrameNet(cell, n_samples, 64, n_bins, frame=16, hop=8)


def _dense(activation: type[nn.Module], n_samples: int, n_bins: int) -> nn.Module:
    return DenseNet(n_samples, 512, n_bins, activation)


KINDS: dict[str, Any] = {
    "dense": partial(_dense, nn.GELU),
    "Snake": partial(_dense, Snake),
    "Elman": partial(_frames, "elman"),
    "GRU": partial(_frames, "gru"),
    "LSTM": partial(_frames, "lstm"),
}


def trained(kind: str, seed: int, minutes: float) -> BudgetNet:
    """Return a net of `kind`, trained for `minutes` on the stream of `seed`."""
    net = BudgetNet(steps=ENDLESS, batch_size=256, learning_rate=2e-3, seed=seed, device="cpu")
    net.kind_of_net = kind
    return net.fit_task(TASK, TASK.training, minutes=minutes)


def table(seed: int, minutes: float, n_signals: int = N_SIGNALS) -> list[Row]:
    """Return the rows of all kinds in every cell of the tone task, and what their training took."""
    nets = {f"{kind}, seed {seed}": trained(kind, seed, minutes) for kind in KINDS}
    contestants = [Contestant(label, partial(nets.get, label), learns=False) for label in nets]
    rows = [_cost(label, net) for label, net in nets.items()]
    for condition in TASK.conditions:
        rows += compare_cell(TASK.name, condition, contestants, n_signals, seed=0)
    return rows


def _cost(label: str, net: BudgetNet) -> Row:
    seconds = round(net.history_.seconds, 1)
    return Row(
        task=TASK.name, condition="trained on cpu", region="inside", snr_db=float("nan"), estimator=label,
        kind=net.kind, metric="training time", unit="s", value=seconds, ci_low=float("nan"),
        ci_high=float("nan"), n_signals=net.history_.step * net.batch_size,
    )  # fmt: skip


app = App(
    name="python -m neural.equal_budget",
    help="Train five kinds of net for the same time and write their scores.",
)


@app.default
def main(
    *,
    out: Path,
    seed: Annotated[list[int], Parameter(negative=())] = [0, 1, 2],  # noqa: B006
    minutes: float = 1.0,
) -> None:
    """Write the rows of five kinds of net; rows of other seeds that `out` holds already stay.

    Parameters
    ----------
    out
        The CSV file.
    seed
        Of the initial weights and of the training signals; repeatable.
    minutes
        Of training, every net.
    """
    if minutes <= 0:
        raise ValueError(f"minutes must be positive, got {minutes:g}")
    torch.set_num_threads(1)
    endings = tuple(f", seed {one}" for one in seed)
    rows = [r for r in read_rows(out) if not r.estimator.endswith(endings)] if out.exists() else []
    for one in seed:
        rows += table(one, minutes)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_rows(out, rows)


if __name__ == "__main__":
    run_command(app, "neural.equal_budget")
