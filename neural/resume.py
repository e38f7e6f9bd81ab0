"""A training that an earlier run finished, or began: whether it is the same one.

It is, if code and configuration are; then the finished net is taken as it is, and one that was begun goes
on from its checkpoint, whose name says what it is of.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from neural.storage import WeightsError, read_card


def is_finished(path: Path, configuration: dict[str, Any]) -> bool:
    """Whether the weights at `path` are whole, trained to the end, and of this configuration."""
    try:
        card, content = read_card(path), path.read_bytes()
    except (WeightsError, OSError):
        return False
    said = json.loads(json.dumps(configuration))  # tuples are lists there
    return (
        all(card.get(key) == value for key, value in said.items())
        and card["steps"] == said["arguments"]["steps"]
        and card["sha256"] == hashlib.sha256(content).hexdigest()
    )


def checkpoint_of(path: Path, configuration: dict[str, Any]) -> Path:
    """Return where the checkpoint of a training with this configuration lies, beside its weights."""
    digest = hashlib.sha256(json.dumps(configuration, sort_keys=True).encode()).hexdigest()
    return path.with_name(f"{path.stem}.{digest[:16]}.checkpoint")


def remove_checkpoints(path: Path, but: Path | None = None) -> None:
    """Remove the checkpoints of other configurations of the net at `path`."""
    for other in (path.with_suffix(".checkpoint"), *path.parent.glob(f"{path.stem}.*.checkpoint")):
        if other != but:
            other.unlink(missing_ok=True)
