"""Runs a comparison: cells, runtime, training cost and recordings, each as rows."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed

from dspvnn.calibration import calibration_rows
from dspvnn.compare import compare_cell
from dspvnn.lineup import lineup, training_cost
from dspvnn.recordings import Recording, compare_recording, shipped_recordings
from dspvnn.report.presets import PRESETS
from dspvnn.results import Row, without_seed
from dspvnn.tasks import TASKS
from dspvnn.timing import time_task
from dspvnn.trend import trend_rows

PACKAGES = ("dspvnn", "numpy", "scipy", "torch", "statsmodels", "scikit-learn", "matplotlib", "typst")
TREND = ("FFT, Candan", "sine fit", "LSTM", "heterodyne LSTM")


@dataclass(frozen=True)
class Configuration:
    """What a report is made of; its repr is what the report prints."""

    preset: str = "standard"
    tasks: tuple[str, ...] = tuple(TASKS)
    seed: int = 0
    jobs: int = 1
    device: str = "auto"
    train: bool = False
    recordings: tuple[Recording, ...] = field(default=(), repr=False)


Progress = Callable[[str, int, int], None]


def run(
    configuration: Configuration, weights: Path | None, progress: Progress
) -> tuple[list[Row], dict[str, Any]]:
    """Return the rows of a comparison and how they were made. `weights`: None for the shipped ones."""
    started, preset = time.monotonic(), PRESETS[configuration.preset]
    seed = configuration.seed
    lineups = {t: lineup(t, configuration.device, weights) for t in configuration.tasks}
    cells = [(t, c) for t in configuration.tasks for c in TASKS[t].conditions]
    total = len(cells) + len(configuration.tasks) + 1
    work = (delayed(compare_cell)(t, c, lineups[t], preset.n_signals, seed) for t, c in cells)
    rows: list[Row] = []
    done = Parallel(n_jobs=configuration.jobs, return_as="generator")(work)
    for i, cell_rows in enumerate(done):
        rows += cell_rows
        progress(f"{cells[i][0]}: {cells[i][1].name}", i + 1, total)
    handling = {}
    if "tone" in configuration.tasks:
        for recording in (*shipped_recordings(), *configuration.recordings):
            rows += compare_recording(recording, lineups["tone"], seed)
            handling[recording.name] = recording.handling
        chosen = [c for c in lineups["tone"] if without_seed(c.label) in TREND]
        rows += trend_rows(chosen, max(2, preset.n_signals // 8), seed)
        rows += calibration_rows(lineups["tone"], preset.n_signals // 4, seed)
    progress("recordings", len(cells) + 1, total)
    for i, task in enumerate(configuration.tasks):
        rows += time_task(task, lineups[task], preset.timing_rounds, seed)
        rows += training_cost(task, weights)
        progress(f"{task}: runtime", len(cells) + 2 + i, total)
    return rows, _how(configuration, handling, time.monotonic() - started)


def _how(configuration: Configuration, handling: dict[str, str], seconds: float) -> dict[str, Any]:
    chosen = asdict(configuration) | {"recordings": [r.name for r in configuration.recordings]}
    return {
        "configuration": chosen | asdict(PRESETS[configuration.preset]),
        "handling": handling,
        "commit": _commit(),
        "versions": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "threads": 1,
        "device": _device(configuration.device),
        "system": f"{platform.system()} {platform.machine()}",
        "seconds": round(seconds, 1),
        "command": command(configuration),
    }


def command(configuration: Configuration) -> str:
    """Return the command line that repeats the comparison."""
    words = ["python -m dspvnn.report", f"--preset {configuration.preset}"]
    if configuration.tasks != tuple(TASKS):
        words += [f"--task {task}" for task in configuration.tasks]
    words += [f"--seed {configuration.seed}", f"--device {configuration.device}"]
    if configuration.train:
        words.append("--train")
    for recording in configuration.recordings:
        words.append(f"--recording {recording.name} --sample-rate {recording.sample_rate:g}")
        words += [f"--truth {recording.truth:g}"] if recording.truth is not None else []
    return " ".join(words)


def _device(name: str) -> str:
    from neural.training import choose_device

    return str(choose_device(name))


def _commit() -> str:
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return "not from a git checkout"
    found = subprocess.run(
        ["git", "-C", str(root), "describe", "--always", "--dirty"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.stdout.strip() or "unknown"


def _cpu() -> str:
    if sys.platform == "linux":
        lines: Iterable[str] = Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        if names:
            return names[0]
    return platform.processor() or "unknown"
