import math
from dataclasses import asdict, replace

import pytest

from dspvnn.results.rows import Row, beaten, read_rows, read_run, write_rows, write_run
from dspvnn.results.side_information import SideInformation
from dspvnn.signals.randomness import stream

ROW = Row(
    task="tone", condition="inside, 10 dB", region="inside", snr_db=10.0, estimator='sine "fit"',
    kind="classical", metric="frequency rmse", unit="cycles/sample", value=0.1 + 0.2, ci_low=1e-300,
    ci_high=math.inf, n_signals=500, note="é, range",
    side_information=frozenset({SideInformation.SHAPE, SideInformation.NOISE_LEVEL}), seed=3,
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
        "ratio_to_limit n_signals n_failed side_information reference seed"
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


def near_limit(ratio, high, **changes):
    return replace(
        ROW, limit=1e-3, ratio_to_limit=ratio, ratio_low=ratio**2 / high, ratio_high=high, **changes
    )


def test_one_row_is_beaten_where_its_interval_ends_below_one():
    assert beaten([near_limit(0.9, 1.001)]) == []
    row = near_limit(0.9, 0.999)
    assert beaten([row]) == [row]


def test_what_has_no_limit_is_not_beaten():
    beyond = near_limit(0.5, 0.6)
    rows = [
        replace(beyond, region="recorded"),
        replace(beyond, limit=1e-13),
        replace(beyond, limit=math.nan),
    ]
    assert beaten([*rows, ROW]) == []
    assert beaten([*rows, beyond]) == [beyond]


def test_the_guard_spares_estimators_that_are_at_their_limit():
    # 2000 reports of 40 rows, every estimator at its limit: one in 40 may be stopped by chance.
    rng, stopped, std = stream(5, "guard"), 0, 0.01
    for ratios in 1 + std * rng.standard_normal((2000, 40)):
        stopped += bool(beaten([near_limit(r, r + 1.96 * std) for r in ratios]))
    assert 0.012 < stopped / 2000 < 0.04
    leak = near_limit(0.95, 0.95 + 1.96 * std)
    assert beaten([near_limit(1.0, 1.02)] * 300 + [leak]) == [leak]
