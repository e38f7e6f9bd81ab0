"""The command line: python -m dspvnn.rates."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from dspvnn.command_line import Debug, run_command
from dspvnn.command_line.options import Count, Jobs, NamedPath, Reals, Records, Seed

app = App(
    name="dspvnn.rates",
    help="Measure burst detectors at low false-alarm rates.",
    version_flags=[],
)


@app.default
def rates(
    *,
    out: NamedPath = Path("reports/rates"),
    records: Records = 100_000,
    bursts: Records = 25_000,
    rate: Reals | None = None,
    detector: Annotated[list[str] | None, Parameter(negative=())] = None,
    condition: str = "inside, d = 5",
    cores: Count = 64,
    seed: Seed = 0,
    jobs: Jobs = 0,
    dask: str = "",
    device: Literal["auto", "cpu", "cuda", "onnx"] = "auto",
    resume: Annotated[bool, Parameter(negative="--fresh")] = True,
    debug: Debug = False,
) -> None:
    """Write rates.csv and cost.csv into a folder, and both as tables to the terminal.

    Parameters
    ----------
    out
        The folder, made if it is not there; finished blocks are kept in its folder cells.
    records
        Of noise alone, at most: a threshold takes ten false alarms at least, a thousand at most.
    bursts
        Records with a burst.
    rate
        A false-alarm rate. Repeatable; 1e-1 to 1e-4, as far as the records go, by default.
    detector
        One of the burst task's line-up. Repeatable; all by default.
    condition
        Of the burst task.
    cores
        Number of cores that the hours for 1e-6 and 1e-7 are given for.
    seed
        Of the records.
    jobs
        Processes; 0 takes one for each core.
    dask
        Address of a dask scheduler, tcp://host:port or tls://host:port, whose workers do the blocks
        instead. Whoever reaches a tcp:// scheduler runs code on its workers and here.
    device
        Where the nets run: auto, cpu, cuda or onnx.
    resume
        Take the blocks that an earlier run finished; --fresh does them all again.
    """
    from dspvnn.rates.command import measure

    measure(out, records, bursts, rate, detector, condition, cores, seed, jobs, dask, device, resume)


if __name__ == "__main__":
    run_command(app)
