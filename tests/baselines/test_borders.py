"""What estimators say of themselves, and the borders of what they take: one step inside, one outside."""

import numpy as np
import pytest

from baselines import EWMA, BayesFilter, EnergyDetector, FFTPeak, MatchedFilter, SineFit, WitnessRegression
from baselines.bayes_filter import IMPOSSIBLE
from baselines.matched_filter import running_energy
from baselines.refine import refine
from baselines.tone_estimator import ToneEstimator, linear_sine_fit
from dspvnn.estimator import EstimationWarning
from dspvnn.limits import BurstModel, burst_forward_filter
from dspvnn.results.side_information import SideInformation
from dspvnn.signals import tone
from dspvnn.signals.scaling import scale_of


def test_side_information():
    assert MatchedFilter(np.ones(3)).side_information == {
        SideInformation.SHAPE,
        SideInformation.NOISE_LEVEL,
    }
    assert MatchedFilter(np.ones(3), normalised=True).side_information == {SideInformation.SHAPE}
    assert EnergyDetector().side_information == {SideInformation.DURATION, SideInformation.NOISE_LEVEL}
    assert BayesFilter().side_information == {
        SideInformation.SHAPE,
        SideInformation.NOISE_LEVEL,
        SideInformation.ONSET_RANGE,
        SideInformation.STRENGTH_RANGE,
    }
    assert EWMA().side_information == {SideInformation.ALPHA, SideInformation.START}
    assert WitnessRegression().side_information == {SideInformation.PRODUCT_MODEL}
    assert WitnessRegression("linear").side_information == {SideInformation.LINEAR_MODEL}
    assert WitnessRegression(carriers=np.ones((5, 1))).side_information == {
        SideInformation.PRODUCT_MODEL,
        SideInformation.CARRIERS,
    }
    assert SineFit().side_information == FFTPeak().side_information == frozenset()
    for ranged in (SineFit(frequency_range=(0.1, 0.2)), FFTPeak(frequency_range=(0.1, 0.2))):
        assert ranged.side_information == {SideInformation.FREQUENCY_RANGE}


# --- detectors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [1, 3, 9, 10, 11])
def test_running_energy_is_that_of_the_last_samples(window, rng):
    X = rng.standard_normal((2, 10))
    by_hand = [[np.sum(x[max(0, t - window + 1) : t + 1] ** 2) for t in range(10)] for x in X]
    np.testing.assert_allclose(running_energy(X, window), by_hand, atol=1e-12)
    np.testing.assert_allclose(EnergyDetector(window).statistic(X), by_hand, atol=1e-12)


def test_without_a_window_all_samples_so_far_count(rng):
    X = rng.standard_normal((2, 10))
    np.testing.assert_allclose(EnergyDetector(None).statistic(X), np.cumsum(X**2, axis=1))
    assert EnergyDetector().window == 10
    with pytest.raises(ValueError, match=r"^EnergyDetector: window must be at least 1 sample, got 0$"):
        EnergyDetector(0).predict(X)


def test_the_correlation_coefficient_by_hand(rng):
    X, template = rng.standard_normal((3, 30)), np.array([[1.0, 2, -1], [0.5, -1, 3]])
    found = MatchedFilter(template, normalised=True).statistic(X)
    plain = MatchedFilter(template).statistic(X)
    for t in range(2, 30):
        under = X[:, t - 2 : t + 1]
        scores = [under @ row / np.linalg.norm(row) for row in template]
        np.testing.assert_allclose(plain[:, t], np.max(scores, axis=0), atol=1e-12)
        np.testing.assert_allclose(found[:, t], np.max(scores, axis=0) / np.linalg.norm(under, axis=1))


@pytest.mark.parametrize("probability", [0.3, 0.6])
def test_a_whole_record_has_the_odds_of_the_filter_at_its_end(probability, rng):
    detector = BayesFilter((2.0, 12.0), 6.0, (1.0, 4.0), probability)
    X = rng.standard_normal((4, 30))  # every burst has ended by sample 18
    np.testing.assert_allclose(detector.decision_function(X), detector.predict(X)[:, -1], atol=1e-9)


def test_no_energy_is_no_evidence():
    X = np.zeros((2, 20))
    X[1, 10] = 1.0
    found = MatchedFilter(np.ones(4), normalised=True).statistic(X)
    np.testing.assert_array_equal(found[0], 0)
    # A lone sample correlates with each of four equal ones by a half; 1e-12 of the energy is rounding.
    np.testing.assert_allclose(found[1], [0.5 if 10 <= t < 14 else 0 for t in range(20)], atol=1e-9)
    assert MatchedFilter(np.ones(4)).normalised is False


@pytest.mark.parametrize(
    "template", [[], [[]], [0.0, 0.0], [[1.0, 0.0], [0.0, 0.0]], [np.nan, 1.0], [[[1.0]]]]
)
def test_a_template_needs_energy(template, rng):
    with pytest.raises(ValueError, match=r"^MatchedFilter: template must be one or more rows of finite"):
        MatchedFilter(template).predict(rng.standard_normal((2, 20)))


@pytest.mark.parametrize(
    ("options", "n"),
    [({"onset_range": (0.0, 20.0), "width": 10.0}, 31), ({"onset_range": (0.0, 20.0)}, 30),
     ({"onset_range": (5.0, 20.0), "burst_probability": 1.0}, 40)],
)  # fmt: skip
def test_the_last_samples_odds_are_the_filters(options, n, rng):
    """With all bursts ended by the last sample they are had at less cost, and are the same."""
    X = rng.standard_normal((3, n))
    detector = BayesFilter(**options, noise_std=1.0)
    last = detector.predict(X)[:, -1]
    if options.get("burst_probability") == 1.0:
        assert np.all(detector.decision_function(X) == last)
    np.testing.assert_allclose(detector.decision_function(X), last, atol=1e-8)


def test_the_filter_is_that_of_its_priors(rng):
    X = 3 * rng.standard_normal((3, 40))
    detector = BayesFilter((2.0, 12.0), 6.0, (1.0, 4.0), 0.2, 3.0)
    expected = burst_forward_filter(X / 3, BurstModel((2.0, 12.0), 6.0, (1.0, 4.0), 0.2))
    np.testing.assert_allclose(detector.predict(X), np.maximum(expected, IMPOSSIBLE))
    assert np.all(detector.predict(X)[:, 0] == IMPOSSIBLE)
    assert vars(BayesFilter()) == {
        "onset_range": (0.0, 50.0), "width": 10.0, "deflection_range": (3.0, 20.0),
        "burst_probability": 0.5, "noise_std": 1.0,
    }  # fmt: skip


# --- averages and regressions ---------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.0, -0.1, 1.1])
def test_a_weight_lies_above_0_and_up_to_1(alpha):
    with pytest.raises(ValueError, match=r"^EWMA: alpha must lie in \(0, 1\], got "):
        EWMA(alpha).predict([[1.0, 2.0]])
    np.testing.assert_allclose(EWMA(1.0).predict([[1.0, 2.0]]), [[1.0, 2.0]])
    np.testing.assert_allclose(EWMA().predict([[0.0, 1.0]]), [[0.4, 0.52]])  # 0.2, from the mean 0.5
    assert EWMA().zero_is_missing is False


def test_a_missing_zero_is_held_and_a_kept_one_counts():
    X = [[4.0, 0.0, 2.0]]
    np.testing.assert_allclose(EWMA(0.5, zero_is_missing=True).predict(X), [[3.5, 3.5, 2.75]])
    np.testing.assert_allclose(EWMA(0.5).predict(X), [[3.0, 1.5, 1.75]])
    np.testing.assert_allclose(EWMA(0.5, zero_is_missing=True).predict([[4.0, 2.0]]), [[3.5, 2.75]])
    with pytest.warns(EstimationWarning, match="1 of 2 signals have no valid sample"):
        found = EWMA(0.5, zero_is_missing=True).predict([[0.0, 0.0], [1.0, 0.0]])
    np.testing.assert_array_equal(found, [[np.nan, np.nan], [1.0, 1.0]])


@pytest.mark.parametrize("n_witnesses", [2, 3])
def test_products_are_those_of_every_pair(n_witnesses, rng):
    X = rng.standard_normal((2, 30, n_witnesses))
    pairs = [X[..., i] * X[..., j] for i in range(n_witnesses) for j in range(i + 1, n_witnesses)]
    weights = np.arange(1.0, len(pairs) + 1)
    y = sum(w * p for w, p in zip(weights, pairs, strict=True)) + 7.0  # a constant is fitted beside
    model = WitnessRegression(n_witnesses=n_witnesses).fit(X, y)
    np.testing.assert_allclose(model.coefficients_, weights)
    np.testing.assert_allclose(model.predict(X), y - 7.0)
    assert model.n_features_in_ == 30
    assert model.n_channels == n_witnesses
    tags = model.__sklearn_tags__()
    assert tags.requires_fit
    assert tags.target_tags.required


def test_carriers_are_fitted_beside_the_products(rng):
    X, carriers = rng.standard_normal((2, 30, 2)), rng.standard_normal((30, 2))
    product = X[..., 0] * X[..., 1]
    y = 2 * product + carriers @ [3.0, -1.0]
    np.testing.assert_allclose(WitnessRegression(carriers=carriers).fit(X, y).coefficients_, [2.0])
    for bad, message in (
        (carriers[:29], "shape"),
        (carriers[:, 0], "shape"),
        (carriers * np.nan, "finite"),
    ):
        with pytest.raises(ValueError, match=f"^WitnessRegression: carriers must .*{message}"):
            WitnessRegression(carriers=bad).fit(X, y)


@pytest.mark.parametrize(("terms", "n_witnesses"), [("cubic", 2), ("bilinear", 1), ("Linear", 3)])
def test_terms_are_linear_or_products_of_two(terms, n_witnesses, rng):
    X = rng.standard_normal((1, 9, n_witnesses))
    with pytest.raises(ValueError, match=r"^WitnessRegression: terms must be 'linear', or 'bilinear' with"):
        WitnessRegression(terms, n_witnesses=n_witnesses).fit(X, X[..., 0])


# --- tones ----------------------------------------------------------------------------------------


def test_the_scale_is_the_power_of_two_below():
    np.testing.assert_array_equal(
        scale_of(np.array([1.0, 1.5, 2.0, 0.3, 1e-200])), [1, 1, 2, 0.25, 2.0**-665]
    )


@pytest.mark.parametrize("offset", [True, False])
@pytest.mark.parametrize("n", [20, 21])
def test_the_linear_fit_is_least_squares(offset, n, rng):
    X, f = rng.standard_normal((4, n)), np.array([0.02, 0.1, 0.26, 0.49])
    fit = linear_sine_fit(X, f, offset)
    t = np.arange(n)
    for i in range(4):
        columns = [np.cos(2 * np.pi * f[i] * t), np.sin(2 * np.pi * f[i] * t), *([np.ones(n)] * offset)]
        best = np.linalg.lstsq(np.stack(columns, axis=1), X[i], rcond=None)[0]
        assert fit["amplitude"][i] == pytest.approx(np.hypot(best[0], best[1]))
        assert np.exp(1j * fit["phase"][i]) == pytest.approx(np.exp(1j * np.arctan2(-best[1], best[0])))
        assert fit["offset"][i] == pytest.approx(best[2] if offset else 0.0, abs=1e-12)


class Fixed(ToneEstimator):
    """Finds one frequency in everything, and takes note of the records that it is shown."""

    def __init__(self, frequency_range=None, sample_rate=1.0, outputs=("frequency",)):
        self.frequency_range, self.sample_rate, self.outputs = frequency_range, sample_rate, outputs

    def _find_frequency(self, X):
        self.seen = X
        return np.full(len(X), 0.1)


def test_constant_records_are_kept_from_a_fit_and_the_others_are_scaled(rng):
    X = rng.standard_normal((4, 16)) * 300
    X[1], X[3] = 5.0, 0.0
    outputs = ("offset", "frequency", "amplitude", "phase")
    estimator = Fixed(sample_rate=50.0, outputs=outputs)
    with pytest.warns(EstimationWarning, match="2 of 4 signals are constant"):
        found = estimator.predict(X)
    assert np.isnan(found[[1, 3]]).all()
    largest = np.abs(estimator.seen).max(axis=1)
    assert np.all((largest >= 1) & (largest < 2))
    fit = linear_sine_fit(X[[0, 2]], np.full(2, 0.1))
    expected = np.stack([fit["offset"], np.full(2, 5.0), fit["amplitude"], fit["phase"]], axis=1)
    np.testing.assert_allclose(found[[0, 2]], expected, rtol=1e-9)
    with pytest.warns(EstimationWarning):
        assert np.isnan(Fixed().predict(np.ones((2, 16)))).all()
    assert Fixed().predict(X[[0]]).shape == (1,)
    assert Fixed()._min_samples() == 8
    assert Fixed()._fits_offset()


def test_negative_records_are_scaled_by_their_depth():
    X = np.cos(np.arange(16.0))[None] - 100.0
    estimator = Fixed()
    estimator.predict(X)
    assert 1 <= np.abs(estimator.seen).max() < 2


@pytest.mark.parametrize("start", [0.0, 0.5, -1.0, 0.7])
def test_a_step_begins_and_ends_inside_the_band(start):
    n = 50
    X = tone(n, *(np.array([v]) for v in (0.2, 0.3, 1.0, 0.0)))
    found = refine(X, np.array([start]), 3)
    assert 0.01 / n <= found[0] <= 0.5 - 0.01 / n
    np.testing.assert_allclose(refine(X, np.array([start]), 0), np.clip(start, 0.01 / n, 0.5 - 0.01 / n))


def test_two_steps_unless_said_otherwise(rng):
    X = tone(60, *(np.array([v]) for v in (0.2, 0.3, 1.0, 0.5)))
    start = np.array([0.2 + 0.3 / 60])
    assert refine(X, start) == refine(X, start, 2) != refine(X, start, 3)


def test_a_record_without_a_slope_stays_where_it_is():
    assert refine(np.zeros((1, 30)), np.array([0.2])) == 0.2
