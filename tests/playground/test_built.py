"""The built playground as it is committed: one file, not older than its sources, that asks for nothing."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "playground"
PAGE = FOLDER / "dspvnn-playground.html"


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sources(page):
    table = re.search(r'<script type="application/json" id="sources">(.*?)</script>', page, re.DOTALL)
    return json.loads(table[1])


def test_it_is_not_older_than_its_sources(sources):
    changed = [
        path
        for path, digest in sources.items()
        if not (ROOT / path).is_file() or hashlib.sha256((ROOT / path).read_bytes()).hexdigest() != digest
    ]
    assert not changed, f"changed since the page was built: {changed}; run `make playground`"


def test_every_source_is_in_it(sources):
    kept = {path.relative_to(ROOT).as_posix() for path in FOLDER.glob("src/**/*.js")}
    kept |= {f"docs/playground/{name}" for name in ("build.mjs", "package.json", "package-lock.json")}
    assert kept | {"docs/playground/page.html", "docs/playground/page.css"} <= set(sources)
    assert {path.split(".")[-1] for path in set(sources) - kept} == {"html", "css", "safetensors"}


def test_it_is_at_most_8_megabytes():
    assert PAGE.stat().st_size <= 8e6


def test_it_names_no_address(page):
    named = set(re.findall(r"(?:https?|wss?|ftp)://[^\s\"'`]*", page))
    assert named <= {"http://www.w3.org/2000/svg"}  # the name of SVG's elements, which nobody asks for
    assert "default-src 'none'" in page  # the browser itself refuses whatever is not inside the file


def test_packages_are_pinned_and_no_registry_is_named():
    wanted = json.loads((FOLDER / "package.json").read_text())
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert all("resolved" not in package for package in lock["packages"].values())


def test_readme_and_documentation_link_it():
    link = PAGE.relative_to(ROOT).as_posix()
    assert f"({link})" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(playground.md)" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert f'href="{PAGE.name}"' in (ROOT / "docs" / "playground.md").read_text(encoding="utf-8")
