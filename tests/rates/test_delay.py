"""Delay against run length: geometric run lengths, delays that are known, and the real detectors."""

import numpy as np
import pytest
from scipy.stats import norm

from baselines.roster import BASELINES
from dspvnn.measure.compare import Contestant
from dspvnn.rates import delay_rows
from dspvnn.rates.delay import _delay, alarm_times, alarms_for, run_length

N_SAMPLES = 130


def test_the_run_length_of_independent_samples_is_geometric(rng):
    """P(alarm) = q at every sample: the mean run is 1 / q, whatever the record's length."""
    on_noise = np.maximum.accumulate(rng.standard_normal((20_000, N_SAMPLES)), axis=1)
    for mean in (50, 1000, 5000):
        n_alarms = 20_000 * min(1, N_SAMPLES / mean)
        measured = run_length(on_noise, norm.isf(1 / mean))
        assert measured == pytest.approx(mean, rel=4 / np.sqrt(n_alarms))  # four standard errors


def test_the_threshold_keeps_the_run_length_and_no_more(rng):
    on_noise = np.maximum.accumulate(rng.standard_normal((2000, N_SAMPLES)), axis=1)
    falling = np.sort(on_noise[:, -1])[::-1]
    for length in (60.0, 1000.0, 10_000.0):
        k = alarms_for(on_noise, length)
        assert run_length(on_noise, falling[k]) >= length > run_length(on_noise, falling[k + 1])


def test_alarm_times_by_hand():
    evidence = np.array([[0.0, 1, 2, 2], [0, 0, 0, 1], [5, 5, 5, 5]])
    assert alarm_times(evidence, 1.0).tolist() == [2, 4, 0]
    assert run_length(evidence, 1.0) == (3 + 4 + 1) / 2
    assert run_length(evidence, 5.0) == np.inf


def test_a_known_delay_is_found(rng):
    on_noise = np.maximum.accumulate(rng.standard_normal((2000, N_SAMPLES)), axis=1)
    onset = rng.integers(0, 50, 400).astype(float)
    late = 100.0 * (np.arange(N_SAMPLES) >= onset[:, None] + 7)
    assert _delay(on_noise, late, onset, 1000.0, 0) == pytest.approx((7, 7, 7, 400), rel=1e-12)
    never = np.full((400, N_SAMPLES), -100.0)
    assert _delay(on_noise, never, onset, 1000.0, 0)[0] == pytest.approx(np.mean(N_SAMPLES - onset))
    half = np.where(np.arange(400)[:, None] % 2, late, 100.0)  # every other one a false alarm
    value, _, _, n = _delay(on_noise, half, np.maximum(onset, 1), 1000.0, 0)
    assert n == 200
    assert 6 <= value <= 7
    with pytest.raises(ValueError, match="a false alarm comes before every burst"):
        _delay(on_noise, np.full((400, N_SAMPLES), 100.0), onset + 1, 1000.0, 0)


def test_real_detectors_pay_for_longer_runs():
    labels = ("matched filter", "energy detector")
    contestants = [Contestant(label, BASELINES["burst"][label]) for label in labels]
    rows = delay_rows(contestants, 2000, 300, run_lengths=(100.0, 1000.0, 10_000.0))
    assert [r.estimator for r in rows] == [labels[0]] * 3 + [labels[1]] * 3
    for one in (rows[:3], rows[3:]):
        delays = [r.value for r in one]
        assert delays == sorted(delays)
        assert 0 < delays[0] < delays[-1] < 20  # found while it lasts, or soon after: d = 8
    for row in rows:
        assert row.ci_low < row.value < row.ci_high
        assert row.side_information
    assert repr(rows) == repr(delay_rows(contestants, 2000, 300, run_lengths=(100.0, 1000.0, 10_000.0)))
    with pytest.raises(ValueError, match="leave 10 alarms in the 100 noise records"):
        delay_rows(contestants, 100, 300)
