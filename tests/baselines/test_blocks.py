"""Work in blocks: every record once, in order, about 131,072 samples at a time."""

import numpy as np
import pytest

from baselines.blocks import blocks, in_blocks


@pytest.mark.parametrize(
    ("n_signals", "n_samples", "sizes"),
    [
        (3, 128, [3]),
        (1024, 128, [1024]),
        (1025, 128, [1024, 1]),
        (2048, 128, [1024, 1024]),
        (5, 65_536, [2, 2, 1]),
        (2, 1_000_000, [1, 1]),  # a record longer than a block is a block
        (10, 0, [10]),
        (0, 128, []),
    ],
)
def test_blocks_hold_every_record_once(n_signals, n_samples, sizes):
    found = [np.arange(n_signals)[rows] for rows in blocks(n_signals, n_samples)]
    assert [len(rows) for rows in found] == sizes
    assert np.concatenate([*found, []]).tolist() == list(range(n_signals))


@pytest.mark.parametrize("n_signals", [1, 2, 3, 7])
@pytest.mark.parametrize(
    "compute",
    [lambda x: x.sum(axis=1), lambda x: x[:, :2], lambda x: x > 0, lambda x: np.zeros((len(x), 2, 3))],
)
def test_the_answers_are_those_of_the_whole_batch(n_signals, compute, rng):
    X = rng.standard_normal((n_signals, 2**16))  # two records a block
    answers = in_blocks(compute, X)
    np.testing.assert_array_equal(answers, compute(X))
    assert answers.dtype == compute(X).dtype


def test_no_more_than_a_block_is_computed_at_once(rng):
    sizes = []
    in_blocks(lambda x: sizes.append(x.size) or x[:, 0], rng.standard_normal((5, 2**16, 1)))
    assert sizes == [2**17, 2**17, 2**16]
