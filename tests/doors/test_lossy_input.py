"""What comes in as an array keeps all that it says or is refused: mask, imaginary part and digits."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse

from baselines import EWMA, MatchedFilter, SineFit, TrainingMean, WitnessRegression
from baselines.remedies import GapFit
from dspvnn.adapter import Adapted
from dspvnn.signals.arrays import as_float64, check_array
from neural import EWMALSTM, ToneLSTM
from neural.constructed import ConstructedMatchedFilter

NAN = np.nan
MASKED = np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 1], [0, 0]])

# What comes in, and the numbers that it stands for. A missing one is NaN.
KEPT = {
    "a list of lists": ([[1, 2.5], [3, 4]], [[1, 2.5], [3, 4]]),
    "a tuple of arrays": ((np.array([1.0, 2]), np.array([3.0, 4])), [[1, 2], [3, 4]]),
    "bool": (np.array([[True, False]]), [[1, 0]]),
    "int8": (np.array([[-128, 127]], np.int8), [[-128, 127]]),
    "uint64, up to 2**53": (np.array([[2**53, 0]], np.uint64), [[2.0**53, 0]]),
    "int64, exact beyond 2**53": (np.array([[2**60, -(2**62)]]), [[2.0**60, -(2.0**62)]]),
    "float16": (np.array([[0.1]], np.float16), [[float(np.float16(0.1))]]),
    "float32": (np.array([[0.1]], np.float32), [[float(np.float32(0.1))]]),
    "long double": (np.array([[0.1]], np.longdouble), [[0.1]]),
    "another byte order": (np.array([[1.5, 2]], ">f8"), [[1.5, 2]]),
    "reversed": (np.array([[1.0, 2, 3]])[:, ::-1], [[3, 2, 1]]),
    "a matrix": (np.array([[1.0, 2]]).view(np.matrix), [[1, 2]]),
    "objects": (np.array([[1, 2.5]], object), [[1, 2.5]]),
    "decimals": ([[Decimal("0.1"), Decimal(2)]], [[0.1, 2]]),
    "fractions": ([[Fraction(1, 3), Fraction(2)]], [[1 / 3, 2]]),
    "large whole objects": ([[2**70, 1]], [[2.0**70, 1]]),
    "None": (np.array([[1.0, None]], object), [[1, NAN]]),
    "a data frame": (pd.DataFrame({"a": [1, 2], "b": [0.5, NAN]}), [[1, 0.5], [2, NAN]]),
    "nullable columns": (pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}), [[1], [NAN]]),
    "mixed nullable columns": (
        pd.DataFrame(
            {"a": pd.array([1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean")}
        ),
        [[1, 1], [NAN, NAN]],
    ),
    "objects with NA": (np.array([[1, pd.NA]], object), [[1, NAN]]),
    "a tensor": (torch.tensor([[1.0, 2.0]]), [[1, 2]]),
    "tensors in a list": ([torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])], [[1, 2], [3, 4]]),
    "masked": (MASKED, [[1, NAN], [3, 4]]),
    "masked integers": (np.ma.array([[1, 2]], mask=[[1, 0]]), [[NAN, 2]]),
    "masked in a list": ([MASKED[0], MASKED[1]], [[1, NAN], [3, 4]]),
    "masked beside plain in a list": ([np.array([5.0, 6.0]), MASKED[0]], [[5, 6], [1, NAN]]),
    "masked in a tuple of lists": (([MASKED[0], MASKED[1]],), [[[1, NAN], [3, 4]]]),
    "masked elements": ([[np.ma.masked, 2.0], [3.0, 4.0]], [[NAN, 2], [3, 4]]),
    "a mask without a masked element": (np.ma.array([[1.0, 2.0]]), [[1, 2]]),
    "a mask over an infinity": (np.ma.array([[np.inf, 2.0]], mask=[[1, 0]]), [[NAN, 2]]),
}  # fmt: skip


@pytest.mark.parametrize("kind", KEPT)
def test_what_can_be_told_in_float64_is(kind):
    given, numbers = KEPT[kind]
    found = as_float64("here", given, allow_nan=True)
    assert type(found) is np.ndarray
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, numbers)


def test_float64_is_not_copied():
    X = np.ones((2, 3))
    assert as_float64("here", X) is X


REFUSED = {
    "complex": (np.array([[1 + 2j]]), "Complex data not supported: signals are real, got complex128"),
    "complex, imaginary part 0": (np.array([[1 + 0j]]), "Complex data not supported"),
    "complex64": (np.array([[1]], np.complex64), "signals are real, got complex64"),
    "a complex tensor": (torch.tensor([[1 + 1j]]), "Complex data not supported"),
    "complex objects": (np.array([[1.0, 1 + 1j]], object), "Complex data not supported"),
    "NumPy's complex objects": (np.array([[1.0, np.complex64(1j)]], object), "Complex data not supported"),
    "text": ([["1.5", "2"]], "signals must be numbers, got dtype <U3"),
    "text among numbers": ([[1.0, "2"]], "signals must be numbers, got dtype <U32"),
    "text as objects": (np.array([[1.0, "2"]], object), "signals must be numbers, got '2'"),
    "a column of text": (pd.DataFrame({"a": ["1", "2"]}), "signals must be numbers, got "),
    "bytes": (np.array([[b"1"]], object), "signals must be numbers, got b'1'"),
    "dates": (np.array([["2020-01-01"]], "datetime64[D]"), "must be numbers, got dtype datetime64[D]"),
    "durations": (np.array([[1]], "timedelta64[s]"), "signals must be numbers, got dtype timedelta64[s]"),
    "time stamps": (np.array([[pd.Timestamp(0)]], object), "argument must be numbers, got objects"),
    "structured": (np.zeros((2, 2), [("a", float)]), "signals must be numbers, got dtype [('a', '<f8')]"),
    "sparse": (sparse.eye_array(3), "sparse input is not supported, got dia_array"),
    "an integer between two floats": (np.array([[2**53 + 1]]), "up to 2**53 are, got 9007199254740993"),
    "a negative one": (np.array([[-(2**53) - 1]]), "as all up to 2**53 are, got -9007199254740993"),
    "an unsigned one": (np.array([[2**64 - 1]], np.uint64), "2**53 are, got 18446744073709551615"),
    "one as an object": ([[2**70 + 1, 1.0]], "as all up to 2**53 are, got 1180591620717411303425"),
    "an integer beyond all floats": ([[10**400]], "numbers that float64 holds: int too large"),
    "ragged": ([[1.0, 2.0], [1.0]], "all signals must have the same length, got a ragged list"),
    "ragged with masks": ([MASKED[0], np.ones(3)], "signals must have the same length"),
    "arrays as objects": (np.array([[np.ones(2), 1.0]], object), "must be numbers"),
    "dictionaries": (np.array([[{}, 1.0]], object), "argument must be numbers, got objects"),
    "a tensor with a gradient": (
        torch.ones((1, 2), requires_grad=True), "Tensor cannot be read as an array: Can't call numpy()",
    ),
    "a bfloat16 tensor": (torch.ones((1, 2), dtype=torch.bfloat16), "Tensor cannot be read as an array"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_would_lose_something_is_refused_in_one_line(kind):
    given, rule = REFUSED[kind]
    with pytest.raises((ValueError, TypeError)) as error:
        as_float64("here", given, allow_nan=True)
    assert str(error.value).startswith("here: ")
    assert rule in str(error.value)
    assert "\n" not in str(error.value)


def test_a_mask_is_refused_where_nothing_may_be_missing():
    rule = r"^here: signals must not be masked, got 1 masked of 4, the first at \(0, 1\)$"
    with pytest.raises(ValueError, match=rule):
        as_float64("here", MASKED)
    with pytest.raises(ValueError, match=rule):
        as_float64("here", [*MASKED])


@pytest.mark.skipif(
    np.finfo(np.longdouble).max == np.finfo(float).max, reason="long double is float64 here"
)
def test_a_long_double_beyond_float64_is_refused_without_a_warning():
    with pytest.raises(ValueError, match=r"^here: signals must be finite, .* 1 of 2 samples, the first at"):
        check_array("here", np.array([[1.0, np.longdouble(10) ** 400]]), 2)


# --- at the estimators' doors ---------------------------------------------------------------------

N = 64
TONE = np.cos(0.9 * np.arange(N))[None] + 0.01 * np.random.default_rng(0).standard_normal((3, N))
HOLES = np.zeros((3, N), bool)
HOLES[1, 5:20] = True


@pytest.mark.parametrize("estimator", [GapFit(), EWMA()], ids=["GapFit", "EWMA"])
def test_a_mask_is_a_gap_for_who_knows_gaps(estimator):
    answers = estimator.predict(np.ma.array(TONE, mask=HOLES))
    np.testing.assert_array_equal(answers, estimator.predict(np.where(HOLES, np.nan, TONE)))
    assert not np.array_equal(answers, estimator.predict(TONE))
    # What stands under a mask is nothing: it may be anything.
    np.testing.assert_array_equal(
        answers, estimator.predict(np.ma.array(np.where(HOLES, 1e9, TONE), mask=HOLES))
    )


@pytest.mark.parametrize(
    "estimator", [SineFit(), ToneLSTM(device="cpu").build(N)], ids=["SineFit", "ToneLSTM"]
)
@pytest.mark.parametrize("method", ["predict", "fit"])
def test_a_mask_is_refused_by_who_knows_none(estimator, method):
    masked = np.ma.array(TONE, mask=HOLES)
    arguments = (masked, np.full(3, 0.1)) if method == "fit" else (masked,)
    rule = f"^{type(estimator).__name__}: signals must not be masked, got 15 masked of 192, the first at"
    with pytest.raises(ValueError, match=rule):
        getattr(estimator, method)(*arguments)


TARGETS = {
    "masked": (lambda y: np.ma.masked_equal(y, y[0, 1]), "targets must not be masked, got 1 masked"),
    "complex": (lambda y: y + 0j, "Complex data not supported: targets are real, got complex128"),
    "NaN": (lambda y: np.where(y == y[0, 1], np.nan, y), "y must be finite"),
    "text": (lambda y: y.astype(str), "targets must be numbers, got dtype <U32"),
    "missing": (lambda y: None, "requires y to be passed, but the target y is None"),
    "another shape": (lambda y: y[:, :-1], "y must have shape"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize(
    "learner", [TrainingMean, WitnessRegression, lambda: EWMALSTM(steps=1, device="cpu")],
    ids=["TrainingMean", "WitnessRegression", "EWMALSTM"],
)  # fmt: skip
def test_a_target_that_would_lose_something_is_refused(learner, kind):
    estimator, (spoil, rule) = learner(), TARGETS[kind]
    X = np.stack([TONE, TONE**2], axis=-1) if estimator.n_channels else TONE
    with pytest.raises(ValueError, match=rf"^{type(estimator).__name__}: {rule}"):
        estimator.fit(X, spoil(TONE.copy()))


@pytest.mark.parametrize(
    ("estimator", "X"),
    [
        (MatchedFilter(np.ones(5) + 1j), TONE),
        (ConstructedMatchedFilter(np.ones(5) + 1j), TONE),
        (WitnessRegression(carriers=np.ones((N, 1)) + 1j), np.stack([TONE, TONE], axis=-1)),
    ],
    ids=["MatchedFilter", "ConstructedMatchedFilter", "WitnessRegression"],
)
def test_a_complex_argument_is_refused(estimator, X):
    with pytest.raises(ValueError, match=rf"^{type(estimator).__name__}: Complex data not supported"):
        estimator.fit(X, TONE).predict(X)


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (lambda X: X[:, 0] + 0j, "<lambda>: Complex data not supported: estimates are real"),
        (
            lambda X: np.ma.masked_less(X[:, 0], 2),
            "<lambda>: estimates must not be masked, got 3 masked of 3",
        ),
        (lambda X: torch.ones(len(X), requires_grad=True), "<lambda>: Tensor cannot be read as an array"),
    ],
)
def test_an_answer_that_would_lose_something_is_refused(answer, rule):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        Adapted(answer).predict(TONE)
    assert str(error.value).startswith(rule)


@pytest.mark.parametrize("answer", [
    lambda X: torch.ones(len(X)), lambda X: pd.Series(np.ones(len(X))), lambda X: [1] * len(X),
    lambda X: torch.ones(len(X), 1), lambda X: pd.DataFrame({"f": np.ones(len(X))}),
])  # fmt: skip
def test_an_answer_of_another_library_is_taken(answer):
    np.testing.assert_array_equal(Adapted(answer).predict(TONE), np.ones(3))
