"""The shipped weights stay under their stated bounds, on fixed signals that no net was trained on."""

import numpy as np
import pytest
from precision import assert_same_estimates

import neural
from baselines import SineFit
from dspvnn.limits import tone_bound
from dspvnn.measure.compare import draw_cell, score
from dspvnn.measure.statistics import as_drawn
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS
from dspvnn.tasks.metrics import phase_error
from dspvnn.tasks.tone.task import Tone, ToneCondition

SEED = 77


def _value_and_limit(name, condition_name, metric, n, seed=0):
    task = TASKS[neural.RECIPES[name].task]
    condition = next(c for c in task.conditions if c.name == condition_name)
    context = draw_cell(task, condition, n, SEED)
    net = neural.load(name, seed, device="cpu")
    about = task.metrics[metric]
    value = about.value(as_drawn(score(task, net, context).losses[metric]))
    return value, about.value(as_drawn(task.limit_losses(context)[metric]))


def _seeds(name):
    return [(name, seed) for seed in neural.RECIPES[name].seeds]


@pytest.mark.parametrize(("name", "seed"), _seeds("tone/lstm"))
@pytest.mark.parametrize("snr_db", [5, 10, 20])
def test_tone_lstm_inside_its_range(name, seed, snr_db):
    value, limit = _value_and_limit(name, f"inside, {snr_db} dB", "frequency rmse", 3000, seed)
    assert value < 1.5 * limit  # measured 1.20 to 1.35; 2 was asked


@pytest.mark.parametrize("condition", ["f in [0.02, 0.035], 20 dB", "f in [0.35, 0.4], 20 dB"])
def test_tone_lstm_collapses_outside_its_range(condition):
    value, limit = _value_and_limit("tone/lstm", condition, "frequency rmse", 500)
    assert value > 50 * limit  # if this ever fails, the report's story has to be told anew


def _tones(frequency_range, snr_db, n, n_samples=128):
    condition = ToneCondition(
        "tones", frequency_range=frequency_range, snr_range_db=(snr_db, snr_db), n_samples=n_samples
    )
    return Tone().draw(stream(SEED, "test", "tones"), n, condition)


def _bound(trials):
    p = {k: trials.parameters[k] for k in ("frequency", "phase", "amplitude", "noise_std")}
    return tone_bound(trials.signals.shape[1], **p)


@pytest.mark.parametrize("outside", [(0.02, 0.035), (0.3, 0.45)])
def test_tone_lstm_flags_what_it_was_not_trained_on(outside):
    net = neural.load("tone/lstm", device="cpu")
    assert net.in_domain(_tones(outside, 5, 2000).signals).mean() < 0.01
    assert net.in_domain(_tones((0.05, 0.25), 5, 2000).signals).mean() > 0.99
    assert not net.in_domain(np.ones((1, 128))).any()


@pytest.mark.parametrize("snr_db", [5, 20, 60])
def test_refined_lstm_locks_and_reaches_the_bound(snr_db):
    trials = _tones((0.05, 0.25), snr_db, 20_000)
    error = neural.load("tone/lstm+sine-fit", device="cpu").predict(trials.signals) - trials.target
    locked = np.abs(error) * 128 < 0.75
    assert locked.mean() >= 0.999
    ratio = np.sqrt(np.mean(error[locked] ** 2) / _bound(trials)["frequency"][locked].mean())
    assert ratio < 1.015  # measured 1.001 to 1.007; 20,000 signals tell an rms to 0.5 %


def test_the_probability_of_a_lock_is_the_share_that_locks():
    net = neural.load("tone/lstm+sine-fit", device="cpu")
    for snr_db in (-10, -7, -5):
        trials = _tones((0.05, 0.25), snr_db, 4000)
        locked = np.abs(net.predict(trials.signals) - trials.target) * 128 < 0.75
        # Measured 0.08 too high at -10 dB, 0.01 too low at -5; the share itself is known to 0.01.
        assert net.lock_probability(trials.signals).mean() == pytest.approx(locked.mean(), abs=0.12)


BANDS = [(0.05, 0.25), (0.25, 0.45), (0.45, 0.48), (0.02, 0.05)]


@pytest.mark.parametrize(("name", "seed"), _seeds("tone/heterodyne-lstm"))
@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("snr_db", [0, 10, 20, 40])
def test_heterodyne_lstm_in_its_band_and_in_bands_unseen(name, seed, band, snr_db):
    trials = _tones(band, snr_db, 5000)
    net = neural.load(name, seed, device="cpu").set_params(outputs=("frequency", "phase", "amplitude"))
    estimates, std = net.predict(trials.signals, return_std=True)
    p, bound = trials.parameters, _bound(trials)
    errors = [estimates[:, 0] - p["frequency"], phase_error(p["phase"], estimates[:, 1]),
              estimates[:, 2] - p["amplitude"]]  # fmt: skip
    for error, given, what in zip(errors, std.T, net.outputs, strict=True):
        # Measured 0.98 to 1.02 at 10,000 signals; 5,000 tell an rms to 1 %, three such are allowed.
        assert np.sqrt(np.mean(error**2) / bound[what].mean()) < 1.04
        assert np.mean(np.abs(error) < 1.96 * given) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("name", "seed"), _seeds("tone/heterodyne-lstm"))
@pytest.mark.parametrize("frequency_range", [(0.05, 0.25), None])
def test_heterodyne_lstm_leaves_the_bound_where_maximum_likelihood_does(name, seed, frequency_range):
    """Half a decibel makes up for the peaks that it loses to the fit with the same side information."""
    net = neural.load(name, seed, device="cpu").set_params(frequency_range=frequency_range)
    fit = SineFit(frequency_range=frequency_range)

    def lost(estimator, snr_db):  # by more than a bin
        trials = _tones((0.05, 0.25), snr_db, 10_000)
        return np.sum(np.abs(estimator.predict(trials.signals) - trials.target) * 128 > 1)

    assert lost(net, -5.5) < lost(fit, -6.0)  # told the range: measured 21 against 48 of 10,000


@pytest.mark.parametrize("n_samples", [64, 100, 256])
def test_heterodyne_lstm_at_other_record_lengths(n_samples):
    trials = _tones((0.05, 0.25), 10, 5000, n_samples)
    error = neural.load("tone/heterodyne-lstm", device="cpu").predict(trials.signals) - trials.target
    ratio = np.sqrt(np.mean(error**2) / _bound(trials)["frequency"].mean())
    assert ratio < 1.04  # measured 1.00 to 1.01; 1.10 was asked


@pytest.mark.parametrize(("name", "seed"), _seeds("burst/lstm"))
def test_burst_lstm_is_near_the_bayes_filter(name, seed):
    value, limit = _value_and_limit(name, "inside, d from 3 to 20", "sample error rate", 2000, seed)
    assert value < 1.3 * limit  # measured 1.1; the rest is the interval at 2,000 records


@pytest.mark.parametrize("name", ["burst-noise-free/lstm", "burst-noise-free/elman"])
def test_bursts_without_noise_over_five_seeds(name):
    values = [
        _value_and_limit(name, "inside, no noise", "sample error rate", 1000, seed)[0]
        for seed in neural.RECIPES[name].seeds
    ]
    assert len(values) == 5
    assert max(values) < 0.005


@pytest.mark.parametrize(("name", "seed"), _seeds("ewma/linear-rnn"))
def test_linear_rnn_found_the_recursion(name, seed):
    network = neural.load(name, seed, device="cpu").network_
    learned = [float(p.detach()) for p in (network.w_y, network.w_x, network.bias)]
    np.testing.assert_allclose(learned, [0.8, 0.2, 0.0], atol=1e-6)


@pytest.mark.parametrize(("name", "seed"), _seeds("ewma/lstm"))
def test_ewma_lstm(name, seed):
    value, _ = _value_and_limit(name, "inside, uniform on 0 to 1", "relative rms error", 200, seed)
    assert value < 7e-4  # measured 3.8e-4 to 4.6e-4


@pytest.mark.parametrize(("name", "seed"), _seeds("witness/lstm"))
def test_witness_lstm(name, seed):
    cell = "inside, fitted on the contamination"
    value, _ = _value_and_limit(name, cell, "relative residual", 800, seed)
    assert 20 * np.log10(value) < -50  # dB; measured -58


@pytest.mark.parametrize(("name", "seed"), _seeds("ewma/equivariant-lstm"))
@pytest.mark.parametrize("condition", [c.name for c in TASKS["ewma"].conditions])
def test_equivariant_lstm_at_every_scale(name, seed, condition):
    value, _ = _value_and_limit(name, condition, "relative rms error", 200, seed)
    assert value < 8e-4  # measured 2e-4 to 5e-4; the plain LSTM has 0.1 to 0.9 at other scales


def test_equivariant_lstm_moves_with_its_record_and_sees_no_future():
    net = neural.load("ewma/equivariant-lstm", device="cpu")
    x = stream(SEED, "test", "equivariant").random((5, 60))
    x -= x.mean(axis=1, keepdims=True)  # the start, which the net is told, is then 0 in all that follows
    average = net.predict(x)
    # Scales are powers of two: by such a factor the answers are the same, but for float64's rounding.
    np.testing.assert_allclose(net.predict(1024 * x + 3), 1024 * average + 3, atol=1e-6)
    changed = x.copy()
    changed[:, 40:] = x[:, 40:][:, ::-1] * 1.0  # another future, the same mean
    np.testing.assert_allclose(net.predict(changed)[:, :40], average[:, :40], atol=1e-6)
    larger = x.copy()
    larger[:, -2:] += [[1000.0, -1000.0]]  # a larger scale at the end
    np.testing.assert_allclose(net.predict(larger)[:, :58], average[:, :58], atol=1e-6)


@pytest.mark.parametrize(("name", "seed"), _seeds("witness/product-lstm"))
@pytest.mark.parametrize(
    ("cell", "most_db"),
    [("inside, fitted on the contamination", -70), ("carrier at 200 rad/s", -50),
     ("noise witness doubled", -50)],
)  # fmt: skip
def test_witness_product_lstm(name, seed, cell, most_db):
    value, _ = _value_and_limit(name, cell, "relative residual", 800, seed)
    assert 20 * np.log10(value) < most_db  # dB; measured -77, -55, -60; -60, -45, -45 was asked


@pytest.mark.parametrize("name", neural.RECIPES)
def test_batch_against_single_and_order(name):
    task = TASKS[neural.RECIPES[name].task]
    signals = draw_cell(task, task.conditions[0], 40, SEED).trials.signals[:5]
    net = neural.load(name, device="cpu")
    together = net.predict(signals)
    singly = np.concatenate([net.predict(signals[i : i + 1]) for i in range(5)])
    assert_same_estimates(singly, together, net)
    assert_same_estimates(net.predict(signals[::-1])[::-1], together, net)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("cell", "most"),
    [("none", 1.06), ("impulses, heavy", 1.5), ("interfering tone, heavy", 1.5),
     ("missing samples, heavy", 2.0)],
)  # fmt: skip
def test_mixture_lstm(seed, cell, most):
    value, limit = _value_and_limit("tone-mismatch/mixture-lstm", cell, "frequency rmse", 8000, seed)
    assert value / limit < most  # measured 1.02, 1.34, 1.31, 1.73; the plain sine fit 1.00, 3.3, 14.6, 1000
