"""Exported nets give the same estimates under ONNX Runtime, in batches of any size."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
from sklearn.exceptions import NotFittedError

import neural
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from neural.export import export

WHOLE = [name for name in neural.RECIPES if name not in ("ewma/equivariant-lstm", "tone/lstm+sine-fit")]
SEQUENCES = [name for name in WHOLE if not name.startswith("tone") and name != "ewma/linear-rnn"]


def _signals(name, n_signals, **changes):
    recipe = neural.RECIPES[name]
    condition = replace(recipe.condition(), **changes)
    return TASKS[recipe.task].draw(stream(7, "test", "export"), n_signals, condition).signals


def _session(name, path):
    net = neural.load(name, device="cpu")
    export(net, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return net, lambda X: session.run(None, {"signals": X})[0]


def _close(found, expected):
    """Within 1e-5, of the largest estimate where that is above 1 (a logit): both are float32."""
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * max(1.0, np.abs(expected).max())


@pytest.mark.parametrize("name", WHOLE)
def test_from_samples_to_estimates(name, tmp_path):
    net, run = _session(name, tmp_path / "net.onnx")
    for n_signals in (1, 50):
        X = _signals(name, n_signals)
        _close(run(X), net.predict(X))


@pytest.mark.parametrize("name", SEQUENCES)
def test_records_of_another_length(name, tmp_path):
    net, run = _session(name, tmp_path / "net.onnx")
    X = _signals(name, 3, n_samples=300)
    _close(run(X), net.predict(X))


def test_frequencies_are_exported_in_the_unit_of_the_sample_rate(tmp_path):
    net = neural.load("tone/heterodyne-lstm", device="cpu").set_params(sample_rate=1000.0)
    export(net, tmp_path / "net.onnx")
    X = _signals("tone/heterodyne-lstm", 20)
    found = onnxruntime.InferenceSession(tmp_path / "net.onnx").run(None, {"signals": X})[0]
    _close(found / 1000, net.predict(X) / 1000)


def test_of_the_refined_net_the_lstm_is_exported(tmp_path):
    _, run = _session("tone/lstm+sine-fit", tmp_path / "net.onnx")
    X = _signals("tone/lstm", 50)
    _close(run(X), neural.load("tone/lstm", device="cpu").predict(X))


def test_of_the_equivariant_net_the_network_is_exported(tmp_path):
    net, run = _session("ewma/equivariant-lstm", tmp_path / "net.onnx")
    rest = _signals("ewma/equivariant-lstm", 20)[:, 1:]
    rest = rest - rest.mean(axis=1, keepdims=True) - 0.9 / rest.shape[1]
    X = np.concatenate([np.full((20, 1), 0.9), rest], axis=1)  # start 0, and from the first sample scale 1
    _close(run(X), net.predict(X))


def test_an_untrained_net_is_refused(tmp_path):
    with pytest.raises(NotFittedError):
        export(neural.ToneLSTM(), tmp_path / "net.onnx")


@pytest.mark.slow
def test_the_command_line(tmp_path):
    command = [
        sys.executable,
        "-m",
        "neural.export",
        "ewma/linear-rnn",
        "--out",
        str(tmp_path / "net.onnx"),
    ]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert (tmp_path / "net.onnx").stat().st_size > 0
    command[3] = "tone/none"
    failed = subprocess.run(command, check=False, capture_output=True, text=True)
    assert failed.returncode == 2
    assert failed.stderr.startswith("neural.export: unknown net 'tone/none': the nets are ")
    assert failed.stderr.count("\n") == 1
