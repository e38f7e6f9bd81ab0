"""The configuration of `make mutants` speaks of modules, tests and lines that there are."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ABOUT = tomllib.loads((ROOT / "tests" / "mutation" / "mutants.toml").read_text(encoding="utf-8"))
LISTED = tomllib.loads((ROOT / "tests" / "mutation" / "equivalent.toml").read_text(encoding="utf-8"))[
    "mutant"
]
# Scoring, limits, tasks, estimators, and the words of the report.
CONCERNED = [
    *(f"dspvnn/measure/{name}.py" for name in ("compare", "statistics", "paired", "trend", "coverage")),
    *(f"dspvnn/testing/{name}.py" for name in ("sequential", "blocks")),
    *(f"dspvnn/results/{name}.py" for name in ("rows", "ahead")),
    "dspvnn/problem/task.py", "dspvnn/tasks/mismatch/advice.py",
    *(f"dspvnn/report/words/{name}.py" for name in ("verdicts", "gap")),
    *(f"dspvnn/tasks/{name}/task.py" for name in ("tone", "mismatch", "burst", "ewma", "witness")),
    "dspvnn/tasks/base.py", "dspvnn/tasks/metrics.py",
    *(path.relative_to(ROOT).as_posix()
      for folder in ("dspvnn/limits", "dspvnn/tasks/mismatch/kinds", "baselines")
      for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"),
]  # fmt: skip


def test_every_module_concerned_has_its_tests():
    assert sorted(ABOUT["tests"]) == sorted(CONCERNED)
    for module, tests in ABOUT["tests"].items():
        assert tests, module
        for test in tests:
            assert (ROOT / test).exists(), test


@pytest.mark.parametrize("entry", LISTED, ids=lambda entry: f"{entry['module']} {entry['was']}")
def test_what_is_excused_is_a_line_of_its_module_with_a_reason(entry):
    lines = [line.strip() for line in (ROOT / entry["module"]).read_text(encoding="utf-8").splitlines()]
    assert entry["was"] in lines
    assert entry["module"] in ABOUT["tests"]
    assert entry["kind"] in ("equivalent", "constant")
    assert entry.keys() <= {"module", "was", "now", "kind", "reason"}
    assert "now" in entry or entry["kind"] == "constant"  # a line is excused as a whole for its number only
    assert len(entry["reason"]) > 20


def test_a_sample_is_the_same_again_and_changes_code_only(monkeypatch):
    pytest.importorskip("cosmic_ray", reason="the extra [mutants] is not installed")
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "mutation"))
    monkeypatch.chdir(ROOT)
    from places import changes, sample

    modules = ["dspvnn/tasks/metrics.py", "dspvnn/tasks/base.py"]
    drawn = sample(modules, ABOUT["left_out"], 20, 1)
    assert drawn == sample(modules, ABOUT["left_out"], 20, 1) != sample(modules, ABOUT["left_out"], 20, 2)
    assert len({(m.module_path, m.start_pos) for m in drawn}) == 20
    lines = (ROOT / modules[1]).read_text(encoding="utf-8").splitlines()
    changed = [lines[m.start_pos[0] - 1] for m in changes(modules[1], ABOUT["left_out"])]
    assert changed
    assert not any(
        "@dataclass" in line or line.strip().startswith("weights: np.ndarray |") for line in changed
    )
