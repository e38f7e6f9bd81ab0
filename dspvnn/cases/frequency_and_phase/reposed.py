"""Frequency and phase, put so that the question has an answer: f > 0, phase of the first sample, noise."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from baselines import SineFit
from dspvnn.cases.base import Clock, Measurement, Outcome
from dspvnn.cases.frequency_and_phase.posed import (
    FREQUENCY,
    N_SAMPLES,
    N_TEST,
    N_TRAINING,
    NAME,
    NOISE_STD,
    RATE,
    SetUp,
    cost,
    train,
)  # fmt: skip
from dspvnn.limits import tone_bound
from dspvnn.signals.randomness import stream
from dspvnn.signals.waveforms import tone
from dspvnn.tasks import TASKS
from dspvnn.tasks.metrics import phase_error
from dspvnn.tasks.tone.task import ToneCondition
from neural import HeterodyneLSTM

PHASE = "rms error of the phase"
REPOSED, ABOVE = "re-posed, 500 to 2,500 Hz", "re-posed, 2,500 to 4,500 Hz"


@dataclass(frozen=True)
class Reposed:
    """Records of the re-posed question, with frequency in Hz and phase at the first sample."""

    signals: np.ndarray
    frequency: np.ndarray
    phase: np.ndarray


def _reposed(rng: np.random.Generator, n: int, low: float, high: float) -> Reposed:
    frequency, phase = rng.uniform(low, high, n), rng.uniform(-np.pi, np.pi, n)
    clean = tone(N_SAMPLES, frequency / RATE, phase, np.ones(n), np.zeros(n))
    return Reposed(clean + NOISE_STD * rng.standard_normal(clean.shape), frequency, phase)


def question_net(seed: int, scale: float) -> Measurement:
    """Train the question's net on the re-posed question: targets f, cos and sin of the phase, scaled."""
    drawn = _reposed(stream(seed, "train", NAME, "re-posed"), N_TRAINING, 500, 2500)
    y = np.stack([drawn.frequency, np.cos(drawn.phase), np.sin(drawn.phase)], axis=1)
    how = replace(SetUp(), rectified=False)
    net, clock = train(how, drawn.signals, y, scale, scaled=True)

    def predict(X: np.ndarray) -> np.ndarray:
        f, cos, sin = net.predict(X).T
        return np.stack([f, np.arctan2(sin, cos)], axis=1)

    return Measurement(_scored(predict, seed), clock.seconds, *cost(how, scale))


BASEBAND_STEPS = 1200


def baseband(seed: int, scale: float) -> Measurement:
    """Train the LSTM at baseband for the frequency; the phase is that of the sine fitted there."""
    condition = ToneCondition("training", n_samples=N_SAMPLES, snr_range_db=(10.0, 40.0))
    net = HeterodyneLSTM(
        hidden=16, steps=max(10, round(BASEBAND_STEPS * scale)), batch_size=64, seed=seed, device="cpu",
        n_frames=20,
    )  # fmt: skip
    clock = Clock()
    with clock:
        net.fit_task(TASKS["tone"], condition)
    net.set_params(sample_rate=RATE, outputs=("frequency", "phase"))

    return Measurement(_scored(net.predict, seed), clock.seconds, net.steps * net.batch_size)


def sine_fit(seed: int, scale: float) -> Measurement:
    """Measure the least-squares sine."""
    fitted = SineFit(sample_rate=RATE, outputs=("frequency", "phase"))
    return Measurement(_scored(fitted.predict, seed))


def _scored(predict: Callable[[np.ndarray], np.ndarray], seed: int) -> list[Outcome]:
    outcomes = []
    for condition, low, high in ((REPOSED, 500, 2500), (ABOVE, 2500, 4500)):
        drawn = _reposed(stream(seed, "test", NAME, condition), 4 * N_TEST, low, high)
        ones = np.ones(len(drawn.phase))
        bound = tone_bound(N_SAMPLES, drawn.frequency / RATE, drawn.phase, ones, NOISE_STD * ones)
        estimates, region = predict(drawn.signals), "above" if condition == ABOVE else "inside"
        off_f = (estimates[:, 0] - drawn.frequency) ** 2
        off_phase = phase_error(drawn.phase, estimates[:, 1]) ** 2
        outcomes += [
            Outcome(condition, FREQUENCY, off_f, bound["frequency"] * RATE**2, region),
            Outcome(condition, PHASE, off_phase, bound["phase"], region),
        ]
    return outcomes
