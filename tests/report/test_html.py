"""The HTML twin: the PDF's sections and figures, one file that fetches nothing and escapes everything."""

import json
import re
from collections import defaultdict
from copy import deepcopy
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import plotly.graph_objects as go
import pytest
import typst
from every_row import RUN, every_row
from matplotlib.figure import Figure

from dspvnn.report import configured
from dspvnn.report.configured import read_formats
from dspvnn.report.figure_list import pictures_of
from dspvnn.report.html.panels import panels, readable
from dspvnn.report.render import _content, render, stage
from dspvnn.results.rows import read_rows

pytestmark = pytest.mark.filterwarnings("ignore:constrained_layout")  # the hostile label is long
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&<a href='http://x.y'>"
VOID = {"meta", "img", "br", "hr", "link", "input", "col"}


class Page(HTMLParser):
    """A page's elements in order, each (name, attributes, own and inner text)."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)

    def handle_starttag(self, name, attributes):
        element = {
            "name": name,
            "attributes": dict(attributes),
            "text": "",
            "in": [e["name"] for e in self.open],
        }
        self.elements.append(element)
        if name not in VOID:
            self.open.append(element)

    def handle_endtag(self, name):
        assert self.open.pop()["name"] == name

    def handle_data(self, text):
        for element in self.open:
            element["text"] += text

    def all(self, *names):
        return [e for e in self.elements if e["name"] in names]


@pytest.fixture(scope="module")
def rows():
    return every_row(HOSTILE)


@pytest.fixture(scope="module")
def folder(rows, tmp_path_factory):
    made = tmp_path_factory.mktemp("report")
    render(rows, RUN, made, ("html",))
    return made


@pytest.fixture(scope="module")
def page(folder):
    return Page(folder.joinpath("comparison.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def shown(page):
    (script,) = [e for e in page.all("script") if e["attributes"].get("id") == "figures"]
    return json.loads(script["text"])


def words(body):
    """The text of what Typst's query returns for content."""
    if isinstance(body, list):
        return "".join(map(words, body))
    return body.get("text") or (" " if body.get("func") == "space" else words(body.get("children", [])))


def test_the_sections_are_those_of_the_pdf(rows, folder, page, tmp_path):
    stage(tmp_path, folder / "figures", _content(rows, RUN))
    found = json.loads(typst.query(str(tmp_path / "document.typ"), "heading", root=str(tmp_path)))
    # The table of contents brings a heading of its own, without a number, on either side.
    paper = [(h["level"], words(h["body"])) for h in found if h["numbering"]]
    web = [(int(e["name"][1]) - 1, re.sub(r"^[\d.]+ ", "", e["text"])) for e in page.all("h2", "h3")]
    assert web[0] == (1, "Sections")
    assert web[1:] == paper
    assert len(paper) > 15
    assert [e["text"] for e in page.all("h1")] == [e["text"] for e in page.all("title")]


def test_every_link_leads_to_a_section(page):
    targets = {e["attributes"]["id"] for e in page.elements if "id" in e["attributes"]}
    links = [e["attributes"]["href"] for e in page.all("a")]
    assert len(links) == len(page.all("h2", "h3"))  # the skip link stands for the contents' own heading
    assert {link.removeprefix("#") for link in links} <= targets


def test_nothing_is_asked_of_anywhere(folder, page):
    for element in page.elements:
        for name in ("href", "src", "srcset", "action", "data", "poster"):
            value = element["attributes"].get(name, "#")
            assert value.startswith("#"), (element["name"], name, value[:80])
    assert not page.all("link", "iframe", "object", "embed", "form", "img")
    (policy,) = [e["attributes"]["content"] for e in page.all("meta") if "http-equiv" in e["attributes"]]
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"https?:|//|\*", policy)
    for style in page.all("style"):
        assert not re.search(r"@import|url\(", style["text"])
    ours = page.all("script")[-1]["text"]
    assert "Plotly.newPlot" in ours
    assert not re.search(r"https?://|fetch\(|XMLHttpRequest", ours)
    assert folder.joinpath("comparison.html").stat().st_size < 8e6


def test_plotly_is_there_once(page):
    scripts = [e["text"] for e in page.all("script")]
    assert len(scripts) == 3
    assert [len(s) > 1e6 for s in scripts] == [False, True, False]


def test_every_figure_has_its_words_and_numbers(rows, folder, page, shown):
    pictures = pictures_of(rows)
    plots = {
        e["attributes"]["data-figure"]: e for e in page.elements if e["attributes"].get("class") == "plot"
    }
    assert set(plots) == set(shown) == {picture.name for picture in pictures}
    for picture, mine in pictures.items():
        assert plots[picture.name]["attributes"]["aria-label"] == picture.alternative(mine)
        assert "figure" in plots[picture.name]["in"]
        beside = read_rows(folder / "figures" / f"{picture.name}.csv")
        assert [repr(row) for row in beside] == [repr(row) for row in mine]
        assert len(shown[picture.name]["numbers"]["body"]) == len(beside)
    captions = [e["text"] for e in page.all("figcaption")]
    assert all(any(picture.caption in text for text in captions) for picture in pictures)


def test_every_point_says_the_row_that_it_stands_for(rows, shown):
    said = 0
    for picture, mine in pictures_of(rows).items():
        known = defaultdict(set)  # the sizes of a growth have one name
        for r in mine:
            known[r.estimator, r.condition, r.metric] |= {r.value, r.ratio_to_limit}
        for panel in shown[picture.name]["panels"]:
            go.Figure(deepcopy(panel))  # Plotly's own check of every name and value
            for trace in panel["data"]:
                for x, y, text in zip(trace["x"], trace["y"], trace.get("hovertext", ()), strict=False):
                    label, condition, value = map(unescape, text.split("<br>")[:3])
                    assert known[label, condition, value.rpartition(": ")[0]] & {x, y}
                    said += 1
    assert said > 250


def test_a_figure_with_something_unknown_is_refused():
    figure = Figure()
    figure.subplots().imshow([[0, 1]])
    with pytest.raises(ValueError, match=r"a panel has no AxesImage"):
        panels(figure)


def test_limit_and_training_range_are_drawn(shown):
    across = shown["tone"]["panels"][1]
    (shade,) = across["layout"]["shapes"]
    assert (shade["x0"], shade["x1"]) == (0.05, 0.25)
    assert shade["opacity"] < 1
    assert "training range" in [a["text"] for a in across["layout"]["annotations"]]
    black = [t for t in across["data"] if t["line"]["color"] == "#000000"]
    assert next(t["name"] for t in black) == "bound"
    for panel in shown["burst-beyond"]["panels"]:
        assert [t["name"] for t in panel["data"] if t["mode"] == "lines"] == ["Bayes filter"]


@pytest.mark.parametrize(
    "colour", ["#56B4E9", "#E69F00", "#CC79A7", "#009E73", "#D55E00", "#0072B2", "0.45"]
)
def test_words_in_a_line_s_colour_can_be_read(colour):
    red, green, blue = (int(readable(colour)[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.45  # 4.5, less the rounding to eight bits


def test_a_hostile_label_stays_a_label(page, shown):
    assert not page.open
    assert not page.all("img")
    assert any(HOSTILE in e["text"] for e in page.all("td", "th"))
    for figure in shown.values():
        for panel in figure["panels"]:
            markup = json.dumps([panel["data"], panel["layout"]])
            assert not re.search(r"<(?!br>)", markup)


def test_tables_can_be_read_by_machines(page):
    tables = page.all("table")
    assert len(tables) > 9
    assert len(page.all("caption")) == len(tables)
    assert all("scope" in e["attributes"] for e in page.all("th"))
    regions = [e for e in page.all("div") if e["attributes"].get("class") == "scroll"]
    assert len(regions) == len(tables)
    ids = [e["attributes"]["id"] for e in page.elements if "id" in e["attributes"]]
    assert len(ids) == len(set(ids))
    assert {r["attributes"]["aria-labelledby"] for r in regions} <= set(ids)
    assert all(r["attributes"]["tabindex"] == "0" for r in regions)


def test_formats(monkeypatch):
    assert read_formats("pdf") == ("pdf",)
    assert read_formats("pdf, html,pdf") == ("pdf", "html")
    for bad in ("", "docx", "pdf,", "PDF"):
        with pytest.raises(
            ValueError, match=f"the formats are pdf and html, separated by a comma, got '{bad}'"
        ):
            read_formats(bad)
    monkeypatch.setattr(configured, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match="html needs plotly"):
        read_formats("html")
    assert read_formats("pdf") == ("pdf",)


def test_the_parts_ship():
    import dspvnn.report

    parts = Path(dspvnn.report.__file__).parent
    assert {"page.css", "page.js", "paper.typ", "web.typ"} <= {p.name for p in parts.rglob("*")}
