"""Paired comparisons, field by field: geometric means of ratios, t-tests over the signals."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from dspvnn.measure.paired import paired_rows, paired_test, pairs_of
from dspvnn.measure.statistics import resampling_weights
from dspvnn.results.metrics import DIFFERENCE, RATIO
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from dspvnn.tasks.base import Metric
from dspvnn.tasks.mismatch.task import KINDS

CELL = Row("tone", "c", "inside", 20.0, "any", "classical", "frequency rmse", "cycles/sample", 1, 1, 1, 60,
           limit=1.0, ratio_to_limit=1.0, ratio_low=1.0, ratio_high=1.0, n_failed=4)  # fmt: skip


def test_every_pair_names_who_can_take_part():
    from dspvnn.lineup import lineup

    for task in TASKS.values():
        entries = [c.entry for c in lineup(task.name, "cpu")] if task.pairs else []
        for pair in task.pairs:
            assert pair.metric in task.metrics
            assert entries.count(pair.reference) == 1  # a pair has one reference
            assert pair.label in entries
            assert pair.why
    remedies = {kind.remedy for kind in KINDS.values() if kind.remedy}
    against = [p.reference for p in TASKS["tone-mismatch"].pairs if p.label == "mixture LSTM"]
    assert set(against) == {*remedies, "sine fit", "fit chosen by BIC"}
    assert len(against) == len(remedies) + 2


def paired(cell_row, losses, metric, seed=0):
    losses = {entry: np.atleast_2d(values) for entry, values in losses.items()}
    n = next(iter(losses.values())).shape[1]
    weights = resampling_weights(n, stream(0, "pairs"))
    return paired_rows(TASKS[cell_row.task].pairs, cell_row, losses, metric, weights, stream(seed, "pairs"))


def test_a_pair_of_rms_errors_is_the_geometric_mean_of_their_ratios(rng):
    fit, net = rng.exponential(size=60), rng.exponential(size=(3, 60)) + 0.1
    losses = {"sine fit": fit, "LSTM": net, "FFT peak": fit}
    (row,) = paired(CELL, losses, Metric("cycles/sample", root=True))
    ratios = np.sqrt(net / fit)
    assert row.value == pytest.approx(stats.gmean(ratios, axis=None))
    per_signal = np.log(ratios).mean(axis=0)
    assert row.p_value == pytest.approx(stats.ttest_1samp(per_signal, 0).pvalue)
    assert (row.estimator, row.reference, row.metric, row.unit) == ("LSTM", "sine fit", RATIO, "")
    assert row.compared == "frequency rmse"
    assert (row.kind, row.n_failed, row.n_signals, row.condition) == ("paired", 0, 60, "c")
    assert row.ci_low < row.value < row.ci_high
    assert all(math.isnan(x) for x in (row.limit, row.ratio_to_limit, row.ratio_low, row.ratio_high))


def test_a_pair_of_rates_is_the_difference_of_their_losses(rng):
    one, other = rng.random(60), rng.random(60) / 2
    of_burst = replace(CELL, task="burst", metric="sample error rate", unit="share of samples")
    (row,) = paired(of_burst, {"LSTM": one, "Bayes filter": other}, Metric("share of samples", rate=True))
    assert row.value == pytest.approx(np.mean(one - other))
    assert row.p_value == pytest.approx(stats.ttest_rel(one, other).pvalue)
    assert (row.metric, row.unit) == (DIFFERENCE, "share of samples")


@pytest.mark.parametrize(
    ("of_cell", "labels"),
    [({}, ["LSTM"]), ({}, ["sine fit"]), ({"metric": "phase rmse"}, ["LSTM", "sine fit"]),
     ({"task": "burst-noise-free"}, ["LSTM", "sine fit"]), ({}, ["wide LSTM", "sine fit"])],
)  # fmt: skip
def test_no_pair_where_one_of_the_two_or_the_metric_is_missing(of_cell, labels, rng):
    losses = {label: rng.random(10) for label in labels}
    assert paired(replace(CELL, **of_cell), losses, Metric("1", root=True)) == []


@pytest.mark.parametrize("exact", ["LSTM", "sine fit"])
def test_an_exact_answer_has_no_ratio_but_a_difference(exact, rng):
    losses = {label: rng.random(10) + 0.1 for label in ("LSTM", "sine fit")}
    losses[exact][3] = 0
    (row,) = paired(CELL, losses, Metric("1", root=True))
    assert (row.metric, row.unit) == (DIFFERENCE, "(1)²")
    assert row.value == pytest.approx(np.mean(losses["LSTM"] - losses["sine fit"]))


def test_the_paired_interval_is_a_bootstrap_of_signals_and_seeds(rng):
    difference = rng.normal(size=(3, 40)) + np.array([[0.0], [0.5], [-1.0]])
    weights = resampling_weights(40, stream(0, "signals"))
    mean, low, high, _ = paired_test(difference, weights, stream(1, "seeds"))
    seeds = stream(1, "seeds").integers(3, size=(999, 3))
    drawn = [np.mean([w @ difference[s] for s in trio]) for w, trio in zip(weights, seeds, strict=True)]
    assert (mean, low, high) == pytest.approx((difference.mean(), *np.quantile(drawn, [0.025, 0.975])))


@pytest.mark.parametrize(("constant", "p_value"), [(0.0, 1.0), (0.3, math.nan)])
def test_a_difference_that_never_varies_has_no_t_test(constant, p_value):
    weights = resampling_weights(9, stream(0, "constant"))
    found = paired_test(np.full((1, 9), constant), weights, stream(0, "constant"))
    assert found == pytest.approx((constant, constant, constant, p_value), nan_ok=True)


def test_a_headline_has_its_pair_though_no_task_lists_it():
    for task in TASKS.values():
        pairs = [(p.label, p.reference, p.metric) for p in pairs_of(task)]
        assert len(set(pairs)) == len(pairs)
        assert pairs_of(task)[: len(task.pairs)] == task.pairs
        for headline in task.page.headlines:
            assert (headline.net, headline.classical, headline.metric) in pairs
    (added,) = pairs_of(TASKS["burst-noise-free"])
    assert (added.label, added.reference, added.metric) == ("LSTM", "matched filter", "sample error rate")
