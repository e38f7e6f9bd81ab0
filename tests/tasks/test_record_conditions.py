"""What the named conditions of the moving average and of the witnesses promise, measured on their draws."""

import math
from dataclasses import replace

import numpy as np
import pytest
from measured import described, drawn, follows, independent, white
from scipy import signal, stats

from dspvnn.tasks import TASKS

AVERAGE, WITNESS = TASKS["ewma"], TASKS["witness"]
NOWHERE = ("", math.nan, math.nan)  # neither sweep nor SNR nor position
# name: law of the samples, samples of a record, region
SAMPLES = {
    "training range": (stats.uniform(0, 1), 100, "inside"),
    "inside, uniform on 0 to 1": (stats.uniform(0, 1), 100, "inside"),
    "records 10 x longer": (stats.uniform(0, 1), 1000, "beyond"),
    "uniform on 1 to 3": (stats.uniform(1, 2), 100, "beyond"),
    "uniform on 0 to 10": (stats.uniform(0, 10), 100, "beyond"),
    "normal, mean 0, variance 1": (stats.norm(0, 1), 100, "beyond"),
}
# name: carrier in rad/s, scale of the noise, whether what is fitted is the observed target, region
RECORDS = {
    "training range": (10, 1, False, "inside"),
    "inside, fitted on the contamination": (10, 1, False, "inside"),
    "carrier at 200 rad/s": (200, 1, False, "beyond"),
    "noise witness doubled": (10, 2, False, "beyond"),
    "inside, fitted on the observed target": (10, 1, True, "inside"),
}


def of(task):
    return (task.training, *task.conditions)


def test_every_condition_is_promised_something():
    assert [c.name for c in of(AVERAGE)] == list(SAMPLES)
    assert [c.name for c in of(WITNESS)] == list(RECORDS)


@pytest.mark.parametrize("condition", of(AVERAGE), ids=lambda c: c.name)
def test_samples_follow_the_law_in_the_name_and_are_averaged(condition):
    law, n_samples, region = SAMPLES[condition.name]
    assert described(condition) == pytest.approx((region, *NOWHERE), nan_ok=True)
    trials = drawn("ewma", condition, 200)
    assert trials.signals.shape == (200, n_samples)
    follows(trials.signals, law)
    white(stats.norm.ppf(law.cdf(trials.signals)))  # independent of each other, too
    # y[t] = 0.8 y[t-1] + 0.2 x[t], from the mean of the record on.
    start = trials.signals.mean(axis=1, keepdims=True)
    averaged = signal.lfilter([0.2], [1, -0.8], trials.signals, axis=1, zi=0.8 * start)[0]
    np.testing.assert_allclose(np.asarray(trials.target, float), averaged, rtol=1e-12, atol=1e-13)


def test_the_truth_of_the_average_is_longer_than_the_float64_that_it_judges():
    trials = drawn("ewma", AVERAGE.training, 5)
    assert trials.target.dtype == np.longdouble


@pytest.mark.parametrize("condition", of(WITNESS), ids=lambda c: c.name)
def test_records_hold_the_carrier_and_the_noise_in_the_name(condition):
    carrier, scale, observed, region = RECORDS[condition.name]
    assert described(condition) == pytest.approx((region, *NOWHERE), nan_ok=True)
    trials = drawn("witness", condition, 4)
    assert trials.signals.shape == (4, 20480, 2)
    seconds = np.arange(20480) / 2048
    sine, noise = trials.signals[..., 0], trials.signals[..., 1]
    np.testing.assert_allclose(sine, np.broadcast_to(np.sin(carrier * seconds), sine.shape), atol=1e-12)
    white(noise / scale)
    np.testing.assert_allclose(np.asarray(trials.target, float), sine * noise, rtol=1e-15)
    # What an estimator is fitted on: the contamination, or with the wanted signal sin(t) over it.
    fitted = drawn("witness", WITNESS.training_for(condition), 1)
    wanted = np.asarray(fitted.target, float) - fitted.signals.prod(axis=-1)
    np.testing.assert_allclose(wanted[0], np.sin(seconds) if observed else 0 * seconds, atol=1e-12)


class WrappedStart:
    """The law of a time uniform on 0 to 10 s, less the whole turns of 2 pi that it holds."""

    @staticmethod
    def cdf(x):
        return (x + np.minimum(x, 10 - 2 * np.pi)) / 10


def test_a_record_may_begin_at_any_time_of_ten_seconds():
    condition = replace(WITNESS.training, n_samples=64, random_start=True, observed=True)
    trials = drawn("witness", condition, 2000)
    wanted = np.asarray(trials.target, float) - trials.signals.prod(axis=-1)  # sin(t)
    lasts = 63 / 2048
    cosine = (wanted[:, 63] - wanted[:, 0] * np.cos(lasts)) / np.sin(lasts)
    start = np.arctan2(wanted[:, 0], cosine) % (2 * np.pi)
    follows(start, WrappedStart)
    np.testing.assert_allclose(trials.signals[:, 0, 0], np.sin(10 * start), atol=1e-9)
    independent(start, trials.signals[:, 5, 1])
