"""A problem in the user's words, from a TOML file: hertz, seconds and decibels in, a task out."""

import math
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dspvnn.command_line.options import FASTEST, SLOWEST
from dspvnn.problem.task import SHIPPED, WHITE, ProblemCondition, ProblemTask, noise_kinds, problem_task
from dspvnn.results.files import size_of
from dspvnn.tasks.mismatch.kinds import KINDS
from dspvnn.tasks.mismatch.task import LEVELS

FEWEST, MOST = 32, 4096  # samples of a record: what every estimator takes, and what a report waits for
LEAST_DB, MOST_DB = -60, 140  # of an SNR: beyond it is rounding that decides
MOST_BYTES = 2**16  # of the file: the example has a thousand


@dataclass(frozen=True)
class Problem:
    """What is measured, and how, in the units of the user; `task` makes a comparison of it.

    Parameters
    ----------
    sample_rate : float
        In hertz.
    record_length : float
        In seconds. A record has sample_rate times record_length samples, 32 to 4096; signals are
        ``(n_signals, n_samples)``.
    frequency_range : (low, high)
        Where the tone lies, in hertz.
    snr_range : (low, high)
        10 log10(A^2 / (2 sigma^2)), in dB.
    noise : str
        "white" or a kind of `dspvnn.tasks.mismatch.kinds.KINDS`.
    severity : str or float
        "light", "moderate", "heavy", or the number itself.
    estimators : tuple of str
        Labels of the comparison, or ``package.module:Name``, which a report imports and runs; all for none.
    trained : bool
        Whether nets are trained for it, which the command line says and not the file.

    Raises
    ------
    ValueError
        When a value lies outside its range or is of another type: the message states the rule and the
        value.

    References
    ----------
    The SNR of a tone, and the bound that goes with it: Rife and Boorstyn, "Single-tone parameter estimation
    from discrete-time observations", IEEE Trans. Inf. Theory 20(5), 1974.

    Examples
    --------
    >>> from dspvnn.problem import Problem
    >>> problem = Problem(sample_rate=1000.0, record_length=0.2, frequency_range=(45.0, 55.0))
    >>> problem.n_samples, problem.task().conditions[0].frequency_range  # in cycles per sample
    (200, (0.045, 0.055))
    """

    sample_rate: float
    record_length: float
    frequency_range: tuple[float, float]
    snr_range: tuple[float, float] = (0.0, 40.0)
    noise: str = "white"
    severity: str | float = "moderate"
    estimators: tuple[str, ...] = ()
    trained: bool = False

    def __post_init__(self) -> None:
        for name in ("frequency_range", "snr_range", "estimators"):
            object.__setattr__(self, name, _tuple(name, getattr(self, name)))
        for name, unit in (("sample_rate", "Hz"), ("record_length", "s")):
            value = getattr(self, name)
            if not _is_number(value) or not SLOWEST <= value <= FASTEST:
                raise ValueError(
                    f"{name} must be a positive number, {SLOWEST:g} to {FASTEST:g} {unit}, got {value!r}"
                )
        for name in ("frequency_range", "snr_range"):
            _check_pair(name, getattr(self, name))
        low, high = self.frequency_range
        if not 0 < low < high < self.sample_rate / 2:
            raise ValueError(
                "frequency_range must satisfy 0 < low < high < sample_rate / 2 = "
                f"{self.sample_rate / 2:g} Hz, got {low:g} to {high:g}"
            )
        if not LEAST_DB <= self.snr_range[0] <= self.snr_range[1] <= MOST_DB:
            raise ValueError(
                f"snr_range must lie from {LEAST_DB} to {MOST_DB} dB, got {self.snr_range[0]:g} to "
                f"{self.snr_range[1]:g}"
            )
        if not FEWEST <= self.n_samples <= MOST:
            raise ValueError(
                f"record_length times sample_rate must be {FEWEST} to {MOST} samples, got {self.n_samples}"
            )
        if not isinstance(self.noise, str) or self.noise not in noise_kinds():
            raise ValueError(f"noise must be one of {', '.join(noise_kinds())}, got {self.noise!r}")
        if not all(isinstance(name, str) for name in self.estimators):
            raise ValueError(f"estimators must be names, got {self.estimators}")
        self._severity_as_number()

    @property
    def n_samples(self) -> int:
        """Samples of a record."""
        return round(self.sample_rate * self.record_length)

    @property
    def kind(self) -> str:
        """The kind of noise, as `KINDS` calls it."""
        return WHITE if self.noise == "white" else self.noise

    def _severity_as_number(self) -> float:
        """Return the severity as a number."""
        levels = KINDS[self.kind].levels
        if isinstance(self.severity, str) and self.severity in LEVELS:
            return levels[LEVELS.index(self.severity)]
        if not _is_number(self.severity) or not 0 <= self.severity <= levels[-1]:  # type: ignore[operator]
            number = f", or for {self.noise} a number from 0 to {levels[-1]:g}" if levels[-1] else ""
            raise ValueError(f"severity must be {', '.join(LEVELS)}{number}, got {self.severity!r}")
        return float(self.severity)

    def task(self) -> ProblemTask:
        """Return the task: the problem as a whole, by SNR, and by frequency."""
        low, high = (f / self.sample_rate for f in self.frequency_range)
        whole = ProblemCondition(
            "whole range", n_samples=self.n_samples, frequency_range=(low, high),
            snr_range_db=self.snr_range, kind=self.kind, severity=self._severity_as_number(),
            sample_rate=self.sample_rate,
        )  # fmt: skip
        return problem_task(whole, whole if self.trained else SHIPPED)


def _is_number(value: Any) -> bool:
    """Whether a value is a finite number that a float can hold, which an integer of 400 digits is not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _tuple(name: str, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} must be a list, got {value!r}")
    return tuple(value)


def _check_pair(name: str, pair: tuple[Any, ...]) -> None:
    if len(pair) != 2 or not all(map(_is_number, pair)) or not pair[0] <= pair[1]:
        raise ValueError(f"{name} must be two numbers, [low, high] with low <= high, got {list(pair)}")


def read_problem(path: Path) -> Problem:
    """Return the problem that a TOML file describes, or raise a ValueError that names file and rule."""
    words = _words(path)
    known = {f.name for f in fields(Problem)} - {"trained"}
    for name in words:
        if name not in known:
            raise ValueError(f"{path}: unknown word {name!r}: the words are {', '.join(sorted(known))}")
    for name in ("sample_rate", "record_length", "frequency_range"):
        if name not in words:
            raise ValueError(f"{path}: {name} is missing; dspvnn report --write-config shows an example")
    try:
        return Problem(**words)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _words(path: Path) -> dict[str, Any]:
    """Return what a TOML file says, whatever it may mean."""
    try:
        if size_of(path) > MOST_BYTES:
            raise ValueError(f"{path}: a configuration has {MOST_BYTES} bytes at most, got {size_of(path)}")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: the configuration cannot be read: {error}") from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(f"{path}: not valid TOML: nested too deeply") from None
    except ValueError as error:  # a TOMLDecodeError, or an integer of thousands of digits
        raise ValueError(f"{path}: not valid TOML: {error}") from None
