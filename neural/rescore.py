"""Compare the cards of nets with what the nets do now: python -m neural.rescore [NAME ...] [--write].

A card's score stops being true when a task draws other signals or scores them in another way. `--write`
puts today's score and answers on the card; what it says of the training stays.
"""

import sys
from pathlib import Path
from typing import Annotated

import torch
from cyclopts import App, Parameter

import neural
from dspvnn.command_line import Debug, run_command
from dspvnn.command_line.options import NamedPath
from neural.recipes import RECIPES, trained_on_their_own
from neural.scoring import moved, scored
from neural.storage import WEIGHTS, weight_path, write_card

app = App(
    name="python -m neural.rescore",
    help="Compare the cards of nets with what the nets do now.",
)


@app.default
def main(
    names: Annotated[list[str] | None, Parameter(negative=())] = None,
    /,
    *,
    folder: NamedPath = WEIGHTS,
    write: Annotated[bool, Parameter(negative=())] = False,
    debug: Debug = False,
) -> None:
    """Print what differs, a line a number; the exit status is 1 if anything does and is not written.

    Parameters
    ----------
    names
        The nets, "tone/lstm" for instance; all of them when none is named.
    folder
        Where weights and cards lie; those that ship by default.
    write
        Write today's score and answers on the cards.
    """
    torch.set_num_threads(1)
    found = False
    with_cards = trained_on_their_own()
    for name in names or with_cards:
        if name not in with_cards:
            raise ValueError(f"no net {name!r} has a card: those that do are {', '.join(with_cards)}")
        for seed in RECIPES[name].seeds:
            found |= _rescore(name, seed, folder, write)
    if found and not write:
        sys.exit(1)


def _rescore(name: str, seed: int, folder: Path, write: bool) -> bool:
    """Print what differs for one net, write its card if asked, return whether anything differs."""
    net = neural.load(name, seed, device="cpu", folder=folder)
    part = scored(RECIPES[name].task, net)
    lines = moved(net.card_, part)
    for line in lines or ["as on its card"]:
        print(f"{name} seed {seed}: {line}")
    if write:
        write_card(weight_path(name, seed, folder), net.card_ | part)
    return bool(lines)


if __name__ == "__main__":
    run_command(app, "neural.rescore")
