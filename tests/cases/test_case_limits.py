"""The limits of the cases: exact Bayes error and bounds against simulations."""

import numpy as np
import pytest

from dspvnn.cases.frequency_and_phase import posterior as fp
from dspvnn.cases.frequency_and_phase.records import asked_records
from dspvnn.signals.randomness import stream


@pytest.fixture(scope="module")
def drawn():
    rng = stream(0, "tests", "posed")
    test = asked_records(phases=True, seed=0)[1]
    X, y = test.signals[:150], test.targets[:150]
    return X + fp.NOISE_STD * rng.standard_normal(X.shape), y


def test_posterior_mean_against_a_loop_over_the_hypotheses(drawn):
    X, _ = drawn
    values, signals, log_prior = fp._hypotheses(phases=True)
    for x, found in zip(X[:3], fp.posterior_mean(X[:3], fp.NOISE_STD), strict=True):
        log = -np.sum((x - signals) ** 2, axis=1) / (2 * fp.NOISE_STD**2) + log_prior
        weight = np.exp(log - log.max())
        np.testing.assert_allclose(found, weight @ values / weight.sum(), rtol=1e-6, atol=1e-6)


def test_the_prior_of_the_hypotheses_is_that_of_the_draw():
    values, _, log_prior = fp._hypotheses(phases=True)
    f, offset = values.T
    prior = np.exp(log_prior) / np.exp(log_prior).sum()
    y = np.concatenate([asked_records(True, seed)[0].targets for seed in range(10)])
    for low, high in ((-400, -150), (-20, 20), (0, 0), (150, 400)):
        share = np.mean((y[:, 0] >= low) & (y[:, 0] <= high))
        expected = prior[(f >= low) & (f <= high)].sum()
        assert share == pytest.approx(expected, abs=4.5 * np.sqrt(expected / len(y)))
    assert prior @ offset == pytest.approx(44.5)


@pytest.mark.slow
def test_the_posterior_knows_its_own_error(drawn):
    """Drawn from its own prior, the mean squared error is the mean posterior variance."""
    X, y = drawn
    values, signals, log_prior = fp._hypotheses(phases=True)
    energy = np.sum(signals**2, axis=1) / 2
    expected = []
    for block in np.array_split(X, 5):
        log = (block @ signals.T - energy) / fp.NOISE_STD**2 + log_prior
        weight = np.exp(log - log.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        expected.append(weight @ values**2 - (weight @ values) ** 2)
    squared = (fp.posterior_mean(X, fp.NOISE_STD) - y) ** 2
    gap = squared - np.concatenate(expected)
    error = gap.std(axis=0) / np.sqrt(len(gap))
    assert (np.abs(gap.mean(axis=0)) < 4 * error).all()


def test_no_estimate_has_a_smaller_mean_squared_error_than_the_posterior_mean(drawn):
    X, y = drawn
    best = ((fp.posterior_mean(X, fp.NOISE_STD) - y) ** 2).mean()
    values, signals, log_prior = fp._hypotheses(phases=True)
    score = (X @ signals.T - np.sum(signals**2, axis=1) / 2) / fp.NOISE_STD**2 + log_prior
    likeliest = values[score.argmax(axis=1)]
    assert best < ((likeliest - y) ** 2).mean()
    assert best < ((y - [0.0, 44.5]) ** 2).mean()
    assert best > 1000  # the sign of f stays hidden at 20 dB: an error of thousands is the task's own
