"""What a report is asked for: the options of the command line, and the command that asks the same again."""

import shlex
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from dspvnn.command_line.options import Hertz, Jobs, NamedPath, Seed

FLAG = Parameter(negative=())
REPEATABLE = Parameter(negative=(), show_default=False)
ALWAYS = ("preset", "seed", "device")  # said in a command even where they are the defaults


@Parameter(name="*")
@dataclass(frozen=True)
class Request:
    """The options of a report.

    Parameters
    ----------
    out
        The folder: made if it is not there, else empty or one of an earlier run.
    preset
        How many signals: quick takes under two minutes, standard under five, full an hour.
    config
        A TOML file that describes a problem of your own, in hertz, seconds and decibels. Estimators that it
        names as package.module:Name are imported and run: use a file only of someone whose code you
        would run.
    task
        A task to compare: one that ships (--task list names them), or one of your own,
        package.module:NAME, which is imported and run. Repeatable; by default all that ship.
    case
        A question that is rebuilt and answered (--case list names them), or all. Repeatable; with it and no
        --task the report holds cases only, with neither everything.
    seed
        Of the test signals; the same seed gives the same rows.
    device
        Where the nets run: auto takes CUDA when there is one.
    train
        Train the nets afresh, for the preset's share of their full training, instead of
        taking the ones that ship; with --config for that problem. The experiments of a case that is named
        are repeated, too.
    estimator
        An estimator of your own beside the others, package.module:Name: a class or an object with
        predict (and fit, if it learns: on the training draw, in every cell), or a function of
        signals. TASK=package.module:Name is for one of several tasks. Repeatable; needs --task or
        --config.
    recording
        A WAV, FLAC, CSV or NPY file that the tone estimators are run on as well. Repeatable.
    sample_rate
        Of the recordings in hertz; WAV and FLAC files know their own.
    column
        Of the recordings that are CSV files: the number of the column, from 1, or its name; the last one
        with numbers by default.
    delimiter
        Of these files, where they do not say so themselves: comma, semicolon, tab, space, pipe, none (one
        column) or any other sign.
    decimal
        The decimal sign of these files, where they do not say so themselves.
    truth
        The true frequency in the recordings in hertz, if it is known.
    jobs
        Processes; 0 takes one for each core.
    dask
        Address of a dask scheduler, tcp://host:port or tls://host:port, whose workers do the cells instead
        of processes of this machine. Needs dspvnn[cluster] on all of them. Whoever reaches a tcp://
        scheduler runs code on its workers and here; tls:// takes the certificates of dask's configuration.
    resume
        Take the cells that an earlier run with the same code and configuration finished and kept in the
        folder; --fresh does them all again.
    format
        pdf, html or pdf,html: comparison.html is the same report as one page that works offline, with
        figures that zoom and tables that sort. Needs dspvnn[html].
    """

    out: NamedPath = Path("reports/latest")
    preset: Literal["quick", "standard", "full"] = "standard"
    config: Path | None = None
    task: Annotated[tuple[str, ...], REPEATABLE] = ()
    case: Annotated[tuple[str, ...], REPEATABLE] = ()
    seed: Seed = 0
    device: Literal["auto", "cpu", "cuda", "onnx"] = "auto"
    train: Annotated[bool, FLAG] = False
    estimator: Annotated[tuple[str, ...], REPEATABLE] = ()
    recording: Annotated[tuple[Path, ...], REPEATABLE] = ()
    sample_rate: Hertz | None = None
    column: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] | None = None
    truth: Hertz | None = None
    jobs: Jobs = 0
    dask: str = ""
    resume: Annotated[bool, Parameter(negative="--fresh")] = True
    format: str = "pdf"

    def command(self) -> str:
        """Return the command line that asks for the same report."""
        words = ["python -m dspvnn.report"]
        for option in fields(self):
            value = getattr(self, option.name)
            if value != option.default or option.name in ALWAYS:
                words += _words(option.name, value)
        return " ".join(words)


def _words(name: str, value: Any) -> list[str]:
    """Return an option as it is typed."""
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return [flag if value else "--fresh"]
    several = value if isinstance(value, tuple) else (value,)
    return [f"{flag} {shlex.quote(str(one))}" for one in several]
