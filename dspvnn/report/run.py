"""Runs a comparison: one study after another; each returns rows."""

import os
import platform
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from dspvnn.adapter import for_task
from dspvnn.command_line.progress import Progress
from dspvnn.lineup import lineup
from dspvnn.measure.paired import adjusted
from dspvnn.problem.description import Problem
from dspvnn.problem.lineup import left_out, own
from dspvnn.recordings.series import Recording, shipped_recordings
from dspvnn.report.presets import PRESETS
from dspvnn.report.studies import case_rows, studies
from dspvnn.results.machine import commit, cpu
from dspvnn.results.rows import Row
from dspvnn.sweep import Shelf, Sweep
from dspvnn.sweep.version import version_of
from dspvnn.tasks import TASKS, Task, task_of, tone
from neural.devices import device_title

PACKAGES = (
    "dspvnn", "numpy", "scipy", "numba", "torch", "onnxruntime", "statsmodels", "scikit-learn",
    "matplotlib", "typst",
)  # fmt: skip
LEFT_OUT = "left out: it was trained on records of another length"


@dataclass(frozen=True)
class Configuration:
    """What a report is made of; run.json and the report say it again.

    tasks : names of tasks that ship, and tasks of the user's own as objects.
    """

    preset: str = "standard"
    tasks: tuple[str | Task, ...] = tuple(TASKS)
    seed: int = 0
    jobs: int = 1
    dask: str = ""
    device: str = "auto"
    train: bool = False
    estimators: tuple[str, ...] = ()
    config: str = ""
    problem: Problem | None = None
    cases: tuple[str, ...] = ()
    repeat_cases: bool = False
    recordings: tuple[Recording, ...] = field(default=(), repr=False)
    command: str = field(default="", repr=False)

    @property
    def by_name(self) -> dict[str, Task]:
        """The tasks by their names."""
        return {task.name: task for task in map(task_of, self.tasks)}

    @property
    def yours(self) -> tuple[str, ...]:
        """The estimators of the user's own, each a ``package.module:Name``, perhaps after ``TASK=``."""
        return (*(own(self.problem) if self.problem is not None else ()), *self.estimators)


def run(
    configuration: Configuration, weights: Path | None, progress: Progress, shelf: Shelf | None = None
) -> tuple[list[Row], dict[str, Any]]:
    """Return the rows of a comparison and how they were made.

    `weights`: None for the shipped ones. `shelf`: where finished cells are kept, if they are.
    """
    started, preset = time.monotonic(), PRESETS[configuration.preset]
    tasks = configuration.by_name
    lineups = {
        name: lineup(task, configuration.device, weights, for_task(configuration.yours, name))
        for name, task in tasks.items()
    }
    recordings = (*shipped_recordings(), *configuration.recordings) if tone.TASK.name in lineups else ()
    sweep = Sweep(configuration.jobs, configuration.dask, shelf)
    rows = []
    for study in studies(tasks, lineups, recordings, preset, configuration.seed, weights):
        rows += study.rows(sweep, progress)
    rows += case_rows(configuration.cases, configuration.repeat_cases, preset.case_share, sweep, progress)
    rows = adjusted(rows)
    handling = {recording.name: recording.handling for recording in recordings}
    if configuration.problem is not None:
        handling |= dict.fromkeys(left_out(configuration.problem), LEFT_OUT)
    return rows, _how(configuration, handling, time.monotonic() - started)


def _how(configuration: Configuration, handling: dict[str, str], seconds: float) -> dict[str, Any]:
    named = tuple(getattr(task, "address", "") or name for name, task in configuration.by_name.items())
    chosen = asdict(replace(configuration, tasks=named)) | {
        "recordings": [r.name for r in configuration.recordings]
    }
    command = chosen.pop("command")
    return {
        "configuration": chosen | asdict(PRESETS[configuration.preset]),
        "handling": handling,
        "commit": commit(),
        "versions": {"python": platform.python_version()} | {p: version_of(p) for p in PACKAGES},
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "threads": 1,
        "device": device_title(configuration.device),
        "system": f"{platform.system()} {platform.machine()}",
        "seconds": round(seconds, 3),
        "command": command,
    }
