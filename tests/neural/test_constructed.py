"""What each architecture can represent: the constructed nets against the methods that they are."""

import numpy as np
import pytest

from baselines import MatchedFilter, SineFit
from baselines.roster import burst_templates
from dspvnn.limits import tone_bound
from dspvnn.signals import ewma
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from dspvnn.tasks.metrics import best_threshold
from dspvnn.tasks.tone.task import ToneCondition
from neural import constructed
from neural.estimators import EWMALSTM, BurstElman, WitnessLSTM


def drawn(task, n_signals, condition):
    return TASKS[task].draw(stream(5, "constructed"), n_signals, condition)


@pytest.mark.parametrize("condition", TASKS["ewma"].conditions, ids=lambda c: c.name)
@pytest.mark.parametrize(("precision", "at_most"), [("float32", 1e-6), ("float64", 1e-14)])
def test_the_lstm_is_the_ewma(condition, precision, at_most):
    trials = drawn("ewma", 50, condition)
    net = constructed.ConstructedEWMA(0.2, precision)
    error = net.predict(trials.signals) - trials.target  # kept longer than float64
    assert np.sqrt(np.mean(error**2) / np.var(trials.target)) < at_most
    # The first sample shows the start: (1 - alpha) of it, to the rounding of the dtype.
    assert np.max(np.abs(error[:, 0])) < at_most * np.max(np.abs(trials.target))


@pytest.mark.parametrize("alpha", [0.01, 0.5, 0.9])
def test_the_lstm_is_the_ewma_of_any_alpha(alpha, rng):
    x = 100 * rng.standard_normal((4, 300))
    found = constructed.ConstructedEWMA(alpha).predict(x)
    # A forget gate rounded to 1e-16 changes a memory of 1 / alpha samples by 1e-16 / alpha.
    np.testing.assert_allclose(found, ewma(x, alpha, x.mean(axis=1)), rtol=0, atol=1e-12)


def test_the_elman_net_is_the_matched_filter(rng):
    x = 3 * rng.standard_normal((40, 200))
    found = constructed.ConstructedMatchedFilter(burst_templates()).predict(x)
    np.testing.assert_allclose(found, MatchedFilter(burst_templates()).predict(x), rtol=0, atol=1e-10)


def test_the_switch_sees_every_end():
    condition = TASKS["burst-noise-free"].conditions[0]
    trials = drawn("burst-noise-free", 3000, condition)
    evidence = constructed.ConstructedSwitch().predict(trials.signals)
    threshold = best_threshold(evidence.ravel(), trials.target.ravel() == 0)
    assert np.all((evidence > threshold) == (trials.target == 0))
    assert 0 <= threshold < 0.95  # 0 is what every sample up to the burst gets


def test_products_are_products():
    trials = drawn("witness", 4, TASKS["witness"].conditions[0])
    truth = trials.signals.prod(axis=-1)
    np.testing.assert_array_equal(constructed.ConstructedProductUnit().predict(trials.signals), truth)
    error = constructed.ConstructedProductLSTM().predict(trials.signals) - truth
    assert np.sqrt(np.mean(error**2) / np.var(truth)) < 1e-9  # a^2 + 1e-16 / a of its docstring


@pytest.mark.parametrize("snr_db", [20, 30, 40])
def test_the_linear_path_is_within_a_hundredth_of_the_bound(snr_db):
    trials = drawn("tone", 4000, ToneCondition("", snr_range_db=(snr_db, snr_db)))
    p = trials.parameters
    bound = tone_bound(128, p["frequency"], p["phase"], p["amplitude"], p["noise_std"])["frequency"]
    error = constructed.ConstructedHeterodyne().predict(trials.signals) - trials.target
    fit = SineFit().predict(trials.signals) - trials.target
    # Against the sine fit on the same signals: the frames' 0.2 %, free of most of the sampling error.
    assert np.sqrt(np.mean(error**2) / np.mean(fit**2)) == pytest.approx(1.002, abs=0.008)
    assert np.sqrt(np.mean(error**2) / np.mean(bound)) < 1.05


def test_they_are_the_networks_of_the_trained_nets():
    for trained, built in (
        (EWMALSTM(), constructed.ConstructedEWMA()),
        (BurstElman(), constructed.ConstructedSwitch()),
        (WitnessLSTM(), constructed.ConstructedProductLSTM()),
    ):
        assert type(trained._network(100)) is type(built.network())
        assert trained._network(100).cell == built.network().cell


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (constructed.ConstructedEWMA(1.0), r"ConstructedEWMA: alpha must lie in \(0, 1\), got 1.0"),
        (
            constructed.ConstructedEWMA(precision="half"),
            r"ConstructedEWMA: precision must be 'float32' or 'float64', got 'half'",
        ),
        (
            constructed.ConstructedMatchedFilter(np.zeros(4)),
            "ConstructedMatchedFilter: template must be one or more rows of finite samples, none of them "
            r"zero throughout, got shape \(4,\)",
        ),
        (
            constructed.ConstructedSwitch(0.0),
            "ConstructedSwitch: gain must be positive and finite, got 0.0",
        ),
        (
            constructed.ConstructedHeterodyne(passes=0),
            "ConstructedHeterodyne: n_frames and passes must be at least 1, got 16, 0",
        ),
    ],
)
def test_refusals(estimator, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        estimator.predict(np.random.default_rng(0).standard_normal((2, 64)))
