"""Which rows count as better than their limit, and how rows come back from a file."""

import math
from dataclasses import replace

import pytest
from scipy import stats

from dspvnn.results.rows import Row, beaten, median_training, read_rows, write_rows

CELL = Row("tone", "c", "inside", 20.0, "any", "classical", "frequency rmse", "cycles/sample", 1, 1, 1, 60,
           limit=1.0, ratio_to_limit=1.0, ratio_low=1.0, ratio_high=1.0, n_failed=4)  # fmt: skip


def near(ratio, high, **more):
    return replace(CELL, ratio_to_limit=ratio, ratio_high=high, **more)


@pytest.mark.parametrize("n", [1, 2, 40])
def test_many_rows_are_held_to_wider_intervals(n):
    """Bonferroni: of n rows each is held at 1 - 0.05 / n, two-sided, the intervals taken as normal ones."""
    wider = stats.norm.isf(0.025 / n) / stats.norm.isf(0.025)
    reach = 0.1 / wider
    others = [near(1.0, 1.1)] * (n - 1)
    inside, outside = near(0.9, 0.9 + reach * 1.001), near(0.9, 0.9 + reach * 0.999)
    assert beaten([*others, inside]) == []
    assert beaten([*others, outside]) == [outside]


@pytest.mark.parametrize(
    "more", [{"region": "recorded"}, {"limit": 1e-12}, {"limit": 0.0}, {"limit": math.nan},
             {"ratio_high": math.inf}, {"ratio_high": math.nan}],
)  # fmt: skip
def test_rows_without_a_limit_to_beat_are_not_counted(more):
    row = replace(near(0.5, 0.6), **more)
    assert beaten([row]) == []
    wider = stats.norm.isf(0.025 / 2) / stats.norm.isf(0.025)
    just = near(0.9, 0.9 + 0.1 / wider * 1.001)  # beaten alone, not as one of two
    assert beaten([just, row]) == [just]


def test_the_rounding_of_two_routes_to_the_limit_beats_nothing():
    assert beaten([near(1 - 1e-10, 1 - 1e-10)]) == []
    assert len(beaten([near(1 - 1e-8, 1 - 1e-8)])) == 1
    assert beaten([]) == []


def test_a_column_that_came_later_has_its_default(tmp_path):
    path = tmp_path / "results.csv"
    write_rows(path, [replace(CELL, error="x", p_value=0.5)])
    lines = path.read_text().splitlines()
    assert lines[0].endswith(",p_value,p_adjusted,error,note,entry,training_seed,device")
    path.write_text("\n".join(line.rsplit(",", 7)[0] for line in lines) + "\n")
    (row,) = read_rows(path)
    assert (row.error, row.limit, row.n_failed) == ("", 1.0, 4)
    assert math.isnan(row.p_value)


def test_an_unknown_column_is_refused(tmp_path):
    path = tmp_path / "results.csv"
    write_rows(path, [CELL])
    header, line = path.read_text().splitlines()
    path.write_text(f"{header},more\n{line},1\n")
    with pytest.raises(ValueError, match="the columns must be"):
        read_rows(path)


@pytest.mark.parametrize(("values", "median"), [((3, 1, 2), 2), ((8, 7), 7), ((9,), 9), ((5, 3, 4, 6), 4)])
def test_the_median_training_is_one_that_was_measured(values, median):
    rows = [replace(CELL, value=value, training_seed=seed) for seed, value in enumerate(values)]
    found = median_training(rows)
    assert (found.value, values[found.training_seed]) == (median, median)


def test_an_estimator_with_one_training_is_its_own_entry_and_columns_come_back(tmp_path):
    assert CELL.entry == CELL.estimator
    row = replace(CELL, estimator="LSTM, seed 2", entry="LSTM", training_seed=2, device="a card")
    write_rows(tmp_path / "results.csv", [row, CELL])
    assert [(r.entry, r.training_seed, r.device) for r in read_rows(tmp_path / "results.csv")] == [
        ("LSTM", 2, "a card"),
        (CELL.entry, None, ""),
    ]
