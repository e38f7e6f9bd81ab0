"""Who takes part: the one core file that knows both rosters."""

import math
from functools import partial
from pathlib import Path

import neural
from baselines.roster import BASELINES
from dspvnn.compare import Contestant
from dspvnn.results import Row
from neural.roster import NETS


def lineup(task_name: str, device: str = "auto", weights: Path | None = None) -> list[Contestant]:
    """Return the contestants of a task: the baselines, then every shipped seed of every net."""
    classical = [Contestant(label, make) for label, make in BASELINES[task_name].items()]
    nets = []
    for label, name in NETS[task_name].items():
        seeds = neural.RECIPES[name].seeds
        for seed in seeds:
            make = partial(neural.load, name, seed, device, weights)
            nets.append(Contestant(_title(label, seed, seeds), make, learns=False))
    return [*classical, *nets]


def _title(label: str, seed: int, seeds: tuple[int, ...]) -> str:
    return label if len(seeds) == 1 else f"{label}, seed {seed}"


def training_cost(task_name: str, weights: Path | None = None) -> list[Row]:
    """Return one row a net: the seconds that its training took, from its card."""
    rows = []
    for label, name in NETS[task_name].items():
        seeds = neural.RECIPES[name].seeds
        for seed in seeds:
            card = neural.read_card(neural.weight_path(neural.weights_of(name), seed, weights))
            rows.append(
                Row(
                    task=task_name,
                    condition=f"trained on {card['device']}",
                    region="inside",
                    snr_db=math.nan,
                    estimator=_title(label, seed, seeds),
                    kind="neural",
                    metric="training time",
                    unit="s",
                    value=card["seconds"],
                    ci_low=math.nan,
                    ci_high=math.nan,
                    n_signals=card["signals"],
                    seed=seed,
                )
            )
    return rows
