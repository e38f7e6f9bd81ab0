"""Detectors of a burst: plain correlations, the laws of their statistics, and causality."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2, kstest, norm

from baselines import EnergyDetector, MatchedFilter
from baselines.roster import burst_templates
from dspvnn.signals import half_sine
from dspvnn.signals.randomness import stream

TEMPLATE = np.sin(np.pi * np.arange(1, 10) / 10)
DETECTORS = [
    MatchedFilter(TEMPLATE),
    MatchedFilter(burst_templates()),
    MatchedFilter(burst_templates(), normalised=True),
    EnergyDetector(),
    EnergyDetector(window=None),
]
every = pytest.mark.parametrize("detector", DETECTORS, ids=repr)
quick = settings(derandomize=True, deadline=None, max_examples=50)


def noise(n_signals, n_samples, label="noise"):
    return stream(0, label).standard_normal((n_signals, n_samples))


# --- plain loops ----------------------------------------------------------------------------------


def test_statistic_is_a_correlation():
    x = noise(5, 60)
    expected = [np.correlate(np.r_[np.zeros(8), row], TEMPLATE) / np.linalg.norm(TEMPLATE) for row in x]
    np.testing.assert_allclose(MatchedFilter(TEMPLATE).statistic(x), expected, atol=1e-12)


def test_several_templates_give_their_largest():
    x, templates = noise(5, 60), burst_templates()
    each = [MatchedFilter(template).statistic(x) for template in templates]
    np.testing.assert_allclose(MatchedFilter(templates).statistic(x), np.max(each, axis=0), atol=1e-12)


@pytest.mark.parametrize("window", [1, 10, 200, None])
def test_energy_is_a_sum_of_squares(window):
    x = noise(3, 50)
    width = window or 50
    expected = [[np.sum(row[max(0, t + 1 - width) : t + 1] ** 2) for t in range(50)] for row in x]
    np.testing.assert_allclose(EnergyDetector(window).statistic(x), expected, atol=1e-12)


def test_a_template_longer_than_the_record():
    x = noise(3, 5)
    expected = [np.correlate(np.r_[np.zeros(8), row], TEMPLATE) / np.linalg.norm(TEMPLATE) for row in x]
    np.testing.assert_allclose(MatchedFilter(TEMPLATE).statistic(x), expected, atol=1e-12)


# --- noise-free -----------------------------------------------------------------------------------


@pytest.mark.parametrize("amplitude", [1e-9, 1.0, 1e9])
def test_an_exact_copy_scores_its_norm_or_one(amplitude):
    x = np.zeros((1, 60))
    x[0, 20:29] = amplitude * TEMPLATE
    plain, normalised = (MatchedFilter(TEMPLATE, normalised).statistic(x) for normalised in (0, 1))
    assert np.argmax(plain) == np.argmax(normalised) == 28  # the sample at which the burst ends
    assert plain.max() == pytest.approx(amplitude * np.linalg.norm(TEMPLATE))
    assert normalised.max() == pytest.approx(1)


@pytest.mark.parametrize("quarter", range(4))
def test_the_rosters_templates_match_a_burst_at_every_quarter_sample(quarter):
    x = half_sine(130, np.array([30 + quarter / 4]), 10.0)
    assert MatchedFilter(burst_templates(), normalised=True).decision_function(x) == pytest.approx(1)


@quick
@given(arrays(float, (2, 30), elements=st.floats(-1e6, 1e6)))
def test_correlation_coefficient_is_at_most_one(x):
    # Cauchy and Schwarz; the running energy is a difference of sums, hence the tolerance.
    assert np.max(np.abs(MatchedFilter(TEMPLATE, normalised=True).statistic(x))) < 1 + 1e-3


def test_normalised_statistic_is_free_of_scale():
    x, detector = noise(5, 60), MatchedFilter(TEMPLATE, normalised=True)
    np.testing.assert_allclose(detector.statistic(1e6 * x), detector.statistic(x), rtol=1e-9, atol=1e-9)


def test_template_scale_does_not_matter():
    x = noise(5, 60)
    expected = MatchedFilter(TEMPLATE).statistic(x)
    np.testing.assert_allclose(MatchedFilter(1e6 * TEMPLATE).statistic(x), expected, rtol=1e-9)


# --- laws -----------------------------------------------------------------------------------------


def test_statistic_is_standard_normal_in_noise_and_moves_by_d_in_a_burst():
    d, x = 4.0, noise(20_000, 30)
    burst = np.zeros(30)
    burst[15:24] = d * TEMPLATE / np.linalg.norm(TEMPLATE)
    assert kstest(MatchedFilter(TEMPLATE).statistic(x)[:, 23], norm.cdf).pvalue > 1e-3
    assert kstest(MatchedFilter(TEMPLATE).statistic(x + burst)[:, 23] - d, norm.cdf).pvalue > 1e-3


def test_energy_of_noise_is_chi_squared():
    energy = EnergyDetector(window=10).statistic(noise(20_000, 30))[:, 20]
    assert kstest(energy, chi2(10).cdf).pvalue > 1e-3


@pytest.mark.parametrize("d", [2.0, 4.0])
def test_known_onset_is_missed_as_often_as_theory_says(d):
    n, threshold = 20_000, norm.isf(0.01)
    x = noise(n, 9) + d * TEMPLATE / np.linalg.norm(TEMPLATE)
    missed = np.mean(MatchedFilter(TEMPLATE).statistic(x)[:, 8] <= threshold)
    p = norm.cdf(threshold - d)
    assert missed == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / n))


# --- evidence over time -----------------------------------------------------------------------------


@every
def test_evidence_grows_and_does_not_know_the_future(detector):
    x = noise(20, 60)
    evidence = detector.predict(x)
    assert np.all(np.diff(evidence, axis=1) >= 0)
    changed = np.concatenate([x[:, :30], 100 * noise(20, 30, "future")], axis=1)
    np.testing.assert_allclose(detector.predict(changed)[:, :30], evidence[:, :30], atol=1e-10)
    np.testing.assert_array_equal(detector.decision_function(x), evidence[:, -1])


@every
def test_batch_is_its_signals_one_by_one(detector):
    x = noise(20, 60)
    one_by_one = np.concatenate([detector.predict(row[None]) for row in x])
    np.testing.assert_allclose(detector.predict(x), one_by_one, atol=1e-12)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "shape"),
    [([], "(0,)"), ([0.0, 0.0], "(2,)"), ([[1.0, 2.0], [0.0, 0.0]], "(2, 2)"),
     ([1.0, np.nan], "(2,)"), (np.ones((2, 2, 2)), "(2, 2, 2)")],
)  # fmt: skip
def test_template_must_be_rows_of_numbers(template, shape):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        MatchedFilter(template).predict(noise(1, 30))
    assert str(error.value) == (
        "MatchedFilter: template must be one or more rows of finite samples, none of them "
        f"zero throughout, got shape {shape}"
    )


def test_energy_window_must_hold_a_sample():
    with pytest.raises(ValueError, match=r"^EnergyDetector: window must be at least 1 sample, got 0$"):
        EnergyDetector(window=0).predict(noise(1, 30))
