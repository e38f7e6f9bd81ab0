import math
from dataclasses import asdict

import pytest

from dspvnn.results import Row, read_rows, read_run, write_rows, write_run

ROW = Row(
    task="tone", condition="inside, 10 dB", region="inside", snr_db=10.0, estimator='sine "fit"',
    kind="classical", metric="frequency rmse", unit="cycles/sample", value=0.1 + 0.2, ci_low=1e-300,
    ci_high=math.inf, n_signals=500, told="é, range", seed=3,
)  # fmt: skip


def test_rows_come_back_as_they_were(tmp_path):
    write_rows(tmp_path / "results.csv", [ROW, ROW])
    rows = read_rows(tmp_path / "results.csv")
    assert len(rows) == 2
    for name, value in asdict(rows[0]).items():
        expected = getattr(ROW, name)
        assert type(value) is type(expected)
        assert value == expected or (math.isnan(value) and math.isnan(expected)), name


def test_a_missing_number_is_an_empty_field(tmp_path):
    write_rows(tmp_path / "results.csv", [ROW])
    assert "nan" not in (tmp_path / "results.csv").read_text(encoding="utf-8")


def test_the_columns_that_readers_rely_on():
    columns = (
        "task condition region snr_db estimator kind metric value ci_low ci_high limit "
        "ratio_to_limit n_signals n_failed told seed"
    )
    assert set(columns.split()) <= set(asdict(ROW))


def test_other_columns_are_refused(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("task,value\ntone,1\n")
    with pytest.raises(ValueError, match=r"results\.csv: the columns must be \['task', 'condition'"):
        read_rows(path)


def test_run_comes_back_as_it_was(tmp_path):
    run = {"versions": {"numpy": "2.4"}, "seeds": [0, 1], "seconds": 1.5}
    write_run(tmp_path / "run.json", run)
    assert read_run(tmp_path / "run.json") == run
