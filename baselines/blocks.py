"""Work in blocks: the temporaries of a block stay in the cache, and memory stays flat in the batch."""

from collections.abc import Iterator

BLOCK = 2**17  # samples


def blocks(n_signals: int, n_samples: int) -> Iterator[slice]:
    """Yield slices of rows, of about `BLOCK` samples each, one row at least."""
    rows = max(1, BLOCK // max(1, n_samples))
    for start in range(0, n_signals, rows):
        yield slice(start, min(start + rows, n_signals))
