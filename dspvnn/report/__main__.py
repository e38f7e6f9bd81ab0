"""The command line: python -m dspvnn.report, and the same as the console script `dspvnn report`.

Nothing heavy is imported before it is known that a comparison is to be made: `--help` answers at once.
"""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from dspvnn.command_line import package_version, run_command

report_app = App(
    name="dspvnn report",
    help="Compare classical signal processing with neural networks and write a PDF of it.",
    version_flags=["--version"],
    version=package_version,
    suppress_keyboard_interrupt=False,
)


@report_app.default
def report(
    *,
    out: Path = Path("reports/latest"),
    preset: Literal["quick", "standard", "full"] = "standard",
    task: Annotated[list[str] | None, Parameter(negative=())] = None,
    case: Annotated[list[str] | None, Parameter(negative=())] = None,
    seed: int = 0,
    jobs: int = 0,
    device: Literal["auto", "cpu", "cuda"] = "auto",
    train: Annotated[bool, Parameter(negative=())] = False,
    recording: Annotated[list[Path] | None, Parameter(negative=())] = None,
    sample_rate: float | None = None,
    truth: float | None = None,
    estimator: Annotated[list[str] | None, Parameter(negative=())] = None,
    config: Path | None = None,
    write_config: Annotated[bool, Parameter(negative=())] = False,
    debug: Annotated[bool, Parameter(negative=())] = False,
    dask: str = "",
    resume: Annotated[bool, Parameter(negative="--fresh")] = True,
    format: str = "pdf",
) -> None:
    """Write comparison.pdf, results.csv, run.json, figures/*.svg and their numbers into a folder.

    Parameters
    ----------
    out
        The folder, made if it is not there.
    preset
        How many signals: quick takes under a minute, standard under five, full an hour.
    task
        A task to compare: tone, burst, burst-noise-free, ewma or witness. Repeatable; all by default.
    case
        A question from the field: frequency-and-phase, sine-frequency, burst, ewma, noise-witness or all.
        Repeatable; with it and no --task the report holds cases only, with neither everything.
    seed
        Of the test signals; the same seed gives the same rows.
    jobs
        Processes; 0 takes one for each core.
    device
        Where the nets run: auto takes CUDA when there is one.
    train
        Train the nets afresh, for the preset's share of their full training, instead of
        taking the ones that ship. The experiments of a case that is named are repeated, too.
    recording
        A WAV, FLAC, CSV or NPY file that the tone estimators are run on as well. Repeatable.
    sample_rate
        Of the recordings in hertz; WAV and FLAC files know their own.
    truth
        The true frequency in the recordings in hertz, if it is known.
    estimator
        An estimator of your own beside the others, package.module:Name: a class or an object with
        predict (and fit, if it learns: on the training draw, in every cell), or a function of
        signals. Repeatable; needs --task.
    config
        A TOML file that describes a problem of your own, in hertz, seconds and decibels.
    write_config
        Print a commented example of such a file and do nothing else.
    debug
        Show the trace of an error.
    dask
        Address of a dask scheduler, tcp://host:port, whose workers do the cells instead of processes
        of this machine. Needs dspvnn[cluster] on all of them.
    resume
        Take the cells that an earlier run with the same code and configuration finished and kept in the
        folder; --fresh does them all again.
    format
        pdf, html or pdf,html: comparison.html is the same report as one page that works offline, with
        figures that zoom and tables that sort. Needs dspvnn[html].
    """
    if write_config:
        print(Path(__file__).with_name("example_problem.toml").read_text(encoding="utf-8"), end="")
        return
    from dspvnn.report.command import make_report

    make_report(
        out,
        preset,
        task,
        case,
        seed,
        jobs,
        device,
        train,
        recording or [],
        sample_rate,
        truth,
        estimators=estimator or [],
        config=config,
        dask=dask,
        resume=resume,
        formats=format,
    )


if __name__ == "__main__":
    run_command(report_app)
