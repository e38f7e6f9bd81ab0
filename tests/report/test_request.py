"""What a report is asked for: the command that it prints asks for the same again."""

import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from dspvnn.report.__main__ import report_app
from dspvnn.report.request import Request

ASKED = {
    "out": Path("my reports/a'b"), "preset": "quick", "config": Path("my problem.toml"),
    "task": ("tone", "ewma"), "case": ("all",), "seed": 7, "device": "cpu", "train": True,
    "estimator": ("mine:net", "mine:fit"), "recording": (Path("/some where/hum.wav"), Path("b.csv")),
    "sample_rate": 44100.0, "column": "volt 2", "delimiter": ";", "decimal": ",", "truth": 49.98,
    "jobs": 3, "dask": "tcp://host:8786", "resume": False,
    "format": "pdf,html",
}  # fmt: skip


def parsed(command):
    """Return the request that a command line is read as."""
    program, words = command.split(" ")[:3], shlex.split(command)[3:]
    assert program == ["python", "-m", "dspvnn.report"]
    _, bound, _ = report_app.parse_args(words, exit_on_error=False, print_error=False)
    return bound.arguments.get("request", Request())


def test_every_option_is_tried_here():
    assert ASKED.keys() == {option.name for option in fields(Request)}
    assert all(getattr(Request(), name) != value for name, value in ASKED.items())


@pytest.mark.parametrize("name", ASKED)
def test_the_command_repeats_each_option(name):
    request = Request(**{name: ASKED[name]})
    assert parsed(request.command()) == request


def test_the_command_repeats_all_options_and_no_default():
    assert parsed(Request(**ASKED).command()) == Request(**ASKED)
    assert Request().command() == "python -m dspvnn.report --preset standard --seed 0 --device auto"
