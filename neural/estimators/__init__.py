"""The nets as estimators: what goes in, what is learned, what comes out."""

from neural.estimators.base import NeuralEstimator
from neural.estimators.burst import BurstElman, BurstLSTM
from neural.estimators.ewma import EWMALSTM, EWMAEquivariantLSTM, EWMALinearRNN
from neural.estimators.heterodyne import HeterodyneLSTM
from neural.estimators.hybrid import RefinedToneLSTM
from neural.estimators.mixture import MixtureLSTM
from neural.estimators.tone import ToneLSTM
from neural.estimators.witness import WitnessLSTM, WitnessProductLSTM

__all__ = [
    "EWMALSTM",
    "BurstElman",
    "BurstLSTM",
    "EWMAEquivariantLSTM",
    "EWMALinearRNN",
    "HeterodyneLSTM",
    "MixtureLSTM",
    "NeuralEstimator",
    "RefinedToneLSTM",
    "ToneLSTM",
    "WitnessLSTM",
    "WitnessProductLSTM",
]
