"""The classical side of every task, and its floor: a label and a factory each."""

from collections.abc import Callable

import numpy as np

from baselines.bayes_filter import BayesFilter
from baselines.ewma import EWMA
from baselines.fft_peak import FFTPeak
from baselines.filled import Filled
from baselines.matched_filter import EnergyDetector, MatchedFilter
from baselines.remedies import (
    CensoredFit,
    ChirpFit,
    DecayFit,
    GapFit,
    HarmonicFit,
    PrewhitenedFit,
    RobustFit,
    SelectedFit,
    TwoToneFit,
)
from baselines.sine_fit import SineFit
from baselines.training_mean import TrainingMean
from baselines.witness_regression import RecursiveWitnessRegression, WitnessRegression
from dspvnn.estimator import SignalEstimator
from dspvnn.signals import half_sine
from dspvnn.tasks.ewma.task import ALPHA
from dspvnn.tasks.tone.task import TRAINING_RANGE
from dspvnn.tasks.witness.task import N_SAMPLES, SAMPLE_RATE


def burst_templates(width: float = 10.0, n_onsets: int = 4) -> np.ndarray:
    """Return the burst at `n_onsets` onsets between two samples, each up to the first sample after it."""
    return half_sine(int(width) + 1, -np.arange(n_onsets) / n_onsets, width)


def wanted_carriers() -> np.ndarray:
    """Return sin t and cos t over the witness record, ``(n_samples, 2)``."""
    time = np.arange(N_SAMPLES) / SAMPLE_RATE
    return np.stack([np.sin(time), np.cos(time)], axis=1)


Roster = dict[str, Callable[[], SignalEstimator]]

_DETECTORS: Roster = {
    "matched filter": lambda: MatchedFilter(burst_templates()),
    "normalised matched filter": lambda: MatchedFilter(burst_templates(), normalised=True),
    "energy detector": lambda: EnergyDetector(window=10),
    "constant": TrainingMean,
}

BASELINES: dict[str, Roster] = {
    "tone": {
        "FFT peak": lambda: FFTPeak("none"),
        "FFT, parabolic": lambda: FFTPeak("parabolic"),
        "FFT, Jacobsen": lambda: FFTPeak("jacobsen"),
        "FFT, Candan": lambda: FFTPeak("candan"),
        "FFT, Quinn": lambda: FFTPeak("quinn"),
        "FFT, Aboutanios-Mulgrew": lambda: FFTPeak("aboutanios-mulgrew"),
        "FFT, Aboutanios-Mulgrew less image": lambda: FFTPeak("aboutanios-mulgrew-image"),
        "sine fit": SineFit,
        "sine fit, given the range": lambda: SineFit(frequency_range=TRAINING_RANGE),
        "training mean": TrainingMean,
    },
    "tone-mismatch": {
        "FFT, Candan": lambda: Filled(FFTPeak("candan")),
        "sine fit": lambda: Filled(SineFit()),
        "fit chosen by BIC": SelectedFit,
        "robust fit": RobustFit,
        "prewhitened fit": PrewhitenedFit,
        "two-tone fit": TwoToneFit,
        "harmonic fit": HarmonicFit,
        "censored fit": CensoredFit,
        "fit that skips gaps": GapFit,
        "chirp fit": ChirpFit,
        "decay fit": DecayFit,
    },
    "burst": {"Bayes filter": BayesFilter, **_DETECTORS},
    "burst-noise-free": _DETECTORS,
    "ewma": {"exact recursion": lambda: EWMA(ALPHA), "training mean": TrainingMean},
    "witness": {
        "bilinear regression": WitnessRegression,
        "bilinear, given the carriers": lambda: WitnessRegression(carriers=wanted_carriers()),
        "bilinear, recursive": RecursiveWitnessRegression,
        "linear regression": lambda: WitnessRegression("linear"),
        "training mean": lambda: TrainingMean(n_channels=2),
    },
}
