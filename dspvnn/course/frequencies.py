"""Scores an estimator of a tone's frequency: typical mistakes first, then its error beside a bound."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from dspvnn.course.answers import call, name_of
from dspvnn.course.verdict import Fault
from dspvnn.tasks import TASKS, Context, Trials
from dspvnn.testing.within import Finding, assert_within, draw_block

TONE = TASKS["tone"]
METRIC = "frequency rmse"
N_SAMPLES = TONE.training.n_samples
BIN = 1 / N_SAMPLES
CRAMER_RAO = "the Cramér-Rao bound"
UNITS = {
    "in radians per sample, 2 pi times too large": 2 * np.pi,
    "as numbers of bins (cycles per record)": N_SAMPLES,
    "in units of half the sample rate, twice too large": 2.0,
    "half as large as they should be": 0.5,
    "with the wrong sign": -1.0,
}
Diagnosis = Callable[[str, np.ndarray, Trials], None]
Mistakes = Callable[[np.ndarray], Mapping[str, np.ndarray]]


def score(
    answer: Any,
    snr_db: float,
    rng: np.random.Generator,
    *,
    ratio: float,
    at_most: float | None = None,
    bound: str = CRAMER_RAO,
    arguments: tuple[Any, ...] = (),
    diagnose: Diagnosis | None = None,
    mistakes: Mistakes | None = None,
    factors: Mapping[str, float] | None = None,
) -> Finding:
    """Return the rms error of an estimator at one SNR, or raise a `Fault` when it is too large.

    The signals are those of the tone task inside the training range: 128 samples, frequencies of 0.05 to
    0.25 cycles per sample, any phase, amplitudes of 1/2 to 2, offsets of -1 to 1.

    ratio : how many times the bound the error may be.
    at_most : the bound on the rms error in cycles per sample; left out, it is the Cramér-Rao bound.
    bound : the bound in words.
    arguments : what the estimator takes after the signals.
    diagnose : raises a `Fault` for a mistake that the exercise knows, from name, answers and trials.
    mistakes : from signals to what typical mistakes return for them, by the sentence that names each; the
        sentence goes on after "`name` returns ...".
    factors : units that this exercise makes likely, besides `UNITS`.
    """
    name, seed = name_of(answer), int(rng.integers(2**32))
    cell = next(c for c in TONE.conditions if c.name == f"inside, {snr_db:g} dB")
    trials = draw_block(TONE, cell.name, 0, seed)

    def estimate(signals: np.ndarray) -> np.ndarray:
        return call(answer, signals, *arguments, shape=(len(signals),))

    estimates = estimate(trials.signals)
    for sentence, wrong in (mistakes(trials.signals) if mistakes else {}).items():
        if np.mean(np.abs(estimates - wrong) < 1e-9) > 0.99:  # the others: ties that rounding decides
            raise Fault(f"{name} returns {sentence}")
    frequency_fault(name, estimates, trials.target, UNITS | dict(factors or {}))
    if diagnose is not None:
        diagnose(name, estimates, trials)
    try:
        return assert_within(
            estimate, TONE, ratio, where=lambda c: c is cell, seed=seed, confidence=0.999,
            at_most=None if at_most is None else ratio * at_most,
        )[0]  # fmt: skip
    except AssertionError:
        error = rms(estimates - trials.target)
        limit = _cramer_rao(cell, trials) if at_most is None else at_most
        raise Fault(
            f"{name} has an rms error of {error:.3g} cycles per sample at {snr_db:g} dB, "
            f"{error / limit:.3g} times {bound}, which is {limit:.3g} (at most {ratio:g} times is asked)."
        ) from None


def praise(name: str, found: Finding, snr_db: float, limit: float, bound: str = CRAMER_RAO) -> str:
    """Return the sentence of a right answer: the error that was reached beside the bound."""
    return (
        f"{name} has an rms error of {found.value:.3g} cycles per sample at {snr_db:g} dB, "
        f"{found.value / limit:.3g} times {bound}, which is {limit:.3g} ({found.n_signals} fresh signals)."
    )


def frequency_fault(
    name: str, estimates: np.ndarray, truth: np.ndarray, units: Mapping[str, float] = UNITS
) -> None:
    """Raise a `Fault` for a mistake that shows in the answers: unit, mirror image, constant, mean."""
    if np.median(np.abs(estimates - truth)) > BIN:
        if np.ptp(estimates) < 1e-9:
            raise Fault(f"{name} returns the same number, {estimates[0]:.4g}, for every signal.")
        for words, factor in units.items():
            if np.median(np.abs(estimates / factor - truth)) < BIN:
                raise Fault(f"{name} returns frequencies {words}: cycles per sample are asked.")
        if np.median(np.abs(1 - estimates - truth)) < BIN:
            raise Fault(
                f"{name} returns the mirror image 1 - f: look for the peak in the bins up to half the "
                "sample rate."
            )
    outside = int(np.sum((estimates < 0) | (estimates > 0.5)))
    if outside:
        raise Fault(
            f"{name} returns a frequency outside 0 to 0.5 cycles per sample, where no tone can be, for "
            f"{outside} of {len(truth)} signals."
        )
    near_zero = int(np.sum(estimates < 1.5 * BIN))  # no tone of the task lies there
    if near_zero > len(truth) / 50:
        raise Fault(
            f"{name} returns a frequency near 0 for {near_zero} of {len(truth)} signals: the mean of the "
            "record is the largest part of its spectrum there, so subtract it first."
        )


def rms(errors: np.ndarray) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(errors**2)))


def _cramer_rao(cell: Any, trials: Trials) -> float:
    return TONE.metrics[METRIC].value(TONE.limit_losses(Context(cell, trials, trials, None))[METRIC])
