"""A regression test for estimators: `assert_within` holds one to a ratio of the best possible score."""

from dspvnn.testing.blocks import draw_block
from dspvnn.testing.within import Finding, Undecided, assert_within

__all__ = ["Finding", "Undecided", "assert_within", "draw_block"]
