"""The trainings of the question, of its answer and of single changes; what a constant scores.

A net that reads 200 steps takes about a minute an epoch, so that the 150 epochs of the question take hours.
A case takes `AT_ONCE` epochs of it, or what a folder of checkpoints holds
(``python -m dspvnn.cases.frequency_and_phase FOLDER``).
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from dspvnn.cases.base import Measurement, Outcome
from dspvnn.cases.frequency_and_phase.nets import POSTED, SetUp
from dspvnn.cases.frequency_and_phase.records import N_TRAINING, OFFSETS, SPREAD, asked_records
from dspvnn.cases.frequency_and_phase.training import Training

MSE, FREQUENCY = "mean squared error", "rms error of f"
ALIKE, PHASES = "offsets 0", "with phases"
AT_ONCE = {False: 0.1, True: 3}  # epochs of a net that reads 200 steps, and of one that reads one
ONE_LAYER_UNITS = 256

AS_POSTED = SetUp()
ANSWER = replace(AS_POSTED, rectified=False)
_CHANGES = {
    "as-posted": AS_POSTED,
    "answer": ANSWER,
    "one-step": replace(AS_POSTED, one_step=True),
    "one-layer": replace(AS_POSTED, layers=1, units=ONE_LAYER_UNITS),
    "scaled": replace(AS_POSTED, scaled=True),
    "scaled-answer": replace(ANSWER, scaled=True),
}
_REPOSED = replace(ANSWER, scaled=True, reposed=True)
TRAININGS = (
    _CHANGES
    | {f"{name}-phases": replace(how, phases=True) for name, how in _CHANGES.items()}
    | {"reposed": _REPOSED, "reposed-one-step": replace(_REPOSED, one_step=True)}
)


def checkpoint(folder: Path, name: str, seed: int) -> Path:
    """Return where the checkpoint of a training is kept."""
    return folder / f"{name}-{seed}.pt"


def trained(name: str, folder: Path | None, seed: int, scale: float) -> Training:
    """Return a training as far as its checkpoint has got or, without one, as a case takes it."""
    training = Training(TRAININGS[name], seed)
    path = folder and checkpoint(folder, name, seed)
    if path and path.exists():
        training.resume(path)
    else:
        training.take(scale * AT_ONCE[training.how.one_step])
    return training


def posed_net(name: str, folder: Path | None, seed: int, scale: float) -> Measurement:
    """Measure a net on the test of its own records, after its last epoch and after each on the way."""
    training = trained(name, folder, seed, scale)
    condition = PHASES if training.how.phases else ALIKE
    curve = [
        Outcome(f"{condition}, epoch {place:g}", MSE, np.array([np.mean(errors)]), position=place)
        for place, errors in zip(training.places, training.curve, strict=True)
    ]
    return Measurement([*_outcomes(condition, training.squared_errors()), *curve], *cost(training))


def cost(training: Training) -> tuple[float, int, str]:
    """Return the seconds of a training, its records, and how many of the epochs it has had, in words."""
    epochs, asked = training.places[-1], POSTED["epochs"]
    note = "" if epochs >= asked else f"{epochs:g} of {asked} epochs"
    if training.silent_since:
        note += (
            f"{'; ' if note else ''}from epoch {training.silent_since + 1} on on the output's bias alone"
        )
    return training.clock.seconds, round(epochs * N_TRAINING), note


def _outcomes(condition: str, squared: np.ndarray) -> list[Outcome]:
    return [Outcome(condition, MSE, squared.mean(axis=1)), Outcome(condition, FREQUENCY, squared[:, 0])]


def constant(seed: int, scale: float) -> Measurement:
    """Measure the best answer that is always the same: the means of the training records."""
    outcomes = []
    for condition in (ALIKE, PHASES):
        training, test = asked_records(condition == PHASES, seed)
        outcomes += _outcomes(condition, (test.targets - training.targets.mean(axis=0)) ** 2)
    return Measurement(outcomes, note="the means of the training records")


def expected_constant(phases: bool) -> float:
    """Return what the best constant scores in expectation: half the variances of frequency and offset."""
    return (SPREAD**2 + (phases and (OFFSETS**2 - 1) / 12)) / 2
