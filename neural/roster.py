"""The neural side of every task: a label and the name of a recipe each; and the constructed nets."""

from collections.abc import Callable

import numpy as np

from dspvnn.estimator import SignalEstimator
from dspvnn.signals import half_sine
from dspvnn.tasks.ewma.task import ALPHA
from neural.constructed import (
    ConstructedEWMA,
    ConstructedHeterodyne,
    ConstructedMatchedFilter,
    ConstructedProductLSTM,
    ConstructedProductUnit,
    ConstructedSwitch,
)

NETS: dict[str, dict[str, str]] = {
    "tone": {
        "LSTM": "tone/lstm",
        "LSTM + sine fit": "tone/lstm+sine-fit",
        "heterodyne LSTM": "tone/heterodyne-lstm",
    },
    "tone-mismatch": {
        "heterodyne LSTM": "tone/heterodyne-lstm",
        "mixture LSTM": "tone-mismatch/mixture-lstm",
    },
    "burst": {"LSTM": "burst/lstm", "Elman RNN": "burst/elman"},
    "burst-noise-free": {
        "LSTM": "burst-noise-free/lstm",
        "Elman RNN": "burst-noise-free/elman",
    },
    "ewma": {
        "LSTM": "ewma/lstm",
        "equivariant LSTM": "ewma/equivariant-lstm",
        "linear RNN": "ewma/linear-rnn",
    },
    "witness": {"LSTM": "witness/lstm", "product LSTM": "witness/product-lstm"},
}


# A label is that of the trained net of the same architecture, and ", constructed".
CONSTRUCTED: dict[str, dict[str, Callable[[], SignalEstimator]]] = {
    "tone": {"heterodyne LSTM, constructed": ConstructedHeterodyne},
    "tone-mismatch": {},
    "burst": {
        "Elman RNN, constructed": lambda: ConstructedMatchedFilter(
            half_sine(11, -np.arange(4) / 4, 10.0)  # four onsets between two samples
        )
    },
    "burst-noise-free": {"Elman RNN, constructed": ConstructedSwitch},
    "ewma": {"LSTM, constructed": lambda: ConstructedEWMA(ALPHA)},
    "witness": {
        "LSTM, constructed": ConstructedProductLSTM,
        "product unit, constructed": ConstructedProductUnit,
    },
}
