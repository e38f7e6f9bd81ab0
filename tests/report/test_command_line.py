"""The command line as its user meets it: what it imports, what it writes, how it refuses."""

import hashlib
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from dspvnn.command_line import run_command
from dspvnn.measure.trend import SLOPE
from dspvnn.report.__main__ import report_app
from dspvnn.results.folder import own_folder
from dspvnn.results.metrics import DELAY, DIFFERENCE, EXPONENT, RATIO, RUNTIME, TIME_OF_A_CALL
from dspvnn.results.rows import beaten, read_rows, read_run
from dspvnn.sweep import Shelf
from dspvnn.tasks import TASKS

ROOT = Path(__file__).parents[2]


def dspvnn_report(*words, **options):
    return subprocess.run(
        [sys.executable, "-m", "dspvnn.report", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_answers_without_anything_heavy(flag):
    code = (
        "import sys, runpy; sys.argv = ['dspvnn.report', sys.argv[1]]\n"
        "try: runpy.run_module('dspvnn.report', run_name='__main__', alter_sys=True)\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'scipy', 'matplotlib', 'statsmodels'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, flag], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "dspvnn" in done.stdout


def test_console_script():
    """What pip makes the command `dspvnn` of; the tests need no installed package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, name = project["scripts"]["dspvnn"].split(":")
    assert callable(getattr(import_module(module), name))


def _wav(path, samples, rate=1000):
    wavfile.write(path, rate, np.asarray(samples, dtype=np.float32))
    return path


def refused(capsys, monkeypatch, *words):
    """Run the command in this process and return its exit status and its last words."""
    monkeypatch.setattr(sys, "argv", ["dspvnn.report", *map(str, words)])
    with pytest.raises(SystemExit) as stop:
        run_command(report_app)
    return stop.value.code, capsys.readouterr().err


def test_bad_input_ends_in_one_line_and_leaves_nothing(tmp_path, capsys, monkeypatch):
    noise = tmp_path / "noise.wav"
    noise.write_bytes(b"RIFF no wave at all")
    flat = _wav(tmp_path / "flat.wav", np.ones(500))
    short = _wav(tmp_path / "short.wav", np.arange(50))
    table = tmp_path / "table.csv"
    table.write_text("value\n" + "\n".join(map(str, range(200))))
    words = tmp_path / "words.csv"
    words.write_text("\n".join(["one", "two"] * 100))
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    cases = {
        ("--preset", "huge"): "--preset",
        (
            "--task",
            "chirp",
        ): "unknown task 'chirp': the tasks are tone, tone-mismatch, burst, burst-noise-free, ",
        ("--seed", "-1"): "--seed: must be a whole number from 0 to 9223372036854775807, got '-1'",
        ("--device", "abacus"): "--device",
        ("--no-such-option",): "no-such-option",
        ("--format", "docx"): "the formats are pdf and html, separated by a comma, got 'docx'",
        ("--truth", "3"): "--sample-rate and --truth speak of a --recording",
        ("--recording", tmp_path / "absent.wav"): "no such recording",
        ("--recording", noise): "not a readable WAV file",
        ("--recording", flat): "the recording is constant, 1, and has no frequency",
        ("--recording", short): "a recording needs at least 128 samples, got 50",
        ("--recording", table): "give one with --sample-rate HZ",
        ("--recording", words, "--sample-rate", "5"): "it holds no numbers",
        ("--recording", flat, "--column", "2"): "are for a --recording that is a CSV file",
        ("--recording", table, "--sample-rate", "5", "--column", "2"): "--column must be a number",
        ("--config", "/dev/zero"): "/dev/zero: must be a regular file, got a device",
        ("--recording", blocked): "must be a .wav, .flac, .ogg, .mp3, .csv or .npy file, got 'no suffix'",
        ("--recording", table, "--sample-rate", "10", "--truth", "7"): "0 < truth < sample rate / 2",
        ("--recording", table, "--task", "ewma"): "recordings are for the task tone",
    }
    folder = tmp_path / "out"
    for words_, message in cases.items():
        status, said = refused(capsys, monkeypatch, "--out", folder, *words_)
        assert status == 2, (words_, said)
        assert message in said, (words_, said)
        assert len(said.strip().splitlines()) == 1, said
        assert not folder.exists(), words_
    done = dspvnn_report("--out", blocked / "below")
    assert done.returncode == 2
    assert "the output folder cannot be written: Not a directory" in done.stderr


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quick")
    time = np.arange(2000) / 1000
    recording = _wav(folder / "hum.wav", np.cos(2 * np.pi * 123.4 * time) + 0.1 * np.sin(7 * time**2))
    done = dspvnn_report(
        "--preset", "quick", "--task", "tone", "--task", "ewma", "--jobs", "1",
        "--recording", recording, "--truth", "123.4", "--out", folder / "report", "--format", "pdf,html",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "report"


@pytest.mark.slow
def test_what_a_report_leaves(quick):
    assert sorted(p.name for p in quick.iterdir()) == [
        ".dspvnn", "cells", "comparison.html", "comparison.pdf", "figures", "results.csv", "run.json",
    ]  # fmt: skip
    assert quick.joinpath("comparison.pdf").read_bytes().startswith(b"%PDF")
    drawn = {p.name for p in (quick / "figures").iterdir()}
    assert {"tone.svg", "recorded.svg", "ewma.svg"} <= drawn
    assert {p.replace(".svg", ".csv") for p in drawn} <= drawn
    run = read_run(quick / "run.json")
    assert {"versions", "commit", "cpu", "threads", "device", "configuration"} <= run.keys()


@pytest.mark.slow
def test_every_number_has_its_interval_limit_and_count(quick):
    rows = read_rows(quick / "results.csv")
    accuracy = [r for r in rows if r.metric not in (RUNTIME, TIME_OF_A_CALL, EXPONENT, "training time")]
    assert {"inside", "below", "above", "beyond", "recorded"} == {r.region for r in accuracy}
    for row in accuracy:
        assert row.ci_low <= row.value <= row.ci_high, row
        assert row.n_signals > 0
        # Comparisons and shares of intervals have none, and none is known for the delay.
        without = (RATIO, DIFFERENCE, SLOPE, DELAY)
        assert row.limit > 0 or row.metric in without or row.metric.startswith("coverage"), row
    assert not [r for r in accuracy if r.n_failed]


@pytest.mark.slow
def test_no_estimator_beats_its_limit(quick):
    """With intervals that hold for all rows together: one of forty rows at its limit is below by chance."""
    rows = read_rows(quick / "results.csv")
    assert len([r for r in rows if r.limit > 0]) > 100
    assert beaten(rows) == []


@pytest.mark.slow
def test_the_recording_was_heard(quick):
    rows = [r for r in read_rows(quick / "results.csv") if r.condition == "hum.wav"]
    fit = next(r for r in rows if r.estimator == "sine fit")
    assert fit.unit == "Hz"
    assert fit.n_signals == 15
    assert fit.value < 0.5


@pytest.mark.slow
def test_finished_cells_are_kept_and_taken_again(quick, tmp_path):
    """Every kept cell is changed, its checksum with it: only a report that reads them tells."""
    folder = tmp_path / "again"
    shutil.copytree(quick / "cells", folder / "cells")
    shutil.copy(quick / ".dspvnn", folder)
    for path in (folder / "cells").glob("*.json"):
        content = path.read_bytes().partition(b"\n")[2].replace(b'"note": "', b'"note": "kept, ')
        path.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    words = ("--preset", "quick", "--task", "ewma", "--jobs", "1", "--out", folder)
    (folder / ".dspvnn-killed").mkdir(parents=True, exist_ok=True)  # what a killed run leaves
    for fresh, kept in ((), True), (("--fresh",), False):
        done = dspvnn_report(*words, *fresh)
        assert (done.returncode, done.stderr) == (0, "")
        notes = {r.note for r in read_rows(folder / "results.csv") if r.limit > 0}
        assert all(note.startswith("kept, ") == kept for note in notes)
    assert not list(folder.glob(".dspvnn-*"))
    assert (
        len(list((folder / "cells").glob("*.json"))) == len(TASKS["ewma"].conditions) + 1
    )  # and their runtime


@pytest.mark.slow
def test_two_reports_in_one_folder_at_once(tmp_path):
    with own_folder(tmp_path), Shelf(tmp_path / "cells"):
        done = dspvnn_report("--preset", "quick", "--task", "ewma", "--out", tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"dspvnn: {tmp_path / 'cells'}: another run is at work in this folder\n"


@pytest.mark.slow
def test_a_disk_that_fills_up_while_the_report_is_written_leaves_the_cells(quick, tmp_path):
    """No file may pass 20 kB: every cell is smaller, what is made of them is not."""
    resource = pytest.importorskip("resource", reason="the system limits no file's size")
    folder = tmp_path / "full"
    shutil.copytree(quick / "cells", folder / "cells")
    shutil.copy(quick / ".dspvnn", folder)
    kept = {path.name: path.read_bytes() for path in (folder / "cells").glob("*.json")}
    done = dspvnn_report(
        "--preset", "quick", "--task", "ewma", "--jobs", "1", "--out", folder,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    why = "File too large; the finished cells are kept"
    assert done.stderr == f"dspvnn: {folder}: the report cannot be written: {why}\n"
    assert done.returncode == 2
    assert {path.name: path.read_bytes() for path in (folder / "cells").glob("*.json")} == kept
    assert sorted(path.name for path in folder.iterdir()) == [".dspvnn", "cells"]


@pytest.mark.slow
def test_a_second_report_replaces_the_first_and_only_that(quick):
    other = quick / "notes.txt"
    other.write_text("mine")
    before = quick.joinpath("results.csv").read_text()
    done = dspvnn_report("--preset", "quick", "--task", "ewma", "--jobs", "1", "--out", quick)
    assert done.returncode == 0, done.stderr
    assert other.read_text() == "mine"
    assert not (quick / "comparison.html").exists()  # its numbers were those of the first
    assert quick.joinpath("results.csv").read_text() != before
    assert not list(Path(quick).glob(".dspvnn-*"))
