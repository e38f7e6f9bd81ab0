"""What the report command does, from its options to the files in the folder."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from operator import itemgetter
from pathlib import Path

import torch

from dspvnn.adapter import split_task
from dspvnn.command_line.progress import progress_line
from dspvnn.foreign import first_line
from dspvnn.lineup import line_up
from dspvnn.report.configured import configured, read_formats
from dspvnn.report.leaks import leaks, passed_over
from dspvnn.report.presets import PRESETS
from dspvnn.report.render import FORMATS, render
from dspvnn.report.request import Request
from dspvnn.report.run import Configuration, run
from dspvnn.report.words.own_estimators import about_yours
from dspvnn.results.displayable import printable
from dspvnn.results.folder import own_folder
from dspvnn.results.rows import Row, read_rows, read_run, write_rows, write_run
from dspvnn.sweep import Shelf, code_version
from dspvnn.sweep.your_version import your_version
from dspvnn.tasks import TASKS, Task
from dspvnn.tasks.own import OwnTask
from neural.recipes import weights_of
from neural.train import train_net

STAGING = ".dspvnn-"  # how the folder begins that a report is made in
FILES = ("results.csv", "run.json", *(f"comparison.{name}" for name in FORMATS))


def make_report(request: Request) -> None:
    """Check everything that can be checked first, then compare, then write the folder in one go."""
    formats = read_formats(request.format)
    configuration = configured(request)
    tasks = TASKS | configuration.by_name
    addresses = [getattr(task, "address", "") for task in configuration.by_name.values()]
    for name in (*filter(None, addresses), *(split_task(name)[1] for name in configuration.yours)):
        if reason := your_version(name)[1]:
            said = f"{name}: its cells are done again in every run: {reason}"
            print(f"dspvnn: {printable(said)}", file=sys.stderr)
    out = request.out
    with own_folder(out), _staging(out) as folder, Shelf(out / "cells", request.resume) as shelf:
        _remove_others(folder)
        weights = _train(configuration, out, request.resume) if configuration.train else None
        with progress_line() as progress:
            rows, how = run(configuration, weights, progress, shelf)
        _refuse_leaks(rows, tasks)
        try:
            write_rows(folder / "results.csv", rows)
            write_run(folder / "run.json", how)
            kept = read_rows(folder / "results.csv"), read_run(folder / "run.json")
            render(*kept, folder, formats, tasks)
        except OSError as error:
            why = error.strerror or error
            raise ValueError(
                f"{out}: the report cannot be written: {why}; the finished cells are kept"
            ) from None
        except Exception as error:
            own = [task.name for task in tasks.values() if isinstance(task, OwnTask)]
            if not own:
                raise
            raise ValueError(
                f"the report cannot be drawn, and it holds pages of your own, of {', '.join(own)}: "
                f"{first_line(error)}; the finished cells are kept"
            ) from error
        with suppress(OSError):
            shelf.sweep()  # the cells of other code and other configurations
    for line in about_yours(rows, tasks):
        print(f"dspvnn: {printable(line)}", file=sys.stderr)
    for name in formats:
        print(out / f"comparison.{name}")


def _refuse_leaks(rows: Sequence[Row], tasks: Mapping[str, Task] = TASKS) -> None:
    if below := leaks((row for row in rows if row.kind != "yours"), tasks):
        names = "; ".join(f"{r.task}, {r.condition}, {r.estimator}, {r.metric}" for r in below)
        raise ValueError(
            "no report: these results lie below the theoretical limit beyond their interval (a bug, a leak "
            f"or, once in 40 reports, chance, which another --seed tells): {names}"
        )
    if line := passed_over(rows, tasks):
        print(f"dspvnn: {printable(line)}", file=sys.stderr)


def _train(configuration: Configuration, out: Path, resume: bool) -> Path:
    """Train the nets that take part into ``out/weights``.

    What an earlier run of the same code and configuration finished is taken, unless `resume` is False.
    """
    torch.set_num_threads(1)  # two collapse when anything else runs
    folder, share = out / "weights", PRESETS[configuration.preset].training_share
    recipes = {
        trained: entries.recipes[trained]
        for entries in map(line_up, configuration.by_name.values())
        for name in entries.by_recipe.values()
        if (trained := weights_of(name, entries.recipes[name]))
    }
    for name, recipe in sorted(recipes.items(), key=itemgetter(0)):
        full = recipe.make().steps
        steps = full if full <= 20 else max(20, round(share * full))
        for seed in recipe.seeds:
            train_net(
                name, seed, configuration.device, folder=folder, steps=steps, code=code_version(),
                resume=resume, recipe=recipe,
            )  # fmt: skip
    return folder


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """Yield a folder beside `out` whose files are moved there at the end, or not at all."""
    pictures = out / "figures"
    if pictures.exists() and not pictures.is_dir():
        raise ValueError(f"{pictures}: this must be a folder, for the figures, and it is a file")
    for name in FILES:
        if (out / name).is_dir():
            raise ValueError(f"{out / name}: this must be a file of the report, and it is a folder")
    try:
        folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=out))
    except OSError as error:
        raise ValueError(f"{out}: the output folder cannot be written: {error.strerror}") from None
    try:
        yield folder
        pictures.mkdir(exist_ok=True)
        for figure in (folder / "figures").iterdir():
            figure.replace(pictures / figure.name)
        for name in FILES:
            if (folder / name).exists():
                (folder / name).replace(out / name)
            else:
                (out / name).unlink(missing_ok=True)  # of an earlier run, with other numbers
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_others(folder: Path) -> None:
    """Remove what killed runs have left beside `folder`; whoever holds the shelf is alone."""
    for other in folder.parent.glob(f"{STAGING}*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
