"""The digest of a case's set-up: that of the rows that ship, and what changes it."""

from dataclasses import replace

import pytest

from dspvnn.cases import CASES, setup
from dspvnn.cases.original import Original
from dspvnn.cases.setup import setup_digest
from dspvnn.cases.shipped import FOLDER, accept
from dspvnn.results.rows import read_run, write_run

CASE = CASES["ewma"]
HERE, NETS = "dspvnn.cases.moving_average.case", "dspvnn.cases.moving_average.nets"


@pytest.fixture
def edited(monkeypatch):
    """Return what the digest is after a change of the source of one module."""
    source_of = setup.source_of

    def digest(module, old, new):
        assert old in source_of(module)
        setup._bound.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr(
                setup, "source_of",
                lambda name: source_of(name).replace(old, new) if name == module else source_of(name),
            )  # fmt: skip
            found = setup_digest(CASE)
        setup._bound.cache_clear()
        return found

    return digest


@pytest.mark.parametrize("name", CASES)
def test_the_rows_that_ship_are_those_of_the_present_set_up(name):
    """After a change that changes numbers: python -m dspvnn.cases NAME; after any other: --accept."""
    assert read_run(FOLDER / f"{name}.json")["setup"] == setup_digest(CASES[name])


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        (HERE, "Both nets of the original find the average.", "Both find it."),  # the lesson
        (HERE, '"""Regress y[t] on y[t-1], x[t] and 1', '"""Least squares of y[t]'),  # a docstring
        (HERE, "# ---- scores", "# scores"),
        (HERE, '"by hand, 1,000,000 samples"', '"by hand"'),  # a label in the figure
        ("dspvnn.cases.base", "def short", "def shorter"),  # every case's
    ],
)
def test_words_do_not_change_it(edited, module, old, new):
    assert edited(module, old, new) == setup_digest(CASE)


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        (HERE, "LONGER = 10", "LONGER = 20"),  # a test condition
        (HERE, "optimiser=\"Adam\", rate=1e-3", "optimiser=\"Adam\", rate=1e-2"),
        (HERE, "ours: LSTM(32) that ships", "ours: an LSTM"),  # a variant's label
        (HERE, "x[1:], np.ones", "x[1:], 2 * np.ones"),  # what a variant does
        (HERE, "seeds=(0, 1, 2, 3, 4)", "seeds=(0, 1, 2)"),
        (NETS, ".random((1, n_samples))", ".random((1, n_samples)) ** 2"),
    ],
)  # fmt: skip
def test_a_change_of_what_is_measured_changes_it(edited, module, old, new):
    assert edited(module, old, new) != setup_digest(CASE)


def test_a_setting_of_the_original_changes_it_and_what_differs_from_it_does_not():
    original = CASE.original
    settings = original.settings | {"by hand": original.settings["by hand"] | {"epochs": 99}}
    assert setup_digest(replace(CASE, original=Original(settings, original.differs))) != setup_digest(CASE)
    assert setup_digest(replace(CASE, original=Original(original.settings, ()))) == setup_digest(CASE)


def test_rows_are_accepted_without_being_made_again(tmp_path):
    with pytest.raises(ValueError, match=r"ewma\.json: there is no such file; python -m dspvnn.cases ewma"):
        accept(CASE, tmp_path)
    write_run(tmp_path / "ewma.json", {"setup": "old", "commit": "abcdef0"})
    accept(CASE, tmp_path)
    assert read_run(tmp_path / "ewma.json") == {"setup": setup_digest(CASE), "commit": "abcdef0"}
