"""A task of one's own: the delay between two noisy copies of a band-limited signal.

    dspvnn report --task time_delay:TASK      compares it
    python time_delay.py                      trains its net again, in less than three minutes

A record is one period of a Gaussian signal whose lowest harmonics, up to 0.2 cycles per sample, have equal
power, and a second copy of it that is shifted by the delay D (circularly, for it is periodic):

    x1[t] = s[t] + e1[t],    x2[t] = s[t - D] + e2[t],    D uniform on -8 to 8 samples.

Both noises are white with variance sigma^2, and the SNR is 10 log10(E s^2 / sigma^2) dB. The harmonics of
the two copies are then complex Gaussian, each independent of the others: likelihood and limit are exact.
"""

from dataclasses import dataclass, field
from math import nan
from pathlib import Path

import numpy as np
from delay_estimators import MAX_DELAY, CrossCorrelation, MaximumLikelihood
from delay_limit import harmonics, ziv_zakai
from delay_net import DelayLSTM, save, trained

from dspvnn.tasks import Condition, Headline, LineUp, Metric, Page, Pair, Picture, Trials, curves

METRIC = "delay rmse"


@dataclass(frozen=True)
class DelayCondition(Condition):
    """A cell: signals at one SNR, or at SNRs that are uniform on a range."""

    snr_range_db: tuple[float, float] = (10.0, 10.0)
    max_delay: float = MAX_DELAY

    @property
    def snr_db(self):
        """The SNR in dB, the middle of a range."""
        return sum(self.snr_range_db) / 2

    @property
    def position(self):
        """Where the cell lies on the axis of the figure."""
        return self.snr_db if self.sweep else nan


CONDITIONS = (
    *(
        DelayCondition(f"{snr} dB", sweep="SNR", snr_range_db=(snr, snr))
        for snr in (-10, -5, 0, 5, 10, 20, 30)
    ),
    DelayCondition("40 dB", region="beyond", sweep="SNR", snr_range_db=(40, 40)),
    DelayCondition("records of 256, 10 dB", region="beyond", n_samples=256),
)
LINEUP = LineUp(
    baselines={
        "maximum likelihood": MaximumLikelihood,
        "cross-correlation": CrossCorrelation,
        "GCC-PHAT": lambda: CrossCorrelation(phat=True),
    },
    nets={"LSTM": trained},
)
PAGE = Page(
    text=Path(__file__).with_name("time_delay.typ"),
    headlines=(Headline("By how much is the copy late?", "10 dB", METRIC, "maximum likelihood", "LSTM"),),
    pictures=(
        Picture(
            "time-delay", curves("SNR (dB)", "rms error of the delay (samples)", "Ziv-Zakai bound"),
            "The delay between two noisy copies of a signal, up to 8 samples, from 128 samples of each. "
            "The LSTM was trained between −10 and 30 dB.",
            "rms error of the delay against SNR",
        ),
    ),
    front="time-delay",
    typical_cell="10 dB",
)  # fmt: skip


@dataclass(frozen=True)
class TimeDelay:
    """The delay between two noisy copies of a band-limited signal, in samples."""

    name: str = "time-delay"
    title: str = "A time delay"
    conditions: tuple = field(default=CONDITIONS, repr=False)
    training: DelayCondition = DelayCondition("training range", snr_range_db=(-10.0, 30.0))
    metrics: dict = field(default_factory=lambda: {METRIC: Metric("samples", root=True)})
    pairs: tuple = (Pair("LSTM", "maximum likelihood", METRIC, "what learning is worth"),)
    lineup: LineUp = field(default=LINEUP, repr=False)
    page: Page = field(default=PAGE, repr=False)

    def draw(self, draws, n_signals, condition):
        """Return both copies, ``(n_signals, n_samples, 2)``, and the delay in samples."""
        n, omega = condition.n_samples, harmonics(condition.n_samples)
        low, high = condition.snr_range_db
        sigma = 10 ** (-(low + (high - low) * draws.random(n_signals)) / 20)
        delay = condition.max_delay * (2 * draws.random(n_signals) - 1)
        real, imaginary = draws.standard_normal((2, n_signals, len(omega)))
        first = n / np.sqrt(4 * len(omega)) * (real + 1j * imaginary)
        spectrum = np.zeros((n_signals, n // 2 + 1, 2), complex)
        spectrum[:, 1 : len(omega) + 1, 0] = first
        spectrum[:, 1 : len(omega) + 1, 1] = first * np.exp(-1j * omega * delay[:, None])
        noise = draws.standard_normal((n_signals, n, 2))
        signals = np.fft.irfft(spectrum, n, axis=1) + sigma[:, None, None] * noise
        return Trials(signals, delay, {"sigma": sigma})

    def losses(self, trials, estimates, calibration=None):
        """Return the squared error in samples^2."""
        return {METRIC: (estimates - trials.target) ** 2}

    def limit_losses(self, context, *_):
        """Return the Ziv-Zakai bound: no function of the two copies has less error on average."""
        cell = context.condition
        bound = ziv_zakai(cell.snr_db, cell.n_samples, cell.max_delay)
        return {METRIC: np.full(len(context.trials.target), bound)}


TASK = TimeDelay()

if __name__ == "__main__":
    net = DelayLSTM().fit_task(TASK)
    save(net)
    print(f"{net.card_['signals']:,} signals in {net.card_['seconds']:.0f} s of one core")
