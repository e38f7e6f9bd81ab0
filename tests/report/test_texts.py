"""Names, paths and errors that a user may bring, through the whole of a report."""

import json
import os
import sys
import types
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from every_row import RUN, every_row

from baselines import SineFit
from dspvnn.figures.curves import wrapped
from dspvnn.figures.point_labels import shortened
from dspvnn.measure.compare import Contestant
from dspvnn.recordings.series import compare_recording, read_recording
from dspvnn.report import command
from dspvnn.report.presets import PRESETS
from dspvnn.report.render import FORMATS, render
from dspvnn.report.request import Request
from dspvnn.results.displayable import displayable, printable
from dspvnn.results.rows import Row, read_rows, read_run, write_rows

IN_FILES = [  # what a file's name may hold
    "频率", "🙂 👩‍👩‍👧", "\x1b[31mred\x07", "\u202egnp.exe", "$x^2$", "$", r"$\frac{1}$ $", r"\frac",
    "[red]a[b",
    "*a* _b_ `c` #let @d <e> & 'f' \"g\"", "हिन्दी e\u0301", "\r\n\t", "עברית", "x" * 100,
]  # fmt: skip
TEXTS = [*IN_FILES, "[/]", "a\x00b", "\ud800", "y" * 3000]
UNDECODABLE = os.fsdecode(b"\xff.wav")


@pytest.fixture
def estimators(monkeypatch):
    """A module with an estimator for every text, which has it for a name and raises it."""
    module = types.ModuleType("texts")

    def raising(text):
        def predict(X):
            raise RuntimeError(text)

        return predict

    for text in TEXTS:
        setattr(module, text, raising(text))
    monkeypatch.setitem(sys.modules, "texts", module)
    return [f"texts:{text}" for text in TEXTS]


@pytest.mark.slow
def test_a_problem_whose_every_name_is_nasty(tmp_path, estimators, monkeypatch, capsys):
    quick = replace(PRESETS["quick"], n_signals=5, timing_rounds=1)
    monkeypatch.setitem(PRESETS, "quick", quick)
    folder = tmp_path / "".join(IN_FILES[:11])
    folder.mkdir()
    config = folder / "频率 $x$.toml"
    chosen = [name for name in estimators if "\ud800" not in name]  # which TOML has not
    config.write_text(
        "sample_rate = 1000\nrecord_length = 0.1\nfrequency_range = [45, 55]\n"
        f"estimators = {json.dumps(['sine fit', *chosen], ensure_ascii=False)}\n",
        encoding="utf-8",
    )
    out = folder / "out"
    request = Request(
        out=out, config=config, preset="quick", device="cpu", jobs=1, format="pdf,html",
        estimator=tuple(name for name in estimators if name not in chosen),
    )  # fmt: skip
    command.make_report(request)
    rows = read_rows(out / "results.csv")
    assert {printable(text) for text in TEXTS} <= {row.estimator for row in rows}
    assert any(row.error == "in predict: RuntimeError: 频率" for row in rows)
    assert read_run(out / "run.json")["configuration"]["config"] == str(config)
    page = unescape((out / "comparison.html").read_text(encoding="utf-8"))
    for text in TEXTS:
        assert displayable(text) in page, ascii(text)
    assert (out / "comparison.pdf").read_bytes().startswith(b"%PDF")
    said = capsys.readouterr().err
    assert said.count("failed in") == len(TEXTS)
    assert all(line.startswith("dspvnn: ") for line in said.splitlines())
    assert "\x1b" not in said


@pytest.mark.slow
def test_recordings_whose_name_and_column_are_nasty(tmp_path):
    rng = np.random.default_rng(0)
    recordings = []
    for text in ["".join(IN_FILES[:5]), "".join(IN_FILES[5:10]), *IN_FILES[10:], UNDECODABLE]:
        path = tmp_path / f"{text}.csv"
        column = "time" if text == UNDECODABLE or "\n" in text else text.replace('"', "")
        try:
            path.write_text(f'"{column}"\n', encoding="utf-8")
        except OSError:  # a file system that has no such names
            continue
        with path.open("a") as file:
            np.savetxt(file, np.cos(0.7 * np.arange(200)) + 0.1 * rng.standard_normal(200))
        recordings.append(read_recording(path, 100.0, 11.14))
    assert len(recordings) > 1
    contestants = [Contestant("sine fit", SineFit, learns=False)]
    rows = [row for recording in recordings for row in compare_recording(recording, contestants, 0)]
    handling = {recording.name: recording.handling for recording in recordings}
    rows += [row for row in every_row() if row.task == "tone"]
    render(rows, RUN | {"handling": handling}, tmp_path / "out", FORMATS)
    page = unescape((tmp_path / "out" / "comparison.html").read_text(encoding="utf-8"))
    for recording in recordings:
        assert displayable(recording.name) in page
    assert (tmp_path / "out" / "comparison.pdf").exists()


def test_rows_are_read_as_they_were_written(tmp_path):
    rows = [
        Row(
            "tone",
            text,
            "inside",
            1.0,
            text,
            "yours",
            "m",
            "u",
            1.0,
            0.5,
            2.0,
            3,
            reference=text,
            error=text,
        )
        for text in TEXTS
    ]
    write_rows(tmp_path / "results.csv", rows)
    found = read_rows(tmp_path / "results.csv")
    for row, text in zip(found, TEXTS, strict=True):
        assert row.condition == row.estimator == row.reference == row.error == printable(text)


def test_long_names_leave_room_for_the_figure():
    assert shortened("a" * 20 + "b" * 20) == "a" * 15 + "…" + "b" * 15
    assert shortened("as it is") == "as it is"
    lines = wrapped("one two " + "x" * 25, 10).split("\n")
    assert lines == ["one two", "x" * 20, "x" * 5]
    assert wrapped(r"\$" * 70, 25).count("\\$") > 30  # no line ends between the two signs
    assert len(wrapped("z" * 1000, 10)) < 60
    assert wrapped("a b = c", 4) == "a\nb\u00a0=\u00a0c"
