"""The HTML twin in a real headless browser, where there is one: Debian's package is chromium."""

import shutil

import pytest
from every_row import RUN, every_row

from dspvnn.report.render import render

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore:constrained_layout"),  # the hostile label is long
]
HOSTILE = "</script><img src=x onerror=alert(1)><a href='javascript:alert(2)'>"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    render(every_row(HOSTILE), RUN, folder, ("html",))
    return folder.joinpath("comparison.html").as_uri()


@pytest.fixture(scope="module")
def browser():
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=[360, 1600], ids=lambda width: f"{width} px")
def page(request, browser, address):
    """The page with every figure drawn, and what was said and asked meanwhile."""
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.goto(address)
    page.evaluate("waiting.forEach(drawNow)")
    yield page
    page.close()


def test_quiet_alone_and_within_its_width(page, address):
    assert page.locator(".js-plotly-plot").count() == page.locator(".panel").count() > 30
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert page.said == []
    assert page.asked == [address]
    width, seen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= seen


def test_a_point_says_its_values(page):
    point = page.locator(".panel .point").first
    point.scroll_into_view_if_needed()
    point.hover(force=True)
    text = page.locator(".hovertext").first.text_content()
    for part in ("95 %: ", "limit: ", "× limit (", "n = 500"):
        assert part in text


def test_the_keyboard_reaches_sections_figures_and_tables(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.closest('.scroll, .modebar, summary, .equation')?.className"
            )
        )
    assert {"scroll", "", "equation"} <= set(reached)  # "": the summary of a figure's numbers
    assert any(name and name.startswith("modebar") for name in reached)


def test_tables_sort_by_keyboard(page):
    numbers = page.locator("figure summary").first
    numbers.focus()
    page.keyboard.press("Enter")
    table = page.locator("figure table").first
    head = table.locator("thead th").nth(3)
    assert head.text_content() == "Value"
    for state, order in (("ascending", 1), ("descending", -1)):
        head.locator("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == state
        values = page.evaluate(
            "[...document.querySelectorAll('figure tbody tr')].map(row => key(row.cells[3].textContent))"
        )
        assert len(values) > 50
        assert values == sorted(values, reverse=order < 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.20·10⁻⁷ (1 – 2)", 1.2e-7), ("3.20·10⁵", 3.2e5), ("−0.512", -0.512), ("24.4 µs / 59.6 µs", 24.4e-6),
     ("6.10 s", 6.1), ("809 ns", 809e-9), ("< 0.001", 0.001), ("1,234", 1234),
     ("inside, 0 dB", "inside, 0 dB"), ("–", "–"), ("2x", "2x")],
)  # fmt: skip
def test_what_a_cell_sorts_by(browser, address, text, value):
    page = browser.new_page()
    page.goto(address)
    found = page.evaluate("text => key(text)", text)
    page.close()
    assert found == (pytest.approx(value) if isinstance(value, float | int) else value)


def test_axe_finds_nothing_serious(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.locator("figure summary").first.click()
    found = axe.run(page).response["violations"]
    assert [(v["impact"], v["id"], v["nodes"][0]["target"]) for v in found] == []


def test_figures_zoom_by_keyboard_and_can_be_saved(page):
    panel = page.locator(".panel").first
    panel.scroll_into_view_if_needed()
    before = page.evaluate("document.querySelector('.panel').layout.xaxis.range")
    panel.locator("[data-title='Zoom in']").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "from => document.querySelector('.panel').layout.xaxis.range[0] > from", arg=before[0]
    )
    panel.locator("[data-title='Download plot as a PNG']").focus()
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    assert page.said == []
