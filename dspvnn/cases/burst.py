"""A recurrent net that should say whether a burst has ended.

130 samples, a half-sine of 10 from U(0, 50) on; label 1 until its end. As asked: 5 sequences, 100 steps, an
Elman net of 16, cross-entropy, Adam at 0.01, the hidden state carried over from one step to the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
import torch
from torch import Tensor, nn

import neural
from baselines import BayesFilter
from baselines.roster import BASELINES
from dspvnn.cases.base import Case, Clock, Measurement, Outcome, Variant, one_at_a_time, typical
from dspvnn.cases.experiment import Epochs, adam, fit
from dspvnn.estimator import SignalEstimator
from dspvnn.figures.variants import variants_figure
from dspvnn.limits import burst_forward_filter
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS, Trials
from dspvnn.tasks.burst.task import SAMPLE_ERROR, BurstCondition
from dspvnn.tasks.metrics import best_threshold

NAME = "burst"
ERROR = "sample error rate"
N_TEST, N_LONG = 500, 100
INSIDE, LATER, LONG, NOISE = "unseen sequences", "onset 50 to 110", "records 10 x longer", "noise, d = 6"
_QUIET = BurstCondition(INSIDE, deflection_range=(np.inf, np.inf), burst_probability=1.0)
_NOISY = replace(_QUIET, name=NOISE, region="beyond", deflection_range=(6.0, 6.0))
CONDITIONS = (
    _QUIET,
    replace(_QUIET, name=LATER, region="beyond", onset_range=(50.0, 110.0)),
    replace(_QUIET, name=LONG, region="beyond", n_samples=1300),
    _NOISY,
    replace(_NOISY, name=f"{NOISE}, {LATER}", onset_range=(50.0, 110.0)),
    replace(_NOISY, name=f"{NOISE}, {LONG}", n_samples=1300),
)


@dataclass(frozen=True)
class SetUp:
    """The net and how it is trained, as asked."""

    cell: str = "elman"
    carried: bool = True
    n_sequences: int = 5
    steps: int = 100
    noisy: bool = False


class Labeller(nn.Module):
    """An Elman net or LSTM of 16 and a linear layer of two classes; may keep its state between batches."""

    def __init__(self, cell: str, carried: bool) -> None:
        super().__init__()
        layer = {"elman": nn.RNN, "lstm": nn.LSTM}[cell]
        self.recurrent = layer(1, 16, batch_first=True)
        self.classes = nn.Linear(16, 2)
        self.carried = carried
        self.state: Tensor | tuple[Tensor, Tensor] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of the classes, ``(n_sequences, n_samples, 2)``."""
        steps, state = self.recurrent(x[..., None], self.state)
        if self.carried:
            self.state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        return self.classes(steps)

    def evidence(self, X: np.ndarray, together: int) -> np.ndarray:
        """Return how much likelier class 0, "ended", is: sequences in groups, as many as in training."""
        groups = torch.as_tensor(X, dtype=torch.float32).split(together if self.carried else len(X))
        with torch.inference_mode():
            logits = torch.cat([self(group) for group in groups])
        return (logits[..., 0] - logits[..., 1]).double().numpy()


def _count(condition: BurstCondition) -> int:
    return N_TEST if condition.n_samples == _QUIET.n_samples else N_LONG


def _draw(seed: int, use: str, n: int, condition: BurstCondition) -> Trials:
    return TASKS["burst"].draw(stream(seed, use, NAME, condition.name), n, condition)


def _net(how: SetUp, seed: int, scale: float) -> Measurement:
    condition = _NOISY if how.noisy else _QUIET
    trials = _draw(seed, "train", how.n_sequences, condition)
    x = torch.as_tensor(trials.signals, dtype=torch.float32)
    labels = torch.as_tensor(trials.target).long()
    net, clock = Labeller(how.cell, how.carried), Clock()
    plan = Epochs(how.steps, how.n_sequences, adam(0.01), shuffle=False).scaled(scale)
    fit(net, _cross_entropy, (x, labels), plan, clock)
    seen = plan.epochs * how.n_sequences
    outcomes = _scored(lambda X: net.evidence(X, how.n_sequences), seed, noisy_only=how.noisy)
    return Measurement(outcomes, clock.seconds, seen)


def _cross_entropy(net: nn.Module, x: Tensor, labels: Tensor) -> Tensor:
    return nn.functional.cross_entropy(net(x).flatten(0, 1), labels.flatten())


def _shipped(name: str, note: str, seed: int, scale: float) -> Measurement:
    net = neural.load(name, seed % len(neural.RECIPES[name].seeds), "cpu")
    card = net.card_
    return Measurement(_scored(net.predict, seed, noisy_only=True), card["seconds"], card["signals"], note)


def _classical(
    make: Callable[[], SignalEstimator], noisy_only: bool, seed: int, scale: float
) -> Measurement:
    outcomes = _scored(make().predict, seed, noisy_only, calibrated=True)
    return Measurement(outcomes, note="threshold set on other sequences, as many")


def _bayes_filter() -> BayesFilter:
    return BayesFilter(deflection_range=(6.0, 6.0 + 1e-9), burst_probability=1.0)


def _scored(
    predict: Callable[[np.ndarray], np.ndarray], seed: int, noisy_only: bool, calibrated: bool = False
) -> list[Outcome]:
    """Score evidence that is positive for "ended" or, if calibrated, above the best threshold."""
    outcomes = []
    for condition in CONDITIONS:
        if noisy_only and condition.noise_free:
            continue
        trials, limit, threshold = *_test(seed, condition), 0.0
        if calibrated:
            other = _draw(seed, "calibrate", _count(condition), condition)
            threshold = best_threshold(predict(other.signals).ravel(), other.target.ravel() == 0)
        wrong = (predict(trials.signals) > threshold) != (trials.target == 0)
        outcomes.append(Outcome(condition.name, ERROR, wrong.mean(axis=1), limit, condition.region))
    return outcomes


@cache
def _test(seed: int, condition: BurstCondition) -> tuple[Trials, np.ndarray]:
    """Return the unseen sequences and the wrong share of the exact Bayes filter in each."""
    trials = _draw(seed, "test", _count(condition), condition)
    if condition.noise_free:  # two samples of a burst tell its end exactly
        return trials, np.zeros(len(trials.signals))
    log_odds = burst_forward_filter(trials.signals, condition.model())
    return trials, np.mean((log_odds > 0) != (trials.target == 0), axis=1)


AS_ASKED = SetUp()
RESET = replace(AS_ASKED, carried=False)
LSTM = replace(RESET, cell="lstm")
ASKED = "as asked: Elman, state carried over, 5 sequences, 100 steps"
RESETTING, AS_LSTM = "changed: state reset", "changed: LSTM"
MANY = "changed: 100 sequences"
LONGER = "changed: 1000 steps"
PATIENT = "changed: state reset, 1000 steps"
BEST = "best: LSTM, state reset, still 5 sequences, 100 steps"
IN_NOISE = "best in noise: LSTM(32) that ships, trained on d from 3 to 20"
FILTER = BASELINES["burst"]["matched filter"]
VARIANTS = (
    Variant(ASKED, partial(_net, AS_ASKED)),
    Variant(RESETTING, partial(_net, RESET)),
    Variant(AS_LSTM, partial(_net, replace(AS_ASKED, cell="lstm"))),
    Variant(MANY, partial(_net, replace(AS_ASKED, n_sequences=100))),
    Variant(LONGER, partial(_net, replace(AS_ASKED, steps=1000))),
    Variant(PATIENT, partial(_net, replace(RESET, steps=1000))),
    Variant("changed: state reset, 100 sequences", partial(_net, replace(RESET, n_sequences=100))),
    Variant(BEST, partial(_net, LSTM)),
    Variant(
        "LSTM, state reset, 100 sequences, 300 steps",
        partial(_net, replace(LSTM, n_sequences=100, steps=300)),
    ),
    Variant(
        "the same trained in noise, d = 6",
        partial(_net, replace(LSTM, n_sequences=100, steps=300, noisy=True)),
    ),
    Variant(IN_NOISE, partial(_shipped, "burst/lstm", "shipped")),
    Variant("classical: matched filter", partial(_classical, FILTER, False), "classical"),
    Variant(
        "classical: Bayes filter, told d and onsets to 50",
        partial(_classical, _bayes_filter, True),
        "classical",
    ),
)


def lesson(rows: Sequence[Row]) -> str:
    """Say from the rows what the carried state, the cell and the number of sequences cost."""

    def percent(label: str, condition: str = INSIDE, column: str = "value") -> float:
        return 100 * typical(rows, label, condition, ERROR, column)

    asked, best, patient = (percent(v) for v in (ASKED, BEST, PATIENT))
    changes = {label: percent(label) for label in (RESETTING, AS_LSTM, MANY, LONGER)}
    return (
        f"As asked, {asked:.2g} % of the samples are wrong on unseen sequences. "
        f"{one_at_a_time(asked, changes, ' %')} An LSTM whose state starts from nothing in every sequence "
        f"leaves {best:.2g} % after the same 100 steps on the same five sequences, an Elman net "
        f"{patient:.2g} % after 1000. "
        + (
            "The memory was not missing: it was filled with the end of the step before, where the burst "
            "had long ended, and no more data or patience makes up for that. "
            if max(best, patient) < asked / 10
            else ""
        )
        + f"In records ten times longer the LSTM leaves {percent(BEST, LONG):.2g} %, in noise that it "
        f"never saw {percent(BEST, NOISE):.2g} %; a net trained in noise leaves "
        f"{percent(IN_NOISE, NOISE):.2g} % there, the exact filter "
        f"{percent(IN_NOISE, NOISE, 'limit'):.2g} %. A matched filter with a threshold leaves "
        f"{percent('classical: matched filter'):.2g} % without noise and without training."
    )


CASE = Case(
    name=NAME,
    title="Has the burst ended?",
    question=(
        "A half-sine of 10 samples begins at a random time up to 50 in a record of 130; the label is "
        "1 until it has ended, then 0. An Elman net of 16 units is trained on 5 sequences for 100 "
        "steps, with cross-entropy and Adam at 0.01; the hidden state of one step is the first state "
        "of the next. It is reported to behave as if it had no memory. Why?"
    ),
    variants=VARIANTS,
    metrics=dict(SAMPLE_ERROR),
    columns=tuple((c.name, ERROR) for c in CONDITIONS),
    lesson=lesson,
    draw=partial(
        variants_figure, panels=tuple((c.name, ERROR) for c in CONDITIONS[:4]),
        xlabel="share of wrong samples (open: none)", limit_label="Bayes filter",
    ),
    caption=(
        "Share of wrong samples, every seed a dot. The limit is 0 without noise; in noise it is the "
        "exact Bayes filter, in black."
    ),
    limit="exact limit: Bayes filter",
    seeds=(0, 1, 2, 3, 4),
)  # fmt: skip
