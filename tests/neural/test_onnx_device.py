"""Device onnx: what PyTorch answers, one record at a time or many, and what it cannot do said in a line."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.base import clone

import neural
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from neural import devices, onnx
from neural.estimators import base


def signals(name, n_signals, n_samples=None):
    recipe = neural.RECIPES[name]
    condition = recipe.condition()
    X = TASKS[recipe.task].draw(stream(7, "test", "onnx device"), n_signals, condition).signals
    return X if n_samples is None else np.concatenate([X] * 20, axis=1)[:, :n_samples]


def close(found, expected):
    """Both are single precision inside; 1e-5 of the largest estimate where that is above 1 (a logit)."""
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.nanmax(np.abs(expected))))


@pytest.mark.parametrize("name", neural.RECIPES)
def test_answers_as_on_the_cpu(name):
    net, cpu = neural.load(name, device="onnx"), neural.load(name, device="cpu")
    for n_signals in (1, 20):
        X = signals(name, n_signals)
        close(net.predict(X), cpu.predict(X))


@pytest.mark.parametrize("n_samples", [48, base.LONGEST_GRAPH + 1, 1100])
@pytest.mark.parametrize("name", ["tone/heterodyne-lstm", "burst/lstm", "ewma/linear-rnn"])
def test_records_of_another_length(name, n_samples):
    net, cpu = neural.load(name, device="onnx"), neural.load(name, device="cpu")
    X = signals(name, 3, n_samples)
    close(net.predict(X), cpu.predict(X))


def test_all_outputs_and_standard_errors():
    outputs = ("frequency", "phase", "amplitude", "offset")
    net, cpu = (
        neural.load("tone/heterodyne-lstm", device=d).set_params(outputs=outputs) for d in ("onnx", "cpu")
    )
    X = signals("tone/heterodyne-lstm", 20)
    for found, expected in zip(
        net.predict(X, return_std=True), cpu.predict(X, return_std=True), strict=True
    ):
        close(found, expected)


def test_a_constant_record_has_no_frequency():
    net = neural.load("tone/lstm", device="onnx")
    with pytest.warns(match="constant"):
        assert np.isnan(net.predict(np.ones((1, 128)))).all()


def test_it_learns_copies_and_pickles():
    X = signals("ewma/lstm", 8)
    y = np.cumsum(X, axis=1) / 100
    net = neural.EWMALSTM(hidden=4, steps=2, batch_size=4, device="onnx").fit(X, y)
    before = net.predict(X)
    close(pickle.loads(pickle.dumps(net)).predict(X), before)
    again = clone(net).set_params(seed=1).fit(X, y).predict(X)
    assert not np.allclose(again, before)
    # A second fit makes another graph, too.
    np.testing.assert_array_equal(net.set_params(seed=1).fit(X, y).predict(X), again)


def test_changed_arguments_and_weights_are_heard_at_once():
    X = signals("tone/heterodyne-lstm", 3)
    net, cpu = (neural.load("tone/heterodyne-lstm", device=d) for d in ("onnx", "cpu"))
    net.predict(X)
    for changes in ({"sample_rate": 1000.0}, {"frequency_range": (200.0, 240.0)}):
        close(net.set_params(**changes).predict(X), cpu.set_params(**changes).predict(X))
    X = signals("burst/lstm", 3)
    net, other = neural.load("burst/lstm", device="onnx"), neural.load("burst/lstm", 1, "cpu")
    net.predict(X)
    net.network_.load_state_dict(other.network_.state_dict())
    close(net.predict(X), other.predict(X))


def test_a_validation_on_the_way_sees_the_net_as_it_is():
    task, recipe = TASKS["burst-noise-free"], neural.RECIPES["burst-noise-free/lstm"]
    X, found = signals("burst-noise-free/lstm", 4), {}
    for device in ("onnx", "cpu"):
        net = neural.BurstLSTM(hidden=4, steps=20, batch_size=4, device=device)
        answers = found[device] = []

        def validate(net=net, answers=answers):
            answers.append(net.predict(X))
            return 0.0

        net.fit_task(task, recipe.condition(), validate=validate)
        answers.append(net.predict(X))
    assert len(found["onnx"]) == 21
    assert not np.allclose(found["onnx"][0], found["onnx"][-1])
    for one, other in zip(found["onnx"], found["cpu"], strict=True):
        close(one, other)


def test_threads_share_a_net():
    X = signals("burst/lstm", 2)
    nets = [neural.load(name, device="onnx") for name in ("burst/lstm", "burst/elman")]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda net: net.predict(X), 4 * nets))
    for i, name in enumerate(("burst/lstm", "burst/elman")):
        for answer in answers[i::2]:
            close(answer, neural.load(name, device="cpu").predict(X))


@pytest.mark.parametrize(("name", "n_graphs"), [("burst/lstm", 1), ("ewma/linear-rnn", onnx.MOST_KEPT)])
def test_many_record_lengths_take_few_graphs(name, n_graphs):
    net, cpu = neural.load(name, device="onnx"), neural.load(name, device="cpu")
    for n_samples in range(20, 21 + onnx.MOST_KEPT):
        X = signals(name, 2, n_samples)
        close(net.predict(X), cpu.predict(X))
    assert onnx.n_kept(net.network_) == n_graphs


def test_a_missing_extra_is_one_line(monkeypatch):
    net = neural.load("burst/lstm", device="cpu").set_params(device="onnx")
    monkeypatch.setattr(devices, "find_spec", lambda name: None)
    for call in (
        lambda: neural.load("tone/lstm", device="onnx"),
        lambda: net.predict(signals("burst/lstm", 1)),
    ):
        with pytest.raises(ValueError, match=r"^device onnx needs the extra \[onnx\]: pip install"):
            call()


def test_what_runs_a_net_is_told():
    assert devices.device_title("cpu") == "cpu"
    assert devices.device_title("onnx").startswith("cpu, ONNX Runtime 1.")
