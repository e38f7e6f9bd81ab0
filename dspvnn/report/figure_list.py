"""Which figures a report has: from which rows each is drawn, its caption, and its text alternative."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.figure import Figure

from dspvnn.figures import curves as figures
from dspvnn.figures.coverage import coverage
from dspvnn.figures.mismatch_map import mismatch_map
from dspvnn.figures.problem import problem_front
from dspvnn.figures.rates import rates
from dspvnn.figures.runtime import growth, pareto
from dspvnn.problem.task import NAME as PROBLEM
from dspvnn.problem.task import ProblemTask
from dspvnn.results.metrics import DELAY, EXPONENT, MISS_AT_RATE, RATIO, RUNTIME, TIME_OF_A_CALL
from dspvnn.results.numbers import number
from dspvnn.results.rows import Row
from dspvnn.tasks import TASKS

SIMULATED = ("inside", "below", "above", "beyond")
TIMED = (  # task, its title, the metric whose error stands against time, and the regions of its cells
    *((name, task.title, next(iter(task.metrics)), ("inside", "mismatch")) for name, task in TASKS.items()),
    (PROBLEM, ProblemTask.title, "frequency rmse", (*SIMULATED, "mismatch")),
)


@dataclass(frozen=True)
class Picture:
    """A figure of the rows of one task in some regions.

    metric: what the names of their metrics begin with; empty for the task's own metrics.
    """

    name: str
    task: str
    draw: Callable[[Sequence[Row]], Figure]
    caption: str
    shows: str
    regions: tuple[str, ...] = SIMULATED
    metric: str | tuple[str, ...] = ""

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that this figure is drawn from."""
        return [
            r
            for r in rows
            if r.task == self.task
            and r.region in self.regions
            and (r.metric.startswith(self.metric) if self.metric else r.metric in TASKS[self.task].metrics)
        ]

    def alternative(self, rows: Sequence[Row]) -> str:
        """Return the figure in words: what it shows, and every estimator's range of values."""
        mine, parts = self.rows(rows), []
        for label in dict.fromkeys(r.estimator for r in mine):
            values = [r.value for r in mine if r.estimator == label]
            parts.append(f"{label} from {number(min(values))} to {number(max(values))}")
        return f"Plot of the {self.shows}: " + "; ".join(parts) + "."


def _dots(label: str, limit: str = "limit") -> Callable[[Sequence[Row]], Figure]:
    return partial(figures.dots, xlabel=label, limit_label=limit)


PICTURES = (
    Picture(
        "tone", "tone", figures.tone_front,
        "Error of the frequency against SNR and against frequency. Black: the Cramér-Rao bound, which no "
        "unbiased estimator beats; dashed: the Bayes floor, the least error of whoever knows the range. "
        "Shaded: the range that the nets were trained on.",
        "rms error of the frequency",
    ),
    Picture(
        PROBLEM, PROBLEM, problem_front,
        "Your own problem: error of the frequency against SNR, over the whole band, and against frequency, "
        "at the middle SNR. Black: the limit. Shaded: the training range of the nets.",
        "rms error of the frequency in hertz", (*SIMULATED, "mismatch"),
        "frequency rmse",
    ),
    Picture(
        "recorded", "tone", _dots("rms error of the frequency, in the recording's unit", "white noise"),
        "Recorded series whose truth is known. The black line is the Cramér-Rao bound as if everything but "
        "the cycle were white noise: a yardstick here, not a bound.",
        "rms error of the frequency on recorded series", ("recorded",), "frequency rmse",
    ),
    Picture(
        "coverage", "tone", coverage,
        "How often estimate ± z std holds the true frequency, of all who name their own standard error, in "
        "intervals that should hold it 68 % (lower lines) and 95 % (upper lines) of the time. A range that "
        "was told makes every interval outside it wrong.",
        "share of intervals that hold the true frequency", metric="coverage",
    ),
    Picture(
        "tone-mismatch", "tone-mismatch", mismatch_map,
        "Who is ahead where the model of a sine in white noise is wrong: geometric mean of the error ratio "
        "on the same signals, with its interval over signals and the net's trainings.",
        "factor between the error of the net of the mixture and that of the classical methods",
        ("mismatch",), RATIO,
    ),
    Picture(
        "burst", "burst", figures.burst_sweep,
        "Bursts in noise: wrong samples and missed bursts against the strength of the burst. Black: the "
        "best that is possible for one who knows the strength.",
        "sample error and miss rate of burst detection", ("inside",),
    ),
    Picture(
        "burst-beyond", "burst", _dots("share of wrong samples", "Bayes filter"),
        "The same where the bursts are not those of the training range.",
        "share of wrong samples outside the training range", ("beyond",), "sample error rate",
    ),
    Picture(
        "burst-rates", "burst", rates,
        "Left: bursts that are missed where false alarms are rare; black: the likelihood ratio averaged "
        "over onset and strength, the best that is possible. Right: how long the switch takes to find a "
        "burst, against the mean run between two false alarms; no exact limit is known.",
        "miss rate at low false-alarm rates and detection delay", ("inside",), (MISS_AT_RATE, DELAY),
    ),
    Picture(
        "burst-noise-free", "burst-noise-free", _dots("share of wrong samples (open: none)"),
        "A burst without noise, every seed of the nets a dot. The limit is 0.",
        "share of wrong samples without noise",
    ),
    Picture(
        "ewma", "ewma", _dots("rms error over the standard deviation of y", "rounding"),
        "The moving average inside the training range (left) and outside it.",
        "relative rms error of the moving average",
    ),
    Picture(
        "witness", "witness", _dots("rms residual over the rms contamination", "least squares"),
        "What is left of the contamination on unseen noise. 0.01 is −40 dB. An estimator that was told the "
        "carriers, or fitted on the contamination, has a limit of its own.",
        "relative residual of the contamination",
    ),
    Picture(
        "growth", "tone", growth,
        "Time of a call against the number of records (left) and their length (right), on doubling sizes. "
        "The number beside a name is the exponent over the four largest: 1 is proportional.",
        "time of a call against its size, in seconds", ("inside",), (TIME_OF_A_CALL, EXPONENT),
    ),
    *(
        Picture(
            f"pareto-{name}", name, pareto,
            f"{title}: error against time per signal in a large batch. The grey line joins the "
            "estimators that no other beats in both; the seeds of a net are a mark each.",
            "error against time per signal", regions, (metric, RUNTIME),
        )
        for name, title, metric, regions in TIMED
    ),
    *(
        Picture(
            f"runtime-{name}", name, figures.runtime,
            f"{title}: time per signal, one thread, NumPy array in to NumPy array out.",
            "seconds per signal", ("inside",), RUNTIME,
        )
        for name, title, *_ in TIMED
    ),
)  # fmt: skip


def pictures_of(rows: Sequence[Row]) -> list[Picture]:
    """Return the figures that the rows hold the numbers of."""
    return [picture for picture in PICTURES if picture.rows(rows)]
