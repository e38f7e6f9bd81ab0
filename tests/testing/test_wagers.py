"""The sequential verdict written out: wealth, edges of the interval, blocks that grow, the worst signal."""

import math

import numpy as np
import pytest
from scipy import stats

from baselines import FFTPeak
from baselines.training_mean import TrainingMean
from dspvnn.limits import tone_bound
from dspvnn.tasks import TASKS, Trials
from dspvnn.testing.blocks import (
    Block,
    block_size,
    draw_block,
    draw_training,
    fitted,
    scored_blocks,
    worst_signal,
)
from dspvnn.testing.sequential import Bet, log_wealth_bounded, log_wealth_normal

TONE, BURST = TASKS["tone"], TASKS["burst"]


def cell(task, name):
    return next(c for c in task.conditions if c.name == name)


# --- the wealth -----------------------------------------------------------------------------------


def test_a_gambler_with_bounded_gains_holds_the_mean_of_his_wagers(rng):
    gains = rng.uniform(-1, 1, 50)
    shares = [1e-3 * (0.98 / 1e-3) ** (i / 23) for i in range(24)]
    wealths = [math.prod(1 + c * g for g in gains) for c in shares]
    assert log_wealth_bounded(gains) == pytest.approx(math.log(sum(wealths) / 24))


def normal_by_hand(gains, n_typical):
    """Robbins' mixture (1970) over a half-normal mean, of the t statistic less its skewness (Hall 1992)."""
    n, mean, std = len(gains), np.mean(gains), np.std(gains, ddof=1)
    a = np.mean(((gains - mean) / std) ** 3) / math.sqrt(n)
    t = math.sqrt(n) * mean / std
    t = t + a / 3 * t**2 + a**2 / 27 * t**3 + a / 6
    z = math.copysign(stats.norm.isf(stats.t.sf(abs(t), n - 1)), t)
    v = 9 * n / n_typical
    return math.log(2 / math.sqrt(1 + v) * stats.norm.cdf(z * math.sqrt(v / (1 + v)))) + z**2 / 2 * v / (
        1 + v
    )


@pytest.mark.parametrize("n", [5, 40, 300])
@pytest.mark.parametrize("mean", [-0.5, 0.0, 0.2])
def test_the_wealth_of_a_normal_mean_is_robbins_mixture(n, mean, rng):
    gains = mean + rng.exponential(size=n) - 1
    for n_typical in (10.0, 1000.0):
        assert log_wealth_normal(gains, n_typical) == pytest.approx(normal_by_hand(gains, n_typical))


def test_certain_gains_are_certain():
    assert log_wealth_normal(np.full(5, 0.1), 100.0) == math.inf
    assert log_wealth_normal(np.full(5, -0.1), 100.0) == -math.inf
    assert log_wealth_normal(np.zeros(5), 100.0) == -math.inf
    assert math.isfinite(log_wealth_normal(np.array([1.0, 1.0 + 1e-9, 1.0]), 100.0))


def test_overwhelming_evidence_is_a_large_finite_number(rng):
    found = log_wealth_normal(1 + 1e-3 * rng.standard_normal(500), 100.0)
    v = 45
    assert found == pytest.approx(35**2 / 2 * v / (1 + v) + math.log(2 / math.sqrt(1 + v)))


# --- bets on a ratio ------------------------------------------------------------------------------


@pytest.mark.parametrize("bounded", [True, False])
def test_both_bets_are_on_their_side_of_the_ratio(bounded, rng):
    losses, limit = rng.random(200), rng.random(200)
    bet = Bet(losses, limit, bounded, 100.0)
    wealth = log_wealth_bounded if bounded else lambda gains: log_wealth_normal(gains, 100.0)
    assert bet.within(1.3) == wealth(1.3 * limit - losses)
    assert bet.beyond(1.3) == wealth(losses / 1.3 - limit)


@pytest.mark.parametrize("bounded", [True, False])
def test_the_interval_ends_where_a_bet_wins(bounded, rng):
    bet = Bet(rng.random(500), 0.7 * rng.random(500), bounded, 100.0)
    low, high = bet.interval(0.01, 0.2)
    assert bet.beyond(low) == pytest.approx(-math.log(0.01), abs=1e-6)
    assert bet.within(high) == pytest.approx(-math.log(0.2), abs=1e-6)


def test_an_interval_may_be_open():
    low, high = Bet(np.zeros(10), np.full(10, 0.5), True, 100.0).interval(0.05, 0.05)
    assert low == 0.0
    assert 0 < high < 10
    low, high = Bet(np.ones(10), np.full(10, 1e-14), True, 100.0).interval(0.05, 0.05)
    assert 1 < low < high == 1e12  # as good as infinite


# --- blocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "name", "sizes"),
    [
        (TONE, "inside, 10 dB", [1000, 1000, 2000, 4000]),
        (BURST, "records 10 x longer, d = 6", [400, 400, 400, 400]),
        (TASKS["tone-mismatch"], "none", [125, 125, 250, 500]),
    ],
)
def test_blocks_double_from_the_second_on(task, name, sizes):
    assert [block_size(task, cell(task, name), k) for k in range(4)] == sizes
    assert len(draw_block(task, name, 2).signals) == sizes[2]


def test_a_block_is_drawn_again_alone_and_by_the_name_of_its_task():
    first = draw_block("tone", "inside, 10 dB", 1, 5).signals
    np.testing.assert_array_equal(draw_block(TONE, "inside, 10 dB", 1, 5).signals, first)
    for other in ((0, 5), (1, 6)):
        assert not np.isin(draw_block(TONE, "inside, 10 dB", *other).signals, first).any()
    np.testing.assert_array_equal(
        draw_block(TONE, "inside, 10 dB", 0).signals, draw_block(TONE, "inside, 10 dB", 0, seed=0).signals
    )


def test_an_estimator_is_fitted_once_on_the_training_draw_of_its_cell():
    condition = cell(BURST, "half the width, d = 6")
    training = draw_training(BURST, condition, 3)
    assert training.signals.shape == (500, 130)
    mean = fitted(TrainingMean(), training)
    assert mean.predict(training.signals)[0, 0] == pytest.approx(training.target.mean())
    again = fitted(TrainingMean().fit(training.signals, np.zeros((500, 130))), training)
    assert again.predict(training.signals)[0, 0] == 0


def test_blocks_hold_the_losses_of_estimator_and_limit():
    condition = cell(TONE, "inside, 30 dB")
    blocks = scored_blocks(FFTPeak("candan"), TONE, condition, "frequency rmse", None, 2)
    for number, block in zip(range(2), blocks, strict=False):
        trials = draw_block(TONE, condition.name, number, 2)
        p = trials.parameters
        bound = tone_bound(128, p["frequency"], p["phase"], p["amplitude"], p["noise_std"])["frequency"]
        assert (block.number, block.n_failed) == (number, 0)
        np.testing.assert_array_equal(block.trials.signals, trials.signals)
        np.testing.assert_allclose(block.limit, bound)
        np.testing.assert_allclose(
            block.losses, (FFTPeak("candan").predict(trials.signals) - trials.target) ** 2
        )


@pytest.mark.parametrize(
    ("task", "name", "metric", "loss"),
    [(TONE, "inside, 30 dB", "frequency rmse", 0.04), (BURST, "inside, d = 4", "miss rate", 0.2)],
)
def test_a_value_that_is_asked_for_is_the_limit_of_every_trial(task, name, metric, loss):
    """0.2 of a metric that is the root of the mean loss is a loss of 0.04."""
    block = next(scored_blocks(TrainingMean(), task, cell(task, name), metric, 0.2, 0))
    np.testing.assert_allclose(block.limit, np.full(len(block.losses), loss))


def test_thresholds_of_every_block_have_a_calibration_draw_of_their_own():
    seen = []

    class Energy:
        def __init__(self):
            self.side_information = frozenset()

        def predict(self, X):
            seen.append(X)
            return np.cumsum(X**2, axis=1)

    blocks = scored_blocks(Energy(), BURST, cell(BURST, "records 10 x longer, d = 6"), "miss rate", 0.2, 0)
    next(blocks)
    next(blocks)
    calibrations, tests = seen[0::2], seen[1::2]
    # 4,000 signals of 130 samples are 400 of 1,300, and no fewer than 600.
    assert [len(X) for X in calibrations] == [600, 600]
    assert [len(X) for X in tests] == [400, 400]
    assert len(np.unique(np.concatenate([X[:, 0] for X in seen]))) == 2000  # no signal twice


def block(number, losses, limit, present=None):
    n = len(losses) if present is None else len(present)
    parameters = {} if present is None else {"present": np.array(present)}
    trials = Trials(np.zeros((n, 8)), np.zeros(n), parameters)
    return Block(number, np.array(losses), np.array(limit), 0, trials)


def test_the_worst_signal_is_the_one_furthest_beyond_its_limit():
    first = block(0, [1.0, 9.0, 4.0], [1.0, 8.0, 1.0])
    assert worst_signal([first]) == (0, 2)
    second = block(1, [8.0, 2.0], [1.0, 2.0])
    assert worst_signal([first, second]) == (1, 0)
    assert worst_signal([second, first]) == (1, 0)


def test_of_a_metric_of_bursts_it_is_counted_among_all_signals():
    assert worst_signal([block(3, [0.0, 1.0], [0.0, 0.0], [False, True, False, True])]) == (3, 3)
