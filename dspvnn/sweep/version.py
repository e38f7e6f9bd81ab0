"""Which code a result comes from: a hash of the sources and of the libraries behind the numbers."""

import hashlib
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

DRAWN = re.compile(  # what draws rows and makes none
    r"dspvnn/(report/|figures/|tasks/\w+/(page|figure|advice)\.py|problem/(page|figure|words)\.py)"
)
SOURCES = ("dspvnn", "baselines", "neural")
LIBRARIES = (
    "array-api-compat", "numba", "numpy", "onnxruntime", "scipy", "scikit-learn", "statsmodels", "torch"
)  # fmt: skip


@cache
def code_version() -> str:
    """Return a hash that changes whenever the same cell might give other rows.

    The report and the figures are left out: they draw rows and make none, so a report that failed while it
    was drawn, or a figure that changes its colours, is drawn again from the cells it had.
    """
    digest = hashlib.sha256(platform.python_version().encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version_of(library)}\n".encode())
    for name, path in sorted(_source_files()):
        digest.update(f"{name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def version_of(library: str) -> str:
    """Return a library's version; the last digits of a number may depend on an extra that is missing."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _source_files() -> list[tuple[str, Path]]:
    files = []
    for package in SOURCES:
        found = find_spec(package)  # imports nothing
        if found is None or found.origin is None:
            raise ValueError(f"the package {package} is not installed beside dspvnn")
        root = Path(found.origin).parent
        named = ((path.relative_to(root.parent).as_posix(), path) for path in root.rglob("*.py"))
        files += [(name, path) for name, path in named if not DRAWN.match(name)]
    return files
