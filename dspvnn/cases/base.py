"""What a case is: a question from the field, its variants, and how each one is measured.

A variant is the set-up as it was asked, the same with one thing changed, the best net found here, or the
classical answer. It is measured once a seed: training and test signals come from the seed's own streams.
Every measurement becomes rows of `dspvnn.results.rows`, with task = case/NAME and estimator = the variant.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure

from dspvnn.cases.original import Original
from dspvnn.measure.statistics import as_drawn, interval, ratio_interval, resampling_weights
from dspvnn.results.rows import Row, median_training
from dspvnn.signals.randomness import stream
from dspvnn.sweep import Cell, Sweep, rows_of
from dspvnn.tasks import Metric

TRAINING_TIME = "training time"
PREFIX = "case/"


@dataclass(frozen=True)
class Outcome:
    """The losses of a variant, trial by trial, under one condition; those of the limit likewise.

    `limit` None: there is none, or nobody knows it. A number is the same in every trial; like the losses of
    a limit, it is something that nobody can be below but by chance, and a row below it counts as beaten.
    What somebody may pass is a yardstick, and a variant of its own. position: the place of the condition on
    an axis, if any.
    """

    condition: str
    metric: str
    losses: np.ndarray
    limit: np.ndarray | float | None = None
    region: str = "inside"
    position: float = math.nan


@dataclass(frozen=True)
class Measurement:
    """What came of one variant and seed. `note`: what was cut of the set-up, or given to the variant."""

    outcomes: Sequence[Outcome]
    seconds: float = math.nan
    n_signals: int = 0
    note: str = ""


@dataclass(frozen=True)
class Variant:
    """One line of a case's table. ``measure(seed, scale)``: scale 1 is the full training.

    n_seeds : how many of the case's seeds it is measured with, if all of them would take too long.
    """

    label: str
    measure: Callable[[int, float], Measurement]
    kind: str = "neural"
    n_seeds: int | None = None


Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Case:
    """A question from the field, and what answers it.

    lesson, draw : from the case's rows to a text and to a figure; neither runs anything.
    columns : the pairs of condition and metric that the table shows.
    limit : what the limit of the rows is.
    original : the settings of the question and its answers; None where they are this project's own.
    longer : the same case whose trainings are those of a folder of checkpoints; None if it has no such.
    """

    name: str
    title: str
    question: str
    variants: tuple[Variant, ...]
    metrics: dict[str, Metric]
    columns: tuple[tuple[str, str], ...]
    lesson: Callable[[Sequence[Row]], str]
    draw: Callable[[Sequence[Row]], Figure]
    caption: str
    limit: str = "exact limit"
    original: Original | None = None
    longer: "Callable[[Path], Case] | None" = None
    seeds: tuple[int, ...] = field(default=(0, 1, 2))

    @property
    def key(self) -> str:
        """What the rows of the case have as their task; tasks have names like those of cases."""
        return f"{PREFIX}{self.name}"

    def run(
        self,
        sweep: Sweep | None = None,
        scale: float = 1.0,
        progress: Progress | None = None,
        seeds: Sequence[int] | None = None,
    ) -> list[Row]:
        """Repeat the experiment: every variant with every seed, in the order of the seeds.

        Parameters
        ----------
        sweep : Sweep, optional
            Who measures, and where finished measurements are kept; the rows do not depend on it.
        scale : float
            Share of the full training, in (0, 1].
        progress : callable, optional
            Called with what was measured, how many of how many.
        seeds : sequence of int, optional
            The case's own by default.
        """
        if not 0 < scale <= 1:
            raise ValueError(f"scale must lie in (0, 1], got {scale}")
        chosen = self.seeds if seeds is None else seeds
        plan = [
            (v, s) for i, s in enumerate(chosen) for v in self.variants if i < (v.n_seeds or len(chosen))
        ]
        cells = [
            Cell(
                f"{self.name}: {v.label}, seed {s}",
                (self.key, v.label, s, scale),
                _measured,
                (self, v, s, scale),
            )
            for v, s in plan
        ]

        def said(what: str, done: int) -> None:
            if progress is not None:
                progress(what, done, len(cells))

        return [row for result in (sweep or Sweep()).run(cells, said) for row in rows_of(result)]


def _measured(case: Case, variant: Variant, seed: int, scale: float) -> list[dict[str, Any]]:
    torch.set_num_threads(1)  # the sums depend on the threads
    torch.set_flush_denormal(True)  # a gradient that vanishes over 2,000 steps is 10 x slower without
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            measurement = variant.measure(seed, scale)
    finally:
        torch.set_flush_denormal(False)  # of the whole process, and others may need every number
    if variant.n_seeds:
        few = f"{variant.n_seeds} of {len(case.seeds)} seeds"
        measurement = replace(measurement, note="; ".join(filter(None, (measurement.note, few))))
    return [asdict(row) for row in _rows(case, variant, seed, measurement)]


def _rows(case: Case, variant: Variant, seed: int, measurement: Measurement) -> Iterator[Row]:
    for outcome in measurement.outcomes:
        about, losses = case.metrics[outcome.metric], np.asarray(outcome.losses, float)
        rng = stream(seed, "bootstrap", case.name, outcome.condition)
        weights = resampling_weights(len(losses), rng)
        value, low, high = interval(losses, about, weights)
        limit = ratio = ratio_low = ratio_high = math.nan
        if outcome.limit is not None:
            best = np.broadcast_to(np.asarray(outcome.limit, float), losses.shape)
            limit = about.value(as_drawn(best))
            ratio, ratio_low, ratio_high = ratio_interval(losses, best, about, weights)
        yield Row(
            task=case.key, condition=outcome.condition, region=outcome.region, snr_db=math.nan,
            estimator=variant.label, kind=variant.kind, metric=outcome.metric, unit=about.unit,
            value=value, ci_low=low, ci_high=high, n_signals=len(losses), limit=limit,
            ratio_to_limit=ratio, ratio_low=ratio_low, ratio_high=ratio_high,
            note=measurement.note, seed=seed, position=outcome.position,
        )  # fmt: skip
    if math.isfinite(measurement.seconds):
        yield Row(
            task=case.key, condition="training", region="inside", snr_db=math.nan,
            estimator=variant.label, kind=variant.kind, metric=TRAINING_TIME, unit="s",
            value=measurement.seconds, ci_low=math.nan, ci_high=math.nan,
            n_signals=measurement.n_signals, note=measurement.note, seed=seed,
        )  # fmt: skip


def typical(rows: Sequence[Row], label: str, condition: str, metric: str, column: str = "value") -> float:
    """Return the median over the seeds of a variant's value (or another column); NaN if there is none."""
    found = [r for r in rows if (r.estimator, r.condition, r.metric) == (label, condition, metric)]
    return float(getattr(median_training(found, column), column)) if found else math.nan


def one_at_a_time(asked: float, changes: Mapping[str, float], unit: str = "") -> str:
    """Return the errors after single changes as a sentence, the least first, and whether one suffices."""
    order = sorted(changes, key=lambda label: changes[label])
    parts = ", ".join(f"{label.removeprefix('changed: ')} {short(changes[label])}{unit}" for label in order)
    least = changes[order[0]]
    verdict = "None of them halves the error."
    if least <= asked / 2:
        verdict = f"The first is what counts: {asked / least:.2g} times less."
    return f"One change at a time: {parts}. {verdict}"


def short(value: float) -> str:
    """Return a number with two significant digits, whole from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}"


class Clock:
    """Seconds of training so far: ``with clock:`` around what counts."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._started = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.monotonic() - self._started
