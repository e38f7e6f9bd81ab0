"""Missing samples in a batch of training signals: gaps are filled as they are where the net is used."""

import torch
from torch import Tensor


def fill_gaps(x: Tensor) -> Tensor:
    """Return records ``(n_signals, n_samples)`` whose NaNs are interpolated linearly.

    At the ends the nearest sample is repeated; a record without any sample is 0.
    """
    present, n = ~torch.isnan(x), x.shape[1]
    index = torch.arange(n, device=x.device).expand_as(x)
    before = torch.where(present, index, -1).cummax(dim=1).values
    after = torch.where(present, index, n).flip(1).cummin(dim=1).values.flip(1)
    left = torch.where(before < 0, after, before).clamp(max=n - 1)
    right = torch.where(after == n, before, after).clamp(min=0)
    share = (index - left).to(x.dtype) / (right - left).clamp(min=1)
    known = torch.where(present, x, torch.zeros((), dtype=x.dtype, device=x.device))
    return known.gather(1, left) * (1 - share) + known.gather(1, right) * share
