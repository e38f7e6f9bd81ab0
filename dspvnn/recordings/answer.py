"""What a recording says: one frequency, an error bar that holds or none, and what was found on the way.

The least-squares sine is the answer where there is one tone; the fundamental of the harmonic series where
the tone is one of its lines. What `dspvnn.recordings.assumptions` finds is said; where the noise is not
white the error bar is that of noise with the density that it has at the tone; where the answer has no
meaning to that many digits, there is none.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from baselines.harmonic_series import HarmonicSeriesFit, Series
from baselines.sine_fit import SineFit
from dspvnn.recordings import assumptions
from dspvnn.recordings.assumptions import ALARM, Finding, Tone
from dspvnn.recordings.part import Part

ROUNDS = 3  # in which two tones are fitted in turn
STANDS_OUT = 4  # standard errors of an amplitude: more than a harmonic of noise alone ever has
FEWEST_LINES, SHARE = 2, 0.4  # of a series: its lines that stand out, and their share of all


@dataclass(frozen=True)
class Answer:
    """The frequency of a recording in the unit of its sample rate.

    standard_error : NaN where it is withheld; a finding says why.
    method : the sine fit, or the harmonic series fit.
    findings : the assumptions that do not hold, in sentences.
    harmonics : numbers and amplitudes of the harmonics that stand out, where there is a series.
    """

    frequency: float
    standard_error: float
    method: str
    findings: tuple[Finding, ...]
    harmonics: dict[int, float]


def answer(part: Part) -> Answer:
    """Return what a part of a recording says."""
    rate, samples = part.sample_rate, part.samples - part.samples.mean()
    scale = float(np.abs(samples).max())
    samples = samples / scale
    band = None if part.band is None else (part.band[0] / rate, part.band[1] / rate)
    (frequency,), (error,) = SineFit(frequency_range=band).predict(samples[None], return_std=True)
    found = Tone(samples, float(frequency), float(error), rate)
    findings = [*_recorded(part, found), *assumptions.long_enough(found), *assumptions.unclipped(found)]
    moving = list(assumptions.steady(found))
    other = assumptions.other_tone(found)
    series = _series(found, band) if other else None
    rest, harmonics = found.rest, {}
    if series is not None:
        rest, harmonics = samples - _at(series, len(samples)), _standing_out(series, len(samples))
        findings.append(_about_series(series, found, harmonics))
    elif other and band is None:
        alone = _without(found, other)
        if not list(assumptions.steady(alone)):  # two tones that beat seem to move, and each is steady
            moving = []
            findings.append(_about_other(found, alone, other))
    findings += moving
    if band is None:
        findings += assumptions.level(
            replace(found, samples=rest + assumptions.fitted(samples, found.frequency))
        )
    density, p = assumptions.colour(rest, found.frequency)
    if p < ALARM and density > 0:
        error *= math.sqrt(density)
        findings.append(_about_colour(density, any(f.withholds for f in findings)))
    if series is not None:
        frequency = series.frequency
        error = series.standard_error * (math.sqrt(density) if p < ALARM else 1)
        if not series.certain:
            findings.append(Finding(
                "one fundamental", "Another fundamental fits about as well: it may be an octave away.", True
            ))  # fmt: skip
    held = any(f.withholds for f in findings)
    return Answer(
        float(frequency) * rate, math.nan if held else float(error) * rate,
        "sine fit" if series is None else "harmonic series fit", tuple(findings),
        {k: a * scale for k, a in harmonics.items()},
    )  # fmt: skip


def _recorded(part: Part, found: Tone) -> Iterator[Finding]:
    if part.n_gaps:
        yield Finding(
            "complete",
            f"{part.n_gaps} of {len(part.samples)} samples were missing and are interpolated: the fit that "
            "skips gaps uses the others alone.",
        )
    if part.band is not None:
        low, high = (edge / part.sample_rate for edge in part.band)
        if min(found.frequency - low, high - found.frequency) < 0.5 / len(found.samples):
            yield Finding(
                "inside the band",
                "The best sine lies at an edge of the band: what is stronger outside leaks into it, and "
                "there may be no tone inside.",
                withholds=True,
            )


def _series(found: Tone, band: tuple[float, float] | None) -> Series | None:
    """Return the harmonic series that the tone belongs to; None where the lines make none."""
    if found.frequency * len(found.samples) < 2:
        return None
    series = HarmonicSeriesFit(frequency_range=band).fit_series(found.samples)
    assert series is not None  # the samples are not constant
    lines = _standing_out(series, len(found.samples))
    number = round(found.frequency / series.frequency)
    belongs = abs(found.frequency - number * series.frequency) * len(found.samples) < 1
    enough = len(lines) >= max(FEWEST_LINES, SHARE * len(series.amplitude))
    return series if belongs and enough and number in lines else None


def _standing_out(series: Series, n_samples: int) -> dict[int, float]:
    least = STANDS_OUT * series.noise_std * math.sqrt(2 / n_samples)
    return {k: float(a) for k, a in enumerate(series.amplitude, 1) if a > least}


def _at(series: Series, n_samples: int) -> np.ndarray:
    order = np.arange(1, len(series.amplitude) + 1)
    angle = 2 * np.pi * series.frequency * np.arange(n_samples)
    lines = zip(order, series.amplitude, series.phase, strict=True)
    return series.offset + sum(a * np.cos(k * angle + phase) for k, a, phase in lines)


def _about_series(series: Series, found: Tone, lines: dict[int, float]) -> Finding:
    strongest, hertz = round(found.frequency / series.frequency), series.frequency * found.sample_rate
    names = ", ".join(map(str, lines))
    said = f"This is a harmonic series on {hertz:.6g} Hz (harmonics {names} stand out"
    if strongest > 1:
        said += (
            f"; the strongest is number {strongest}, at {strongest * hertz:.6g} Hz, and that is "
            "what estimators of a single tone name"
        )
    return Finding("one tone", said + ").")


def _without(found: Tone, frequency: float) -> Tone:
    """Return the record without the tone at about this frequency; the two are fitted in turn (RELAX)."""
    first = found.frequency
    for _ in range(ROUNDS):
        rest = found.samples - assumptions.fitted(
            found.samples - assumptions.fitted(found.rest, frequency), first
        )
        frequency = float(SineFit().predict(rest[None])[0])
        alone = found.samples - assumptions.fitted(rest, frequency)
        (first,), (error,) = SineFit().predict(alone[None], return_std=True)
    return Tone(alone, float(first), float(error), found.sample_rate)


def _about_other(found: Tone, alone: Tone, frequency: float) -> Finding:
    """Say where a second tone stands, and how far the answer moves without it."""
    second = found.samples - alone.samples
    level_db = 20 * math.log10(np.std(second) / np.std(alone.samples - alone.rest))
    moved = abs(alone.frequency - found.frequency)
    matters = moved > found.standard_error / 2
    said = (
        f"A second tone stands at {frequency * found.sample_rate:.6g} Hz, {level_db:.0f} dB against the "
        f"first. Without it the answer moves by {moved * found.sample_rate:.2g} Hz"
    )
    return Finding(
        "one tone",
        said + (": the two-tone fit allows for it." if matters else ", less than its error bar."),
        matters,
    )


def _about_colour(density: float, held: bool) -> Finding:
    said = (
        f"What is left is not white: near the tone its density is {density:.2g} times that of white noise "
        "of its power."
    )
    return Finding("white noise", said if held else f"{said} The error bar allows for that.")
