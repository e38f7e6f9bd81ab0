"""The question posed again in its own band, 0.2 to 6 cycles a record: what can be had, and who has it.

f > 0 and a phase at the first sample: every record has one answer. At 0 dB no estimate has a smaller mean
squared error than the posterior mean, which knows the band, the noise and that the amplitude is 1 and
nothing is added. From 20 dB on the posterior is a narrow normal distribution, and its variance is the
Cramér-Rao bound for one who knows the same. A sine fit and the net at baseband know neither amplitude nor
constant.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

import neural
from baselines import SineFit
from dspvnn.cases.base import Measurement, Outcome
from dspvnn.cases.frequency_and_phase.nets import NAME
from dspvnn.cases.frequency_and_phase.posed import FREQUENCY, cost, trained
from dspvnn.cases.frequency_and_phase.records import N_SAMPLES, RATE, Reposed, reposed
from dspvnn.limits import tone_bound
from dspvnn.signals.randomness import stream
from dspvnn.signals.waveforms import tone
from dspvnn.tasks.metrics import phase_error

PHASE = "rms error of the phase"
BANDS = {"0.2 to 1 cycle": (0.2, 1.0), "1 to 6 cycles": (1.0, 6.0)}
SNRS_DB = (0, 20, 40, 60)
N_REPOSED = 500
PASSES = 32  # near one cycle a pass takes away a third of the error
Predict = Callable[[np.ndarray], np.ndarray]


def at(band: str, snr_db: int) -> str:
    """Return the name of a condition."""
    return f"{band}, {snr_db} dB"


@cache
def _test(seed: int, band: str, snr_db: int) -> tuple[Reposed, np.ndarray]:
    """Return unseen records and the least squared errors of frequency and phase, ``(n, 2)``."""
    rng = stream(seed, "test", NAME, at(band, snr_db))
    drawn = reposed(rng, N_REPOSED, BANDS[band], (snr_db, snr_db))
    if snr_db >= 20:
        return drawn, _bound(drawn, ("frequency", "phase"))
    return drawn, _squared(drawn, posterior_mean(drawn, BANDS[band]))


def _bound(drawn: Reposed, unknown: tuple[str, ...]) -> np.ndarray:
    ones = np.ones(len(drawn.phase))
    f = drawn.frequency / RATE
    bound = tone_bound(N_SAMPLES, f, drawn.phase, ones, drawn.noise_std, unknown)
    return np.stack([bound["frequency"] * RATE**2, bound["phase"]], axis=1)


def _squared(drawn: Reposed, estimates: np.ndarray) -> np.ndarray:
    off_phase = phase_error(drawn.phase, estimates[:, 1])
    return np.stack([(estimates[:, 0] - drawn.frequency) ** 2, off_phase**2], axis=1)


def posterior_mean(drawn: Reposed, cycles: tuple[float, float]) -> np.ndarray:
    """Return the posterior mean of the frequency in Hz, and the mean direction of the phase, ``(n, 2)``.

    The sums run over 40 frequencies a cycle and 96 phases: at 0 dB a posterior is 1.5 of either wide,
    and sums of smooth functions converge fast. Where the band's end cuts a posterior, the trapezoidal rule
    is off by less than 0.1 Hz.
    """
    frequency = np.arange(cycles[0], cycles[1] + 1e-9, 1 / 40) * RATE / N_SAMPLES
    phase = np.arange(96) * 2 * np.pi / 96
    f, p = (values.ravel() for values in np.meshgrid(frequency, phase, indexing="ij"))
    signals = tone(N_SAMPLES, f / RATE, p, np.ones(len(f)), np.zeros(len(f)))
    log = drawn.signals @ signals.T - np.sum(signals**2, axis=1) / 2
    log /= drawn.noise_std[:, None] ** 2
    weights = np.exp(log - log.max(axis=1, keepdims=True))
    ends = np.where((f == frequency[0]) | (f == frequency[-1]), 0.5, 1.0)  # the trapezoidal rule
    weights *= ends / (weights @ ends)[:, None]
    return np.stack([weights @ f, np.angle(weights @ np.exp(1j * p))], axis=1)


def scored(errors: Callable[[Reposed], np.ndarray], seed: int) -> list[Outcome]:
    """Return the outcomes of all conditions: `errors` are the squared errors of their records."""
    outcomes = []
    for band in BANDS:
        for snr_db in SNRS_DB:
            drawn, least = _test(seed, band, snr_db)
            pairs = zip((FREQUENCY, PHASE), errors(drawn).T, least.T, strict=True)
            outcomes += [Outcome(at(band, snr_db), *triple, position=snr_db) for triple in pairs]
    return outcomes


def _predicted(predict: Predict) -> Callable[[Reposed], np.ndarray]:
    return lambda drawn: _squared(drawn, predict(drawn.signals))


def raw_net(name: str, folder: Path | None, seed: int, scale: float) -> Measurement:
    """Measure the answer's net on raw samples: it names f, and cosine and sine of the phase."""
    training = trained(name, folder, seed, scale)

    def predict(X: np.ndarray) -> np.ndarray:
        f, cos, sin = training.net.predict(X).T
        return np.stack([f, np.arctan2(sin, cos)], axis=1)

    return Measurement(scored(_predicted(predict), seed), *cost(training))


def baseband(with_lstm: bool, seed: int, scale: float) -> Measurement:
    """Measure the net at baseband that ships, with its LSTM or with the LSTM's part left out."""
    net = neural.load("tone/heterodyne-lstm", seed, "cpu")
    net.set_params(passes=PASSES, sample_rate=RATE, outputs=("frequency", "phase"))
    if not with_lstm:
        with torch.no_grad():
            network: Any = net.network_
            for parameter in network.offset.head[-1].parameters():
                parameter.zero_()
    card = net.card_
    note = f"shipped, trained at 6 to 32 cycles of 128 samples, {PASSES} passes"
    return Measurement(scored(_predicted(net.predict), seed), card["seconds"], card["signals"], note)


def sine_fit(offset: bool, seed: int, scale: float) -> Measurement:
    """Measure the least-squares sine, with a constant beside it or without."""
    fitted = SineFit(offset=offset, sample_rate=RATE, outputs=("frequency", "phase"))
    return Measurement(scored(_predicted(fitted.predict), seed))


def bound(seed: int, scale: float) -> Measurement:
    """Return the Cramér-Rao bound for one who knows neither the amplitude nor the constant."""
    unknown = ("frequency", "phase", "amplitude", "offset")
    return Measurement(scored(lambda drawn: _bound(drawn, unknown), seed), note="a yardstick, no estimate")
