"""The folder that a command writes into: one that dspvnn made before, or an empty one, and no other.

A small file marks it, so that results and finished cells of dspvnn are written over and nothing else is.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dspvnn.results.files import write_whole

MARKER = ".dspvnn"
SAYS = b"dspvnn writes its results into this folder, over earlier ones; other files are left alone.\n"


@contextmanager
def own_folder(out: Path) -> Iterator[None]:
    """Make `out` and mark it as dspvnn's own; where nothing came of it, it is gone again at the end.

    Raises
    ------
    ValueError
        When it is no folder, holds anything but what dspvnn wrote into it, or cannot be written.
    """
    try:
        is_new, is_marked = not out.exists(), _is_marked(out)
        if not (is_new or is_marked or _of_an_earlier_version(out)) and any(out.iterdir()):
            raise ValueError(
                f"{out}: the output folder must be empty or one that dspvnn wrote before (with a file "
                f"{MARKER}), and this one holds other files: name another one with --out"
            )
    except OSError as error:
        raise _unwritable(out, error) from None
    try:
        try:
            out.mkdir(parents=True, exist_ok=True)
            if not is_marked:
                write_whole(out / MARKER, SAYS)
        except OSError as error:
            raise _unwritable(out, error) from None
        yield
    finally:
        if not is_marked and out.is_dir() and {path.name for path in out.iterdir()} <= {MARKER}:
            (out / MARKER).unlink(missing_ok=True)
            if is_new:
                out.rmdir()


def _unwritable(out: Path, error: OSError) -> ValueError:
    return ValueError(f"{out}: the output folder cannot be written: {error.strerror}")


def _is_marked(out: Path) -> bool:
    try:
        return (out / MARKER).read_bytes().startswith(b"dspvnn ")
    except OSError:
        return False


def _of_an_earlier_version(out: Path) -> bool:
    """Whether a version that left no marker wrote a report or rates into the folder."""
    try:
        return {"configuration", "versions", "cpu"} <= set(json.loads((out / "run.json").read_text()))
    except (OSError, ValueError, TypeError):
        pass
    try:
        return (out / "cost.csv").read_bytes().startswith(b"detector,seconds per record,")
    except OSError:
        return False
