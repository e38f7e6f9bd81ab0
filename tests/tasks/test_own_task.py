"""Tasks of the user's own: what they lack is said in one line, and what they have is compared as ours."""

import ast
import importlib
import pickle
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest

import dspvnn.sweep.comparison
from baselines.roster import BASELINES
from dspvnn.adapter import for_task
from dspvnn.measure.compare import compare_cell
from dspvnn.report.command import make_report
from dspvnn.report.configured import configured
from dspvnn.report.presets import PRESETS
from dspvnn.report.request import Request
from dspvnn.results.rows import read_rows, read_run
from dspvnn.sweep import your_version
from dspvnn.tasks import TASKS, load_task, own_task
from dspvnn.testing import assert_within, draw_block
from neural.recipes import RECIPES
from neural.roster import NETS

ROOT = Path(__file__).parents[2]

LEVEL = '''"""A constant in noise: the mean of n samples has the least error, 1 / n."""

from dataclasses import replace

import numpy as np
from dspvnn.tasks import Condition, LineUp, Metric, Page, Picture, Trials, dots


class Level:
    """The level of a record.

    It is estimated from
    sixteen samples.
    """

    name = "level"
    conditions = (Condition("short", n_samples=16), Condition("long", n_samples=64, region="beyond"))
    metrics = {"rmse": Metric("V", root=True)}
    n_training = 50

    def draw(self, draws, n_signals, condition):
        level = draws.standard_normal(n_signals)
        noise = draws.standard_normal((n_signals, condition.n_samples))
        return Trials(level[:, None] + noise, level)

    def losses(self, trials, estimates, calibration):
        return {"rmse": (estimates - trials.target) ** 2}


def mean(X):
    return X.mean(axis=1)


def first(X):
    return X[:, 0]


class Limited(Level):
    """The same, with its limit: the error of the mean, whoever knows that levels are normal has less."""

    share = 1.0

    def limit_losses(self, context, given):
        n = context.condition.n_samples
        return {"rmse": np.full(len(context.trials.target), self.share / (n + 1))}


class Trained:
    """A net that has been trained: it says what that cost."""

    card_ = {"seconds": 12.5, "signals": 1000, "device": "cpu"}

    def predict(self, X):
        return X.mean(axis=1) * X.shape[1] / (X.shape[1] + 1)


Level.lineup = LineUp({"mean": lambda: mean}, {"shrunk": Trained})
LEVEL, LIMITED = Level(), Limited()
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module of the user's own into a folder that is then the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text, name="own_level"):
        (tmp_path / f"{name}.py").write_text(text)
        sys.modules.pop(name, None)
        importlib.invalidate_caches()
        your_version.your_version.cache_clear()
        return name

    yield write
    for name in [name for name in sys.modules if name.startswith("own_")]:
        del sys.modules[name]


@pytest.fixture
def _tiny(monkeypatch):
    monkeypatch.setitem(PRESETS, "quick", replace(PRESETS["quick"], n_signals=60, timing_rounds=1))


# --- what is refused ------------------------------------------------------------------------------

BAD = {
    "TASK = 1/0": "own_bad cannot be imported: ZeroDivisionError: division by zero",
    "NO_TASK = 3": "own_bad has nothing called 'TASK'",
    "TASK = 3": "this is no task: a task has name, conditions, metrics, draw, losses, got int",
    "del Level.draw": "the task lacks its draw",
    "del Level.losses": "the task lacks its losses",
    "Level.draw = 3": "the task's draw must be a function, got 3",
    "Level.__init__ = lambda self, n: None": "the task cannot be made: TypeError: ",
    "Level.name = 'tone'": "'tone' is the name of a task of dspvnn",
    "Level.name = 'problem'": "'problem' is the name of a task of dspvnn",
    "Level.name = '../x'": "the task's name names files: it must be letters, ",
    "Level.conditions = ()": "the task's conditions must be a tuple of Condition",
    "Level.conditions *= 2": ("conditions must have names of their own, got 'short' twice"),
    "Level.metrics = {'rmse': 'V'}": ("the task's metrics must be a dict of Metric, got {'rmse': 'V'}"),
    "Level.lineup = {'mean': mean}": "the task's lineup must be a LineUp, got {",
    "Level.page = Page(pictures=(Picture('tone', dots('V'), 'c', 's'),))": (
        "the name of a picture names its file and begins with the task's, 'level', got 'tone'"
    ),
    "Level.draw = lambda self, draws, n, c: Trials(draws.random((n, 16)), draws.random(n + 1))": (
        "task 'level', condition 'short': signals and targets do not fit: for signals of shape (4, 16) "
        "targets must have shape (4,) or (4, 16), got (5,)"
    ),
    "Level.draw = lambda self, draws, n, c: Trials(draws.random((5, 16)), draws.random(5))": (
        "task 'level', condition 'short': draw of 4 signals must return signals of shape (4, n_samples) or "
        "(4, n_samples, n_channels), got (5, 16)"
    ),
    "Level.draw = lambda self, draws, n, c: Trials(np.ones((n, 16), int), draws.random(n))": (
        "task 'level', condition 'short': signals must be floating-point numbers, got int64"
    ),
    "Level.draw = lambda self, draws, n, c: draws.random((n, 16))": (
        "task 'level', condition 'short': draw must return Trials, got ndarray"
    ),
    "Level.draw = lambda self, draws, n, c: Trials(np.random.rand(n, 16), draws.random(n))": (
        "task 'level', condition 'short': draw must take all its randomness from draws, but two draws "
    ),
    "Level.draw = lambda self, draws, n, c: c.snr": (
        "task 'level', condition 'short': draw failed: AttributeError: 'Condition' object has no attribute"
    ),
    "Level.losses = lambda self, t, e, c: {'rmse': np.zeros((len(e), 2, 1))}": (
        "task 'level': losses must have shape (4,) for 4 signals in 'rmse', got (4, 2, 1)"
    ),
    "Level.losses = lambda self, t, e, c: {'mse': (e - t.target) ** 2}": (
        "task 'level': losses must return a dict with keys of ['rmse'], got {'mse': "
    ),
    "Level.losses = lambda self, t, e, c: {'rmse': e - e - 1}": (
        "task 'level': losses of 'rmse' must be at least 0, and numbers"
    ),
    "Level.limit_losses = lambda self, c, given: {'rmse': 0.1}": (
        "task 'level', condition 'short': limit_losses must have shape (4,) for 4 signals in 'rmse', got ()"
    ),
}


@pytest.mark.parametrize("line", BAD)
def test_a_task_that_cannot_be_is_refused_in_one_line(module, line):
    module(f"{LEVEL}\n{line}\n{'' if 'TASK' in line else 'TASK = Level'}\n", "own_bad")
    with pytest.raises(ValueError) as error:  # noqa: PT011
        configured(Request(task=("own_bad:TASK",), device="cpu"))
    said = BAD[line] if BAD[line].startswith("task 'level'") else f"own_bad:TASK: {BAD[line]}"
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_an_address_that_is_none_is_refused_in_one_line(module):
    module(LEVEL)
    for address, line in {
        "own_level:": "a task of your own is named package.module:Name, got 'own_level:'",
        "no_such_module:TASK": "no_such_module:TASK: no_such_module cannot be imported: ",
    }.items():
        with pytest.raises(ValueError, match=f"^{line}"):
            configured(Request(task=(address,), device="cpu"))
    with pytest.raises(
        ValueError, match=r"^two tasks have the name 'level': tasks of one report need names"
    ):
        configured(Request(task=("own_level:LEVEL", "own_level:LIMITED"), device="cpu"))
    with pytest.raises(
        ValueError, match=r"^--estimator burst=own_level:mean: 'burst' is not among the tasks"
    ):
        configured(Request(task=("own_level:LEVEL",), estimator=("burst=own_level:mean",), device="cpu"))
    with pytest.raises(
        ValueError, match=r"^--train trains the nets of dspvnn: a task of your own brings nets"
    ):
        configured(Request(task=("own_level:LEVEL",), train=True, device="cpu"))


@pytest.mark.usefixtures("_tiny")
def test_a_limit_that_is_beaten_stops_the_report_and_the_regression_test(module, tmp_path):
    module(LEVEL.replace("share = 1.0", "share = 4.0"))
    with pytest.raises(
        ValueError, match=r"^no report: these results lie below .*: level, short, mean, rmse"
    ):
        make_report(
            Request(out=tmp_path / "out", task=("own_level:LIMITED",), device="cpu", preset="quick", jobs=1)
        )
    assert not (tmp_path / "out" / "comparison.pdf").exists()
    task = load_task("own_level:LIMITED")
    with pytest.raises(AssertionError, match="below its limit, which is none then, or the truth leaked"):
        assert_within(task.given.lineup.baselines["mean"](), task, 1.1)


# --- what is compared -----------------------------------------------------------------------------


def test_a_task_as_an_object_serves_assert_within(module):
    own = importlib.import_module(module(LEVEL))
    (found,) = assert_within(own.mean, own.LIMITED, 1.1)
    assert (
        found.low < np.sqrt(17 / 16) < found.high
    )  # the mean's error, 1 / 16, over that of the best, 1 / 17
    assert draw_block(own.LIMITED, "long", 0).signals.shape == (1000, 64)
    with pytest.raises(AssertionError, match=r"rmse of 'level', 'short': beyond 1.1 x the limit"):
        assert_within(own.first, own.LIMITED, 1.1)
    with pytest.raises(ValueError, match="no limit of 'rmse' is known in 'short', so there is no ratio"):
        assert_within(own.mean, own.LEVEL, 1.1)
    assert assert_within(own.mean, own.LEVEL, at_most=0.3)[0].limit == pytest.approx(0.3)


def test_it_travels_as_an_address_and_keeps_its_version(module):
    module(LEVEL)
    task = load_task("own_level:LIMITED", "v1")
    other = pickle.loads(pickle.dumps(task))
    assert (repr(other), other.given) == (repr(task), task.given)
    assert repr(task) == "OwnTask('level', 'v1')"  # no address of an object, which no other process has
    assert own_task(task) is task


def level_report(out, **options):
    make_report(
        Request(
            out=out, task=("own_level:LEVEL",), estimator=("level=own_level:first",), device="cpu",
            preset="quick", jobs=1, **options,
        )
    )  # fmt: skip
    return [r for r in read_rows(out / "results.csv") if r.task == "level"]


@pytest.mark.usefixtures("_tiny")
def test_a_report_without_a_limit_and_without_a_page(module, tmp_path):
    """End to end: the default page, the line-up, an estimator beside it; nothing is registered."""
    before = [dict(roster) for roster in (TASKS, BASELINES, NETS, RECIPES)]
    module(LEVEL)
    out = tmp_path / "out"
    rows = level_report(out, format="html")
    assert [dict(roster) for roster in (TASKS, BASELINES, NETS, RECIPES)] == before
    assert {(r.estimator, r.kind) for r in rows if r.kind != "paired"} == {
        ("mean", "classical"), ("shrunk", "neural"), ("first", "yours")
    }  # fmt: skip
    assert all(np.isnan([r.limit, r.ratio_to_limit, r.ratio_high]).all() for r in rows)
    assert [r.value for r in rows if r.metric == "training time"] == [12.5]
    assert read_run(out / "run.json")["configuration"]["tasks"] == ["own_level:LEVEL"]
    assert {(r.estimator, r.kind) for r in rows if r.kind == "paired"} == {("shrunk", "paired")}
    page = unescape((out / "comparison.html").read_text(encoding="utf-8"))
    assert "The level of a record." in page
    assert "It is estimated from sixteen samples." in page
    assert "No limit is known for Level (rmse):" in page
    assert "Level: rmse itself, for no limit is known." in page
    assert page.count("no limit is known") > 5  # in the verdict, in the table and under the points
    assert {path.stem for path in (out / "figures").iterdir()} == {"level", "runtime-level", "pareto-level"}


@pytest.mark.usefixtures("_tiny")
def test_a_text_that_is_no_typst_is_said_in_one_line(module, tmp_path):
    """It is read when the rows are there, so they are kept."""
    (tmp_path / "page.typ").write_text("#image(")
    module(LEVEL + "import pathlib\nLevel.page = Page(text=pathlib.Path('page.typ').resolve())\n")
    with pytest.raises(
        ValueError, match=r"^the report cannot be drawn, and it holds .* level: TypstError: "
    ):
        level_report(tmp_path / "out")
    assert list((tmp_path / "out" / "cells").glob("*.json"))
    assert not (tmp_path / "out" / "comparison.pdf").exists()


@pytest.mark.usefixtures("_tiny")
def test_cells_are_kept_while_its_code_stays(module, tmp_path, monkeypatch, capsys):
    done, out = [], tmp_path / "out"
    monkeypatch.setattr(
        dspvnn.sweep.comparison, "compare_cell", lambda *a: done.append(a[1].name) or compare_cell(*a)
    )
    monkeypatch.setattr(
        "dspvnn.report.command.render", lambda rows, run, folder, *rest: (folder / "figures").mkdir()
    )  # which takes most of the time and no part in this

    def report(text):
        done.clear()
        module(text)
        kinds = {r.kind for r in level_report(out)} - {"paired"}
        return done.copy(), kinds

    everyone = {"classical", "neural", "yours"}
    assert report(LEVEL) == (["short", "long"], everyone)
    assert report(LEVEL) == ([], everyone)
    assert report(LEVEL.replace("X.mean(axis=1)\n", "X.mean(axis=1) + 0\n", 1))[0] == ["short", "long"]
    assert "done again" not in capsys.readouterr().err


def test_an_estimator_is_for_the_task_that_it_names_or_for_all():
    names = ("level=own_level:first", "own_level:mean", "level=own_level:mean", "a=b:c=d")
    assert for_task(names, "level") == ("own_level:first", "own_level:mean")
    assert for_task(names, "a") == ("own_level:mean", "b:c=d")


# --- how it is handed down ------------------------------------------------------------------------

WRITES = {"update", "pop", "setdefault", "clear", "popitem", "__setitem__"}
DICTS = {"TASKS", "BASELINES", "NETS", "RECIPES", "CONSTRUCTED", "CASES"}


def _named(node):
    while isinstance(node, ast.Subscript):
        node = node.value
    return getattr(node, "id", getattr(node, "attr", ""))


def writes(source):
    """Yield the lines of a source that write into one of the dicts after it was made."""
    for node in ast.walk(ast.parse(source)):
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete):
            inside = [t for t in targets if isinstance(t, ast.Subscript) or isinstance(node, ast.AugAssign)]
            yield from (node.lineno for target in inside if _named(target) in DICTS)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            yield from [node.lineno] * (_named(node.func.value) in DICTS)


def test_no_function_writes_into_a_dict_of_tasks_or_estimators():
    for line in ('TASKS["x"] = 1', "NETS |= {}", "neural.RECIPES.update({})", 'del BASELINES["a"]["b"]'):
        assert list(writes(line)) == [1], line
    assert list(writes("x = TASKS['y']; names = NETS | {}")) == []
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in ("dspvnn", "baselines", "neural")
        for path in (ROOT / package).rglob("*.py")
        for line in writes(path.read_text(encoding="utf-8"))
    ]
    assert found == []
