"""A problem of the user's own: a tone in their band, their records, their noise; errors in hertz.

The signals are those of `dspvnn.tasks.mismatch.task` (and with white noise of `dspvnn.tasks.tone.task`):
amplitude 1/2 to 2, offset -1 to 1, uniform phase. Estimates are in cycles per sample as everywhere,
losses in hertz.
A cell's region says where it lies from what the nets were trained on: the training range of those that
ship or, if they are trained for the problem, all of it.
"""

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dspvnn.limits import TonePrior, tone_posterior
from dspvnn.problem.page import problem_page
from dspvnn.tasks.base import NOTHING, Calibration, Context, Given, LineUp, Metric, Pair, Trials
from dspvnn.tasks.mismatch.kinds import KINDS
from dspvnn.tasks.mismatch.task import Mismatch, MismatchCondition
from dspvnn.tasks.tone.task import KNOWS_RANGE, Tone

NAME, WHITE = "problem", "none"
N_SNRS, N_BANDS = 5, 6


@dataclass(frozen=True)
class ProblemCondition(MismatchCondition):
    """A cell of the problem; `position` in decibels or hertz."""

    sample_rate: float = 1.0

    @property
    def position(self) -> float:
        """The SNR in dB, or the middle of the frequencies in hertz."""
        return self.snr_db if self.sweep == "snr" else sum(self.frequency_range) / 2 * self.sample_rate


SHIPPED = ProblemCondition("training range", snr_range_db=Tone.training.snr_range_db)  # of nets that ship


@dataclass(frozen=True)
class ProblemTask(Mismatch):
    """The task that a problem is; made by `problem_task`."""

    name: str = NAME
    title: str = "Your own problem"
    side_information: Given = KNOWS_RANGE
    training: ProblemCondition = ProblemCondition("whole range")
    conditions: tuple[ProblemCondition, ...] = field(default=(), repr=False)
    metrics: dict[str, Metric] = field(default_factory=lambda: {"frequency rmse": Metric("Hz", root=True)})
    pairs: tuple[Pair, ...] = ()
    lineup: LineUp = field(default_factory=LineUp, repr=False, compare=False)

    def n_signals(self, requested: int, condition: MismatchCondition) -> int:
        """Return how many signals a cell takes."""
        return requested

    def losses(
        self, trials: Trials, estimates: np.ndarray, calibration: Calibration | None = None
    ) -> dict[str, np.ndarray]:
        """Return the squared error of the frequency, in Hz^2."""
        return {"frequency rmse": ((estimates - trials.target) * self.training.sample_rate) ** 2}

    def is_least_error(self, condition: ProblemCondition, given: Given = NOTHING) -> bool:
        """Whether the limit is the least error of all estimators: not where part of the range is drawn."""
        whole = condition.frequency_range == self.training.frequency_range
        return whole and self._has_posterior(condition, given)

    @staticmethod
    def _has_posterior(condition: ProblemCondition, given: Given) -> bool:
        return bool(given & KNOWS_RANGE) and condition.kind == WHITE and bool(np.isfinite(condition.snr_db))

    def limit_losses(self, context: Context, given: Given = NOTHING) -> dict[str, np.ndarray]:
        """Return the Cramér-Rao bound of whoever knows the kind of noise, in Hz^2.

        Given the range, in white noise of known SNR, it is the loss of the Bayes posterior mean.
        """
        condition = context.condition
        if self._has_posterior(condition, given):
            prior = TonePrior(self.training.frequency_range)
            return self.losses(
                context.trials, tone_posterior(context.trials.signals, condition.snr_db, prior).mean
            )
        bound = super().limit_losses(context, given)["frequency rmse"]
        return {"frequency rmse": bound * self.training.sample_rate**2}


def region(condition: MismatchCondition, trained: MismatchCondition = SHIPPED) -> str:
    """Return where a cell lies from a training range: "inside" only if all of it does."""
    if (condition.kind, condition.severity) != (trained.kind, trained.severity):
        return "mismatch"
    low, high = condition.frequency_range
    snrs = condition.snr_range_db
    if condition.n_samples != trained.n_samples or not _within(snrs, trained.snr_range_db):
        return "beyond"
    if _within((low, high), trained.frequency_range):
        return "inside"
    if high <= trained.frequency_range[0]:
        return "below"
    return "above" if low >= trained.frequency_range[1] else "beyond"


def _within(inner: tuple[float, float], outer: tuple[float, float]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def problem_task(whole: ProblemCondition, trained: MismatchCondition = SHIPPED) -> ProblemTask:
    """Return the task of a problem whose cells lie in `whole`: all of it, by SNR, and by frequency.

    trained : what the nets were trained on.
    """
    rate, middle = whole.sample_rate, sum(whole.snr_range_db) / 2
    cells: list[Any] = [whole]
    for name, snr in {f"{s:.4g} dB": s for s in np.linspace(*whole.snr_range_db, N_SNRS).tolist()}.items():
        cells.append(replace(whole, name=name, sweep="snr", snr_range_db=(snr, snr)))
    edges = np.linspace(*whole.frequency_range, N_BANDS + 1).tolist()
    for low, high in itertools.pairwise(edges):
        name = f"{low * rate:.4g} to {high * rate:.4g} Hz, {middle:g} dB"
        cells.append(
            replace(whole, name=name, sweep="frequency", frequency_range=(low, high),
                    snr_range_db=(middle, middle))
        )  # fmt: skip
    placed = tuple(replace(c, region=region(c, trained)) for c in cells)
    return ProblemTask(training=whole, conditions=placed, page=problem_page(placed))


def noise_kinds() -> dict[str, str]:
    """Return the kinds of noise that a problem may have, with what their severity is."""
    return {"white" if name == WHITE else name: kind.severity for name, kind in KINDS.items()}
