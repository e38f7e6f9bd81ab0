"""What the report command does, from its options to the files in the folder."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from dspvnn.leaks import leaks, passed_over
from dspvnn.report.configured import configured, read_formats
from dspvnn.report.presets import PRESETS
from dspvnn.report.render import FORMATS, render
from dspvnn.report.request import Request
from dspvnn.report.run import Configuration, run
from dspvnn.report.yours import about_yours
from dspvnn.results import Row, read_rows, read_run, write_rows, write_run
from dspvnn.sweep import Shelf
from neural.recipes import RECIPES, weights_of
from neural.roster import NETS
from neural.train import train_net

STAGING = ".dspvnn-"  # how the folder begins that a report is made in


def make_report(request: Request) -> None:
    """Check everything that can be checked first, then compare, then write the folder in one go."""
    formats = read_formats(request.format)
    configuration = configured(request)
    out = request.out
    with _staging(out) as folder, Shelf(out / "cells", request.resume) as shelf:
        _remove_others(folder)
        weights = _train(configuration, out) if configuration.train else None
        with progress_line() as progress:
            rows, how = run(configuration, weights, progress, shelf)
        _refuse_leaks(rows)
        try:
            write_rows(folder / "results.csv", rows)
            write_run(folder / "run.json", how)
            render(read_rows(folder / "results.csv"), read_run(folder / "run.json"), folder, formats)
        except OSError as error:
            why = error.strerror or error
            raise ValueError(
                f"{out}: the report cannot be written: {why}; the finished cells are kept"
            ) from None
    for line in about_yours(rows):
        print(f"dspvnn: {line}", file=sys.stderr)
    for name in formats:
        print(out / f"comparison.{name}")


def _refuse_leaks(rows: Sequence[Row]) -> None:
    if below := leaks(row for row in rows if row.kind != "yours"):
        names = "; ".join(f"{r.task}, {r.condition}, {r.estimator}, {r.metric}" for r in below)
        raise ValueError(
            "no report: these results lie below the theoretical limit beyond their interval (a bug, a leak "
            f"or, once in 40 reports, chance, which another --seed tells): {names}"
        )
    if line := passed_over(rows):
        print(f"dspvnn: {line}", file=sys.stderr)


def _train(configuration: Configuration, out: Path) -> Path:
    """Train the nets that take part into ``out/weights``, where an interrupted run goes on."""
    torch.set_num_threads(1)  # two collapse when anything else runs
    folder, share = out / "weights", PRESETS[configuration.preset].training_share
    nets = {weights_of(name) for task in configuration.tasks for name in NETS[task].values()}
    for name in sorted(nets):
        full = RECIPES[name].make().steps
        steps = full if full <= 20 else max(20, round(share * full))
        for seed in RECIPES[name].seeds:
            train_net(name, seed, configuration.device, folder=folder, steps=steps)
    return folder


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """Yield a folder beside `out` whose files are moved there at the end, or not at all."""
    new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=out))
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


def _remove_others(folder: Path) -> None:
    """Remove what killed runs have left beside `folder`; whoever holds the shelf is alone."""
    for other in folder.parent.glob(f"{STAGING}*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


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
