"""What a check says of functions that fail in a way of their own, and what it does not mind."""

import numpy as np
import pytest

from dspvnn.course import attempt
from dspvnn.course.answers import agree, call
from dspvnn.course.verdict import Fault, Verdict, check

SIGNALS = np.arange(12.0).reshape(3, 4)
mean = 0.5  # a variable of the notebook
SCALE = 2.0


def fault(answer, *arguments, shape=(3,)):
    with pytest.raises(Fault) as raised:
        call(answer, *(arguments or (SIGNALS,)), shape=shape)
    return str(raised.value)


def test_a_right_function_may_use_methods_constants_and_helpers():
    def helper(x):
        return x.mean(axis=1)  # an attribute that has the name of a variable

    def answer(x):
        return SCALE * helper(x) + sum(np.zeros(1) for _ in range(2))

    np.testing.assert_array_equal(call(answer, SIGNALS, shape=(3,)), 2 * SIGNALS.mean(axis=1))


def reads_mean(x):
    return x[:, 0] - mean


def reads_it_in_a_helper(x):
    return reads_mean(x)


def reads_it_in_a_comprehension(x):
    return [row[0] - mean for row in x]


@pytest.mark.parametrize("answer", [reads_mean, reads_it_in_a_helper, reads_it_in_a_comprehension])
def test_a_variable_of_the_notebook_is_found_wherever_it_is_read(answer):
    assert "reads the variable `mean`" in fault(answer)


def test_the_argument_that_was_changed_is_named():
    def answer(x, y):
        y[0, 0] = 9
        return y[:, 0]

    assert "changes its input (argument 2)" in fault(answer, SIGNALS, SIGNALS.copy())
    assert SIGNALS[0, 0] == 0


def leaves(x):
    raise SystemExit


def divides_by_zero(x):
    return 1 / len(x[:0])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (leaves, "raised an error in line"),
        (divides_by_zero, "ZeroDivisionError"),
        (lambda x: "none", "returns str where an array of numbers is asked"),
        (lambda x: [[1], [1, 2], []], "returns list where"),
        (lambda x: x[0], "shape (4,), but shape (3,) is asked"),
        (lambda x: 1j * x[:, 0], "complex numbers"),
        (lambda x: np.log(x[:, 0] - 1), "NaN or infinity in 1 of 3 places"),
        (lambda: 0, "takes 0 positional arguments but 1 was given"),
    ],
)
def test_a_failure_is_a_sentence_without_a_traceback(answer, words):
    sentence = fault(answer)
    assert words in sentence
    assert "\n" not in sentence


def test_an_interrupt_stops_the_cell():
    def answer(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(answer, SIGNALS, shape=(3,))


def test_agreement_is_measured_and_a_known_mistake_named():
    right = np.array([1.0, 2.0])
    assert agree("`f`", right + 1e-9, right, {}, 1e-6) == pytest.approx(5e-10, rel=1e-6)
    with pytest.raises(Fault, match="`f` returns half of it"):
        agree("`f`", right / 2, right, {"half of it.": right / 2})
    with pytest.raises(Fault, match=r"largest difference is 1 at \(1,\), where 3 came and 2 is right"):
        agree("`f`", np.array([1.0, 3.0]), right, {"half of it.": right / 2})


def test_an_attempt_is_nan_until_the_function_is_right():
    assert np.isnan(attempt(leaves, SIGNALS)).tolist() == [True] * 3
    assert attempt(lambda n: 2 * n, 3, shape=()) == 6


def test_every_check_draws_other_signals_unless_a_seed_is_given():
    @check
    def drawn(answer, rng):
        return str(rng.random())

    assert drawn(len).sentence != drawn(len).sentence
    assert drawn(len, seed=1) == drawn(len, seed=1) != drawn(len, seed=2)
    assert repr(Verdict(False, "no.")) == "Not yet: no."
