"""The project's own nets, held to their bounds by the test that it offers to anyone."""

import numpy as np
import pytest

import neural
from dspvnn.testing import assert_within

RATIOS = [  # net, region, cells, metric, bound on the ratio to the limit
    ("tone/heterodyne-lstm", "inside", lambda c: c.snr_db >= 0, "frequency rmse", 1.15),
    ("tone/heterodyne-lstm", "below", lambda c: c.frequency_range[0] >= 0.02, "frequency rmse", 1.15),
    ("tone/heterodyne-lstm", "above", lambda c: c.frequency_range[1] <= 0.45, "frequency rmse", 1.15),
    ("tone/lstm", "inside", lambda c: c.snr_db == 10, "frequency rmse", 1.5),
    ("burst/lstm", "inside", lambda c: np.isnan(c.snr_db), "sample error rate", 1.3),
]
VALUES = [  # where the limit is 0 or rounding: a bound on the metric itself
    ("burst-noise-free/lstm", lambda c: True, 0.005),
    ("burst-noise-free/elman", lambda c: True, 0.005),
    ("ewma/lstm", lambda c: True, 1.5e-3),
    ("witness/lstm", lambda c: c.fitted_on == "contamination", 10 ** (-50 / 20)),
]


def _seeds(rows):
    return [(row[0], seed, *row[1:]) for row in rows for seed in neural.RECIPES[row[0]].seeds]


@pytest.mark.parametrize(("name", "seed", "region", "where", "metric", "ratio"), _seeds(RATIOS))
def test_net_is_within_a_ratio_of_the_limit(name, seed, region, where, metric, ratio):
    net = neural.load(name, seed, device="cpu")
    assert_within(net, neural.RECIPES[name].task, ratio, region, where=where, metric=metric)


@pytest.mark.parametrize(("name", "seed", "where", "at_most"), _seeds(VALUES))
def test_net_stays_under_a_bound(name, seed, where, at_most):
    net = neural.load(name, seed, device="cpu")
    assert_within(net, neural.RECIPES[name].task, where=where, at_most=at_most)


def test_the_samples_lstm_is_lost_outside_its_range():
    net = neural.load("tone/lstm", device="cpu")
    with pytest.raises(AssertionError, match="beyond 50 x the limit"):
        assert_within(net, "tone", 50, "above")
