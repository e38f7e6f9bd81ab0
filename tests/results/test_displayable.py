"""Whatever a text holds, Typst in PDF/UA and matplotlib can show what `displayable` makes of it."""

import json
import shutil
import unicodedata
import warnings
from dataclasses import dataclass

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from dspvnn.report.render import HERE
from dspvnn.results.displayable import (
    displayable,
    escape_math,
    font_file,
    in_every_text,
    printable,
    unescape_math,
)

SIGNS = [chr(i) for i in [*range(0x3000), *range(0x3000, 0x110000, 61), *range(0xD7F0, 0x10000)]]
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))  # lone surrogates, too
NASTY = st.text(st.sampled_from("$\\^_{}#*<>&[]@`~\"'a1 \n\t\x00\x1b\u202e\u0301\u200d你🙂é"), max_size=40)
DOCUMENT = """#import "paper.typ": template
#set document(title: "texts")
#set text(lang: "en")
#show: template
#for text in json("texts.json") [#text #strong(text) #emph(text) #parbreak()]
"""


@pytest.fixture(scope="module")
def typeset(tmp_path_factory):
    """Return the PDF of texts, made as a report is; Typst refuses what has no glyph."""
    root = tmp_path_factory.mktemp("typst")
    shutil.copy(HERE / "paper.typ", root)
    (root / "content.json").write_text("{}")
    (root / "document.typ").write_text(DOCUMENT)
    (root / "fonts").mkdir()
    shutil.copy(font_file(), root / "fonts")

    def compiled(texts):
        (root / "texts.json").write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        return typst.compile(
            str(root / "document.typ"), root=str(root), ignore_system_fonts=True,
            font_paths=[str(root / "fonts")], pdf_standards=["ua-1"],
        )  # fmt: skip

    return compiled


def drawn(text):
    """Draw a text as a label and as a name; what has no glyph is a warning, and here an error."""
    figure = Figure()
    ax = figure.subplots()
    ax.set_yticks([0], [escape_math(text)])
    title = ax.set_title(escape_math(text))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.draw_without_rendering()
    return title


def test_every_character_that_is_left_as_it_is_can_be_shown(typeset):
    left = [chr(i) for i in range(0x20000) if displayable(chr(i)) == chr(i)]
    assert 5000 < len(left) < 7000  # DejaVu Sans has 5,900
    assert {*"aé$µ×–∞⁻Ωж"} <= {*left}
    assert typeset(["".join(left[i : i + 50]) for i in range(0, len(left), 50)]).startswith(b"%PDF")
    for start in range(0, len(left), 1000):
        drawn("".join(left[start : start + 1000]))


def test_what_is_escaped_says_which_character_it_was():
    for sign in SIGNS:
        assert displayable(sign) in (sign, f"\\u{{{ord(sign):x}}}")
        assert printable(sign) in (sign, displayable(sign))
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            assert printable(sign) != sign  # controls, overrides of direction, surrogates, ends of lines
    assert displayable("频率 in Hz") == "\\u{9891}\\u{7387} in Hz"
    assert printable("频率\x1b[31m") == "频率\\u{1b}[31m"


@settings(
    max_examples=40, derandomize=True, deadline=None, suppress_health_check=[*HealthCheck]
)  # each is a document of its own
@given(text=ANY_TEXT | NASTY)
def test_any_text_is_shown(typeset, text):
    shown = displayable(text)
    assert displayable(shown) == shown
    assert typeset([shown]).startswith(b"%PDF")
    title = drawn(shown)
    assert title._preprocess_math(title.get_text()) == (shown, False)  # what matplotlib draws
    assert unescape_math(escape_math(text)) == text


def test_texts_are_found_wherever_they_are():
    @dataclass(frozen=True)
    class Pair:
        name: str
        value: float

    value = {"a": ["b", ("c", 1.5, None)], "d": Pair("e", 2.0), "f": True}
    assert in_every_text(str.upper, value) == {"A": ["B", ("C", 1.5, None)], "D": Pair("E", 2.0), "F": True}
