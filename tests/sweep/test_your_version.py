"""The hash of a user's own estimator changes with its code, its data and its libraries alone."""

import importlib
import os
import subprocess
import sys
from dataclasses import replace
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import numpy as np
import pytest

import dspvnn.sweep.comparison
from dspvnn.lineup import lineup
from dspvnn.report.command import make_report
from dspvnn.report.presets import PRESETS
from dspvnn.report.request import Request
from dspvnn.results.rows import read_rows
from dspvnn.sweep import your_version as module

ROOT = Path(__file__).parents[2]
NET = """
import numpy as np
from scipy.signal import detrend

from . import helper
from .parts.scaling import scale

WEIGHTS = np.load({folder!r} + "/weights.npy")

def estimate(X):
    from own_elsewhere import late
    return WEIGHTS.sum() * X[:, 0]

class Net:
    table = {{"a": 1.0}}

    def __init__(self):
        self.weights = np.load({folder!r} + "/weights.npy")

    @property
    def size(self):
        return 1

    def predict(self, X):
        return X[:, 0]

net = Net()
"""
FILES = {
    "own_nets/__init__.py": "", "own_nets/helper.py": "gain = 2\n", "own_nets/parts/__init__.py": "",
    "own_nets/parts/scaling.py": "import own_constants\ndef scale(x): return x\n",
    "own_constants.py": "c = 3\n", "own_elsewhere.py": "def late(): pass\n",
    "own_unused.py": "pass\n", "notes.txt": "",
}  # fmt: skip


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A package of a user's own; the function forgets what was imported of it and tells the hash."""
    for name, text in {**FILES, "own_nets/pitch.py": NET.format(folder=str(tmp_path))}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    np.save(tmp_path / "weights.npy", np.arange(3.0))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def version(name):
        module.your_version.cache_clear()
        for loaded in [name for name in sys.modules if name.startswith("own_")]:
            del sys.modules[loaded]
        importlib.invalidate_caches()
        return module.your_version(name)

    yield version
    version("own_unused:x")


NAMES = ["own_nets.pitch:estimate", "own_nets.pitch:Net", "own_nets.pitch:net"]


@pytest.mark.parametrize("name", NAMES)
def test_it_follows_all_that_the_estimator_consists_of(own, tmp_path, monkeypatch, name):
    first = own(name)
    assert first[0], first
    assert first == own(name) == ("".join(first), "")
    (tmp_path / "own_unused.py").write_text("changed = True\n")
    (tmp_path / "notes.txt").write_text("changed")
    assert own(name) == first
    seen = {first[0]}
    for part in ("own_nets/__init__", "own_nets/helper", "own_nets/pitch", "own_nets/parts/__init__",
                 "own_nets/parts/scaling", "own_constants", "own_elsewhere"):  # fmt: skip
        path = tmp_path / f"{part}.py"
        path.write_text(path.read_text() + "# changed\n")
        seen.add(own(name)[0])
    assert len(seen) == 8
    np.save(tmp_path / "weights.npy", np.arange(3.0) + 1e-9)
    seen.add(own(name)[0])
    assert len(seen) == 9
    installed = module.version
    monkeypatch.setattr(module, "version", lambda d: "9.9" if d == "scipy" else installed(d))
    seen.add(own(name)[0])
    assert len(seen) == 10


def test_another_process_finds_the_same(own, tmp_path):
    code = f"from dspvnn.sweep.your_version import your_version; print(your_version({NAMES[1]!r})[0])"
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == own(NAMES[1])[0]


def test_tensors_count_by_their_values(own, tmp_path):
    text = "import torch\nnet = torch.nn.Linear(2, 1)\ntorch.nn.init.constant_(net.weight, {w})\n"
    text += "torch.nn.init.zeros_(net.bias)\nclass Net:\n    def predict(self, X): return net\n"
    versions = []
    for weight in (1.0, 1.0, 2.0):
        (tmp_path / "own_torch.py").write_text(text.format(w=1) if weight == 1 else text.format(w=2))
        versions.append(own("own_torch:Net"))
    assert versions[0] == versions[1] != versions[2]
    assert not any(reason for _, reason in versions)


COMPILED = EXTENSION_SUFFIXES[-1]
RANDOM = """import os
class f:
    def __init__(self): self.weights = os.urandom(8)
    def predict(self, X): return X[:, 0]
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import threading\nlock = threading.Lock()\ndef f(X): return X\n", "cannot pickle '_thread.lock'"),
        (RANDOM, "it is made differently every time"),
        ("def f(X):\n    import own_compiled\n", f"own_compiled{COMPILED} is not Python source"),
    ],
)
def test_what_may_have_changed_says_why(own, tmp_path, text, reason):
    (tmp_path / "own_strange.py").write_text(text)
    (tmp_path / f"own_compiled{COMPILED}").touch()
    digest, said = own("own_strange:f")
    assert (digest, len(said.splitlines())) == ("", 1)
    assert reason in said
    first, second = (lineup("ewma", "cpu", yours=("own_strange:f",))[-1].digest for _ in range(2))
    assert first != second  # no cell of another run is taken
    assert len({lineup("ewma", "cpu", yours=NAMES[:1])[-1].digest for _ in range(2)}) == 1


def test_what_was_made_at_a_prompt_has_no_source(monkeypatch):
    import types

    made = types.ModuleType("own_prompt")
    made.f = lambda X: X
    monkeypatch.setitem(sys.modules, "own_prompt", made)
    module.your_version.cache_clear()
    assert module.your_version("own_prompt:f") == ("", "the module own_prompt has no source")


def test_an_installed_estimator_is_its_version(own, monkeypatch):
    first = own("sklearn.linear_model:Ridge")
    assert first[0]
    assert first[1] == ""
    installed = module.version
    monkeypatch.setattr(module, "version", lambda d: "9.9" if d == "scikit-learn" else installed(d))
    assert own("sklearn.linear_model:Ridge") != first


def test_a_report_takes_the_cells_of_the_same_estimator_only(own, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(PRESETS, "quick", replace(PRESETS["quick"], n_signals=5, timing_rounds=1))
    monkeypatch.setattr(
        "dspvnn.report.command.render", lambda rows, run, folder, *rest: (folder / "figures").mkdir()
    )  # which takes most of the time and no part in this
    done = []
    compare = dspvnn.sweep.comparison.compare_cell
    monkeypatch.setattr(
        dspvnn.sweep.comparison, "compare_cell", lambda *a: done.append(a[1].name) or compare(*a)
    )
    config = tmp_path / "problem.toml"
    config.write_text(
        "sample_rate = 1000\nrecord_length = 0.1\nfrequency_range = [45, 55]\n"
        'estimators = ["sine fit", "own_mine:f"]\n'
    )
    mine, out = tmp_path / "own_mine.py", tmp_path / "out"

    def report(text, **options):
        mine.write_text(text)
        own("own_mine:f")  # as a new process would
        done.clear()
        make_report(Request(out=out, config=config, preset="quick", device="cpu", jobs=1, **options))
        found = [r.value for r in read_rows(out / "results.csv") if r.metric == "frequency rmse"]
        return len(done), len(list((out / "cells").glob("*.json"))), found

    constant = "import numpy as np\ndef f(X): return np.full(len(X), {})\n"
    n, kept, values = report(constant.format(0.05))
    kept_once = n + 1  # and the runtime
    assert kept == kept_once > 6
    assert report(constant.format(0.05)) == (0, kept_once, values)
    again, kept, others = report(constant.format(0.049))
    assert (again, kept) == (n, kept_once)  # the cells of the estimator as it was are gone
    assert others != values
    assert report(constant.format(0.049), resume=False) == (n, kept_once, others)
    assert "done again" not in capsys.readouterr().err
    strange = "import threading\nlock = threading.Lock()\n" + constant.format(0.049)
    for _ in range(2):
        assert report(strange) == (n, kept_once, others)
        (said,) = [line for line in capsys.readouterr().err.splitlines() if "done again" in line]
        assert said.startswith("dspvnn: own_mine:f: its cells are done again in every run: ")
