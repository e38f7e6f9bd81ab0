"""What an estimator or task of the user's own consists of, as a hash: while it stays, finished cells stand.

That is the source of its module and of every module of the user's that this one imports, in functions too;
the version of every other distribution imported; and the data that these modules and the object
hold once they are loaded, such as weights. A file that is read later, in `fit` or `predict`, is not seen.
"""

import ast
import hashlib
import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import packages_distributions, version
from itertools import accumulate
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any
from uuid import uuid4

from joblib.hashing import NumpyHasher

from dspvnn.foreign import first_line, imported
from dspvnn.sweep.version import SOURCES

INSTALLED = {"site-packages", "dist-packages"}  # folders of distributions, which have versions
STANDARD = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}


class UnknownSource(Exception):
    """It cannot be determined whether the object has changed; the message says why."""


@cache
def your_version(name: str) -> tuple[str, str]:
    """Return the hash of what ``package.module:Name`` means, or an empty text and why there is none."""
    try:
        return _version(name), ""
    except UnknownSource as error:
        return "", str(error)
    except Exception as error:  # anybody's code is pickled, which may raise anything
        return "", first_line(error)


def held(thing: Any) -> str:
    """Return a hash of the data that an object holds, such as weights; if there is none, a unique text."""
    try:
        return _hash(_data({"thing": thing}, {})).hex()
    except Exception:  # anybody's object is pickled, which may raise anything
        return uuid4().hex


def _version(name: str) -> str:
    digest = hashlib.sha256()
    own: dict[str, Path] = {}
    libraries: set[str] = set()
    things = [_made(name) for _ in range(2)]
    _walk(name.partition(":")[0], own, libraries)
    for module, path in sorted(own.items()):
        digest.update(f"{module} {path.stat().st_size}\n".encode() + path.read_bytes())
        digest.update(_hash(_data(vars(sys.modules[module]), own)) if module in sys.modules else b"")
    digest.update("\n".join(sorted(libraries)).encode())
    first, second = (_hash(_data({"thing": thing}, own)) for thing in things)
    if first != second:
        raise UnknownSource("it is made differently every time")
    return digest.hexdigest() + first.hex()


def _made(name: str) -> Any:
    thing = imported(name, "an estimator or a task")
    return thing() if isinstance(thing, type) else thing


# --- source ---------------------------------------------------------------------------------------


def _walk(name: str, own: dict[str, Path], libraries: set[str]) -> None:
    """Add module `name`, the packages that it lies in, and all that they import."""
    spec: ModuleSpec | None = None
    for part in accumulate(name.split("."), "{}.{}".format):
        spec = _spec(part, spec)
        if spec is None:  # a module that is not installed, or something within a module
            libraries |= {f"{part} is absent"} if "." not in part else set()
            return
        where = _place(spec)
        if INSTALLED & {*Path(where).parts}:
            libraries |= _distributions(part)
            return
        if not where or part in SOURCES or any(Path(where).is_relative_to(folder) for folder in STANDARD):
            return  # the version of dspvnn's code covers it, and Python's
        if spec.has_location and part not in own:
            _add(part, spec, own, libraries)


def _place(spec: ModuleSpec) -> str:
    """Return the file of a module, or the folder of a package without one; empty for built-in modules."""
    if spec.has_location:
        return str(spec.origin)
    return next(iter(spec.submodule_search_locations or ()), "")


def _spec(name: str, parent: ModuleSpec | None) -> ModuleSpec | None:
    """Return where a module lies; nothing is imported for it."""
    if parent is not None:
        return PathFinder.find_spec(name, parent.submodule_search_locations or [])
    try:
        return importlib.util.find_spec(name)
    except ValueError:  # it was made at a prompt
        raise UnknownSource(f"the module {name} has no source") from None


def _add(name: str, spec: ModuleSpec, own: dict[str, Path], libraries: set[str]) -> None:
    path = Path(str(spec.origin))
    if path.suffix != ".py":
        raise UnknownSource(f"{path} is not Python source")
    own[name] = path
    for module in _imports(ast.parse(path.read_bytes()), spec):
        _walk(module, own, libraries)


def _imports(tree: ast.AST, spec: ModuleSpec) -> Iterator[str]:
    """Yield what a module imports: a name may be a module or something in one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), spec.parent)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _distributions(module: str) -> set[str]:
    found = {f"{name} {version(name)}" for name in _names_of_distributions().get(module, ())}
    if not found:
        raise UnknownSource(f"the module {module} has no version")
    return found


_names_of_distributions = cache(packages_distributions)  # it reads a file of every distribution


# --- data -----------------------------------------------------------------------------------------


class _Hasher(NumpyHasher):
    """Joblib's hash, but of tensors by their values, and of functions without a name by what they hold.

    PyTorch pickles the address of a tensor, and nothing pickles a lambda: the source says what its code is.
    """

    def save(self, obj: Any) -> None:
        """Hash an object."""
        if isinstance(obj, FunctionType) and "<" in obj.__qualname__:
            held = [cell.cell_contents for cell in obj.__closure__ or ()]
            obj = (obj.__module__, obj.__qualname__, obj.__code__.co_firstlineno, obj.__defaults__, held)
        is_tensor = hasattr(obj, "detach") and hasattr(obj, "cpu")
        super().save(obj.detach().cpu().numpy() if is_tensor else obj)


def _hash(data: Any) -> bytes:
    return bytes.fromhex(_Hasher("md5").hash(data))


def _data(names: dict[str, Any], own: dict[str, Path]) -> dict[str, Any]:
    """Return what is data in a namespace: its source says what the code is. Classes may hold data, too."""
    data = {}
    for name, value in names.items():
        is_code = hasattr(value, "__qualname__") or hasattr(type(value), "__get__")
        if isinstance(value, type) and value.__module__ in own:
            data[name] = _data(dict(vars(value)), own)
        elif not (is_code or name.startswith("__") or name == "_abc_impl" or isinstance(value, ModuleType)):
            data[name] = value
    return data
