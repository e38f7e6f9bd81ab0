"""The numbers that options take: each is checked where it is read, before any work, and never rounded.

These types stand in a command's signature in place of `int` and `float`. A whole number is written in
digits, so `1.5`, `1e3`, `0x10` and `1_000` are refused; nan, infinity and what a float cannot hold are no
numbers here.
"""

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter, Token

LARGEST = 2**63 - 1
MOST_JOBS = 1024  # processes, each of which takes hundreds of megabytes
MOST_THREADS = 1024
SLOWEST, FASTEST = 1e-18, 1e18  # hertz: a sample in the age of the universe, and X-rays
MOST_RECORDS = 10**15  # up to here every whole number is a float, too
_DIGITS = re.compile(r"[+-]?[0-9]+")
_DECIMALS = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def _one(read: Callable[[str], Any]) -> Parameter:
    return Parameter(converter=lambda _, tokens: read(tokens[0].value))


def _several(read: Callable[[str], Any]) -> Parameter:
    def convert(_: Any, tokens: Sequence[Token]) -> list[Any]:
        return [read(token.value) for token in tokens]

    return Parameter(converter=convert, negative=())


def _pair(read: Callable[[str], Any]) -> Parameter:
    def convert(_: Any, tokens: Sequence[Token]) -> tuple[Any, ...]:
        try:
            return tuple(read(token.value) for token in tokens)
        except ValueError as error:  # of a pair, cyclopts does not say which option it was
            raise ValueError(f"Invalid value for {tokens[0].keyword}: {error}") from None

    return Parameter(converter=convert, negative=())


def _whole(least: int, most: int = LARGEST) -> Callable[[str], int]:
    rule = f"must be a whole number from {least} to {most}"

    def read(text: str) -> int:
        value = int(text) if _DIGITS.fullmatch(text) and len(text) <= 20 else -1
        if not least <= value <= most:
            raise ValueError(f"{rule}, got {text!r}")
        return value

    return read


def _real(rule: str, holds: Callable[[float], bool] = math.isfinite) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text) if _DECIMALS.fullmatch(text) else math.nan
        if not (math.isfinite(value) and holds(value)):
            raise ValueError(f"must be {rule}, got {text!r}")
        return value + 0.0  # which makes 0 of -0

    return read


def _records(text: str) -> int:
    """Return a whole number that may also be written as 2.5e4."""
    value = float(text) if _DECIMALS.fullmatch(text) else math.nan
    if not (1 <= value <= MOST_RECORDS and value.is_integer()):
        raise ValueError(f"must be a whole number from 1 to {MOST_RECORDS:g}, 1e6 say, got {text!r}")
    return int(value)


def _path(text: str) -> Path:
    if not text:
        raise ValueError("must be a path, got ''")  # which pathlib takes for the working folder
    return Path(text)


Whole = Annotated[int, _one(_whole(0))]
Seed = Whole
Count = Annotated[int, _one(_whole(1))]
Jobs = Annotated[int, _one(_whole(0, MOST_JOBS))]
Threads = Annotated[int, _one(_whole(1, MOST_THREADS))]
Records = Annotated[int, _one(_records)]
Real = Annotated[float, _one(_real("a finite number"))]
Positive = Annotated[float, _one(_real("a positive number", lambda value: value > 0))]
Hertz = Annotated[
    float,
    _one(
        _real(f"a frequency from {SLOWEST:g} to {FASTEST:g} Hz", lambda value: SLOWEST <= value <= FASTEST)
    ),
]
Reals = Annotated[list[float], _several(_real("a finite number"))]
Pair = Annotated[tuple[float, float], _pair(_real("a finite number"))]
NamedPath = Annotated[Path, _one(_path)]
