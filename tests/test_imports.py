"""Imports point one way; `import baselines` costs no torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path for package in ("dspvnn", "baselines", "neural") for path in (ROOT / package).rglob("*.py")
)


def imported(path):
    """The top-level packages that a file imports anywhere in it, functions included."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports would hide from this test"
            names.add(str(node.module).split(".")[0])
    return names


def forbidden(path):
    package, *rest = path.relative_to(ROOT).parts
    if package == "baselines":
        return {"torch", "neural"}
    if package == "neural":
        return set() if path.name == "hybrid.py" else {"baselines"}
    if rest in (["lineup.py"], ["problem_lineup.py"]) or rest[0] in ("report", "cases", "course"):
        return set()
    return {"baselines", "neural", "torch"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    assert not imported(path) & forbidden(path)


def test_the_walk_sees_imports():
    assert {"neural", "baselines"} <= imported(ROOT / "dspvnn" / "lineup.py")
    assert "torch" in imported(ROOT / "neural" / "training.py")
    assert len(MODULES) > 30


def test_drawing_a_figure_never_reaches_an_estimator():
    assert not imported(ROOT / "dspvnn" / "figures.py") & {"baselines", "neural", "torch", "sklearn"}


def test_importing_baselines_leaves_torch_out():
    code = "import sys, baselines, baselines.roster, dspvnn.compare; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
