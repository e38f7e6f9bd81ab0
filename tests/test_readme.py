"""The README's word: its snippets run in the order in which they stand there, its commands as typed."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
SNIPPETS = [text for language, text in BLOCKS if language == "python"]
COMMANDS = [text for language, text in BLOCKS if language == "sh"]
INLINE = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE))

# Twelve minutes of records are not for a test; ten false alarms at a rate need ten times its inverse.
# Nets are trained for a problem in tests/problem/test_problem.py.
SMALLER = {
    "--records 1e7": "--records 2e4",
    "--rate 1e-5": "--rate 1e-2",
    "problem.toml --train": "problem.toml",
}

PLANNED = {"make report": "-m dspvnn.report --preset standard", "make test": "-m pytest"}


def test_every_block_is_one_that_is_tried():
    assert {language for language, _ in BLOCKS} == {"python", "sh"}
    assert len(SNIPPETS) == 4
    assert len(COMMANDS) == 5


def test_snippets_run():
    names: dict = {}
    for snippet in SNIPPETS:
        exec(compile(snippet, "README.md", "exec"), names)
    assert abs(names["frequency"][0] - 50.02) < 5 * names["std"][0]
    assert names["difference"].shape == (50,)
    assert names["net"].predict(names["signals"]).shape == (50,)


def test_three_recipes_of_at_most_five_lines():
    section = README.split("## Three recipes")[1].split("\n## ")[0]
    recipes = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert len(recipes) == 3
    assert all(len([line for line in recipe.splitlines() if line]) <= 5 for recipe in recipes)


@pytest.fixture
def home(tmp_path):
    """Return a folder where .venv/bin/python is this one, and where make only says what it would do."""
    programs = {
        "python": f"exec {shlex.quote(sys.executable)}",
        "dspvnn": f"exec {shlex.quote(sys.executable)} -m dspvnn",
        "make": f"exec /usr/bin/env -u MAKEFLAGS make -n -C {shlex.quote(str(ROOT))}",
    }
    folder = tmp_path / ".venv" / "bin"
    folder.mkdir(parents=True)
    for name, command in programs.items():
        path = folder / name
        path.write_text(f'#!/bin/sh\n{command} "$@"\n')
        path.chmod(0o755)
    time = np.arange(30000) / 10000
    samples = np.cos(2 * np.pi * 123.4 * time) + 0.1 * np.random.default_rng(0).normal(size=len(time))
    wavfile.write(tmp_path / "recording.wav", 10000, samples.astype(np.float32))
    return tmp_path


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.mark.slow
@needs_make
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("block", COMMANDS, ids=[f"block{i}" for i in range(len(COMMANDS))])
def test_commands_run(home, block):
    for old, new in SMALLER.items():
        block = block.replace(old, new)
    block = block.replace("make ", ".venv/bin/make ")  # installing and testing all again is not for a test
    done = subprocess.run(
        ["bash", "-e", "-c", block], cwd=home, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for out in re.findall(r"--out (\S+)", block):
        tables = list((home / out).glob("*.csv"))
        assert tables
        assert all(len(table.read_text().splitlines()) > 1 for table in tables)
    for figure in re.findall(r"--figure (\S+)", block):
        assert (home / figure).read_bytes().startswith(b"<?xml")
    for target, work in PLANNED.items():
        assert (target in block) == (work in done.stdout)


def test_smaller_commands_are_still_there():
    assert all(any(old in block for block in COMMANDS) for old in SMALLER)


@needs_make
def test_targets_of_make_that_are_named_exist():
    named = {words.split()[1] for words in INLINE if words.startswith("make ")}
    assert named == {"train", "bench", "check", "course", "docs"}
    for target in named:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_options_that_are_named_exist():
    """Of a command that starts other machines, too: what `dask worker --help` says."""
    pytest.importorskip("distributed")
    commands = (
        ["dspvnn.report"],
        ["dspvnn.recordings"],
        ["dspvnn.rates"],
        ["distributed.cli.dask_worker"],
    )
    known = ""
    for words in commands:
        known += subprocess.run(
            [sys.executable, "-m", *words, "--help"], capture_output=True, text=True, check=True, cwd=ROOT,
            env=os.environ | {"COLUMNS": "200"},
        ).stdout  # fmt: skip
    named = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", "\n".join((*INLINE, *COMMANDS))))
    assert len(named) > 15
    assert not [option for option in named if not re.search(rf"{option}(?![\w-])", known)]


def test_extras_that_are_named_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = re.findall(r"dspvnn\[(\w+)\]", README)
    assert named
    assert set(named) <= set(extras)


def test_readme_names_what_exists():
    for target in re.findall(r"\]\((?!http)([^)]+)\)", README):
        assert (ROOT / target).exists(), target
