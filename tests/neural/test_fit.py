"""Nets learn from the user's own arrays, with the same engine."""

import numpy as np
import pytest

from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from neural import EWMALSTM, EWMALinearRNN, ToneLSTM


def test_tone_lstm_learns_in_hertz():
    rng = stream(3, "train", "fit")
    rate, low, high = 1000.0, 60.0, 200.0
    f = rng.uniform(low, high, 600)
    time = np.arange(64) / rate
    x = np.cos(2 * np.pi * f[:, None] * time + rng.uniform(-np.pi, np.pi, (600, 1)))
    net = ToneLSTM(hidden=16, steps=300, n_bins=32, frequency_range=(low, high), sample_rate=rate)
    error = net.fit(x[:500], f[:500]).predict(x[500:]) - f[500:]
    assert np.sqrt(np.median(error**2)) < 0.1 * np.std(f)


def test_linear_rnn_learns_another_alpha():
    from dspvnn.signals import ewma

    x = stream(3, "train", "alpha").normal(size=(50, 40))
    net = EWMALinearRNN(steps=10, batch_size=50).fit(x, ewma(x, 0.35, x.mean(axis=1)))
    assert float(net.network_.w_x.detach()) == pytest.approx(0.35, abs=1e-6)


def test_targets_of_another_shape():
    with pytest.raises(ValueError, match=r"EWMALSTM: y must have shape \(4, 9\) .*, got \(4,\)"):
        EWMALSTM(steps=1).fit(np.zeros((4, 9)), np.zeros(4))


def test_a_tone_net_names_the_record_length_it_was_trained_on():
    task = TASKS["tone"]
    net = ToneLSTM(hidden=4, steps=1).fit_task(task, task.training)
    with pytest.raises(ValueError, match="expecting 128 features"):
        net.predict(np.zeros((1, 64)) + np.arange(64))
