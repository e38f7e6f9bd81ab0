"""The shipped nets: how each one is made, on what it is trained, with which seeds.

A recipe is a row that a reader can see. `python -m neural.train NAME` repeats it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from dspvnn.estimator import SideInformation
from dspvnn.tasks import Task, task_of
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


@dataclass(frozen=True)
class Recipe:
    """One net: its task or the name of it, its estimator's class and arguments, and the seeds that ship.

    `label` is its name in figures and tables; `also_in` names other tasks whose line-ups it stands in.
    `overrides` change the task's training condition: shorter records, say. `also` holds the overrides of
    more conditions, which join it towards the end. `weights` names the net whose weights this one takes;
    it has none of its own then. `side_information`: what the net is given by its training, where that is
    not what its class says. `validated_on` names the cell of the task that scores the net during its
    training; where the task has none of that name, the condition that the net is trained on does.
    """

    task: str | Task
    estimator: Callable[..., NeuralEstimator]
    arguments: dict[str, Any]
    seeds: tuple[int, ...] = (0,)
    overrides: dict[str, Any] = field(default_factory=dict)
    also: tuple[dict[str, Any], ...] = ()
    weights: str = ""
    side_information: frozenset[SideInformation] = frozenset()
    label: str = ""
    also_in: tuple[str, ...] = ()
    validated_on: str = ""

    def make(self, **options: Any) -> NeuralEstimator:
        """Return the untrained estimator, `options` (seed, device, steps) set."""
        return self.estimator(**(self.arguments | options))

    def condition(self) -> Any:
        """Return the condition that the net's training signals are drawn from, the first of several."""
        return self.conditions()[0]

    def conditions(self) -> tuple[Any, ...]:
        """Return all conditions that the net's training signals are drawn from."""
        training = task_of(self.task).training
        return tuple(replace(training, **changes) for changes in (self.overrides, *self.also))


_BURST = {"hidden": 32, "batch_size": 128, "learning_rate": 5e-3}
_NOISE_FREE = {"hidden": 16, "steps": 1500, "batch_size": 64, "learning_rate": 1e-2}
_AVERAGE = {"hidden": 32, "steps": 30000, "batch_size": 64, "learning_rate": 5e-3}
_SHORT = {"n_samples": 64, "random_start": True}
_THREE = (0, 1, 2)
_FIVE = (0, 1, 2, 3, 4)

_AT_10_DB = "inside, 10 dB"  # one SNR: over all of them the error is that of the worst
_DIRECT = {"hidden": 64, "steps": 20000, "batch_size": 256, "learning_rate": 2e-3}

RECIPES: dict[str, Recipe] = {
    "tone/lstm": Recipe("tone", ToneLSTM, _DIRECT, _THREE, label="LSTM", validated_on=_AT_10_DB),
    "tone/lstm+sine-fit": Recipe(
        "tone", RefinedToneLSTM, _DIRECT, _THREE, label="LSTM + sine fit", weights="tone/lstm"
    ),
    "tone/heterodyne-lstm": Recipe(
        "tone",
        HeterodyneLSTM,
        {"hidden": 16, "steps": 2500, "batch_size": 256, "learning_rate": 3e-3},
        _THREE,
        label="heterodyne LSTM",
        also_in=("tone-mismatch",),
        validated_on=_AT_10_DB,
    ),
    "tone-mismatch/mixture-lstm": Recipe(
        "tone-mismatch",
        MixtureLSTM,
        {"hidden": 32, "steps": 3000, "batch_size": 256, "learning_rate": 4e-3},
        _THREE,
        label="mixture LSTM",
    ),
    "burst/lstm": Recipe(
        "burst",
        BurstLSTM,
        _BURST | {"steps": 20000},
        _THREE,
        label="LSTM",
        also=({},) * 4 + ({"n_samples": 650},),
    ),
    "burst/elman": Recipe(
        "burst",
        BurstElman,
        _BURST | {"hidden": 64, "steps": 10000, "learning_rate": 1e-3},
        _THREE,
        label="Elman RNN",
    ),
    "burst-noise-free/lstm": Recipe("burst-noise-free", BurstLSTM, _NOISE_FREE, _FIVE, label="LSTM"),
    "burst-noise-free/elman": Recipe("burst-noise-free", BurstElman, _NOISE_FREE, _FIVE, label="Elman RNN"),
    "ewma/lstm": Recipe("ewma", EWMALSTM, _AVERAGE | {"steps": 60000}, _THREE, label="LSTM"),
    "ewma/equivariant-lstm": Recipe(
        "ewma", EWMAEquivariantLSTM, _AVERAGE, _THREE, label="equivariant LSTM"
    ),
    "ewma/linear-rnn": Recipe(
        "ewma", EWMALinearRNN, {"steps": 10, "batch_size": 64}, _FIVE, label="linear RNN"
    ),
    "witness/lstm": Recipe("witness", WitnessLSTM, _AVERAGE, _THREE, label="LSTM", overrides=_SHORT),
    "witness/product-lstm": Recipe(
        "witness",
        WitnessProductLSTM,
        _AVERAGE | {"hidden": 16},
        _THREE,
        label="product LSTM",
        overrides=_SHORT,
    ),
}


def known(name: str) -> Recipe:
    """Return the recipe of a net that ships, or raise a ValueError that names all of them."""
    if name not in RECIPES:
        raise ValueError(f"unknown net {name!r}: the nets are {', '.join(RECIPES)}")
    return RECIPES[name]


def trained_on_their_own() -> list[str]:
    """Return the nets that have weights of their own."""
    return [name for name, recipe in RECIPES.items() if not recipe.weights]


def weights_of(name: str, recipe: Recipe | None = None) -> str:
    """Return the net whose weights net `name` takes: itself, as a rule.

    recipe : of a net that is none of `RECIPES`.
    """
    return (recipe or RECIPES[name]).weights or name
