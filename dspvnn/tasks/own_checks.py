"""What a task of the user's own must be and must answer: each rule raises a ValueError that states it."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from dspvnn.tasks.base import Condition, LineUp, Metric, Trials
from dspvnn.tasks.page import Page

NEEDED = ("name", "conditions", "metrics", "draw", "losses")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_given(given: Any) -> None:
    """Refuse an object that is no task, or lacks something that every task needs."""
    lacks = [what for what in NEEDED if not hasattr(given, what)]
    if len(lacks) > len(NEEDED) - 2:
        raise ValueError(f"this is no task: a task has {', '.join(NEEDED)}, got {type(given).__name__}")
    if lacks:
        raise ValueError(f"the task lacks its {' and its '.join(lacks)}")
    for what in ("draw", "losses"):
        if not callable(getattr(given, what)):
            raise ValueError(f"the task's {what} must be a function, got {getattr(given, what)!r:.80}")
    _check_name(given.name)
    _check_conditions(given.conditions)
    metrics = given.metrics
    if not isinstance(metrics, Mapping) or not metrics or not _all(metrics.values(), Metric):
        raise ValueError(f"the task's metrics must be a dict of Metric, got {metrics!r:.80}")
    for what, kind in (("lineup", LineUp), ("page", Page)):
        if not isinstance(getattr(given, what, None), kind | None):
            raise ValueError(
                f"the task's {what} must be a {kind.__name__}, got {getattr(given, what)!r:.80}"
            )


def check_page(name: str, page: Page) -> None:
    """Refuse a page whose figures would write over those of another task, or whose text is not there."""
    for picture in page.pictures:
        if not NAME.fullmatch(picture.name) or not picture.name.startswith(name):
            raise ValueError(
                f"the name of a picture names its file and begins with the task's, {name!r}, got "
                f"{picture.name!r}"
            )
    if page.text is not None and not page.text.is_file():
        raise ValueError(f"the text of the page must be a file, got {str(page.text)!r}")


def check_trials(trials: Any, n_signals: int) -> None:
    """Refuse what `draw` returned unless signals and targets have shapes that fit, and are numbers."""
    if not isinstance(trials, Trials):
        raise ValueError(f"draw must return Trials, got {type(trials).__name__}")
    signals, target = np.shape(trials.signals), np.shape(trials.target)
    if len(signals) not in (2, 3) or signals[0] != n_signals:
        raise ValueError(
            f"draw of {n_signals} signals must return signals of shape ({n_signals}, n_samples) or "
            f"({n_signals}, n_samples, n_channels), got {signals}"
        )
    if len(target) not in (1, 2) or target != signals[: len(target)]:
        raise ValueError(
            f"signals and targets do not fit: for signals of shape {signals} targets must have shape "
            f"{signals[:1]} or {signals[:2]}, got {target}"
        )
    for what, array in (("signals", trials.signals), ("targets", trials.target)):
        if isinstance(array, np.ndarray) and array.dtype.kind != "f":
            raise ValueError(f"{what} must be floating-point numbers, got {array.dtype}")


def check_losses(what: str, losses: Any, metrics: Mapping[str, Metric], n: int) -> None:
    """Refuse losses that are not a dict by metric with a number for every one of n signals.

    A metric may count some of the signals only: those in which there is something to detect, say.
    """
    if not isinstance(losses, Mapping) or not set(losses) <= set(metrics):
        raise ValueError(f"{what} must return a dict with keys of {[*metrics]}, got {losses!r:.80}")
    for metric, each in losses.items():
        shape = np.shape(each)
        if len(shape) not in (1, 2) or not 0 < shape[-1] <= n:
            raise ValueError(f"{what} must have shape ({n},) for {n} signals in {metric!r}, got {shape}")


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(
            f"the task's name names files: it must be letters, digits, - and _, got {name!r:.80}"
        )


def _check_conditions(conditions: Any) -> None:
    if not isinstance(conditions, tuple | list) or not conditions or not _all(conditions, Condition):
        raise ValueError(f"the task's conditions must be a tuple of Condition, got {conditions!r:.80}")
    names = [condition.name for condition in conditions]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"conditions must have names of their own, got {twice[0]!r} twice")


def _all(things: Any, kind: type) -> bool:
    return all(isinstance(thing, kind) for thing in things)
