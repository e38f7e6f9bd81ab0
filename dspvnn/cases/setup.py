"""A digest of what a case measures: it changes with the set-up, and not with a sentence of the lesson.

It covers the settings of the case's original.toml, and the source that its variants, metrics and seeds
reach within `dspvnn.cases`, name by name: functions, classes and constants, no docstrings or comments.
`dspvnn.cases.base`, which all cases share, and what lies outside the cases are named but not followed.
"""

import ast
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from dspvnn.cases.base import Case

ROOM = "dspvnn.cases"
SHARED = ("dspvnn.cases.base", "dspvnn.cases.original")
MEASURED = ("name", "variants", "metrics", "seeds")  # fields of a case; the others are words and figures
WITHOUT_EFFECT = ("annotation", "returns", "type_comment", "kind")


def setup_digest(case: Case) -> str:
    """Return the digest of a case's set-up, 16 hexadecimal digits."""
    said = sorted({_said(node) for node in _reached(_module_of(case))})
    settings = case.original.settings if case.original is not None else {}
    return hashlib.sha256("\n".join([*said, repr(settings)]).encode()).hexdigest()[:16]


def source_of(module: str) -> str:
    """Return the text of a module of the cases."""
    spec = find_spec(module)
    assert spec is not None
    return Path(str(spec.origin)).read_text(encoding="utf-8")


def _module_of(case: Case) -> str:
    """Return the module whose CASE it is; a case with other variants counts as the one of its name."""
    for name, module in list(sys.modules.items()):
        if name.startswith(ROOM) and getattr(getattr(module, "CASE", None), "name", "") == case.name:
            return name
    raise ValueError(f"no module of {ROOM} has a CASE of the name {case.name!r}")


def _reached(module: str) -> Iterator[ast.AST]:
    """Yield what the case's measured fields are, and every statement that they depend on."""
    (case,) = _bound(module)["CASE"]
    call = next(node for node in ast.walk(case) if isinstance(node, ast.Call))
    given: dict[str | None, ast.AST] = dict(zip((f.name for f in fields(Case)), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords}
    left = [(module, given[name]) for name in MEASURED if name in given]
    seen = set()
    while left:
        where, node = left.pop()
        yield node
        for name in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
            if (where, name) not in seen:
                seen.add((where, name))
                left += _meaning(where, name)


def _meaning(module: str, name: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield the statements, with their modules, that give a name of a module its meaning."""
    for statement in _bound(module).get(name, []):
        source = str(getattr(statement, "module", ""))
        if source.startswith(f"{ROOM}.") and source not in SHARED:
            yield from _meaning(source, statement.names[0].name)  # type: ignore[attr-defined]
        else:
            yield module, statement


@cache
def _bound(module: str) -> dict[str, list[ast.AST]]:
    """Return the statements of a module by the names that they bind; of an import, a statement a name."""
    found: dict[str, list[ast.AST]] = {}
    for statement in ast.parse(source_of(module)).body:
        for name, node in _names(statement):
            found.setdefault(name, []).append(node)
    return found


def _names(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name, statement
    elif isinstance(statement, ast.Import):
        yield from ((a.asname or a.name.partition(".")[0], ast.Import([a])) for a in statement.names)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name, ast.ImportFrom(statement.module, [alias], 0)
    for target in (*getattr(statement, "targets", ()), getattr(statement, "target", None)):
        if target is not None:
            yield from ((n.id, statement) for n in ast.walk(target) if isinstance(n, ast.Name))


def _said(node: object) -> str:
    """Return what a piece of source says, the same in every version of Python."""
    if isinstance(node, list):
        return f"[{', '.join(map(_said, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = {k: v for k, v in ast.iter_fields(node) if v not in (None, []) and k not in WITHOUT_EFFECT}
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
        parts["body"] = parts["body"][1:]
    return f"{type(node).__name__}({', '.join(f'{k}={_said(v)}' for k, v in parts.items())})"
