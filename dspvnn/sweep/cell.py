"""A cell of a sweep: some work, the arguments it is done with, and the key that its result is kept under.

The result of `work` is anything that JSON holds (arrays and sets become lists), and is a function of the
key alone: not of the machine, the process or the cells before it. Results travel and are kept as JSON text,
in which every float64 comes back bit for bit; a fresh result is read back as well, so that a kept one
is no different from it.
"""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dspvnn.sweep.version import code_version

_ONE_AT_A_TIME = threading.Lock()  # in a process: limits on threads and filters of warnings are its own


@dataclass(frozen=True)
class Cell:
    """What is done, and the configuration that determines the result: its `repr` is hashed.

    name : for the progress line.
    configuration : everything that the result depends on besides the code.
    """

    name: str
    configuration: tuple[Any, ...]
    work: Callable[..., Any] = field(repr=False)
    arguments: tuple[Any, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """The hash of configuration and code version."""
        return hashlib.sha256(repr((code_version(), self.configuration)).encode()).hexdigest()


def do(cell: Cell, version: str) -> str:
    """Do the work of a cell, in whichever process, and return its result as JSON.

    A worker of a cluster may have been started from other code; its rows must not be mixed in.
    """
    if code_version() != version:
        raise ValueError(
            "a worker runs other code or libraries than this process: install the same dspvnn on both, got "
            f"version {code_version()[:12]} there and {version[:12]} here"
        )
    with _ONE_AT_A_TIME:
        return json.dumps(cell.work(*cell.arguments), default=_plain)


def _plain(array: Any) -> Any:
    if isinstance(array, frozenset):
        return sorted(array)
    if not hasattr(array, "tolist"):
        raise TypeError(f"a cell's result must be JSON, sets or arrays, got {type(array).__name__}")
    return array.tolist()
