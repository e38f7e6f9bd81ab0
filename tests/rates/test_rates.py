"""Low false-alarm rates: thresholds against order statistics, Pd against its closed form, flat memory."""

import re
import signal
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from baselines.roster import BASELINES
from dspvnn.estimator import SignalEstimator
from dspvnn.limits import burst_average_likelihood_ratio, burst_known_detection
from dspvnn.measure.compare import Contestant
from dspvnn.rates import condition_named, hours, low_rate_rows, measure_rates, seconds_per_record
from dspvnn.rates.blocks import BLOCK, LIMIT, draw_block
from dspvnn.rates.command import _announce
from dspvnn.rates.cost import DRAWING
from dspvnn.rates.measure import LARGEST, _split
from dspvnn.rates.tails import TAIL, Level, count_misses, largest, levels, thresholds
from dspvnn.results.rows import beaten
from dspvnn.results.side_information import SideInformation
from dspvnn.signals import half_sine
from dspvnn.sweep import Shelf, Sweep
from dspvnn.tasks.burst.task import BurstCondition
from dspvnn.tasks.metrics import quantile_thresholds

ROOT = Path(__file__).parents[2]
CONDITION = condition_named("inside, d = 5")
KNOWN = BurstCondition("known time, d = 3", onset_range=(20.0, 20.0), deflection_range=(3.0, 3.0))


def lineup(*labels):
    return [Contestant(label, BASELINES["burst"][label]) for label in labels]


class KnownTime(SignalEstimator):
    """The matched filter at the one time that the burst may have, at every sample."""

    def predict(self, X):
        template = half_sine(X.shape[1], np.array([20.0]), 10.0)[0]
        return np.repeat((X @ template)[:, None], 2, axis=1)


# --- thresholds ------------------------------------------------------------------------------------


def test_the_threshold_is_the_one_of_the_whole_sample(rng):
    statistic = rng.standard_normal(5000)
    for level in levels((0.1, 0.01, 0.002), 5000, 1000):
        tail = largest(np.split(statistic[: level.n_noise], 5), level)
        ladder = thresholds(tail, level)
        (expected,) = quantile_thresholds(statistic[: level.n_noise], level.false_alarm_rate)
        assert ladder[level.exceedances - level.ranks[0]] == expected
        assert np.sum(statistic > expected) == level.exceedances
        others = rng.standard_normal(300)
        np.testing.assert_array_equal(
            count_misses(np.r_[others, ladder], ladder),
            [np.sum(np.r_[others, ladder] <= t) for t in ladder],
        )


def test_ties_count_as_misses():
    assert count_misses(np.ones(3), np.ones(4)).tolist() == [3, 3, 3, 3]


def test_the_interval_of_the_threshold_covers_the_true_one(rng):
    """1,000 experiments: 95 % intervals cover in 93.5 % at least (binomial: 2 sigma below 95 %)."""
    level = Level(0.01, 2000)
    few, many = level.interval(0.95)
    x = -np.sort(-rng.standard_normal((1000, level.n_noise)), axis=1)
    true = norm.isf(level.false_alarm_rate)
    covered = np.mean((x[:, many] <= true) & (true <= x[:, few - 1]))
    assert 0.935 < covered < 0.985


def test_levels_take_the_records_they_need():
    found = levels((0.1, 1e-3), 10**7, 2000)
    assert [level.n_noise for level in found] == [10_000, 1_000_000]
    assert [level.exceedances for level in found] == [TAIL, TAIL]
    assert levels((0.1,), 3000, 2000)[0].n_noise == 3000
    for rate, n, message in [
        (1e-5, 10**5, "1e-05 needs at least 1000000 noise records, 10 false alarms, got 100000"),
        (0.5, 100, "must lie between 0 and 0.5, got 0.5"),
        (0.0, 100, "must lie between 0 and 0.5, got 0"),
    ]:
        with pytest.raises(ValueError, match=message):
            levels((rate,), n, 2000)


# --- detection -------------------------------------------------------------------------------------


def test_a_known_burst_is_detected_as_the_closed_form_says():
    found = measure_rates([Contestant("known", KnownTime)], KNOWN, (0.1, 1e-2, 1e-3), 20_000, 10_000)
    for rate in found:
        expected = 1 - burst_known_detection(3.0, rate.false_alarm_rate)
        assert rate.miss_low < expected < rate.miss_high
        assert rate.miss == rate.limit  # the likelihood ratio is a function of the same correlation
        assert rate.ratio == 1
        assert rate.ratio_low < 1 < rate.ratio_high
        true = norm.isf(rate.false_alarm_rate) * np.sqrt(5)  # the template's norm
        assert rate.threshold_low <= true <= rate.threshold_high
        assert rate.threshold_low < rate.threshold < rate.threshold_high


def test_counts_are_those_of_all_records_at_once():
    """Brute force: every record in memory, thresholds by the comparison's own code."""
    n_noise, n_bursts, filters = 5000, 3000, lineup("matched filter", "energy detector")
    found = measure_rates(filters, CONDITION, (0.1, 0.01), n_noise, n_bursts, seed=3)
    noise, bursts = (
        np.concatenate(
            [
                draw_block(use, b, min(BLOCK, n - b * BLOCK), CONDITION, 3)
                for b in range(-(-n // BLOCK))
            ]
        )
        for use, n in (("calibrate", n_noise), ("test", n_bursts))
    )  # fmt: skip
    model = CONDITION.model()
    for rate in found:
        detect = BASELINES["burst"][rate.detector]().decision_function
        for score, expected in ((detect, rate.miss), (None, rate.limit)):
            score = score or (lambda x: burst_average_likelihood_ratio(x, model))
            (threshold,) = quantile_thresholds(score(noise), rate.false_alarm_rate)
            assert np.mean(score(bursts) <= threshold) == expected
        assert rate.ratio == pytest.approx(rate.miss / rate.limit, rel=1e-12)
        assert rate.miss_low < rate.miss < rate.miss_high


@pytest.mark.slow
def test_any_split_any_processes_and_an_interruption_give_the_same(monkeypatch, tmp_path):
    arguments = (lineup("energy detector"), CONDITION, (0.1, 1e-2), 9000, 5000)
    whole = measure_rates(*arguments)
    assert measure_rates(*arguments, sweep=Sweep(2)) == whole
    names = []

    def stop(name, done, total):
        names.append(name)
        if len(names) == 3:
            raise KeyboardInterrupt

    with Shelf(tmp_path / "cells") as shelf, pytest.raises(KeyboardInterrupt):
        measure_rates(*arguments, sweep=Sweep(shelf=shelf), progress=stop)
    assert len(list((tmp_path / "cells").glob("*.json"))) == 3
    with Shelf(tmp_path / "cells") as shelf:
        assert measure_rates(*arguments, sweep=Sweep(shelf=shelf)) == whole
    monkeypatch.setattr("dspvnn.rates.measure.CELLS", 2)
    assert measure_rates(*arguments) == whole
    assert measure_rates(*arguments, seed=1) != whole


def test_noise_and_burst_streams_never_meet():
    draws = [
        draw_block(use, b, 50, condition, seed)
        for use in ("calibrate", "test")
        for b, condition, seed in [(0, CONDITION, 0), (1, CONDITION, 0), (0, KNOWN, 0), (0, CONDITION, 1)]
    ]
    quiet = [set(d[:, :10].ravel()) | set(d[:, 70:].ravel()) for d in draws]  # samples that are noise alone
    assert len(set.union(*quiet)) == sum(map(len, quiet))


def test_bad_input():
    energy = lineup("energy detector")
    quiet = replace(CONDITION, name="quiet", deflection_range=(np.inf, np.inf))
    for arguments, message in [
        ((energy, CONDITION, (0.1,), 1000, 0), "at least 1 record with a burst, got 0"),
        ((energy, quiet, (0.1,), 1000, 10), "false alarms need noise, got the condition 'quiet'"),
        ((energy, CONDITION, (), 1000, 10), "at least one false-alarm rate and one detector are needed"),
        (([Contestant(LIMIT, KnownTime)], CONDITION, (0.1,), 1000, 10), "the limit's own label"),
    ]:
        with pytest.raises(ValueError, match=message):
            measure_rates(*arguments)
    with pytest.raises(ValueError, match="unknown condition 'x': those of the burst task are inside"):
        condition_named("x")


class Broken(SignalEstimator):
    def predict(self, X):
        return np.full(X.shape, np.nan)


def test_a_statistic_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="broken: the statistic of a record must be finite, got nan"):
        measure_rates([Contestant("broken", Broken)], CONDITION, (0.1,), 1000, 10)


# --- rows ------------------------------------------------------------------------------------------


def test_rows_have_a_limit_and_beat_none():
    rows = low_rate_rows(lineup(*BASELINES["burst"]), 10_000)
    assert len(rows) == 3 * len(BASELINES["burst"])  # 1e-4 needs more records
    assert {row.position for row in rows} == {0.1, 0.01, 0.001}
    for row in rows:
        assert row.ci_low <= row.value <= row.ci_high
        assert row.limit > 0
        assert row.n_signals == 2500
    assert beaten(rows) == []
    by = {(row.estimator, row.position): row for row in rows}
    assert by["matched filter", 0.01].ratio_low > 1  # the largest is not the average
    assert by["Bayes filter", 0.01].ratio_to_limit < by["matched filter", 0.01].ratio_to_limit
    assert by["constant", 0.01].value == 1


def test_nets_take_fewer_records_and_rates():
    import neural

    net = Contestant("LSTM", lambda: neural.load("burst/lstm", device="cpu"), learns=False)
    rows = low_rate_rows([*lineup("energy detector"), net], 9600)
    assert [(r.estimator, r.position, r.n_signals) for r in rows] == [
        ("energy detector", 0.1, 2400), ("energy detector", 0.01, 2400),
        ("LSTM", 0.1, 300), ("LSTM", 0.01, 300),
    ]  # fmt: skip
    assert rows[-1].kind == "neural"
    assert rows[-1].side_information == {SideInformation.TRAINING_RANGE}


# --- memory and cost -------------------------------------------------------------------------------


def peak_bytes(n_records):
    """Return the most that Python and NumPy held at once."""
    tracemalloc.start()
    try:
        measure_rates(lineup("energy detector"), CONDITION, (0.1, 1e-2, 1e-3), n_records, n_records // 10)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("few", "many"), [(20_000, 100_000), pytest.param(100_000, 500_000, marks=pytest.mark.slow)]
)
def test_more_records_take_no_more_memory(few, many):
    """A tenth of a million records of 130 samples are 104 MB; what a finished block leaves is kilobytes."""
    peak_bytes(10_000)  # what a first call imports is not counted
    assert peak_bytes(many) < peak_bytes(few) + 5e6


def test_a_hundred_million_million_records_begin_at_once():
    """Cells are made as they are asked for: the first come at once, the last is where it should be."""
    parts = _split(10**14)
    assert len(parts) == 10**14 // (LARGEST * BLOCK)
    assert parts[0] == range(0, LARGEST * BLOCK, BLOCK)
    assert parts[len(parts) - 1].stop == 10**14
    done = []

    def stop(name, n_done, total):
        done.append((name, n_done, total))
        if len(done) == 2:
            raise KeyboardInterrupt

    tracemalloc.start()
    with pytest.raises(KeyboardInterrupt):
        measure_rates(lineup("energy detector"), CONDITION, (0.1, 0.4), 10**14, 10**14, progress=stop)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done[0] == ("noise, records 0 to 1999", 1, 5 + len(parts))
    assert most < 200e6  # the names of all cells would be 10 GB


@pytest.mark.parametrize("n", [1, BLOCK, BLOCK + 1, 129 * BLOCK - 1, (128 * LARGEST + 1) * BLOCK + 1])
def test_parts_are_all_records_once(n):
    parts = list(_split(n))
    assert parts[0].start == 0
    assert parts[-1].stop == n
    assert all(a.stop == b.start for a, b in pairwise(parts))
    assert max(map(len, parts)) <= LARGEST


def test_a_long_measurement_is_announced(capsys):
    for seconds, processes, said in [
        (59, 1, ""),
        (90, 1, "dspvnn: about 1.5 minutes of one core\n"),
        (7200, 2, "dspvnn: about 1 hours of 2 cores\n"),
        (1e5, 1, "dspvnn: about 1.2 days of one core\n"),
        (6.4e9, 1, "dspvnn: about 200 years of one core\n"),
    ]:
        _announce(seconds, processes)
        assert capsys.readouterr().err == said


@pytest.mark.slow
def test_ctrl_c_ends_an_endless_measurement(tmp_path):
    """The announcement comes before the first block; what is finished by then is kept."""
    command = [
        sys.executable, "-m", "dspvnn.rates", "--records", "1e14", "--bursts", "1e14", "--jobs", "1",
        "--rate", "0.1", "--detector", "energy detector", "--out", str(tmp_path),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as run:
        announced = run.stderr.readline()
        while not list((tmp_path / "cells").glob("*.json")):
            assert run.poll() is None
            time.sleep(0.1)
        run.send_signal(signal.SIGINT)
        _, rest = run.communicate(timeout=60)
    assert re.fullmatch(r"dspvnn: about \d+ years of one core\n", announced)
    assert (run.returncode, rest) == (130, "dspvnn: stopped\n")


def test_the_cost_is_the_least_of_the_rounds_and_scales(monkeypatch):
    names = {DRAWING, LIMIT, "energy detector", "matched filter"}
    slow, quick = [0.0, 3.0] * len(names), [0.0, 0.5] * len(names)  # a clock's readings before and after
    clock = SimpleNamespace(process_time=iter(slow + quick).__next__)
    monkeypatch.setattr("dspvnn.rates.cost.time", clock)
    seconds = seconds_per_record(lineup("energy detector", "matched filter"), CONDITION, rounds=2)
    assert seconds == dict.fromkeys(names, 0.5 / BLOCK)
    assert hours(36e-6, 1e-6, 10) == pytest.approx(0.1)  # 1e8 records, 3600 s, ten cores
    with pytest.raises(ValueError, match="cores must be at least 1"):
        hours(1e-6, 1e-6, 0)


@pytest.mark.slow
def test_the_command(tmp_path):
    command = [
        sys.executable, "-m", "dspvnn.rates", "--records", "2e3", "--bursts", "500", "--jobs", "1",
        "--detector", "energy detector", "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""  # quiet when not a terminal
    assert "energy detector" in run.stdout
    lines = (tmp_path / "out" / "rates.csv").read_text().splitlines()
    assert len(lines) == 3  # 1e-1 and 1e-2
    assert (tmp_path / "out" / "cost.csv").exists()
    run = subprocess.run(
        [*command, "--rate", "1e-5"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert "1e-05 needs at least 1000000 noise records" in run.stderr
