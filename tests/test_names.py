"""The commands of `dspvnn`, and the names of its packages, which other distributions use too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*words, path=(ROOT,)):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path)), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, env=environment, cwd=path[0]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "nonsense"], "unknown net 'nonsense': the nets are tone/lstm"),
        (["rates", "--records", "1.5"], "--records: must be a whole number from 1 to 1e+15"),
    ],
)
def test_every_module_that_runs_is_a_command(words, message):
    done = run("-m", "dspvnn", *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("name", ["baselines", "neural"])
def test_a_package_of_the_same_name_is_named(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("")
    done = run("-c", "import dspvnn", path=(tmp_path, ROOT))
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert f"the package {name!r} in {tmp_path / name}" in last
    assert "is another distribution's" in last


def test_ours_are_found_without_a_word():
    done = run("-W", "error", "-c", "import dspvnn, baselines")
    assert (done.returncode, done.stderr) == (0, "")
