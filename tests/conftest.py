"""Lets `pytest` alone do what `python -m pytest` does, whatever terminal it is started from."""

import os
import signal
import sys
from pathlib import Path

import pytest

# tests/ holds a folder called baselines, which must not stand in for the package of that name.
sys.path.insert(0, str(Path(__file__).parents[1]))

# Commands are tested as they are with their output in a file: no colours, and lines as long as they are.
for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
    os.environ.pop(name, None)

# Ctrl-C is tested, too; a shell that starts this in its background has it ignored, here and in every child.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def rng():
    from dspvnn.signals.randomness import stream

    return stream(1, "tests")
