"""A small LSTM for the delay: it reads the cross-spectrum harmonic by harmonic and names a delay.

In the cross-spectrum a delay is a phase that turns evenly from one harmonic to the next, which an LSTM can
follow; in the samples it would have to find products of the two copies first. Its answer is the mean of a
grid of delays under a softmax, so it can answer with the middle where two delays are as likely.
"""

import time
from pathlib import Path

import numpy as np
import torch
from delay_estimators import MAX_DELAY, cross_spectrum
from delay_limit import harmonics, ziv_zakai
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from dspvnn.signals.randomness import stream

WEIGHTS = Path(__file__).with_name("delay_lstm.safetensors")


class Network(nn.Module):
    """An LSTM over the harmonics; its last state names a delay."""

    def __init__(self, hidden):
        super().__init__()
        self.lstm = nn.LSTM(2, hidden, batch_first=True)
        self.logits = nn.Linear(hidden, 65)
        self.register_buffer("grid", torch.linspace(-MAX_DELAY, MAX_DELAY, 65))

    def forward(self, x):
        """Return the delays of cross-spectra ``(n_signals, n_harmonics, 2)``."""
        states, _ = self.lstm(x)
        return self.logits(states[:, -1]).softmax(dim=1) @ self.grid


class DelayLSTM:
    """The LSTM as an estimator: `fit_task` trains it on fresh signals of a task, `predict` answers.

    card_ : what its training cost, which the report shows.
    """

    def __init__(self, hidden=48, steps=4000, batch_size=256, learning_rate=4e-3, seed=0):
        self.hidden, self.steps, self.batch_size = hidden, steps, batch_size
        self.learning_rate, self.seed = learning_rate, seed
        self.card_ = {}

    def build(self):
        """Make the network, untrained."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            self.network_ = Network(self.hidden)
        return self

    def fit_task(self, task):
        """Train on signals of the task's training condition that are drawn afresh for every step.

        An error counts in units of the limit at the SNR of its signal, or signals of low SNR would be all
        that counts; far ones count in proportion, not squared.
        """
        self.build()
        draws, started = stream(self.seed, "train", task.name, "LSTM"), time.process_time()
        optimizer = torch.optim.Adam(self.network_.parameters(), self.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, self.steps)
        for _ in range(self.steps):
            trials = task.draw(draws, self.batch_size, task.training)
            truth, unit = (
                torch.tensor(a, dtype=torch.float32) for a in (trials.target, _unit(trials, task))
            )
            error = (self.network_(_features(trials.signals)) - truth) / unit
            loss = (torch.sqrt(1 + error**2) - 1).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network_.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        self.card_ = {
            "seconds": time.process_time() - started,
            "signals": self.steps * self.batch_size,
            "device": "cpu",
        }
        return self

    def predict(self, X):
        """Return the delays in samples."""
        with torch.inference_mode():
            return self.network_(_features(X)).double().numpy()


def _features(X):
    """Return the cross-spectrum of the signal's harmonics, freed of its scale: real and imaginary parts."""
    cross = cross_spectrum(X, len(harmonics(X.shape[1])))
    cross = cross / np.maximum(np.abs(cross).mean(axis=1, keepdims=True), np.finfo(float).tiny)
    return torch.tensor(np.stack([cross.real, cross.imag], axis=-1), dtype=torch.float32)


def _unit(trials, task):
    """Return the limit on the error of every signal at its own SNR, in samples."""
    low, high = task.training.snr_range_db
    snrs = np.linspace(low, high, 41)
    limits = [ziv_zakai(float(snr), task.training.n_samples, task.training.max_delay) for snr in snrs]
    return np.exp(np.interp(-20 * np.log10(trials.parameters["sigma"]), snrs, np.log(limits) / 2))


def save(net, path=WEIGHTS):
    """Write the weights of a trained net, with its card beside them."""
    card = {name: str(value) for name, value in (net.card_ | {"hidden": net.hidden}).items()}
    save_file(net.network_.state_dict(), path, card)


def trained():
    """Return the net that has been trained: its weights lie beside this file."""
    with safe_open(WEIGHTS, "pt") as file:
        card = file.metadata()
        net = DelayLSTM(hidden=int(card["hidden"])).build()
        net.network_.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
    net.card_ = {
        "seconds": float(card["seconds"]),
        "signals": int(card["signals"]),
        "device": card["device"],
    }
    return net
