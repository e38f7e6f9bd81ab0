"""How many places a new estimator, net, task, case or kind of mismatch touches: two, its own and one table.

In a copy of the source each is added in the two places that CONTRIBUTING.md names, a new folder being one
of them; the net is trained, the case is run and shipped, and a report is made from the rows of all five.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What is added: its own file with its text, and the file of the table with the lines that go before others.
NEW = {
    "classical": {
        "baselines/lattice.py": '''"""A classical estimator of a test."""

from baselines.sine_fit import SineFit


class Lattice(SineFit):
    """The sine fit, under another name."""
''',
        "baselines/roster.py": {
            "from baselines.matched_filter import": "from baselines.lattice import Lattice\n",
            '        "training mean": TrainingMean,\n    },\n    "tone-mismatch"': (
                '        "lattice": Lattice,\n'
            ),
        },
    },
    "net": {
        "neural/estimators/gated.py": '''"""A net of a test."""

from neural.estimators.tone import ToneLSTM


class GatedLSTM(ToneLSTM):
    """The LSTM on samples, under another name."""
''',
        "neural/recipes.py": {
            "from neural.estimators import (": "from neural.estimators.gated import GatedLSTM\n",
            '    "tone-mismatch/mixture-lstm"': (
                '    "tone/gated": Recipe(\n'
                '        "tone", GatedLSTM, {"hidden": 4, "steps": 2}, label="gated net"\n    ),\n'
            ),
        },
    },
    "kind of mismatch": {
        "dspvnn/tasks/mismatch/kinds/weaker.py": '''"""A kind of mismatch of a test."""

from dspvnn.tasks.mismatch.kinds.base import Kind, in_white_noise


def _signals(draws, n_samples, p):
    return in_white_noise(draws, n_samples, p | {"amplitude": p["severity"] * p["amplitude"]})


WEAKER = Kind("weaker tone", _signals, severity="share that is left", levels=(1.0, 1.5, 2.0))
''',
        "dspvnn/tasks/mismatch/kinds/__init__.py": {
            "KINDS: dict": "from dspvnn.tasks.mismatch.kinds.weaker import WEAKER\n\n",
            "        DECAY,\n    )": "        WEAKER,\n",
        },
    },
    "task": {
        "dspvnn/tasks/level/__init__.py": '''"""A task of a test: the level of a constant in noise."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dspvnn.estimator import SignalEstimator
from dspvnn.tasks.base import Condition, LineUp, Metric, Pair, Trials
from dspvnn.tasks.page import Headline, Page, Picture, dots

ERROR = "level rmse"


class Average(SignalEstimator):
    """The mean of the record."""

    def predict(self, X):
        return self._check(X).mean(axis=1)


class Middle(SignalEstimator):
    """The median of the record."""

    def predict(self, X):
        return np.median(self._check(X), axis=1)


@dataclass(frozen=True)
class Level:
    """Draws constants in white noise of unit variance."""

    name: str = "level"
    title: str = "Level of a constant"
    metrics: dict = field(default_factory=lambda: {ERROR: Metric("1", root=True)})
    calibrated: bool = False
    n_training: int = 10
    side_information: frozenset = frozenset()
    training: Condition = Condition("constant")
    conditions: tuple = (Condition("constant"),)
    pairs: tuple = (Pair("level by median", "level by mean", ERROR, "what the median loses"),)
    lineup: LineUp = LineUp({"level by mean": Average, "level by median": Middle})
    page: Page = Page(
        text=Path(__file__).with_name("page.typ"),
        headlines=(Headline("Mean or median", "constant", ERROR, "level by mean", "level by median"),),
        pictures=(Picture("levels", dots("rms error of the level"), "Levels.", "error of the level"),),
    )

    def training_for(self, condition):
        return self.training

    def n_signals(self, requested, condition):
        return requested

    def draw(self, draws, n_signals, condition):
        level = draws.standard_normal((n_signals,))
        noise = draws.standard_normal((n_signals, condition.n_samples))
        return Trials(level[:, None] + noise, level)

    def losses(self, trials, estimates, calibration=None):
        return {ERROR: (estimates - trials.target) ** 2}

    def limit_losses(self, context, given=frozenset()):
        return self.losses(context.trials, context.trials.signals.mean(axis=1))


TASK = Level()
''',
        "dspvnn/tasks/level/page.typ": '''#import "/parts.typ": *
#let task = task-named("level")

A constant is to be told from noise that hides it.
#plot("levels")
#overview(task.title, task.table)
''',
        "dspvnn/tasks/__init__.py": {
            "from dspvnn.tasks.base import": "from dspvnn.tasks import level\n",
            "        witness.TASK,\n": "        level.TASK,\n",
        },
    },
    "case": {
        "dspvnn/cases/coin.py": '''"""A case of a test: how far the share of heads is from a half."""

from functools import partial

from dspvnn.cases.base import Case, Measurement, Outcome, Variant, typical
from dspvnn.figures.variants import variants_figure
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Metric


def _tossed(n_tosses, seed, scale):
    tosses = stream(seed, "test", "coin", n_tosses).random((200, n_tosses)) < 0.5
    return Measurement([Outcome("a fair coin", "error", abs(tosses.mean(axis=1) - 0.5))])


def _lesson(rows):
    return f"Ten tosses are {typical(rows, 'ten tosses', 'a fair coin', 'error'):.2g} away."


CASE = Case(
    "coin", "Tosses of a coin", "How many tosses does a coin need?",
    (Variant("ten tosses", partial(_tossed, 10)), Variant("100 tosses", partial(_tossed, 100), "floor")),
    {"error": Metric("1")}, (("a fair coin", "error"),), _lesson,
    partial(variants_figure, panels=(("a fair coin", "error"),), xlabel="error"), "Every seed a dot.",
)
''',
        "dspvnn/cases/__init__.py": {
            "from dspvnn.cases.base import": "from dspvnn.cases import coin\n",
            "        baseband.CASE,\n": "        coin.CASE,\n",
        },
    },
}  # fmt: skip
REPORT = """
import json, sys
from pathlib import Path

from dspvnn.cases import CASES
from dspvnn.cases.shipped import FOLDER, ship, shipped_rows
from dspvnn.lineup import lineup
from dspvnn.measure.compare import compare_cell
from dspvnn.measure.paired import adjusted
from dspvnn.measure.runtime import time_task
from dspvnn.report.render import render
from dspvnn.tasks import TASKS
from neural.storage import WEIGHTS
from neural.train import train_net
from tests.report.every_row import RUN, every_row

train_net("tone/gated", folder=WEIGHTS)
rows = every_row()
ENTRIES = {
    "tone": ("sine fit", "lattice", "gated net"),
    "tone-mismatch": ("sine fit",),
    "level": ("level by mean", "level by median"),
}
for task, entries in ENTRIES.items():
    chosen = [c for c in lineup(task, "cpu") if c.label in entries or c.label.startswith("mixture")]
    for cell in TASKS[task].conditions:
        if task != "tone-mismatch" or cell.kind == "weaker tone":
            rows += compare_cell(task, cell, chosen, 40, 0)
rows += time_task("level", lineup("level", "cpu"), 2, 0)
ship(CASES["coin"], CASES["coin"].run(), FOLDER)
rows += shipped_rows(CASES["coin"])
render(adjusted(rows), RUN, Path(sys.argv[1]), ("html",))
print(json.dumps([[r.task, r.estimator, r.condition] for r in rows if r.n_signals < 500]))
"""


def add(root, files):
    """Write what is new, and return the places: files, of a new folder the folder alone."""
    places = {path if path.parent.exists() else path.parent for path in (root / name for name in files)}
    for name, change in files.items():
        path = root / name
        if isinstance(change, str):
            assert not path.exists()
            path.parent.mkdir(exist_ok=True)
            path.write_text(change, encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
            for before, line in change.items():
                assert text.count(before) == 1, (name, before)
                text = text.replace(before, line + before)
            path.write_text(text, encoding="utf-8")
    return places


@pytest.mark.slow
def test_an_estimator_a_net_a_task_a_case_and_a_kind_of_mismatch_touch_two_places_each(tmp_path):
    root = tmp_path / "source"
    for package in ("dspvnn", "baselines", "neural"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    assert {what: len(add(root, files)) for what, files in NEW.items()} == dict.fromkeys(NEW, 2)
    (root / "tests").symlink_to(ROOT / "tests")
    done = subprocess.run(
        [sys.executable, "-c", REPORT, tmp_path / "out"], cwd=root, text=True, capture_output=True,
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    figures = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.csv")}
    for label in ("lattice", "gated net"):
        assert ["tone", label, "inside, 10 dB"] in rows
        assert label in page
        assert label in figures["tone"]
    for level in ("light", "moderate", "heavy"):
        assert ["tone-mismatch", "mixture LSTM", f"weaker tone, {level}"] in rows  # a pair
    assert "weaker tone" in page
    assert "weaker tone" in figures["tone-mismatch"]
    for label in ("level by mean", "level by median"):
        assert ["level", label, "constant"] in rows
        assert label in page
        assert label in figures["levels"]
    assert "Mean or median" in page  # the verdict
    assert "A constant is to be told from noise" in page
    assert ["case/coin", "ten tosses", "a fair coin"] in rows
    assert "Tosses of a coin" in page
    assert "Ten tosses are" in page
    assert "ten tosses" in figures["case-coin"]
