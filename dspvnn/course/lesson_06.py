"""The checks of lesson 6, detection and memory."""

from typing import Any

import numpy as np
from scipy.stats import norm

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.verdict import Fault, check
from dspvnn.signals import half_sine

N_SAMPLES, WIDTH = 130, 10
SILENT, EARLIEST = 5, 8  # samples of silence before the latch is looked at; the first onset


@check
def matched_filter(answer: Any, rng: np.random.Generator) -> str:
    """``matched_filter(signals, template)`` returns the filter's output at every sample."""
    for n_template in (4, 7):
        template = rng.uniform(0.5, 3) * np.linspace(0.2, 1, n_template) ** 2  # not its own mirror image
        signals = rng.standard_normal((6, 40))
        right = _filtered(signals, template)
        norms = np.linalg.norm(template)
        late = np.concatenate([np.zeros((6, n_template - 1)), right], axis=1)
        full = np.stack([np.convolve(x, template[::-1]) for x in signals]) / norms
        middle = (n_template - 1) // 2
        mistakes = {
            "a correlation that is not divided by the template's norm.": right * norms,
            "a correlation over the template's energy: divide by its root, the norm.": right / norms,
            "a convolution: turn the template round, so that its last sample meets the present.": (
                _filtered(signals, template[::-1])
            ),
            "the output at the template's first sample: the last one is the present.": (
                full[:, n_template - 1 :]
            ),
            "the output at the template's middle: its last sample is the present.": (
                full[:, middle : middle + 40]
            ),
            "the output one or more samples late.": late[:, :40],
            "the magnitude of the output: a burst turned upside down is no burst.": np.abs(right),
            "the largest output so far: the output itself is asked.": np.maximum.accumulate(right, axis=1),
        }
        got = call(answer, signals, template, shape=right.shape)
        worst = agree(name_of(answer), got, right, mistakes, 1e-9)
    return f"{name_of(answer)} agrees with the definition to {worst:.0e}, for templates of 4 and 7 samples."


def _filtered(signals: np.ndarray, template: np.ndarray) -> np.ndarray:
    """Return the matched filter's output, with zeros before the first sample."""
    before = np.pad(signals, ((0, 0), (len(template) - 1, 0)))
    output: np.ndarray = np.lib.stride_tricks.sliding_window_view(before, len(template), axis=1) @ template
    return output / np.linalg.norm(template)


@check
def roc(answer: Any, rng: np.random.Generator) -> str:
    """``roc(noise_scores, burst_scores, false_alarm_rates)`` returns the detection rate at each of them."""
    rates = np.array([0.01, 0.03, 0.1, 0.3, 0.5])
    # The scale is no normal number's: a threshold from the normal law is a mistake, and shows.
    noise, bursts = 2 + 0.6 * rng.standard_normal(20_000), 2.9 + 0.84 * rng.standard_normal(10_000)

    def above(scores: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
        shares: np.ndarray = np.mean(scores[:, None] > thresholds, axis=0)
        return shares

    thresholds = np.quantile(noise, 1 - rates)
    right = above(bursts, thresholds)
    mistakes = {
        "the miss rate: the bursts above the threshold are asked.": 1 - right,
        "the thresholds: the detection rates there are asked.": thresholds,
        "the rates at the quantile p: a share p of the noise lies above the quantile 1 - p.": above(
            bursts, np.quantile(noise, rates)
        ),
        "the misses at the quantile p: a share p of the noise lies above the quantile 1 - p.": 1
        - above(bursts, np.quantile(noise, rates)),
        "the false-alarm rates themselves: the thresholds come from the noise alone.": rates,
        "the noise above a threshold that was set on bursts: it is the other way round.": above(
            noise, np.quantile(bursts, 1 - rates)
        ),
        "numbers of bursts: a share is asked.": right * len(bursts),
        "per cent: a share from 0 to 1 is asked.": 100 * right,
        "the rates at thresholds of the normal law: set them on noise_scores.": above(
            bursts, norm.isf(rates)
        ),
    }
    # Two ways to interpolate a quantile of 20,000 scores differ by one of them, and the rate by 0.0005.
    got = call(answer, noise, bursts, rates, shape=rates.shape)
    agree(name_of(answer), got, right, mistakes, 0.004)
    return f"{name_of(answer)} finds {100 * got[0]:.0f} % of the bursts at 1 % false alarms, as it should."


@check
def known_time(answer: Any, rng: np.random.Generator) -> str:
    """``known_time(deflection, false_alarm_rate)`` returns the detection rate when the onset is known."""
    for rate in (0.05, 0.003):
        d = rng.uniform(0.5, 5, 9)
        z = norm.isf(rate)
        right = norm.sf(z - d)
        mistakes = {
            "the miss rate: 1 minus it is asked.": norm.cdf(z - d),
            "a rate that falls with the deflection: subtract d from the threshold.": norm.sf(z + d),
            "a value for the energy d squared.": norm.sf(z - d**2),
            "a value for the root of d.": norm.sf(z - np.sqrt(d)),
            "Q of the false-alarm rate itself: its inverse makes a threshold of it.": norm.sf(rate - d),
            "the value at a threshold that 1 - P exceeds: Q^-1 is norm.isf, norm.ppf is that of 1 - Q.": (
                norm.sf(norm.ppf(rate) - d)
            ),
            "a value for a false alarm on both sides: only large outputs are alarms.": (
                norm.sf(norm.isf(rate / 2) - d)
            ),
            "a density: the probability is asked.": norm.pdf(z - d),
        }
        got = call(answer, d, rate, shape=d.shape)
        worst = agree(name_of(answer), got, right, mistakes, 1e-6)
    return f"{name_of(answer)} agrees with the formula to {worst:.0e}, at 5 % and at 0.3 % false alarms."


@check
def latch(answer: Any, rng: np.random.Generator) -> str:
    """``latch()`` returns the weights w, u and b of an Elman unit that remembers a burst."""
    w, u, b = call(answer, shape=(3,))
    n_signals = 300
    onset = rng.uniform(EARLIEST, N_SAMPLES - 3 * WIDTH, n_signals)
    height = rng.uniform(0.8, 1.2, n_signals)
    pulses = height[:, None] * half_sine(N_SAMPLES, onset, WIDTH)
    states, state = np.empty((n_signals + 1, N_SAMPLES)), np.zeros(n_signals + 1)
    for t in range(N_SAMPLES):
        state = np.tanh(w * state + u * np.append(pulses[:, t], 0.0) + b)  # the last record has no burst
        states[:, t] = state
    _remembers(name_of(answer), states, onset, b)
    lowest = min(row[int(s + WIDTH) + 1 :].min() for row, s in zip(states[:-1], onset, strict=True))
    return (
        f"{name_of(answer)} is at {states[-1, -1]:.2f} in silence, and never below {lowest:.2f} after any "
        f"of {n_signals} fresh bursts."
    )


def _remembers(name: str, states: np.ndarray, onset: np.ndarray, b: float) -> None:
    """Raise a `Fault` for a unit that does not stay low, does not rise, or does not stay high."""
    silence, time = states[-1, SILENT:], np.arange(states.shape[1])
    if silence.max() >= -0.5:
        worst = silence[np.argmax(silence)]
        if worst > 0.5:
            raise Fault(f"{name} rises to {worst:.2f} in silence: b must be negative.")
        hold = "w must be so large that there is a low fixed point" if b < 0 else "b must be negative"
        raise Fault(f"{name} is at {worst:.2f} in silence, and below -0.5 is asked: {hold}.")
    bursts = states[:-1]
    missed = np.sum(bursts.max(axis=1) <= 0.5)
    if missed:
        raise Fault(
            f"{name} does not rise above 0.5 in {missed} of {len(bursts)} bursts: a larger u, or a b "
            "nearer to 0, lets a burst lift the unit."
        )
    forgot = np.sum(np.any((time > onset[:, None] + WIDTH) & (bursts <= 0.5), axis=1))
    if forgot:
        raise Fault(
            f"{name} forgets {forgot} of {len(bursts)} bursts before the record ends: its high fixed point "
            "is missing or too low, so w must be larger, or b nearer to 0."
        )
