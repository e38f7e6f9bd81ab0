"""The checks of lesson 11, a recording of your own."""

from typing import Any

import numpy as np

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.verdict import Fault, check
from dspvnn.limits.mismatch import frequency_bound, whitened
from dspvnn.signals import tone
from dspvnn.signals.noise import autoregressive
from dspvnn.signals.tone_models import tone_model, tone_parameters

N_SAMPLES, N_RECORDINGS = 2048, 200
COEFFICIENT, NOISE, HARMONIC = (
    0.95,
    0.5,
    0.4,
)  # of the noise; amplitude of the second, that of the first is 1
NEAR, FAR = 3, 20  # bins


@check
def autocorrelation(answer: Any, rng: np.random.Generator) -> str:
    """``autocorrelation(residual, n_lags)`` returns the autocorrelation at lags from 1 on."""
    n, n_lags = 80, 8
    residual = 2 + autoregressive(rng, np.array([3.0]), np.array([0.7]), n)[0]
    got = call(answer, residual, n_lags, shape=(n_lags,))
    r = residual - residual.mean()
    lags = range(n_lags + 1)
    sums, raw = (np.array([np.sum(x[: n - k] * x[k:]) for k in lags]) for x in (r, residual))
    right = sums[1:] / sums[0]
    pairs = np.array([np.corrcoef(residual[: n - k], residual[k:])[0, 1] for k in lags[1:]])
    mistakes = {
        "the autocorrelation of a residual with its mean: subtract the mean.": raw[1:] / raw[0],
        "the lags from 0: they are asked from 1.": sums[:-1] / sums[0],
        "the sums themselves: divide by that at lag 0.": sums[1:],
        "the autocovariance: divide by the sum of squares.": sums[1:] / n,
        "sums over N - k: divide all by the same sum of squares.": right
        * n
        / (n - np.arange(1, n_lags + 1)),
        "the correlation of each pair of shorter records: divide by the one sum of all squares.": pairs,
        "a circular autocorrelation: the record does not begin again after its end.": np.array(
            [np.sum(r * np.roll(r, -k)) for k in lags[1:]]
        )
        / sums[0],
    }
    worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with the definition to {worst:.0e}, at {n_lags} lags."


def _colour(residual: np.ndarray, frequency: float) -> float:
    power = np.abs(np.fft.rfft(residual - residual.mean())) ** 2
    distance = np.abs(np.arange(len(power)) - frequency * len(residual))
    near = (distance >= NEAR) & (distance <= FAR)
    near[0] = False
    return float(np.sqrt(power[near].mean() / power[1:].mean()))


@check
def colour_factor(answer: Any, rng: np.random.Generator) -> str:
    """``colour_factor(residual, frequency)`` returns the root of the power near the tone over all."""
    n = 4096
    frequencies = rng.uniform(0.01, 0.3, 40)
    noises = autoregressive(rng, np.ones(40), np.full(40, 0.9), n) + 1
    got = np.array([call(answer, r, float(f), shape=()) for r, f in zip(noises, frequencies, strict=True)])
    right = np.array([_colour(r, f) for r, f in zip(noises, frequencies, strict=True)])
    # A ring of one bin more or less, or bin 0 among all, moves the median by a few per cent.
    if not _alike(got, right, 0.05):
        mistakes = {
            "the ratio of the powers: its root is asked.": right**2,
            "the power of the average over that near the tone: turn it round.": 1 / right,
            "1, as if all bins were near.": np.ones(40),
            "the ratio of the powers, turned round.": right**-2.0,
        }
        for sentence, wrong in mistakes.items():
            if _alike(got, wrong, 0.05):
                raise Fault(f"{name_of(answer)} returns {sentence}")
        raise Fault(
            f"{name_of(answer)} returns {got[0]:.3f} for a frequency of {frequencies[0]:.3f} cycles per "
            f"sample, where {right[0]:.3f} is right: average the power of the bins {NEAR} to {FAR} away "
            "from frequency times N, and that of all but bin 0."
        )
    low, high = right.min(), right.max()
    return (
        f"{name_of(answer)} finds factors from {low:.2f} to {high:.2f} along the spectrum of one red noise."
    )


def _alike(got: np.ndarray, right: np.ndarray, tolerance: float) -> bool:
    return bool(np.median(np.abs(np.log(np.maximum(got, 1e-9) / right))) < tolerance)


@check
def answer(function: Any, rng: np.random.Generator) -> str:
    """``answer(samples, sample_rate)`` returns frequency and standard error; the bar holds the truth."""
    name = name_of(function)
    rates, truth, recordings, bound = _recordings(rng)
    pairs = zip(recordings, rates, strict=True)
    found, bars = np.array([call(function, x, float(rate), shape=(2,)) for x, rate in pairs]).T
    _unit_fault(name, found, truth, rates)
    if np.any(bars <= 0):
        raise Fault(f"{name} returns a standard error that is not positive.")
    errors = np.abs(found - truth)
    scatter, width = (float(np.sqrt(np.mean((x / bound) ** 2))) for x in (errors, bars))
    held = float(np.mean(errors <= 1.96 * bars))
    if scatter > 1.4:  # 1.04 for the fit; 200 recordings tell it to 5 %
        raise Fault(
            f"{name} returns frequencies whose rms error is {scatter:.1f} times the bound: fit one sine to "
            "the whole recording."
        )
    # A right bar holds the truth in 95 % of 200 recordings, give or take 1.6 %; its width varies by 15 %.
    if held < 0.87:
        white = ": that is the bar of a fit in white noise" if 0.4 < width < 0.75 else ""
        raise Fault(
            f"{name} returns error bars that hold the truth in {held:.0%} of {N_RECORDINGS} recordings, "
            f"and 95% are asked{white}."
        )
    if width > 1.4:
        raise Fault(
            f"{name} returns error bars {width:.1f} times as long as they have to be: one standard error "
            "is asked, with the noise near the tone."
        )
    return (
        f"{name} has error bars (plus and minus 1.96 standard errors) that hold the truth in {held:.0%} of "
        f"{N_RECORDINGS} fresh recordings; its rms error is {scatter:.2f} times the bound."
    )


def _recordings(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return sample rates, true frequencies and their bounds in hertz, and the recordings."""
    n, ones = N_RECORDINGS, np.ones(N_RECORDINGS)
    frequency, phase, other = rng.uniform(0.02, 0.03, n), *rng.uniform(-np.pi, np.pi, (2, n))
    rates, offset = rng.uniform(500, 4000, n), rng.uniform(-1, 1, n)
    recordings = tone(N_SAMPLES, frequency, phase, ones, offset)
    recordings += tone(N_SAMPLES, 2 * frequency, other, HARMONIC * ones, 0 * ones)
    recordings += autoregressive(rng, NOISE * ones, COEFFICIENT * ones, N_SAMPLES)
    jacobian = tone_model(tone_parameters(N_SAMPLES, frequency, phase, ones, offset), N_SAMPLES)[1]
    information = np.full((n, N_SAMPLES), NOISE**-2)
    bound = np.sqrt(frequency_bound(whitened(jacobian, COEFFICIENT), information))
    return rates, rates * frequency, recordings, rates * bound


def _unit_fault(name: str, found: np.ndarray, truth: np.ndarray, rates: np.ndarray) -> None:
    bins = rates / N_SAMPLES
    units = {
        "frequencies in cycles per sample: hertz are asked.": found * rates,
        "frequencies in radians per second: hertz are asked.": found / (2 * np.pi),
        "frequencies of the second harmonic: the strongest tone is asked.": found / 2,
    }
    if np.median(np.abs(found - truth) / bins) > 1:
        for sentence, corrected in units.items():
            if np.median(np.abs(corrected - truth) / bins) < 1:
                raise Fault(f"{name} returns {sentence}")
        raise Fault(f"{name} returns frequencies that are more than one bin off in most recordings.")


@check
def stated(answer: Any, rng: np.random.Generator) -> str:
    """``stated(frequency, standard_error, clock_ppm)`` returns the rounded frequency and uncertainty."""
    name = name_of(answer)
    for scale in (1e-3, 0.1, 10.0, 1000.0):
        frequency = float(scale * rng.uniform(200, 900))
        clock_ppm = float(rng.uniform(200, 400))
        standard_error = float(frequency * 1e-6 * clock_ppm * rng.uniform(0.4, 0.8))
        got = call(answer, frequency, standard_error, clock_ppm, shape=(2,))
        part = clock_ppm * 1e-6 * frequency
        right = _rounded(frequency, np.hypot(standard_error, part / np.sqrt(3)))
        if not np.allclose(got, right, rtol=1e-9):
            _stated_fault(name, got, right, frequency, standard_error, part)
    return f"{name} writes ({got[0]:.10g} ± {got[1]:.4g}) Hz, as is right, and three smaller ones."


def _rounded(value: float, uncertainty: float, digits: int = 2) -> np.ndarray:
    decimals = digits - 1 - int(np.floor(np.log10(uncertainty)))
    return np.array([round(value, decimals), round(float(uncertainty), decimals)])


def _stated_fault(
    name: str, got: np.ndarray, right: np.ndarray, frequency: float, noise: float, clock: float
) -> None:
    total = float(np.hypot(noise, clock / np.sqrt(3)))
    sizes = {
        "a limit of the clock for its standard deviation: divide it by the root of 3.": np.hypot(
            noise, clock
        ),
        "a sum of the two parts: independent errors add as squares.": noise + clock / np.sqrt(3),
        "the part of the noise alone.": noise,
        "the part of the clock alone.": clock / np.sqrt(3),
        "the clock's parts in a million without the frequency.": np.hypot(
            noise, clock / frequency / np.sqrt(3)
        ),
    }
    if np.allclose(got, [frequency, total], rtol=1e-12):
        raise Fault(f"{name} returns numbers that are not rounded: {got[0]:.10g} and {got[1]:.10g}.")
    for digits, words in {1: "one digit", 3: "three digits"}.items():
        if np.allclose(got, _rounded(frequency, total, digits), rtol=1e-9):
            raise Fault(f"{name} keeps {words} of the uncertainty: two digits that count are asked.")
    for sentence, size in sizes.items():
        if abs(got[1] / size - 1) < 0.055:  # rounded to two digits or not
            raise Fault(f"{name} takes for the uncertainty {sentence}")
    if np.isclose(got[1], right[1], rtol=1e-9):
        raise Fault(
            f"{name} returns the frequency {got[0]:.10g} with the uncertainty {got[1]:.4g}: both have the "
            f"same last decimal place, so {right[0]:.10g}."
        )
    raise Fault(
        f"{name} returns ({got[0]:.10g} ± {got[1]:.4g}) Hz, where ({right[0]:.10g} ± {right[1]:.4g}) Hz is "
        "right."
    )
