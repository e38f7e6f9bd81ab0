"""Classical estimators that keep scikit-learn's contract. Importing them never imports torch.

>>> from baselines import SineFit
>>> SineFit(sample_rate=1000.0).predict(signals)  # doctest: +SKIP
"""

from baselines.bayes_filter import BayesFilter
from baselines.ewma import EWMA
from baselines.fft_peak import FFTPeak
from baselines.filled import Filled
from baselines.harmonic_series import HarmonicSeriesFit
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

__all__ = [
    "EWMA",
    "BayesFilter",
    "CensoredFit",
    "ChirpFit",
    "DecayFit",
    "EnergyDetector",
    "FFTPeak",
    "Filled",
    "GapFit",
    "HarmonicFit",
    "HarmonicSeriesFit",
    "MatchedFilter",
    "PrewhitenedFit",
    "RecursiveWitnessRegression",
    "RobustFit",
    "SelectedFit",
    "SineFit",
    "TrainingMean",
    "TwoToneFit",
    "WitnessRegression",
]
