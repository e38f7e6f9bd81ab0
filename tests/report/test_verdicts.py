"""The verdict table row by row: constructed rows in, the expected words out."""

import math

import pytest

from baselines.roster import BASELINES
from dspvnn.report.words.verdicts import Verdict, lead, verdicts
from dspvnn.results.metrics import DIFFERENCE, RATIO
from dspvnn.results.numbers import number, seconds
from dspvnn.results.rows import Row
from dspvnn.tasks import TASKS, Headline
from neural.roster import NETS

INSIDE, METRIC = "inside, 10 dB", "frequency rmse"


def row(label, value, low=None, high=None, **more):
    """A row of the tone's headline cell, with an interval of 10 % to both sides and a limit of 1."""
    of_row = {"task": "tone", "condition": INSIDE, "region": "inside", "snr_db": 10.0, "kind": "",
              "metric": METRIC, "unit": "", "n_signals": 100, "limit": 1.0, "ratio_to_limit": value,
              "ratio_low": 0.9 * value, "ratio_high": 1.1 * value} | more  # fmt: skip
    low, high = 0.9 * value if low is None else low, 1.1 * value if high is None else high
    return Row(estimator=label, value=value, ci_low=low, ci_high=high, **of_row)


def pair(value, low=None, high=None, p=1e-9, net="LSTM", reference="sine fit", **more):
    """The paired row of the two, the net's error over the classical one's, with an interval of 10 %."""
    about = {"metric": RATIO, "kind": "paired", "reference": reference, "compared": METRIC, "p_value": p,
             "p_adjusted": p, "limit": math.nan, "ratio_to_limit": math.nan} | more  # fmt: skip
    return row(net, value, low, high, **about)


def verdict(rows):
    (found,) = verdicts(rows)
    return found


CLASSICAL, NET, PAIR = row("sine fit", 1.0), row("LSTM", 3.0), pair(3.0)


def test_every_headline_names_what_there_is():
    every = [headline for task in TASKS.values() for headline in task.page.headlines]
    assert len(every) == len({h.question for h in every}) == 8
    for task in TASKS.values():
        assert task.page.headlines
        inside = [c.name for c in task.conditions if c.region in ("inside", "mismatch")]
        for headline in task.page.headlines:
            assert headline.condition in inside
            assert headline.metric in task.metrics
            assert headline.classical in BASELINES[task.name]
            assert any(label.split(", seed")[0] == headline.net for label in NETS[task.name])


def test_a_line_holds_all_that_the_rows_say():
    found = verdict([CLASSICAL, NET, PAIR])
    assert found == Verdict(
        task="tone",
        headline=TASKS["tone"].page.headlines[0],
        classical="sine fit: 1.00 × limit (0.900 to 1.10)",
        net="LSTM: 3.00 × limit (2.70 to 3.30)",
        ahead="classical", inside="sine fit ahead, 3.00 × (2.70 to 3.30)", outside="–", speed="–",
        training="–",
    )  # fmt: skip


@pytest.mark.parametrize("missing", [CLASSICAL, NET, PAIR], ids=["classical", "net", "pair"])
def test_no_line_where_one_of_the_two_or_their_pair_is_missing(missing):
    assert verdicts([r for r in (CLASSICAL, NET, PAIR) if r is not missing]) == []


@pytest.mark.parametrize("other", [{"task": "ewma"}, {"condition": "inside, 20 dB"}, {"metric": "runtime"}])
def test_rows_of_another_cell_make_no_line(other):
    assert verdicts([CLASSICAL, row("LSTM", 3.0, **other), PAIR]) == []


@pytest.mark.parametrize(
    "other",
    [
        {"task": "ewma"},
        {"condition": "inside, 20 dB"},
        {"compared": "phase rmse"},
        {"reference": "FFT peak"},
    ],
)
def test_a_pair_of_others_decides_nothing(other):
    assert verdicts([CLASSICAL, NET, pair(3.0, **other)]) == []


def test_lines_come_in_the_order_of_the_headlines():
    nets = [row("heterodyne LSTM", 1.0), row("LSTM", 1.0)]
    pairs = [pair(1.0), pair(1.0, net="heterodyne LSTM")]
    ewma = {"task": "ewma", "condition": "inside, uniform on 0 to 1"}
    metric = "relative rms error"
    moving = [row("LSTM", 1.0, metric=metric, **ewma), row("exact recursion", 1.0, metric=metric, **ewma),
              pair(1.0, reference="exact recursion", compared=metric, **ewma)]  # fmt: skip
    found = verdicts([*moving, *nets, *pairs, CLASSICAL])
    assert [v.headline.net for v in found] == ["LSTM", "heterodyne LSTM", "LSTM"]
    assert [v.task for v in found] == ["tone", "tone", "ewma"]


# --- who is ahead ---------------------------------------------------------------------------------


def in_shares(value, low, high, p=1e-9):
    return pair(value, low, high, p, metric=DIFFERENCE, unit="share of bursts")


@pytest.mark.parametrize(
    ("of_pair", "ahead", "inside"),
    [
        (pair(2, 1.8, 2.2), "classical", "sine fit ahead, 2.00 × (1.80 to 2.20)"),
        (pair(0.5, 0.4, 0.8), "neural", "LSTM ahead, 2.00 × (1.25 to 2.50)"),
        (pair(1.1, 1, 1.2), "level", "level: LSTM has 1.10 × the error (1.00 to 1.20), p < 0.001"),
        (pair(1.1, 1.05, 1.2, 0.07), "level",
         "level: LSTM has 1.10 × the error (1.05 to 1.20), p = 0.0700"),
        (pair(1, 1, 1, 1.0), "level", "level: LSTM has 1.00 × the error (1.00 to 1.00), p = 1.00"),
        (in_shares(0.2, 0.1, 0.3), "classical",
         "sine fit ahead, by 0.200 (0.100 to 0.300, share of bursts)"),
        (in_shares(-0.2, -0.3, -0.1), "neural", "LSTM ahead, by 0.200 (0.100 to 0.300, share of bursts)"),
        (in_shares(0.01, -0.02, 0.04, 0.5), "level",
         "level: LSTM minus sine fit is 0.0100 (-0.0200 to 0.0400, share of bursts), p = 0.500"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("values", [(1.0, 3.0), (3.0, 1.0), (1.0, 1.0)])
def test_who_is_ahead_inside_is_what_the_pair_decides(of_pair, ahead, inside, values):
    """Whatever the two separate values and their intervals are, apart or not."""
    classical, net = values
    found = verdict([row("sine fit", classical), row("LSTM", net), of_pair])
    assert (found.ahead, found.inside) == (ahead, inside)


@pytest.mark.parametrize(
    ("classical", "net", "factor", "inside"),
    [
        (0, 1, 1e12, "sine fit ahead: it is exact"),
        (1, 1e-12, 1e-12, "LSTM ahead: it is exact"),  # rounding
        (2e-12, 8e-12, 4.0, "sine fit ahead, 4.00 × (3.60 to 4.40)"),
    ],
)
def test_whoever_is_exact_needs_no_factor(classical, net, factor, inside):
    assert verdict([row("sine fit", classical), row("LSTM", net), pair(factor)]).inside == inside


@pytest.mark.parametrize(
    ("values", "picked"), [((5, 3, 4), "4.00"), ((6, 3, 5, 4), "4.00"), ((7, 5), "5.00"), ((9,), "9.00")]
)
def test_a_net_stands_with_the_median_of_its_seeds_the_better_of_two_middle_ones(values, picked):
    nets = [row(f"LSTM, seed {seed}", value, entry="LSTM") for seed, value in enumerate(values)]
    assert verdict([CLASSICAL, *nets, PAIR]).net.startswith(f"LSTM: {picked} × limit")


@pytest.mark.parametrize(
    ("limit", "text"), [(1e-12, "LSTM: 3.00 (2.70 to 3.30)"),
                        (math.nan, "LSTM: 3.00 (2.70 to 3.30), no limit is known"),
                        (2e-12, "LSTM: 7.00 × limit (6.00 to 8.00)")],
)  # fmt: skip
def test_a_limit_that_is_rounding_or_unknown_has_no_ratio(limit, text):
    net = row("LSTM", 3.0, limit=limit, ratio_to_limit=7.0, ratio_low=6.0, ratio_high=8.0)
    assert verdict([CLASSICAL, net, PAIR]).net == text


# --- outside --------------------------------------------------------------------------------------


def cell(classical, net, condition="far", region="above", p=1e-9, **more):
    """Rows of both and of their pair in a cell outside; None for a row that is missing there."""
    where = {"condition": condition, "region": region} | more
    both = (("sine fit", classical), ("LSTM", net))
    rows = [row(label, value, **where) for label, value in both if value is not None]
    return [*rows, pair(net / classical, p=p, **where)] if classical and net else rows


def outside(*cells):
    return verdict([CLASSICAL, NET, PAIR, *(r for rows in cells for r in rows)]).outside


@pytest.mark.parametrize("region", ["below", "above", "beyond"])
def test_the_worst_cell_outside_is_named(region):
    cells = (cell(1, 4, "near", region), cell(1, 6, "far", region), cell(1, 5, "middle", region))
    assert outside(*cells) == "sine fit ahead, up to 6.00 × (5.40 to 6.60), far"


@pytest.mark.parametrize(
    "more", [{"region": "inside"}, {"region": "mismatch"}, {"region": "recorded"}, {"task": "burst"},
             {"compared": "phase rmse"}],
)  # fmt: skip
def test_other_cells_are_not_outside(more):
    near = "sine fit ahead, up to 2.00 × (1.80 to 2.20), near"
    rows = [r for r in cell(1, 9, **({} if "compared" in more else more)) if r.kind != "paired"]
    rows.append(pair(9.0, **({"condition": "far", "region": "above"} | more)))
    assert outside(rows) == "–"
    assert outside(rows, cell(1, 2, "near")) == near


@pytest.mark.parametrize("incomplete", [(1, None), (None, 9), (1, 0)])
def test_a_cell_that_lacks_one_of_them_or_their_pair_does_not_count(incomplete):
    assert outside(cell(*incomplete)) == "–"
    near = "sine fit ahead, up to 2.00 × (1.80 to 2.20), near"
    assert outside(cell(*incomplete, "a far"), cell(1, 2, "near")) == near


def test_the_net_is_ahead_outside_only_where_it_is_in_its_worst_cell():
    far = "LSTM ahead, at least 2.00 × (1.82 to 2.22), b"
    assert outside(cell(4, 1, "a"), cell(2, 1, "b")) == far
    assert outside(cell(4, 1, "a"), cell(1, 2, "b")) == "sine fit ahead, up to 2.00 × (1.80 to 2.20), b"
    assert outside(cell(4, 1, "a"), cell(1, 1, "b")) == "level where the net does worst (b)"
    assert outside(cell(4, 1, "a"), cell(2, 1, "b", p=0.2)) == "level where the net does worst (b)"


def test_differences_outside_have_their_unit():
    share = {"metric": DIFFERENCE, "unit": "share of bursts", "condition": "far", "region": "beyond"}
    rows = [row(label, 0.1, condition="far", region="beyond") for label in ("sine fit", "LSTM")]
    assert outside([*rows, pair(0.2, 0.1, 0.3, **share)]) == (
        "sine fit ahead, by up to 0.200 (0.100 to 0.300, share of bursts), far"
    )
    assert outside([*rows, pair(-0.2, -0.3, -0.1, **share)]).startswith(
        "LSTM ahead, by at least 0.200 (0.1"
    )


def test_an_exact_method_outside_has_no_factor():
    found = outside(cell(1e-12, 0.25, "a"), cell(1, 9, "b"))
    assert found == "sine fit exact, LSTM 0.250 (a)"
    assert outside(cell(1, 1e-12, "a")) == "LSTM ahead, exact, a"
    assert outside(cell(1, 1e-12, "a"), cell(2, 1, "b")).startswith("LSTM ahead, at least 2.00 × ")


def test_just_above_rounding_there_is_a_factor():
    assert outside(cell(2e-12, 8e-12)) == "sine fit ahead, up to 4.00 × (3.60 to 4.40), far"


# --- time -----------------------------------------------------------------------------------------


def runtime(label, value, batch, **more):
    return row(label, value, **{"metric": "runtime", "condition": "", "position": float(batch)} | more)


def training(label, value, **more):
    return row(label, value, **{"metric": "training time", "condition": "a CPU"} | more)


def timed(*rows):
    found = verdict([CLASSICAL, NET, PAIR, *rows])
    return found.speed, found.training


FAST = [runtime("LSTM", 9e-3, 1), runtime("LSTM", 1e-6, 1000)]
SLOW = [runtime("sine fit", 1e-3, 1), runtime("sine fit", 5e-6, 1000)]


def test_speed_is_that_of_the_large_batch():
    assert timed(*FAST, *SLOW) == ("5.00 µs / 1.00 µs", "–")
    assert timed(*SLOW[::-1], *FAST[::-1])[0] == "5.00 µs / 1.00 µs"


@pytest.mark.parametrize("rows", [FAST, SLOW, [runtime("LSTM", 1.0, 1, task="ewma"), *SLOW]])
def test_no_speed_where_one_is_not_timed(rows):
    assert timed(*rows, training("LSTM", 60.0)) == ("–", "60.0 s, –")


def test_seeds_are_timed_by_their_median():
    nets = [runtime(f"LSTM, seed {i}", s, 1000, entry="LSTM") for i, s in enumerate((3e-6, 1e-6, 2e-6))]
    trained = [training(f"LSTM, seed {i}", s, entry="LSTM") for i, s in enumerate((80.0, 60.0, 70.0))]
    assert timed(*nets, *SLOW, *trained) == ("5.00 µs / 2.00 µs", "70.0 s, 2.33·10⁷ signals")


@pytest.mark.parametrize(("net", "text"), [(5e-6, "never"), (6e-6, "never"), (4e-6, "6.00·10⁷ signals")])
def test_a_training_pays_off_only_for_a_net_that_is_faster(net, text):
    assert timed(runtime("LSTM", net, 1000), *SLOW, training("LSTM", 60.0))[1] == f"60.0 s, {text}"


@pytest.mark.parametrize("other", [{"task": "ewma"}, {"metric": "training cost"}])
def test_only_its_own_training_time_counts(other):
    assert timed(training("LSTM", 60.0, **other))[1] == "–"
    assert timed(training("heterodyne LSTM", 60.0))[1] == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1.00 s"), (0.9994, "999 ms"), (1e-3, "1.00 ms"), (9.99e-4, "999 µs"), (1e-6, "1.00 µs"),
     (9.99e-7, "999 ns"), (1e-9, "1.00 ns")],
)  # fmt: skip
def test_a_time_changes_its_unit_at_a_thousand(value, text):
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-3, "0.00100"), (9.99e-4, "9.99·10⁻⁴"), (99999.0, "99999"), (1e5, "1.00·10⁵"), (-12.3, "-12.3"),
     (-2e-4, "-2.00·10⁻⁴"), (100.0, "100"), (99.9, "99.9"), (10.0, "10.0"), (1.0, "1.00"), (0.1, "0.100"),
     (-math.inf, "−∞"), (6.78e19, "6.78·10¹⁹"), (1e-23, "1.00·10⁻²³")],
)  # fmt: skip
def test_a_number_has_three_digits(value, text):
    assert number(value) == text


# --- the sentence above the table -----------------------------------------------------------------


def ahead(*sides):
    about = Headline("", "", "", "", "")
    return [Verdict("tone", about, "", "", side, "", "", "", "") for side in sides]


def test_the_sentence_counts_the_lines():
    assert lead(ahead("classical", "neural", "level", "classical")) == (
        "Inside the range that the nets were trained on, and on the same signals, the classical method is "
        "ahead in 2 of 4 questions, the net in 1, and 1 is level at this number of signals."
    )
    assert "the net in 1, and 0 are level" in lead(ahead("neural"))
    assert "the net in 0, and 2 are level" in lead(ahead("level", "level"))
    assert lead([]) == "These tasks have no headline."
