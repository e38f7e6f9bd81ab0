"""Repeat the experiments and write the results that ship: python -m dspvnn.cases [NAME ...]."""

import os
import sys
from contextlib import nullcontext
from typing import Annotated

from cyclopts import App, Parameter

from dspvnn.command_line import Debug, run_command
from dspvnn.command_line.options import Jobs, NamedPath
from dspvnn.results.folder import own_folder

app = App(
    name="python -m dspvnn.cases", help="Repeat the experiments and write the rows that ship.",
)  # fmt: skip


@app.default
def main(
    names: Annotated[list[str] | None, Parameter(negative=())] = None,
    /,
    *,
    jobs: Jobs = 1,
    out: NamedPath | None = None,
    accept: Annotated[bool, Parameter(negative=())] = False,
    long: NamedPath | None = None,
    debug: Debug = False,
) -> None:
    """Repeat the named cases, or all of them; a run that was stopped goes on where it was.

    Parameters
    ----------
    names
        ewma, for instance.
    jobs
        Processes; 0 takes one for each core.
    out
        The folder; by default the one whose rows ship. Finished measurements are kept in its cells/.
    accept
        Repeat nothing: keep the rows that ship, and note that the present source would make the same ones.
        For a change of a case's source that changes no number.
    long
        A folder of trainings that take hours: the rows have them as far as they have got. Those of
        frequency-and-phase are made by python -m dspvnn.cases.frequency_and_phase FOLDER. Measurements
        are not kept in cells/ then.
    """
    from dspvnn.cases import CASES
    from dspvnn.cases.shipped import FOLDER, ship
    from dspvnn.cases.shipped import accept as accept_rows
    from dspvnn.sweep import Shelf, Sweep

    chosen = names or list(CASES)
    for name in chosen:
        if name not in CASES:
            raise ValueError(f"unknown case {name!r}: the cases are {', '.join(CASES)}")
        if long and CASES[name].longer is None:
            raise ValueError(f"--long is for cases with trainings that take hours, and {name!r} has none")
    if long and not long.is_dir():
        raise ValueError(f"--long must be a folder of checkpoints, got {str(long)!r}")
    if accept:
        for name in chosen:
            accept_rows(CASES[name], out or FOLDER)
        return
    folder = out or FOLDER
    jobs = jobs or os.cpu_count() or 1
    with own_folder(out) if out else nullcontext(), Shelf(folder / "cells") as shelf:
        for name in chosen:
            case, sweep = CASES[name], Sweep(jobs, shelf=shelf)
            if long and case.longer:
                case, sweep = case.longer(long), Sweep(jobs)
            rows = case.run(sweep, progress=_said)
            ship(case, rows, folder, "--long FOLDER" if long else "")


def _said(what: str, done: int, total: int) -> None:
    print(f"{done}/{total} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    run_command(app)
