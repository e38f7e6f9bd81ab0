"""A task of one's own: the delay between two noisy copies of a band-limited signal.

    dspvnn report --task time_delay:TASK

A record is one period of ``n_samples`` of a Gaussian signal whose K = ``BAND * n_samples`` lowest harmonics
have equal power, and a second copy of it, shifted by the delay D (circularly, for it is periodic):

    x1[t] = s[t] + e1[t],    x2[t] = s[t - D] + e2[t],    D uniform on -D_max to D_max samples.

Both noises are white with variance sigma^2, and SNR = 10 log10(E s^2 / sigma^2) dB. So the harmonics Y1[k]
and Y2[k] of the two copies are complex Gaussian, independent from one k to another, and everything that
is said of them below is exact at any length (Weiss and Weinstein, IEEE Trans. ASSP 31, 1983).
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from dspvnn.signals.randomness import stream
from dspvnn.tasks import Condition, Headline, LineUp, Metric, Page, Pair, Picture, Trials, curves

BAND = 0.2  # cycles per sample: the highest harmonic of the signal
MAX_DELAY = 8.0  # samples
HERE = Path(__file__).parent


# --- the task -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DelayCondition(Condition):
    """A cell: signals at one SNR, or at SNRs drawn uniformly from a range."""

    snr_range_db: tuple[float, float] = (10.0, 10.0)
    max_delay: float = MAX_DELAY

    @property
    def snr_db(self):
        """The SNR in dB, the middle of a range."""
        return sum(self.snr_range_db) / 2

    @property
    def position(self):
        """Where the cell lies on the axis of the figure."""
        return self.snr_db


def _conditions():
    by_snr = [
        DelayCondition(f"{snr} dB", sweep="SNR (dB)", snr_range_db=(snr, snr))
        for snr in (-10, -5, 0, 5, 10, 20, 30)
    ]
    return (
        *by_snr,
        DelayCondition("delays up to 16, 10 dB", region="beyond", max_delay=2 * MAX_DELAY),
        DelayCondition("records of 256, 10 dB", region="beyond", n_samples=256),
    )


@dataclass(frozen=True)
class TimeDelay:
    """The delay between two noisy copies of a band-limited signal, in samples."""

    name: str = "time-delay"
    title: str = "A time delay"
    conditions: tuple = field(default_factory=_conditions, repr=False)
    training: DelayCondition = DelayCondition("training range", snr_range_db=(-10.0, 30.0))
    metrics: dict = field(default_factory=lambda: {"delay rmse": Metric("samples", root=True)})
    pairs: tuple = (Pair("LSTM", "maximum likelihood", "delay rmse", "what learning is worth"),)
    lineup: LineUp = field(default_factory=lambda: LINEUP, repr=False)
    page: Page = field(default_factory=lambda: PAGE, repr=False)

    def draw(self, draws, n_signals, condition):
        """Return both copies, ``(n_signals, n_samples, 2)``, and the delay in samples."""
        n, omega = condition.n_samples, harmonics(condition.n_samples)
        low, high = condition.snr_range_db
        sigma = 10 ** (-(low + (high - low) * draws.random(n_signals)) / 20)
        delay = condition.max_delay * (2 * draws.random(n_signals) - 1)
        real, imaginary = draws.standard_normal((2, n_signals, len(omega)))
        spectrum = np.zeros((n_signals, n // 2 + 1, 2), complex)
        first = n / np.sqrt(4 * len(omega)) * (real + 1j * imaginary)
        spectrum[:, 1 : len(omega) + 1, 0] = first
        spectrum[:, 1 : len(omega) + 1, 1] = first * np.exp(-1j * omega * delay[:, None])
        noise = draws.standard_normal((n_signals, n, 2))
        signals = np.fft.irfft(spectrum, n, axis=1) + sigma[:, None, None] * noise
        return Trials(signals, delay, {"sigma": sigma})

    def losses(self, trials, estimates, calibration=None):
        """Return the squared error in samples^2."""
        return {"delay rmse": (estimates - trials.target) ** 2}

    def limit_losses(self, context, told=()):
        """Return the Ziv-Zakai bound: no estimator has less error, whatever it knows of the draw."""
        cell = context.condition
        bound = ziv_zakai(cell.snr_db, cell.n_samples, cell.max_delay)
        return {"delay rmse": np.full(len(context.trials.target), bound)}


# --- the limit ------------------------------------------------------------------------------------


def harmonics(n_samples):
    """Return the angular frequencies of the harmonics that the signal has, in radians per sample."""
    return 2 * np.pi * np.arange(1, int(BAND * n_samples) + 1) / n_samples


def _information(snr_db, n_samples):
    """Return q = r^2 / (1 + 2 r) with r the SNR in one harmonic: the weight of all that follows."""
    in_one = 10 ** (snr_db / 10) * n_samples / (2 * len(harmonics(n_samples)))
    return in_one**2 / (1 + 2 * in_one)


def cramer_rao(snr_db, n_samples):
    """Return the Cramér-Rao bound of the delay in samples^2: 1 / (2 q sum_k w_k^2)."""
    return 1 / (2 * _information(snr_db, n_samples) * np.sum(harmonics(n_samples) ** 2))


def error_probability(h, snr_db, n_samples):
    """Return how often the best decision between two delays that differ by h is wrong, ``(n_h,)``.

    The log likelihood ratio has the moment generating function prod_k 1 / (1 + 4 q s (1 - s) sin^2(w_k h / 2));
    its tail is the integral over s = (1 + i tan(angle)) / 2:

        P(h) = 1 / pi  integral from 0 to pi / 2 of  prod_k 1 / (1 + q sin^2(w_k h / 2) / cos^2(angle)).
    """
    nodes, weights = np.polynomial.legendre.leggauss(48)
    angle = np.pi / 4 * (1 + nodes)
    distance = np.sin(np.multiply.outer(np.asarray(h), harmonics(n_samples)) / 2) ** 2
    q = _information(snr_db, n_samples)
    product = -np.log1p(q * distance[:, None, :] / np.cos(angle)[:, None] ** 2).sum(axis=-1)
    return np.exp(product) @ weights / 4


@cache
def ziv_zakai(snr_db, n_samples, max_delay):
    """Return the Ziv-Zakai bound in samples^2, of delays that are uniform on -max_delay to max_delay.

    With A = 2 max_delay it is the integral from 0 to A of h V[(1 - h / A) P(h)] dh, where V fills valleys: an
    estimator that cannot tell delays h apart cannot tell closer ones apart any better. Far above the threshold
    it tends to the Cramér-Rao bound, far below it to A^2 / 12, the error of the guess 0.
    """
    # Close steps where the integrand falls: from a thousandth of the Cramér-Rao error up to A.
    scale = np.sqrt(cramer_rao(snr_db, n_samples))
    h = np.unique(np.concatenate([
        np.linspace(0, 2 * max_delay, 2000), np.linspace(0, min(12 * scale, 2 * max_delay), 1000)
    ]))  # fmt: skip
    filled = (1 - h / (2 * max_delay)) * error_probability(h, snr_db, n_samples)
    filled = np.maximum.accumulate(filled[::-1])[::-1]
    return float(np.trapezoid(h * filled, h))


# --- the classical estimators ---------------------------------------------------------------------


def cross_spectrum(X, n_harmonics):
    """Return conj(Y1[k]) Y2[k] for k = 1 to n_harmonics, ``(n_signals, n_harmonics)``."""
    spectrum = np.fft.rfft(X, axis=1)[:, 1 : n_harmonics + 1]
    return spectrum[..., 0].conj() * spectrum[..., 1]


def _correlation(cross, n_samples, delays):
    """Return the cross-correlation at `delays`: sum_k Re(cross[k] exp(i w_k delay))."""
    omega = 2 * np.pi * np.arange(1, cross.shape[1] + 1) / n_samples
    turn = np.exp(1j * np.multiply.outer(omega, delays))
    return cross.real @ turn.real - cross.imag @ turn.imag


def top(slope, curvature, farthest):
    """Return how far away a parabola has its top, at most `farthest`; 0 for one that has none."""
    step = -np.divide(slope, curvature, out=np.zeros_like(slope), where=curvature < 0)
    return np.clip(step, -farthest, farthest)


@dataclass
class CrossCorrelation:
    """The highest of the cross-correlation's samples, and a parabola through it and its two neighbours.

    phat : every harmonic of the cross-spectrum counts by its phase alone (GCC-PHAT, Knapp and Carter 1976).
    """

    phat: bool = False
    max_delay: float = MAX_DELAY
    told: str = "range of delays"

    def predict(self, X):
        """Return the delays in samples."""
        cross = cross_spectrum(X, X.shape[1] // 2)
        if self.phat:
            cross = cross / np.maximum(np.abs(cross), np.finfo(float).tiny)
        lags = np.arange(-np.ceil(self.max_delay) - 1, np.ceil(self.max_delay) + 2)
        values = _correlation(cross, X.shape[1], lags)
        peak = 1 + np.argmax(values[:, 1:-1], axis=1)
        left, middle, right = (np.take_along_axis(values, peak[:, None] + i, 1)[:, 0] for i in (-1, 0, 1))
        offset = top(slope=(right - left) / 2, curvature=left - 2 * middle + right, farthest=0.5)
        return np.clip(lags[peak] + offset, -self.max_delay, self.max_delay)


@dataclass
class MaximumLikelihood:
    """The delay of greatest likelihood: the maximum of the cross-correlation within the signal's band.

    All harmonics have the same SNR, so all have the same weight. A grid of quarters of a sample finds the peak,
    and Newton's steps its top.
    """

    max_delay: float = MAX_DELAY
    told: str = "range of delays, band"

    def predict(self, X):
        """Return the delays in samples."""
        omega = harmonics(X.shape[1])
        cross = cross_spectrum(X, len(omega))
        grid = np.linspace(-self.max_delay, self.max_delay, int(8 * self.max_delay) + 1)
        delay = grid[np.argmax(_correlation(cross, X.shape[1], grid), axis=1)]
        for _ in range(4):
            turned = cross * np.exp(1j * omega * delay[:, None])
            delay = delay + top(-(turned.imag @ omega), -(turned.real @ omega**2), farthest=0.1)
        return np.clip(delay, -self.max_delay, self.max_delay)


LINEUP = LineUp(
    baselines={
        "maximum likelihood": MaximumLikelihood,
        "cross-correlation": CrossCorrelation,
        "GCC-PHAT": lambda: CrossCorrelation(phat=True),
    },
)
PAGE = Page(
    pictures=(
        Picture(
            "time-delay", curves("SNR (dB)", "rms error of the delay (samples)", "Ziv-Zakai bound"),
            "Error of the delay against SNR.", "rms error of the delay in samples",
        ),
    ),
)
TASK = TimeDelay()
