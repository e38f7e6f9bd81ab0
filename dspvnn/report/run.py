"""Runs a comparison: cells, runtime, training cost and recordings, each as rows."""

import os
import platform
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dspvnn.cases import CASES
from dspvnn.cases.shipped import shipped_rows
from dspvnn.command_line import Progress
from dspvnn.lineup import lineup, training_cost
from dspvnn.measure.coverage import calibration_rows
from dspvnn.measure.runtime import time_task
from dspvnn.measure.scaling import growth_rows
from dspvnn.measure.trend import trend_rows
from dspvnn.problem.description import Problem
from dspvnn.problem.lineup import left_out, own
from dspvnn.rates import delay_rows, low_rate_rows
from dspvnn.recordings.series import Recording, compare_recording, shipped_recordings
from dspvnn.report.presets import PRESETS
from dspvnn.results.rows import Row, without_seed
from dspvnn.sweep import Shelf, Sweep, comparison_cell, rows_of
from dspvnn.sweep.version import version_of
from dspvnn.tasks import TASKS
from neural.devices import device_title

PACKAGES = (
    "dspvnn", "numpy", "scipy", "numba", "torch", "onnxruntime", "statsmodels", "scikit-learn",
    "matplotlib", "typst",
)  # fmt: skip
CPU_INFO = Path("/proc/cpuinfo")  # only Linux has this file
LEFT_OUT = "left out: it was trained on records of another length"
GROWING = (
    "FFT peak", "FFT, Candan", "FFT, Aboutanios-Mulgrew", "sine fit", "sine fit, told the range",
)  # fmt: skip
TREND = ("FFT, Candan", "sine fit", "LSTM", "heterodyne LSTM")


@dataclass(frozen=True)
class Configuration:
    """What a report is made of; its repr is what the report prints."""

    preset: str = "standard"
    tasks: tuple[str, ...] = tuple(TASKS)
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
    def yours(self) -> tuple[str, ...]:
        """The estimators of the user's own, each a ``package.module:Name``."""
        return (*(own(self.problem) if self.problem is not None else ()), *self.estimators)


def run(
    configuration: Configuration, weights: Path | None, progress: Progress, shelf: Shelf | None = None
) -> tuple[list[Row], dict[str, Any]]:
    """Return the rows of a comparison and how they were made.

    `weights`: None for the shipped ones. `shelf`: where finished cells are kept, if they are.
    """
    started, preset = time.monotonic(), PRESETS[configuration.preset]
    seed = configuration.seed
    problem, yours = configuration.problem, configuration.yours
    lineups = {t: lineup(t, configuration.device, weights, yours) for t in configuration.tasks}
    cells = [(t, c) for t in configuration.tasks for c in TASKS[t].conditions]
    total = len(cells) + len(configuration.tasks) + 1
    sweep = Sweep(configuration.jobs, configuration.dask, shelf)
    questions = case_rows(configuration, preset.case_share, sweep, progress)
    done = sweep.run(
        [comparison_cell(t, c, lineups[t], preset.n_signals, seed, problem) for t, c in cells],
        lambda name, n_done: progress(name, n_done, total),
    )
    rows = [row for result in done for row in rows_of(result)]
    if "burst" in configuration.tasks:
        rows += low_rate_rows(lineups["burst"], preset.n_noise, seed, sweep=sweep)
        rows += delay_rows(lineups["burst"], min(4000, preset.n_noise), seed=seed, sweep=sweep)
    handling: dict[str, str] = {}
    if problem is not None:
        handling |= dict.fromkeys(left_out(problem), LEFT_OUT)
    if "tone" in configuration.tasks:
        for recording in (*shipped_recordings(), *configuration.recordings):
            rows += compare_recording(recording, lineups["tone"], seed)
            handling[recording.name] = recording.handling
        chosen = [c for c in lineups["tone"] if without_seed(c.label) in TREND]
        rows += trend_rows(chosen, max(2, preset.n_signals // 8), seed)
        rows += calibration_rows(lineups["tone"], preset.n_signals // 8, seed)
    progress("recordings", len(cells) + 1, total)
    for i, task in enumerate(configuration.tasks):
        rows += time_task(task, lineups[task], preset.timing_rounds, seed)
        rows += training_cost(task, weights)
        if task == "tone":
            baselines = [c for c in lineups[task] if c.label in GROWING]
            rows += growth_rows(task, baselines, max(5, preset.timing_rounds // 2), seed)
        progress(f"{task}: runtime", len(cells) + 2 + i, total)
    return rows + questions, _how(configuration, handling, time.monotonic() - started)


def case_rows(configuration: Configuration, share: float, sweep: Sweep, progress: Progress) -> list[Row]:
    """Return the rows of the chosen cases: those that ship, or those of a repeated experiment."""
    rows: list[Row] = []
    for name in configuration.cases:
        if configuration.repeat_cases:
            rows += CASES[name].run(sweep, share, progress)
        else:
            rows += shipped_rows(CASES[name])
    return rows


def _how(configuration: Configuration, handling: dict[str, str], seconds: float) -> dict[str, Any]:
    chosen = asdict(configuration) | {"recordings": [r.name for r in configuration.recordings]}
    command = chosen.pop("command")
    return {
        "configuration": chosen | asdict(PRESETS[configuration.preset]),
        "handling": handling,
        "commit": _commit(),
        "versions": {"python": platform.python_version()} | {p: version_of(p) for p in PACKAGES},
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "threads": 1,
        "device": device_title(configuration.device),
        "system": f"{platform.system()} {platform.machine()}",
        "seconds": round(seconds, 3),
        "command": command,
    }


def _commit() -> str:
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return "not from a git checkout"
    try:
        found = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return "unknown: git is not installed"
    return found.stdout.strip() or "unknown: git cannot read this checkout"  # it may belong to another user


def _cpu() -> str:
    try:
        lines = CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
