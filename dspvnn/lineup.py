"""Who takes part: the one core file that knows both rosters."""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import neural
from baselines.filled import Filled
from baselines.roster import BASELINES
from dspvnn.adapter import load_yours, short_names
from dspvnn.estimator import SignalEstimator
from dspvnn.measure.compare import Contestant
from dspvnn.problem.task import NAME as PROBLEM
from dspvnn.results.rows import Row
from dspvnn.sweep.your_version import your_version
from dspvnn.tasks.mismatch.task import remedied
from neural.devices import device_title
from neural.roster import CONSTRUCTED, NETS


def lineup(
    task_name: str, device: str = "auto", weights: Path | None = None, yours: tuple[str, ...] = ()
) -> list[Contestant]:
    """Return the contestants: baselines, every shipped seed of every net, constructed nets, and `yours`.

    yours: estimators of the user's own, each a ``package.module:Name``.
    """
    classical = [
        Contestant(label, make, _learns(make), only=() if task_name == PROBLEM else remedied(label))
        for label, make in BASELINES[task_name].items()
    ]
    nets = []
    for label, name in NETS[task_name].items():
        seeds = neural.RECIPES[name].seeds
        for seed in seeds:
            make = partial(_load, name, seed, device, weights, task_name in ("tone-mismatch", PROBLEM))
            digest = neural.weights_digest(neural.weights_of(name), seed, weights)
            where = f"{digest} on {device_title(device)}"
            nets.append(Contestant(_title(label, seed, seeds), make, learns=False, digest=where))
    built = [
        Contestant(label, make, learns=False) for label, make in CONSTRUCTED.get(task_name, {}).items()
    ]
    labels = short_names(yours, {c.label for c in (*classical, *nets)} | {*NETS[task_name]})
    own = [
        # Of one that may not be the same no cell that an earlier run kept is taken.
        Contestant(label, partial(load_yours, name), digest=your_version(name)[0] or uuid4().hex)
        for name, label in labels.items()
    ]
    return [*classical, *nets, *built, *own]


def _learns(make: Callable[[], Any]) -> bool:
    """Whether a baseline takes anything from a training draw; most know their signals from theory."""
    return bool(make().__sklearn_tags__().requires_fit)


def _load(name: str, seed: int, device: str, weights: Path | None, gaps: bool) -> SignalEstimator:
    """Return a trained net; where records have gaps, one that knows none behind a filter."""
    net = neural.load(name, seed, device, weights)
    return Filled(net) if gaps and not net.allow_nan else net


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
