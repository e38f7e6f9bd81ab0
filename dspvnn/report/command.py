"""What the report command does, from its arguments to the files in the folder."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dspvnn.cases import CASES
from dspvnn.problem import read_problem
from dspvnn.problem_lineup import own, register
from dspvnn.recordings import read_recording
from dspvnn.report.presets import PRESETS
from dspvnn.report.render import FORMATS, render
from dspvnn.report.run import Configuration, run
from dspvnn.report.yours import about_yours
from dspvnn.results import beaten, read_rows, read_run, write_rows, write_run
from dspvnn.sweep import Shelf
from dspvnn.tasks import TASKS
from dspvnn.tasks.problem import NAME as PROBLEM
from dspvnn.yours import load_yours
from neural.recipes import RECIPES
from neural.train import train_net
from neural.training import choose_device


def make_report(
    out: Path,
    preset: str,
    tasks: Sequence[str] | None,
    cases: Sequence[str] | None,
    seed: int,
    jobs: int,
    device: str,
    train: bool,
    recordings: Sequence[Path],
    sample_rate: float | None,
    truth: float | None,
    estimators: Sequence[str] = (),
    config: Path | None = None,
    dask: str = "",
    resume: bool = True,
    formats: str = "pdf",
) -> None:
    """Check everything that can be checked first, then compare, then write the folder in one go."""
    chosen_formats = read_formats(formats)
    problem = None
    if config is not None:
        if tasks or cases or recordings or train:
            raise ValueError(
                "--config is a task of its own: leave out --task, --case, --recording and --train"
            )
        problem = read_problem(config)
        register(problem)
    tasks = [PROBLEM] if problem is not None else tasks
    chosen = tuple(dict.fromkeys(tasks or (() if cases else TASKS)))
    every = "all" in (cases or ())
    questions = tuple(dict.fromkeys(CASES if every else cases or (() if tasks else CASES)))
    for name in chosen:
        if name not in TASKS:
            raise ValueError(f"unknown task {name!r}: the tasks are {', '.join(TASKS)}")
    for name in questions:
        if name not in CASES:
            raise ValueError(f"unknown case {name!r}: the cases are {', '.join(CASES)}, or all")
    if seed < 0 or jobs < 0:
        raise ValueError(f"seed and jobs must not be negative, got {seed} and {jobs}")
    if recordings and "tone" not in chosen:
        raise ValueError("recordings are for the task tone, which is not among those chosen")
    if (sample_rate is not None or truth is not None) and not recordings:
        raise ValueError("--sample-rate and --truth speak of a --recording, and none is given")
    if estimators and not tasks:
        raise ValueError(f"--estimator needs --task: which of {', '.join(TASKS)} it is for")
    for name in (*estimators, *(own(problem) if problem is not None else ())):
        load_yours(name)
    choose_device(device)
    configuration = Configuration(
        preset=preset, tasks=chosen, seed=seed, jobs=jobs or os.cpu_count() or 1, dask=dask,
        device=device, train=train, estimators=tuple(dict.fromkeys(estimators)),
        config=str(config or ""), problem=problem,
        cases=questions, repeat_cases=train and bool(cases),
        recordings=tuple(read_recording(p, sample_rate, truth) for p in recordings),
    )  # fmt: skip
    with _staging(out) as folder, Shelf(out / "cells", resume) as shelf:
        weights = _train(configuration, out) if train else None
        with progress_line() as progress:
            rows, how = run(configuration, weights, progress, shelf)
        leaks = [row for row in beaten(rows) if row.kind != "yours" and row.task != PROBLEM]
        if leaks:
            names = "; ".join(f"{r.task}, {r.condition}, {r.estimator}, {r.metric}" for r in leaks)
            raise ValueError(
                "no report: below the limit beyond the interval, a bug, a leak or (once in 40 reports) "
                f"chance, which another --seed tells: {names}"
            )
        try:
            write_rows(folder / "results.csv", rows)
            write_run(folder / "run.json", how)
            render(read_rows(folder / "results.csv"), read_run(folder / "run.json"), folder, chosen_formats)
        except OSError as error:
            why = error.strerror or error
            raise ValueError(
                f"{out}: the report cannot be written: {why}; the finished cells are kept"
            ) from None
    for line in about_yours(rows):
        print(f"dspvnn: {line}", file=sys.stderr)
    for name in chosen_formats:
        print(out / f"comparison.{name}")


def read_formats(text: str) -> tuple[str, ...]:
    """Return the formats of a list such as ``pdf,html``, or refuse it before any work is done."""
    formats = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for name in formats:
        if name not in FORMATS:
            raise ValueError(f"the formats are {' and '.join(FORMATS)}, separated by a comma, got {text!r}")
    if "html" in formats and find_spec("plotly") is None:
        raise ValueError("html needs plotly: pip install 'dspvnn[html]'")
    return formats


def _train(configuration: Configuration, out: Path) -> Path:
    """Train the nets of the chosen tasks into ``out/weights``, where an interrupted run goes on."""
    torch.set_num_threads(1)  # two collapse when anything else runs
    folder, share = out / "weights", PRESETS[configuration.preset].training_share
    for name, recipe in RECIPES.items():
        if recipe.task in configuration.tasks and not recipe.weights:
            full = recipe.make().steps
            steps = full if full <= 20 else max(20, round(share * full))
            for seed in recipe.seeds:
                train_net(name, seed, configuration.device, folder=folder, steps=steps)
    return folder


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """Yield a folder beside `out` whose files are moved there at the end, or not at all."""
    new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".dspvnn-", dir=out))
    except OSError as error:
        raise ValueError(f"{out}: the output folder cannot be written: {error.strerror}") from None
    try:
        yield folder
        pictures = out / "figures"
        pictures.mkdir(exist_ok=True)
        for figure in (folder / "figures").iterdir():
            figure.replace(pictures / figure.name)
        for name in ("results.csv", "run.json", *(f"comparison.{name}" for name in FORMATS)):
            if (folder / name).exists():
                (folder / name).replace(out / name)
            else:
                (out / name).unlink(missing_ok=True)  # of an earlier run, with other numbers
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if new and not any(out.iterdir()):
            out.rmdir()


@contextmanager
def progress_line():  # type: ignore[no-untyped-def]
    """Yield a progress function: one line with the time left, quiet when not a terminal."""
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description:<44.44}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("comparing", total=1.0)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done / total)

        yield progress
