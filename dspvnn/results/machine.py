"""The machine that measures, and the commit that the code comes from."""

import platform
import subprocess
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")  # only Linux has this file


def commit() -> str:
    """Return the commit of the code, or why it is unknown."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return "not from a git checkout"
    try:
        found = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return "unknown: git is not installed"
    return found.stdout.strip() or "unknown: git cannot read this checkout"  # it may belong to another user


def cpu() -> str:
    """Return the name of the processor."""
    try:
        lines = CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
