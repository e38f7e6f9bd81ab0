"""The lines of a table of numbers, cut at one delimiter: header, fields, and what speaks for the delimiter.

How a file is to be read does not depend on its digits, but for the first one of a number. So lines are
looked at by their *shapes* (`-1.25,300` has the shape `-1.99,199`), of which a million lines have a few.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from dspvnn.recordings.number_format import NumberFormat, is_no_name

MOST_SHAPES = 10_000  # a table with more is judged by about that many of its lines, evenly spread
MOST_HEADER = 1000  # lines
COUNTED = 8  # rows in which a first column goes up evenly: then it is a column

Kinds = list[Counter[str]]  # of every column: how many cells are of each kind of `NumberFormat.kind`


class Table:
    """The lines of a text file and their shapes; an empty line is a missing sample in a single column.

    counts, tail : how often each shape comes, in all lines and in their second half, where no header is.
    """

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.text = "\n".join(lines)
        self.shapes = _shapes(self.text)
        seen = self.shapes[:: 1 + len(set(self.shapes)) // MOST_SHAPES]
        self.counts, self.tail = Counter(seen), Counter(seen[len(seen) // 2 :])

    def delimiters(self) -> list[str]:
        """Return the signs that may be the delimiter; a tab, semicolon or bar in nearly every line is."""
        for sign in "\t;|":
            if sum(n for shape, n in self.tail.items() if sign in shape) > 0.9 * self.tail.total():
                return [sign]
        return [*(sign for sign in ", " if sign in self.text), ""]


def _shapes(text: str) -> list[str]:
    """Return the lines with every digit 9, but for the first one of a number: 0 stays, another one is 1."""
    signs = np.frombuffer(text.encode(), np.uint8).copy()
    digit = (signs >= ord("0")) & (signs <= ord("9"))
    first = digit & ~np.concatenate([[False], digit[:-1]])
    signs[digit & ~first] = ord("9")
    signs[first & (signs != ord("0"))] = ord("1")
    return signs.tobytes().decode().split("\n")


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the fields of every line as they stand there; one between quotes may hold the delimiter."""
    if not delimiter:
        return ([line.strip().strip('"')] for line in lines)
    if delimiter == " ":
        return (line.split() for line in lines)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")


def split(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the fields of every line without the spaces around them."""
    return ([field.strip() for field in row] for row in _rows(lines, delimiter))


class Columns:
    """A table cut at one delimiter."""

    def __init__(self, table: Table, delimiter: str) -> None:
        self.table, self.delimiter = table, delimiter
        shapes = {*table.counts, *table.shapes[:MOST_HEADER]}
        self.fields = {shape: next(split([shape], delimiter), [""]) for shape in shapes}
        tail, whole = self._lengths(table.tail), self._lengths(table.counts)
        self.n_columns = max(tail, key=lambda n: (tail[n], whole[n]))

    def _lengths(self, lines: Counter[str]) -> Counter[int]:
        """Return how many lines have how many fields."""
        lengths = Counter[int]()
        for shape, times in lines.items():
            lengths[len(self.fields[shape])] += times
        return lengths

    def kinds(self, lines: Counter[str], numbers: NumberFormat) -> Kinds:
        """Return for every column how many of its cells in these lines are of which kind."""
        kinds = [Counter[str]() for _ in range(self.n_columns)]
        for shape, times in lines.items():
            for kind, cell in zip(kinds, self.fields[shape], strict=False):
                kind[numbers.kind(cell)] += times
        return kinds

    def n_header(self, numbers: NumberFormat) -> int | None:
        """Return how many lines come before the samples; None where no line holds any.

        Samples begin with the first line that has digits, and no words, in the columns that hold numbers in
        the second half of the table. Lines of missing samples directly before it are samples, too.
        """
        kinds = self.kinds(self.table.tail, numbers)
        of_numbers = [c for c, kind in enumerate(kinds) if n_numbers(kind) > kind["words"]]
        start = None
        for i, shape in enumerate(self.table.shapes[:MOST_HEADER] if of_numbers else []):
            fields = self.fields[shape]
            cells = [fields[c] for c in of_numbers if c < len(fields)]
            if len(fields) != self.n_columns or not any(fields) or not all(map(is_no_name, cells)):
                start = None
                continue
            start = i if start is None else start
            if any(numbers.kind(cell) != "missing" for cell in cells):
                return start
        return None

    def body(self, n_header: int) -> Counter[str]:
        """Return how often each shape comes below the header."""
        return self.table.counts - Counter(self.table.shapes[:n_header])

    def header(self, n_header: int) -> list[list[str]]:
        """Return the fields of the header lines that have as many as there are columns."""
        header = split(self.table.lines[:n_header], self.delimiter)
        return [fields for fields in header if len(fields) == self.n_columns and any(fields)]

    def counts_up(self, numbers: NumberFormat, n_header: int) -> bool:
        """Whether the first of several columns goes up evenly, as time or an index does."""
        lines = [line for line in self.table.lines[n_header : n_header + 1000] if line]
        if self.n_columns == 1 or len(lines) < COUNTED:
            return False
        values = np.array([numbers.value(row[0]) for row in split(lines, self.delimiter) if row])
        steps = np.diff(values)
        rounding = 1e-6 * np.abs(values).max()  # of a time that is written with six digits
        return bool(np.all(steps > 0) and np.ptp(steps) <= max(rounding, 0.01 * steps.mean()))

    def is_even(self, body: Counter[str]) -> bool:
        """Whether all lines have the same number of fields; the last one may have been cut off."""
        uneven = [s for s in body if s and len(self.fields[s]) != self.n_columns]
        return sum(body[s] for s in uneven) <= (self.table.shapes[-1] in uneven)

    def samples(self, numbers: NumberFormat, column: int, n_header: int) -> np.ndarray:
        """Return the numbers of a column; NaN stands for one that is missing, and for words."""
        lines = self.table.lines[n_header:]
        if self.n_columns > 1:
            lines = [line for line in lines if line]
        rows = list(_rows(lines, self.delimiter))
        if len(rows) != len(lines):
            raise ValueError("a quote is opened and not closed in its line")
        if max(map(len, rows)) > self.n_columns:
            self._check_lengths(lines, rows)
        return numbers.values(row[column].strip() if len(row) > column else "" for row in rows)

    def _check_lengths(self, lines: list[str], rows: list[list[str]]) -> None:
        """Refuse a line with more fields than there are columns, unless they are empty."""
        for line, row in zip(lines, rows, strict=True):
            if any(field.strip() for field in row[self.n_columns :]):
                raise ValueError(f"the line {line!r} has {len(row)} fields, the others {self.n_columns}")


def n_numbers(kind: Counter[str]) -> int:
    """Return how many cells are numbers, however they are written."""
    return kind["number"] + kind["odd"]


def points_have_company(cells: Sequence[str], numbers: NumberFormat) -> bool:
    """Whether points stand between thousands: beside a decimal comma, a second point or a plain integer.

    1.234 alone is below two, wherever it was written.
    """
    if numbers.thousands != ".":
        return True
    found = [cell for cell in cells if numbers.kind(cell) in ("number", "odd")]
    return any(numbers.decimal in cell or cell.count(".") != 1 for cell in found)
