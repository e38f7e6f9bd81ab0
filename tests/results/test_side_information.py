"""Side information is a set of members: its words, what is refused, and that no limit hangs on a word."""

import pytest

from baselines import SineFit
from dspvnn.adapter import Adapted, load_yours
from dspvnn.measure.compare import Contestant, compare_cell
from dspvnn.results.side_information import SideInformation, as_side_information, in_words
from dspvnn.tasks import TASKS

CELL = next(c for c in TASKS["tone"].conditions if c.name == "inside, -10 dB")


def test_words_come_in_the_order_of_the_members_whatever_the_order_of_the_set():
    assert in_words([SideInformation.START, SideInformation.ALPHA]) == "alpha, start"
    assert in_words(frozenset()) == ""
    assert as_side_information(in_words(SideInformation).split(", ")) == frozenset(SideInformation)


def test_members_have_words_of_their_own_that_a_csv_field_can_hold():
    words = [str(member) for member in SideInformation]
    assert len(set(words)) == len(words)
    assert not any("," in word for word in words)


def test_one_word_stands_for_a_set_of_one():
    assert as_side_information("shape") == as_side_information(["shape"]) == {SideInformation.SHAPE}


def test_an_unknown_word_is_refused_with_those_that_are_known(tmp_path, monkeypatch):
    with pytest.raises(
        ValueError, match=r"^unknown side information 'range': it must be some of frequency range, t"
    ):
        as_side_information(("shape", "range"))
    (tmp_path / "of_range.py").write_text(
        "def guess(X):\n    return X[:, 0]\n\n\nguess.side_information = 'the range'\n"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        ValueError, match=r"^of_range:guess: .*unknown side information 'the range': it must"
    ):
        load_yours("of_range:guess")


class Fit(SineFit):
    """A sine fit that says of itself what its instance's argument says."""

    side_information = frozenset()


def limit_with(*members):
    def make():
        fit = Fit()
        fit.side_information = frozenset(members)
        return fit

    (row,) = compare_cell("tone", CELL, [Contestant("fit", make, learns=False)], 40, 0)
    assert row.side_information == frozenset(members)
    return row.limit


def test_the_limit_is_chosen_by_membership_and_not_by_a_word_in_a_name():
    """An onset range has the word in its name, and says nothing about where frequencies lie."""
    bound = limit_with()
    assert limit_with(SideInformation.ONSET_RANGE) == bound
    least = {limit_with(member) for member in TASKS["tone"].side_information}
    assert len(least) == 1
    assert least.pop() > 10 * bound  # below the threshold the bound is far too low


def test_an_estimator_of_ones_own_names_its_side_information_or_none():
    class Learner:
        def fit(self, X, y):
            return self

        def predict(self, X):
            return X[:, 0]

    assert Adapted(Learner).side_information == {SideInformation.TRAINING_RANGE}
    Learner.side_information = ("frequency range", SideInformation.NOISE_LEVEL)
    assert Adapted(Learner).side_information == {
        SideInformation.FREQUENCY_RANGE, SideInformation.NOISE_LEVEL
    }  # fmt: skip
    assert Adapted(lambda X: X[:, 0]).side_information == frozenset()
