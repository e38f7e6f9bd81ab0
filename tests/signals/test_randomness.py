import numpy as np
import pytest
import torch
from scipy.stats import kstest

from dspvnn.signals.randomness import stream
from neural.draws import TorchDraws

N = 20_000


def test_labels_alone_decide_a_stream():
    first = stream(3, "test", "tone", 10).random(5)
    stream(3, "train").random(1000)  # another stream in between changes nothing
    np.testing.assert_array_equal(stream(3, "test", "tone", 10).random(5), first)


@pytest.mark.parametrize(
    "other",
    [
        (3, "train", "tone"),
        (4, "test", "tone"),
        (3, "tone", "test"),
        (3, "testtone"),
        (3, "test", "tone", ""),
    ],
)
def test_streams_of_other_labels_are_unrelated(other):
    a, b = stream(3, "test", "tone").standard_normal(N), stream(*other).standard_normal(N)
    assert not np.intersect1d(a, b).size
    # The correlation of independent draws has standard deviation 1 / sqrt(N).
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(N)


def test_a_stream_is_the_same_in_every_process():
    # Frozen: a hash that changes from process to process would not give it twice.
    np.testing.assert_array_equal(stream(0, "test").integers(0, 1000, 6), [654, 101, 622, 817, 806, 171])


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match=r"^seed must not be negative, got -1$"):
        stream(-1, "test")


@pytest.mark.parametrize(
    "draws", [stream(0, "law"), TorchDraws(0, "cpu", torch.float64)], ids=["numpy", "torch"]
)
@pytest.mark.parametrize(("method", "law"), [("random", "uniform"), ("standard_normal", "norm")])
def test_draws_follow_their_law(draws, method, law):
    values = np.asarray(getattr(draws, method)((N // 10, 10)))
    assert values.shape == (N // 10, 10)
    assert values.dtype == np.float64
    assert kstest(values.ravel(), law).pvalue > 1e-3


def test_torch_draws_repeat_with_their_seed():
    a, b, c = (TorchDraws(seed, "cpu", torch.float32).random(50) for seed in (5, 5, 6))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert a.dtype == torch.float32
