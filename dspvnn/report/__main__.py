"""The command line: python -m dspvnn.report, and the same as the console script `dspvnn report`.

Nothing heavy is imported before it is known that a comparison is to be made: `--help` answers at once.
"""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

report_app = App(
    name="dspvnn report",
    help="Compare classical signal processing with neural networks and write a PDF of it.",
    version_flags=["--version"],
    version=lambda: _version(),
    suppress_keyboard_interrupt=False,
)


def _version() -> str:
    from importlib.metadata import version

    return f"dspvnn {version('dspvnn')}"


app = App(
    name="dspvnn",
    help="Classical signal processing against neural networks.",
    version=_version,
    suppress_keyboard_interrupt=False,
)
app.command(report_app, name="report")


@report_app.default
def report(
    *,
    out: Path = Path("reports/latest"),
    preset: Literal["quick", "standard", "full"] = "standard",
    task: Annotated[list[str] | None, Parameter(negative=())] = None,
    seed: int = 0,
    jobs: int = 0,
    device: Literal["auto", "cpu", "cuda"] = "auto",
    train: Annotated[bool, Parameter(negative=())] = False,
    recording: Annotated[list[Path] | None, Parameter(negative=())] = None,
    sample_rate: float | None = None,
    truth: float | None = None,
    dask: str = "",
    resume: Annotated[bool, Parameter(negative="--fresh")] = True,
) -> None:
    """Write comparison.pdf, results.csv, run.json and figures/*.svg into a folder.

    Parameters
    ----------
    out
        The folder, made if it is not there.
    preset
        How many signals: quick takes under a minute, standard under five, full an hour.
    task
        A task to compare: tone, burst, burst-noise-free, ewma or witness. Repeatable; all by default.
    seed
        Of the test signals; the same seed gives the same rows.
    jobs
        Processes; 0 takes one for each core.
    device
        Where the nets run: auto takes CUDA when there is one.
    train
        Train the nets afresh, for the preset's share of their full training, instead of
        taking the ones that ship.
    recording
        A WAV or CSV file that the tone estimators are run on as well. Repeatable.
    sample_rate
        Of the recordings in hertz; a WAV file knows its own.
    truth
        The true frequency in the recordings in hertz, if it is known.
    dask
        Address of a dask scheduler, tcp://host:port, whose workers do the cells instead of processes
        of this machine. Needs dspvnn[cluster] on all of them.
    resume
        Take the cells that an earlier run with the same code and configuration finished and kept in the
        folder; --fresh does them all again.
    """
    from dspvnn.report.command import make_report

    make_report(
        out, preset, task, seed, jobs, device, train, recording or [], sample_rate, truth, dask, resume
    )  # fmt: skip


def main(command: App = app) -> None:
    """Run a command line; a mistake of the user's ends in one line and exit status 2."""
    try:
        command(sys.argv[1:], exit_on_error=False, print_error=False)
    except (CycloptsError, ValueError, OSError) as error:
        _fail(str(error))
    except KeyboardInterrupt as stop:
        print(f"dspvnn: {str(stop) or 'stopped'}", file=sys.stderr)
        sys.exit(130)


def _fail(message: str) -> None:
    print(f"dspvnn: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main(report_app)
