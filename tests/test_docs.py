"""The documentation: its examples run, its pages build without a warning, the citation agrees."""

import doctest
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dspvnn.tasks import TASKS

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))


def modules_with_examples():
    for package in ("dspvnn", "baselines", "neural"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if ">>>" in path.read_text(encoding="utf-8"):
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("name", list(modules_with_examples()))
def test_examples_in_docstrings(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_on_pages(page, monkeypatch):
    monkeypatch.chdir(ROOT)  # pages speak to whoever has a copy of the repository
    names: dict = {}
    for snippet in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(snippet, page.name, "exec"), names)
    for name in [name for name in names if name.startswith("test_")]:
        names[name]()


def test_the_gallery_shows_figures_that_a_report_draws_and_says_what_is_on_them_and_where_to_read_more():
    """Of a task, the figures that its rows draw; of a case, the file that its name makes."""
    from dspvnn.cases import CASES
    from dspvnn.report.figure_list import pictures_of
    from dspvnn.results.rows import read_rows

    drawn = {p.name for p in pictures_of(read_rows(ROOT / "reports" / "reference" / "results.csv"))}
    drawn |= {f"case-{name}" for name in CASES}
    text = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\(\.\./(.+?)\)\s+(.+?)(?=\n\n|\n*\Z)", text, re.DOTALL)
    assert len(shown) == text.count("![") > 12
    for alternative, path, below in shown:
        assert (ROOT / path).is_file()
        assert Path(path).stem in drawn
        assert len(alternative) > 60
        assert below.startswith("**")
        option, name = re.search(r"`dspvnn report --(task|case) ([\w-]+)`", below).groups()
        assert name in (CASES if option == "case" else TASKS)
        assert re.search(r"\[[^\]]+\]\([\w/-]+\.(md|ipynb)\)", below)


def test_the_failure_shown_is_the_one_that_comes():
    from baselines import FFTPeak
    from dspvnn.testing import assert_within

    with pytest.raises(AssertionError) as failure:
        assert_within(FFTPeak("jacobsen"), "tone", 1.1, where=lambda c: c.name == "inside, 20 dB")
    assert str(failure.value) in (ROOT / "docs" / "regression-testing.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_pages_build_without_a_warning_and_ask_no_other_address(tmp_path):
    """Without the output of the lessons, which tests/course runs."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", "-D", "nb_execution_mode=off"),
            *(str(ROOT / "docs"), str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for page in tmp_path.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=.https?:", html), page
    reference = (tmp_path / "reference" / "testing.html").read_text(encoding="utf-8")
    assert "dspvnn.testing.assert_within" in reference
    for source in (ROOT / "docs" / "course").glob("[0-9][0-9]_*.py"):  # as a student has it
        lesson = (tmp_path / "course" / f"{source.stem}.html").read_text(encoding="utf-8")
        stubs = source.read_text(encoding="utf-8").count('tags=["stub"]')
        assert lesson.count("raise</span>") == stubs
    table = (tmp_path / "estimators.html").read_text(encoding="utf-8")
    from baselines.roster import BASELINES

    assert all(label in table for labels in BASELINES.values() for label in labels)


def test_citation_agrees_with_the_package():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
    assert cited["cff-version"] == "1.2.0"
