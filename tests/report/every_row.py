"""Rows such as a report of every task leaves, made up: for tests of what is drawn from them."""

import math
from dataclasses import replace

from dspvnn.measure.coverage import RANGES as COVERED
from dspvnn.results.metrics import (
    COVERAGE_LEVELS,
    DELAY,
    EXPONENT,
    MISS_AT_RATE,
    RATIO,
    RUNTIME,
    TIME_OF_A_CALL,
    coverage_metric,
)
from dspvnn.results.rows import Row
from dspvnn.tasks import TASKS
from dspvnn.tasks.mismatch.figure import NET
from dspvnn.tasks.mismatch.task import KINDS

LABELS = {
    "tone": ("sine fit", "LSTM", "heterodyne LSTM, seed 0", "heterodyne LSTM, seed 1"),
    "tone-mismatch": ("sine fit", "fit chosen by BIC", "mixture LSTM, seed 0"),
    "burst": ("Bayes filter", "matched filter", "LSTM"),
    "burst-noise-free": ("matched filter", "LSTM, seed 0", "LSTM, seed 1"),
    "ewma": ("exact recursion", "LSTM"),
    "witness": ("bilinear regression", "LSTM"),
}
RUN = {
    "configuration": {"preset": "quick", "seed": 0}, "handling": {"CO2, weekly": "two gaps filled"},
    "commit": "0000000", "versions": {"python": "3"}, "cpu": "a CPU", "cores": 2, "threads": 1,
    "device": "cpu", "system": "Linux", "seconds": 3.0, "command": "python -m dspvnn.report",
}  # fmt: skip


def every_row(yours: str = "") -> list[Row]:
    """Return rows of every task and figure; `yours` is the label of an estimator of the user's own."""
    rows = []
    for task, labels in LABELS.items():
        for label in (*labels, yours) if yours else labels:
            kind = "yours" if label == yours else "neural" if "LSTM" in label else "classical"
            rows += _of(task, label, kind, 1 + 0.1 * len(rows) % 0.7)
    return rows + _compared() + _covered() + _rare() + _grown()


def _of(task: str, label: str, kind: str, factor: float) -> list[Row]:
    rows = []
    for i, condition in enumerate(TASKS[task].conditions):
        for about in TASKS[task].metrics:
            limit = 1e-3 * (i + 1)
            rows.append(_row(task, label, kind, about, factor * limit, condition=condition.name,
                             region=condition.region, sweep=condition.sweep, limit=limit,
                             position=float(condition.position), ratio_to_limit=factor,
                             ratio_low=0.9 * factor, ratio_high=1.1 * factor))  # fmt: skip
    first = next(iter(TASKS[task].metrics))
    if task == "tone":
        rows.append(
            _row(task, label, kind, first, 0.01, condition="CO2, weekly", region="recorded", limit=0.01)
        )
    for batch in (1, 1000):
        rows.append(_row(task, label, kind, RUNTIME, 1e-5 * factor, unit="s/signal", position=float(batch),
                         condition=f"batch of {batch}"))  # fmt: skip
    if kind == "neural":
        rows.append(_row(task, label, kind, "training time", 60.0, unit="s", condition="a CPU"))
    return rows


def _row(task: str, label: str, kind: str, about: str, value: float, **more) -> Row:
    first = Row(task, "", "inside", 20.0, label, kind, about, "", value, 0.9 * value, 1.1 * value, 500)
    return replace(first, entry=label.partition(", seed ")[0], **more)


def _compared() -> list[Row]:
    """Return the rows of the mismatch map."""
    conditions = [c for c in TASKS["tone-mismatch"].conditions if c.sweep != "none"]
    return [
        _row("tone-mismatch", NET, "paired", RATIO, 0.5 + 0.1 * i, condition=c.name, region="mismatch",
             sweep=c.sweep, reference=reference, compared="frequency rmse", p_value=0.5,
             p_adjusted=1.0)
        for i, c in enumerate(conditions)
        for reference in ("sine fit", "fit chosen by BIC", KINDS[c.sweep].remedy)
        if reference
    ]  # fmt: skip


def _covered() -> list[Row]:
    """Return the rows of the coverage of error bars."""
    return [
        _row("tone", "sine fit", "classical", coverage_metric(level), 0.85 * level, region=region,
             condition=f"{region}, {snr:g} dB", position=snr, limit=math.nan)
        for region in COVERED
        for level in COVERAGE_LEVELS
        for snr in (0.0, 20.0)
    ]  # fmt: skip


def _rare() -> list[Row]:
    """Return the rows of rare false alarms, and of delays, which have no limit."""
    return [
        _row("burst", "matched filter", "classical", about, 0.1 + 100 * place, limit=limit, position=place,
             condition=f"d = 5, {place:g}", sweep=about)
        for about, limit in ((MISS_AT_RATE, 0.05), (DELAY, math.nan))
        for place in (1e-3, 1e-2)
    ]  # fmt: skip


def _grown() -> list[Row]:
    """Return the rows of time against size, with their exponent."""
    return [
        _row("tone", "sine fit", "classical", about, 1e-4 * size, condition=f"growth with {sweep}",
             unit="s", sweep=sweep, position=size)
        for sweep in ("records", "length")
        for about, sizes in ((TIME_OF_A_CALL, (64.0, 128.0)), (EXPONENT, (1e4,)))
        for size in sizes
    ]  # fmt: skip
