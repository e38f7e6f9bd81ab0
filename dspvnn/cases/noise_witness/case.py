"""A recurrent net that should predict a record from a slow carrier and a noise whose product it holds.

The target is sin(t) + w r, w = sin(10 t), r white noise. The nets of the question are in `nets`, the fits
that they are held against in `yardsticks`, what is said of them in `lesson`. A score is the variance of a
residual over the variance of what should be left at zero: of the target as a whole, or of its contamination
w r alone. The mean of a residual is taken off, since a constant is no noise.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

import neural
from dspvnn.cases.base import Case, Clock, Measurement, Outcome, Variant
from dspvnn.cases.experiment import Epochs, adam, fit
from dspvnn.cases.noise_witness import names
from dspvnn.cases.noise_witness.figure import PREDICTION, SHOWN, SPECTRUM, TARGET, spectrum, witness_figure
from dspvnn.cases.noise_witness.lesson import lesson
from dspvnn.cases.noise_witness.names import FAST, LEFT, OFF, OWN, SLOW, UNSEEN
from dspvnn.cases.noise_witness.nets import (
    AS_THEY_ARE,
    ASKED,
    CENTRED,
    ORIGINAL,
    RECORD,
    ProductUnit,
    SetUp,
    StackedLSTM,
)
from dspvnn.cases.noise_witness.yardsticks import LeastSquares
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Metric, Trials
from dspvnn.tasks.witness import TASK
from dspvnn.tasks.witness.task import WitnessCondition

NAME = "noise-witness"
RATE = float(RECORD["samples a second"])
N_SAMPLES = RECORD["seconds"] * RECORD["samples a second"]
EDGE_HZ = 5.0  # sin(t) and w lie below it, nearly all of the contamination above
N_TEST = 8
EVERY = 8  # of the samples in the picture: 4,096 points would be wider than the page
Predict = Callable[[np.ndarray], np.ndarray]


# ---- scores


def record(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the witnesses ``(1, n_samples, 2)``, the observed target and its contamination, a row each."""
    return _drawn(seed, "train", 1)


def _drawn(seed: int, use: str, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    trials: Trials = TASK.draw(stream(seed, use, NAME), n, WitnessCondition(UNSEEN))
    contamination = np.asarray(trials.target, float)
    wanted = np.sin(np.arange(N_SAMPLES) / RATE)
    return trials.signals, wanted + contamination, contamination


def bands(x: np.ndarray) -> np.ndarray:
    """Return the power of records below and above `EDGE_HZ`, their mean left out, ``(2, n_signals)``."""
    power = np.abs(np.fft.rfft(x - x.mean(axis=1, keepdims=True), axis=1)) ** 2
    low = np.fft.rfftfreq(x.shape[1], 1 / RATE) < EDGE_HZ
    return np.stack([power[:, low].sum(axis=1), power[:, ~low].sum(axis=1)])


def _scored(predict: Predict, seed: int, shown: bool = False) -> list[Outcome]:
    """Score a prediction of the training's own record and of unseen ones.

    shown : whether the first seed's prediction is kept for the picture.
    """
    outcomes = []
    for condition, use, n in ((OWN, "train", 1), (UNSEEN, "test", N_TEST)):
        X, target, contamination = _drawn(seed, use, n)
        answer = predict(X)
        off = answer - target
        outcomes += [
            Outcome(condition, OFF, off.var(axis=1) / target.var(axis=1)),
            Outcome(condition, LEFT, (answer - contamination).var(axis=1) / contamination.var(axis=1)),
        ]
        if condition == OWN:
            slow, fast = bands(off) / bands(target)
            outcomes += [Outcome(OWN, SLOW, slow), Outcome(OWN, FAST, fast)]
            if shown and seed == 0:
                outcomes += _picture({TARGET: target[0], PREDICTION: answer[0]})
    return outcomes


def _picture(series: dict[str, np.ndarray]) -> list[Outcome]:
    """Return records as outcomes for the picture: the first seconds of them, and their spectra."""
    found = []
    for name, values in series.items():
        for n in range(0, int(SHOWN * RATE), EVERY):
            found.append(_one(f"sample {n}", name, values[n], n / RATE))
        for hertz, amplitude in zip(*spectrum(values, RATE), strict=True):
            found.append(_one(f"{hertz:.4g} Hz", f"{name}{SPECTRUM}", amplitude, hertz))
    return found


def _one(condition: str, metric: str, value: float, position: float) -> Outcome:
    return Outcome(condition, metric, np.array([value]), position=position)


# ---- what is measured


def _net(how: SetUp, seed: int, scale: float, shown: bool = False) -> Measurement:
    X, target, contamination = record(seed)
    y = target if how.observed else contamination
    windows = (ASKED["windows"], ASKED["samples in a window"])
    x = torch.as_tensor(X[0], dtype=torch.float32).reshape(*windows, 2)
    net, clock = StackedLSTM(how, x.flatten(0, 1)), Clock()
    plan = Epochs(
        ASKED["epochs"], ASKED["batch size"], adam(how.rate), how.decay, ASKED["shuffled"]
    ).scaled(scale)
    fit(net, _squared, (x, torch.as_tensor(y, dtype=torch.float32).reshape(windows)), plan, clock)
    return Measurement(_scored(net.predict, seed, shown), clock.seconds, plan.epochs * N_SAMPLES)


def _squared(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return (net(x) - y).square().mean()


def _product_unit(differences: bool, seed: int, scale: float) -> Measurement:
    """Fit the unit to the observed target by L-BFGS, or its steps to the target's steps."""
    (x, y, _), unit, clock = map(torch.as_tensor, record(seed)), ProductUnit().double(), Clock()
    with torch.no_grad():
        unit.forms.weight.copy_(torch.as_tensor(stream(seed, "weights", NAME).normal(size=(2, 2))))
    optimiser = torch.optim.LBFGS(
        unit.parameters(), max_iter=max(5, round(200 * scale)), line_search_fn="strong_wolfe",
        tolerance_grad=1e-14, tolerance_change=1e-16,
    )  # fmt: skip

    def closure() -> Tensor:
        optimiser.zero_grad()
        error = unit(x) - y
        loss = (error.diff(dim=1) if differences else error).square().mean()
        loss.backward()
        return loss

    with clock:
        optimiser.step(closure)
    return Measurement(_scored(unit.predict, seed), clock.seconds, N_SAMPLES)


def _shipped(name: str, seed: int, scale: float) -> Measurement:
    net = neural.load(name, seed % 3, "cpu")
    card = net.card_
    note = "shipped, trained on the contamination of other records"
    return Measurement(_scored(net.predict, seed), card["seconds"], card["signals"], note)


def _least_squares(how: LeastSquares, seed: int, scale: float) -> Measurement:
    (X, target, _), clock, estimator = record(seed), Clock(), replace(how)
    with clock:
        estimator.fit(X, target)
    return Measurement(_scored(estimator.predict, seed), clock.seconds, N_SAMPLES)


AS_ASKED = SetUp()
OURS = replace(AS_ASKED, rectified_output=False, rate=3e-3, decay=0.0, witnesses=AS_THEY_ARE)
NETS = {
    names.QUESTION: AS_ASKED,
    names.LINEAR: replace(AS_ASKED, rectified_output=False),
    names.NO_DECAY: replace(AS_ASKED, decay=0.0),
    names.FASTER: replace(AS_ASKED, rate=OURS.rate),
    names.CENTRED: replace(AS_ASKED, witnesses=CENTRED),
    names.PRODUCT: replace(AS_ASKED, product=True),
    names.CONTAMINATION: replace(AS_ASKED, observed=False),
    names.OURS: OURS,
    names.OURS_RECTIFIED: replace(OURS, rectified_output=True),
    names.OURS_SCALED: replace(OURS, witnesses=AS_ASKED.witnesses),
    names.OURS_PRODUCT: replace(OURS, product=True),
    names.OURS_CONTAMINATION: replace(OURS, observed=False),
}
YARDSTICKS = {
    names.TOLD_PRODUCT: LeastSquares(),
    names.TOLD_PRODUCT_STEPS: LeastSquares(differences=True),
    names.TOLD_BILINEAR: LeastSquares(bilinear=True),
    names.TOLD_BILINEAR_STEPS: LeastSquares(bilinear=True, differences=True),
    names.TOLD_WANTED: LeastSquares(told_wanted=True),
}
VARIANTS = (
    *(
        Variant(
            label,
            partial(_net, how, shown=label in (names.QUESTION, names.OURS)),
            n_seeds=None if label in (names.QUESTION, names.OURS) else 1,
        )
        for label, how in NETS.items()
    ),
    Variant(names.SHIPPED, partial(_shipped, "witness/lstm")),
    Variant(names.UNIT, partial(_product_unit, False)),
    Variant(names.UNIT_STEPS, partial(_product_unit, True)),
    *(Variant(label, partial(_least_squares, how), "classical") for label, how in YARDSTICKS.items()),
)


CASE = Case(
    name=NAME,
    title="A noise and its witnesses",
    question=(
        "The prediction is very odd in time and in frequency; what am I doing wrong? The target is "
        "sin(t) + w r, 10 s at 2048 Hz; the net gets the carrier w = sin(10 t) and the white noise r, each "
        "scaled to 0 to 1. Three LSTM layers and four Dense layers, each Dense layer followed by a "
        "LeakyReLU, the last one too, are trained with Adam at 3.9e-5 and a decay of 0.05 on ten windows "
        f"of 2048 samples, the state never reset, for {ASKED['epochs']} epochs. Then the net predicts the "
        "record that it was trained on. No answer is on record."
    ),
    variants=VARIANTS,
    metrics={name: Metric("1", root=True) for name in (OFF, SLOW, FAST, LEFT)}
    | {f"{name}{what}": Metric("1") for name in (TARGET, PREDICTION) for what in ("", SPECTRUM)},
    columns=((OWN, OFF), (OWN, SLOW), (OWN, FAST), (OWN, LEFT), (UNSEEN, OFF), (UNSEEN, LEFT)),
    lesson=lesson,
    draw=witness_figure,
    caption=(
        f"Above: the first {SHOWN} seconds of the record of the training, every {EVERY}th sample of it, "
        "target and prediction, of the first training. Below, left: their amplitude spectra, root mean "
        "square in bands. Below, right: what is left of the contamination on unseen noise, every training "
        "a dot (0 dB: nothing is removed). The lines are fits by least squares: yardsticks of what is "
        "known, not limits."
    ),
    original=ORIGINAL,
)
