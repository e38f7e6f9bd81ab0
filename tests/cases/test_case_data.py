"""The data of every case, as they were asked for, against their own mathematics."""

import numpy as np
import pytest
import torch

from dspvnn.cases import CASES
from dspvnn.cases.burst_end import case as burst
from dspvnn.cases.burst_end import nets as burst_nets
from dspvnn.cases.frequency_and_phase.records import asked_records, sines
from dspvnn.cases.moving_average import case as moving_average
from dspvnn.cases.moving_average import nets as average_nets


def test_every_case_names_its_own_variants_and_columns():
    for name, case in CASES.items():
        labels = [v.label for v in case.variants]
        assert case.name == name
        assert len(set(labels)) == len(labels)
        assert len(case.seeds) >= 3
        assert {metric for _, metric in case.columns} <= set(case.metrics)


# ---- burst


def test_a_burst_is_a_half_sine_of_ten_and_its_label_is_1_until_its_end():
    trials = burst._draw(0, "train", 50, burst.CONDITIONS[0])
    onset = trials.parameters["onset"]
    assert ((onset >= 0) & (onset < 50)).all()
    n = np.arange(130)
    for x, label, start in zip(trials.signals, trials.target, onset, strict=True):
        inside = (n >= start) & (n < start + 10)
        np.testing.assert_allclose(x, np.where(inside, np.sin(np.pi * (n - start) / 10), 0), atol=1e-12)
        np.testing.assert_array_equal(label, n < start + 10)


def test_the_five_records_of_the_question():
    signals, labels = burst_nets.asked_records()
    ends = labels.sum(axis=1)  # the first sample at or after onset + 10
    onsets = np.array([20.85, 36.02, 0.006, 15.12, 7.34])
    np.testing.assert_array_equal(ends, np.ceil(onsets + 10))
    n = np.arange(130)
    for x, onset in zip(signals, onsets, strict=True):
        inside = (n >= onset) & (n < onset + 10)
        np.testing.assert_allclose(x, np.where(inside, np.sin(np.pi * (n - onset) / 10), 0), atol=2e-3)
    silent_before = np.floor(onsets).sum() + 5  # samples 0 to floor(onset), one of which may be the first
    assert silent_before / signals.size == pytest.approx(0.128, abs=0.002)


def test_evidence_leaves_the_carried_state_as_it_was():
    net = burst_nets.Labeller("elman", carried=True)
    signals, _ = burst_nets.asked_records()
    first = net.evidence(signals, 5)
    assert net.state is None
    np.testing.assert_array_equal(net.evidence(signals, 5), first)


@pytest.mark.parametrize("cell", ["elman", "lstm"])
def test_a_carried_state_is_that_of_the_end_of_the_last_batch(cell):
    torch.manual_seed(0)
    carried, x = burst_nets.Labeller(cell, carried=True), torch.randn(5, 20)
    with torch.no_grad():
        halves = torch.cat([carried(x[:, :10]), carried(x[:, 10:])], dim=1)
        carried.state, carried.carried = None, False
        whole, again = carried(x), carried(x)
    torch.testing.assert_close(halves, whole)
    torch.testing.assert_close(whole, again)


# ---- moving average


def test_the_record_of_the_moving_average():
    x, y = average_nets.record(0)
    assert x.shape == (10_000,)
    assert 0 <= x.min() < 0.01 < 0.99 < x.max() < 1
    level = x.mean()
    for sample, answer in zip(x[:100], y[:100], strict=True):
        level = 0.8 * level + 0.2 * sample
        assert answer == pytest.approx(level, abs=1e-14)


@pytest.mark.parametrize("units", [32, 0])
def test_the_library_net_is_the_three_numbers_it_is_scored_as(units):
    torch.manual_seed(0)
    net, x = average_nets.StatefulUnit(units), torch.rand(300)
    with torch.no_grad():
        answers = torch.cat([net(sample) for sample in x.split(1)]).numpy()  # the state outlives a batch
    w_a, w_x, b = net.weights()
    level, expected = 0.0, []
    for sample in x.tolist():
        level = w_a * level + w_x * sample + b
        expected.append(level)
    np.testing.assert_allclose(answers, expected, rtol=1e-5, atol=2e-5)  # float32


def test_a_shuffled_epoch_has_every_sample_once():
    torch.manual_seed(0)
    order = average_nets._order(50, shuffled=True)
    first, second = ([next(order) for _ in range(50)] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert [next(average_nets._order(50, shuffled=False)) for _ in range(3)] == [0, 0, 0]


def test_the_path_begins_before_training_and_ends_with_it():
    assert average_nets.looked_at(100) == [0, 10, 20, 50, 100]
    assert average_nets.looked_at(7) == [0, 7]
    assert list(average_nets.by_hand(0, 0.01).path) == average_nets.looked_at(10_000)


def test_a_recursion_starts_at_the_mean_and_does_not_run_away_to_infinity():
    X = np.array([[1.0, 2.0, 6.0]])
    np.testing.assert_allclose(moving_average._recursion((0.5, 1.0, 0.1), X), [[2.6, 3.4, 7.8]])
    assert np.isfinite(moving_average._recursion((3.0, 1.0, 0.0), np.ones((1, 5000)))).all()


# ---- frequency and phase


def test_the_sines_take_pi_as_3142():
    x = sines(np.array([250.0]), np.array([7.0]))[0]
    n = np.arange(200)
    np.testing.assert_allclose(x, np.sin(2 * 3.142 * 250 * (n + 7) / 10_000), atol=1e-14)


def test_frequencies_are_whole_hertz_of_either_sign_and_offsets_whole_samples():
    drawn = asked_records(phases=True, seed=0)
    f, offset = np.concatenate([records.targets for records in drawn]).T
    assert (f == np.round(f)).all()
    assert set(offset) == set(range(90))
    # the mean of 11,196 draws has a standard error of 0.95, their variance one of 1.3 %
    assert abs(f.mean()) < 4
    assert f.var() == pytest.approx(100**2 + 1 / 12, rel=0.05)


def test_half_a_period_turns_f_into_minus_f_but_for_the_third_decimal_of_pi():
    f = np.array([100.0])  # half a period is 50 samples
    one = sines(f, np.array([10.0]))
    other = sines(-f, np.array([60.0]))
    gap = np.abs(one - other).max()
    off = 2 * (3.142 - np.pi) * 100  # of the phase, per second: over at most 270 + 50 samples
    assert 0 < gap < off * (2 * 260 + 120) / 10_000
