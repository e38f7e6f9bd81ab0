"""The floor that never looks at a signal, the filter in front of estimators, what labels stand for."""

import numpy as np
import pytest

from baselines import FFTPeak, Filled, MatchedFilter, SineFit
from baselines.roster import BASELINES, burst_templates, wanted_carriers
from baselines.training_mean import TrainingMean
from dspvnn.estimator import SignalEstimator
from dspvnn.results.side_information import SideInformation


@pytest.mark.parametrize("channels", [0, 2])
def test_the_floor_is_the_mean_of_the_targets(rng, channels):
    X = rng.standard_normal((6, 20, 2) if channels else (6, 20))
    floor = TrainingMean(n_channels=channels).fit(X, [1.0, 2, 3, 4, 5, 9])
    np.testing.assert_array_equal(floor.predict(X[:4]), np.full(4, 4.0))
    by_sample = TrainingMean(n_channels=channels).fit(X, np.arange(120.0).reshape(6, 20))
    np.testing.assert_array_equal(by_sample.predict(X[:4]), np.full((4, 20), 59.5))
    assert (floor.kind, floor.side_information) == ("floor", {SideInformation.TRAINING_MEAN})


@pytest.mark.parametrize(
    "y", [np.ones(5), np.ones((6, 19)), np.ones((6, 20, 1)), np.r_[np.ones(5), np.nan], np.float64(1.0)]
)
def test_the_floor_refuses_targets_of_another_shape(rng, y):
    with pytest.raises(ValueError, match=r"^TrainingMean: y must (be finite|have shape)"):
        TrainingMean().fit(rng.standard_normal((6, 20)), y)


def test_the_floor_needs_targets(rng):
    with pytest.raises(
        ValueError, match=r"^TrainingMean: requires y to be passed, but the target y is None$"
    ):
        TrainingMean().fit(rng.standard_normal((6, 20)))
    tags = TrainingMean().__sklearn_tags__()
    assert tags.requires_fit
    assert tags.target_tags.required


class First(SignalEstimator):
    """Answers with the second sample, remembers what it was fitted on."""

    kind, side_information = "a kind", frozenset({SideInformation.ALPHA})

    def fit(self, X, y=None):
        self.seen = X, y
        return self

    def predict(self, X):
        return X[:, 1]


def test_a_filled_estimator_sees_a_straight_line_across_a_gap():
    X = np.array([[0.0, np.nan, 4.0, 6.0], [1.0, 2.0, 3.0, 4.0], [np.nan] * 4])
    filled = Filled(First())
    np.testing.assert_array_equal(filled.predict(X), [2.0, 2.0, 0.0])
    assert filled.fit(X[:2], [5.0, 6.0]) is filled
    np.testing.assert_array_equal(filled.estimator.seen[0], [[0, 2, 4, 6], [1, 2, 3, 4]])
    assert filled.estimator.seen[1] == [5.0, 6.0]
    assert (filled.kind, filled.allow_nan) == ("a kind", True)
    assert filled.side_information == {SideInformation.ALPHA}
    assert filled.n_features_in_ == 4


# --- labels ---------------------------------------------------------------------------------------


def test_every_label_of_the_fft_is_another_estimator():
    made = {label: make() for label, make in BASELINES["tone"].items()}
    interpolations = [e.interpolation for e in made.values() if isinstance(e, FFTPeak)]
    assert interpolations == [
        "none", "parabolic", "jacobsen", "candan", "quinn", "aboutanios-mulgrew", "aboutanios-mulgrew-image"
    ]  # fmt: skip
    assert made["sine fit"].frequency_range is None
    assert made["sine fit, given the range"].frequency_range == (0.05, 0.25)
    assert isinstance(made["training mean"], TrainingMean)


def test_plain_estimators_of_the_mismatch_have_gaps_filled():
    for label, kind in (("FFT, Candan", FFTPeak), ("sine fit", SineFit)):
        made = BASELINES["tone-mismatch"][label]()
        assert isinstance(made, Filled)
        assert isinstance(made.estimator, kind)
    assert BASELINES["tone-mismatch"]["FFT, Candan"]().estimator.interpolation == "candan"


@pytest.mark.parametrize("task", ["burst", "burst-noise-free"])
def test_detectors_know_the_burst_of_the_training_range(task):
    roster = BASELINES[task]
    for label, normalised in (("matched filter", False), ("normalised matched filter", True)):
        detector = roster[label]()
        assert isinstance(detector, MatchedFilter)
        assert detector.normalised is normalised
        np.testing.assert_array_equal(detector.template, burst_templates())
    assert roster["energy detector"]().window == 10
    assert isinstance(roster["constant"](), TrainingMean)
    assert ("Bayes filter" in roster) == (task == "burst")


@pytest.mark.parametrize(("width", "n_onsets"), [(10.0, 4), (6.0, 3)])
def test_templates_are_the_burst_between_two_samples(width, n_onsets):
    """Onset k lies k / n_onsets before a sample; the burst lasts up to the first sample after it."""
    since = np.arange(int(width) + 1) + np.arange(n_onsets)[:, None] / n_onsets
    expected = np.where(since <= width, np.sin(np.pi * since / width), 0)
    np.testing.assert_allclose(burst_templates(width, n_onsets), expected, atol=1e-12)


def test_the_default_templates_are_those_of_the_task():
    np.testing.assert_array_equal(burst_templates(), burst_templates(10.0, 4))


def test_carriers_and_average_are_those_of_their_tasks():
    seconds = np.arange(20480) / 2048
    np.testing.assert_allclose(wanted_carriers().T, [np.sin(seconds), np.cos(seconds)], atol=1e-12)
    roster = BASELINES["witness"]
    np.testing.assert_array_equal(roster["bilinear, given the carriers"]().carriers, wanted_carriers())
    assert roster["bilinear regression"]().carriers is None
    assert roster["linear regression"]().terms == "linear"
    assert roster["bilinear regression"]().terms == "bilinear"
    assert roster["training mean"]().n_channels == 2
    assert BASELINES["ewma"]["exact recursion"]().alpha == 0.2
