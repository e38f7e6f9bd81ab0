"""From what a report is asked for to its configuration: every check that needs no work."""

import os
import sys
from dataclasses import replace
from importlib.util import find_spec
from uuid import uuid4

from dspvnn.adapter import load_yours, split_task
from dspvnn.cases import CASES
from dspvnn.problem.description import Problem, read_problem
from dspvnn.problem.lineup import own, posed
from dspvnn.problem.task import NAME as PROBLEM
from dspvnn.recordings.csv_readings import Dialect
from dspvnn.recordings.series import read_recording
from dspvnn.report.render import FORMATS
from dspvnn.report.request import Request
from dspvnn.report.run import Configuration
from dspvnn.results.displayable import printable
from dspvnn.sweep.your_version import your_version
from dspvnn.tasks import TASKS, Task, load_task, tone
from dspvnn.tasks.own import OwnTask, probe
from neural.devices import choose_device


def configured(request: Request) -> Configuration:
    """Return the configuration of a report, or raise a ValueError that says what cannot be."""
    problem = _problem(request)
    tasks, cases = _chosen(request, problem)
    _check(request, tasks)
    of_the_file = own(problem) if problem is not None else ()
    if of_the_file:
        said = printable(f"{request.config} imports and runs {', '.join(of_the_file)}")
        print(f"dspvnn: {said}", file=sys.stderr)
    for name in (*request.estimator, *of_the_file):
        load_yours(split_task(name)[1])
    choose_device(request.device)
    dialect = Dialect.of(request.decimal, request.delimiter, request.column)
    recordings = tuple(
        read_recording(path, request.sample_rate, request.truth, dialect) for path in request.recording
    )
    return Configuration(
        preset=request.preset, tasks=tasks, seed=request.seed, jobs=request.jobs or os.cpu_count() or 1,
        dask=request.dask, device=request.device, train=request.train,
        estimators=tuple(dict.fromkeys(request.estimator)), config=str(request.config or ""),
        problem=problem, cases=cases, repeat_cases=request.train and bool(request.case),
        recordings=recordings, command=request.command(),
    )  # fmt: skip


def _problem(request: Request) -> Problem | None:
    """Return the problem of the user's own that a file describes, if one is given."""
    if request.config is None:
        return None
    if request.task or request.case or request.recording:
        raise ValueError("--config is a task of its own: leave out --task, --case and --recording")
    return replace(read_problem(request.config), trained=request.train)


def _chosen(request: Request, problem: Problem | None) -> tuple[tuple[str | Task, ...], tuple[str, ...]]:
    """Return tasks and cases: those that are named or, where none is, all."""
    if problem is not None:
        try:
            return (posed(problem),), ()
        except ValueError as error:
            raise ValueError(f"{request.config}: {error}") from None
    if not (request.task or request.case):
        return tuple(TASKS), tuple(CASES)
    cases = tuple(CASES) if "all" in request.case else tuple(dict.fromkeys(request.case))
    named = dict.fromkeys(request.task)
    tasks: tuple[str | Task, ...] = tuple(_own_task(name) if ":" in name else name for name in named)
    names = [task if isinstance(task, str) else task.name for task in tasks]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(
            f"two tasks have the name {twice[0]!r}: tasks of one report need names of their own"
        )
    return tasks, cases


def _own_task(address: str) -> OwnTask:
    """Return the task of the user's own at an address, once a few of its signals have been drawn."""
    task = load_task(address)
    if task.name in (*TASKS, PROBLEM):
        raise ValueError(
            f"{address}: {task.name!r} is the name of a task of dspvnn: give yours another one"
        )
    probe(task)
    # Of one that may not be the same no cell that an earlier run kept is taken.
    return replace(task, version=your_version(address)[0] or uuid4().hex)


def _check(request: Request, tasks: tuple[str | Task, ...]) -> None:
    for name in request.task:
        if name not in TASKS and ":" not in name:
            raise ValueError(
                f"unknown task {name!r}: the tasks are {', '.join(TASKS)}, and one of your own is "
                "named package.module:NAME"
            )
    for name in request.case:
        if name not in (*CASES, "all"):
            raise ValueError(f"unknown case {name!r}: the cases are {', '.join(CASES)}, or all")
    if request.seed < 0 or request.jobs < 0:
        raise ValueError(f"seed and jobs must not be negative, got {request.seed} and {request.jobs}")
    if request.recording and tone.TASK.name not in tasks:
        raise ValueError(f"recordings are for the task {tone.TASK.name}, which is not among those chosen")
    if (request.sample_rate is not None or request.truth is not None) and not request.recording:
        raise ValueError("--sample-rate and --truth speak of a --recording, and none is given")
    tables = [path for path in request.recording if path.suffix.lower() == ".csv"]
    if not tables and {request.column, request.delimiter, request.decimal} != {None}:
        raise ValueError("--column, --delimiter and --decimal are for a --recording that is a CSV file")
    if request.estimator and not (request.task or request.config):
        raise ValueError(f"--estimator needs --task: which of {', '.join(TASKS)} it is for")
    names = [task if isinstance(task, str) else task.name for task in tasks]
    for estimator in request.estimator:
        if (task := split_task(estimator)[0]) and task not in names:
            raise ValueError(
                f"--estimator {estimator}: {task!r} is not among the tasks: {', '.join(names)}"
            )
    if request.train and not request.case and all(isinstance(task, OwnTask) for task in tasks):
        raise ValueError(
            "--train trains the nets of dspvnn: a task of your own brings nets that are trained"
        )


def read_formats(text: str) -> tuple[str, ...]:
    """Return the formats of a list such as ``pdf,html``, or refuse it before any work is done."""
    formats = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for name in formats:
        if name not in FORMATS:
            raise ValueError(f"the formats are {' and '.join(FORMATS)}, separated by a comma, got {text!r}")
    if "html" in formats and find_spec("plotly") is None:
        raise ValueError("html needs plotly: pip install 'dspvnn[html]'")
    return formats
