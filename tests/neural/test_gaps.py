"""Gaps in training signals are filled as the comparison fills them."""

import numpy as np
import torch

from dspvnn.signals import gaps
from neural.gaps import fill_gaps


def test_gaps_are_interpolated_as_numpy_does():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 40))
    x[rng.random(x.shape) < rng.random((200, 1))] = np.nan  # a few gaps, or nearly all of a record
    x[0], x[1, 1:], x[2, :-1] = np.nan, np.nan, np.nan
    expected = gaps.fill_gaps(x)
    expected[np.isnan(expected)] = 0.0  # a record without any sample
    assert np.isnan(x).any(axis=1).sum() > 150
    assert np.abs(fill_gaps(torch.as_tensor(x)).numpy() - expected).max() < 1e-13


def test_whole_records_stay_as_they_are():
    x = torch.randn(5, 30, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert torch.equal(fill_gaps(x), x)
