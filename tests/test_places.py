"""How many files a new estimator, net or kind of mismatch touches: two each, its own and one table.

In a copy of the source each is added in the two places that CONTRIBUTING.md names, the net is trained, and
a report is made from the rows of all three.
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
    return in_white_noise(draws, n_samples, p | {"amplitude": p["knob"] * p["amplitude"]})


WEAKER = Kind("weaker tone", _signals, knob="share that is left", levels=(1.0, 1.5, 2.0))
''',
        "dspvnn/tasks/mismatch/kinds/__init__.py": {
            "KINDS: dict": "from dspvnn.tasks.mismatch.kinds.weaker import WEAKER\n\n",
            "        DECAY,\n    )": "        WEAKER,\n",
        },
    },
}  # fmt: skip
REPORT = """
import json, sys
from pathlib import Path

from dspvnn.lineup import lineup
from dspvnn.measure.compare import compare_cell
from dspvnn.measure.paired import adjusted
from dspvnn.report.render import render
from dspvnn.tasks import TASKS
from neural.storage import WEIGHTS
from neural.train import train_net
from tests.report.every_row import RUN, every_row

train_net("tone/gated", folder=WEIGHTS)
rows = every_row()
for task, entries in (("tone", ("sine fit", "lattice", "gated net")), ("tone-mismatch", ("sine fit",))):
    chosen = [c for c in lineup(task, "cpu") if c.label in entries or c.label.startswith("mixture")]
    for cell in TASKS[task].conditions:
        if task == "tone" or cell.kind == "weaker tone":
            rows += compare_cell(task, cell, chosen, 40, 0)
render(adjusted(rows), RUN, Path(sys.argv[1]), ("html",))
print(json.dumps([[r.task, r.estimator, r.condition] for r in rows if r.n_signals < 500]))
"""


def add(root, files):
    """Write what is new in two places, and return them."""
    for name, change in files.items():
        path = root / name
        if isinstance(change, str):
            assert not path.exists()
            path.write_text(change, encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
            for before, line in change.items():
                assert text.count(before) == 1, (name, before)
                text = text.replace(before, line + before)
            path.write_text(text, encoding="utf-8")
    return list(files)


@pytest.mark.slow
def test_a_classical_estimator_a_net_and_a_kind_of_mismatch_touch_two_files_each(tmp_path):
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
