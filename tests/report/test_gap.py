"""The gap of a net to its limit, row by row: what it cannot represent, and what it did not learn."""

import math

import pytest

from dspvnn.report.words.gap import Gap, gap_table, gaps
from dspvnn.results.rows import Row

CELL = {"task": "burst", "condition": "inside, d = 4", "region": "inside", "metric": "miss rate"}
NOTHING = pytest.approx((math.nan,) * 3, nan_ok=True)


def row(kind, label, value, low, high, limit=1.0, **more):
    """A row whose ratio to its limit is 7 (6 to 8), which its value does not say: they are told apart."""
    return Row(
        estimator=label, kind=kind, value=value, ci_low=low, ci_high=high, limit=limit, ratio_to_limit=7.0,
        ratio_low=6.0, ratio_high=8.0, snr_db=math.nan, unit="", n_signals=100, **CELL | more,
    )  # fmt: skip


def constructed(value=2.0, low=1.0, high=4.0, limit=1.0, label="LSTM, constructed", **more):
    return row("constructed", label, value, low, high, limit, **more)


def trained(value=6.0, low=5.0, high=8.0, label="LSTM", **more):
    return row("neural", label, value, low, high, **more)


# --- one gap --------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1.0, 2e-12])
def test_what_it_cannot_represent_is_the_constructed_nets_ratio_to_the_limit(limit):
    assert Gap(constructed(limit=limit), trained()).cannot_represent == (7.0, 6.0, 8.0)


@pytest.mark.parametrize("limit", [0.0, 1e-12, math.nan])
def test_a_limit_of_rounding_has_no_ratio(limit):
    assert Gap(constructed(limit=limit), trained()).cannot_represent == NOTHING


def test_what_it_did_not_learn_is_the_ratio_of_the_two_nets():
    assert Gap(constructed(2.0, 1.0, 4.0), trained(6.0, 3.0, 9.0)).did_not_learn == 3.0


@pytest.mark.parametrize(("value", "exact"), [(0.0, True), (1e-12, True), (1.1e-12, False)])
def test_rounding_is_exact(value, exact):
    gap = Gap(constructed(value, value, value), trained())
    assert gap.exact is exact
    assert math.isnan(gap.did_not_learn) is exact


# --- which gaps there are -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "median"), [((3, 1, 2), 2), ((5, 3, 4, 6), 4), ((8, 7), 7), ((9,), 9), ((5, 1, 4, 2, 3), 3)]
)
def test_a_net_stands_with_the_median_of_its_seeds(values, median):
    nets = [trained(v, v, v, label=f"LSTM, seed {seed}", entry="LSTM") for seed, v in enumerate(values)]
    (gap,) = gaps([*nets, constructed()])
    assert gap.trained.value == median
    assert gap.constructed == constructed()


@pytest.mark.parametrize(
    "more", [{"label": "heterodyne LSTM"}, {"condition": "inside, d = 5"}, {"task": "burst-noise-free"},
             {"metric": "sample error rate"}],
)  # fmt: skip
def test_a_constructed_net_without_its_trained_one_has_no_gap(more):
    assert gaps([constructed(), trained(**more)]) == []
    assert len(gaps([constructed(), trained(**more), trained()])) == 1


def test_only_a_constructed_and_a_neural_row_make_a_gap():
    assert gaps([]) == gaps([trained()]) == gaps([constructed()]) == []
    assert gaps([constructed(), row("paired", "LSTM", 1, 1, 1)]) == []
    assert gaps([row("classical", "LSTM, constructed", 1, 1, 1), trained()]) == []


@pytest.mark.parametrize("more", [{"region": "recorded"}, {"metric": "runtime"}, {"task": "case/burst"}])
def test_recordings_times_and_cases_have_no_gap(more):
    assert gaps([constructed(**more), trained(**more)]) == []


# --- the table ------------------------------------------------------------------------------------


def table(*cells):
    """The table of pairs of rows, each cell given by what is special about it."""
    return gap_table([r for cell in cells for r in (constructed(**cell), trained(**cell))])


TONE = {"task": "tone", "metric": "frequency rmse"}


def test_a_line_says_who_where_and_how_far():
    net = trained(6.0, 3.0, 9.0, label="LSTM, seed 2", entry="LSTM")
    assert gap_table([constructed(2.0, 2.0, 2.0), net]) == [
        ["A burst in noise", "LSTM", "inside, d = 4", "miss rate", "7.00 × (6.00 – 8.00)",
         "3.00 ×"]
    ]  # fmt: skip


def test_an_exact_net_learned_nothing_of_the_trained_ones_error():
    (line,) = gap_table([constructed(1e-13, 0.0, 1e-12, limit=0.0), trained(0.25, 0.2, 0.3)])
    assert line[-2:] == ["nothing: 1.00·10⁻¹³ is exact", "all of 0.250 (0.200 – 0.300)"]


def test_a_limit_of_zero_that_the_constructed_net_does_not_reach():
    (line,) = gap_table([constructed(0.5, 0.5, 0.5, limit=0.0), trained(1.0, 1.0, 1.0)])
    assert line[-2:] == ["0.500, the limit is 0", "2.00 ×"]


def test_one_line_a_metric_the_first_cell_inside():
    sample = {"metric": "sample error rate"}
    second = {"condition": "inside, d = 5"}
    lines = table({"region": "beyond", "condition": "far"}, second, {}, sample | second, sample)
    assert [line[2:4] for line in lines] == [
        ["inside, d = 5", "miss rate"], ["inside, d = 5", "sample error rate"]
    ]  # fmt: skip
    assert table({"region": "beyond"}, {"region": "below"}) == []


def test_every_net_and_every_task_has_its_line():
    wide = (constructed(label="wide LSTM, constructed"), trained(label="wide LSTM"))
    quiet = {"task": "burst-noise-free", "metric": "sample error rate"}
    lines = gap_table([constructed(), trained(), *wide, constructed(**quiet), trained(**quiet)])
    assert [line[:2] for line in lines] == [
        ["A burst in noise", "LSTM"], ["A burst in noise", "wide LSTM"], ["A burst without noise", "LSTM"]
    ]  # fmt: skip


def test_of_tones_it_is_the_cell_at_20_decibels():
    names = ("inside, 0 dB", "inside, 20 dB", "inside, 40 dB")
    (line,) = table(*({"condition": name} | TONE for name in names))
    assert line[0] == "Frequency of a tone"
    assert line[2] == "inside, 20 dB"
    (line,) = table(*({"condition": name} | TONE for name in names[::2]))
    assert line[2] == "inside, 0 dB"
