"""Advice under mismatch: every sentence follows from the rows, and changes with them."""

import math
from dataclasses import replace

import pytest

from dspvnn.results.metrics import RATIO
from dspvnn.results.rows import Row
from dspvnn.tasks.mismatch.advice import advice, mismatch_ratios, mismatch_table
from dspvnn.tasks.mismatch.figure import mismatch_map
from dspvnn.tasks.mismatch.task import KINDS, LEVELS


def _position(kind, level):
    return KINDS[kind].levels[LEVELS.index(level)] if level in LEVELS else 0.0


def row(label, level, ratio, kind="chirp", **more):
    return Row(
        task="tone-mismatch", condition=f"{kind}, {level}", region="mismatch", snr_db=20, estimator=label,
        kind="classical", metric="frequency rmse", unit="", value=ratio, ci_low=ratio, ci_high=ratio,
        n_signals=10, limit=1, ratio_to_limit=ratio, sweep=kind, position=_position(kind, level), **more,
    )  # fmt: skip


def duel(value, level="heavy", p=1e-9, reference="fit chosen by BIC", low=None, high=None):
    """The paired row of the net and a reference, with an interval of 10 %."""
    paired = row("mixture LSTM", level, math.nan, reference=reference, compared="frequency rmse")
    return replace(paired, metric=RATIO, kind="paired", value=value, ci_low=low or 0.9 * value,
                   ci_high=high or 1.1 * value, p_value=p, p_adjusted=p)  # fmt: skip


def rows(plain, selected=1.05, net=1.2, remedy=1.01, ratio=1.14):
    made = [duel(ratio)]
    for level, ratio in zip(LEVELS, plain, strict=True):
        made += [row("sine fit", level, ratio), row("fit chosen by BIC", level, selected)]
        made += [
            row(f"mixture LSTM, seed {s}", level, net * (1 + s / 100), entry="mixture LSTM")
            for s in range(3)
        ]
        made.append(row("chirp fit", level, remedy))
    return made


def test_the_sine_fit_is_enough_where_it_is_near_the_limit():
    (sentence,) = advice(rows((1.0, 1.02, 1.1)))
    assert sentence == (
        "chirp: the plain sine fit is enough up to heavy, 1.10 times the limit (mixture LSTM 1.21)."
    )


@pytest.mark.parametrize(
    ("plain", "first"),
    [((2, 3, 4), "even when light"), ((1, 3, 4), "when moderate"), ((1, 1, 4), "when heavy")],
)
def test_it_says_from_where_on_it_is_not(plain, first):
    (sentence,) = advice(rows(plain))
    assert sentence.startswith(f"chirp: the plain sine fit is not enough {first} (4.00 times the limit")
    assert "takes the chirp fit (1.01)" in sentence


@pytest.mark.parametrize(
    ("ratio", "order"),
    [(1.14, "the fit chosen by BIC (1.05) rather than the mixture LSTM (1.21)"),
     (0.85, "the mixture LSTM (1.21) rather than the fit chosen by BIC (1.05)"),
     (1.05, "the fit chosen by BIC (1.05) or the mixture LSTM (1.21), which these signals do not tell ")],
)  # fmt: skip
def test_whoever_is_ahead_on_the_same_signals_is_named_first(ratio, order):
    """Not whoever's own value is the smaller, for that may be chance."""
    assert order in advice(rows((2, 3, 4), ratio=ratio))[0]


def test_a_net_stands_for_the_median_of_its_seeds():
    assert mismatch_ratios(rows((1, 1, 1)))["chirp", "heavy"]["mixture LSTM"] == pytest.approx(1.2 * 1.01)


def test_table_has_a_line_a_cell_and_every_severity():
    table = mismatch_table(rows((1, 2, 3)))
    assert [line[0] for line in table["body"]] == [f"chirp, {level}" for level in LEVELS]
    assert [line[1] for line in table["body"]] == [f"{severity:g}" for severity in KINDS["chirp"].levels]
    assert table["body"][2][-1] == "1.01 (chirp fit)"
    assert len(table["severities"]) == len(KINDS) - 1
    assert mismatch_table([]) is None
    assert advice([]) == []


def test_near_enough_is_15_percent_above_the_limit():
    assert "is enough up to heavy" in advice(rows((1.0, 1.0, 1.15)))[0]
    assert "is not enough when heavy" in advice(rows((1.0, 1.0, 1.151)))[0]


def test_on_a_level_the_classical_fit_is_named_first():
    (sentence,) = advice(rows((2, 3, 4), selected=1.5, net=1.5 / 1.01, ratio=1.0))
    assert sentence == (
        "chirp: the plain sine fit is not enough even when light (4.00 times the limit when heavy). Who "
        "knows the kind takes the chirp fit (1.01); who does not, the fit chosen by BIC (1.50) or the "
        "mixture LSTM (1.50), which these signals do not tell apart."
    )


@pytest.mark.parametrize("missing", ["sine fit", "fit chosen by BIC", "mixture LSTM", "chirp fit"])
def test_no_advice_where_somebody_is_missing(missing):
    assert advice([r for r in rows((2, 3, 4)) if not r.estimator.startswith(missing)]) == []


def test_no_advice_from_light_cells_alone():
    assert advice([r for r in rows((2, 3, 4)) if "heavy" not in r.condition]) == []


def test_one_sentence_a_kind_in_the_order_of_the_kinds():
    def of(kind):
        remedy = KINDS[kind].remedy
        return [
            replace(r, sweep=kind, condition=r.condition.replace("chirp", kind),
                    estimator=r.estimator.replace("chirp fit", remedy),
                    entry=r.entry.replace("chirp fit", remedy),
                    position=KINDS[kind].levels[KINDS["chirp"].levels.index(r.position)])
            for r in rows((2, 3, 4))
        ]  # fmt: skip

    sentences = advice([*of("decay"), *of("clipping"), *of("chirp")])
    assert [s.split(":")[0] for s in sentences] == ["clipping", "chirp", "decay"]
    assert "takes the censored fit (1.01)" in sentences[0]


@pytest.mark.parametrize("other", [{"task": "tone"}, {"metric": "runtime"}])
def test_other_rows_do_not_count(other):
    strange = [replace(r, ratio_to_limit=100.0, **other) for r in rows((2, 3, 4))]
    assert mismatch_ratios(strange) == {}
    assert advice([*strange, *rows((2, 3, 4))]) == advice(rows((2, 3, 4)))


def test_the_table_row_by_row():
    none = replace(row("sine fit", "", 1.0), condition="none", sweep="none")
    mine = replace(row("mine", "light", 1.5), kind="yours")
    elsewhere = replace(mine, task="tone", estimator="not here")
    table = mismatch_table([none, *rows((1, 2, 3))[:7], mine, elsewhere])
    assert table["head"] == [["Mismatch", "Severity", "sine fit", "heterodyne LSTM", "fit chosen by BIC",
                              "mixture LSTM", "mine", "remedy, given the kind"]]  # fmt: skip
    assert table["body"] == [
        ["none", "", "1.00", "–", "–", "–", "–", "–"],
        ["chirp, light", "0.5", "1.00", "–", "1.05", "1.21", "1.50", "1.01 (chirp fit)"],
    ]
    assert table["severities"] == [[name, KINDS[name].severity] for name in KINDS if name != "none"]
    assert ["impulses", "share of samples hit"] in table["severities"]


def drawn(low, value, high, p=1e-9):
    figure = mismatch_map([duel(value, p=p, reference="chirp fit", low=low, high=high)])
    (ax,) = [ax for ax in figure.axes if ax.patches]
    return ax.patches[0], [text.get_text() for text in ax.texts]


def test_map_is_orange_where_the_net_is_ahead_and_hatched_where_nobody_is():
    cell, texts = drawn(0.4, 0.5, 0.6)
    assert texts == ["2 ×", "1.67–2.50"]
    assert cell.get_facecolor()[0] > cell.get_facecolor()[2]
    assert cell.get_hatch() is None
    cell, texts = drawn(1.5, 2.0, 2.5)
    assert texts == ["2 ×", "1.50–2.50"]
    assert cell.get_facecolor()[0] < cell.get_facecolor()[2]
    assert drawn(0.9, 1.1, 1.3)[0].get_hatch() == "////"
    assert drawn(1.5, 2.0, 2.5, p=0.06)[0].get_hatch() == "////"
