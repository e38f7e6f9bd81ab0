"""A net that should name the frequency f of sin(f t), t from 0 to 2 pi.

The nets of the question and of its answers are in `nets`, what is said of them in `lesson`. Each is scored
where its author scored it, on unseen frequencies, any real number of its range, and on f from there to
twice the highest. Nothing is noisy, so a record holds its frequency exactly: the limit is 0.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from baselines import FFTPeak, SineFit
from dspvnn.cases.base import Case, Clock, Measurement, Outcome, Variant
from dspvnn.cases.experiment import Epochs, adam, fit
from dspvnn.cases.sine_frequency import names
from dspvnn.cases.sine_frequency.figure import DRAWN, answers
from dspvnn.cases.sine_frequency.lesson import lesson
from dspvnn.cases.sine_frequency.names import (
    ABOVE,
    DEAD,
    ERROR,
    ORIGINAL,
    PREDICTED,
    SCORED,
    SPREAD,
    UNSEEN,
    ZERO,
)  # fmt: skip
from dspvnn.cases.sine_frequency.nets import (
    LOSSES,
    NAME,
    TRAINING,
    FrequencyNet,
    Records,
    SetUp,
    draw,
    first_answer,
    sines,
    third_answer,
)  # fmt: skip
from dspvnn.estimator import SignalEstimator
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Metric
from neural import HeterodyneLSTM

N_TEST, N_SHOWN, N_DRAWS = 400, 80, 10
NYQUIST_MARGIN = 0.48  # cycles a sample: above it a record has nearly the samples of a lower frequency
Predict = Callable[[np.ndarray], np.ndarray]


# ---- scores


def _highest(how: Records) -> float:
    """Return the highest frequency that a net is asked for."""
    return max(how.high, min(2 * how.high, NYQUIST_MARGIN * how.n_samples))


def _scored(how: Records, predict: Predict, seed: int, label: str = "") -> list[Outcome]:
    _, _, X, frequency = draw(how, seed)
    outcomes = [Outcome(SCORED, ERROR, np.abs(predict(X) - frequency), 0.0)]
    for condition, low, high in ((UNSEEN, how.low, how.high), (ABOVE, how.high, _highest(how))):
        if low < high:
            rng = stream(seed, "test", NAME, condition)
            frequency = rng.uniform(low, high, N_TEST)
            X = sines(frequency, how.offset * rng.random(N_TEST), how.n_samples)
            region = "above" if condition == ABOVE else "inside"
            outcomes.append(Outcome(condition, ERROR, np.abs(predict(X) - frequency), 0.0, region))
    if label in DRAWN and seed == 0:
        outcomes += _picture(how, predict)
    return outcomes


def _picture(how: Records, predict: Predict) -> list[Outcome]:
    """Return the answers to frequencies at even distances, inside the range and above it."""
    frequency = np.linspace(how.low, _highest(how), N_SHOWN)
    offset = how.offset * stream(0, "test", NAME, "picture").random(N_SHOWN)
    found = predict(sines(frequency, offset, how.n_samples))
    return [
        Outcome(f"f = {f:.4g}", PREDICTED, np.array([answer]), position=f)
        for f, answer in zip(frequency, found, strict=True)
    ]


# ---- what is measured


def _net(label: str, how: SetUp, seed: int, scale: float) -> Measurement:
    X, y, _, _ = draw(how.records, seed)
    net, clock = FrequencyNet(how), Clock()
    plan = Epochs(how.epochs, how.batch_size, adam(TRAINING["learning rate"])).scaled(scale)
    data = torch.as_tensor(X, dtype=torch.float32), torch.as_tensor(y, dtype=torch.float32)
    fit(net, partial(_loss, LOSSES[how.loss]), data, plan, clock)
    outcomes = _scored(how.records, net.predict, seed, label)
    found = net.predict(X)
    outcomes += [
        Outcome(SCORED, SPREAD, np.array([found.std()])),
        Outcome(SCORED, ZERO, (found == 0).astype(float)),
    ]
    if label == names.NET_B:
        outcomes.append(Outcome("before training", DEAD, _dead(how, X)))
    return Measurement(outcomes, clock.seconds, plan.epochs * len(X), plan.note(how.epochs))


def _loss(of: Callable[..., Tensor], net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return of(net(x), y)


def _dead(how: SetUp, X: np.ndarray) -> np.ndarray:
    """Draw the weights several times; return 1 where the answer to every record is 0, else 0."""
    return np.array([float(not FrequencyNet(how).predict(X).any()) for _ in range(N_DRAWS)])


def _baseband(label: str, how: Records, seed: int, scale: float) -> Measurement:
    """Train the net at baseband on the same records: it sees no frequency, only what is left of it."""
    X, y, _, _ = draw(how, seed)
    net = HeterodyneLSTM(
        hidden=16, steps=max(5, round(300 * scale)), batch_size=64, learning_rate=3e-3, seed=seed,
        device="cpu", n_frames=16, passes=8, sample_rate=how.n_samples - 1,
    )  # fmt: skip
    clock = Clock()
    with clock:
        net.fit(X, y)
    outcomes = _scored(how, net.predict, seed, label)
    return Measurement(outcomes, clock.seconds, net.steps * net.batch_size)


def _classical(make: Callable[..., SignalEstimator], how: Records, seed: int, scale: float) -> Measurement:
    return Measurement(_scored(how, make(sample_rate=how.n_samples - 1).predict, seed))


def _least_squares(how: Records, seed: int, scale: float) -> Measurement:
    """Regress the frequency on the samples: as good as a net that is linear throughout can be."""
    X, y, _, _ = draw(how, seed)
    clock = Clock()
    with clock:
        weights = np.linalg.lstsq(_with_constant(X), y, rcond=None)[0]
    return Measurement(_scored(how, lambda X: _with_constant(X) @ weights, seed), clock.seconds, len(X))


def _with_constant(X: np.ndarray) -> np.ndarray:
    return np.column_stack([X, np.ones(len(X))])


def _arcsine(how: Records, seed: int, scale: float) -> Measurement:
    """Without an offset the second sample is sin(f dt): it tells f, as long as f dt is below pi / 2."""
    step = 2 * np.pi / (how.n_samples - 1)
    return Measurement(_scored(how, lambda X: np.arcsin(X[:, 1]) / step, seed))


def _middle(how: Records, seed: int, scale: float) -> Measurement:
    return Measurement(_scored(how, lambda X: np.full(len(X), (how.low + how.high) / 2), seed))


AS_ASKED = Records()
A = SetUp()
B = SetUp(cell="lstm", units=ORIGINAL["net B"]["units"])
TEN, THIRTY = first_answer(10), first_answer(30)
NETS = {
    names.NET_A: A,
    names.NET_B: B,
    names.A_LINEAR: replace(A, output="linear"),
    names.A_SQUARED: replace(A, loss="mean squared error"),
    names.B_SHORT: replace(B, records=replace(AS_ASKED, n_samples=250)),
    **{names.FIRST[m]: first_answer(m) for m in names.MAX_FREQS},
    names.NO_DROPOUT: replace(TEN, dropout=0.0),
    names.LINEAR: replace(TEN, output="linear"),
    names.REAL: replace(TEN, records=replace(TEN.records, real=True)),
    names.SECOND: replace(
        A, records=replace(AS_ASKED, copies=10, noise=0.05), output="linear", scaled=True
    ),
    names.THIRD: third_answer(dense=False),
    names.THIRD_DENSE: third_answer(dense=True),
}
CHEAP = (
    names.NET_A, names.A_LINEAR, names.A_SQUARED, names.FIRST[10], names.SECOND, names.THIRD_DENSE,
)  # fmt: skip
VARIANTS = (
    *(
        Variant(label, partial(_net, label, how), n_seeds=None if label in CHEAP else 1)
        for label, how in NETS.items()
    ),
    *(
        Variant(label, partial(_baseband, label, first_answer(m).records), "hybrid", n_seeds=1)
        for m, label in names.BASEBAND.items()
    ),
    Variant(names.BASEBAND_ASKED, partial(_baseband, names.BASEBAND_ASKED, AS_ASKED), "hybrid", n_seeds=1),
    Variant(names.MIDDLE, partial(_middle, AS_ASKED), "floor"),
    Variant(names.ARCSINE, partial(_arcsine, AS_ASKED), "classical"),
    Variant(names.SINE_FIT, partial(_classical, SineFit, AS_ASKED), "classical", n_seeds=1),
    Variant(names.LEAST_SQUARES, partial(_least_squares, third_answer(dense=True).records), "classical"),
    Variant(names.FFT_PEAK, partial(_classical, partial(FFTPeak, "candan"), THIRTY.records), "classical"),
    Variant(names.SINE_FIT_30, partial(_classical, SineFit, THIRTY.records), "classical"),
)


CASE = Case(
    name=NAME,
    title="The frequency of a sine",
    question=(
        "Given a sine, can a net learn its frequency? The records are sin(f t), 2,000 samples of t from 0 "
        "to 2 pi, f = 1 to 299 once each, the first hundred to train on. Net A has a Dense layer of 100, "
        "net B an LSTM of 100, both a rectified output (ReLU: negative answers become 0); the loss is the "
        "mean absolute error. Little is expected of net A; net B is reported to answer 0, for the records "
        "of its training, too. Three answers change the records, the training or the net."
    ),
    variants=VARIANTS,
    metrics={
        ERROR: Metric("cycles a record"), SPREAD: Metric("cycles a record"), ZERO: Metric("1", rate=True),
        DEAD: Metric("1", rate=True), PREDICTED: Metric("cycles a record"),
    },
    columns=((SCORED, ERROR), (UNSEEN, ERROR), (ABOVE, ERROR)),
    lesson=lesson,
    draw=answers,
    caption=(
        "Predicted against true frequency, in cycles a record, at real frequencies from the lowest of the "
        "training to twice the highest (with 100 samples to 48), of the first training. The black line is "
        "the truth; the range of the training is shaded."
    ),
    limit="exact limit: nothing is noisy",
    original=ORIGINAL,
)  # fmt: skip
