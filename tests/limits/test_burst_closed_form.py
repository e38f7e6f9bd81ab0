"""The closed forms of burst detection against simulation, and how the detectors are ordered."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from dspvnn.limits import (
    BurstModel,
    burst_average_likelihood_ratio,
    burst_forward_filter,
    burst_generalised_likelihood_ratio,
    burst_grid_error,
    burst_known_detection,
    burst_onset_bound,
)
from dspvnn.signals import half_sine
from dspvnn.signals.randomness import stream
from dspvnn.tasks.burst.task import Burst, BurstCondition
from dspvnn.tasks.metrics import quantile_thresholds


def records(deflection, n_signals, onsets, n_samples=80, label=""):
    rng = stream(7, "burst", str(deflection), label)
    onset = rng.uniform(*onsets, n_signals)
    shape = np.sqrt(2 / 10) * half_sine(n_samples, onset, 10.0)
    return onset, deflection * shape + rng.standard_normal((n_signals, n_samples))


@pytest.mark.parametrize("false_alarm_rate", [0.1, 0.01, 0.001])
def test_known_detection_is_that_of_a_matched_filter(false_alarm_rate):
    template = np.sqrt(2 / 10) * half_sine(30, np.array([8.3]), 10.0)[0]
    x = stream(7, "matched").standard_normal((100_000, 30)) @ template
    threshold = norm.isf(false_alarm_rate)
    for d in (0.0, 1.0, 3.0):
        expected = burst_known_detection(d, false_alarm_rate)
        # Four standard errors of a rate of 100,000 records; d shifts the statistic and nothing else.
        tolerance = 4 * np.sqrt(expected * (1 - expected) / 100_000)
        assert np.mean(x + d > threshold) == pytest.approx(expected, abs=tolerance)
    assert burst_known_detection(0.0, false_alarm_rate) == pytest.approx(false_alarm_rate)


def test_detectors_rank_as_what_they_know():
    model = BurstModel(deflection=4.0)
    _, noise = records(0.0, 20_000, (0, 50))
    _, bursts = records(4.0, 20_000, (0, 50))
    detection = []
    for statistic in (burst_average_likelihood_ratio, burst_generalised_likelihood_ratio):
        alarm = quantile_thresholds(statistic(noise, model), 0.01)[0]
        detection.append(np.mean(statistic(bursts, model) > alarm))
    average, generalised = detection
    # The rates have standard errors of 0.003, their thresholds about as much again.
    assert burst_known_detection(4.0, 0.01) > average + 0.02
    assert average > generalised - 0.01
    assert generalised > average - 0.05


@pytest.mark.parametrize("deflection", [4.0, (3.0, 20.0)])
def test_generalised_likelihood_ratio_is_a_maximum_over_densities(deflection, rng):
    model = BurstModel((0.0, 4.0), 3.0, deflection, onset_step=1.0)
    x = 2 * rng.standard_normal((6, 10))
    found = burst_generalised_likelihood_ratio(x, model)
    for row, statistic in zip(x, found, strict=True):
        ratios = []
        for onset in (0.5, 1.5, 2.5, 3.5):
            shape = half_sine(10, np.array([onset]), 3.0)[0] * np.sqrt(2 / 3)

            def log_ratio(d, shape=shape, row=row):
                return np.sum(norm.logpdf(row, d * shape) - norm.logpdf(row))

            if isinstance(deflection, float):
                ratios.append(log_ratio(deflection))
            else:
                best = minimize_scalar(lambda d: -log_ratio(d), bounds=deflection, method="bounded")
                ratios.append(max(-best.fun, log_ratio(3.0), log_ratio(20.0)))
        assert statistic == pytest.approx(max(ratios), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("width", [5.0, 10.0, 20.0])
def test_onset_bound_is_the_inverse_of_a_numerical_fisher_matrix(width):
    onset, h, d = np.array([20.37]), 1e-5, 6.0
    amplitude = d * np.sqrt(2 / width)
    slope = amplitude * (half_sine(80, onset + h, width) - half_sine(80, onset - h, width))[0] / (2 * h)
    by_amplitude = half_sine(80, onset, width)[0]
    jacobian = np.stack([slope, by_amplitude])
    bound = np.linalg.inv(jacobian @ jacobian.T)[0, 0]
    assert burst_onset_bound(d, width) == pytest.approx(bound, rel=1e-8)


def test_maximum_likelihood_reaches_the_onset_bound():
    grid = np.arange(18.0, 23.0, 0.002)
    templates = half_sine(60, grid, 10.0)
    onset, x = records(50.0, 4000, (20.3, 20.7), 60)
    found = grid[np.argmax(x @ templates.T, axis=1)]
    # Four standard errors of a variance from 4000 records are 9 %.
    assert np.mean((found - onset) ** 2) == pytest.approx(burst_onset_bound(50.0, 10.0), rel=0.09)
    onset, x = records(10.0, 4000, (20.0, 21.0), 60)
    found = grid[np.argmax(x @ templates.T, axis=1)]
    assert np.mean((found - onset) ** 2) > 0.97 * burst_onset_bound(10.0, 10.0)


@pytest.mark.parametrize("deflections", [(3.0, 20.0), (6.0, 6.0)])
def test_halving_the_grid_moves_the_filter_little(deflections):
    condition = BurstCondition("", deflection_range=deflections)
    trials = Burst().draw(stream(0, "grid"), 100, condition)
    error = burst_grid_error(trials.signals, condition.model())
    assert np.median(error) < 0.002
    assert error.max() < 0.06
    assert burst_grid_error(trials.signals[:1], condition.model())[0] == error[0]


def test_grid_error_is_of_second_order():
    condition = BurstCondition("", deflection_range=(3.0, 8.0))
    x = Burst().draw(stream(0, "order"), 50, condition).signals[:, :80]
    errors = [burst_grid_error(x, BurstModel(deflection=(3.0, 8.0), onset_step=s)) for s in (0.25, 0.125)]
    assert 2.5 < np.sqrt(np.mean(errors[0] ** 2) / np.mean(errors[1] ** 2)) < 6
    assert burst_forward_filter(x, BurstModel(deflection=(3.0, 8.0))).shape == x.shape


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: burst_known_detection(3.0, 0.0), r"false_alarm_rate must lie in \(0, 1\), got 0.0"),
        (lambda: burst_onset_bound(0.0, 10.0), "deflection and width must be positive, got 0.0, 10.0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        call()
