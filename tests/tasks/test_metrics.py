import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dspvnn.tasks.metrics import (
    best_threshold,
    phase_error,
    quantile_thresholds,
    relative_power,
    wrap_phase,
)

quick = settings(derandomize=True, deadline=None, max_examples=100)


@quick
@given(phase=st.floats(-1e3, 1e3))
@example(phase=np.pi)
@example(phase=-np.pi)
@example(phase=np.nextafter(np.pi, 4))  # rounds onto -pi unless the interval's end is watched
def test_wrapped_phase_is_the_same_angle_in_the_interval(phase):
    wrapped = wrap_phase(phase)
    assert -np.pi < wrapped <= np.pi
    assert np.exp(1j * wrapped) == pytest.approx(np.exp(1j * phase), abs=1e-12)


def test_phase_error_is_circular(rng):
    truth, error = rng.uniform(-np.pi, np.pi, 100), rng.uniform(-3, 3, 100)
    turns = 2 * np.pi * rng.integers(-3, 4, 100)
    np.testing.assert_allclose(phase_error(truth, truth + error + turns), error, atol=1e-12)
    assert phase_error(np.pi - 0.1, -np.pi + 0.1) == pytest.approx(0.2)


def test_relative_power_is_free_of_scale_and_offset(rng):
    truth = rng.standard_normal((5, 40))
    estimate = truth + 0.1 * rng.standard_normal((5, 40))
    power = relative_power(truth, estimate)
    np.testing.assert_allclose(relative_power(3 - 7 * truth, 3 - 7 * estimate), power, rtol=1e-10)


def test_relative_power_of_the_truth_is_zero_and_of_its_mean_one(rng):
    truth = rng.standard_normal((5, 40))
    mean = np.repeat(truth.mean(axis=1, keepdims=True), 40, axis=1)
    np.testing.assert_array_equal(relative_power(truth, truth), 0)
    np.testing.assert_allclose(relative_power(truth, mean), 1, rtol=1e-12)


@pytest.mark.parametrize("n", [100, 250, 1999, 5000])
def test_quantile_threshold_lets_no_more_than_its_rate_pass(n, rng):
    statistic = rng.standard_normal(n)
    share = np.mean(statistic > quantile_thresholds(statistic, 0.01)[0])
    assert 0.01 - 1.5 / n <= share <= 0.01  # one value more would be too many, or nearly so


def test_quantile_threshold_needs_enough_records():
    message = "a false-alarm rate of 0.01 needs at least 100 noise-only records, got 99"
    with pytest.raises(ValueError, match=f"^{message}$"):
        quantile_thresholds(np.arange(99.0), 0.01)


@quick
@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1, max_size=12))
def test_best_threshold_is_the_best_of_all(pairs):
    statistic, positive = (np.array(column) for column in zip(*pairs, strict=True))
    statistic = statistic.astype(float)

    def errors(threshold):
        return np.sum((statistic > threshold) != positive)

    assert errors(best_threshold(statistic, positive)) == min(
        errors(threshold) for threshold in (-np.inf, *statistic)
    )
