"""The one door: what goes through it, what options take, and that every end is one line and a status."""

import ast
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cyclopts import App

from dspvnn.command_line import Debug, one_line, run_command
from dspvnn.command_line.options import (
    Count,
    Hertz,
    Jobs,
    NamedPath,
    Positive,
    Real,
    Reals,
    Records,
    Seed,
    Threads,
)

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "dspvnn.__main__", "dspvnn.report.__main__", "dspvnn.recordings.__main__", "dspvnn.rates.__main__",
    "dspvnn.cases.__main__", "dspvnn.cases.frequency_and_phase.__main__", "neural.train", "neural.export",
    "neural.rescore",
)  # fmt: skip


def python(*words, **options):
    """Run Python with these words as a user would in a shell, and return what it says."""
    options = {"capture_output": True, "text": True} | options
    return subprocess.run([sys.executable, *map(str, words)], check=False, cwd=ROOT, **options)


def app_of(work):
    app = App(name="work")

    @app.default
    def run(*, debug: Debug = False) -> None:
        work()

    return app


def ended(work, capsys, *arguments):
    """Return exit status and both outputs of a command that does some work."""
    with pytest.raises(SystemExit) as stop:
        run_command(app_of(work), "work", arguments)
    said = capsys.readouterr()
    return stop.value.code, said.out, said.err


def raising(error):
    def work():
        raise error

    return work


# --- every command goes through it ----------------------------------------------------------------


def test_no_command_has_a_door_of_its_own():
    """Whoever makes an `App` runs it with `run_command` and nothing else."""
    found = set()
    for path in [p for package in ("dspvnn", "neural") for p in (ROOT / package).rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if re.search(r"\bApp\(", text):
            found.add(".".join(path.relative_to(ROOT).with_suffix("").parts))
            assert "run_command(" in text, path
        if 'if __name__ == "__main__"' in text:
            last = ast.parse(text).body[-1]
            assert isinstance(last, ast.If)
            assert ast.unparse(last.body[0]).startswith(("run_command(", "main()")), path
    assert found == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_takes_a_number_unchecked(name):
    """`int` rounds 2.7 and reads 0x10, `float` takes nan: options have types of their own."""
    module = importlib.import_module(name)
    for app in (value for value in vars(module).values() if isinstance(value, App)):
        if app.default_command is None:
            continue
        for argument in app.assemble_argument_collection():
            if re.search(r"\b(int|float)\b", str(argument.hint)):
                assert argument.parameter.converter is not None, argument.name


# --- how it ends ----------------------------------------------------------------------------------


def test_done(capsys):
    assert ended(lambda: print("answer"), capsys) == (0, "answer\n", "")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("x must be positive,\n got 0"), "work: x must be positive, got 0\n"),
        (ValueError(), "work: ValueError\n"),
        (FileNotFoundError(2, "No such file", "a"), "work: [Errno 2] No such file: 'a'\n"),
        (ValueError("got \x1b[2J\x00 and \u202e"), "work: got \\u{1b}[2J\\u{0} and \\u{202e}\n"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "work: 'utf-8' codec can't decode"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_and_status_2(capsys, error, line):
    status, out, said = ended(raising(error), capsys)
    assert (status, out) == (2, "")
    assert said.startswith(line)
    assert len(said.splitlines()) == 1


class Unknown(Exception):
    pass


def recurse():
    recurse()


@pytest.mark.parametrize(
    ("work", "named"),
    [
        (raising(Unknown("what\nis this")), "Unknown: what is this"),
        (raising(TypeError()), "TypeError"),
        (raising(MemoryError()), "MemoryError"),
        (raising(AssertionError("x")), "AssertionError: x"),
        (lambda: {}["key"], "KeyError: 'key'"),
        (lambda: 1 / 0, "ZeroDivisionError: division by zero"),
        (recurse, "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_an_unknown_error_is_one_line_a_saved_trace_and_status_70(
    capsys, tmp_path, monkeypatch, work, named
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    status, out, said = ended(work, capsys)
    assert (status, out) == (70, "")
    (trace,) = tmp_path.iterdir()
    assert said == f"work: unexpected {named}; its trace is in {trace}\n"
    text = trace.read_text(encoding="utf-8")
    assert text.startswith("dspvnn ")
    assert "Traceback (most recent call last):" in text
    assert Path(__file__).name in text


def test_a_trace_that_cannot_be_saved_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    status, _, said = ended(raising(Unknown("what")), capsys)
    assert status == 70
    assert re.fullmatch(r"work: unexpected Unknown: what; its trace cannot be saved \(.*\), .*\n", said)


@pytest.mark.parametrize(("error", "status"), [(ValueError("what"), 2), (Unknown("what"), 70)])
def test_debug_shows_the_trace(capsys, tmp_path, monkeypatch, error, status):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found, _, said = ended(raising(error), capsys, "--debug")
    assert found == status
    assert said.startswith("Traceback (most recent call last):")
    assert "what" in said.splitlines()[-1]


def test_ctrl_c_is_130(capsys):
    assert ended(raising(KeyboardInterrupt()), capsys) == (130, "", "work: stopped\n")
    assert ended(raising(KeyboardInterrupt("at step 3")), capsys) == (130, "", "work: at step 3\n")


def test_a_warning_is_one_line(capsys):
    import warnings

    status, out, said = ended(lambda: warnings.warn("look\nhere", stacklevel=1), capsys)
    assert (status, out, said) == (0, "", "work: warning: look here\n")


def test_a_message_is_cut_in_the_middle():
    line = one_line("rule, got " + "9" * 5000 + " in total")
    assert line.startswith("rule, got 9")
    assert line.endswith("9 in total")
    assert "[4019 characters]" in line
    assert len(line) < 1100


# --- what options take ----------------------------------------------------------------------------

KINDS = {
    "seed": Seed, "count": Count, "jobs": Jobs, "threads": Threads, "records": Records, "real": Real,
    "positive": Positive, "hertz": Hertz, "reals": Reals, "path": NamedPath,
}  # fmt: skip
numbers = App(name="numbers")


@numbers.default
def take(
    *,
    seed: Seed | None = None,
    count: Count | None = None,
    jobs: Jobs | None = None,
    threads: Threads | None = None,
    records: Records | None = None,
    real: Real | None = None,
    positive: Positive | None = None,
    hertz: Hertz | None = None,
    reals: Reals | None = None,
    path: NamedPath | None = None,
) -> None:
    print({name: value for name, value in locals().items() if value is not None})


def taken(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        run_command(numbers, "take", arguments)
    said = capsys.readouterr()
    return stop.value.code, said.out.strip(), said.err


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("seed", "0", 0), ("seed", "+7", 7), ("seed", "007", 7), ("seed", str(2**63 - 1), 2**63 - 1),
        ("seed", "-0", 0), ("jobs", "0", 0), ("count", "1", 1), ("threads", "4", 4),
        ("records", "2.5e4", 25000), ("records", "10", 10), ("real", "-1.5", -1.5), ("real", ".5", 0.5),
        ("real", "5.", 5.0), ("real", "-0", 0.0), ("positive", "1e-3", 0.001), ("reals", "0.1", [0.1]),
        ("hertz", "44.1e3", 44100.0),
        ("path", "a b", Path("a b")),
    ],
)  # fmt: skip
def test_numbers_that_are_taken(capsys, name, text, value):
    assert taken(capsys, f"--{name}={text}") == (0, repr({name: value}), "")


def test_a_repeatable_option(capsys):
    assert taken(capsys, "--reals", "1", "--reals", "2e-3") == (0, "{'reals': [1.0, 0.002]}", "")


NO_NUMBERS = (
    "", " ", "x", "nan", "inf", "-inf", "Infinity", "1,5", "1_000", "0x10", "١٢", "²", "1e999", "--", "5 V",
    "9" * 400 + "x",
)  # fmt: skip
NOT_WHOLE = ("1.5", "2.7", "1e3", "1.0", "9" * 400, "9" * 5000, "1/2", "-1")
REFUSED = {
    "seed": (*NO_NUMBERS, *NOT_WHOLE, str(2**63)),
    "count": (*NO_NUMBERS, *NOT_WHOLE, "0"),
    "jobs": (*NO_NUMBERS, *NOT_WHOLE, "100000"),
    "threads": (*NO_NUMBERS, *NOT_WHOLE, "0"),
    "records": (*NO_NUMBERS, "1.5", "0", "-1", "1e16", "9" * 400),
    "real": (*NO_NUMBERS, "9" * 400, "1e400"),
    "positive": (*NO_NUMBERS, "0", "-0", "-1", "9" * 400, "1e-400"),
    "hertz": (*NO_NUMBERS, "0", "-50", "1e-300", "1e300", "9" * 400),
    "reals": (*NO_NUMBERS, "9" * 400),
    "path": ("",),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_numbers_that_are_refused(capsys, name):
    for text in REFUSED[name]:
        status, out, said = taken(capsys, f"--{name}={text}")
        assert (status, out) == (2, ""), text
        assert re.match(rf"take: Invalid value for --{name}: must be .*, got ", said), said
        assert len(said.splitlines()) == 1
        assert len(said) < 1200


@pytest.mark.parametrize(
    "arguments",
    [("--seed",), ("--seed", "1", "--seed", "2"), ("--sed", "1"), ("word",), ("--seed", "--jobs", "1")],
)
def test_options_without_a_value_twice_or_unknown(capsys, arguments):
    status, out, said = taken(capsys, *arguments)
    assert (status, out, len(said.splitlines())) == (2, "", 1)


# --- streams --------------------------------------------------------------------------------------

PROGRAM = """
import sys
from typing import Annotated
from cyclopts import App, Parameter
from dspvnn.command_line import run_command
app = App(name="x")
@app.default
def main(n: Annotated[int, Parameter(negative=())] = 1) -> None:
    for i in range(n):
        print("\\xe9", i)
run_command(app, "x")
"""


def shell(words, **options):
    return subprocess.run(
        ["bash", "-c", words], check=False, cwd=ROOT, capture_output=True,
        env=os.environ | {"PYTHON": sys.executable, "PROGRAM": PROGRAM} | options.pop("env", {}), **options,
    )  # fmt: skip


def test_a_reader_that_goes_away():
    done = shell('"$PYTHON" -c "$PROGRAM" 100000 | head -n 1; echo "${PIPESTATUS[0]}"')
    assert (done.stdout.decode().splitlines(), done.stderr) == (["é 0", "141"], b"")


def test_help_to_a_reader_that_goes_away():
    done = shell('"$PYTHON" -m dspvnn report --help | true; echo "${PIPESTATUS[0]}"')
    assert done.stdout in (b"141\n", b"0\n")  # all of it may fit into the pipe before it closes
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk():
    done = shell('"$PYTHON" -c "$PROGRAM" > /dev/full')
    assert (done.returncode, done.stderr) == (2, b"x: [Errno 28] No space left on device\n")


def test_closed_streams():
    assert shell('"$PYTHON" -c "$PROGRAM" >&-').returncode == 0
    assert shell('"$PYTHON" -c "$PROGRAM" <&- >&- 2>&-').returncode == 0
    done = shell('"$PYTHON" -c "$PROGRAM" one 2>&-')  # its line must not go to the standard output
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
    ids=["ascii", "latin-1", "C"],
)
def test_terminals_that_lack_a_character(environment):
    done = shell('"$PYTHON" -c "$PROGRAM"', env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout in (b"\\xe9 0\n", b"\xe9 0\n", "é 0\n".encode())


# --- the commands ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("estimate", "a.csv", "--length", "inf"), "--length: must be a positive number, got 'inf'"),
        (("report", "--seed", "1.5"), "--seed: must be a whole number from 0 to 92233720368547758"),
        (("report", "--jobs", "2.7"), "--jobs: must be a whole number from 0 to 1024, got '2.7'"),
        (("report", "--out", ""), "--out: must be a path, got ''"),
    ],
)
def test_dspvnn_refuses_in_one_line(words, line):
    done = python("-m", "dspvnn", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("module", "words", "line"),
    [
        ("dspvnn.rates", ("--records", "1.5"), "--records: must be a whole number from 1 to 1e+15"),
        ("dspvnn.rates", ("--jobs", "1e3"), "--jobs: must be a whole number from 0 to 1024, got '1e3'"),
        ("dspvnn.rates", ("--rate", "nan"), "--rate: must be a finite number, got 'nan'"),
        ("dspvnn.cases", ("--jobs", "-1"), "--jobs: must be a whole number from 0 to 1024, got '-1'"),
        ("neural.train", ("--threads", "0"), "--threads: must be a whole number from 1 to 1024, got '0'"),
        ("neural.train", ("--minutes", "nan"), "--minutes: must be a positive number, got 'nan'"),
        ("neural.train", ("tone/none",), "unknown net 'tone/none': the nets are"),
        ("neural.export", ("tone/lstm", "--out", "x", "--seed", "1.0"), "--seed: must be a whole number"),
    ],
)
def test_the_other_commands_refuse_in_one_line(module, words, line, tmp_path, capsys):
    name = f"{module}.__main__" if module.startswith("dspvnn") else module
    with pytest.raises(SystemExit) as stop:
        run_command(importlib.import_module(name).app, module, words)
    said = capsys.readouterr()
    assert (stop.value.code, said.out) == (2, "")
    assert line in said.err
    assert len(said.err.splitlines()) == 1
