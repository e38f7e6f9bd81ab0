"""A recurrent unit that should find the two weights of a moving average.

y[t] = 0.8 y[t-1] + 0.2 x[t], started at the mean of x. What a net of the question has learned is three
numbers (`nets`). It is scored by how far they are from 0.8, 0.2 and 0, and as the recursion that they make,
on unseen records.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np
import torch
from scipy.signal import lfilter
from torch import Tensor, nn

import neural
from baselines import EWMA
from dspvnn.cases.base import Case, Clock, Measurement, Outcome, Variant, typical
from dspvnn.cases.moving_average.figure import LAST, SAMPLE, paths
from dspvnn.cases.moving_average.nets import (
    ALPHA,
    ANSWER,
    BY_HAND,
    ORIGINAL,
    RECORD,
    Stateful,
    Trained,
    Weights,
    by_hand,
    record,
    stateful,
)
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.signals.waveforms import ewma
from dspvnn.tasks import Metric
from dspvnn.tasks.metrics import relative_power
from neural.networks import LinearRNN
from neural.plan import Plan
from neural.training import train

NAME = "ewma"
TARGET: Weights = (1 - ALPHA, ALPHA, 0.0)
LONGER = 10
N_TEST = 8
ERROR, OFF, CONSTANT = "relative rms error", "farthest weight", "constant"
END = "at the end"
INSIDE, LONG, OTHER = "unseen record", "record 10 x longer", "uniform on -5 to 15"
TESTS = {INSIDE: (1, 0, 1), LONG: (LONGER, 0, 1), OTHER: (1, -5, 15)}  # length, range


# ---- scores


def _recursion(weights: Weights, X: np.ndarray) -> np.ndarray:
    w_a, w_x, b = weights
    with np.errstate(over="ignore", invalid="ignore"):
        answer = lfilter([1.0], [1.0, -w_a], w_x * X + b, axis=1, zi=w_a * X.mean(axis=1, keepdims=True))[0]
    return np.nan_to_num(answer, nan=1e6, posinf=1e6, neginf=-1e6).clip(-1e6, 1e6)  # |w_a| > 1 runs away


@cache
def _test(seed: int, condition: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return unseen records, their average in longer floats, and the loss of rounding in float64."""
    n, low, high = TESTS[condition]
    x = low + (high - low) * stream(seed, "test", NAME, condition).random((N_TEST, n * RECORD["samples"]))
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


def _outcomes(weights: Weights, seed: int) -> list[Outcome]:
    """Return the scores of a recursion: on records, and weight by weight."""
    off = np.abs(np.subtract(weights, TARGET)).max()
    found = zip((LAST, SAMPLE, CONSTANT, OFF), (*weights, off), strict=True)
    return [*_scored(partial(_recursion, weights), seed), *(_one(END, *pair) for pair in found)]


def _one(condition: str, metric: str, value: float, position: float = np.nan) -> Outcome:
    return Outcome(condition, metric, np.array([value]), position=position)


def _measured(trained: Trained, seed: int, note: str = "") -> Measurement:
    way = [
        _one(f"after {n:,} samples", metric, value, n)
        for n, weights in trained.path.items()
        for metric, value in zip((LAST, SAMPLE), weights, strict=False)
    ]
    outcomes = [*_outcomes(trained.weights, seed), *way]
    return Measurement(outcomes, trained.clock.seconds, trained.n_samples, note)


# ---- what is measured


def _by_hand(seed: int, scale: float) -> Measurement:
    return _measured(by_hand(seed, scale), seed)


def _stateful(how: Stateful, seed: int, scale: float) -> Measurement:
    return _measured(stateful(how, seed, scale), seed)


def _linear_unit(seed: int, scale: float) -> Measurement:
    """Fit the recursion to windows whose start is known: the target just before them."""
    x, y = record(seed)
    before = np.concatenate([[x.mean()], y[:-1]])
    windows = [torch.as_tensor(v.reshape(-1, 100)) for v in (x, y, before)]
    data, net, clock = (windows[0], windows[1], windows[2][:, 0]), LinearRNN().double(), Clock()
    plan = Plan(max(2, round(10 * scale)), len(data[0]), 1.0, optimizer="lbfgs")
    with clock:
        train(net, _squared, lambda draws, n, done: data, plan, torch.device("cpu"))
    found = (net.w_y.item(), net.w_x.item(), net.bias.item())
    return Measurement(_outcomes(found, seed), clock.seconds, len(x))


def _squared(net: nn.Module, x: Tensor, y: Tensor, start: Tensor) -> Tensor:
    return (net(x, start) - y).square().mean() / y.var()


def _shipped_lstm(seed: int, scale: float) -> Measurement:
    net = neural.load("ewma/lstm", seed % 3, "cpu")
    card = net.card_
    return Measurement(
        _scored(net.predict, seed), card["seconds"], card["signals"], "shipped, records of 100"
    )


def _exact(seed: int, scale: float) -> Measurement:
    return Measurement(_scored(EWMA(ALPHA).predict, seed), note="the weight of the sample")


def _least_squares(seed: int, scale: float) -> Measurement:
    """Regress y[t] on y[t-1], x[t] and 1: the same three numbers in one step."""
    x, y = record(seed)
    clock = Clock()
    with clock:
        design = np.stack([y[:-1], x[1:], np.ones(len(x) - 1)], axis=1)
        w_a, w_x, b = np.linalg.lstsq(design, y[1:], rcond=None)[0]
    return Measurement(_outcomes((w_a, w_x, b), seed), clock.seconds, len(x))


AS_IT_IS = Stateful()
HAND = "as asked: one unit written by hand"
LIBRARY = "the answer: Dense(32), one linear unit, SGD, in order"
SHUFFLED = "changed: samples shuffled"
RESET = "changed: state reset at every sample"
ADAM = "changed: Adam at 0.001 in place of SGD at 0.1"
ALONE = "changed: no Dense layer"
EXACT = "ours: one linear unit, windows in order, L-BFGS in float64"
SHIPPED = "ours: LSTM(32) that ships"
VARIANTS = (
    Variant(HAND, _by_hand),
    Variant(LIBRARY, partial(_stateful, AS_IT_IS)),
    Variant(SHUFFLED, partial(_stateful, replace(AS_IT_IS, shuffled=True))),
    Variant(RESET, partial(_stateful, replace(AS_IT_IS, carried=False))),
    Variant(ADAM, partial(_stateful, replace(AS_IT_IS, optimiser="Adam", rate=1e-3))),
    Variant(ALONE, partial(_stateful, replace(AS_IT_IS, units=0))),
    Variant(EXACT, _linear_unit),
    Variant(SHIPPED, _shipped_lstm),
    Variant("classical: least squares on y[t-1], x[t], 1", _least_squares, "classical"),
    Variant("classical: the recursion, its weight known", _exact, "classical"),
)
DRAWN = {
    HAND: "by hand, 1,000,000 samples",
    LIBRARY: "the answer, 30,000 samples",
    SHUFFLED: "changed: shuffled",
    RESET: "changed: state reset",
    ADAM: "changed: Adam at 0.001",
}


def lesson(rows: Sequence[Row]) -> str:
    """Say what finds the average and why; a sentence is printed only while the rows bear it out."""

    def at_the_end(label: str, metric: str) -> float:
        return typical(rows, label, END, metric)

    def farthest(label: str) -> list[float]:
        return [r.value for r in rows if (r.estimator, r.condition, r.metric) == (label, END, OFF)]

    hand, answer, alone = (at_the_end(label, OFF) for label in (HAND, LIBRARY, ALONE))
    said = []
    if max(hand, answer) < 0.005:
        n = len(farthest(LIBRARY))
        said.append(
            f"Both nets of the original find the average. The unit written by hand ends {hand:.1g} from "
            "the weights 0.8, 0.2 and 0; the library's net with the answer's settings is at most "
            f"{max(farthest(LIBRARY)):.1g} away in {n} trainings of {n}."
        )
    if min(farthest(SHUFFLED), default=0) > 0.1:
        said.append(
            "What decides is the order of the samples. A state that is carried from batch to batch is the "
            "last answer only if the next batch is the next sample. Shuffled, which is the library's "
            "default, it is an unrelated number, and the best weight on an unrelated number is not 0.8: "
            f"the net ends with {at_the_end(SHUFFLED, LAST):.2f} on the state and answers with the sample "
            "and a constant."
        )
    if at_the_end(RESET, OFF) > 0.1:
        said.append(
            "With the state reset at every sample there is no last answer: its weight gets no gradient and "
            "stays where it began, at +1 or -1."
        )
    if at_the_end(ADAM, OFF) > 2 * answer:
        said.append(
            "Adam at its usual rate of 0.001 is slower here than stochastic gradient at 0.1: after the "
            f"same {ANSWER['epochs']} epochs it is still {at_the_end(ADAM, OFF):.1g} away."
        )
    if alone < 0.005:
        said.append(f"The Dense layer is not needed: without it the weights are {alone:.1g} away.")
    exact = at_the_end(EXACT, OFF)
    lstm, other = (typical(rows, SHIPPED, condition, ERROR) for condition in (INSIDE, OTHER))
    if exact < 1e-9:
        said.append(
            "A linear recursion is a regression: least squares finds the three numbers in one step. The "
            "unit itself, fitted to windows in order with a second-order method in float64, has them to "
            f"{exact:.0e}."
        )
    if other > 10 * lstm:
        said.append(
            f"An LSTM only approximates the recursion. It is off by {lstm:.1g} of the average's spread on "
            f"inputs like those that it was trained on, and by {other:.1g} on inputs from -5 to 15."
        )
    if min(farthest(SHUFFLED), default=0) > 0.1 > answer:
        said.append("To remember: a stateful net must see its samples in their order.")
    return " ".join(said)


CASE = Case(
    name=NAME,
    title="The weights of a moving average",
    question=(
        "How can the behaviour of a hand-written recurrent unit be reproduced with a library? The "
        "target is a moving average: 0.8 of the last average and 0.2 of the sample. A unit written by "
        f"hand, trained by stochastic gradient one sample at a time for {BY_HAND['epochs']} epochs, is "
        "reported to find the two weights fast. Several configurations of the library's recurrent "
        "layer do not. The answer is code that works: a Dense layer and one linear, stateful unit, "
        "trained on the samples in order."
    ),
    variants=VARIANTS,
    metrics={
        ERROR: Metric("1", root=True), OFF: Metric("1"), LAST: Metric("1"), SAMPLE: Metric("1"),
        CONSTANT: Metric("1"),
    },
    columns=((END, LAST), (END, SAMPLE), (END, CONSTANT), (INSIDE, ERROR), (OTHER, ERROR)),
    lesson=lesson,
    draw=partial(paths, panels=DRAWN, target=TARGET[:2]),
    caption=(
        "The path of the two weights, every training a line from its start (open) to its end (filled); the "
        "cross is where they should end."
    ),
    limit="exact limit: rounding of the recursion",
    original=ORIGINAL,
    seeds=(0, 1, 2, 3, 4),
)  # fmt: skip
