"""Work in blocks: the temporaries of a block stay in the cache, and memory stays flat in the batch."""

from collections.abc import Callable, Iterator

import numpy as np

BLOCK = 2**17  # samples


def blocks(n_signals: int, n_samples: int) -> Iterator[slice]:
    """Yield slices of rows, of about `BLOCK` samples each, one row at least."""
    rows = max(1, BLOCK // max(1, n_samples))
    for start in range(0, n_signals, rows):
        yield slice(start, min(start + rows, n_signals))


def in_blocks(compute: Callable[[np.ndarray], np.ndarray], X: np.ndarray) -> np.ndarray:
    """Return what `compute` makes of the records of X, a block of them at a time."""
    first, *others = blocks(*X.shape[:2])
    answer = compute(X[first])
    if not others:
        return answer
    answers = np.empty((len(X), *answer.shape[1:]), answer.dtype)
    answers[first] = answer
    for rows in others:
        answers[rows] = compute(X[rows])
    return answers
