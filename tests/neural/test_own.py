"""Models of a user's own: a torch module, an ONNX file, a Keras model, a pipeline, a plain function."""

import copy

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from dspvnn.adapter import Adapted, Guarded
from dspvnn.measure.compare import Contestant, compare_cell
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from neural.own import ModuleEstimator, OnnxEstimator

TONE = TASKS["tone"]
N = TONE.training.n_samples


def perceptron():
    return nn.Sequential(nn.Linear(N, 64), nn.ReLU(), nn.Linear(64, 1))


def drawn(label, n):
    trials = TONE.draw(stream(0, label, "own"), n, TONE.training)
    return trials.signals, trials.target


def rms(estimates, targets):
    return np.sqrt(np.mean((estimates - targets) ** 2))


def by_hand(X, y, steps, rate):
    """Train the same net by a loop that anyone would write."""
    torch.manual_seed(0)
    net = perceptron()
    x, target = torch.tensor(X).float(), torch.tensor((y - y.mean()) / y.std()).float()
    optimiser = torch.optim.Adam(net.parameters(), rate)
    for _ in range(steps):
        chosen = torch.randint(len(x), (64,))
        optimiser.zero_grad()
        nn.functional.mse_loss(net(x[chosen]).squeeze(-1), target[chosen]).backward()
        optimiser.step()
    return lambda X: y.mean() + y.std() * net(torch.tensor(X).float()).detach().numpy().squeeze(-1)


def test_a_module_is_as_good_as_trained_by_hand():
    (X, y), (X_test, y_test) = drawn("train", 2000), drawn("test", 1000)
    ours = ModuleEstimator(perceptron, steps=300, learning_rate=2e-3).fit(X, y)
    hand = rms(by_hand(X, y, 300, 2e-3)(X_test), y_test)
    assert hand < 0.8 * rms(y.mean(), y_test)  # it learns something
    assert rms(ours.predict(X_test), y_test) < 1.5 * hand


@pytest.mark.slow
def test_fresh_signals_are_better_than_a_fixed_set():
    X_test, y_test = drawn("test", 1000)
    settings = {"steps": 300, "learning_rate": 2e-3}
    few = ModuleEstimator(perceptron, **settings).fit(*drawn("train", 200))
    fresh = ModuleEstimator(perceptron, **settings).fit_task(TONE, TONE.training)
    assert rms(fresh.predict(X_test), y_test) < rms(few.predict(X_test), y_test)


def test_every_fit_begins_anew():
    X, y = drawn("train", 200)
    net = ModuleEstimator(perceptron, steps=20).fit(X, y)
    first = net.predict(X)
    np.testing.assert_array_equal(net.fit(X, y).predict(X), first)
    np.testing.assert_array_equal(copy.deepcopy(net).predict(X), first)


def test_sample_by_sample():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 30))

    class Cumulative(nn.Module):
        def __init__(self):
            super().__init__()
            self.recurrent = nn.RNN(1, 4, batch_first=True)
            self.out = nn.Linear(4, 1)

        def forward(self, x):
            return self.out(self.recurrent(x[..., None])[0])

    net = ModuleEstimator(Cumulative, per_sample=True, steps=300, learning_rate=1e-2).fit(X, X)
    assert net.predict(X).shape == X.shape
    assert rms(net.predict(X), X) < 0.3


@pytest.fixture
def onnx_file(tmp_path):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    torch.manual_seed(0)
    net = perceptron()
    path = tmp_path / "net.onnx"
    axes = {"x": {0: "n"}}
    torch.onnx.export(net, (torch.randn(2, N),), path, dynamo=False, input_names=["x"], dynamic_axes=axes)
    return net, path


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_an_onnx_file_answers_as_the_net_that_it_was_made_of(onnx_file):
    net, path = onnx_file
    X, _ = drawn("test", 50)
    expected = net(torch.tensor(X).float()).detach().numpy().squeeze(-1)
    found = OnnxEstimator(path)
    np.testing.assert_allclose(found.predict(X), expected, atol=1e-5)  # float32, other orders of sums
    np.testing.assert_array_equal(copy.deepcopy(found).predict(X), found.predict(X))


@pytest.mark.parametrize("content", [None, b"no graph"])
def test_what_is_no_onnx_file_is_said(tmp_path, content):
    pytest.importorskip("onnxruntime")
    path = tmp_path / "net.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match="there is no file" if content is None else "is no ONNX model"):
        OnnxEstimator(path).predict(np.ones((2, 8)))


@pytest.mark.slow  # it takes ten seconds to import
def test_a_keras_model_is_as_good_as_trained_by_hand(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    (X, y), (X_test, y_test) = drawn("train", 2000), drawn("test", 1000)

    class Model:
        """What a user writes: scikit-learn's two methods around a Keras model."""

        def fit(self, X, y):
            keras.utils.set_random_seed(0)
            self.mean, self.std = y.mean(), y.std()
            self.net = keras.Sequential([keras.layers.Dense(64, activation="relu"), keras.layers.Dense(1)])
            self.net.compile(keras.optimizers.Adam(2e-3), "mse")
            self.net.fit(X, (y - self.mean) / self.std, batch_size=64, epochs=10, verbose=0)
            return self

        def predict(self, X):
            return self.mean + self.std * self.net.predict(X, verbose=0)

    adapted = Adapted(Model).fit(X, y)
    assert rms(adapted.predict(X_test), y_test) < 1.5 * rms(by_hand(X, y, 300, 2e-3)(X_test), y_test)


def test_all_kinds_stand_in_a_cell():
    things = {
        "pipeline": make_pipeline(StandardScaler(), Ridge()),
        "module": ModuleEstimator(perceptron, steps=50),
        "function": lambda X: np.full(len(X), 0.15),
    }
    own = [Contestant(name, lambda thing=thing: Guarded(thing)) for name, thing in things.items()]
    rows = compare_cell("tone", TONE.conditions[4], own, 60, 0)
    mine = {r.estimator: r for r in rows if r.estimator in things}
    assert set(mine) == set(things)
    assert all((r.n_failed, r.error) == (0, "") for r in mine.values())
