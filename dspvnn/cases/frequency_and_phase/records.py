"""The records of the question: sines of 200 samples, as they were posed, and posed again.

As posed: x[k] = sin(2 x 3.142 f (k + o) / 10,000), f = round(100 N(0, 1)) Hz of either sign, k = 0 ... 199,
with o = 0 or, with phases, a whole number from 0 to 89; the targets are f and o.

Posed again, in the same band: cos(2 pi f t + phase) of amplitude 1 with 0.2 to 6 cycles a record, so f > 0,
in white noise of 0 to 60 dB; the targets are f and the cosine and sine of the phase at the first sample.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dspvnn.cases.frequency_and_phase.nets import NAME, RECORDS, SetUp
from dspvnn.signals.noise import noise_std, white
from dspvnn.signals.randomness import stream
from dspvnn.signals.waveforms import tone

N_RECORDS, N_SAMPLES, OFFSETS = RECORDS["number"], RECORDS["samples"], RECORDS["offsets"]
RATE, PI, SPREAD = RECORDS["sampling rate in Hz"], RECORDS["pi"], RECORDS["spread of the frequency in Hz"]
N_TEST = round(RECORDS["share of the test set"] * N_RECORDS)
N_TRAINING = round((1 - RECORDS["share of the rest that validates"]) * (N_RECORDS - N_TEST))
CYCLES, SNR_DB = (0.2, 6.0), (0.0, 60.0)


@dataclass(frozen=True)
class Records:
    """Sines ``(n, 200)`` and their targets ``(n, n_targets)``."""

    signals: np.ndarray
    targets: np.ndarray

    def tensors(self) -> tuple[Tensor, Tensor]:
        """Return both in single precision."""
        return (
            torch.as_tensor(self.signals, dtype=torch.float32),
            torch.as_tensor(self.targets, dtype=torch.float32),
        )

    def distinct(self) -> tuple["Records", np.ndarray]:
        """Return one record of each target, and which of them each record is."""
        targets, first, where = np.unique(self.targets, axis=0, return_index=True, return_inverse=True)
        return Records(self.signals[first], targets), where.ravel()


def sines(frequency: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Return the records of the question, ``(n_signals, 200)``."""
    time = (np.arange(N_SAMPLES) + offset[:, None]) / RATE
    return np.sin(2 * PI * frequency[:, None] * time)


def asked_records(phases: bool, seed: int) -> tuple[Records, Records]:
    """Return the records that train, and those of the test, as they were posed."""
    drawn = np.random.RandomState(RECORDS["NumPy's seed"] + seed)
    frequency = np.round(SPREAD * drawn.standard_normal(N_RECORDS))
    offset = drawn.randint(0, OFFSETS, N_RECORDS).astype(float) if phases else np.zeros(N_RECORDS)
    order = stream(seed, "split", NAME).permutation(N_RECORDS)
    test, train = (
        Records(sines(frequency[i], offset[i]), np.stack([frequency[i], offset[i]], axis=1))
        for i in (order[:N_TEST], order[N_TEST : N_TEST + N_TRAINING])
    )
    return train, test


@dataclass(frozen=True)
class Reposed:
    """Records posed again, their frequency in Hz, phase at the first sample, and deviation of the noise."""

    signals: np.ndarray
    frequency: np.ndarray
    phase: np.ndarray
    noise_std: np.ndarray

    def records(self) -> Records:
        """Return them with the targets that a net learns."""
        return Records(
            self.signals, np.stack([self.frequency, np.cos(self.phase), np.sin(self.phase)], axis=1)
        )


def reposed(
    rng: np.random.Generator, n: int, cycles: tuple[float, float], snr_db: tuple[float, float]
) -> Reposed:
    """Draw `n` records: cycles a record, phase and SNR are uniform."""
    frequency = rng.uniform(*cycles, n) * RATE / N_SAMPLES
    phase, ones = rng.uniform(-np.pi, np.pi, n), np.ones(n)
    std = noise_std(ones, rng.uniform(*snr_db, n))
    clean = tone(N_SAMPLES, frequency / RATE, phase, ones, np.zeros(n))
    return Reposed(clean + white(rng, std, N_SAMPLES), frequency, phase, std)


def records_of(how: SetUp, seed: int) -> tuple[Records, Records]:
    """Return the records on which a net is trained, and those of its test."""
    if not how.reposed:
        return asked_records(how.phases, seed)
    train, test = (
        reposed(stream(seed, use, NAME, "re-posed"), n, CYCLES, SNR_DB).records()
        for use, n in (("train", N_TRAINING), ("test", N_TEST))
    )
    return train, test
