"""The checks of lesson 4, a net that reads samples."""

from typing import Any

import numpy as np

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.frequencies import BIN, N_SAMPLES
from dspvnn.course.verdict import Fault, check
from dspvnn.signals import tone
from dspvnn.signals.noise import noise_std, white

RANGES = ((0.05, 0.25), (0.1, 0.4))


@check
def standardise(answer: Any, rng: np.random.Generator) -> str:
    """``standardise(signals)`` returns every record with mean 0 and power 1."""
    for n_signals, n_samples in (
        (5, 40),
        (40, 40),
    ):  # a square table tells rows from columns by values only
        level, scale = rng.uniform(-3, 3, (n_signals, 1)), rng.uniform(0.2, 5, (n_signals, 1))
        signals = level + scale * rng.standard_normal((n_signals, n_samples))
        got = call(answer, signals, shape=signals.shape)
        free = signals - signals.mean(axis=1, keepdims=True)
        right = free / free.std(axis=1, keepdims=True)
        worst = agree(name_of(answer), got, right, _standardised_wrongly(signals, free), 1e-9)
    return f"{name_of(answer)} gives every record mean 0 and power 1, to {worst:.0e}."


def _standardised_wrongly(signals: np.ndarray, free: np.ndarray) -> dict[str, np.ndarray]:
    one: dict[str, Any] = {"axis": 1, "keepdims": True}
    column: dict[str, Any] = {"axis": 0, "keepdims": True}
    power = np.mean(signals**2, **one)
    return {
        "records with mean 0, but not power 1: divide by the root mean square.": free,
        "records that still have their mean.": signals / np.sqrt(power),
        "records whose power was measured before the mean had gone.": free / np.sqrt(power),
        "records over their power: divide by its root.": free / free.var(**one),
        "records over their largest value: divide by the root mean square.": free / np.abs(free).max(**one),
        "records over their standard deviation with N - 1: a mean of N squares is asked.": (
            free / free.std(ddof=1, **one)
        ),
        "records that share one mean and one power: each record has its own.": (
            (signals - signals.mean()) / signals.std()
        ),
        "columns with mean 0 and power 1: the average goes along a record (axis=1).": (
            (signals - signals.mean(**column)) / signals.std(**column)
        ),
    }


@check
def gradient(answer: Any, rng: np.random.Generator) -> str:
    """``gradient(inputs, targets, weights, read_out)``: the derivative of the loss by the weights."""
    for n_signals, n_inputs, n_units in ((30, 6, 4), (7, 9, 5)):
        inputs, targets = rng.standard_normal((n_signals, n_inputs)), rng.standard_normal(n_signals)
        weights = rng.standard_normal((n_inputs, n_units)) / np.sqrt(n_inputs)
        read_out = rng.uniform(0.5, 1.5, n_units) * rng.choice([-1, 1], n_units)
        units = np.tanh(inputs @ weights)
        errors = units @ read_out - targets
        shares = errors[:, None] * read_out  # of a record and a unit, without the slope of tanh
        right = 2 / n_signals * inputs.T @ (shares * (1 - units**2))
        mistakes = {
            "the gradient without the factor 2 of the square's derivative.": right / 2,
            "the gradient of the sum of squares: the loss is their mean.": right * n_signals,
            "the gradient without the factor 2 / B: the loss is a mean of B squares.": right
            * n_signals
            / 2,
            "the gradient with the wrong sign: the error is the answer minus the target.": -right,
            "the gradient without the slope of tanh, 1 - h^2.": 2 / n_signals * inputs.T @ shares,
            "the gradient with h in place of the slope of tanh, 1 - h^2.": (
                2 / n_signals * inputs.T @ (shares * units)
            ),
            "the gradient with the slope 1 - tanh of the unit: h is the tanh already.": (
                2 / n_signals * inputs.T @ (shares * (1 - np.tanh(units) ** 2))
            ),
            "the gradient with the slope 1 - a^2 of the sum a: the unit is h = tanh(a).": (
                2 / n_signals * inputs.T @ (shares * (1 - (inputs @ weights) ** 2))
            ),
            "the gradient without the read-out r.": (
                2 / n_signals * inputs.T @ (errors[:, None] * (1 - units**2))
            ),
            "the gradient without the errors.": 2 / n_signals * inputs.T @ (read_out * (1 - units**2)),
        }
        got = call(answer, inputs, targets, weights, read_out, shape=weights.shape)
        worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with the chain rule to {worst:.0e}, for two nets with random weights."


@check
def energy_shared(answer: Any, rng: np.random.Generator) -> str:
    """``energy_shared(signals, training, n_directions)`` returns the share in the principal directions."""
    for n_directions in (3, 6):
        strengths = 0.6 ** np.arange(12)
        turned = np.linalg.qr(rng.standard_normal((12, 12)))[0]
        training = (2 * strengths + strengths * rng.standard_normal((60, 12))) @ turned  # with a mean
        signals = rng.uniform(0.3, 3, (20, 1)) * rng.standard_normal((20, 12))
        right = _shared(signals, _directions(training), n_directions)
        around_mean = _directions(training - training.mean(axis=0))
        mistakes = {
            "the root of the share: energy is the square.": np.sqrt(right),
            "the share that lies outside the directions.": 1 - right,
            "energies: divide by each signal's own.": right * np.sum(signals**2, axis=1),
            "shares of all signals' energy together: divide by each signal's own.": (
                right * np.sum(signals**2, axis=1) / np.sum(signals**2)
            ),
            "the share in the weakest directions: the strongest come first.": _shared(
                signals, _directions(training)[::-1], n_directions
            ),
            "the share in one direction: sum over the first n_directions.": _shared(
                signals, _directions(training)[n_directions - 1 :], 1
            ),
            "the share in the columns of the singular vectors: a direction is a row.": _shared(
                signals, _directions(training).T, n_directions
            ),
            "the share in all directions: the first n_directions are asked.": np.ones(20),
            "the share in training records themselves: take their principal directions.": _shared(
                signals, training, n_directions
            ),
            "the share in directions around the mean record: do not subtract it.": _shared(
                signals, around_mean, n_directions
            ),
        }
        got = call(answer, signals, training, n_directions, shape=(20,))
        worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with the singular vectors of 60 fresh records to {worst:.0e}."


def _directions(training: np.ndarray) -> np.ndarray:
    return np.linalg.svd(training, full_matrices=False)[2]


def _shared(signals: np.ndarray, directions: np.ndarray, n_directions: int) -> np.ndarray:
    shares: np.ndarray = np.sum((signals @ directions[:n_directions].T) ** 2, axis=1)
    return shares / np.sum(signals**2, axis=1)


@check
def in_range(answer: Any, rng: np.random.Generator) -> str:
    """``in_range(signals, low, high)`` returns whether each tone lies in the range."""
    frequency = rng.uniform(3 * BIN, 0.5 - 3 * BIN, 1500)
    clear = np.min(np.abs(frequency[:, None] - np.ravel(RANGES)), axis=1) > 2 * BIN
    frequency = frequency[clear]
    n_signals = len(frequency)
    phase, offset = rng.uniform(-np.pi, np.pi, n_signals), rng.uniform(-1, 1, n_signals)
    amplitude = 2.0 ** rng.uniform(-1, 1, n_signals)
    signals = tone(N_SAMPLES, frequency, phase, amplitude, offset)
    signals += white(rng, noise_std(amplitude, 20.0), N_SAMPLES)
    name = name_of(answer)
    got = [call(answer, signals, low, high, shape=(n_signals,)) for low, high in RANGES]
    shifted = np.abs(offset) > 0.3 * amplitude  # bin 0 is as large as the tone's from here on
    for guard, (low, high) in zip(got, RANGES, strict=True):
        _guards(name, guard, (frequency > low) & (frequency < high), shifted)
    return f"{name} is right for all {n_signals} fresh records, with {_span(0)} and {_span(1)}."


def _span(which: int) -> str:
    return "the range from {:g} to {:g}".format(*RANGES[which])


def _guards(name: str, got: np.ndarray, inside: np.ndarray, shifted: np.ndarray) -> None:
    """Raise a `Fault` that says for which records the guard is wrong."""
    if not np.all((got == 0) | (got == 1)):
        raise Fault(f"{name} returns {got[0]:.4g} for the first record: True or False is asked.")
    wrong = got != inside
    n_wrong = int(np.sum(wrong))
    if np.ptp(got) == 0:
        raise Fault(
            f"{name} returns {bool(got[0])} for every record, whatever its frequency: compare in cycles "
            "per sample, the bin over the number of samples."
        )
    if n_wrong > 0.95 * len(got):
        raise Fault(f"{name} returns True where False is right, and False where True is: turn it round.")
    if n_wrong > 20 and np.sum(wrong & shifted) > 0.9 * n_wrong:
        raise Fault(
            f"{name} is wrong for {n_wrong} of {len(got)} records, nearly all with a large offset: the "
            "mean of a record is the largest part of its spectrum there, so subtract it first."
        )
    for kind, of_kind in (("outside", ~inside), ("inside", inside)):
        if np.any(wrong & of_kind):
            raise Fault(
                f"{name} returns {kind == 'outside'} for {np.sum(wrong & of_kind)} of {np.sum(of_kind)} "
                f"records with a tone {kind} the range that was given: compare the largest bin of "
                "np.fft.rfft (np.fft.fft has every tone twice), over the number of samples, with both ends."
            )
