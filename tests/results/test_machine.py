"""What a report says of the machine and of the code that made it, where the system does not tell."""

import os
import platform
import re
import shutil
import subprocess

import pytest

from dspvnn.results import machine


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Let the code lie in a folder of its own, as in a clone; git must look at no other repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setattr(machine, "__file__", str(tmp_path / "dspvnn" / "results" / "machine.py"))
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_the_commit_of_a_clone(checkout):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    checkout.joinpath(".git").rmdir()
    say = ["git", "-C", str(checkout), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run([*say, "init", "--quiet"], check=True)
    subprocess.run([*say, "commit", "--quiet", "--allow-empty", "-m", "first"], check=True)
    assert re.fullmatch("[0-9a-f]{7,}", machine.commit())


def test_without_the_git_program_the_commit_is_unknown(checkout, monkeypatch):
    monkeypatch.setenv("PATH", str(checkout))
    assert machine.commit() == "unknown: git is not installed"


def test_a_checkout_that_git_cannot_read(checkout):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    assert machine.commit() == "unknown: git cannot read this checkout"


def test_without_a_checkout_the_commit_is_not_asked_for(checkout, monkeypatch):
    checkout.joinpath(".git").rmdir()
    monkeypatch.setenv("PATH", str(checkout))
    assert machine.commit() == "not from a git checkout"


def test_the_name_of_the_processor(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(platform, "processor", lambda: "")
    assert machine.cpu() == "unknown"
    monkeypatch.setattr(platform, "processor", lambda: "sparc")
    assert machine.cpu() == "sparc"
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: AMD EPYC: 7\nprocessor\t: 1\n")
    assert machine.cpu() == "AMD EPYC: 7"
