"""Paired comparisons: scipy's t-test over the signals, an interval over signals and seeds."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from dspvnn.lineup import lineup
from dspvnn.measure.compare import compare_cell
from dspvnn.measure.paired import adjusted, paired_test
from dspvnn.measure.statistics import resampling_weights
from dspvnn.results.metrics import DIFFERENCE, RATIO
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS


def test_one_seed_is_the_paired_t_test():
    rng = stream(0, "one seed")
    difference = rng.normal(0.1, 1, size=(1, 80))
    mean, low, high, p_value = paired_test(difference, resampling_weights(80, rng), rng)
    expected = stats.ttest_1samp(difference[0], 0)
    assert mean == pytest.approx(difference.mean())
    assert p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval()  # of the normal mean; the bootstrap's is near it
    np.testing.assert_allclose([low, high], interval, atol=0.05)


def test_seeds_widen_the_interval():
    """Every training is off by as much as a signal: 400 signals say little of trainings in general."""
    rng = stream(0, "seeds")
    difference = rng.normal(size=(5, 1)) + rng.normal(size=(5, 400))
    weights = resampling_weights(400, rng)
    _, low, high, p_value = paired_test(difference, weights, rng)
    each = difference.mean(axis=0)
    _, alone_low, alone_high, alone = paired_test(each[None], weights, rng)
    assert high - low > 5 * (alone_high - alone_low)
    assert p_value == alone == pytest.approx(stats.ttest_1samp(each, 0).pvalue)


def test_equal_answers_differ_by_nothing():
    rng = stream(0, "equal")
    answer = paired_test(np.zeros((2, 30)), resampling_weights(30, rng), rng)
    assert answer == (0, 0, 0, 1)


def of_pair(p_value, task="tone", kind="paired"):
    return Row(task, "c", "inside", 0, "e", kind, RATIO, "", 1, 1, 1, 10, p_value=p_value)


def test_holm_is_the_step_down_rule():
    rows = [of_pair(0.01), of_pair(0.04), of_pair(0.5, kind="trend"), of_pair(0.03), of_pair(math.nan)]
    found = adjusted(rows)
    assert [r.p_adjusted for r in found] == pytest.approx(
        [0.03, 0.06, math.nan, 0.06, math.nan], nan_ok=True
    )
    assert [replace(r, p_adjusted=math.nan).p_value for r in found][:2] == [0.01, 0.04]
    assert adjusted([]) == []


def test_every_task_is_a_family_of_its_own():
    """What else stands in a report does not change what is said of a task."""
    tone, others = [of_pair(0.01), of_pair(0.02)], [of_pair(0.03, "burst")] * 10
    assert adjusted(tone + others)[:2] == adjusted(tone)
    assert [r.p_adjusted for r in adjusted(tone)] == pytest.approx([0.02, 0.02])


def test_rows_of_a_cell_hold_its_pairs():
    condition = next(c for c in TASKS["tone"].conditions if c.name == "inside, 20 dB")
    rows = compare_cell("tone", condition, lineup("tone", "cpu"), 200, 0)
    pairs = {(r.estimator, r.reference): r for r in rows if r.metric == RATIO}
    assert set(pairs) == {(p.label, p.reference) for p in TASKS["tone"].pairs}
    direct = pairs["LSTM", "sine fit"]
    assert direct.ci_low < direct.value < direct.ci_high
    assert 1 < direct.value < 2
    range_alone = pairs["sine fit, given the range", "sine fit"]
    assert range_alone.value == pytest.approx(1, abs=0.05)  # far above the threshold it is worth nothing


def test_rates_differ_by_their_losses():
    condition = TASKS["burst"].conditions[0]
    rows = compare_cell("burst", condition, lineup("burst", "cpu"), 200, 0)
    value = {r.estimator: r.value for r in rows if r.metric == "sample error rate"}
    nets = [value[f"LSTM, seed {seed}"] for seed in range(3)]
    pair = next(r for r in rows if r.metric == DIFFERENCE and r.reference == "Bayes filter")
    assert pair.value == pytest.approx(np.mean(nets) - value["Bayes filter"])
