"""The settings of a question and of its answers, as its case's original.toml has them, to the letter."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Original:
    """What was asked, and what this project does otherwise.

    settings : name of a set-up (the data, a net that was posted, an answer) -> setting -> value.
    differs : what differs from the original, a sentence each.
    """

    settings: dict[str, dict[str, Any]]
    differs: tuple[str, ...]

    def __getitem__(self, name: str) -> dict[str, Any]:
        """Return the settings of one set-up."""
        return self.settings[name]


def read_original(folder: Path) -> Original:
    """Return what stands in the original.toml of a case's folder."""
    found = tomllib.loads((folder / "original.toml").read_text(encoding="utf-8"))
    return Original({k: v for k, v in found.items() if isinstance(v, dict)}, tuple(found["differs"]))
