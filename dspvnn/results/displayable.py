r"""Text that users bring (names, paths, error messages), made fit for every place that shows it.

A character that cannot be shown is written as its escape, ``\u{4f60}`` for U+4F60. The report's document
and its figures both have the glyphs of one font, DejaVu Sans, which ships with matplotlib.
"""

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any


def printable(text: str) -> str:
    r"""Return `text` for terminals and files: control, format and invalid characters are escaped.

    >>> printable("a tab\t, an escape \x1b[31m")
    'a tab\\u{9}, an escape \\u{1b}[31m'
    """
    return _escaped(text, str.isprintable)


def displayable(text: str) -> str:
    r"""Return `text` for the report: what is not printable, or has no glyph in its font, is escaped.

    >>> displayable("5 µV, 你")
    '5 µV, \\u{4f60}'
    """
    return _escaped(text, lambda sign: sign.isprintable() and (sign.isascii() or ord(sign) in _glyphs()))


def escape_math(text: str) -> str:
    r"""Return `text` for matplotlib, which takes what stands between dollar signs for mathematics.

    >>> escape_math("$x^2$")
    '\\$x^2\\$'
    """
    return text.replace("$", r"\$")


def unescape_math(text: str) -> str:
    """Return what matplotlib shows of a text that went through `escape_math`."""
    return text.replace(r"\$", "$")


def in_every_text(change: Callable[[str], str], value: Any) -> Any:
    """Return `value` with every text in it changed: in dataclasses, mappings (keys too) and sequences."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {in_every_text(change, k): in_every_text(change, v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(in_every_text(change, item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{k: in_every_text(change, v) for k, v in vars(value).items()})
    return value


def font_file() -> Path:
    """Return the font whose glyphs `displayable` leaves as they are."""
    import matplotlib as mpl

    return Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


def _escaped(text: str, is_shown: Callable[[str], bool]) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if is_shown(sign) else f"\\u{{{ord(sign):x}}}" for sign in text)


@cache
def _glyphs() -> frozenset[int]:
    """Return the characters that the font has."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(font_file())).get_charmap())
