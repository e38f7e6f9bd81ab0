"""Device onnx: what PyTorch answers, one record at a time or many, and what it cannot do said in a line."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

import neural
from dspvnn.randomness import stream
from dspvnn.tasks import TASKS
from neural import devices
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


@pytest.mark.parametrize("n_samples", [48, 300, base.LONGEST_GRAPH + 1])
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


def test_a_missing_extra_is_one_line(monkeypatch):
    monkeypatch.setattr(devices, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"^device onnx needs the extra \[onnx\]: pip install"):
        neural.load("tone/lstm", device="onnx")


def test_what_runs_a_net_is_told():
    assert devices.device_title("cpu") == "cpu"
    assert devices.device_title("onnx").startswith("cpu, ONNX Runtime 1.")
