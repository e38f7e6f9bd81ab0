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
from dspvnn.adapter import Guarded, load_yours, short_names
from dspvnn.estimator import SignalEstimator
from dspvnn.foreign import contained, first_line
from dspvnn.measure.compare import Contestant
from dspvnn.results.rows import Row
from dspvnn.sweep.your_version import held, your_version
from dspvnn.tasks import TASKS, LineUp, Task, task_of
from dspvnn.tasks.mismatch.task import Mismatch, remedied
from dspvnn.tasks.own import OwnTask
from neural.devices import device_title
from neural.recipes import Recipe
from neural.roster import CONSTRUCTED, NETS


def lineup(
    task: str | Task, device: str = "auto", weights: Path | None = None, yours: tuple[str, ...] = ()
) -> list[Contestant]:
    """Return the contestants of a task: its baselines, every seed of every net, and `yours`.

    yours: estimators of the user's own, each a ``package.module:Name``.
    """
    task = task_of(task)
    entries, own = line_up(task), task if isinstance(task, OwnTask) else None
    only = remedied if task.name in TASKS else _everywhere
    classical = [
        _own(own, label, make, "classical") if own else Contestant(label, make, _learns(make), only(label))
        for label, make in entries.baselines.items()
    ]
    nets = []
    for label, name in entries.by_recipe.items():
        recipe = entries.recipes[name]
        for seed in recipe.seeds:
            make = partial(_load, name, recipe, seed, device, weights, isinstance(task, Mismatch))
            digest = neural.weights_digest(neural.weights_of(name, recipe), seed, weights)
            where = f"{digest} on {device_title(device)}"
            title = _title(label, seed, recipe.seeds)
            nets.append(Contestant(title, make, False, digest=where, entry=label, training_seed=seed))
    ready = [
        _own(own, label, make, "neural") if own else Contestant(label, make, learns=False)
        for label, make in entries.nets.items()
    ]
    labels = short_names(yours, {c.label for c in (*classical, *nets, *ready)} | {*entries.by_recipe})
    beside = [
        # Of one that may not be the same no cell that an earlier run kept is taken.
        Contestant(label, partial(load_yours, name), digest=your_version(name)[0] or uuid4().hex)
        for name, label in labels.items()
    ]
    return [*classical, *nets, *ready, *beside]


def line_up(task: Task) -> LineUp:
    """Return the line-up that a task brings itself and, if it ships, its entries in the two rosters."""
    brought = getattr(task, "lineup", LineUp())
    if task.name not in TASKS:
        return brought
    return LineUp(
        {**BASELINES.get(task.name, {}), **brought.baselines},
        {**CONSTRUCTED.get(task.name, {}), **brought.nets},
        NETS[task.name],
        neural.RECIPES,
    )


def _own(task: OwnTask, label: str, make: Callable[[], Any], kind: str) -> Contestant:
    """Return an entry of a line-up of the user's own; fitted in every cell unless it is already."""
    try:
        with contained():
            made = _guarded(make, kind)
    except (Exception, SystemExit) as error:
        raise ValueError(f"task {task.name!r}: {label!r} cannot be made: {first_line(error)}") from error
    return Contestant(label, partial(_guarded, make, kind), digest=f"{task.version} {held(made.thing)}")


def _guarded(make: Callable[[], Any], kind: str) -> Guarded:
    return Guarded(make(), kind=kind, refit=False)


def _everywhere(label: str) -> tuple[str, ...]:
    return ()


def _learns(make: Callable[[], Any]) -> bool:
    """Whether a baseline takes anything from a training draw; most know their signals from theory."""
    return bool(make().__sklearn_tags__().requires_fit)


def _load(
    name: str, recipe: Recipe, seed: int, device: str, weights: Path | None, gaps: bool
) -> SignalEstimator:
    """Return a trained net; where records have gaps, a net that rejects NaN is wrapped in `Filled`."""
    net = neural.load(name, seed, device, weights, recipe)
    return Filled(net) if gaps and not net.allow_nan else net


def _title(label: str, seed: int, seeds: tuple[int, ...]) -> str:
    return label if len(seeds) == 1 else f"{label}, seed {seed}"


def training_cost(task: str | Task, weights: Path | None = None) -> list[Row]:
    """Return one row a net: the seconds that its training took, from its card.

    A net of a task of the user's own may have a card, too: `card_`, a dict with seconds, signals, device.
    """
    task = task_of(task)
    entries = line_up(task)
    cards = []
    for label, name in entries.by_recipe.items():
        recipe = entries.recipes[name]
        for seed in recipe.seeds:
            card = neural.read_card(neural.weight_path(neural.weights_of(name, recipe), seed, weights))
            cards.append((_title(label, seed, recipe.seeds), label, seed, card))
    if isinstance(task, OwnTask):
        cards += [
            (label, label, None, card) for label, make in entries.nets.items() if (card := _card(make))
        ]
    return [_cost(task.name, *card) for card in cards]


def _card(make: Callable[[], Any]) -> dict[str, Any]:
    """Return the card of a net of the user's own, if it has one that says what its training cost."""
    with contained():
        card = getattr(make(), "card_", {})
    said = isinstance(card, dict) and {"seconds", "signals", "device"} <= set(card)
    return card if said else {}


def _cost(task_name: str, title: str, label: str, seed: int | None, card: dict[str, Any]) -> Row:
    return Row(
        task=task_name, condition="training", device=card["device"], region="inside", snr_db=math.nan,
        estimator=title, entry=label, training_seed=seed, kind="neural", metric="training time", unit="s",
        value=card["seconds"], ci_low=math.nan, ci_high=math.nan, n_signals=card["signals"],
    )  # fmt: skip
