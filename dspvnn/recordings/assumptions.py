"""What the error bar of a sine fit assumes of a recording, tested on the recording itself.

The standard error holds for one steady tone in white noise at a constant level, of which enough periods
were recorded whole. Each test here answers a `Finding` where its assumption does not hold, in a sentence
that says what was found and what that does to the answer. Every test has a probability of a false alarm of
0.001.

Noise is measured near the tone, where it counts: the tests of steadiness and of other tones hold in
coloured noise too. Source of the error in coloured noise: Quinn & Hannan, The Estimation and Tracking of
Frequency (2001), sec. 3.2: it is that of white noise of the density that the noise has at the tone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from baselines.sine_fit import SineFit
from baselines.tone_estimator import linear_sine_fit
from dspvnn.signals import tone

ALARM = 1e-3  # the probability of a false alarm, of each test
SCALES = (8, 64, 512)  # windows side by side, as far as each holds
PERIODS, SAMPLES = 4, 32  # at least
EDGE = 2  # bins on either side of a tone that its own fit has emptied


@dataclass(frozen=True)
class Finding:
    """An assumption that does not hold. withholds: whether no error bar can be given for it."""

    assumption: str
    sentence: str
    withholds: bool = False


@dataclass(frozen=True)
class Tone:
    """A record, freed of its mean, and the sine that was fitted to it, in cycles per sample."""

    samples: np.ndarray
    frequency: float
    standard_error: float
    sample_rate: float

    @property
    def rest(self) -> np.ndarray:
        """What the sine leaves."""
        return self.samples - fitted(self.samples, self.frequency)


def fitted(x: np.ndarray, frequency: float) -> np.ndarray:
    """Return the least-squares sine and offset of a record at a frequency."""
    at = np.array([frequency])
    return tone(len(x), at, **linear_sine_fit(x[None], at))[0]


def long_enough(found: Tone) -> Iterator[Finding]:
    """Two periods at least."""
    periods = found.frequency * len(found.samples)
    if periods < 2:
        yield Finding(
            "long enough",
            f"The part holds {periods:.2g} periods of the tone: with fewer than two, level and tone are "
            "hard to tell apart, and the error bar is too small where the signal is not exactly a sine.",
        )


def unclipped(found: Tone) -> Iterator[Finding]:
    """No extreme that is taken many times more often than values just inside it."""
    x = found.samples
    values = np.unique(x)
    if len(values) < 4:
        return
    near = max(0.01 * (values[-1] - values[0]), 1.5 * float(np.diff(values).min()))
    for sign in (1, -1):
        extreme = (sign * x).max()
        on_rail = int(np.sum(sign * x == extreme))
        beside = int(np.sum((sign * x < extreme) & (sign * x >= extreme - near)))
        if on_rail >= 3 and on_rail > 4 * beside:
            yield Finding(
                "not clipped",
                f"{on_rail} of {len(x)} samples share the {'largest' if sign > 0 else 'smallest'} value: "
                "the recording is clipped. The censored fit allows for that.",
            )
            return


def steady(found: Tone) -> Iterator[Finding]:
    """Phase and amplitude of windows side by side, against the sine of the whole.

    The scatter of the windows' phases about a line, and of their amplitudes about their mean, is held
    against the noise that each window has in the bins beside the tone: an F test.
    """
    least = max(SAMPLES, PERIODS / found.frequency)
    scales = sorted({min(scale, int(len(found.samples) // least)) for scale in SCALES} - {0, 1, 2, 3})
    alarm = ALARM / max(1, 2 * len(scales))
    seen = {"frequency": 1.0, "amplitude": 1.0}
    sentence = dict.fromkeys(seen, "")
    for n_windows in scales:
        windows = Windows.of(found, n_windows)
        for what, p in windows.p_values().items():
            if p < min(alarm, seen[what]):
                seen[what], sentence[what] = p, windows.sentence(what, found.sample_rate)
    for what, said in sentence.items():
        if said:
            yield Finding(f"steady {what}", said, withholds=what == "frequency")


@dataclass(frozen=True)
class Windows:
    """Phase (radians, of the whole's sine) and amplitude of windows side by side.

    variance : that of the real and of the imaginary part of a window's amplitude, by the noise beside the
    tone.
    """

    length: int
    phase: np.ndarray
    amplitude: np.ndarray
    variance: float

    @classmethod
    def of(cls, found: Tone, n_windows: int) -> "Windows":
        """Fit the sine of the whole's frequency to each of so many windows."""
        length = len(found.samples) // n_windows
        X = found.samples[: n_windows * length].reshape(n_windows, length)
        at = np.full(n_windows, found.frequency)
        fit = linear_sine_fit(X, at)
        start = np.exp(2j * np.pi * found.frequency * length * np.arange(n_windows))
        phase = np.unwrap(np.angle(np.exp(1j * fit["phase"]) / start))
        rest = X - tone(length, at, **fit)
        beside = found.frequency + np.array([-4, -3, 3, 4])[:, None] / length
        beside = beside[(beside[:, 0] > 1 / length) & (beside[:, 0] < 0.5 - 1 / length)]
        if len(beside):
            levels = np.abs(rest @ np.exp(-2j * np.pi * np.arange(length)[:, None] * beside[:, 0])) ** 2
            variance = 2 * float(levels.mean()) / length**2
        else:  # so few samples in a window that there is no bin beside the tone
            variance = 2 * float(np.sum(rest**2)) / (n_windows * (length - 3)) / length
        return cls(length, phase, fit["amplitude"], variance)

    def p_values(self) -> dict[str, float]:
        """Return how likely the scatter of the phases, and of the amplitudes, is by the noise alone."""
        n, whole = len(self.phase), float(np.sqrt(np.mean(self.amplitude**2)))
        around_line = self.phase - np.polynomial.Polynomial.fit(np.arange(n), self.phase, 1)(np.arange(n))
        spread = {
            "frequency": (float(np.sum((whole * around_line) ** 2)), n - 2),
            "amplitude": (float(np.sum((self.amplitude - self.amplitude.mean()) ** 2)), n - 1),
        }
        if self.variance <= 1e-20 * whole**2:  # no noise but rounding
            return dict.fromkeys(spread, 1.0)
        return {
            what: float(stats.f.sf(squares / free / self.variance, free, 4 * n))
            for what, (squares, free) in spread.items()
        }

    def sentence(self, what: str, sample_rate: float) -> str:
        """Return what moves, by how much, and what that does to the answer."""
        if what == "amplitude":
            low, high = np.quantile(self.amplitude, (0.05, 0.95))
            return (
                f"The amplitude moves from {low:.3g} to {high:.3g} within the recording (windows of "
                f"{self.length / sample_rate:.3g} s): the error bar is that of a steady one."
            )
        moves = np.diff(self.phase) / (2 * np.pi * self.length) * sample_rate
        low, high = np.quantile(moves, (0.05, 0.95))
        return (
            f"The frequency moves by {high - low:.2g} Hz within the recording (windows of "
            f"{self.length / sample_rate:.3g} s): there is no one frequency, and what is said is a mean."
        )


def other_tone(found: Tone) -> float | None:
    """Return the frequency of a second peak in cycles per sample, if there is one.

    The largest bin of what the sine leaves, over the median of the forty around it.
    """
    power = np.abs(np.fft.rfft(found.rest)) ** 2
    power = power[1:-1]
    bins = np.arange(1, len(power) + 1)
    allowed = np.abs(bins - found.frequency * len(found.samples)) > EDGE
    if allowed.sum() < 16 or not np.any(power):
        return None
    level = local_median(power) / np.log(2)
    over = np.where(allowed & (level > 0), power / np.where(level > 0, level, 1), 0)
    place = int(over.argmax())
    # The median of forty exponentials scatters by 16 %, and a small one makes a large ratio.
    if over[place] < 1.4 * np.log(len(power) / ALARM):
        return None
    return float(bins[place] / len(found.samples))


def local_median(power: np.ndarray, half: int = 20) -> np.ndarray:
    """Return the median of every bin's neighbourhood, `half` bins on either side."""
    half = min(half, (len(power) - 1) // 2)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(power, half, mode="reflect"), 2 * half + 1)
    return np.median(around, axis=1)


def colour(rest: np.ndarray, frequency: float) -> tuple[float, float]:
    """Return the noise's density at the tone over the mean density, and how likely white noise's
    correlations are.

    The first by the bins beside the tone, the second by Ljung and Box (statsmodels) on twenty lags.
    """
    from statsmodels.stats.diagnostic import acorr_ljungbox

    n = len(rest)
    power = np.abs(np.fft.rfft(rest)) ** 2
    bins = np.arange(len(power))
    away = np.abs(bins - frequency * n)
    beside = (away > EDGE) & (away <= EDGE + max(8, np.sqrt(n) / 2)) & (bins > 0)
    if not np.any(rest) or not beside.any():
        return 1.0, 1.0
    lags = min(20, n // 5)
    p = float(acorr_ljungbox(rest, lags=[lags], model_df=0)["lb_pvalue"].iloc[0])
    return float(power[beside].mean() / power[1:].mean()), p


def level(found: Tone) -> Iterator[Finding]:
    """A level that stays: the lowest three bins of what the sine leaves, against those above them."""
    n = len(found.samples)
    rest = found.rest
    power = np.abs(np.fft.rfft(rest)) ** 2
    above = power[4 : min(44, len(power) - 1)]
    if found.frequency * n < 6 or len(above) < 16:
        return  # the tone itself is among those bins
    p = stats.f.sf(power[1:4].mean() / (np.median(above) / np.log(2)), 6, len(above))
    if p >= ALARM:
        return
    time = np.linspace(-1, 1, n)
    straight = found.samples - np.polynomial.Polynomial.fit(time, rest, 3)(time)
    moved = (float(SineFit().predict(straight[None])[0]) - found.frequency) * found.sample_rate
    error = found.standard_error * found.sample_rate
    matters = abs(moved) > error / 2
    yield Finding(
        "steady level",
        "The level drifts slowly (trend, baseline wander or low-frequency noise). Without a trend of "
        f"degree 3 the answer would move by {abs(moved):.2g} Hz"
        + (
            ": --detrend 3 removes it, --band LOW HIGH leaves it aside."
            if matters
            else ", less than its error bar."
        ),
        withholds=matters,
    )
