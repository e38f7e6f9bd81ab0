"""Frequency and phase as they were posed: the question's sines, its nets, and the least error of the task.

A sine of -f is one of f shifted by half a period: where an offset within reach makes that shift, the record
does not say which it was. `posterior_mean` weighs all 72,000 hypotheses: no estimate has a smaller mean
squared error.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from scipy.stats import norm
from torch import Tensor, nn

from dspvnn.cases.base import Clock, Measurement, Outcome
from dspvnn.cases.experiment import Epochs, fit
from dspvnn.signals.randomness import stream

NAME = "frequency-and-phase"
N_SAMPLES, RATE, PI, OFFSETS, SPREAD = 200, 10_000.0, 3.142, 90, 100.0
N_TRAINING = 8_040  # of 12,000
EPOCH = 503  # steps of batches of 16
NOISE_STD = 10 ** (-20 / 20) / 2**0.5  # 20 dB
N_TEST = 300
MSE, FREQUENCY = "mean squared error", "rms error of f"
POSED, NOISY, HIGH = "as posed", "as posed, 20 dB", "|f| from 300 to 500 Hz"


@dataclass(frozen=True)
class SetUp:
    """Data, net and targets."""

    rectified: bool = True
    scaled: bool = False
    positive: bool = False
    constant_offset: bool = False
    one_step: bool = False
    dropout: float = 0.2
    steps: int = 150


class TwoLSTM(nn.Module):
    """Two LSTM(128), dropout and (as asked) ReLU after each, a linear output of `n_outputs`."""

    def __init__(self, how: SetUp, centre: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.how, self.centre, self.spread = how, centre, spread
        self.first = nn.LSTM(N_SAMPLES if how.one_step else 1, 128, batch_first=True)
        self.second = nn.LSTM(128, 128, batch_first=True)
        after: list[nn.Module] = [nn.Dropout(how.dropout)] + ([nn.ReLU()] if how.rectified else [])
        self.after = nn.Sequential(*after)
        self.output = nn.Linear(128, len(centre))

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs for records ``(n_signals, n_samples)``, in the targets' own units."""
        steps = x[:, None, :] if self.how.one_step else x[..., None]
        hidden = self.after(self.first(steps)[0])
        last = self.after(self.second(hidden)[0][:, -1])
        return self.centre + self.spread * self.output(last)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the same of an array."""
        with torch.inference_mode():
            return self(torch.as_tensor(X, dtype=torch.float32)).double().numpy()


def sines(frequency: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Return the records of the question, ``(n_signals, 200)``."""
    time = (np.arange(N_SAMPLES) + offset[:, None]) / RATE
    return np.sin(2 * PI * frequency[:, None] * time)


def draw(how: SetUp, rng: np.random.Generator, n: int, high: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return records and their targets (f, offset), ``(n, 2)``."""
    frequency = np.round(SPREAD * rng.standard_normal(n))
    if high:
        frequency = np.round(rng.uniform(300, 500, n)) * rng.choice([-1, 1], n)
    if how.positive:
        frequency = np.abs(frequency)
    offset = np.zeros(n) if how.constant_offset else rng.integers(0, OFFSETS, n).astype(float)
    return sines(frequency, offset), np.stack([frequency, offset], axis=1)


def posed_net(how: SetUp, seed: int, scale: float) -> Measurement:
    """Train a net as posed and measure it on sines of its own kind: plain, in noise, and higher ones."""
    X, y = draw(how, stream(seed, "train", NAME), N_TRAINING)
    net, clock = train(how, X, y, scale, scaled=how.scaled)
    conditions = [(POSED, False, 0.0), (NOISY, False, NOISE_STD), (HIGH, True, 0.0)]
    outcomes = []
    for condition, high, std in conditions:
        rng = stream(seed, "test", NAME, condition)
        X, y = draw(how, rng, N_TEST, high)
        squared = (net.predict(X + std * rng.standard_normal(X.shape)) - y) ** 2
        outcomes += _outcomes(condition, squared)
    return Measurement(outcomes, clock.seconds, *cost(how, scale))


def _outcomes(condition: str, squared: np.ndarray) -> list[Outcome]:
    region = "beyond" if condition == HIGH else "inside"
    return [
        Outcome(condition, MSE, squared.mean(axis=1), region=region),
        Outcome(condition, FREQUENCY, squared[:, 0], region=region),
    ]


def train(how: SetUp, X: np.ndarray, y: np.ndarray, scale: float, scaled: bool) -> tuple[TwoLSTM, Clock]:
    """Train for a number of steps, on no more records than these take."""
    data = torch.as_tensor(X, dtype=torch.float32), torch.as_tensor(y, dtype=torch.float32)
    width = data[1].shape[1]
    centre, spread = torch.zeros(width), torch.ones(width)
    if scaled:
        centre, spread = data[1].mean(dim=0), data[1].std(dim=0).clamp(min=1e-6)
    net, clock = TwoLSTM(how, centre, spread), Clock()
    steps = _steps(how, scale)
    n = min(len(X), 16 * steps)
    plan = Epochs(-(-steps // EPOCH), 16, lambda parameters: torch.optim.NAdam(parameters, lr=2e-3))
    fit(net, _squared, (data[0][:n], data[1][:n]), plan, clock)
    return net, clock


def _squared(net: TwoLSTM, x: Tensor, y: Tensor) -> Tensor:
    return ((net(x) - y) / net.spread).square().mean()


def _steps(how: SetUp, scale: float) -> int:
    return max(5, round(how.steps * scale))


def cost(how: SetUp, scale: float) -> tuple[int, str]:
    """Return how many records the training took, and that in words."""
    steps = _steps(how, scale)
    whole = steps >= EPOCH
    return (
        16 * steps,
        f"{steps / EPOCH:.0f} epochs" if whole else f"{steps} of the {EPOCH} steps of an epoch",
    )


# ---- the least error of the task as it is posed


@cache
def _hypotheses() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (f, offset), records and log prior of every hypothesis."""
    frequency, offset = np.meshgrid(np.arange(-400.0, 401.0), np.arange(float(OFFSETS)), indexing="ij")
    values = np.stack([frequency.ravel(), offset.ravel()], axis=1)
    f = values[:, 0] / SPREAD
    prior = norm.cdf(f + 0.5 / SPREAD) - norm.cdf(f - 0.5 / SPREAD)
    return values, sines(*values.T), np.log(prior)


def posterior_mean(X: np.ndarray, noise_std: float) -> np.ndarray:
    """Return the posterior mean of (f, offset) given records in white noise, ``(n_signals, 2)``."""
    values, signals, prior = _hypotheses()
    energy = np.sum(signals**2, axis=1) / 2
    means = []
    for block in np.array_split(X, -(-len(X) // 50)):
        log = (block @ signals.T - energy) / noise_std**2 + prior
        weights = np.exp(log - log.max(axis=1, keepdims=True))
        means.append(weights @ values / weights.sum(axis=1, keepdims=True))
    return np.concatenate(means)


def bayes(seed: int, scale: float) -> Measurement:
    """Measure the posterior mean; without noise 1e-4 stands in for it, below the gap of f and -f."""
    outcomes = []
    for condition, std in ((POSED, 0.0), (NOISY, NOISE_STD)):
        rng = stream(seed, "test", NAME, condition)
        X, y = draw(SetUp(), rng, N_TEST)
        X = X + std * rng.standard_normal(X.shape)
        outcomes += _outcomes(condition, (posterior_mean(X, std or 1e-4) - y) ** 2)
    return Measurement(outcomes, note="prior, pi = 3.142")


def constant(how: SetUp, frequency: float, seed: int, scale: float) -> Measurement:
    """Measure an answer that is always the same: `frequency` and the middle offset."""
    outcomes = []
    for condition in (POSED, NOISY, HIGH):
        _, y = draw(how, stream(seed, "test", NAME, condition), N_TEST, condition == HIGH)
        outcomes += _outcomes(condition, (y - [frequency, (OFFSETS - 1) / 2]) ** 2)
    return Measurement(outcomes, note="prior")
