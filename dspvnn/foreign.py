"""Code that is not ours, run so that what it does to the process ends with it.

Put back afterwards: NumPy's error state, the warning filters, the working folder, the standard streams
(opened again if they were closed), and torch's number of threads and default type. Nothing of ours reads
the global random generators, so they stay as they were left.
"""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np


@contextmanager
def contained() -> Iterator[None]:
    """Run the body; whatever it raises, put back what it has changed of the process."""
    streams, folder, torch = (sys.stdout, sys.stderr), os.getcwd(), sys.modules.get("torch")
    of_torch = _torch_state(torch) if torch else (0, None)
    with np.errstate(), warnings.catch_warnings():
        try:
            yield
        finally:
            sys.stdout, sys.stderr = (_open(stream, fd) for fd, stream in enumerate(streams, start=1))
            _return_to(folder)
            if torch and _torch_state(torch) != of_torch:
                torch.set_num_threads(of_torch[0])
                torch.set_default_dtype(of_torch[1])


def _open(stream: Any, descriptor: int) -> Any:
    """Return a standard stream, or a new one of its descriptor if it has been closed."""
    return open(descriptor, "w", closefd=False) if getattr(stream, "closed", False) else stream


def _return_to(folder: str) -> None:
    with suppress(OSError):  # it may be gone
        os.chdir(folder)


def _torch_state(torch: Any) -> tuple[int, Any]:
    return torch.get_num_threads(), torch.get_default_dtype()


def first_line(error: BaseException) -> str:
    """Return the kind of an error and the first line of what it says, 200 characters at most."""
    try:
        said = str(error).strip().splitlines()
    except Exception:  # an error's own words may fail
        said = []
    return f"{type(error).__name__}: {said[0]}"[:200] if said else type(error).__name__
