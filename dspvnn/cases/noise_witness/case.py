"""A recurrent net that should predict a noise from two witnesses of it.

The observed target is sin(t) + sin(10 t) r(t), 10 s at 2048 Hz; the witnesses are sin(10 t) and the
noise r. As asked: LSTM layers of 64, 16 and 8, stateful, then Dense 128, 16, 8 and 1 with a LeakyReLU
after every one, the output too; witnesses scaled to 0 to 1; Adam at 3.9e-5 with a decay of 0.05; windows
of 2048, batch 1, 30 epochs. The score is what is left of the contamination sin(10 t) r(t) on records of
unseen noise, the mean of the residual taken off: a constant is no noise.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np
import torch
from torch import Tensor, nn

import neural
from baselines import WitnessRegression
from baselines.roster import wanted_carriers
from dspvnn.cases.base import Case, Clock, Measurement, Outcome, Variant, typical
from dspvnn.cases.experiment import Epochs, adam, fit
from dspvnn.cases.noise_witness.nets import ProductUnit, SetUp, StackedLSTM
from dspvnn.estimator import SignalEstimator
from dspvnn.figures.variants import variants_figure
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS, Metric, Trials
from dspvnn.tasks.witness.task import N_SAMPLES, SAMPLE_RATE, WitnessCondition

NAME = "noise-witness"
LEFT, SLOW, FAST = "relative residual", "residual below 5 Hz", "residual above 5 Hz"
EDGE_HZ = 5.0
UNSEEN, CARRIER, LOUD = "unseen noise", "carrier at 200 rad/s", "noise witness doubled"
CONDITIONS = (
    WitnessCondition(UNSEEN),
    WitnessCondition(CARRIER, region="beyond", carrier=200.0),
    WitnessCondition(LOUD, region="beyond", noise_scale=2.0),
)
N_TEST = 8
WINDOW = 2048


def _record(seed: int, observed: bool) -> Trials:
    condition = WitnessCondition("training", observed=observed)
    return TASKS["witness"].draw(stream(seed, "train", NAME), 1, condition)


def _net(how: SetUp, seed: int, scale: float) -> Measurement:
    record = _record(seed, how.observed)
    x = torch.as_tensor(record.signals[0], dtype=torch.float32).reshape(-1, WINDOW, 2)
    y = torch.as_tensor(record.target[0].astype(np.float32)).reshape(-1, WINDOW)
    flat = x.flatten(0, 1)
    net, clock = StackedLSTM(how, flat.amin(0), flat.amax(0)), Clock()
    plan = Epochs(how.epochs, 1, adam(how.rate), how.decay, shuffle=False).scaled(scale)
    fit(net, _squared, (x, y), plan, clock)
    outcomes = _scored(net.predict, seed, how.observed)
    return Measurement(outcomes, clock.seconds, plan.epochs * N_SAMPLES)


def _squared(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return (net(x) - y).square().mean()


def _product_unit(differences: bool, seed: int, scale: float) -> Measurement:
    """Fit the unit to the observed target by L-BFGS, or its steps to the target's steps."""
    record = _record(seed, observed=True)
    x, y = torch.as_tensor(record.signals), torch.as_tensor(record.target.astype(float))
    unit, clock = ProductUnit().double(), Clock()
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
    return Measurement(_scored(unit.predict, seed, observed=True), clock.seconds, N_SAMPLES)


def _shipped(name: str, seed: int, scale: float) -> Measurement:
    net = neural.load(name, seed % 3, "cpu")
    card = net.card_
    outcomes = _scored(net.predict, seed, observed=False)
    return Measurement(outcomes, card["seconds"], card["signals"], "shipped")


def _classical(make: Callable[[], SignalEstimator], observed: bool, seed: int, scale: float) -> Measurement:
    record, estimator, clock = _record(seed, observed), make(), Clock()
    with clock:
        estimator.fit(record.signals, record.target.astype(float))
    return Measurement(_scored(estimator.predict, seed, observed), clock.seconds, N_SAMPLES)


@cache
def _test(seed: int, condition: WitnessCondition) -> Trials:
    return TASKS["witness"].draw(stream(seed, "test", NAME, condition.name), N_TEST, condition)


def _scored(predict: Callable[[np.ndarray], np.ndarray], seed: int, observed: bool) -> list[Outcome]:
    outcomes = []
    tests = [_test(seed, condition) for condition in CONDITIONS]
    together = predict(np.concatenate([trials.signals for trials in tests]))  # a net's time is in the steps
    answers = np.split(together, len(tests))
    for condition, trials, answer in zip(CONDITIONS, tests, answers, strict=True):
        error = np.asarray(answer - trials.target, float)
        error -= error.mean(axis=1, keepdims=True)
        truth = np.asarray(trials.target, float)
        slow, fast = _bands(error) / _bands(truth - truth.mean(axis=1, keepdims=True))
        limit = math.sqrt(GAIN_VARIANCE) if observed else None
        relative = np.var(error, axis=1) / np.var(truth, axis=1)
        outcomes.append(Outcome(condition.name, LEFT, relative, limit, condition.region))
        if condition.name == UNSEEN:
            outcomes += [Outcome(UNSEEN, SLOW, slow), Outcome(UNSEEN, FAST, fast)]
    return outcomes


def _bands(x: np.ndarray) -> np.ndarray:
    """Return the power of records below and above `EDGE_HZ`, ``(2, n_signals)``."""
    power = np.abs(np.fft.rfft(x, axis=1)) ** 2
    low = np.fft.rfftfreq(x.shape[1], 1 / SAMPLE_RATE) < EDGE_HZ
    return np.stack([power[:, low].sum(axis=1), power[:, ~low].sum(axis=1)])


# Variance of the gain that least squares gives the product when sin(t) is noise to it, the power of
# sin(t) less its mean over N samples and the product's power 1/2: what is left of the contamination,
# relative to it, in expectation.
_WANTED = np.sin(np.arange(N_SAMPLES) / SAMPLE_RATE)
GAIN_VARIANCE = float(np.var(_WANTED) / (N_SAMPLES * 0.5))


def decibel(ratio: float) -> float:
    """Return a ratio of amplitudes in dB."""
    return -math.inf if ratio == 0 else 20 * math.log10(ratio)


AS_ASKED = SetUp()
FIXED = replace(AS_ASKED, rectified_output=False, rate=3e-3, decay=0.0, scaled=False)
UNDONE = {
    "with the output rectifier": replace(FIXED, rectified_output=True),
    "with rate 3.9e-5 and decay": replace(FIXED, rate=AS_ASKED.rate, decay=AS_ASKED.decay),
    "with witnesses scaled": replace(FIXED, scaled=True),
}
ASKED = "as asked: LSTM 64-16-8, Dense 128-16-8-1, rectified, 30 epochs"
RATE = "changed: learning rate 3e-3, no decay"
ON_CONTAMINATION = "changed: trained on the contamination"
ALL = "changed: no output rectifier, rate 3e-3, witnesses as they are"
UNIT, STEPS = "product unit, on the observed target", "product unit, on the observed target's steps"
SHIPPED = "LSTM(32) that ships, on the contamination"
PLAIN = "classical: least squares on the product, observed target"
VARIANTS = (
    Variant(ASKED, partial(_net, AS_ASKED)),
    Variant("changed: no output rectifier", partial(_net, replace(AS_ASKED, rectified_output=False))),
    Variant(RATE, partial(_net, replace(AS_ASKED, rate=3e-3, decay=0.0))),
    Variant("changed: witnesses as they are", partial(_net, replace(AS_ASKED, scaled=False))),
    Variant(ON_CONTAMINATION, partial(_net, replace(AS_ASKED, observed=False))),
    Variant("changed: the product as a third witness", partial(_net, replace(AS_ASKED, product=True))),
    Variant(ALL, partial(_net, FIXED)),
    *(Variant(f"together but {undone}", partial(_net, how)) for undone, how in UNDONE.items()),
    Variant("the same, trained on the contamination", partial(_net, replace(FIXED, observed=False))),
    Variant("the same, product as a third witness", partial(_net, replace(FIXED, product=True))),
    Variant(SHIPPED, partial(_shipped, "witness/lstm")),
    Variant(
        "product LSTM(16) that ships, on the contamination", partial(_shipped, "witness/product-lstm")
    ),
    Variant(f"best: {UNIT}", partial(_product_unit, False)),
    Variant(f"best: {STEPS}", partial(_product_unit, True)),
    Variant(PLAIN, partial(_classical, WitnessRegression, True), "classical"),
    Variant(
        "classical: the same, told sin t and cos t",
        partial(_classical, lambda: WitnessRegression(carriers=wanted_carriers()), True), "classical",
    ),
    Variant(
        "classical: least squares on the product, contamination",
        partial(_classical, WitnessRegression, False), "classical",
    ),
)  # fmt: skip


def _tenths(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}"  # no minus before 0.0


def lesson(rows: Sequence[Row]) -> str:
    """Say from the rows what each choice costs in dB."""
    db = {v.label: decibel(typical(rows, v.label, UNSEEN, LEFT)) for v in VARIANTS}
    single = [v.label for v in VARIANTS if v.label.startswith("changed: ") and v.label != ALL]
    changes = ", ".join(f"{label.removeprefix('changed: ')} {_tenths(db[label])} dB" for label in single)
    undone = ", ".join(f"{name} {_tenths(db[f'together but {name}'])} dB" for name in UNDONE)
    limit = 10 * math.log10(GAIN_VARIANCE)
    return (
        f"As asked, {_tenths(db[ASKED])} dB of the contamination are left on unseen noise (0 dB: nothing "
        f"is removed). One change at a time: {changes}. No rectifier, a rate of 3e-3 and the witnesses as "
        f"they are, together: {_tenths(db[ALL])} dB; the same {undone}. The target is part "
        "wanted signal, which no witness tells: to the fit it is noise, and even least squares on the "
        f"product, with one number to learn, leaves {db[PLAIN]:.0f} dB ({limit:.0f} dB in "
        f"expectation). A product unit leaves {db[f'best: {UNIT}']:.0f} dB, and "
        f"{db[f'best: {STEPS}']:.0f} dB when it is fitted to the steps of the target, where the slow "
        "wanted signal all but vanishes. On the contamination itself a plain LSTM reaches "
        f"{db[SHIPPED]:.0f} dB and least squares {db[VARIANTS[-1].label]:.0f} dB: who knows that the "
        "coupling is a product has nothing left to learn."
    )


CASE = Case(
    name=NAME,
    title="A noise and its witnesses",
    question=(
        "A target sin(t) + sin(10 t) r(t), 10 s at 2048 Hz, and two witnesses, sin(10 t) and the "
        "noise r, scaled to 0 to 1. A stateful LSTM of 64, 16 and 8 units and Dense layers of 128, "
        "16, 8 and 1, a LeakyReLU after every one including the output, is trained with Adam at "
        "3.9e-5 and a decay of 0.05 on windows of 2048 samples, batch 1, for 30 epochs. Its "
        "prediction is reported to look odd in time and in frequency. Why?"
    ),
    variants=VARIANTS,
    metrics={name: Metric("1", root=True) for name in (LEFT, SLOW, FAST)},
    columns=((UNSEEN, LEFT), (UNSEEN, SLOW), (UNSEEN, FAST), (CARRIER, LEFT), (LOUD, LEFT)),
    lesson=lesson,
    draw=partial(
        variants_figure, panels=((UNSEEN, LEFT), (UNSEEN, SLOW), (UNSEEN, FAST), (CARRIER, LEFT)),
        limit_label="least squares", floor=1e-5,
        xlabel="rms residual over the rms contamination (0.01: −40 dB)",
    ),
    caption=(
        "What is left of the contamination, every seed a dot (open: below 10⁻⁵). Black: what least "
        "squares on the "
        "product leaves in expectation when it is fitted on the observed target, where the wanted "
        "signal acts as noise."
    ),
    limit="least squares on the observed target, in expectation",
)  # fmt: skip
