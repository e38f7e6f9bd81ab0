"""Estimators that are not ours: what they do to arrays, to the process, or answer, harms nobody else."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from baselines import FFTPeak, SineFit
from baselines.roster import BASELINES
from dspvnn.adapter import ChangedInPlace, Guarded, load_yours
from dspvnn.foreign import contained, first_line
from dspvnn.lineup import lineup
from dspvnn.measure.compare import LARGEST_LOSS, Contestant, compare_cell, draw_cell
from dspvnn.measure.runtime import time_task
from dspvnn.rates import delay_rows, low_rate_rows
from dspvnn.recordings.series import Recording, compare_recording
from dspvnn.report.figure_list import pictures_of
from dspvnn.report.words.own_estimators import about_yours
from dspvnn.report.words.verdicts import score, verdicts
from dspvnn.results.rows import read_rows
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from dspvnn.testing import Undecided, assert_within

ROOT = Path(__file__).parents[2]
CELL = next(c for c in TASKS["tone"].conditions if c.name == "inside, 20 dB")
SINE_FIT = Contestant("sine fit", SineFit, learns=False)


def own(thing, label="own"):
    return Contestant(label, lambda: Guarded(thing))


def rows_of(rows, label):
    return [repr(row) for row in rows if row.estimator == label]


# --- arrays ---------------------------------------------------------------------------------------


class Vandal:
    """Answers well, then fills its signals with noise; does the same to its targets in `fit`."""

    def fit(self, X, y):
        y[:] = 0.2
        X[:] = 0

    def predict(self, X):
        answers = FFTPeak("jacobsen").predict(X)
        X[:] = np.random.default_rng(0).standard_normal(X.shape)
        return answers


@pytest.mark.filterwarnings("ignore::dspvnn.adapter.ChangedInPlace")
def test_spoilt_signals_do_not_spoil_the_limit():
    """The limit of who is given the range is measured on the signals: spoilt, it would be far too large."""
    with pytest.raises(AssertionError, match=r"beyond 1\.1 x the limit") as failure:
        assert_within(Vandal(), "tone", 1.1, where=lambda c: c is CELL)

    class Honest:
        side_information = "training range"

        def predict(self, X):
            return FFTPeak("jacobsen").predict(X)

    with pytest.raises(AssertionError) as expected:
        assert_within(Honest(), "tone", 1.1, where=lambda c: c is CELL)
    assert str(failure.value) == str(expected.value)


def test_a_change_in_place_is_said_once_in_assert_within():
    def shifts(X):
        X += 1
        return SineFit().predict(X)

    with pytest.warns(
        ChangedInPlace, match=r"^in 'inside, 20 dB' the estimator changed its signals in place;"
    ):
        assert_within(shifts, "tone", 1.1, where=lambda c: c is CELL)


def test_a_change_in_place_reaches_nobody_and_is_said_in_a_report():
    contestants = [own(Vandal), SINE_FIT, Contestant("training mean", BASELINES["tone"]["training mean"])]
    rows = compare_cell("tone", CELL, contestants, 100, 0)
    undisturbed = compare_cell("tone", CELL, contestants[1:], 100, 0)
    for label in ("sine fit", "training mean"):
        assert rows_of(rows, label) == rows_of(undisturbed, label)
    assert rows[0].note == "changed its signals and targets in place; it was given a copy"
    assert rows[0].error == ""
    assert about_yours(rows) == [
        "own (tone) in 1 of 1 cells changed its signals and targets in place; it was given a copy"
    ]


def test_what_an_estimator_keeps_is_its_own():
    kept = []

    class Keeper:
        def __deepcopy__(self, memo):
            return self

        def fit(self, X, y):
            kept.extend([X, y])

        def predict(self, X):
            kept.append(X)
            return X[:, 0]

    context = draw_cell(TASKS["tone"], CELL, 50, 0)
    compare_cell("tone", CELL, [own(Keeper())], 50, 0)
    adapted = Guarded(Keeper()).fit(context.training.signals, np.asarray(context.training.target, float))
    adapted.predict(context.trials.signals)
    drawn = [
        context.training.signals,
        context.training.target,
        context.trials.signals,
        context.trials.target,
    ]
    for array in kept:
        assert array.base is None
        assert array.flags.writeable
        assert not any(np.shares_memory(array, other) for other in drawn)
    assert len(kept) == 6


@pytest.mark.parametrize("task", TASKS)
def test_what_a_cell_has_drawn_is_read_only(task):
    context = draw_cell(TASKS[task], TASKS[task].conditions[0], 8, 0)
    for trials in filter(None, (context.trials, context.training, context.calibration)):
        for array in (trials.signals, trials.target, *trials.parameters.values()):
            assert not np.asarray(array).flags.writeable


OURS = {
    f"{task}: {c.label}": (task, c)
    for task in TASKS
    for c in lineup(task, "cpu")
    if ", seed " not in c.label or c.label.endswith("seed 0")
}


@pytest.mark.parametrize("name", OURS)
def test_ours_change_neither_signals_nor_targets(name):
    """Also where no conversion makes a copy: float64, contiguous and writeable."""
    task, contestant = OURS[name]
    about = TASKS[task]
    condition = next((c for c in about.conditions if c.sweep in contestant.only), about.conditions[0])
    signals, y = (
        np.array(array, dtype=np.float64, order="C")
        for array in (about.draw(stream(0, "own"), 3, condition).signals,
                      about.draw(stream(0, "own"), 3, condition).target)
    )  # fmt: skip
    X, target = signals.copy(), y.copy()
    assert X.flags.c_contiguous
    assert X.flags.writeable
    estimator = contestant.fitted(about.draw(stream(0, "train"), 20, about.training_for(condition)))
    estimator.predict(X)
    if hasattr(estimator, "decision_function"):
        estimator.decision_function(X)
    assert X.tobytes() == signals.tobytes()
    fresh = clone(getattr(estimator, "estimator", estimator))
    if "steps" in fresh.get_params():
        fresh.set_params(steps=1, batch_size=2)
    if task == "witness" and contestant.label != "bilinear, given the carriers":  # its carriers are as long
        X, target, signals, y = (array[:, :128].copy() for array in (X, target, signals, y))
    fresh.fit(X, target)
    assert X.tobytes() == signals.tobytes()
    assert target.tobytes() == y.tobytes()


# --- the process ----------------------------------------------------------------------------------

VANDALISM = """
import locale, os, sys, warnings
import numpy as np, torch
from dspvnn.measure.compare import Contestant, compare_cell
from dspvnn.lineup import lineup
from dspvnn.tasks import TASKS
from dspvnn.adapter import Guarded

def vandal(X):
    np.seterr(all="raise")
    np.random.seed(0)
    warnings.simplefilter("error")
    os.chdir("/")
    locale.setlocale(locale.LC_ALL, "C")
    torch.set_num_threads(3)
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    sys.stdout.close()
    sys.stderr.close()
    return X[:, 0]

cell = TASKS["tone"].conditions[5]
labels = ("sine fit", "LSTM, seed 0", "heterodyne LSTM, seed 0")
others = [c for c in lineup("tone", "cpu") if c.label in labels]
alone = compare_cell("tone", cell, others, 50, 0)
before = np.geterr(), os.getcwd(), torch.get_num_threads(), torch.get_default_dtype(), warnings.filters[:]
together = compare_cell("tone", cell, [Contestant("vandal", lambda: Guarded(vandal)), *others], 50, 0)
after = np.geterr(), os.getcwd(), torch.get_num_threads(), torch.get_default_dtype(), warnings.filters[:]
assert before == after, (before, after)
assert [r.error for r in together if r.estimator == "vandal"] == [""]
assert list(map(repr, alone)) == [repr(r) for r in together if r.estimator != "vandal"]
print("out is open")
print("err is open", file=sys.stderr)
"""


def test_what_one_does_to_the_process_changes_nobodys_rows():
    done = subprocess.run(
        [sys.executable, "-c", VANDALISM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "out is open\n"), done.stderr
    assert "err is open" in done.stderr


def test_an_import_is_contained_too(tmp_path, monkeypatch):
    (tmp_path / "careless.py").write_text(
        "import warnings, numpy as np\nwarnings.filterwarnings('ignore')\nnp.seterr(all='raise')\n"
        "def first(X):\n    return X[:, 0]\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = np.geterr()
    load_yours("careless:first")
    assert np.geterr() == before
    with pytest.warns(UserWarning, match="still heard"):
        warnings.warn("still heard", stacklevel=1)


def test_a_folder_that_is_gone_ends_nothing(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    with contained():
        gone.rmdir()


# --- errors ---------------------------------------------------------------------------------------


class WordlessError(Exception):
    def __str__(self):
        raise RuntimeError("no words either")


def recurse(X):
    return recurse(X)


def raising(error):
    def predict(X):
        raise error

    return predict


ERRORS = {
    "system exit": (raising(SystemExit(3)), "in predict: SystemExit: 3"),
    "recursion": (recurse, "in predict: RecursionError: maximum recursion depth exceeded"),
    "memory": (lambda X: np.empty(2**59), "in predict: MemoryError: Unable to allocate"),
    "an error without words": (raising(WordlessError()), "in predict: WordlessError"),
    "an empty error": (raising(ValueError()), "in predict: ValueError"),
    "several lines": (raising(ValueError("one\ntwo")), "in predict: ValueError: one"),
    "a group": (raising(ExceptionGroup("two", [ValueError("a"), KeyError("b")])), "in predict: Exception"),
    "a warning as an error": (raising(DeprecationWarning("old")), "in predict: DeprecationWarning: old"),
    "division": (lambda X: 1 / 0, "in predict: ZeroDivisionError: division by zero"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_of_any_kind_is_a_failure_and_one_line(kind):
    thing, said = ERRORS[kind]
    rows = compare_cell("tone", CELL, [own(thing), SINE_FIT], 20, 0)
    assert rows[0].error.startswith(said)
    assert "\n" not in rows[0].error
    assert (rows[0].n_failed, rows[1].n_failed) == (20, 0)


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit])
def test_who_wants_to_stop_stops(error):
    with pytest.raises(error):
        compare_cell("tone", CELL, [own(raising(error()))], 20, 0)


def test_the_first_line_of_an_error_is_short():
    assert first_line(ValueError("x" * 1000)) == "ValueError: " + "x" * 188


# --- answers --------------------------------------------------------------------------------------


def constant(value):
    """An estimator that answers `value` to every signal, whatever its type."""
    return lambda X: np.full(len(X), value)


class OnlyOnce:
    """The right shape at the first call only."""

    calls = 0

    def predict(self, X):
        self.calls += 1
        return X[:, 0] if self.calls == 1 else X


LOST = {  # no error, but no score either
    "1e160, whose square overflows": constant(1e160),
    "1e153, whose mean square overflows": constant(1e153),
    "the largest number": constant(np.finfo(float).max),
    "the lowest number": constant(np.finfo(float).min),
    "infinity": constant(np.inf),
    "NaN": constant(np.nan),
    "a long double beyond float64": lambda X: np.full(len(X), np.longdouble(10) ** 400),
    "alternating": lambda X: np.where(np.arange(len(X)) % 2, 1e308, -1e308),
    "nothing, as objects": lambda X: np.full(len(X), None),
}
SCORED = {
    "zero": constant(0.0), "integers": constant(3), "booleans": constant(True), "tiny": constant(1e-308),
    "large": constant(1e40), "objects": lambda X: np.full(len(X), 0.1, object),
    "a list": lambda X: [0.1] * len(X),
    "one column": lambda X: np.full((len(X), 1), 0.1), "a first call": OnlyOnce,
    "an empty mask": lambda X: np.ma.array(np.full(len(X), 0.1)),
}  # fmt: skip
REFUSED = {
    "complex": (lambda X: 0.1 + 0j * X[:, 0], "estimates are real, got complex128"),
    "complex objects": (lambda X: np.full(len(X), 0.1 + 1j, object), "Complex data not supported"),
    "masked": (lambda X: np.ma.masked_less(np.full(len(X), 0.1), 1), "must not be masked, got 20"),
    "text": (lambda X: ["0.1"] * len(X), "estimates must be numbers, got dtype <U3"),
    "dates": (lambda X: np.zeros(len(X), "datetime64[s]"), "must be numbers, got dtype datetime64[s]"),
    "a huge integer": (lambda X: [10**400] * len(X), "estimates must be numbers that float64 holds"),
    "an integer beyond 2**53": (lambda X: [2**60 + 1] * len(X), "must be integers that float64 holds"),
    "a structure": (lambda X: np.zeros(len(X), [("f", float)]), "estimates must be numbers, got dtype"),
    "nothing": (lambda X: None, "estimates must have shape (20,) for these signals, got ()"),
    "a table": (lambda X: X, "estimates must have shape (20,) for these signals, got (20, 128)"),
    "a dictionary": (lambda X: {"frequency": 0.1}, "estimates must have shape (20,)"),
    "a generator": (lambda X: (0.1 for _ in X), "estimates must have shape (20,)"),
}  # fmt: skip


@pytest.mark.parametrize("kind", [*LOST, *SCORED, *REFUSED])
def test_no_answer_stops_a_comparison(kind):
    thing = LOST.get(kind) or SCORED.get(kind) or REFUSED[kind][0]
    contestants = [own(thing), SINE_FIT]
    rows = compare_cell("tone", CELL, contestants, 20, 0)
    assert rows_of(rows, "sine fit") == rows_of(compare_cell("tone", CELL, [SINE_FIT], 20, 0), "sine fit")
    row = rows[0]
    assert np.isfinite([row.value, row.ci_low, row.ci_high, row.ratio_low, row.ratio_high]).all()
    assert row.n_failed == (0 if kind in SCORED else 20)
    assert bool(row.error) == (kind in REFUSED)
    if kind in REFUSED:
        assert REFUSED[kind][1] in row.error
    if kind in LOST:
        assert about_yours(rows) == [
            "own (tone) gave 20 of 20 estimates that are not finite or too large to score; they count as "
            "the training mean"
        ]


def test_no_answer_stops_a_figure_or_a_sentence():
    answers = LOST | SCORED | {kind: thing for kind, (thing, _) in REFUSED.items()}
    contestants = [*(own(thing, label) for label, thing in answers.items()), SINE_FIT]
    rows = compare_cell("tone", CELL, contestants, 20, 0) + time_task("tone", contestants, 1, 0)
    for picture, mine in pictures_of(rows).items():
        picture.draw(mine).draw_without_rendering()
        assert picture.alternative(mine)
    assert all(map(score, rows))
    verdicts(rows)
    assert len(about_yours(rows)) == len(LOST) + len(REFUSED)


def test_a_loss_counts_up_to_where_its_interval_ends_to_exist():
    for value, n_failed in ((0.9e50, 0), (1.1e50, 20)):
        assert value**2 < np.finfo(float).max
        (row,) = compare_cell("tone", CELL, [own(constant(value))], 20, 0)
        assert (row.n_failed, value**2 > LARGEST_LOSS) == (n_failed, n_failed > 0)


@pytest.mark.parametrize("task", ["burst", "burst-noise-free", "ewma"])
def test_no_answer_of_one_number_a_sample_stops_a_comparison(task):
    values = (1e160, 1e308, np.nan, np.inf, 0.0, 1e-300)
    contestants = [own(lambda X, v=v: np.full(X.shape, v), str(v)) for v in values]
    rows = compare_cell(task, TASKS[task].conditions[0], contestants, 400, 0)
    for row in rows:
        assert np.isfinite([row.value, row.ci_low, row.ci_high]).all()
    said = about_yours(rows)
    # Evidence is only compared with a threshold: no finite one is too large.
    assert len(said) == (4 if task == "ewma" else 2)
    for line in said:
        assert f"({task}) gave {rows[0].n_signals} of {rows[0].n_signals} estimates that" in line


EVIDENCE = {
    "NaN": lambda X: np.full(X.shape, np.nan),
    "infinite": lambda X: np.where(X > 0, np.inf, -np.inf),
    "constant": np.zeros_like,
    "not causal": lambda X: np.broadcast_to(np.abs(X).max(axis=1, keepdims=True), X.shape),
    "an error": raising(OSError("no device")),
}


@pytest.mark.parametrize("kind", EVIDENCE)
def test_no_evidence_stops_the_low_rates_nor_the_delays(kind):
    contestants = [
        own(EVIDENCE[kind]),
        Contestant("energy detector", BASELINES["burst"]["energy detector"]),
    ]
    rows = low_rate_rows(contestants, 1000) + delay_rows(contestants, 1000, 100, run_lengths=(100.0,))
    alone = low_rate_rows(contestants[1:], 1000) + delay_rows(
        contestants[1:], 1000, 100, run_lengths=(100.0,)
    )
    assert rows_of(rows, "energy detector") == rows_of(alone, "energy detector")
    mine = [row for row in rows if row.estimator == "own"]
    assert len(mine) >= len(alone) - 1  # an alarm before every burst is no delay
    if kind != "not causal":
        assert all(row.value == 1 for row in mine if row.unit == "share of bursts")  # every burst is missed


@pytest.mark.parametrize("truth", [50.0, None])
@pytest.mark.parametrize("value", [1e160, 1e308, np.nan, 0.0])
def test_no_answer_stops_a_recording(value, truth):
    noise = stream(0, "hum").standard_normal(
        (10, 128)
    )  # the interval of a median takes six windows or more
    windows = np.cos(2 * np.pi * 0.05 * np.arange(1280)).reshape(10, 128) + 0.1 * noise
    recording = Recording("a hum", windows, 1000.0, "Hz", truth, "")
    mine, ours = compare_recording(recording, [own(constant(value)), SINE_FIT], 0)
    assert np.isfinite([mine.value, mine.ci_low, mine.ci_high]).all()
    assert mine.n_failed == (0 if value == 0 else 10)
    assert ours.n_failed == 0


def test_assert_within_is_sure_of_a_huge_answer():
    with pytest.raises(AssertionError, match="beyond") as failure:
        assert_within(constant(1e160), "tone", 1.1, where=lambda c: c is CELL)
    assert not isinstance(failure.value, Undecided)
    assert "failed 1000" in str(failure.value)


# --- all in one report ----------------------------------------------------------------------------

WORST = """
import numpy as np, sys

def huge(X):
    return np.full(len(X), 1e160)

def large(X):
    return np.full(len(X), 1e40)

def not_a_number(X):
    return np.full(len(X), np.nan)

def spoils(X):
    answers = X[:, 0] * 0 + 0.1
    X[:] = 0
    np.seterr(all="raise")
    sys.stdout.close()
    return answers

def exits(X):
    sys.exit("good bye")
"""


@pytest.mark.slow
def test_the_worst_in_one_report(tmp_path):
    (tmp_path / "worst.py").write_text(WORST)
    names = [
        w
        for n in ("huge", "large", "not_a_number", "spoils", "exits")
        for w in ("--estimator", f"worst:{n}")
    ]
    done = subprocess.run(
        [sys.executable, "-m", "dspvnn.report", "--preset", "quick", "--task", "tone", "--jobs", "1",
         *names,
         "--out", str(tmp_path / "out")],
        capture_output=True, text=True, check=False, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("comparison.pdf")
    rows = [r for r in read_rows(tmp_path / "out" / "results.csv") if r.kind == "yours"]
    assert {r.estimator for r in rows} == {"huge", "large", "not_a_number", "spoils", "exits"}
    said = dict(
        line.removeprefix("dspvnn: ").split(" ", 1) for line in done.stderr.splitlines() if "(tone)" in line
    )
    assert "estimates that are not finite or too large to score" in said["huge"]
    assert "estimates that are not finite" in said["not_a_number"]
    assert "changed its signals in place" in said["spoils"]
    assert "in predict: SystemExit: good bye" in said["exits"]
    assert "large" not in said
