"""Code that is not ours, run so that what it does to the process ends with it.

Put back afterwards: NumPy's error state, the warning filters, the working folder, the standard streams
(opened again if they were closed), and torch's number of threads and default type. Nothing of ours reads
the global random generators, so they stay as they were left.
"""

import importlib
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


def imported(name: str, what: str) -> Any:
    """Return what ``package.module:Name`` means; modules of the working folder are found.

    what : what it should be, for the message: "an estimator", say.

    Raises
    ------
    ValueError
        When the module cannot be imported, or holds nothing of that name.
    """
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise ValueError(f"{what} is named package.module:Name, got {name!r}")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        with contained():
            module = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{name}: {module_name} cannot be imported: {first_line(error)}") from error
    if not hasattr(module, attribute):
        raise ValueError(f"{name}: {module_name} has nothing called {attribute!r}")
    return getattr(module, attribute)


def first_line(error: BaseException) -> str:
    """Return the kind of an error and the first line of what it says, 200 characters at most."""
    try:
        said = str(error).strip().splitlines()
    except Exception:  # an error's own words may fail
        said = []
    return f"{type(error).__name__}: {said[0]}"[:200] if said else type(error).__name__
