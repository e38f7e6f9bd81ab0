"""Repeat the experiments of the cases and write the results that ship: python -m dspvnn.cases [NAME ...]."""

import sys
import time
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

app = App(name="python -m dspvnn.cases", help="Repeat the experiments and write the rows that ship.")


@app.default
def main(names: Annotated[list[str] | None, Parameter(negative=())] = None, /, *, jobs: int = 1) -> None:
    """Repeat the named cases, or all of them.

    Parameters
    ----------
    names
        ewma, for instance.
    jobs
        Processes.
    """
    from dspvnn.cases import CASES
    from dspvnn.cases.shipped import ship

    for name in names or CASES:
        if name not in CASES:
            raise ValueError(f"unknown case {name!r}: the cases are {', '.join(CASES)}")
        started = time.monotonic()
        rows = CASES[name].run(jobs=jobs, progress=_said)
        ship(CASES[name], rows, time.monotonic() - started)


def _said(what: str, done: int, total: int) -> None:
    print(f"{done}/{total} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        app(exit_on_error=False, print_error=False)
    except (CycloptsError, ValueError, OSError) as error:
        print(f"dspvnn.cases: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(2)
