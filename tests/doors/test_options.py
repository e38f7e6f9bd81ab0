"""Lists of options at the door of every command: the work is begun, or one line says why not."""

import contextlib
import io
from types import SimpleNamespace

import pytest
from attacks import attacks
from hypothesis import given
from hypothesis import strategies as st

from dspvnn.__main__ import app as dspvnn_app
from dspvnn.cases.__main__ import app as cases_app
from dspvnn.command_line import run_command
from dspvnn.rates.__main__ import app as rates_app
from neural.export import app as export_app
from neural.rescore import app as rescore_app
from neural.train import app as train_app

WORK = {  # what each command does once its options have been read: here it does nothing and returns this
    "dspvnn.report.command.make_report": None,
    "dspvnn.recordings.command.estimate_file": None,
    "dspvnn.rates.command.measure": None,
    "neural.train.train_net": SimpleNamespace(history_=None),
    "neural.train._summary": "",
    "neural.export.export": None,
    "neural.rescore._rescore": False,
    "dspvnn.cases.base.Case.run": None,
    "dspvnn.cases.shipped.ship": None,
}
OPTIONS = st.sampled_from([
    "--out", "--preset", "--config", "--task", "--case", "--seed", "--device", "--train",
    "--estimator", "--recording", "--sample-rate", "--truth", "--jobs", "--dask", "--resume",
    "--fresh", "--format", "--start", "--length", "--figure", "--json", "--window", "--column",
    "--delimiter", "--decimal", "--records", "--bursts", "--rate", "--detector", "--condition",
    "--cores", "--minutes", "--patience", "--threads", "--write", "--folder", "--overwrite-shipped",
    "--weights", "--write-config", "--", "-", "--no-such",
])  # fmt: skip
VALUES = st.one_of(
    st.sampled_from([
        "", "0", "-1", "1.5", "1e3", "nan", "inf", "-inf", "1e400", "9" * 400, "0x10", "1_000", "tone",
        "burst", "quick", "cpu", "tone/lstm", "/dev/zero", "/dev/null", ".", "/", "a.b:C", "tcp://", "tls://x",
        "pdf,html", "\u0663", "\x00", "\x1b[2J", "你", "=", "--", "-0", " ",
    ]),
    st.text(max_size=10), st.floats().map(str), st.integers().map(str),
)  # fmt: skip
COMMANDS = {
    "dspvnn report": (dspvnn_app, ["report"]),
    "dspvnn estimate": (dspvnn_app, ["estimate", "no-such-file.wav"]),
    "dspvnn": (dspvnn_app, []),
    "rates": (rates_app, []),
    "cases": (cases_app, []),
    "train": (train_app, []),
    "export": (export_app, []),
    "rescore": (rescore_app, []),
}


@pytest.fixture
def idle(monkeypatch, tmp_path):
    """Let every command read its options and do nothing, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dspvnn.cases.shipped.FOLDER", tmp_path)
    for name, result in WORK.items():
        monkeypatch.setattr(name, lambda *_, returned=result, **__: returned)


def outcome(app, words):
    """Return exit status and what stands on the standard error."""
    said, printed = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(printed):
        try:
            run_command(app, "dspvnn", words)
        except SystemExit as stop:
            return stop.code or 0, said.getvalue()
    raise AssertionError("a command ends in an exit status")


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@attacks(300)
@given(words=st.lists(st.one_of(OPTIONS, VALUES), max_size=7))
def test_options_are_read_or_refused_in_one_line(idle, command, words):
    app, before = COMMANDS[command]
    status, said = outcome(app, [*before, *words])
    assert status in (0, 2), said
    lines = said.splitlines()
    assert len(lines) == 1 if status else not [line for line in lines if "warning" not in line], said
    assert "Traceback" not in said
