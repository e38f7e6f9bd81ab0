"""assert_within: who passes, who fails and with what words, and that its words can be run."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import dspvnn.testing
from baselines import EWMA, BayesFilter, FFTPeak, MatchedFilter, SineFit, TrainingMean, WitnessRegression
from baselines.roster import BASELINES, burst_templates
from dspvnn.adapter import Adapted
from dspvnn.tasks import TASKS
from dspvnn.testing import Undecided, assert_within, draw_block
from dspvnn.testing.blocks import FIRST


def at(name):
    return lambda condition: condition.name == name


# --- who passes -----------------------------------------------------------------------------------


def test_sine_fit_is_within_a_tenth_of_the_bound_above_the_threshold():
    found = assert_within(SineFit(), "tone", 1.1, where=lambda c: c.snr_db >= 0)
    assert len(found) == len([c for c in TASKS["tone"].conditions if c.region == "inside"]) - 2
    for finding in found:
        assert finding.low < 1 < finding.high < 1.1
        assert finding.n_signals % FIRST == 0
        assert finding.n_failed == 0


@pytest.mark.parametrize("region", ["below", "above"])
def test_a_region_is_all_its_cells(region):
    found = assert_within(SineFit(), "tone", 1.15, region)
    assert {f.condition for f in found} == {c.name for c in TASKS["tone"].conditions if c.region == region}


@pytest.mark.parametrize(
    ("estimator", "task", "cell", "metric", "bound"),
    [
        (BayesFilter(), "burst", "inside, d from 3 to 20", "sample error rate", {"ratio": 1.5}),
        (BayesFilter(), "burst", "inside, d from 3 to 20", "miss rate", {"ratio": 1.5}),
        (MatchedFilter(burst_templates()), "burst-noise-free", "inside, no noise", None, {"at_most": 0.1}),
        (EWMA(), "ewma", "inside, uniform on 0 to 1", None, {"ratio": 2.0}),
        (WitnessRegression(), "witness", "inside, fitted on the observed target", None, {"ratio": 1.01}),
    ],
)
def test_every_task(estimator, task, cell, metric, bound):
    (finding,) = assert_within(estimator, task, metric=metric, where=at(cell), **bound)
    assert finding.metric == metric or metric is None


def test_an_estimator_that_was_not_fitted_is_fitted_on_a_copy():
    mean = TrainingMean()
    found = assert_within(mean, "ewma", at_most=5.0)
    assert len(found) == 1
    assert not hasattr(mean, "mean_")


def test_the_same_seed_gives_the_same_findings_and_another_seed_others():
    def found(seed):
        return assert_within(FFTPeak("candan"), "tone", 3.0, where=at("inside, 20 dB"), seed=seed)

    assert found(0) == found(0)
    assert found(0)[0].value != found(1)[0].value


@pytest.mark.parametrize("seed", range(10))
def test_the_verdict_does_not_hang_on_the_seed(seed):
    assert_within(SineFit(), "tone", 1.1, where=at("inside, 10 dB"), seed=seed)
    with pytest.raises(AssertionError, match="beyond"):
        assert_within(FFTPeak("jacobsen"), "tone", 1.1, where=at("inside, 20 dB"), seed=seed)


# --- anyone's own ---------------------------------------------------------------------------------


def spectrum_peak(X):
    spectrum = np.abs(np.fft.rfft(X - X.mean(axis=1, keepdims=True), 8 * X.shape[1]))
    return spectrum.argmax(axis=1) / (8 * X.shape[1])


class Flat:
    """As Keras does it: not one of scikit-learn's, answers with a last axis of one."""

    def predict(self, X):
        return np.full((len(X), 1), 0.15)


@pytest.mark.parametrize(
    ("estimator", "at_most"),
    [(spectrum_peak, 0.001), (Flat(), 0.1), (Flat, 0.1), (make_pipeline(StandardScaler(), Ridge()), 0.15)],
    ids=["function", "keras-like", "class", "pipeline"],
)
def test_anyones_own(estimator, at_most):
    (finding,) = assert_within(estimator, "tone", at_most=at_most, where=at("inside, 20 dB"))
    assert 0.1 * at_most < finding.value < at_most


def test_an_estimators_own_error_comes_through():
    with pytest.raises(ZeroDivisionError):
        assert_within(lambda X: 1 / 0, "tone")


@pytest.mark.parametrize("shape", [(FIRST, 2), (FIRST - 1,), (1, FIRST)])
def test_estimates_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"^estimates must have shape \(1000,\) for these signals, got "):
        assert_within(lambda X: np.zeros(shape), "tone")


def test_what_cannot_be_called_is_refused():
    with pytest.raises(ValueError, match=r"predict, or a function of signals, got int$"):
        Adapted(3)


# --- who fails, and how ---------------------------------------------------------------------------


def test_a_failure_says_it_all_and_its_line_draws_the_worst_signal():
    with pytest.raises(AssertionError) as failure:
        assert_within(FFTPeak("jacobsen"), "tone", 1.1, where=at("inside, 20 dB"))
    assert not isinstance(failure.value, Undecided)
    text = str(failure.value)
    head, value, estimate, signals, worst = text.splitlines()
    assert head == "frequency rmse of 'tone', 'inside, 20 dB': beyond 1.1 x the limit"
    assert "cycles/sample, bound" in value
    assert "x the limit, interval 1." in estimate
    assert estimate.endswith(" at 99 %")
    assert signals == f"  signals   {FIRST}, failed 0"
    line = worst.split(maxsplit=1)[1]
    drawn = eval(line, {"dspvnn": dspvnn})
    trials = draw_block("tone", "inside, 20 dB", block=0)
    errors = np.abs(FFTPeak("jacobsen").predict(trials.signals) - trials.target)
    np.testing.assert_array_equal(drawn[0], trials.signals[errors.argmax()])
    assert drawn.shape == (1, 128)


def test_the_worst_of_the_missed_bursts_is_a_burst():
    energy = BASELINES["burst"]["energy detector"]()
    with pytest.raises(AssertionError) as failure:
        assert_within(energy, "burst", 1.1, metric="miss rate", where=at("inside, d = 5"))
    block, index = (
        int(str(failure.value).split(f"{key}")[1].split("]")[0].split(",")[0])
        for key in ("block=", "signals[[")
    )
    assert draw_block("burst", "inside, d = 5", block).parameters["present"][index]


def test_failed_estimates_are_counted_and_fail():
    def deaf(X):
        return np.where(np.arange(len(X)) % 2, np.nan, SineFit().predict(X))

    with pytest.raises(AssertionError, match=f"failed {FIRST // 2}"):
        assert_within(deaf, "tone", where=at("inside, 20 dB"))


def test_at_the_bound_the_end_is_a_verdict_of_its_own():
    (finding,) = assert_within(SineFit(), "tone", 2.0, where=at("inside, 20 dB"))
    with pytest.raises(Undecided, match="too close for a verdict to 1") as end:
        assert_within(SineFit(), "tone", finding.ratio, where=at("inside, 20 dB"), max_signals=4000)
    assert "signals   4000," in str(end.value)


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"task": "chirp"}, "unknown task 'chirp': the tasks are tone, "),
        ({"region": "nowhere"}, "region must be one of "),
        ({"region": "recorded"}, "tone: no cell recorded was chosen; the cells are 'inside, -10 dB', "),
        ({"where": lambda c: False}, "tone: no cell inside was chosen"),
        ({"metric": "pitch"}, r"tone: metric must be one of \('frequency rmse',\), got 'pitch'"),
        ({"confidence": 99}, r"confidence must lie in \[0.5, 1\), got 99"),
        ({"ratio": 0}, "ratio and at_most must be positive, got 0 and None"),
        ({"task": "burst", "at_most": 2.0}, "sample error rate is a share: at_most must be 1 at most"),
        ({"max_signals": 10}, "max_signals must be at least 1000, the first block, got 10"),
        (
            {"task": "burst-noise-free", "estimator": MatchedFilter(burst_templates())},
            "burst-noise-free: the limit of 'inside, no noise' is 0, which has no ratio: give at_most",
        ),
    ],
)
def test_bad_input_gets_one_line(arguments, rule):
    with pytest.raises(ValueError, match=f"^{rule}"):
        assert_within(**({"estimator": SineFit(), "task": "tone"} | arguments))
