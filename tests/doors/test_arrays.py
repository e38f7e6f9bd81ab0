"""Arrays of every kind at the estimators' doors: the right shape or a refusal, and never a change."""

import warnings
from functools import cache

import numpy as np
import pytest
from attacks import REFUSALS, attacks, check_one_line
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.base import clone

import neural
from baselines.roster import BASELINES
from dspvnn.adapter import Adapted
from dspvnn.estimator import EstimationWarning
from neural.roster import NETS

FLOATS = st.floats(allow_nan=True, allow_infinity=True, width=64)
ORDINARY = st.floats(-1e3, 1e3)
DTYPES = st.sampled_from(
    ["f8", "f4", "f2", "i8", "i1", "u8", "u1", "?", "c16", "c8", "O", "U4", "S3", "M8[s]", "m8[ns]", ">f8"]
)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=40)
FORMS = ("as it is", "masked", "list", "fortran", "reversed", "read-only")
MAKERS = {(task, label): BASELINES[task][label] for task in BASELINES for label in BASELINES[task]}
NAMES = sorted({name for nets in NETS.values() for name in nets.values()})
load = cache(neural.load)


@st.composite
def signals(draw, n_channels=0):
    """Draw signals that are nearly right, or anything that NumPy can hold."""
    if draw(st.integers(0, 2)):
        shape = draw(st.tuples(st.integers(1, 4), st.integers(8, 70))) + (n_channels,) * bool(n_channels)
        array = draw(hnp.arrays("f8", shape, elements=draw(st.sampled_from([ORDINARY, FLOATS]))))
    else:
        array = draw(hnp.arrays(draw(DTYPES), draw(SHAPES)))
    form = draw(st.sampled_from(FORMS))
    if form == "masked":
        return np.ma.masked_array(array, mask=draw(hnp.arrays(bool, array.shape)))
    if form == "list":
        return array.tolist()
    if form == "fortran":
        return np.asfortranarray(array)
    if form == "reversed" and array.ndim:
        return array[::-1]
    if form == "read-only":
        array.setflags(write=False)
    return array


def content(array):
    """Return what may not change: the values, the mask, the type."""
    if not isinstance(array, np.ndarray):
        return repr(array)
    return (array.dtype, array.shape, np.ma.getmaskarray(array).tobytes(), np.ma.getdata(array).tobytes())


def answers(estimator, X):
    """Return what an estimator answers, or None if it refuses the signals in one line."""
    before = content(X)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            warnings.simplefilter("ignore", EstimationWarning)
            if estimator.__sklearn_tags__().requires_fit and not hasattr(estimator, "n_features_in_"):
                estimator.fit(X, np.zeros(np.shape(X)[:2]))
            return estimator.predict(X)
    except REFUSALS as error:
        check_one_line(error)
        return None
    finally:
        assert content(X) == before


def attack(estimator, X):
    """Assert that signals are refused, or answered as the same numbers in a plain array of float64 are."""
    estimates = answers(estimator, X)
    if estimates is None:
        return
    assert len(estimates) == len(X)
    assert estimates.dtype == np.float64
    assert not np.isinf(estimates).any()
    # In the order in which X lies in the memory, in which sums are taken: another one rounds otherwise.
    plain = np.array(np.ma.filled(np.ma.array(X, dtype=float), np.nan), order="K")
    np.testing.assert_array_equal(estimates, answers(estimator, plain))


@pytest.mark.slow
@pytest.mark.parametrize(("task", "label"), MAKERS)
@attacks(60)
@given(data=st.data())
def test_a_classical_estimator_answers_or_refuses(task, label, data):
    estimator = MAKERS[task, label]()
    attack(estimator, data.draw(signals(estimator.n_channels)))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@attacks(60)
@given(data=st.data())
def test_a_net_answers_or_refuses(name, data):
    net = load(name)
    attack(net, data.draw(signals(net.n_channels)))


TARGETS = st.one_of(
    st.none(),
    hnp.arrays("f8", st.tuples(st.integers(1, 4), st.integers(8, 20)), elements=FLOATS),
    hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=20)),
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tone/lstm", "burst/elman", "ewma/linear-rnn", "witness/product-lstm"])
@attacks(60)
@given(data=st.data())
def test_a_net_that_is_trained_takes_targets_or_refuses(name, data):
    fresh = clone(load(name)).set_params(steps=1)
    X, y = data.draw(signals(fresh.n_channels)), data.draw(TARGETS)
    before = content(X), content(y)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fresh.fit(X, y)
    except REFUSALS as error:
        check_one_line(error)
    assert (content(X), content(y)) == before


ANSWERS = st.one_of(
    hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6)),
    st.none(), st.text(max_size=5), st.lists(st.one_of(FLOATS, st.none(), st.text(max_size=2)), max_size=6),
    st.floats(), st.integers(), st.dictionaries(st.text(max_size=2), FLOATS, max_size=3),
)  # fmt: skip


@attacks(300)
@given(answer=ANSWERS)
def test_an_answer_of_anyones_estimator_is_taken_or_refused(answer):
    try:
        estimates = Adapted(lambda signals: answer).predict(np.zeros((5, 16)))
    except REFUSALS as error:
        check_one_line(error)
    else:
        assert estimates.shape == (5,)
        assert estimates.dtype == np.float64
        assert not np.iscomplexobj(answer)
        assert not np.ma.is_masked(answer)
