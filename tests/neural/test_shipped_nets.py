"""The shipped weights stay under their stated bounds, on fixed signals that no net was trained on."""

import numpy as np
import pytest

import neural
from dspvnn.compare import draw_cell, score
from dspvnn.tasks import TASKS

SEED = 77


def _value_and_limit(name, condition_name, metric, n, seed=0):
    task = TASKS[neural.RECIPES[name].task]
    condition = next(c for c in task.conditions if c.name == condition_name)
    context = draw_cell(task, condition, n, SEED)
    net = neural.load(name, seed, device="cpu")
    about = task.metrics[metric]
    value = about.value(score(task, net, context).losses[metric])
    return value, about.value(task.limit_losses(context)[metric])


def _seeds(name):
    return [(name, seed) for seed in neural.RECIPES[name].seeds]


@pytest.mark.parametrize(("name", "seed"), _seeds("tone/lstm"))
def test_tone_lstm_inside_its_range(name, seed):
    value, limit = _value_and_limit(name, "inside, 10 dB", "frequency rmse", 2000, seed)
    assert value < 1.5 * limit  # measured 1.2; 6 was asked


@pytest.mark.parametrize("condition", ["f in [0.02, 0.035], 20 dB", "f in [0.35, 0.4], 20 dB"])
def test_tone_lstm_collapses_outside_its_range(condition):
    value, limit = _value_and_limit("tone/lstm", condition, "frequency rmse", 500)
    assert value > 50 * limit  # if this ever fails, the report's story has to be told anew


@pytest.mark.parametrize(("name", "seed"), _seeds("tone/heterodyne-lstm"))
@pytest.mark.parametrize(
    "condition", ["inside, 0 dB", "inside, 10 dB", "f in [0.02, 0.035], 20 dB", "f in [0.4, 0.45], 20 dB"]
)
def test_heterodyne_lstm_inside_and_outside_its_range(name, seed, condition):
    value, limit = _value_and_limit(name, condition, "frequency rmse", 2000, seed)
    assert value < 1.12 * limit  # 2,000 signals tell an rms to 3 %


@pytest.mark.parametrize(("name", "seed"), _seeds("burst/lstm"))
def test_burst_lstm_is_near_the_bayes_filter(name, seed):
    value, limit = _value_and_limit(name, "inside, d from 3 to 20", "sample error rate", 2000, seed)
    assert value < 1.3 * limit  # measured 1.1; the rest is the interval at 2,000 records


@pytest.mark.parametrize("name", ["burst-noise-free/lstm", "burst-noise-free/elman"])
def test_bursts_without_noise_over_five_seeds(name):
    values = [
        _value_and_limit(name, "inside, no noise", "sample error rate", 1000, seed)[0]
        for seed in neural.RECIPES[name].seeds
    ]
    assert len(values) == 5
    assert max(values) < 0.005


@pytest.mark.parametrize(("name", "seed"), _seeds("ewma/linear-rnn"))
def test_linear_rnn_found_the_recursion(name, seed):
    network = neural.load(name, seed, device="cpu").network_
    learned = [float(p.detach()) for p in (network.w_y, network.w_x, network.bias)]
    np.testing.assert_allclose(learned, [0.8, 0.2, 0.0], atol=1e-6)


@pytest.mark.parametrize(("name", "seed"), _seeds("ewma/lstm"))
def test_ewma_lstm(name, seed):
    value, _ = _value_and_limit(name, "inside, uniform on 0 to 1", "relative rms error", 200, seed)
    assert value < 1.5e-3  # measured 6e-4


@pytest.mark.parametrize(("name", "seed"), _seeds("witness/lstm"))
def test_witness_lstm(name, seed):
    cell = "inside, fitted on the contamination"
    value, _ = _value_and_limit(name, cell, "relative residual", 800, seed)
    assert 20 * np.log10(value) < -50  # dB; measured -58


@pytest.mark.parametrize("name", neural.RECIPES)
def test_batch_against_single_and_order(name):
    task = TASKS[neural.RECIPES[name].task]
    signals = draw_cell(task, task.conditions[0], 5, SEED).trials.signals[:5]
    net = neural.load(name, device="cpu")
    together = net.predict(signals)
    singly = np.concatenate([net.predict(signals[i : i + 1]) for i in range(5)])
    # float32 sums in another order; evidence (a logit) is of order 10
    np.testing.assert_allclose(singly, together, rtol=1e-3, atol=1e-3 * np.abs(together).max())
    np.testing.assert_allclose(net.predict(signals[::-1])[::-1], together, rtol=1e-3, atol=1e-3)
