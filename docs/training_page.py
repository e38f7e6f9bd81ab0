"""Writes what the cards of the shipped weights say of their training: a table, and the loss as curves."""

import json
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dspvnn.results.numbers import seconds
from neural.recipes import RECIPES, trained_on_their_own
from neural.storage import WEIGHTS, weight_path

HEAD = "| net | trainings | parameters | steps | signals | time of one | device |\n" + "|---" * 7 + "|\n"
COLUMNS = 3


def write_training(folder: Path) -> None:
    """Write ``training.md`` and ``training.svg`` into `folder`."""
    folder.mkdir(exist_ok=True)
    cards = {name: [_card(name, seed) for seed in RECIPES[name].seeds] for name in trained_on_their_own()}
    lines = "".join(_line(name, mine) for name, mine in cards.items())
    (folder / "training.md").write_text(HEAD + lines, encoding="utf-8")
    _curves(cards).savefig(folder / "training.svg", metadata={"Date": None})


def _card(name: str, seed: int) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(weight_path(name, seed, WEIGHTS).with_suffix(".json").read_text())
    return card


def _line(name: str, cards: list[dict[str, Any]]) -> str:
    recipe, times = RECIPES[name], sorted(card["seconds"] for card in cards)
    network = recipe.make().build(recipe.condition().n_samples).network_
    n_parameters = sum(p.numel() for p in network.parameters())
    spread = f"{seconds(median(times))} ({seconds(times[0])} to {seconds(times[-1])})"
    first = cards[0]
    return (
        f"| `{name}` | {len(cards)} | {n_parameters:,} | {first['steps']:,} | {first['signals']:,} "
        f"| {spread} | {first['device']} |\n"
    )


def _curves(cards: dict[str, list[dict[str, Any]]]) -> Figure:
    """Draw the loss against the step, a panel a net, a line a training."""
    rows = -(-len(cards) // COLUMNS)
    figure = Figure(figsize=(9, 1.9 * rows), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for ax, (name, mine) in zip(panels, cards.items(), strict=False):
        for card in mine:
            step, loss = np.array(card["losses"], float).T
            ax.plot(step, loss, lw=0.9)
        positive = all(value > 0 for card in mine for _, value in card["losses"])
        ax.set(title=name, xlabel="step", yscale="log" if positive else "linear")
    for ax in panels[len(cards) :]:
        ax.set_axis_off()
    figure.supylabel("loss of a batch")
    return figure
