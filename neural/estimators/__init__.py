"""The nets as estimators: what goes in, what is learned, what comes out."""

from neural.estimators.base import NeuralEstimator
from neural.estimators.burst import BurstElman, BurstLSTM
from neural.estimators.ewma import EWMALSTM, EWMALinearRNN
from neural.estimators.mixture import MixtureLSTM
from neural.estimators.tone import HeterodyneLSTM, ToneLSTM
from neural.estimators.witness import WitnessLSTM

__all__ = [
    "EWMALSTM",
    "BurstElman",
    "BurstLSTM",
    "EWMALinearRNN",
    "HeterodyneLSTM",
    "MixtureLSTM",
    "NeuralEstimator",
    "ToneLSTM",
    "WitnessLSTM",
]
