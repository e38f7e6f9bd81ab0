"""Records of a tone and of what spoils it, for the tests of the fits that know what to do about it."""

import numpy as np

from baselines.model_fit import ModelFit
from baselines.remedies import ChirpFit, DecayFit, HarmonicFit, TwoToneFit
from dspvnn.signals import chirp, decaying_tone, harmonic_tone, tone
from dspvnn.signals.randomness import stream

N = 128


def drawn(label, n_signals=6, snr_db=20):
    """Frequency, phase, amplitude, offset of tones, and white noise of that SNR."""
    rng = stream(0, "model fit", label)
    p = [rng.uniform(0.06, 0.2, n_signals), rng.uniform(-3, 3, n_signals), rng.uniform(0.5, 2, n_signals),
         rng.uniform(-1, 1, n_signals)]  # fmt: skip
    std = p[2] / np.sqrt(2 * 10 ** (snr_db / 10))
    return p, std[:, None] * rng.standard_normal((n_signals, N))


def signals(model, label="signals", n_signals=6):
    """Records of a model at moderate severity, with the severity itself."""
    p, noise = drawn(f"{model} {label}", n_signals)
    f, phase, amplitude, offset = p
    ones = np.ones(n_signals)
    if model == "chirp":
        clean = chirp(N, *p, 1.5 * ones)
    elif model == "decay":
        clean = decaying_tone(N, *p, 2.0 * ones)
    elif model == "two tones":
        clean = tone(N, *p) + tone(N, f + 5 / N, phase[::-1], 0.4 * amplitude, 0 * offset)
    elif model == "harmonics":
        phases, shares = np.stack([phase, phase[::-1], -phase], axis=1), np.array([1.0, 0.3, 0.15])
        clean = harmonic_tone(N, f, phases, amplitude[:, None] * shares, offset)
    else:
        clean = tone(N, *p)
    return clean + noise, f


FITS = {"tone": ModelFit, "chirp": ChirpFit, "decay": DecayFit, "two tones": TwoToneFit,
        "harmonics": HarmonicFit}  # fmt: skip
