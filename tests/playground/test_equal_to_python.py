"""The page computes what Python computes: on the same records, and from the same random numbers.

Tolerances. Classical answers: 1e-9 in their own unit, relative for standard errors and bounds. Nets: the
page computes in double precision with the shipped weights; so does the net that it is compared with, to
1e-9. The shipped net computes in single precision; its own rounding stands between
it and the page: 1e-6 of the largest answer as an rms over all answers, and 1e-5 for a single one (evidence
is a logit of order 10, and single-precision numbers there are 1e-6 apart).
"""

import json

import numpy as np
import pytest
import torch

import neural
from baselines import EWMA, BayesFilter, FFTPeak, MatchedFilter, SineFit
from baselines.roster import burst_templates
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS, Trials
from dspvnn.tasks.mismatch.task import KINDS, MismatchCondition, mismatch_bound
from dspvnn.tasks.tone.task import ToneCondition

pytestmark = pytest.mark.slow
N_RECORDS = 1000
CLASSICAL, DOUBLE, SINGLE, LARGEST = 1e-9, 1e-9, 1e-6, 1e-5


@pytest.fixture(scope="module")
def page(browser, address):
    page = browser.new_page()
    page.goto(address)
    yield page
    page.close()


def asked(page, name, records):
    """Return the page's answers: an array, or for tones their frequencies and standard errors."""
    text = page.evaluate(
        "([name, text]) => JSON.stringify(playground.estimate(name, JSON.parse(text)))",
        [name, json.dumps(records.tolist())],
    )
    found = json.loads(text)
    if isinstance(found, dict):
        return np.array(found["frequency"], float), np.array(found["std"], float)
    return np.array(found)


def records(task, condition=None, n_records=N_RECORDS):
    task = TASKS[task]
    condition = condition or task.training
    return task.draw(stream(0, "test", "playground", condition.name), n_records, condition).signals


def in_double(name):
    net = neural.load(name, device="cpu")
    net.network_.double()
    net.dtype = net.network_dtype = torch.float64
    return net


def hold_to_python(answers, name, signals):
    """Compare with the net in double precision, and with the net as it ships."""
    exact = in_double(name).predict(signals)
    np.testing.assert_allclose(answers, exact, rtol=0, atol=DOUBLE)
    shipped = neural.load(name, device="cpu").predict(signals)
    error = (answers - shipped) / np.abs(shipped).max()
    assert np.sqrt(np.mean(error**2)) < SINGLE
    assert np.abs(error).max() < LARGEST


TONES = {
    "training range": None,
    "above it": ToneCondition("above", region="above", frequency_range=(0.25, 0.49)),
    "below it": ToneCondition("below", region="below", frequency_range=(0.01, 0.05)),
}
LENGTHS = [ToneCondition(f"{n} samples", n_samples=n, snr_range_db=(-5, 40)) for n in (32, 112, 256, 496)]


@pytest.mark.parametrize("region", TONES)
def test_classical_tone_estimators(page, region):
    signals = records("tone", TONES[region], N_RECORDS if region == "training range" else 200)
    peak, _ = asked(page, "fft-peak", signals)
    np.testing.assert_allclose(peak, FFTPeak("candan").predict(signals), rtol=0, atol=CLASSICAL)
    frequency, std = asked(page, "sine-fit", signals)
    expected, expected_std = SineFit().predict(signals, return_std=True)
    np.testing.assert_allclose(frequency, expected, rtol=0, atol=CLASSICAL)
    np.testing.assert_allclose(std, expected_std, rtol=CLASSICAL)


@pytest.mark.parametrize("condition", LENGTHS, ids=lambda condition: condition.name)
def test_tone_estimators_at_other_lengths(page, condition):
    signals = records("tone", condition, 50)
    peak, _ = asked(page, "fft-peak", signals)
    np.testing.assert_allclose(peak, FFTPeak("candan").predict(signals), rtol=0, atol=CLASSICAL)
    fitted, _ = asked(page, "sine-fit", signals)
    np.testing.assert_allclose(fitted, SineFit().predict(signals), rtol=0, atol=CLASSICAL)
    moved, _ = asked(page, "tone/heterodyne-lstm", signals)
    np.testing.assert_allclose(
        moved, in_double("tone/heterodyne-lstm").predict(signals), rtol=0, atol=DOUBLE
    )
    assert np.isnan(asked(page, "tone/lstm", signals)[0]).all()  # it reads 128 samples


def test_the_lstm_on_samples(page):
    signals = records("tone")
    hold_to_python(asked(page, "tone/lstm", signals)[0], "tone/lstm", signals)


def test_the_heterodyne_lstm(page):
    signals = records("tone")
    frequency, std = asked(page, "tone/heterodyne-lstm", signals)
    hold_to_python(frequency, "tone/heterodyne-lstm", signals)
    _, exact = in_double("tone/heterodyne-lstm").predict(signals, return_std=True)
    np.testing.assert_allclose(std, exact, rtol=DOUBLE)
    _, shipped = neural.load("tone/heterodyne-lstm", device="cpu").predict(signals, return_std=True)
    np.testing.assert_allclose(std, shipped, rtol=LARGEST)


def test_a_constant_record_has_no_frequency(page):
    for name in ("sine-fit", "tone/lstm", "tone/heterodyne-lstm"):
        assert np.isnan(asked(page, name, np.ones((1, 128)))[0]).all()


def test_classical_burst_detectors(page):
    signals = records("burst")
    filtered = MatchedFilter(burst_templates()).predict(signals)
    np.testing.assert_allclose(asked(page, "matched-filter", signals), filtered, rtol=0, atol=CLASSICAL)
    odds = BayesFilter().predict(signals)
    np.testing.assert_allclose(asked(page, "bayes-filter", signals), odds, rtol=0, atol=CLASSICAL)


@pytest.mark.parametrize("name", ["burst/lstm", "burst/elman"])
def test_nets_that_detect_bursts(page, name):
    signals = records("burst")
    hold_to_python(asked(page, name, signals), name, signals)


@pytest.mark.parametrize("condition", TASKS["ewma"].conditions[2:], ids=lambda condition: condition.name)
def test_averages_at_other_scales(page, condition):
    signals = records("ewma", condition, 100)
    np.testing.assert_allclose(asked(page, "ewma", signals), EWMA(0.2).predict(signals), atol=CLASSICAL)
    for name in ("ewma/lstm", "ewma/equivariant-lstm"):
        hold_to_python(asked(page, name, signals), name, signals)


def test_averages(page):
    signals = records("ewma")
    np.testing.assert_allclose(asked(page, "ewma", signals), EWMA(0.2).predict(signals), atol=CLASSICAL)
    for name in ("ewma/lstm", "ewma/equivariant-lstm", "ewma/linear-rnn"):
        hold_to_python(asked(page, name, signals), name, signals)


class Recorded:
    """A generator that keeps what it has drawn, in order."""

    def __init__(self, seed):
        self.generator = stream(seed, "test", "playground")
        self.uniform, self.normal = [], []

    def random(self, size):
        drawn = self.generator.random(size)
        self.uniform += drawn.ravel().tolist()
        return drawn

    def standard_normal(self, size):
        drawn = self.generator.standard_normal(size)
        self.normal += drawn.ravel().tolist()
        return drawn


@pytest.mark.parametrize("n_samples", [100, 128])
@pytest.mark.parametrize("kind", KINDS)
def test_mismatch_and_its_bound(page, kind, n_samples):
    """From the same random numbers the same record to 1e-12, and the same bound, at every severity."""
    for level, frequency in zip(KINDS[kind].levels, (0.07, 0.2, 0.31), strict=True):
        given = {"frequency": frequency, "phase": 0.7, "amplitude": 1.3, "offset": -0.4, "noise_std": 0.2}
        p = {name: np.array([value]) for name, value in (given | {"severity": level}).items()}
        draws = Recorded(n_samples)
        signals = KINDS[kind].signals(draws, n_samples, p)
        condition = MismatchCondition("", kind=kind, severity=level, n_samples=n_samples)
        bound = np.sqrt(mismatch_bound(condition, Trials(signals, p["frequency"], p))[0])
        renamed = {**given, "std": given["noise_std"], "severity": level}
        found = json.loads(page.evaluate(
            "([kind, n, p, u, v]) => JSON.stringify(playground.draw(kind, n, p, u, v))",
            [kind, n_samples, renamed, draws.uniform, draws.normal],
        ))  # fmt: skip
        np.testing.assert_allclose(np.array(found["record"], float), signals[0], rtol=0, atol=1e-12)
        assert found["bound"] == pytest.approx(bound, rel=CLASSICAL)


def test_an_unknown_estimator_is_refused_by_name(page):
    with pytest.raises(Exception, match=r"the estimators are fft-peak, .*; got music"):
        page.evaluate("playground.estimate('music', [])")
