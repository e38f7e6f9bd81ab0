"""Lets `pytest` alone do what `python -m pytest` does."""

import sys
from pathlib import Path

import pytest

# tests/ holds a folder called baselines, which must not stand in for the package of that name.
sys.path.insert(0, str(Path(__file__).parents[1]))


@pytest.fixture
def rng():
    from dspvnn.signals.randomness import stream

    return stream(1, "tests")
