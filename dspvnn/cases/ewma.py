"""A one-unit recurrent net that should find the two weights of a moving average.

y[t] = 0.8 y[t-1] + 0.2 x[t] with y[-1] the mean of x: 10,000 samples, uniform on 0 to 1. Every net of the
question is linear, so a trained one *is* three numbers (w_y, w_x, b), and is scored as the recursion that
they make, on unseen records.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
import torch
from scipy.signal import lfilter
from torch import Tensor, nn

import neural
from baselines import EWMA
from dspvnn.cases.base import Case, Clock, Measurement, Outcome, Variant, one_at_a_time, typical
from dspvnn.figures.variants import variants_figure
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.signals.waveforms import ewma
from dspvnn.tasks import Metric
from dspvnn.tasks.metrics import relative_power
from neural.networks import LinearRNN
from neural.plan import Plan
from neural.training import train

NAME = "ewma"
ALPHA = 0.2
N_SAMPLES = 10_000
LONGER = 10
RATE = 1e-3
HAND_EPOCHS, LIBRARY_EPOCHS = 100, 3
N_TEST = 8
ERROR, WEIGHTS = "relative rms error", "weight error"
INSIDE, LONG, OTHER = "unseen record", "record 10 x longer", "uniform on -5 to 15"
TESTS = {INSIDE: (1, 0, 1), LONG: (LONGER, 0, 1), OTHER: (1, -5, 15)}  # length, range
EXACT = "best: one linear unit, windows in order, L-BFGS in float64"


def _record(seed: int) -> tuple[np.ndarray, np.ndarray]:
    x = stream(seed, "train", NAME).random((1, N_SAMPLES))
    return x[0], ewma(x, ALPHA, x.mean(axis=1))[0]


# ---- the hand-written net, and the net of the library


def _by_hand(seed: int, scale: float) -> Measurement:
    """Descend on the squared error one sample at a time; the gradient stops at the previous output."""
    x, y = (values.tolist() for values in _record(seed))
    w_y, w_x, b, level = stream(seed, "weights", NAME).random(4).tolist()
    epochs, clock = max(1, round(scale * HAND_EPOCHS)), Clock()
    with clock:
        for _ in range(epochs):
            for sample, target in zip(x, y, strict=True):
                answer = w_y * level + w_x * sample + b
                step = 2 * RATE * (answer - target)
                w_y, w_x, b = w_y - step * level, w_x - step * sample, b - step
                level = answer
    note = "" if epochs == HAND_EPOCHS else f"{epochs} of {HAND_EPOCHS} epochs"
    return _measurement((w_y, w_x, b), seed, clock, epochs * N_SAMPLES, note)


@dataclass(frozen=True)
class Library:
    """The net of the library: what is between it and the recursion."""

    dense: bool = True
    shuffled: bool = True  # the library's own default, also for a stateful net
    stateful: bool = True
    window: int = 1  # samples that the gradient runs through
    rate: float = RATE


class StatefulUnit(nn.Module):
    """Dense(32), linear, or nothing; then one linear recurrent unit whose state outlives a batch."""

    def __init__(self, dense: bool) -> None:
        super().__init__()
        self.dense = nn.Linear(1, 32) if dense else nn.Identity()
        self.unit = nn.Linear(32 if dense else 1, 1)
        self.w_y = nn.Parameter(2 * torch.rand(1) - 1)
        self.level = torch.zeros(1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the unit after every sample of a window, and keep its last state without gradient."""
        level, answers = self.level, []
        for driven in self.unit(self.dense(x[:, None])):
            level = self.w_y * level + driven
            answers.append(level)
        self.level = level.detach()
        return torch.cat(answers)

    def weights(self) -> tuple[float, float, float]:
        """Return the recursion that the net is: w_y, w_x and b."""
        with torch.no_grad():
            at_0, at_1 = (self.unit(self.dense(torch.full((1, 1), v))).item() for v in (0.0, 1.0))
        return self.w_y.item(), at_1 - at_0, at_0


def _library(how: Library, seed: int, scale: float) -> Measurement:
    x, y = (torch.as_tensor(v, dtype=torch.float32) for v in _record(seed))
    net, clock = StatefulUnit(how.dense), Clock()
    optimiser = torch.optim.Adam(net.parameters(), lr=how.rate)
    starts = torch.arange(0, N_SAMPLES, how.window)
    left = max(50, round(scale * LIBRARY_EPOCHS * len(starts)))  # updates
    seen = left * how.window
    with clock:
        while left:
            order = starts[torch.randperm(len(starts))] if how.shuffled else starts
            for start in order[:left].tolist():
                if not how.stateful:
                    net.level = torch.zeros(1)
                chosen = slice(start, start + how.window)
                optimiser.zero_grad()
                (net(x[chosen]) - y[chosen]).square().mean().backward()
                optimiser.step()
            left -= min(left, len(order))
    return _measurement(net.weights(), seed, clock, seen, f"Adam {how.rate:g}, {seen:,} samples")


# ---- what works


def _linear_unit(seed: int, scale: float) -> Measurement:
    """Fit the one-unit net to windows whose start is known: the target just before them."""
    x, y = _record(seed)
    before = np.concatenate([[x.mean()], y[:-1]])
    windows = [torch.as_tensor(v.reshape(-1, 100)) for v in (x, y, before)]
    data, net, clock = (windows[0], windows[1], windows[2][:, 0]), LinearRNN().double(), Clock()
    plan = Plan(max(2, round(10 * scale)), len(data[0]), 1.0, optimizer="lbfgs")
    with clock:
        train(net, _squared, lambda draws, n, done: data, plan, torch.device("cpu"))
    found = (net.w_y.item(), net.w_x.item(), net.bias.item())
    return _measurement(found, seed, clock, N_SAMPLES)


def _squared(net: nn.Module, x: Tensor, y: Tensor, start: Tensor) -> Tensor:
    return (net(x, start) - y).square().mean() / y.var()


def _shipped_lstm(seed: int, scale: float) -> Measurement:
    net = neural.load("ewma/lstm", seed % 3, "cpu")
    outcomes = _scored(net.predict, seed)
    card = net.card_
    return Measurement(outcomes, card["seconds"], card["signals"], "shipped, records of 100")


def _exact(seed: int, scale: float) -> Measurement:
    return Measurement(_scored(EWMA(ALPHA).predict, seed), note="told alpha")


def _least_squares(seed: int, scale: float) -> Measurement:
    """Regress y[t] on y[t-1], x[t] and 1: the same three numbers in one step."""
    x, y = _record(seed)
    clock = Clock()
    with clock:
        design = np.stack([y[:-1], x[1:], np.ones(len(x) - 1)], axis=1)
        w_y, w_x, b = np.linalg.lstsq(design, y[1:], rcond=None)[0]
    return _measurement((w_y, w_x, b), seed, clock, N_SAMPLES)


# ---- scores


def _recursion(weights: tuple[float, float, float], X: np.ndarray) -> np.ndarray:
    w_y, w_x, b = weights
    with np.errstate(over="ignore", invalid="ignore"):
        answer = lfilter([1.0], [1.0, -w_y], w_x * X + b, axis=1, zi=w_y * X.mean(axis=1, keepdims=True))[0]
    return np.nan_to_num(answer, nan=1e6, posinf=1e6, neginf=-1e6).clip(-1e6, 1e6)  # |w_y| > 1 runs away


@cache
def _test(seed: int, condition: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return unseen records, their average in longer floats, and the loss of rounding in float64."""
    n, low, high = TESTS[condition]
    x = low + (high - low) * stream(seed, "test", NAME, condition).random((N_TEST, n * N_SAMPLES))
    longer = x.astype(np.longdouble)
    truth = ewma(longer, ALPHA, longer.mean(axis=1))
    return x, truth, relative_power(truth, ewma(x, ALPHA, x.mean(axis=1)))


def _scored(predict: Callable[[np.ndarray], np.ndarray], seed: int) -> list[Outcome]:
    outcomes = []
    for condition in TESTS:
        x, truth, rounding = _test(seed, condition)
        region = "inside" if condition == INSIDE else "beyond"
        outcomes.append(Outcome(condition, ERROR, relative_power(truth, predict(x)), rounding, region))
    return outcomes


def _measurement(
    weights: tuple[float, float, float], seed: int, clock: Clock, n_signals: int, note: str = ""
) -> Measurement:
    off = np.abs(np.array(weights) - [1 - ALPHA, ALPHA, 0.0])
    outcomes = _scored(partial(_recursion, weights), seed)
    found = Outcome("0.8, 0.2 and 0", WEIGHTS, off[off.argmax()][None])
    return Measurement([*outcomes, found], clock.seconds, n_signals, note)


AS_ASKED = Library()
ORDERED = replace(AS_ASKED, shuffled=False)
LIBRARY = "as asked: Dense(32), one linear unit, stateful, batch 1"
IN_ORDER = "changed: samples in their order"
BOTH = "changed: in order, no Dense layer"
SHIPPED = "LSTM(32) that ships"
HAND = "as asked: by hand, one sample at a time"
VARIANTS = (
    Variant(HAND, _by_hand),
    Variant(LIBRARY, partial(_library, AS_ASKED)),
    Variant("changed: no Dense layer before", partial(_library, replace(AS_ASKED, dense=False))),
    Variant("changed: state reset at every sample", partial(_library, replace(AS_ASKED, stateful=False))),
    Variant("changed: gradient through 10 samples", partial(_library, replace(AS_ASKED, window=10))),
    Variant(IN_ORDER, partial(_library, ORDERED)),
    Variant(BOTH, partial(_library, replace(ORDERED, dense=False))),
    Variant(
        "changed: in order, no Dense layer, gradient through 10",
        partial(_library, replace(ORDERED, dense=False, window=10, rate=1e-2)),
    ),
    Variant(SHIPPED, _shipped_lstm),
    Variant(EXACT, _linear_unit),
    Variant("classical: least squares on y[t-1], x[t], 1", _least_squares, "classical"),
    Variant("classical: the recursion, told alpha", _exact, "classical"),
)


def lesson(rows: Sequence[Row]) -> str:
    """Say which changes made the library's net find the average, from the rows."""
    asked, both = (typical(rows, v, INSIDE, ERROR) for v in (LIBRARY, BOTH))
    hand, best = (typical(rows, v, "0.8, 0.2 and 0", WEIGHTS) for v in (HAND, EXACT))
    lstm, lstm_other = (typical(rows, SHIPPED, condition, ERROR) for condition in (INSIDE, OTHER))
    changes = {v.label: typical(rows, v.label, INSIDE, ERROR) for v in VARIANTS[2:6]}
    return (
        f"The hand-written unit ends {hand:.2g} from the weights 0.8, 0.2 and 0; the library's net "
        f"leaves an error of {asked:.2g} of the average's own spread. {one_at_a_time(asked, changes)} "
        f"In order and without the Dense layer: {both:.2g} after the same {LIBRARY_EPOCHS} epochs. "
        + (
            "A state that is carried from one batch to the next means something only when the next "
            "batch is the next sample: a stateful net must not be shuffled. "
            if both < asked / 2
            else ""
        )
        + "The same unit, fitted to windows in order with a second-order method in float64, has the "
        f"weights to {best:.1g}. An LSTM is off by {lstm:.2g} on the inputs it was trained on and by "
        f"{lstm_other:.2g} on others: it approximates the recursion, the linear unit is it. A linear "
        "recursion is a regression: least squares finds it in one step."
    )


CASE = Case(
    name=NAME,
    title="The weights of a moving average",
    question=(
        "A moving average with alpha = 0.2 over 10,000 samples, uniform on 0 to 1, started at their "
        "mean. A recurrent unit written by hand, trained by stochastic gradient one sample at a time "
        "at a rate of 0.001 for 100 epochs, is reported to find the weights 0.8 and 0.2. The "
        "library's one linear unit, stateful, batch 1, behind a Dense layer of 32, does not. Why? "
        f"(The optimiser was not said: Adam at 0.001 here, {LIBRARY_EPOCHS} epochs; the library "
        "shuffles the samples unless it is told not to.)"
    ),
    variants=VARIANTS,
    metrics={ERROR: Metric("1", root=True), WEIGHTS: Metric("1")},
    columns=((INSIDE, ERROR), (LONG, ERROR), (OTHER, ERROR), ("0.8, 0.2 and 0", WEIGHTS)),
    lesson=lesson,
    draw=partial(
        variants_figure,
        panels=((INSIDE, ERROR), (LONG, ERROR)),
        xlabel="rms error over the standard deviation of y",
    ),
    caption="Error of the moving average, every seed a dot. Black: the rounding of the exact recursion.",
    limit="exact limit: rounding of the recursion",
)
