"""The checks of lesson 5, give the net the right question."""

from dataclasses import replace
from typing import Any

import numpy as np

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.frequencies import BIN, N_SAMPLES, TONE, frequency_fault, rms
from dspvnn.course.verdict import Fault, check
from dspvnn.limits import tone_bound_asymptotic

BANDS = ((0.05, 0.25), (0.3, 0.45))
SNR_DB, AT_MOST = 10.0, 1.3
HOP, N_FRAMES = 8, 16


@check
def heterodyne(answer: Any, rng: np.random.Generator) -> str:
    """``heterodyne(signals, frequency)`` returns every record turned back by its frequency."""
    for n_signals, n_samples in ((5, 24), (7, 7)):
        signals, frequency = rng.standard_normal((n_signals, n_samples)), rng.uniform(0.05, 0.45, n_signals)
        turns = frequency[:, None] * np.arange(n_samples)
        right = signals * np.exp(-2j * np.pi * turns)
        mistakes = {
            "the record turned forwards: the sign in the exponent is minus.": right.conj(),
            "the record turned in radians: 2 pi is missing.": signals * np.exp(-1j * turns),
            "the record turned from n = 1: the first sample has n = 0.": (
                right * np.exp(-2j * np.pi * frequency[:, None])
            ),
            "the record times a cosine: the complex arrow is asked.": signals * np.cos(2 * np.pi * turns),
            "the arrow alone: multiply the record by it.": np.exp(-2j * np.pi * turns),
            "twice the record at baseband: there is no factor 2 here.": 2 * right,
        }
        got = call(answer, signals, frequency, shape=right.shape, complex_allowed=True)
        worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with the definition to {worst:.0e}, a frequency for every record."


@check
def frames(answer: Any, rng: np.random.Generator) -> str:
    """``frames(baseband, n_frames)`` returns the means of equal pieces of every record."""
    for n_frames, size in ((6, 4), (5, 5)):
        parts = rng.standard_normal((2, 3, n_frames, size))
        pieces = parts[0] + 1j * parts[1]
        baseband = pieces.reshape(3, -1)
        right = pieces.mean(axis=2)
        mistakes = {
            "sums: the mean of each piece is asked.": pieces.sum(axis=2),
            "means of samples that are n_frames apart: a piece is of neighbouring samples.": (
                baseband.reshape(3, size, n_frames).mean(axis=1)
            ),
            "one sample of each piece: average over the piece.": pieces[:, :, 0],
            "the real part alone: the frames are complex.": right.real,
            "magnitudes: the frames are complex.": np.abs(right),
        }
        got = call(answer, baseband, n_frames, shape=right.shape, complex_allowed=True)
        worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} averages equal pieces of neighbouring samples, to {worst:.0e}."


@check
def offset(answer: Any, rng: np.random.Generator) -> str:
    """``offset(frames, hop)`` returns the frequency that is left, within 1.15 of its bound in noise."""
    n_signals, time = 4000, HOP * (np.arange(N_FRAMES) - (N_FRAMES - 1) / 2)
    left = rng.uniform(-0.1, 0.1, n_signals) * BIN
    factor = rng.uniform(0.5, 2, n_signals) * np.exp(1j * rng.uniform(-np.pi, np.pi, n_signals))
    clean = np.exp(2j * np.pi * left[:, None] * time)
    name = name_of(answer)
    got = call(answer, factor[:, None] * clean, HOP, shape=(n_signals,))
    plain = call(answer, clean, HOP, shape=(n_signals,))
    _wrong_unit(name, plain, left)
    if np.max(np.abs(got - plain)) > 0.05 * np.max(np.abs(left)):
        raise Fault(
            f"{name} depends on the phase or the amplitude of the frames: divide them by their mean first."
        )
    spread = 0.1  # of the noise of a frame whose size is 1, real and imaginary part each
    noise = spread * (rng.standard_normal((2, n_signals, N_FRAMES)))
    noisy = factor[:, None] * (clean + noise[0] + 1j * noise[1])
    error = rms(call(answer, noisy, HOP, shape=(n_signals,)) - left)
    bound = spread / (2 * np.pi * np.sqrt(np.sum(time**2)))
    if error > 1.15 * bound:
        raise Fault(
            f"{name} has {error / bound:.3g} times the error of its bound in noise, and at most 1.15 times "
            "is asked: fit a line through all frames, each of them weighted by its time."
        )
    return (
        f"{name} finds what is left of the frequency; in noise its rms error is {error / bound:.3g} times "
        f"the bound ({n_signals} fresh records)."
    )


def _wrong_unit(name: str, got: np.ndarray, left: np.ndarray) -> None:
    """Raise a `Fault` where frames without noise, of size 1 and phase 0 in the middle, are misread."""
    units = {
        "radians per sample: divide by 2 pi": 2 * np.pi,
        "cycles per frame: a frame is hop samples": HOP,
        "radians per frame: divide by 2 pi and by hop": 2 * np.pi * HOP,
        "bins: cycles per sample are asked": N_SAMPLES,
        "cycles per sample, of the wrong sign": -1,
    }
    close = 0.05 * np.max(np.abs(left))
    if np.max(np.abs(got - left)) < close:
        return
    for words, factor in units.items():
        if np.max(np.abs(got / factor - left)) < close:
            raise Fault(f"{name} returns {words}.")
    worst = np.argmax(np.abs(got - left))
    raise Fault(
        f"{name} returns {got[worst]:.3g} cycles per sample for frames without noise that turn at "
        f"{left[worst]:.3g}."
    )


@check
def baseband_frequency(answer: Any, rng: np.random.Generator) -> str:
    """``baseband_frequency(signals)`` returns the frequency, within 1.3 of the bound in two bands."""
    name, n_signals, found = name_of(answer), 1000, []
    bound = np.sqrt(tone_bound_asymptotic(N_SAMPLES, SNR_DB))
    for band in BANDS:
        condition = replace(TONE.training, frequency_range=band, snr_range_db=(SNR_DB, SNR_DB))
        trials = TONE.draw(rng, n_signals, condition)
        estimates = call(answer, trials.signals, shape=(n_signals,))
        if band is BANDS[0]:  # mistakes of unit and mean show here, those of the range in the other band
            frequency_fault(name, estimates, trials.target)
        _not_refined(name, estimates, trials.target, "from {:g} to {:g}".format(*band))
        found.append(rms(estimates - trials.target) / bound)
        # Two passes have 1.1 bounds, known to 2 % from 1000 records.
        if found[-1] > AT_MOST:
            raise Fault(
                f"{name} has an rms error of {found[-1]:.3g} times the Cramér-Rao bound for tones from "
                f"{band[0]:g} to {band[1]:g} at {SNR_DB:g} dB (at most {AT_MOST:g} times is asked)."
            )
    return (
        f"{name} has {found[0]:.3g} times the error of the Cramér-Rao bound from 0.05 to 0.25, and "
        f"{found[1]:.3g} times from 0.3 to 0.45 ({n_signals} fresh signals each)."
    )


def _not_refined(name: str, estimates: np.ndarray, truth: np.ndarray, band: str) -> None:
    """Raise a `Fault` for trial frequencies that are far off, or that nothing has moved."""
    far = int(np.sum(np.abs(estimates - truth) > BIN))
    if far:
        raise Fault(
            f"{name} is more than one bin away from the truth for {far} of {len(truth)} tones {band}: "
            "start from the largest peak of the whole spectrum."
        )
    for padding in (1, 2, 4, 8, 16):
        grid = estimates * padding * N_SAMPLES
        if np.all(np.abs(grid - np.round(grid)) < 1e-6):
            raise Fault(f"{name} returns bins of a spectrum: the step at baseband is missing.")
