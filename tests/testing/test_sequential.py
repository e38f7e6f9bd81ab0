"""The sequential verdict errs no more often than it says, however often one looks, and ends."""

import numpy as np
import pytest
from scipy.stats import binom

from dspvnn.signals.randomness import stream
from dspvnn.testing.sequential import Bet, log_wealth_bounded, log_wealth_normal

ERROR = 0.05
FIRST, LOOKS = 250, 6
SQUARED = 1.21  # the square of the ratio 1.1


def verdict(losses, limit, ratio, bounded):
    """Look after 250, 500 ... 8,000 trials: "within", "beyond", or "" when neither is certain."""
    for look in range(LOOKS):
        n = FIRST * 2**look
        bet = Bet(losses[:n], limit[:n], bounded, 4 * FIRST)
        if bet.within(ratio) >= -np.log(ERROR):
            return "within"
        if bet.beyond(ratio) >= -np.log(ERROR):
            return "beyond"
    return ""


def verdicts(draw, ratio, bounded, repeats):
    rng = stream(3, "sequential")
    return [verdict(*draw(rng, FIRST * 2 ** (LOOKS - 1)), ratio, bounded) for _ in range(repeats)]


def against_a_bound(rng, n, ratio=SQUARED):
    return ratio * rng.standard_normal(n) ** 2, np.ones(n)


def paired(rng, n):
    best = rng.standard_normal(n)
    return best**2 + (SQUARED - 1) * rng.standard_normal(n) ** 2, best**2


def with_gross_errors(rng, n):
    size = np.where(rng.random(n) < 0.05, 30.0, 1.0)
    return SQUARED / (0.95 + 0.05 * 30) * size * rng.standard_normal(n) ** 2, np.ones(n)


def yes_or_no(worse, best):
    def draw(rng, n):
        place = rng.random(n)
        return (place < worse).astype(float), (place < best).astype(float)

    return draw


AT_THE_BOUND = {
    "squared errors against a bound": (against_a_bound, SQUARED, False),
    "squared errors in pairs": (paired, SQUARED, False),
    "one error in twenty is gross": (with_gross_errors, SQUARED, False),
    "misses": (yes_or_no(0.33, 0.3), 1.1, True),
    "rare misses": (yes_or_no(0.0055, 0.005), 1.1, True),
    "a share of 1": (yes_or_no(0.005, 1.0), 0.005, True),
}


@pytest.mark.parametrize("name", AT_THE_BOUND)
def test_at_the_bound_either_verdict_is_as_rare_as_said(name):
    """At the bound itself both verdicts are wrong; each may come with a probability of ERROR at most.

    200 tries: more than the 99.9 % quantile of that many is a broken promise, not chance.
    """
    draw, ratio, bounded = AT_THE_BOUND[name]
    found = verdicts(draw, ratio, bounded, 200)
    most = binom.ppf(0.999, 200, ERROR)
    assert found.count("within") <= most
    assert found.count("beyond") <= most


def test_looking_often_with_a_plain_interval_would_break_the_promise():
    """What the wealth is for: a t statistic at the same level, asked at every look, errs too often."""
    rng = stream(4, "sequential")
    gains = rng.standard_normal((400, FIRST * 2 ** (LOOKS - 1)))
    looks = [gains[:, : FIRST * 2**k] for k in range(LOOKS)]
    crossed = [g.mean(axis=1) / g.std(axis=1) * np.sqrt(g.shape[1]) > 1.645 for g in looks]
    assert np.any(crossed, axis=0).mean() > 2 * ERROR


@pytest.mark.parametrize(("ratio", "expected"), [(1.0, "within"), (1.05, "within"), (1.15, "beyond")])
def test_away_from_the_bound_the_verdict_comes_and_is_right(ratio, expected):
    assert set(verdicts(lambda rng, n: against_a_bound(rng, n, ratio**2), SQUARED, False, 50)) == {expected}


def test_no_miss_seen_needs_as_many_trials_as_the_binomial_says():
    """No error in n trials tells a rate below p at the level a when (1 - p)^n < a, and not before."""
    limit = np.ones(20_000)
    needed = int(np.ceil(np.log(ERROR) / np.log(1 - 0.005)))
    certain = [
        Bet(np.zeros(n), limit[:n], True, 1000).within(0.005) >= -np.log(ERROR) for n in range(0, 1500, 10)
    ]
    first = 10 * certain.index(True)
    assert needed <= first < 2.5 * needed  # the price of looking at any time


@pytest.mark.slow
def test_interval_holds_the_ratio_at_all_looks_together():
    rng = stream(5, "sequential")
    missed = 0
    for _ in range(60):
        losses, limit = paired(rng, 8000)
        intervals = [
            Bet(losses[:n], limit[:n], False, 4 * FIRST).interval(ERROR, ERROR)
            for n in (250, 1000, 4000, 8000)
        ]
        missed += not all(low <= SQUARED <= high for low, high in intervals)
        assert intervals[-1][1] - intervals[-1][0] < intervals[0][1] - intervals[0][0]
    assert missed <= binom.ppf(0.999, 60, 2 * ERROR)


def test_interval_and_verdict_agree():
    rng = stream(6, "sequential")
    for draw, bounded in ((paired, False), (yes_or_no(0.2, 0.15), True)):
        bet = Bet(*draw(rng, 3000), bounded, 4 * FIRST)
        low, high = bet.interval(ERROR, ERROR)
        assert bet.within(high * 1.001) >= -np.log(ERROR) > bet.within(high * 0.999)
        assert bet.beyond(low * 0.999) >= -np.log(ERROR) > bet.beyond(low * 1.001)


def test_wealth_is_one_without_a_trial_that_tells():
    assert log_wealth_bounded(np.zeros(10)) == pytest.approx(0)
    assert log_wealth_normal(np.zeros(10), 100.0) == -np.inf


def test_normal_wealth_is_the_mixture_it_claims_to_be():
    """Against quadrature: the mean over a half-normal prior of exp(m z sqrt(n) - m^2 n / 2)."""
    rng = stream(7, "sequential")
    gains = rng.standard_normal(4000) + 0.03
    z = np.mean(gains) / np.std(gains, ddof=1) * np.sqrt(4000)
    mean = np.linspace(0, 1, 200_001)[1:]
    scale = 3 / np.sqrt(1000)
    prior = 2 / np.sqrt(2 * np.pi) / scale * np.exp(-((mean / scale) ** 2) / 2)
    wealth = np.trapezoid(prior * np.exp(mean * z * np.sqrt(4000) - mean**2 * 4000 / 2), mean)
    # The skewness of normal gains is no more than chance, and 4,000 trials tell the variance to 2 %.
    assert log_wealth_normal(gains, 1000) == pytest.approx(np.log(wealth), abs=0.15)
