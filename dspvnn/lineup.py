"""Who takes part: the one core file that knows both rosters."""

from functools import partial
from pathlib import Path

import neural
from baselines.roster import BASELINES
from dspvnn.compare import Contestant
from neural.roster import NETS


def lineup(task_name: str, device: str = "auto", weights: Path | None = None) -> list[Contestant]:
    """Return the contestants of a task: the baselines, then every shipped seed of every net."""
    classical = [Contestant(label, make) for label, make in BASELINES[task_name].items()]
    nets = []
    for label, name in NETS[task_name].items():
        seeds = neural.RECIPES[name].seeds
        for seed in seeds:
            make = partial(neural.load, name, seed, device, weights)
            title = label if len(seeds) == 1 else f"{label}, seed {seed}"
            nets.append(Contestant(title, make, learns=False))
    return [*classical, *nets]
