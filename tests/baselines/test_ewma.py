"""The moving average against a plain loop and against pandas, to 1e-12, gaps and zeros included."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from baselines import EWMA
from dspvnn.estimator import EstimationWarning
from dspvnn.signals import ewma
from dspvnn.signals.randomness import stream

quick = settings(derandomize=True, deadline=None, max_examples=100)
ALPHAS = [1e-3, 0.2, 0.5, 1.0]


def plain_loop(record, alpha, zero_is_missing):
    valid = [v for v in record if not (np.isnan(v) or (zero_is_missing and v == 0))]
    y, level = [], np.mean(valid) if valid else np.nan
    for value in record:
        missing = np.isnan(value) or (zero_is_missing and value == 0)
        sample = level if missing else value  # a missing sample counts as the running average
        level = (1 - alpha) * level + alpha * sample
        y.append(level)
    return y


def by_pandas(record, alpha):
    with_start = pd.Series([np.nanmean(record), *record])
    return with_start.ewm(alpha=alpha, adjust=False, ignore_na=True).mean().to_numpy()[1:]


def records(n_signals, gaps=0.0, zeros=0.0):
    rng = stream(0, "records", str((gaps, zeros)))
    x = rng.uniform(-10, 10, (n_signals, 200))
    x[rng.random(x.shape) < zeros] = 0.0
    x[rng.random(x.shape) < gaps] = np.nan
    return x


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("zero_is_missing", [False, True])
@pytest.mark.parametrize(("gaps", "zeros"), [(0, 0), (0.3, 0), (0, 0.3), (0.3, 0.3), (0.95, 0)])
def test_against_a_plain_loop(alpha, zero_is_missing, gaps, zeros):
    x = records(20, gaps, zeros)
    expected = [plain_loop(record, alpha, zero_is_missing) for record in x]
    y = EWMA(alpha, zero_is_missing).predict(x)
    np.testing.assert_allclose(y, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("gaps", [0, 0.3, 0.95])
def test_against_pandas(alpha, gaps):
    x = records(20, gaps)
    expected = [by_pandas(record, alpha) for record in x]
    np.testing.assert_allclose(EWMA(alpha).predict(x), expected, rtol=0, atol=1e-12)


def test_against_the_recursion_of_the_task():
    x = records(20)
    np.testing.assert_allclose(EWMA().predict(x), ewma(x, 0.2, x.mean(axis=1)), rtol=0, atol=1e-12)


@quick
@given(
    arrays(float, (2, 12), elements=st.sampled_from([np.nan, 0.0, -0.0, 1.0, -3.0, 1e6])),
    st.floats(0.01, 1),
    st.booleans(),
)
def test_any_pattern_of_gaps(x, alpha, zero_is_missing):
    missing = np.isnan(x) | (zero_is_missing & (x == 0))
    x = x[~missing.all(axis=1)]
    if len(x):
        expected = [plain_loop(record, alpha, zero_is_missing) for record in x]
        y = EWMA(alpha, zero_is_missing).predict(x)
        np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-9)


# --- closed forms ---------------------------------------------------------------------------------


def test_impulse_response():
    x = np.zeros((1, 50))
    x[0, 3] = 1
    t = np.arange(50)
    start = 1 / 50  # the mean of the record, which decays
    expected = start * 0.8 ** (t + 1) + np.where(t >= 3, 0.2 * 0.8 ** (t - 3.0), 0)
    np.testing.assert_allclose(EWMA().predict(x)[0], expected, rtol=1e-12)


def test_constant_stays_itself():
    np.testing.assert_allclose(EWMA().predict(np.full((1, 100), 7.0)), 7.0, rtol=1e-14)


def test_alpha_of_one_is_the_record_itself():
    x = records(5)
    np.testing.assert_array_equal(EWMA(1.0).predict(x), x)


@pytest.mark.parametrize("gaps", [0, 0.3])
def test_linear(gaps):
    x = records(5, gaps)
    y = EWMA().predict(x)
    np.testing.assert_allclose(EWMA().predict(1e6 * x), 1e6 * y, rtol=1e-9)
    np.testing.assert_allclose(EWMA().predict(x + 5), y + 5, rtol=0, atol=1e-12)


def test_a_gap_holds_the_average_whatever_its_length():
    x = np.array([[1.0, np.nan, np.nan, np.nan, 3.0]])
    np.testing.assert_allclose(EWMA(0.5).predict(x), [[1.5, 1.5, 1.5, 1.5, 2.25]], rtol=1e-15)


def test_zero_is_a_value_unless_said_otherwise():
    x = np.array([[2.0, 0.0, 2.0]])
    np.testing.assert_allclose(EWMA(0.5).predict(x), [[5 / 3, 5 / 6, 17 / 12]], rtol=1e-14)
    np.testing.assert_allclose(EWMA(0.5, zero_is_missing=True).predict(x), [[2, 2, 2]], rtol=1e-15)


def test_batch_is_its_signals_one_by_one():
    x = records(10, 0.3)
    one_by_one = np.concatenate([EWMA().predict(row[None]) for row in x])
    np.testing.assert_allclose(EWMA().predict(x), one_by_one, rtol=0, atol=1e-13)
    np.testing.assert_array_equal(EWMA().predict(x[::-1]), EWMA().predict(x)[::-1])


# --- edges ----------------------------------------------------------------------------------------


def test_a_record_without_a_valid_sample_spoils_no_other():
    x = records(3)
    with_dead = np.insert(x, 1, np.nan, axis=0)
    with pytest.warns(EstimationWarning, match="^EWMA: 1 of 4 signals have no valid sample; their"):
        y = EWMA().predict(with_dead)
    assert np.isnan(y[1]).all()
    np.testing.assert_allclose(np.delete(y, 1, axis=0), EWMA().predict(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("alpha", [0, -0.1, 1.1, float("nan")])
def test_alpha_must_be_a_weight(alpha):
    with pytest.raises(ValueError, match=rf"^EWMA: alpha must lie in \(0, 1\], got {alpha}$"):
        EWMA(alpha).predict(np.ones((1, 3)))
