"""The report is a pure function of the rows, and its sentences follow from them."""

from dataclasses import replace

import pytest

from dspvnn.report.render import FORMATS, render
from dspvnn.report.run import Configuration, run
from dspvnn.report.words.verdicts import lead, verdicts
from dspvnn.results.ahead import ahead
from dspvnn.results.numbers import number, score, seconds
from dspvnn.results.rows import Row, read_rows, write_rows


@pytest.fixture(scope="module")
def made():
    configuration = Configuration(preset="quick", tasks=("burst-noise-free", "ewma"), device="cpu")
    return run(configuration, None, lambda *_: None)


@pytest.mark.slow
def test_same_rows_same_bytes(made, tmp_path):
    rows, how = made
    write_rows(tmp_path / "results.csv", rows)
    again = read_rows(tmp_path / "results.csv")
    for name in "ab":
        render(again, how, tmp_path / name, FORMATS)
    assert (tmp_path / "a" / "comparison.html").exists()
    for file in (tmp_path / "a").rglob("*.*"):
        twin = tmp_path / "b" / file.relative_to(tmp_path / "a")
        assert file.read_bytes() == twin.read_bytes(), file.name


@pytest.mark.slow
def test_one_worker_and_two_give_the_same_rows(made):
    rows, _ = made
    configuration = Configuration(preset="quick", tasks=("burst-noise-free", "ewma"), device="cpu", jobs=2)
    others, _ = run(configuration, None, lambda *_: None)

    def scores(of):
        return [repr(r) for r in of if r.metric != "runtime"]

    assert scores(rows) == scores(others)


def _row(kind, value, low, high, **changes):
    row = Row("tone", "c", "inside", 10.0, kind, kind, "m", "u", value, low, high, 100)
    return replace(row, **changes)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.2345, "1.23"), (12.345, "12.3"), (1234.5, "1234"), (0.00123, "0.00123"), (1.2e-7, "1.20·10⁻⁷"),
     (0.0, "0"), (float("nan"), "–"), (float("inf"), "∞"), (99999.4, "99999"), (3.2e5, "3.20·10⁵")],
)  # fmt: skip
def test_numbers(value, text):
    assert number(value) == text


def test_times():
    assert seconds(90) == "90.0 s"
    assert seconds(0.0025) == "2.50 ms"
    assert seconds(3.2e-7) == "320 ns"


def test_score_speaks_of_the_limit_where_there_is_one():
    row = _row("neural", 2.0, 1.8, 2.2, limit=1.0, ratio_to_limit=2.0, ratio_low=1.8, ratio_high=2.2)
    assert score(row) == "2.00 × limit (1.80 to 2.20)"
    assert score(replace(row, limit=1e-16)) == "2.00 (1.80 to 2.20)"


@pytest.mark.slow
def test_the_verdict_counts_what_it_lists(made):
    rows, _ = made
    found = verdicts(rows)
    assert [v.task for v in found] == ["burst-noise-free", "ewma"]
    sides = [v.ahead for v in found]
    assert f"ahead in {sides.count('classical')} of {len(found)} questions" in lead(found)
    assert "exact recursion ahead: it is exact" in found[1].inside
    quiet = found[0]  # a rate: the sides are those of the difference on the same records
    pair = next(
        r for r in rows if r.condition == quiet.headline.condition and r.reference == "matched filter"
    )
    assert quiet.ahead == {"LSTM": "neural", "matched filter": "classical", "": "level"}[ahead(pair)]
    assert number(abs(pair.value)) in quiet.inside
