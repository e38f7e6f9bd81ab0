"""Imports point one way, from room to room and from module to module; `import baselines` costs no torch."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): path
    for package in ("dspvnn", "baselines", "neural")
    for path in sorted((ROOT / package).rglob("*.py"))
}


def names_imported(path):
    """Yield every dotted name that a file imports anywhere in it, functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports would hide from this test"
            for alias in node.names:
                within = f"{node.module}.{alias.name}"
                yield within if within in MODULES else str(node.module)


@cache
def imports_of(module):
    """The modules of ours that a module imports itself."""
    return {name for name in names_imported(MODULES[module]) if name in MODULES} - {module}


@cache
def packages_of(module):
    """The packages, ours and others', that a module imports itself."""
    return {name.split(".")[0] for name in names_imported(MODULES[module])}


@cache
def reaches(module):
    """All modules of ours that a module imports, directly or through others."""
    seen, left = set(), [module]
    while left:
        new = imports_of(left.pop()) - seen
        seen |= new
        left += new
    return seen


def room(module):
    package, *rest = module.split(".")
    return f"{package}.{rest[0]}" if package == "dspvnn" and rest else package


def test_no_module_imports_itself_through_others():
    list(TopologicalSorter({m: imports_of(m) for m in MODULES}).static_order())  # or raises


def test_no_room_imports_itself_through_others():
    rooms: dict = {}
    for module in MODULES:
        mine = rooms.setdefault(room(module), set())
        mine |= {room(name) for name in imports_of(module)} - {room(module)}
    list(TopologicalSorter(rooms).static_order())  # raises CycleError, which names the circle


KNOW_BOTH_ROSTERS = ("dspvnn.lineup", "dspvnn.problem", "dspvnn.report", "dspvnn.cases")


def forbidden(module):
    """The packages that a module must not import itself."""
    if module.startswith("baselines"):
        return {"torch", "neural"}
    if module.startswith("neural"):
        return set() if module == "neural.estimators.hybrid" else {"baselines"}
    if module.startswith("dspvnn.recordings"):
        return {"neural", "torch"}  # a recording is answered by classical fits, without a second for torch
    return set() if module.startswith(KNOW_BOTH_ROSTERS) else {"baselines", "neural", "torch"}


@pytest.mark.parametrize("module", MODULES)
def test_estimators_are_known_where_they_may_be(module):
    assert not packages_of(module) & forbidden(module)


def test_the_walk_sees_imports():
    assert {"neural.roster", "baselines.roster"} <= reaches("dspvnn.lineup")
    assert "torch" in packages_of("neural.training")
    assert "dspvnn.results.rows" in reaches("dspvnn.figures.runtime")
    assert len(MODULES) > 100


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("dspvnn.figures.curves")])
def test_drawing_a_figure_never_reaches_an_estimator(module):
    for name in (module, *reaches(module)):
        assert not packages_of(name) & {"baselines", "neural", "torch"}


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.startswith(("dspvnn.signals", "dspvnn.limits"))]
)
def test_signals_and_limits_know_neither_tasks_nor_measurements(module):
    above = ("dspvnn.tasks", "dspvnn.measure", "dspvnn.figures.curves", "dspvnn.sweep", "dspvnn.report")
    assert not [name for name in reaches(module) if name.startswith(above)]


def test_few_modules_stand_outside_a_room():
    assert len(list((ROOT / "dspvnn").glob("*.py"))) <= 6


def test_importing_baselines_leaves_torch_out():
    names = "baselines, baselines.roster, dspvnn.measure.compare"
    code = f"import sys, {names}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
