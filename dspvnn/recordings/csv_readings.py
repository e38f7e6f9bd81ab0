"""Every way to read a column of numbers in a text file: one is taken where it is certain, two are refused.

A file does not say which sign is its delimiter, which one its decimal sign, and which one groups thousands:
`1,5` is one number in Paris and two in London. A *reading* is one choice of the three. Every reading is
held against all lines, and the evidence for it is compared in this order:

1. all lines have the same number of fields;
2. no column of numbers holds words;
3. the header has a name for every field, or the first column goes up evenly, as time does;
4. every column holds numbers;
5. numbers are written as programs write them (not 05, not -0, which are halves of a number);
6. points between thousands have company (`points_have_company`).

Two readings that are equally good and give different samples are refused, with the options that choose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from dspvnn.recordings.csv_columns import Columns, Kinds, Table, n_numbers, points_have_company, split
from dspvnn.recordings.number_format import NAMES, NumberFormat, formats

DELIMITERS = {
    "comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "space": " ", "pipe": "|", "none": "",
}  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """What the user says of a file; None where the file has to say it itself.

    decimal : "." or ",".
    delimiter : one character, or "" for a file of one column.
    column : its number, from 1, or its name in the header.
    """

    decimal: str | None = None
    delimiter: str | None = None
    column: str | None = None

    @classmethod
    def of(cls, decimal: str | None, delimiter: str | None, column: str | None) -> Self:
        """Return the dialect that the options --decimal, --delimiter and --column describe."""
        sign = DELIMITERS.get(delimiter, delimiter) if delimiter is not None else None
        if delimiter == "" or (sign and (len(sign) > 1 or sign.isalnum() or sign in ".+-'\"\r\n")):
            names = ", ".join(name for name in DELIMITERS if name.isalpha())
            raise ValueError(
                f"--delimiter must be {names} or one sign that is in no number, got {delimiter!r}"
            )
        return cls(decimal, sign, column)


UNSAID = Dialect()


@dataclass(frozen=True)
class Reading:
    """One way to read a table. `column` counts from 0; `rank` is the evidence for it, more is better."""

    columns: Columns
    numbers: NumberFormat
    column: int
    n_header: int
    rank: tuple[int, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns in the last line of the header."""
        return next(reversed(self.columns.header(self.n_header)), [""] * self.columns.n_columns)

    def __str__(self) -> str:
        n_columns, name = self.columns.n_columns, self.names[self.column]
        where = f"column {self.column + 1} of {n_columns}" if n_columns > 1 else "one column"
        words = [f"{where} ({name})" if name else where]
        if n_columns > 1:
            words.append(f"{_named(self.columns.delimiter)} as the delimiter")
        words.append(f"{_named(self.numbers.decimal)} as the decimal sign")
        if self.numbers.thousands:
            words.append(f"{_named(self.numbers.thousands)} between thousands")
        return ", ".join(words)

    @property
    def is_time(self) -> bool:
        """Whether the column is the first of several and goes up evenly."""
        return self.column == 0 and self.columns.counts_up(self.numbers, self.n_header)

    def samples(self) -> np.ndarray:
        """Return the samples, NaN where one is missing."""
        return self.columns.samples(self.numbers, self.column, self.n_header)

    def value(self, line: str) -> float:
        """Return the sample of a line."""
        fields = next(split([line], self.columns.delimiter), [])
        return self.numbers.value(fields[self.column]) if len(fields) > self.column else np.nan

    def options(self, other: "Reading") -> str:
        """Return the options that ask for this reading and not for the other one."""
        words = []
        if self.columns.delimiter != other.columns.delimiter:
            words.append(f"--delimiter {_named(self.columns.delimiter)}")
        if self.numbers.decimal != other.numbers.decimal:
            words.append(f"--decimal '{self.numbers.decimal}'")
        return " ".join(words)


def _named(sign: str) -> str:
    return NAMES.get(sign, repr(sign))


def read_table(lines: list[str], dialect: Dialect) -> tuple[np.ndarray, str]:
    """Return the samples of a column, NaN where one is missing, and how they were read, in words.

    Raises
    ------
    ValueError
        When no column holds numbers, or two readings are equally good and differ.
    """
    readings = list(_readings(lines, dialect))
    if not readings:
        raise ValueError(_why_not(lines, dialect))
    best = max(reading.rank for reading in readings)
    first, *others = (reading for reading in readings if reading.rank == best)
    if dialect.column is None and first.is_time:
        raise ValueError(
            f"only its first column ({first}) holds numbers, and they go up evenly, as time does: choose a "
            "column with --column"
        )
    samples = first.samples()
    for other in others:
        if not np.array_equal(samples, other.samples(), equal_nan=True):
            raise ValueError(_ambiguous(lines, first, other))
    return samples, str(first)


def _readings(lines: list[str], dialect: Dialect) -> Iterator[Reading]:
    table = Table(lines)
    for delimiter in table.delimiters() if dialect.delimiter is None else [dialect.delimiter]:
        columns = Columns(table, delimiter)
        for numbers in formats(table.text, delimiter, dialect.decimal):
            reading = _reading(columns, numbers, dialect.column)
            if reading is not None:
                yield reading


def _reading(columns: Columns, numbers: NumberFormat, column: str | None) -> Reading | None:
    n_header = columns.n_header(numbers)
    if n_header is None:
        return None
    header, body = columns.header(n_header), columns.body(n_header)
    kinds = columns.kinds(body, numbers)
    chosen = _last(kinds, header) if column is None else _asked(column, columns.n_columns, header)
    if chosen is None:
        return None
    cells = [columns.fields[shape][chosen] for shape in body if len(columns.fields[shape]) > chosen]
    rank = (
        columns.is_even(body),
        not any(kind["words"] for kind in kinds if n_numbers(kind)),
        _header_speaks(columns, numbers, n_header),
        not any(kind["words"] for kind in kinds),
        not any(kind["odd"] for kind in kinds),
        points_have_company(cells, numbers),
    )
    return Reading(columns, numbers, chosen, n_header, tuple(map(int, rank)))


def _header_speaks(columns: Columns, numbers: NumberFormat, n_header: int) -> int:
    """Return 2 where header or first column speak for the delimiter, 0 where the header does against it."""
    if columns.n_columns == 1:
        return 1
    if columns.header(n_header) or columns.counts_up(numbers, n_header):
        return 2
    return 0 if n_header else 1


def _last(kinds: Kinds, header: list[list[str]]) -> int | None:
    """Return the last column that is not words alone; an empty one needs a name."""
    for c in reversed(range(len(kinds))):
        if n_numbers(kinds[c]) or (not kinds[c]["words"] and any(fields[c] for fields in header)):
            return c
    return None


def _asked(column: str, n_columns: int, header: list[list[str]]) -> int | None:
    """Return the column of this name or, from 1, of this number."""
    for fields in reversed(header):
        if column in fields:
            return fields.index(column)
    number = int(column) if column.isascii() and column.isdigit() and len(column) < 10 else 0
    return number - 1 if 1 <= number <= n_columns else None


def _why_not(lines: list[str], dialect: Dialect) -> str:
    """Return why there is no reading."""
    if dialect.column is not None:
        for reading in _readings(lines, Dialect(dialect.decimal, dialect.delimiter)):
            named = f", or of {', '.join(reading.names)}" if any(reading.names) else ""
            n = reading.columns.n_columns
            return f"--column must be a number from 1 to {n}{named}, got {dialect.column!r}"
    said = {"decimal": dialect.decimal, "delimiter": dialect.delimiter}
    asked = [f"--{name} {_named(value)}" for name, value in said.items() if value is not None]
    return f"no column of numbers is found with {' '.join(asked)}" if asked else "it holds no numbers"


def _ambiguous(lines: list[str], one: Reading, other: Reading) -> str:
    """Return what is ambiguous, by the first line that the two readings take for different samples."""
    below = lines[max(one.n_header, other.n_header) :]
    line = next((x for x in below if x and not _same(one.value(x), other.value(x))), below[0])
    return (
        f"it can be read in two ways, say which: {line!r} is {one.value(line):g} with {one.options(other)} "
        f"({one}) or {other.value(line):g} with {other.options(one)} ({other})"
    )


def _same(a: float, b: float) -> bool:
    return a == b or (np.isnan(a) and np.isnan(b))
