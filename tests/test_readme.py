"""Every Python snippet of the README runs, in the order in which it stands there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_readme_snippets_run():
    snippets = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len(snippets) == 4
    names: dict = {}
    for snippet in snippets:
        exec(compile(snippet, "README.md", "exec"), names)
    assert abs(names["frequency"][0] - 50.02) < 5 * names["std"][0]
    assert names["difference"].shape == (50,)


def test_readme_names_what_exists():
    text = (ROOT / "README.md").read_text()
    for target in re.findall(r"\]\((?!http)([^)]+)\)", text):
        assert (ROOT / target).exists(), target
