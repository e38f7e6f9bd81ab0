"""Train the nets for all their epochs: python -m dspvnn.cases.frequency_and_phase FOLDER."""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
from cyclopts import App, Parameter

from dspvnn.cases.frequency_and_phase.nets import POSTED
from dspvnn.cases.frequency_and_phase.posed import TRAININGS, checkpoint
from dspvnn.cases.frequency_and_phase.training import Training
from dspvnn.command_line import Debug, run_command
from dspvnn.command_line.options import Count, Seed

app = App(
    name="python -m dspvnn.cases.frequency_and_phase",
    help="Train the nets of the question for all their epochs, which takes hours.",
)


@app.default
def main(
    folder: Path,
    names: Annotated[list[str] | None, Parameter(negative=())] = None,
    /,
    *,
    seed: Seed = 0,
    epochs: Count = POSTED["epochs"],
    debug: Debug = False,
) -> None:
    """Train the named nets, or all of them one after the other, and keep a checkpoint after every epoch.

    A training that was stopped goes on where it was. `python -m dspvnn.cases frequency-and-phase --long
    FOLDER` ships the learning curves as far as they have got.

    Parameters
    ----------
    folder
        Where the checkpoints are kept; it is made if it is not there.
    names
        as-posted, for instance.
    seed
        Of the records and the weights.
    epochs
        When to stop.
    """
    for name in names or list(TRAININGS):
        if name not in TRAININGS:
            raise ValueError(f"unknown net {name!r}: the nets are {', '.join(TRAININGS)}")
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    for name in names or list(TRAININGS):
        training, path = Training(TRAININGS[name], seed), checkpoint(folder, name, seed)
        if path.exists():
            training.resume(path)
        while training.epochs < epochs:
            training.epoch()
            training.save(path)
            _said(name, training)


def _said(name: str, training: Training) -> None:
    errors, since = training.curve[-1], training.silent_since
    print(
        f"{name}, epoch {training.epochs}: mean squared error of the test {np.mean(errors):,.2f}, of each "
        f"target {', '.join(f'{error:,.3f}' for error in errors)}; {training.clock.seconds:,.0f} s"
        + (f"; only the output's bias learns since epoch {since}" if since else ""),
        file=sys.stderr, flush=True,
    )  # fmt: skip


if __name__ == "__main__":
    run_command(app)
