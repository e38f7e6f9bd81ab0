"""How numbers are written in a text file: which sign is the decimal sign, and which groups thousands.

A cell is a number, a missing sample (`MISSING`) or words. Numbers are as C and Excel write them: 12, -0.5,
.5, 1e-3, inf, and with thousands 1,234.5 or 1 234,5. What Python takes besides (1_000, digits of any
script) is words here.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

MISSING = frozenset(
    ["", "-", "--", "?", "na", "n/a", "nan", "none", "null", "#n/a", "#nv", "#na", "#null!", "#value!"]
)
SPACES = ("\u00a0", "\u2007", "\u2009", "\u202f")  # all are read as the first one
NAMES = {
    ",": "comma", ".": "point", ";": "semicolon", "\t": "tab", " ": "space", "|": "pipe", "'": "apostrophe",
    SPACES[0]: "no-break space", "": "none",
}  # fmt: skip
DIGITS = re.compile(rf"(?i)[+-]?(?:[.,]?[0-9][0-9.,' {SPACES[0]}]*(?:e[+-]?[0-9]+)?|inf(?:inity)?)")


def is_no_name(cell: str) -> bool:
    """Whether a cell is no name of a column: a missing sample, or digits as some format has them."""
    return cell.lower() in MISSING or DIGITS.fullmatch(cell) is not None


@dataclass(frozen=True)
class NumberFormat:
    """The decimal sign, and the sign between thousands ("" for none)."""

    decimal: str = "."
    thousands: str = ""

    @cached_property
    def usual(self) -> re.Pattern[str]:
        """What programs write: no 007 and no -0, which are parts of a number that was cut at a comma."""
        return self._pattern(r"(?![+-]?0[0-9])(?![+-]0$)")

    @cached_property
    def any(self) -> re.Pattern[str]:
        """Whatever is a number in this format."""
        return self._pattern("")

    def _pattern(self, refused: str) -> re.Pattern[str]:
        point, group = re.escape(self.decimal), re.escape(self.thousands)
        grouped = rf"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+(?:{point}[0-9]*)?|" if group else ""
        plain = rf"(?:[0-9]+(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?"
        return re.compile(rf"{refused}[+-]?(?:{grouped}{plain}|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)")

    def kind(self, cell: str) -> str:
        """Return what a cell is: "number", "odd" (a number in no usual form), "missing" or "words"."""
        if cell.lower() in MISSING:
            return "missing"
        if self.usual.fullmatch(cell):
            return "number"
        return "odd" if self.any.fullmatch(cell) else "words"

    def value(self, cell: str) -> float:
        """Return the number in a cell, NaN for anything else."""
        return float(self.values([cell])[0])

    def values(self, cells: Iterable[str]) -> np.ndarray:
        """Return the numbers in cells, NaN for anything else."""
        is_number, thousands, decimal = self.any.fullmatch, self.thousands, self.decimal
        if thousands:
            cells = (cell.replace(thousands, "") if is_number(cell) else "" for cell in cells)
        return np.array(
            [float(cell.replace(decimal, ".")) if is_number(cell) else math.nan for cell in cells]
        )


def formats(text: str, delimiter: str, decimal: str | None) -> Iterator[NumberFormat]:
    """Yield the formats that the numbers of a text may have, the plainest first.

    A delimiter is part of a number only between quotes. `decimal`: the decimal sign, where it is known.
    """
    taken = "" if '"' in text and delimiter != " " else delimiter
    decimals = [decimal] if decimal else [".", ","]
    for thousands in ("", ",", ".", "'", " ", SPACES[0]):
        for sign in decimals:
            signs = sign + thousands
            if thousands != sign and thousands in text and not (taken and taken in signs):
                yield NumberFormat(sign, thousands)
