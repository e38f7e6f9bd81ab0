"""No file outside `dspvnn/tasks` and the rosters names a task, so a new one is found without being listed.

Allowed are, for a reason each:

- `baselines/roster.py`, `neural/roster.py` and `neural/recipes.py`: they say what an estimator is for;
- the name of a net, such as "tone/lstm": a key of `neural.RECIPES`, which begins with its task;
- `dspvnn/signals`, `baselines/model_fit.py` and `baselines/remedies.py`: there "tone" and "ewma" name a
  waveform or a signal model;
- `dspvnn/cases`: a case has a name of its own, perhaps that of a task, and names its random streams so;
- `dspvnn/course`: a lesson is about one task, and shows how a reader asks for it.

What is measured for one task only (false-alarm rates, recordings, coverage, the trend) imports that task's
`TASK`, which a reader and a refactoring can follow.
"""

import ast
from pathlib import Path

import pytest

from dspvnn.cases import CASES
from dspvnn.tasks import TASKS
from tests.test_imports import MODULES

ROOT = Path(__file__).parents[1]
ROSTERS = ("baselines.roster", "neural.roster", "neural.recipes")
ABOUT_A_MODEL = ("dspvnn.signals", "baselines.model_fit", "baselines.remedies")
MODEL_NAMES = {"tone", "ewma"}
OUTSIDE = [m for m in MODULES if not m.startswith(("dspvnn.tasks", "dspvnn.course", *ROSTERS))]


def allowed(module):
    if module.startswith(ABOUT_A_MODEL):
        return MODEL_NAMES
    return set(CASES) if module.startswith("dspvnn.cases") else set()


def strings(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("module", OUTSIDE)
def test_no_string_outside_the_tasks_is_the_name_of_one(module):
    assert not set(strings(MODULES[module])) & set(TASKS) - allowed(module)


def test_the_report_and_its_pages_name_no_task():
    found = [path for path in (ROOT / "dspvnn").rglob("*.typ") if "tasks" not in path.parts]
    assert len(found) > 4
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert not [name for name in TASKS if f'"{name}"' in text], path


def test_the_option_texts_of_the_report_name_no_task_and_no_case():
    text = (ROOT / "dspvnn" / "report" / "request.py").read_text(encoding="utf-8")
    assert not [name for name in (*TASKS, *CASES) if f" {name}," in text or f" {name} or" in text]
