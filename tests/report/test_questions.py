"""The cases in the report: their sections, figures and tables, and how a wrong name is refused."""

import sys
from dataclasses import replace

import pytest

from dspvnn.cases import CASES
from dspvnn.cases.base import TRAINING_TIME
from dspvnn.cases.burst_end import case as burst
from dspvnn.cases.shipped import shipped_rows
from dspvnn.command_line import run_command
from dspvnn.figures.curves import save
from dspvnn.report.__main__ import report_app
from dspvnn.report.studies import case_rows
from dspvnn.report.words.cases import case_pictures, case_sections, cases_of, without_cases
from dspvnn.results.numbers import number, seconds
from dspvnn.results.rows import read_rows, read_run
from dspvnn.sweep import Sweep


@pytest.fixture(scope="module")
def rows():
    return [row for case in CASES.values() for row in shipped_rows(case)]


def refused(capsys, monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["dspvnn.report", *words])
    with pytest.raises(SystemExit) as stop:
        run_command(report_app)
    return stop.value.code, capsys.readouterr().err


def test_an_unknown_case_is_refused_in_one_line(capsys, monkeypatch):
    code, said = refused(capsys, monkeypatch, "--case", "nonsense")
    assert code == 2
    names = ", ".join(CASES)
    assert said.splitlines() == [f"dspvnn: unknown case 'nonsense': the cases are {names}, or all"]


def test_damaged_rows_are_refused_before_anything_is_written(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("dspvnn.report.studies.shipped_rows", lambda case: shipped_rows(case, tmp_path))
    (tmp_path / "burst.csv").write_text("task,value\nburst,x\n")
    out = tmp_path / "report"
    code, said = refused(capsys, monkeypatch, "--case", "burst", "--out", str(out))
    assert code == 2
    assert "burst.csv: damaged" in said
    assert "python -m dspvnn.cases burst makes them again" in said
    assert not (out / "comparison.pdf").exists()


def test_a_report_of_one_case(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sys, "argv", ["dspvnn.report", "--case", "burst", "--out", str(tmp_path)])
    with pytest.raises(SystemExit) as stop:
        run_command(report_app)
    assert stop.value.code in (0, None), capsys.readouterr().err
    assert (tmp_path / "comparison.pdf").read_bytes().startswith(b"%PDF")
    assert {r.task for r in read_rows(tmp_path / "results.csv")} == {"case/burst"}
    assert read_run(tmp_path / "run.json")["command"] == (
        f"python -m dspvnn.report --out {tmp_path} --preset standard --case burst --seed 0 --device auto"
    )
    assert (tmp_path / "figures" / "case-burst.svg").exists()
    assert len(read_rows(tmp_path / "figures" / "case-burst.csv")) == len(shipped_rows(CASES["burst"]))


def test_a_case_is_no_task_and_a_task_no_case(rows):
    task = replace(rows[0], task="burst")
    assert without_cases([task, *rows]) == [task]
    assert len(case_sections([task])) == 0
    assert len(case_sections([task, *rows])) == len(CASES)


def test_the_table_holds_median_best_worst_limit_and_cost(rows):
    section = next(s for s in case_sections(rows) if s["key"] == "case-burst")
    assert section["head"][0] == burst.after(burst.TRAINED, 100)
    assert section["head"][6] == f"{burst.after(burst.NOISE, 100)} (outside)"
    assert section["head"][-1] == "Training"
    assert section["seeds"] == 5
    mine = [r for r in rows if (r.task, r.estimator) == ("case/burst", burst.BEST)]
    values = sorted(
        r.value for r in mine if (r.condition, r.metric) == (burst.after(burst.INSIDE, 100), burst.ERROR)
    )
    cost = sorted(r.value for r in mine if r.metric == TRAINING_TIME)
    (line,) = [line for line in section["body"] if line[0] == burst.BEST]
    assert line[2] == f"{number(values[2])}\n[{number(values[0])}–{number(values[-1])}]"
    assert line[-1] == seconds(cost[2])
    assert section["body"][-1][:2] == ["exact limit: Bayes filter", "0"]
    assert {line[0] for line in section["body"][:-1]} == {v.label for v in CASES["burst"].variants}


def test_every_figure_has_words_and_a_caption(rows, tmp_path):
    for case, mine in cases_of(rows):
        save(case.draw(mine), tmp_path / f"case-{case.name}.svg")
    about = case_pictures(rows)
    for name, case in CASES.items():
        assert (tmp_path / f"case-{name}.svg").stat().st_size > 10_000
        assert all(v.label in about[f"case-{name}"]["alt"] for v in case.variants)
        assert about[f"case-{name}"]["caption"] == case.caption


def test_shipped_rows_unless_the_experiment_is_to_be_repeated(monkeypatch):
    found = case_rows(["burst"], False, 1.0, Sweep(), lambda *_: None)
    assert [repr(r) for r in found] == [repr(r) for r in shipped_rows(CASES["burst"])]
    asked = {}

    def repeat(case, sweep, scale, progress):
        asked[case.name] = scale
        return []

    monkeypatch.setattr("dspvnn.cases.base.Case.run", repeat)
    assert case_rows(["burst"], True, 0.25, Sweep(), print) == []
    assert asked == {"burst": 0.25}
