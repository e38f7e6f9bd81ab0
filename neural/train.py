"""Train a shipped net afresh: python -m neural.train NAME [--seed N] [--device D] [--minutes M].

Weights and cards go into ./weights, or where --out says. Those that ship are overwritten only with
--overwrite-shipped.

Under torchrun the processes train one net together: torchrun --nproc-per-node 2 -m neural.train NAME.
"""

import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import torch
from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

import neural
from dspvnn.command_line import Debug, run_command
from dspvnn.command_line.options import Count, NamedPath, Positive, Seed, Threads
from dspvnn.measure.compare import draw_cell, score
from dspvnn.measure.statistics import as_drawn
from dspvnn.results.rows import ROUNDING
from dspvnn.tasks import task_of
from neural.devices import choose_device
from neural.estimators import NeuralEstimator
from neural.parallel import team
from neural.plan import History
from neural.recipes import RECIPES, Recipe, known, trained_on_their_own
from neural.resume import checkpoint_of, is_finished, remove_checkpoints
from neural.scoring import filled, scored
from neural.storage import WEIGHTS, refuse_foreign, save_weights, weight_path
from neural.training import Validate

OUT = Path("weights")
VALIDATION_SEED = 30_000
N_VALIDATION = 500


class Interrupted(KeyboardInterrupt):
    """Training was stopped by Ctrl-C; the message says where the checkpoint is."""


def train_net(
    name: str,
    seed: int = 0,
    device: str = "auto",
    minutes: float | None = None,
    folder: Path = OUT,
    steps: int | None = None,
    validated: bool = False,
    patience: int | None = None,
    code: str = "",
    resume: bool = True,
    recipe: Recipe | None = None,
) -> NeuralEstimator:
    """Train net `name` with `seed`, score it, write weights and card into `folder`, return it.

    validated: whether the net is scored on signals of their own twenty times on the way; with `patience`,
    so many of them without progress end the training.
    code: the version of the code, for the card. Where it is given, a net that lies in `folder` already,
    trained by the same code with the same configuration, is taken as it is, and a checkpoint of another
    configuration is removed; with `resume` False so is every checkpoint, and the net is trained again.
    recipe: of a net that is none of `RECIPES`.
    """
    recipe = recipe or known(name)
    if minutes is not None and minutes <= 0:
        raise ValueError(f"minutes must be positive, got {minutes:g}")
    if recipe.weights:
        raise ValueError(f"{name} takes its weights from {recipe.weights}: train that")
    options: dict[str, Any] = {"seed": seed, "device": device}
    estimator = recipe.make(**options | ({"steps": steps} if steps else {}))
    path = weight_path(name, seed, folder)
    configuration = _configuration(name, recipe, estimator) | ({"code": code} if code else {})
    checkpoint = path.with_suffix(".checkpoint")
    if code and resume and is_finished(path, configuration):
        return neural.load(name, seed, device, folder, recipe)
    refuse_foreign(path)
    if code:
        checkpoint = checkpoint_of(path, configuration)
        remove_checkpoints(path, but=checkpoint if resume else None)
    path.parent.mkdir(parents=True, exist_ok=True)
    with progress_bar(f"{name} seed {seed}", minutes) as progress:
        validate = _validation(recipe, estimator, progress) if validated else None
        estimator.fit_task(
            task_of(recipe.task), *recipe.conditions(), checkpoint=checkpoint, report=progress,
            minutes=minutes, validate=validate, patience=patience,
        )  # fmt: skip
    if estimator.history_.interrupted:
        raise Interrupted(
            f"stopped at step {estimator.history_.step}; the checkpoint is {checkpoint}, the same command "
            "goes on from there"
        )
    if team().leads:
        save_weights(path, estimator.network_, configuration | _outcome(recipe, estimator))
    return estimator


def _validation(recipe: Recipe, estimator: NeuralEstimator, progress: "ProgressLine") -> Validate:
    """Return what scores the net as it is: the first metric over its limit, or, of none, the metric."""
    task = task_of(recipe.task)
    named = (c for c in task.conditions if c.name == recipe.validated_on)
    condition = next(named, recipe.condition())
    context = draw_cell(task, condition, N_VALIDATION, VALIDATION_SEED)
    metric, about = next(iter(task.metrics.items()))
    limit = about.value(as_drawn(task.limit_losses(context)[metric]))
    unit = f"× limit of {metric}" if limit > ROUNDING else metric

    def validate() -> float:
        value = about.value(as_drawn(score(task, estimator, filled(estimator, context)).losses[metric]))
        value = value / limit if limit > ROUNDING else value
        progress.validated(f"{value:.4g} {unit}")
        return value

    return validate


def _configuration(name: str, recipe: Recipe, estimator: NeuralEstimator) -> dict[str, Any]:
    """Return the part of the card that the weights depend on."""
    arguments = estimator.get_params()
    del arguments["device"]
    return {
        "net": name, "task": task_of(recipe.task).name, "estimator": type(estimator).__name__,
        "arguments": arguments, "seed": estimator.seed, "n_samples": recipe.condition().n_samples,
        "ranges": "; ".join(map(repr, dict.fromkeys(recipe.conditions()))),
        "device": _device_name(choose_device(estimator.device)), "threads": torch.get_num_threads(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__,
                     "numpy": np.__version__},
    }  # fmt: skip


def _outcome(recipe: Recipe, estimator: NeuralEstimator) -> dict[str, Any]:
    """Return the part of the card that training leaves."""
    history = estimator.history_
    return {
        "steps": history.step, "signals": history.step * estimator.batch_size,
        "seconds": round(history.seconds, 1),
        "trained": time.strftime("%Y-%m-%d", time.gmtime()),
        **scored(recipe.task, estimator),
        "losses": [[step, float(f"{loss:.5g}")] for step, loss in _thinned(history.losses)],
        "validations": [[step, float(f"{value:.5g}")] for step, value in history.validations],
    }  # fmt: skip


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


def _thinned(losses: list[tuple[int, float]], most: int = 100) -> list[tuple[int, float]]:
    return losses[:: max(1, -(-len(losses) // most))]


@dataclass
class ProgressLine:
    """One line of progress: loss, validation and time left. Called after every step."""

    progress: Progress
    bar: TaskID
    minutes: float | None

    def __call__(self, step: int, steps: int, loss: float, seconds: float) -> None:
        """Show the step."""
        by_time = seconds / (60 * self.minutes) if self.minutes else 0.0
        self.progress.update(self.bar, completed=max(step / steps, by_time), loss=loss)

    def validated(self, text: str) -> None:
        """Show a validation."""
        self.progress.update(self.bar, validation=text)


@contextmanager
def progress_bar(title: str, minutes: float | None = None) -> Iterator[ProgressLine]:
    """Yield the progress line of one training; it shows on a terminal, of the first process only."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"),
        TextColumn("loss {task.fields[loss]:.4g}"), TextColumn("{task.fields[validation]}"),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    hidden = not (console.is_terminal and team().leads)
    with Progress(*columns, console=console, disable=hidden) as progress:
        bar = progress.add_task(title, total=1.0, loss=float("nan"), validation="")
        yield ProgressLine(progress, bar, minutes)


app = App(
    name="python -m neural.train",
    help="Train the shipped nets afresh and write weights with their cards.",
)


@app.default
def main(
    names: Annotated[list[str] | None, Parameter(negative=())] = None,
    /,
    *,
    seed: Seed | None = None,
    device: Literal["auto", "cpu", "cuda", "onnx"] = "auto",
    minutes: Positive | None = None,
    patience: Count | None = None,
    out: NamedPath | None = None,
    overwrite_shipped: Annotated[bool, Parameter(negative=())] = False,
    threads: Threads = 1,
    debug: Debug = False,
) -> None:
    """Train nets and print each one's score.

    Parameters
    ----------
    names
        The nets, "tone/lstm" for instance; all of them when none is named.
    seed
        Train this seed only; every seed that ships by default.
    device
        auto, cpu or cuda; onnx trains as cpu does and runs validation and score with ONNX Runtime.
    minutes
        End each net's schedule after so many minutes, if its steps take longer.
    patience
        End a training after so many of its 20 validations in a row without progress.
    out
        The folder for weights and cards; ./weights by default.
    overwrite_shipped
        Overwrite the weights that ship with the package, in place of --out.
    threads
        Of torch on the CPU; more than one is slower when anything else runs.
    """
    folder = _folder(out, overwrite_shipped)
    torch.set_num_threads(threads)
    for name in names or ():
        known(name)
    for name in names or trained_on_their_own():
        for one in RECIPES[name].seeds if seed is None else (seed,):
            net = train_net(name, one, device, minutes, folder, validated=True, patience=patience)
            if team().leads:
                print(_summary(name, one, net.history_))


def _folder(out: Path | None, overwrite_shipped: bool) -> Path:
    """Return where the weights go: over those that ship only where that is said in so many words."""
    if overwrite_shipped:
        if out is not None:
            raise ValueError(f"--overwrite-shipped and --out are two folders, got --out {out}")
        return WEIGHTS
    folder = out or OUT
    if folder.resolve() == WEIGHTS.resolve():
        raise ValueError(f"{folder} holds the weights that ship: say --overwrite-shipped to overwrite them")
    return folder


def _summary(name: str, seed: int, history: History) -> str:
    last = f", validated at {history.validations[-1][1]:.4g}" if history.validations else ""
    return f"{name} seed {seed}: {history.step} steps in {history.seconds:.0f} s{last}"


if __name__ == "__main__":
    run_command(app, "neural.train")
