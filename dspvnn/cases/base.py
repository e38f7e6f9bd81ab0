"""What a case is: a question from the field, its variants, and how each one is measured.

A variant is the set-up as it was asked, the same with one thing changed, the best net found here, or the
classical answer. It is measured once a seed: training and test signals come from the seed's own streams.
Every measurement becomes rows of `dspvnn.results`, with task = the case's name and estimator = the variant.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
import torch
from joblib import Parallel, delayed
from matplotlib.figure import Figure

from dspvnn.randomness import stream
from dspvnn.results import Row
from dspvnn.statistics import as_drawn, interval, ratio_interval, resampling_weights
from dspvnn.tasks import Metric

TRAINING_TIME = "training time"


@dataclass(frozen=True)
class Outcome:
    """The losses of a variant, trial by trial, under one condition; those of the limit likewise.

    `limit` None: there is none, or nobody knows it. A number is a yardstick without spread, which chance may
    pass: rows have no ratio to it.
    """

    condition: str
    metric: str
    losses: np.ndarray
    limit: np.ndarray | float | None = None
    region: str = "inside"


@dataclass(frozen=True)
class Measurement:
    """What came of one variant and seed. `note`: what was cut of the set-up as asked, or told."""

    outcomes: Sequence[Outcome]
    seconds: float = math.nan
    n_signals: int = 0
    note: str = ""


@dataclass(frozen=True)
class Variant:
    """One line of a case's table. ``measure(seed, scale)``: scale 1 is the full training."""

    label: str
    measure: Callable[[int, float], Measurement]
    kind: str = "neural"


Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Case:
    """A question from the field, and what answers it.

    lesson, draw : from the case's rows to a text and to a figure; neither runs anything.
    columns : the pairs of condition and metric that the table shows.
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
    seeds: tuple[int, ...] = field(default=(0, 1, 2))

    def run(
        self,
        seeds: Sequence[int] | None = None,
        scale: float = 1.0,
        jobs: int = 1,
        progress: Progress | None = None,
    ) -> list[Row]:
        """Repeat the experiment: every variant with every seed. The rows do not depend on `jobs`.

        Parameters
        ----------
        seeds : sequence of int, optional
            The case's own by default.
        scale : float
            Share of the full training, in (0, 1].
        jobs : int
            Processes.
        progress : callable, optional
            Called with what was measured, how many of how many.
        """
        if not 0 < scale <= 1:
            raise ValueError(f"scale must lie in (0, 1], got {scale}")
        plan = [(v, s) for v in self.variants for s in (self.seeds if seeds is None else seeds)]
        work = (delayed(_measured)(self, v, s, scale) for v, s in plan)
        rows: list[Row] = []
        for i, found in enumerate(Parallel(n_jobs=jobs, return_as="generator")(work)):
            rows += found
            if progress is not None:
                progress(f"{self.name}: {plan[i][0].label}, seed {plan[i][1]}", i + 1, len(plan))
        return rows


def _measured(case: Case, variant: Variant, seed: int, scale: float) -> list[Row]:
    torch.set_num_threads(1)  # the sums depend on the threads
    torch.set_flush_denormal(True)  # a gradient that vanishes over 2,000 steps is 10 x slower without
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        measurement = variant.measure(seed, scale)
    return list(_rows(case, variant, seed, measurement))


def _rows(case: Case, variant: Variant, seed: int, measurement: Measurement) -> Iterator[Row]:
    for outcome in measurement.outcomes:
        about, losses = case.metrics[outcome.metric], np.asarray(outcome.losses, float)
        rng = stream(seed, "bootstrap", case.name, outcome.condition)
        weights = resampling_weights(len(losses), rng)
        value, low, high = interval(losses, about, weights)
        limit = ratio = ratio_low = ratio_high = math.nan
        if isinstance(outcome.limit, float):
            limit = outcome.limit
        elif outcome.limit is not None:
            limit = about.value(as_drawn(outcome.limit))
            ratio, ratio_low, ratio_high = ratio_interval(losses, outcome.limit, about, weights)
        yield Row(
            task=case.name, condition=outcome.condition, region=outcome.region, snr_db=math.nan,
            estimator=variant.label, kind=variant.kind, metric=outcome.metric, unit=about.unit,
            value=value, ci_low=low, ci_high=high, n_signals=len(losses), limit=limit,
            ratio_to_limit=ratio, ratio_low=ratio_low, ratio_high=ratio_high,
            told=measurement.note, seed=seed,
        )  # fmt: skip
    if math.isfinite(measurement.seconds):
        yield Row(
            task=case.name, condition="training", region="inside", snr_db=math.nan,
            estimator=variant.label, kind=variant.kind, metric=TRAINING_TIME, unit="s",
            value=measurement.seconds, ci_low=math.nan, ci_high=math.nan,
            n_signals=measurement.n_signals, told=measurement.note, seed=seed,
        )  # fmt: skip


def typical(rows: Sequence[Row], label: str, condition: str, metric: str, column: str = "value") -> float:
    """Return the median over the seeds of a variant's value (or another column); NaN where there is none."""
    found = [
        getattr(r, column)
        for r in rows
        if (r.estimator, r.condition, r.metric) == (label, condition, metric)
    ]
    return float(median(found)) if found else math.nan


class Clock:
    """Seconds of training so far: ``with clock:`` around what counts."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._started = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.monotonic() - self._started
