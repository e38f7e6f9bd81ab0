"""A headless browser that reaches no host, and the playground opened in it from its file."""

import shutil
from pathlib import Path

import pytest

ADDRESS = (Path(__file__).parents[2] / "docs" / "playground" / "dspvnn-playground.html").as_uri()
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
]  # fmt: skip


@pytest.fixture(scope="session")
def address():
    return ADDRESS


@pytest.fixture(scope="module")  # closed before another module starts a Playwright of its own
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser):
    """A function that opens the page at a fragment; `asked` are its requests, `said` its complaints."""
    contexts = []

    def open_page(fragment="", width=1024, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(ADDRESS + fragment)
        return page

    yield open_page
    for context in contexts:
        context.close()
