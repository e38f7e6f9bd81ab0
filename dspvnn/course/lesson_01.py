"""The checks of lesson 1, a tone in noise."""

from functools import partial
from typing import Any

import numpy as np

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.frequencies import BIN, N_SAMPLES, praise, rms, score
from dspvnn.course.verdict import Fault, check
from dspvnn.tasks import Trials

NEAREST = BIN / np.sqrt(12)  # the rms error of an answer that is uniform within half a bin of the truth
OF_NEAREST = "the error of the nearest bin"


@check
def dft(answer: Any, rng: np.random.Generator) -> str:
    """``dft(signals)`` returns the bins 0 to N // 2 of the discrete Fourier transform."""
    worst = 0.0
    for n_samples in (24, 31):
        signals = rng.standard_normal((4, n_samples)) + 1
        right = np.fft.rfft(signals)
        k = np.arange(right.shape[1])
        got = call(answer, signals, shape=right.shape, complex_allowed=True)
        worst = max(worst, agree(name_of(answer), got, right, _dft_mistakes(right, k, n_samples), 1e-9))
    return f"{name_of(answer)} agrees with NumPy's transform to {worst:.0e}, for even and odd lengths."


def _dft_mistakes(right: np.ndarray, k: np.ndarray, n_samples: int) -> dict[str, np.ndarray]:
    return {
        "the complex conjugate of the DFT: the sign in the exponent is minus.": right.conj(),
        "the DFT divided by N: the definition has no factor in front of its sum.": right / n_samples,
        "the DFT divided by the root of N: the definition has no such factor.": right / np.sqrt(n_samples),
        "the magnitude of the DFT: the complex numbers themselves are asked.": np.abs(right),
        "the real part of the DFT: the complex numbers themselves are asked.": right.real,
        "the power of the DFT: the complex numbers themselves are asked.": np.abs(right) ** 2,
        "the DFT of a record that starts at n = 1: the first sample has n = 0.": right
        * np.exp(-2j * np.pi * k / n_samples),
    }


@check
def peak_frequency(answer: Any, rng: np.random.Generator) -> str:
    """``peak_frequency(signals)`` returns the frequency of the largest bin."""
    found = score(
        answer, 20, rng, ratio=1.05, at_most=NEAREST, bound=OF_NEAREST, mistakes=_largest_real_part
    )
    return praise(name_of(answer), found, 20, NEAREST, OF_NEAREST)


def _largest_real_part(signals: np.ndarray) -> dict[str, np.ndarray]:
    largest = np.argmax(np.fft.rfft(_centred(signals)), axis=1)
    return {
        "the bin of the largest real part, by which np.argmax compares complex numbers: take their "
        "magnitudes with np.abs first.": largest * BIN
    }


def _centred(signals: np.ndarray) -> np.ndarray:
    return signals - signals.mean(axis=1, keepdims=True)


@check
def padded_peak(answer: Any, rng: np.random.Generator) -> str:
    """``padded_peak(signals, padding)`` returns the largest bin of records with zeros behind them."""
    for padding in (4, 16):
        bound = f"the error of the nearest bin of a record {padding} times as long"
        longer = {f"{padding} times too large (divide by the length with the zeros)": float(padding)}
        found = score(
            answer, 20, rng, ratio=1.25, at_most=NEAREST / padding, bound=bound, arguments=(padding,),
            factors=longer, diagnose=partial(_not_padded, padding),
        )  # fmt: skip
    return praise(name_of(answer), found, 20, NEAREST / 16, bound)


def _not_padded(padding: int, name: str, estimates: np.ndarray, trials: Trials) -> None:
    if _multiples(estimates, BIN):
        raise Fault(f"{name} returns only multiples of 1 / 128, the bins of the record without its zeros.")
    if not _multiples(estimates, BIN / padding):
        raise Fault(
            f"{name} returns frequencies that are no multiples of 1 / ({padding} * 128) for a padding of "
            f"{padding}: the argument `padding` says how long the record becomes."
        )


def _multiples(values: np.ndarray, unit: float) -> bool:
    return bool(np.all(np.abs(values / unit - np.round(values / unit)) < 1e-6))


@check
def refined_peak(answer: Any, rng: np.random.Generator) -> str:
    """``refined_peak(signals)`` looks between the bins: its error is near the Cramér-Rao bound at 10 dB."""
    found = score(answer, 10, rng, ratio=2.5, diagnose=_not_refined, mistakes=_wrong_refinements)
    return praise(name_of(answer), found, 10, found.limit)


def _wrong_refinements(signals: np.ndarray) -> dict[str, np.ndarray]:
    """Return what slips in the two formulas give, by the sentence that names each."""
    plain = np.fft.rfft(_centred(signals))
    window = np.fft.rfft(_centred(signals) * np.hanning(N_SAMPLES))
    jacobsen, parabola = "what Jacobsen's formula gives", "what the parabola gives"
    one_low = "one bin too low: a search that leaves out bin 0 counts from bin 1, so add 1."
    return {
        f"{jacobsen} with the sign of its correction turned.": _refined(plain, _jacobsen, sign=-1),
        f"{parabola} with the sign of its correction turned.": _refined(window, _parabola, sign=-1),
        f"{jacobsen} {one_low}": _refined(plain, _jacobsen, first=0),
        f"{parabola} {one_low}": _refined(window, _parabola, first=0),
        f"{jacobsen} with magnitudes: it takes the complex values of the bins.": _refined(
            np.abs(plain), _jacobsen
        ),
        f"{jacobsen} with the real parts of numerator and denominator: the real part is taken of their "
        "ratio.": _refined(plain, lambda a, b, c: (a - c).real / (2 * b - a - c).real),
        f"{jacobsen} behind a window: it needs the record without one.": _refined(window, _jacobsen),
        f"{parabola} without a window: multiply the record by np.hanning first.": _refined(
            plain, _parabola
        ),
        f"{parabola} through the magnitudes themselves: take their logarithms.": _refined(
            np.abs(window), _vertex
        ),
    }


def _refined(spectrum: np.ndarray, formula: Any, sign: int = 1, first: int = 1) -> np.ndarray:
    """Return the largest bin, counted from `first`, refined by a formula of it and its neighbours."""
    rows, k = np.arange(len(spectrum)), first + np.argmax(np.abs(spectrum[:, 1:-1]), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (k + sign * formula(*(spectrum[rows, k + step] for step in (-1, 0, 1)))) * BIN


def _jacobsen(before: np.ndarray, peak: np.ndarray, after: np.ndarray) -> np.ndarray:
    return ((before - after) / (2 * peak - before - after)).real


def _parabola(before: np.ndarray, peak: np.ndarray, after: np.ndarray) -> np.ndarray:
    return _vertex(np.log(abs(before)), np.log(abs(peak)), np.log(abs(after)))


def _vertex(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    return (a - c) / (2 * (a - 2 * b + c))


def _not_refined(name: str, estimates: np.ndarray, trials: Trials) -> None:
    error = rms(estimates - trials.target)
    if error > 1.2 * NEAREST:
        raise Fault(
            f"{name} has an rms error of {error:.3g} cycles per sample at 10 dB, more than the "
            f"{NEAREST:.3g} of the nearest bin alone: the correction leads away from the truth. Look at "
            "its sign, and at the three bins that it takes."
        )
    if error > 0.9 * NEAREST:
        raise Fault(
            f"{name} has an rms error of {error:.3g} cycles per sample at 10 dB, no less than the nearest "
            "bin alone: the correction between the bins is missing."
        )
