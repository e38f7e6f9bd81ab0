"""LSTM estimators that keep scikit-learn's contract, with trained weights that ship.

>>> import neural
>>> net = neural.load("tone/lstm")
>>> net.predict(signals)  # doctest: +SKIP
"""

from pathlib import Path
from typing import Any

from neural.estimators import (
    EWMALSTM,
    BurstElman,
    BurstLSTM,
    EWMAEquivariantLSTM,
    EWMALinearRNN,
    HeterodyneLSTM,
    MixtureLSTM,
    NeuralEstimator,
    RefinedToneLSTM,
    ToneLSTM,
    WitnessLSTM,
    WitnessProductLSTM,
)
from neural.recipes import RECIPES, Recipe, known, weights_of
from neural.storage import WeightsError, load_weights, read_card, weight_path, weights_digest

__all__ = [
    "EWMALSTM",
    "RECIPES",
    "BurstElman",
    "BurstLSTM",
    "EWMAEquivariantLSTM",
    "EWMALinearRNN",
    "HeterodyneLSTM",
    "MixtureLSTM",
    "NeuralEstimator",
    "RefinedToneLSTM",
    "ToneLSTM",
    "WeightsError",
    "WitnessLSTM",
    "WitnessProductLSTM",
    "load",
    "read_card",
    "weight_path",
    "weights_digest",
    "weights_of",
]


def load(
    name: str,
    seed: int = 0,
    device: str = "auto",
    folder: Path | None = None,
    recipe: Recipe | None = None,
) -> NeuralEstimator:
    """Return a trained net, ready to `predict`.

    Parameters
    ----------
    name : str
        A key of `RECIPES`, "tone/lstm" for instance.
    seed : int
        Which of the shipped trainings.
    device : "auto", "cpu", "cuda" or "onnx"
    folder : Path, optional
        Where the weights lie; those that ship with the package by default.
    recipe : neural.recipes.Recipe, optional
        Of a net that is none of `RECIPES`.

    Raises
    ------
    WeightsError
        When the file is missing, damaged, or of another net.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> net = neural.load("tone/lstm", device="cpu")
    >>> net.predict([np.cos(2 * np.pi * 0.12 * np.arange(128))]).round(2)  # cycles per sample
    array([0.12])
    """
    recipe = recipe or known(name)
    trained = weights_of(name, recipe)
    path = weight_path(trained, seed, folder)
    card = read_card(path)
    if (card["net"], card["seed"]) != (trained, seed):
        raise WeightsError(f"{path}: the card is of {card['net']} seed {card['seed']}")
    estimator: Any = recipe.make(**(card["arguments"] | {"device": device}))
    estimator.build(card["n_samples"])
    load_weights(path, estimator.network_, card)
    estimator.card_ = card
    if recipe.side_information:
        estimator.side_information = recipe.side_information
    return estimator
