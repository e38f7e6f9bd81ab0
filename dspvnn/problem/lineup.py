"""Who takes part in a problem of the user's own: the rosters, less those that cannot."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any, TypeVar

import numpy as np

import neural
from baselines import SineFit
from baselines.roster import BASELINES
from dspvnn.estimator import EstimationWarning, SideInformation
from dspvnn.problem.description import Problem
from dspvnn.problem.task import NAME, WHITE, ProblemTask
from dspvnn.signals.waveforms import sample_index
from dspvnn.tasks import LineUp, mismatch, tone
from dspvnn.tasks.mismatch.task import remedied
from neural.recipes import Recipe
from neural.roster import NETS

T = TypeVar("T")
GIVEN_RANGE = "sine fit, given the range"
LIKE = {  # a net that is trained for the problem: the label it has there, and whose recipe it follows
    "LSTM": "tone/lstm",
    "LSTM + sine fit": "tone/lstm+sine-fit",
    "heterodyne LSTM": "tone/heterodyne-lstm",
}
MIXTURE = "tone-mismatch/mixture-lstm"
LIKE_MISMATCH = LIKE | {"comb LSTM": MIXTURE}


def posed(problem: Problem) -> ProblemTask:
    """Return the task that the problem is, with the line-up of those who take part in it."""
    task = problem.task()
    baselines, nets = _baselines(problem), _nets(problem)
    for label in problem.estimators:
        if ":" not in label and label not in {**baselines, **nets}:
            known = "; ".join({**baselines, **nets})
            raise ValueError(f"unknown estimator {label!r}: for this problem there are {known}")
    chosen = {
        label: name
        for label, name in _chosen(problem, nets).items()
        if problem.trained or _takes(name, problem.n_samples)
    }
    return replace(
        task,
        lineup=LineUp(
            _chosen(problem, baselines),
            by_recipe=chosen,
            recipes=_recipes(problem, task) if problem.trained else neural.RECIPES,
        ),
    )


def own(problem: Problem) -> tuple[str, ...]:
    """Return the estimators of the user's own that the problem names."""
    return tuple(name for name in problem.estimators if ":" in name)


def _baselines(problem: Problem) -> dict[str, Callable[[], Any]]:
    if problem.kind == WHITE:
        in_cycles = problem.task().training.frequency_range
        return BASELINES[tone.TASK.name] | {GIVEN_RANGE: partial(SineFit, frequency_range=in_cycles)}
    return {
        label: make
        for label, make in BASELINES[mismatch.TASK.name].items()
        if not remedied(label) or problem.kind in remedied(label)
    }


def _nets(problem: Problem) -> dict[str, str]:
    if problem.trained:
        return {label: _own_name(like) for label, like in _like(problem).items()}
    return NETS[(tone if problem.kind == WHITE else mismatch).TASK.name]


def _like(problem: Problem) -> dict[str, str]:
    return LIKE if problem.kind == WHITE else LIKE_MISMATCH


def _own_name(like: str) -> str:
    return f"{NAME}/{like.partition('/')[2]}"


def _recipes(problem: Problem, task: ProblemTask) -> dict[str, Recipe]:
    """Return recipes for the problem: those of the nets that ship, on its signals and in its band."""
    band = task.training.frequency_range
    recipes = {}
    for like in _like(problem).values():
        recipe = neural.RECIPES[like]
        banded = "frequency_range" in recipe.make().get_params()
        recipes[_own_name(like)] = replace(
            recipe, task=task, weights=recipe.weights and _own_name(recipe.weights),
            arguments=recipe.arguments | ({"frequency_range": band} if banded else {}),
            side_information=frozenset({SideInformation.KIND_OF_NOISE} if like == MIXTURE else ()),
        )  # fmt: skip
    return recipes


def left_out(problem: Problem) -> list[str]:
    """Return the nets that would take part but do not take records of this length."""
    if problem.trained:
        return []
    return [
        label
        for label, name in _chosen(problem, _nets(problem)).items()
        if not _takes(name, problem.n_samples)
    ]


@cache
def _takes(name: str, n_samples: int) -> bool:
    """Whether a net takes records of this length."""
    signal = np.cos(sample_index(n_samples, np.zeros(1)))[None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)
        try:
            neural.load(name, neural.RECIPES[name].seeds[0], "cpu").predict(signal)
        except neural.WeightsError:
            raise
        except ValueError:
            return False
    return True


def _chosen(problem: Problem, entries: dict[str, T]) -> dict[str, T]:
    """Return the entries that the problem names, all of them if it names none."""
    if not problem.estimators:
        return entries
    return {label: entry for label, entry in entries.items() if label in problem.estimators}
