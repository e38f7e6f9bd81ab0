"""The neural side of every task: a label and the name of a recipe each; and the constructed nets.

The labels, and the tasks that a net stands in, are those of its recipe (`neural.recipes`).
"""

from collections.abc import Callable

import numpy as np

from dspvnn.estimator import SignalEstimator
from dspvnn.signals import half_sine
from dspvnn.tasks import TASKS
from dspvnn.tasks.ewma.task import ALPHA
from neural.constructed import (
    ConstructedEWMA,
    ConstructedHeterodyne,
    ConstructedMatchedFilter,
    ConstructedProductLSTM,
    ConstructedProductUnit,
    ConstructedSwitch,
)
from neural.recipes import RECIPES

NETS: dict[str, dict[str, str]] = {
    task: {r.label: name for name, r in RECIPES.items() if task in (r.task, *r.also_in)} for task in TASKS
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
