"""The lines of a text file, whatever program and system wrote it."""

import codecs
import re

from dspvnn.recordings.number_format import SPACES

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
COMMENT_LINE = re.compile(r"(?m)^ *#(?!N/?A|NV|NULL!|VALUE!).*\n?")  # Excel writes #N/A for missing values
COMMENT_AT_THE_END = re.compile(r"(?m)[ \t]+# .*$")
ONE_SIGN = str.maketrans({"\u2212": "-", "\u2019": "'"} | dict.fromkeys(SPACES, SPACES[0]))


def decoded(content: bytes) -> str:
    """Return the text of a file: as its byte-order mark says, else UTF-16, UTF-8 or Latin-1, as it fits."""
    for mark, codec in BOMS.items():
        if content.startswith(mark):
            return content.decode(codec)
    start = content[:1000]
    if b"\0" in start:
        halves = {"utf-16-le": start[1::2], "utf-16-be": start[::2]}
        for codec, half in halves.items():
            if half and not any(half):
                return content.decode(codec)
        raise ValueError("it is no text: it holds bytes that are 0")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # of numbers every sign is ASCII, of names it does not matter


def lines_of(text: str) -> tuple[list[str], str | None]:
    """Return the lines without comments, and the delimiter that Excel's first line `sep=;` names.

    Empty lines are kept inside, where one may stand for a missing sample, unless every other line is empty.
    Minus signs, apostrophes and the spaces between thousands become one sign each.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(ONE_SIGN)
    if "\0" in text:
        raise ValueError("it is no text: it holds bytes that are 0")
    if "#" in text:
        text = COMMENT_AT_THE_END.sub("", COMMENT_LINE.sub("", text))
    lines = [line if line.strip(" ") else "" for line in text.split("\n")]
    named = re.fullmatch(r'"?sep=(.)"?', lines[0])
    if named:
        del lines[0]
    full = [i for i, line in enumerate(lines) if line]
    if not full:
        return [], named and named[1]
    lines = lines[full[0] : full[-1] + 1]
    if len(lines) - len(full) >= 0.9 * (len(full) - 1):
        lines = [line for line in lines if line]
    return lines, named and named[1]
