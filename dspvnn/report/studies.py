"""The studies of a report: measurements, each of which gives cells and makes rows of their results.

All studies go through the sweep, so each of them runs on its processes or its cluster, shows its progress,
and is kept: a second run takes what is finished. What measures time is done alone, in this process.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from dspvnn.cases import CASES
from dspvnn.cases.shipped import shipped_rows
from dspvnn.command_line.progress import Progress
from dspvnn.lineup import training_cost
from dspvnn.measure.compare import Contestant
from dspvnn.measure.coverage import calibration_rows
from dspvnn.measure.runtime import time_task
from dspvnn.measure.scaling import growth_rows
from dspvnn.measure.trend import trend_rows
from dspvnn.rates import delay_rows, low_rate_rows
from dspvnn.recordings.series import Recording, compare_recording
from dspvnn.report.presets import Preset
from dspvnn.results.machine import cpu
from dspvnn.results.rows import Row
from dspvnn.sweep import Cell, Sweep, comparison_cell, row_cell, rows_of
from dspvnn.tasks import Task, burst, tone

GROWING = (
    "FFT peak", "FFT, Candan", "FFT, Aboutanios-Mulgrew", "sine fit", "sine fit, given the range",
)  # fmt: skip
TREND = ("FFT, Candan", "sine fit", "LSTM", "heterodyne LSTM")
Lineups = dict[str, list[Contestant]]


@dataclass(frozen=True)
class Study:
    """One measurement: `cells` that the sweep does or, where it makes its own, a function of the sweep.

    alone : its cells measure time, so they are done one after another in this process.
    """

    name: str
    cells: tuple[Cell, ...] = ()
    measure: Callable[[Sweep], list[Row]] | None = None
    alone: bool = False

    def rows(self, sweep: Sweep, progress: Progress) -> list[Row]:
        """Return the rows; `progress` is called after every finished cell."""
        if self.measure is not None:
            found = self.measure(sweep)
            progress(self.name, 1, 1)
            return found
        mine = replace(sweep, jobs=1, dask="") if self.alone else sweep
        done = mine.run(self.cells, lambda name, n_done: progress(name, n_done, len(self.cells)))
        return [row for result in done for row in rows_of(result)]


def studies(
    tasks: Mapping[str, Task],
    lineups: Lineups,
    recordings: Sequence[Recording],
    preset: Preset,
    seed: int,
    weights: Path | None,
) -> list[Study]:
    """Return the studies of the tasks that have a line-up."""
    found = [_comparison(tasks, lineups, preset, seed)]
    if burst.TASK.name in lineups:
        found += _detection(lineups[burst.TASK.name], preset, seed)
    if tone.TASK.name in lineups:
        found += _of_tones(lineups[tone.TASK.name], recordings, preset, seed)
    found += [_runtime(tasks[name], lineup, preset, seed) for name, lineup in lineups.items()]
    found += [Study("training cost", measure=lambda _: _costs(tasks, weights))]
    return found


def _comparison(tasks: Mapping[str, Task], lineups: Lineups, preset: Preset, seed: int) -> Study:
    cells = (
        comparison_cell(tasks[name], condition, lineup, preset.n_signals, seed)
        for name, lineup in lineups.items()
        for condition in tasks[name].conditions
    )
    return Study("comparison", tuple(cells))


def _detection(lineup: list[Contestant], preset: Preset, seed: int) -> list[Study]:
    n_delay = min(4000, preset.n_noise)
    return [
        Study("low false-alarm rates", measure=lambda sweep: low_rate_rows(
            lineup, preset.n_noise, seed, sweep=sweep)),
        Study("detection delay", measure=lambda sweep: delay_rows(lineup, n_delay, seed=seed, sweep=sweep)),
    ]  # fmt: skip


def _of_tones(
    lineup: list[Contestant], recordings: Sequence[Recording], preset: Preset, seed: int
) -> list[Study]:
    n = max(2, preset.n_signals // 8)
    methods = [c for c in lineup if c.entry in TREND]
    growing = [c for c in lineup if c.label in GROWING]
    rounds, name = max(5, preset.timing_rounds // 2), tone.TASK.name
    series = tuple(
        row_cell(f"recording: {r.name}", (r.digest, seed), partial(compare_recording, r), lineup, seed)
        for r in recordings
    )
    return [
        Study("recordings", series),
        Study("trend", (row_cell(f"{name}: trend", (n, seed), trend_rows, methods, n, seed),)),
        Study("coverage", (row_cell(f"{name}: coverage", (n, seed), calibration_rows, lineup, n, seed),)),
        Study("growth of time", (row_cell(
            f"{name}: growth of time", (cpu(), os.cpu_count(), rounds, seed), partial(growth_rows, name),
            growing, rounds, seed),), alone=True),
    ]  # fmt: skip


def _runtime(task: Task, lineup: list[Contestant], preset: Preset, seed: int) -> Study:
    name, where = f"{task.name}: runtime", (task, cpu(), os.cpu_count(), preset.timing_rounds, seed)
    cell = row_cell(name, where, partial(time_task, task), lineup, preset.timing_rounds, seed)
    return Study(name, (cell,), alone=True)


def _costs(tasks: Mapping[str, Task], weights: Path | None) -> list[Row]:
    return [row for task in tasks.values() for row in training_cost(task, weights)]


def case_rows(
    names: Sequence[str], repeat: bool, share: float, sweep: Sweep, progress: Progress
) -> list[Row]:
    """Return the rows of the chosen cases: those that ship, or those of a repeated experiment."""
    rows: list[Row] = []
    for name in names:
        rows += CASES[name].run(sweep, share, progress) if repeat else shipped_rows(CASES[name])
    return rows
