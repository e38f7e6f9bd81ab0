"""Who is ahead is decided by the paired comparison: interval and p-value together, and nothing else."""

import math

import numpy as np
import pytest

from dspvnn.measure.paired import adjusted, paired_test
from dspvnn.measure.statistics import resampling_weights
from dspvnn.results.ahead import ahead
from dspvnn.results.metrics import DIFFERENCE, RATIO
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream


def pair(low, value, high, p=1e-9, metric=RATIO, raw=1e-9):
    return Row("tone", "c", "inside", 0, "net", "paired", metric, "", value, low, high, 10,
               reference="fit", compared="rmse", p_value=raw, p_adjusted=p)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "who"),
    [
        (pair(0.5, 0.6, 0.99), "net"),
        (pair(1.01, 2.0, 3.0), "fit"),
        (pair(0.5, 0.6, 1.0), ""),  # the interval touches equality
        (pair(1.0, 2.0, 3.0), ""),
        (pair(0.5, 0.6, 0.7, p=0.0499), "net"),
        (pair(0.5, 0.6, 0.7, p=0.0501), ""),  # as likely by chance as is allowed for
        (pair(0.5, 0.6, 0.7, p=math.nan), ""),  # not adjusted: nothing is decided
        (pair(0.5, 0.6, 0.7, p=math.nan, raw=math.nan), "net"),  # no spread at all, no p-value
        (pair(1.0, 1.0, 1.0, p=1.0, raw=1.0), ""),
        (pair(-0.3, -0.2, -0.1, metric=DIFFERENCE), "net"),
        (pair(0.1, 0.2, 0.3, metric=DIFFERENCE), "fit"),
        (pair(-0.1, 0.2, 0.3, metric=DIFFERENCE), ""),
        (pair(0.0, 0.0, 0.0, p=1.0, raw=1.0, metric=DIFFERENCE), ""),
    ],
)
def test_interval_and_p_value_decide_together(row, who):
    assert ahead(row) == who


def test_errors_that_go_together_are_told_apart_where_their_own_intervals_overlap():
    """On records of very unlike difficulty one method is 5 % better on nearly every one.

    Each mean log error has a standard error of 3 / sqrt(400) = 0.15, three times the difference: two
    separate intervals overlap by far. The paired difference has one of 0.02 / sqrt(400) = 0.001.
    """
    rng = stream(0, "together")
    difficulty = rng.normal(scale=3, size=400)
    difference = -0.05 + rng.normal(scale=0.02, size=(1, 400))
    weights = resampling_weights(400, rng)
    separate = [np.quantile(weights @ errors, (0.025, 0.975))
                for errors in (difficulty, difficulty + difference[0])]  # fmt: skip
    assert separate[0][0] < separate[1][1]
    assert separate[1][0] < separate[0][1]
    mean, low, high, p_value = paired_test(difference, weights, rng)
    shown = np.exp([low, mean, high])
    (row,) = adjusted([pair(*map(float, shown), p=math.nan, raw=p_value)])
    assert ahead(row) == "net"


@pytest.mark.slow
def test_chance_names_a_winner_among_many_equals_no_more_often_than_it_may():
    """40 pages of 20 pairs of equals: Holm holds the chance of a winner on a page at 5 %: 2 expected.

    Seven or more have a probability of 0.003 (binomial), were it exactly 5 %; unadjusted, 26 are expected.
    """
    pages = 0
    for page in range(40):
        rng = stream(page, "equals")
        weights = resampling_weights(50, rng)
        rows = []
        for _ in range(20):
            mean, low, high, p_value = paired_test(rng.normal(size=(1, 50)), weights, rng)
            rows.append(pair(*np.exp([low, mean, high]).tolist(), p=math.nan, raw=p_value))
        pages += any(map(ahead, adjusted(rows)))
    assert pages < 7
