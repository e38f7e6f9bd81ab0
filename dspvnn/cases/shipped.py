"""The rows of the cases that ship, and how they were made: results/NAME.csv and NAME.json."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

from dspvnn.cases.base import TRAINING_TIME, Case
from dspvnn.cases.setup import setup_digest
from dspvnn.results.machine import commit
from dspvnn.results.rows import Row, read_rows, read_run, write_rows, write_run

FOLDER = Path(__file__).with_name("results")


def shipped_rows(case: Case, folder: Path = FOLDER) -> list[Row]:
    """Return the rows that ship with a case.

    Raises
    ------
    ValueError
        When they are absent, damaged, or not of the variants that the case has.
    """
    path, known = folder / f"{case.name}.csv", {v.label for v in case.variants}
    try:
        rows = read_rows(path)
    except FileNotFoundError:
        raise ValueError(f"{path}: there is no such file; {_again(case)}") from None
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: damaged: {error}; {_again(case)}") from None
    if {(r.task, r.estimator) for r in rows} != {(case.key, label) for label in known}:
        raise ValueError(f"{path}: not the rows of the case's {len(known)} variants; {_again(case)}")
    return rows


def _again(case: Case) -> str:
    return f"python -m dspvnn.cases {case.name} makes them again"


def ship(case: Case, rows: list[Row], folder: Path, options: str = "") -> None:
    """Write the rows of a case into `folder`, and beside them how they were made, with which options."""
    write_rows(folder / f"{case.name}.csv", rows)
    trained = [r for r in rows if r.metric == TRAINING_TIME]
    packages = ("numpy", "scipy", "torch")
    how = {
        "case": case.name,
        "setup": setup_digest(case),
        "commit": commit(),
        "command": f"python -m dspvnn.cases {case.name} {options}".strip(),
        "seeds": list(case.seeds),
        "cores": os.cpu_count(),
        "training_seconds": round(sum(r.value for r in trained if not r.note.startswith("shipped")), 1),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {"python": platform.python_version()} | {p: version(p) for p in packages},
        "made": time.strftime("%Y-%m-%d", time.gmtime()),
    }
    write_run(folder / f"{case.name}.json", how)


def accept(case: Case, folder: Path = FOLDER) -> None:
    """Say of the rows that ship with a case that its present set-up would make the same ones."""
    path = folder / f"{case.name}.json"
    if not path.exists():
        raise ValueError(f"{path}: there is no such file; {_again(case)}")
    write_run(path, read_run(path) | {"setup": setup_digest(case)})
