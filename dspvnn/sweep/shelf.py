"""Finished cells on disk: a file a cell, in one move, with a checksum; one run at a time holds them."""

import hashlib
import json
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from dspvnn.results.files import write_whole
from dspvnn.sweep.cell import Cell

_CELL = re.compile(r"[0-9a-f]{32}\.json")
_HALF_WRITTEN = re.compile(r"\.[0-9a-f]{32}\.json\.\d+\.part")


def _say(line: str) -> None:
    print(f"dspvnn: {line}", file=sys.stderr)


class Shelf:
    """The folder of a sweep's finished cells, as a context manager.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    resume : bool
        Take the cells that lie there already; False removes them first. Other files are left alone.
    say : callable
        Gets a line for every damaged cell.

    Raises
    ------
    ValueError
        On entry when another run holds the folder or it cannot be written, later when a cell cannot be
        kept; what was kept before stays.
    """

    def __init__(self, folder: Path, resume: bool = True, say: Callable[[str], None] = _say) -> None:
        self.folder = folder
        self.resume = resume
        self.say = say
        self._lock = FileLock(folder / ".lock")
        self._used: set[Path] = set()

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            for path in self.folder.iterdir():
                if _HALF_WRITTEN.fullmatch(path.name):
                    path.unlink()
            if not self.resume:
                self.sweep()
        except Timeout:
            raise ValueError(f"{self.folder}: another run is at work in this folder") from None
        except OSError as error:
            raise ValueError(
                f"{self.folder}: finished cells cannot be kept here: {error.strerror}"
            ) from None
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(OSError):
            if not any(self.folder.glob("*.json")):  # nothing kept: leave nothing behind
                self.folder.joinpath(".lock").unlink()
        self._lock.release()
        with suppress(OSError):
            self.folder.rmdir()

    def find(self, cell: Cell) -> Any:
        """Return the kept result of a cell, or None for one that is absent or damaged."""
        path = self._path(cell)
        try:
            checksum, _, content = path.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        except OSError as error:
            self.say(f"{path}: not readable ({error.strerror}), {cell.name} is done again")
            return None
        if checksum.decode("ascii", "replace") != hashlib.sha256(content).hexdigest():
            self.say(f"{path}: damaged, {cell.name} is done again")
            return None
        self._used.add(path)
        return json.loads(content)["result"]

    def keep(self, cell: Cell, result: str) -> None:
        """Keep a cell's result, JSON text."""
        head = json.dumps({"cell": cell.name, "configuration": repr(cell.configuration)})
        content = f'{head[:-1]}, "result": {result}}}\n'.encode()
        try:
            write_whole(self._path(cell), hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        except OSError as error:
            raise ValueError(f"{self.folder}: {cell.name} cannot be kept: {error.strerror}") from None
        self._used.add(self._path(cell))

    def sweep(self) -> None:
        """Remove the cells that this run has neither taken nor kept, and no other file."""
        for path in set(self.folder.iterdir()) - self._used:
            if _CELL.fullmatch(path.name) and _begins_with_a_checksum(path):
                path.unlink()

    def _path(self, cell: Cell) -> Path:
        return self.folder / f"{cell.key[:32]}.json"


def _begins_with_a_checksum(path: Path) -> bool:
    with path.open("rb") as file:
        return re.fullmatch(rb"[0-9a-f]{64}\n", file.read(65)) is not None
