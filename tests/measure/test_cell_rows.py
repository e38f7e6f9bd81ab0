"""The rows of a cell, field by field: who, where, what, how many; drawn from which streams."""

import math

import numpy as np
import pytest

from baselines import FFTPeak
from baselines.training_mean import TrainingMean
from dspvnn.limits import burst_forward_filter, tone_bound
from dspvnn.measure.compare import Contestant, _beyond, compare_cell, draw_cell, score
from dspvnn.measure.statistics import interval, ratio_interval, resampling_weights
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS

TONE, BURST = TASKS["tone"], TASKS["burst"]


def cell(task, name):
    return next(c for c in TASKS[task].conditions if c.name == name)


def test_every_field_of_a_row():
    condition = cell("tone", "inside, 20 dB")
    (row,) = compare_cell("tone", condition, [Contestant("peak", lambda: FFTPeak("candan"))], 300, 7)
    trials = TONE.draw(stream(7, "test", "tone", "inside, 20 dB"), 300, condition)
    p = trials.parameters
    losses = (FFTPeak("candan").predict(trials.signals) - p["frequency"]) ** 2
    limit = tone_bound(128, p["frequency"], p["phase"], p["amplitude"], p["noise_std"])["frequency"]
    weights = resampling_weights(300, stream(7, "bootstrap", "tone", "inside, 20 dB"))
    about = TONE.metrics["frequency rmse"]
    value, low, high = interval(losses, about, weights)
    ratio, ratio_low, ratio_high = ratio_interval(losses, limit, about, weights)
    expected = Row(
        task="tone", condition="inside, 20 dB", region="inside", sweep="snr", position=20, snr_db=20,
        estimator="peak", kind="classical", metric="frequency rmse", unit="cycles/sample", value=value,
        ci_low=low, ci_high=high, limit=math.sqrt(limit.mean()), ratio_to_limit=ratio, ratio_low=ratio_low,
        ratio_high=ratio_high, n_signals=300, n_failed=0, seed=7, error="",
    )  # fmt: skip
    for name in Row.__dataclass_fields__:
        found, wanted = getattr(row, name), getattr(expected, name)
        assert found == (pytest.approx(wanted, nan_ok=True) if isinstance(wanted, float) else wanted), name


def test_the_draws_of_a_cell_come_from_their_streams():
    condition = cell("burst", "half the width, d = 6")
    context = draw_cell(BURST, condition, 500, 3)
    for use, trials, n, of in (
        ("test", context.trials, 500, condition),
        ("train", context.training, 500, BURST.training),
        ("calibrate", context.calibration, 1000, condition),
    ):
        expected = BURST.draw(stream(3, use, "burst", condition.name), n, of)
        np.testing.assert_array_equal(trials.signals, expected.signals)
    assert context.condition == condition
    noise_only = int((~context.calibration.parameters["present"]).sum())
    expected = resampling_weights(noise_only, stream(3, "threshold", "burst", condition.name))
    np.testing.assert_array_equal(context.calibration_weights, expected)


@pytest.mark.parametrize(
    ("task", "name", "asked", "n"),
    [("burst", "inside, d = 4", 10, 1000), ("burst", "inside, d = 4", 3000, 3000),
     ("burst", "records 10 x longer, d = 6", 3000, 600),
     ("burst", "records 10 x longer, d = 6", 9000, 900)],
)  # fmt: skip
def test_a_threshold_is_set_on_1000_records_at_least_or_600_long_ones(task, name, asked, n):
    assert len(draw_cell(TASKS[task], cell(task, name), asked, 0).calibration.signals) == n


def test_only_a_task_with_thresholds_has_a_calibration_draw():
    for name, task in TASKS.items():
        context = draw_cell(task, task.conditions[0], 10, 0)
        assert (context.calibration is not None) == task.calibrated, name
        assert (context.calibration_weights is not None) == (name == "burst"), name


def test_who_stands_in_one_sweep_only_is_left_out_elsewhere():
    some = [
        Contestant("by SNR", FFTPeak, only=("snr",)),
        Contestant("everywhere", FFTPeak),
        Contestant("by both", FFTPeak, only=("frequency", "snr")),
    ]
    for name, labels in (
        ("inside, 20 dB", ["by SNR", "everywhere", "by both"]),
        ("f in [0.25, 0.3], 20 dB", ["everywhere", "by both"]),
    ):
        assert [r.estimator for r in compare_cell("tone", cell("tone", name), some, 20, 0)] == labels


class Learner(TrainingMean):
    """Counts what it is fitted on."""

    def fit(self, X, y=None):
        self.n_seen = len(X)
        return super().fit(X, y)


@pytest.mark.parametrize("learns", [True, False])
def test_only_who_learns_is_fitted(learns):
    training = TONE.draw(np.random.default_rng(0), 30, TONE.training)
    estimator = Contestant("it", Learner, learns).fitted(training)
    assert getattr(estimator, "n_seen", 0) == (30 if learns else 0)
    assert Contestant("it", Learner).learns
    assert Contestant("it", Learner).only == ()


class SomeSamplesFail:
    """Answers every sample with 0.25, and with NaN or infinity in some places."""

    def predict(self, X):
        answers = np.full(X.shape, 0.25)
        answers[0, 3], answers[2, :], answers[5, 0] = np.nan, np.inf, -np.inf
        return answers


def test_a_record_with_one_failed_sample_has_failed_and_only_that_sample_is_replaced():
    task = TASKS["ewma"]
    context = draw_cell(task, task.conditions[0], 50, 0)
    scored = score(task, SomeSamplesFail(), context)
    answers = np.full((50, 100), 0.25)
    mean = float(np.mean(context.training.target))
    answers[0, 3] = answers[2, :] = answers[5, 0] = mean
    assert scored.n_failed == 3
    by_hand = task.losses(context.trials, answers)["relative rms error"]
    np.testing.assert_allclose(scored.losses["relative rms error"], by_hand, rtol=1e-12)


def test_a_loss_beyond_double_precision_is_that_of_its_signal():
    losses = {
        "frequency": np.array([1.0, np.inf, 1.0]),
        "phase": np.array([[1.0, 1.0, np.nan], [1.0, 1.0, 1.0]]),
    }
    np.testing.assert_array_equal(_beyond(losses, 3), [False, True, True])
    losses["of some signals"] = np.array([np.inf])
    np.testing.assert_array_equal(_beyond(losses, 3), [False, True, True])


def test_the_limit_of_a_burst_errs_where_the_exact_odds_are_on_the_wrong_side():
    context = draw_cell(BURST, cell("burst", "inside, d from 3 to 20"), 200, 3)
    odds = burst_forward_filter(context.trials.signals, context.condition.model())
    decided = np.where(odds > 0, 0, 1)
    found = BURST.limit_losses(context)["sample error rate"]
    np.testing.assert_allclose(found, np.mean(decided != context.trials.target, axis=1))
