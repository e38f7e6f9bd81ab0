"""The checks of lesson 1, a tone in noise."""

from typing import Any

import numpy as np

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.frequencies import BIN, praise, rms, score
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
    found = score(answer, 20, rng, ratio=1.05, at_most=NEAREST, bound=OF_NEAREST)
    return praise(name_of(answer), found, 20, NEAREST, OF_NEAREST)


@check
def padded_peak(answer: Any, rng: np.random.Generator) -> str:
    """``padded_peak(signals, padding)`` returns the largest bin of records with zeros behind them."""
    for padding in (4, 16):
        bound = f"the error of the nearest bin of a record {padding} times as long"
        longer = {f"{padding} times too large (divide by the length with the zeros)": float(padding)}
        found = score(
            answer, 20, rng, ratio=1.25, at_most=NEAREST / padding, bound=bound, arguments=(padding,),
            factors=longer, diagnose=_not_padded,
        )  # fmt: skip
    return praise(name_of(answer), found, 20, NEAREST / 16, bound)


def _not_padded(name: str, estimates: np.ndarray, trials: Trials) -> None:
    on_the_bins = np.abs(estimates / BIN - np.round(estimates / BIN)) < 1e-9
    if on_the_bins.all():
        raise Fault(f"{name} returns only multiples of 1 / 128, the bins of the record without its zeros.")


@check
def refined_peak(answer: Any, rng: np.random.Generator) -> str:
    """``refined_peak(signals)`` looks between the bins: its error is near the Cramér-Rao bound at 10 dB."""
    found = score(answer, 10, rng, ratio=2.5, diagnose=_not_refined)
    return praise(name_of(answer), found, 10, found.limit)


def _not_refined(name: str, estimates: np.ndarray, trials: Trials) -> None:
    error = rms(estimates - trials.target)
    if error > 1.2 * NEAREST:
        raise Fault(
            f"{name} has an rms error of {error:.3g} cycles per sample at 10 dB, more than the "
            f"{NEAREST:.3g} of the nearest bin alone: look at the sign of your correction."
        )
    if error > 0.9 * NEAREST:
        raise Fault(
            f"{name} has an rms error of {error:.3g} cycles per sample at 10 dB, no less than the nearest "
            "bin alone: the correction between the bins is missing."
        )
