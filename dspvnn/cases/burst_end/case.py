"""A recurrent net that should say whether a burst has ended.

130 samples, a half-sine of 10 that begins anywhere up to 50; the label is 1 until it has ended. The nets of
the question and of its answer are in `nets`; all of them are looked at after 100 steps, as asked, and after
300 and 1,000, on the five records that they are trained on and on unseen ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np

import neural
from baselines import BayesFilter
from baselines.roster import BASELINES
from dspvnn.cases.base import Case, Clock, Measurement, Outcome, Variant, short, typical
from dspvnn.cases.burst_end.figure import DECIDED, INPUT, LABEL, decisions
from dspvnn.cases.burst_end.nets import ASKED, ORIGINAL, STEPS, Labeller, SetUp, asked_records, train
from dspvnn.estimator import SignalEstimator
from dspvnn.limits import burst_forward_filter
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Metric, Trials
from dspvnn.tasks.burst import TASK
from dspvnn.tasks.burst.task import SAMPLE_ERROR, BurstCondition
from dspvnn.tasks.metrics import best_threshold

NAME = "burst"
ERROR = "sample error rate"
N_TEST, N_LONG = 500, 100
SHOWN = 3  # the fourth record, which the question shows
TRAINED, INSIDE = "its own five records", "unseen records"
LATER, LONG, NOISE = "onset 50 to 110", "records 10 x longer", "noise, d = 6"
_QUIET = BurstCondition(INSIDE, deflection_range=(np.inf, np.inf), burst_probability=1.0)
_NOISY = replace(_QUIET, name=NOISE, region="beyond", deflection_range=(6.0, 6.0))
CONDITIONS = (
    _QUIET,
    replace(_QUIET, name=LATER, region="beyond", onset_range=(50.0, 110.0)),
    replace(_QUIET, name=LONG, region="beyond", n_samples=1300),
    _NOISY,
)
FIRST = STEPS[0]


def after(condition: str, steps: int) -> str:
    """Return the name of a condition at a number of training steps."""
    return f"{condition}, {steps:,} steps"


def _count(condition: BurstCondition) -> int:
    return N_TEST if condition.n_samples == _QUIET.n_samples else N_LONG


def _draw(seed: int, use: str, n: int, condition: BurstCondition) -> Trials:
    return TASK.draw(stream(seed, use, NAME, condition.name), n, condition)


@cache
def _test(seed: int, condition: BurstCondition) -> tuple[Trials, np.ndarray]:
    """Return the unseen records and the wrong share of the exact Bayes filter in each."""
    trials = _draw(seed, "test", _count(condition), condition)
    if condition.noise_free:  # two samples of a burst tell its end exactly
        return trials, np.zeros(len(trials.signals))
    log_odds = burst_forward_filter(trials.signals, condition.model())
    return trials, np.mean((log_odds > 0) != (trials.target == 0), axis=1)


# ---- what is measured


def _net(how: SetUp, seed: int, scale: float) -> Measurement:
    signals, labels = asked_records()
    if how.n_sequences > len(signals):
        drawn = _draw(seed, "train", how.n_sequences, _QUIET)
        signals, labels = drawn.signals, drawn.target
    outcomes: list[Outcome] = []

    def look(step: int, net: Labeller, decided: np.ndarray) -> None:
        wrong, evidence = (
            np.mean(decided != labels, axis=1),
            partial(net.evidence, together=how.n_sequences),
        )
        found = [Outcome(TRAINED, ERROR, wrong, np.zeros(len(wrong)))]
        found += [_scored(evidence, seed, c) for c in (CONDITIONS if step == FIRST else CONDITIONS[:2])]
        outcomes.extend(_at(step, found))
        if step == FIRST and seed == 0 and how.n_sequences == len(signals):
            outcomes.extend(_picture(signals[SHOWN], labels[SHOWN], decided[SHOWN]))

    clock, steps = Clock(), max(1, round(scale * STEPS[-1]))
    train(how, signals, labels, steps, look, clock)
    return Measurement(outcomes, clock.seconds, steps * how.n_sequences)


def _picture(signal: np.ndarray, label: np.ndarray, decided: np.ndarray) -> list[Outcome]:
    """Return the record that the question shows, sample by sample, as outcomes for its picture."""
    series = {INPUT: signal, LABEL: label, DECIDED: decided}
    return [
        Outcome(f"record 4, sample {n}", metric, np.array([float(value)]), position=n)
        for metric, values in series.items()
        for n, value in enumerate(values)
    ]


def _shipped(seed: int, scale: float) -> Measurement:
    net = neural.load("burst/lstm", seed % len(neural.RECIPES["burst/lstm"].seeds), "cpu")
    card = net.card_
    outcomes = [_scored(net.predict, seed, condition) for condition in CONDITIONS[3:]]
    return Measurement(
        _at(FIRST, outcomes), card["seconds"], card["signals"], "shipped, trained on d from 3 to 20"
    )


def _untrained(
    predict: Callable[[np.ndarray], np.ndarray], conditions: Sequence[BurstCondition], seed: int, _: float
) -> Measurement:
    """Score evidence whose threshold is set on other records: the same at every step of a training."""
    outcomes = []
    for condition in conditions:
        like = _QUIET if condition.noise_free else condition  # nobody knows of what is beyond
        drawn = _draw(seed, "calibrate", N_TEST, like)
        threshold = best_threshold(predict(drawn.signals).ravel(), drawn.target.ravel() == 0)
        found = [_scored(predict, seed, condition, threshold)]
        if condition is _QUIET:
            signals, labels = asked_records()
            wrong = np.mean((predict(signals) > threshold) != (labels == 0), axis=1)
            found.append(Outcome(TRAINED, ERROR, wrong, np.zeros(len(wrong))))
        for step in STEPS:
            outcomes += _at(step, found)
    return Measurement(outcomes, note="threshold set on other records")


def _silence(X: np.ndarray) -> np.ndarray:
    """Return the evidence of a rule without memory: the smaller a sample, the likelier "ended"."""
    return -np.abs(X)


def _classical(make: Callable[[], SignalEstimator], conditions: Sequence[BurstCondition]) -> Callable:
    return partial(_untrained, make().predict, conditions)


def _bayes_filter() -> BayesFilter:
    return BayesFilter(deflection_range=(6.0, 6.0 + 1e-9), burst_probability=1.0)


def _scored(
    predict: Callable[[np.ndarray], np.ndarray],
    seed: int,
    condition: BurstCondition,
    threshold: float = 0.0,
) -> Outcome:
    """Score evidence that is above its threshold for "ended"."""
    trials, limit = _test(seed, condition)
    wrong = np.mean((predict(trials.signals) > threshold) != (trials.target == 0), axis=1)
    return Outcome(condition.name, ERROR, wrong, limit, condition.region)


def _at(step: int, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes with the number of training steps in their conditions."""
    return [replace(outcome, condition=after(outcome.condition, step)) for outcome in outcomes]


AS_ASKED = SetUp()
RESET = replace(AS_ASKED, carried=False)
QUESTION = "as asked: Elman net, state carried over"
RESETTING = "the answer: state reset"
BEST = "the answer: state reset and LSTM"
AS_LSTM = "changed: LSTM, state carried over"
MANY = "changed: 100 records in place of five"
IN_NOISE = "ours: LSTM(32) that ships, trained in noise"
MEMORYLESS = "classical: the best rule without memory"
MATCHED = "classical: matched filter"
FILTER = BASELINES[TASK.name]["matched filter"]
VARIANTS = (
    Variant(QUESTION, partial(_net, AS_ASKED)),
    Variant(RESETTING, partial(_net, RESET)),
    Variant(BEST, partial(_net, replace(RESET, cell="lstm"))),
    Variant(AS_LSTM, partial(_net, replace(AS_ASKED, cell="lstm"))),
    Variant(MANY, partial(_net, replace(AS_ASKED, n_sequences=100))),
    Variant(IN_NOISE, _shipped),
    Variant(MEMORYLESS, partial(_untrained, _silence, CONDITIONS), "floor"),
    Variant(MATCHED, _classical(FILTER, CONDITIONS), "classical"),
    Variant(
        "classical: Bayes filter, strength and latest onset known",
        _classical(_bayes_filter, CONDITIONS[3:]),
        "classical",
    ),
)
DRAWN = {
    QUESTION: "as asked",
    RESETTING: "the answer, first step: state reset",
    BEST: "the answer, second step: LSTM, too",
}


def lesson(rows: Sequence[Row]) -> str:
    """Say what the carried state does, from the rows; a sentence is printed only while they bear it out."""

    def percent(label: str, condition: str, steps: int = FIRST, column: str = "value") -> float:
        return 100 * typical(rows, label, after(condition, steps), ERROR, column)

    asked, floor = (
        [percent(label, condition) for condition in (TRAINED, INSIDE)] for label in (QUESTION, MEMORYLESS)
    )
    said = []
    if all(a > 0.9 * f for a, f in zip(asked, floor, strict=True)):
        said.append(
            'A net without memory can only say "pending" inside the burst and "ended" on silence. It is '
            f"wrong on all silence before the burst: {floor[0]:.1f} % of the samples of the five records, "
            f"{floor[1]:.1f} % of unseen ones. As asked, the net is wrong on {asked[0]:.1f} and "
            f"{asked[1]:.1f} %: this is what no memory looks like."
        )
    end = STEPS[-1]
    if min(percent(QUESTION, TRAINED, end), percent(AS_LSTM, TRAINED, end)) > 3 * percent(
        BEST, TRAINED, end
    ):
        said.append(
            "The memory is there, but it is full: a state that is carried over starts every record in "
            '"already ended", so the cue that a new record has begun is gone. Neither another cell '
            f"({short(percent(AS_LSTM, INSIDE))} %) nor more records ({short(percent(MANY, INSIDE))} %) "
            f"nor more steps ({short(percent(QUESTION, INSIDE, end))} % after {end:,}) makes up for that."
        )
    reset = percent(RESETTING, INSIDE)
    late = sorted(
        100 * r.value for r in rows if (r.estimator, r.condition) == (RESETTING, after(INSIDE, end))
    )
    learned = [error for error in late if error < asked[1] / 10]
    if learned:
        said.append(
            f"Reset at every step, the Elman net is wrong on {short(reset)} % of unseen samples after "
            f"{FIRST} steps. After {end:,} it has learned to remember in {len(learned)} trainings of "
            f"{len(late)} ({short(learned[0])} % in the best): an Elman net can, but not reliably."
        )
    best = percent(BEST, INSIDE)
    if best < reset:
        said.append(
            f"An LSTM whose state is reset leaves {short(best)} % after the same {FIRST} steps on the same "
            f"five records, {short(percent(BEST, INSIDE, end))} % after {end:,}, and after {FIRST} "
            f"{short(percent(BEST, LONG))} % in records ten times longer. In noise that it never saw it "
            f"leaves {short(percent(BEST, NOISE))} %, a net trained in noise "
            f"{short(percent(IN_NOISE, NOISE))} %, the exact filter "
            f"{short(percent(IN_NOISE, NOISE, column='limit'))} %."
        )
    if percent(MATCHED, INSIDE) < best:
        said.append(
            "Signal processing needs no training here: a matched filter and a threshold leave "
            f"{short(percent(MATCHED, INSIDE))} % without noise."
        )
    if best < asked[1] / 3:
        said.append("To remember: reset a recurrent net's state wherever a record begins anew.")
    return " ".join(said)


CASE = Case(
    name=NAME,
    title="Has the burst ended?",
    question=(
        "Why does the recurrent net behave as if it had no memory? A half-sine of 10 samples begins at a "
        "random time up to 50 in a record of 130; the label is 1 until it has ended, then 0. An Elman net "
        f"of {ASKED['units']} units is trained on five records for {FIRST} steps; the hidden state of one "
        "step is the first state of the next. The answer: reset the state, and take an LSTM."
    ),
    variants=VARIANTS,
    metrics=dict(SAMPLE_ERROR) | {name: Metric("1") for name in (INPUT, LABEL, DECIDED)},
    columns=(
        *((after(name, steps), ERROR) for steps in STEPS for name in (TRAINED, INSIDE)),
        (after(NOISE, FIRST), ERROR),
    ),
    lesson=lesson,
    draw=partial(decisions, panels=DRAWN),
    caption=(
        f"The fourth of the five records after {FIRST} steps, as the question shows it: input, label, and "
        "what the net decides at every sample, of the first of the trainings."
    ),
    limit="exact limit: Bayes filter",
    original=ORIGINAL,
    seeds=(0, 1, 2, 3, 4),
)
