"""The example of a task of one's own in docs/examples: nothing passes its limit, and it has a page."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dspvnn.report.command import make_report
from dspvnn.report.presets import PRESETS
from dspvnn.report.request import Request
from dspvnn.results.rows import beaten, read_rows
from dspvnn.signals.randomness import stream
from dspvnn.testing import assert_within

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"


@pytest.fixture
def delay(monkeypatch):
    """The example's module, imported as a user does."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.chdir(EXAMPLES)
    import time_delay

    yield time_delay
    for name in [name for name in sys.modules if name.startswith(("time_delay", "delay_"))]:
        del sys.modules[name]


def drawn(delay, snr_db, n_signals, *labels):
    condition = delay.DelayCondition("drawn", snr_range_db=(snr_db, snr_db))
    return delay.TASK.draw(stream(0, "example", str(snr_db), *labels), n_signals, condition)


# --- the signals ----------------------------------------------------------------------------------


def test_the_second_copy_is_the_first_one_later(delay):
    trials = drawn(delay, 200, 300)
    assert trials.signals.shape == (300, 128, 2)
    assert np.mean(trials.signals**2) == pytest.approx(1, abs=0.06)  # 300 x 50 real amplitudes: 4 sigma
    assert np.abs(trials.target).max() < 8
    shift = np.exp(-2j * np.pi * np.fft.rfftfreq(128) * trials.target[:, None])
    moved = np.fft.irfft(np.fft.rfft(trials.signals[..., 0]) * shift, 128)
    assert np.abs(moved - trials.signals[..., 1]).max() < 1e-8  # the noise is 1e-10
    assert np.abs(delay.MaximumLikelihood().predict(trials.signals) - trials.target).max() < 1e-8


def test_noise_has_the_variance_that_the_snr_says(delay):
    signals = drawn(delay, 5, 400).signals
    above = np.abs(np.fft.rfft(signals, axis=1)[:, 26:64]) ** 2 / 128  # harmonics that the signal has not
    assert np.mean(above) == pytest.approx(10**-0.5, rel=4 / np.sqrt(above.size))


# --- the limit ------------------------------------------------------------------------------------


def posterior_mean(delay, signals, snr_db, n_grid=1601):
    """The estimator of least mean squared error, by the law of the draw itself."""
    from delay_estimators import correlation, cross_spectrum

    n, omega = signals.shape[1], delay.harmonics(signals.shape[1])
    signal, noise = n**2 / (2 * len(omega)), n * 10 ** (-snr_db / 10)
    grid = np.linspace(-8, 8, n_grid)
    exponent = 2 * signal / (noise * (noise + 2 * signal)) * correlation(
        cross_spectrum(signals, len(omega)), n, grid
    )  # fmt: skip
    likelihood = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    return likelihood @ grid / likelihood.sum(axis=1)


@pytest.mark.parametrize("snr_db", [-20, -5, 0, 10])
def test_nothing_passes_the_limit(delay, snr_db):
    trials = drawn(delay, snr_db, 1500)
    bound = delay.ziv_zakai(snr_db, 128, 8.0)
    for answers in (
        posterior_mean(delay, trials.signals, snr_db), delay.MaximumLikelihood().predict(trials.signals)
    ):  # fmt: skip
        squared = (answers - trials.target) ** 2
        assert squared.mean() + 3 * squared.std() / np.sqrt(len(squared)) > bound
    # Far above the threshold and far below it the bound is as good as reached, near it within a factor.
    reached = np.mean((posterior_mean(delay, trials.signals, snr_db) - trials.target) ** 2) / bound
    assert reached < (5 if snr_db == -5 else 1.25)


def test_the_bound_of_unbiased_estimators_is_passed_below_the_threshold(delay):
    from delay_limit import cramer_rao

    trials = drawn(delay, -20, 1500)
    squared = (posterior_mean(delay, trials.signals, -20) - trials.target) ** 2
    assert squared.mean() + 4 * squared.std() / np.sqrt(1500) < cramer_rao(-20, 128)
    for snr_db in (5, 10, 20, 30, 40):  # above it the limit is the greater of the two
        assert 1 < delay.ziv_zakai(snr_db, 128, 8.0) / cramer_rao(snr_db, 128) < 1.1
    assert delay.ziv_zakai(-80, 128, 8.0) == pytest.approx(16**2 / 12, rel=1e-4)  # the guess 0


@pytest.mark.parametrize(("h", "snr_db"), [(0.5, 0), (3.0, -8)])
def test_the_best_decision_is_wrong_as_often_as_is_said(delay, h, snr_db):
    """Between the delays 0 and h, by the likelihood, on simulated signals."""
    from delay_estimators import correlation, cross_spectrum
    from delay_limit import error_probability

    condition = delay.DelayCondition("one delay", snr_range_db=(snr_db, snr_db), max_delay=0.0)
    signals = delay.TASK.draw(stream(0, "decision"), 5000, condition).signals
    at_0, at_h = correlation(cross_spectrum(signals, 25), 128, np.array([0, h])).T
    expected = error_probability([h], snr_db, 128)[0]
    assert np.mean(at_h > at_0) == pytest.approx(expected, abs=4 * np.sqrt(expected / 5000))
    assert 0.02 < expected < 0.4


# --- the estimators -------------------------------------------------------------------------------


def test_maximum_likelihood_is_near_the_limit_and_the_net_not_far(delay):
    assert_within(delay.MaximumLikelihood(), delay.TASK, 1.1, where=lambda c: c.name == "10 dB")
    assert_within(delay.trained(), delay.TASK, 1.5, where=lambda c: c.name == "10 dB")


@pytest.mark.slow
def test_the_net_learns_from_fresh_signals(delay):
    """After a thirteenth of its training the error is below a quarter of that of whoever guesses 0."""
    net = delay.DelayLSTM(steps=300).fit_task(delay.TASK)
    trials = drawn(delay, 20, 500)
    assert (
        np.sqrt(np.mean((net.predict(trials.signals) - trials.target) ** 2)) < 16 / np.sqrt(12) / 4
    )  # 0.76, measured
    assert net.card_["signals"] == 300 * 256
    assert delay.trained().card_["seconds"] < 180


# --- the report -----------------------------------------------------------------------------------


def test_its_report_in_small(delay, tmp_path, monkeypatch):
    monkeypatch.setitem(PRESETS, "quick", replace(PRESETS["quick"], n_signals=30, timing_rounds=1))
    make_report(Request(out=tmp_path, task=("time_delay:TASK",), device="cpu", preset="quick", jobs=1))
    rows = [r for r in read_rows(tmp_path / "results.csv") if r.metric == "delay rmse"]
    assert {(r.estimator, r.kind) for r in rows} == {
        ("maximum likelihood", "classical"), ("cross-correlation", "classical"), ("GCC-PHAT", "classical"),
        ("LSTM", "neural"),
    }  # fmt: skip
    assert len(rows) == 4 * len(delay.CONDITIONS)
    assert beaten(rows) == []
    assert (tmp_path / "comparison.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "figures" / "time-delay.svg").exists()


@pytest.mark.slow
def test_the_commands_of_the_page(tmp_path):
    """Through the command, on two processes, twice: the second run takes every cell that the first kept."""
    text = (ROOT / "docs" / "your-task.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^dspvnn (report .*) --out", text, re.MULTILINE)
    words = [sys.executable, "-m", "dspvnn", *command.split(), "--out", tmp_path, "--jobs", "2"]
    kept = []
    for _ in range(2):
        done = subprocess.run(words, cwd=EXAMPLES, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        cells = sorted((tmp_path / "cells").glob("*.json"))
        kept.append({path.name: path.stat().st_mtime_ns for path in cells})
    assert kept[0] == kept[1]
    assert len(kept[0]) == 10  # nine conditions and the runtime
    assert beaten(read_rows(tmp_path / "results.csv")) == []
