"""The shipped weights stay under their stated bounds, on fixed signals that no net was trained on.

A bound is the largest value measured over the seeds and, on top, what other signals may change. For the rms
of n errors that is about 1 / sqrt(2 n) of itself; three times as much is allowed. `test_cards.py` notices
what these bounds are too wide for.
"""

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
@pytest.mark.parametrize(("snr_db", "most"), [(5, 1.40), (10, 1.28), (20, 1.28)])
def test_tone_lstm_inside_its_range(name, seed, snr_db, most):
    value, limit = _value_and_limit(name, f"inside, {snr_db} dB", "frequency rmse", 3000, seed)
    assert value < most * limit  # measured 1.34, 1.23, 1.23; 3,000 signals tell an rms to 1.3 %


@pytest.mark.parametrize("condition", ["f in [0.02, 0.035], 20 dB", "f in [0.35, 0.4], 20 dB"])
def test_tone_lstm_collapses_outside_its_range(condition):
    value, limit = _value_and_limit("tone/lstm", condition, "frequency rmse", 500)
    # Measured 575 to 7,930. If this ever fails, the report's story has to be told anew.
    assert value > 400 * limit


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
    # Measured 0 and 1; none of 2,000 says at most 0.0015 with 95 % confidence.
    assert net.in_domain(_tones(outside, 5, 2000).signals).mean() < 0.002
    assert net.in_domain(_tones((0.05, 0.25), 5, 2000).signals).mean() > 0.998
    assert not net.in_domain(np.ones((1, 128))).any()


@pytest.mark.slow
@pytest.mark.parametrize("snr_db", [5, 20, 60])
def test_refined_lstm_locks_and_reaches_the_bound(snr_db):
    trials = _tones((0.05, 0.25), snr_db, 20_000)
    error = neural.load("tone/lstm+sine-fit", device="cpu").predict(trials.signals) - trials.target
    locked = np.abs(error) * 128 < 0.75
    assert locked.mean() >= 0.999
    ratio = np.sqrt(np.mean(error[locked] ** 2) / _bound(trials)["frequency"][locked].mean())
    assert ratio < 1.011  # measured 0.993 to 0.996; 20,000 signals tell an rms to 0.5 %


@pytest.mark.slow
def test_the_probability_of_a_lock_is_the_share_that_locks():
    net = neural.load("tone/lstm+sine-fit", device="cpu")
    for snr_db, most in ((-10, 0.105), (-7, 0.03), (-5, 0.03)):
        trials = _tones((0.05, 0.25), snr_db, 4000)
        locked = np.abs(net.predict(trials.signals) - trials.target) * 128 < 0.75
        # Measured 0.081 too high at -10 dB, 0.008 and 0.012 too low; the share itself is known to 0.008.
        assert net.lock_probability(trials.signals).mean() == pytest.approx(locked.mean(), abs=most)


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
        # Measured up to 1.029; 5,000 signals tell an rms to 1 %, and these are the worst of 144 ratios.
        assert np.sqrt(np.mean(error**2) / bound[what].mean()) < 1.04
        # Measured 0.941 to 0.952; 5,000 signals tell the share to 0.003.
        assert np.mean(np.abs(error) < 1.96 * given) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("name", "seed"), _seeds("tone/heterodyne-lstm"))
@pytest.mark.parametrize("frequency_range", [(0.05, 0.25), None])
def test_heterodyne_lstm_leaves_the_bound_where_maximum_likelihood_does(name, seed, frequency_range):
    """Half a decibel makes up for the peaks that it loses to the fit with the same side information."""
    net = neural.load(name, seed, device="cpu").set_params(frequency_range=frequency_range)
    fit = SineFit(frequency_range=frequency_range)

    def lost(estimator, snr_db):  # by more than a bin
        trials = _tones((0.05, 0.25), snr_db, 10_000)
        return np.sum(np.abs(estimator.predict(trials.signals) - trials.target) * 128 > 1)

    # Measured 28 against 57 of 10,000 when given the range, 48 against 100 when not.
    assert lost(net, -5.5) < lost(fit, -6.0)


@pytest.mark.parametrize("n_samples", [64, 100, 256])
def test_heterodyne_lstm_at_other_record_lengths(n_samples):
    trials = _tones((0.05, 0.25), 10, 5000, n_samples)
    error = neural.load("tone/heterodyne-lstm", device="cpu").predict(trials.signals) - trials.target
    ratio = np.sqrt(np.mean(error**2) / _bound(trials)["frequency"].mean())
    assert ratio < 1.03  # measured 0.997 to 1.013; 5,000 signals tell an rms to 1 %


@pytest.mark.parametrize(("name", "seed"), _seeds("burst/lstm"))
def test_burst_lstm_is_near_the_bayes_filter(name, seed):
    value, limit = _value_and_limit(name, "inside, d from 3 to 20", "sample error rate", 2000, seed)
    # Measured 1.04 to 1.19; on the signals of the cards 1.03 to 1.09: the threshold, too, is an estimate.
    assert value < 1.25 * limit


@pytest.mark.parametrize(
    ("name", "most"), [("burst-noise-free/lstm", 2.5e-4), ("burst-noise-free/elman", 1.6e-4)]
)
def test_bursts_without_noise_over_five_seeds(name, most):
    values = [
        _value_and_limit(name, "inside, no noise", "sample error rate", 1000, seed)[0]
        for seed in neural.RECIPES[name].seeds
    ]
    assert len(values) == 5
    # Measured 1.4e-4 and 0.9e-4, 18 and 12 of 130,000 samples; of so few errors other signals have up
    # to 13 or 10 more, three standard deviations.
    assert max(values) < most


@pytest.mark.parametrize(("name", "seed"), _seeds("ewma/linear-rnn"))
def test_linear_rnn_found_the_recursion(name, seed):
    network = neural.load(name, seed, device="cpu").network_
    learned = [float(p.detach()) for p in (network.w_y, network.w_x, network.bias)]
    np.testing.assert_allclose(learned, [0.8, 0.2, 0.0], rtol=0, atol=1e-15)


@pytest.mark.parametrize(("name", "seed"), _seeds("ewma/lstm"))
def test_ewma_lstm(name, seed):
    value, _ = _value_and_limit(name, "inside, uniform on 0 to 1", "relative rms error", 200, seed)
    assert value < 5e-4  # measured 3.9e-4 to 4.6e-4


@pytest.mark.parametrize(("name", "seed"), _seeds("witness/lstm"))
def test_witness_lstm(name, seed):
    cell = "inside, fitted on the contamination"
    value, _ = _value_and_limit(name, cell, "relative residual", 800, seed)
    assert 20 * np.log10(value) < -54  # dB; measured -59 to -55


@pytest.mark.parametrize(("name", "seed"), _seeds("ewma/equivariant-lstm"))
@pytest.mark.parametrize("condition", [c.name for c in TASKS["ewma"].conditions])
def test_equivariant_lstm_at_every_scale(name, seed, condition):
    value, _ = _value_and_limit(name, condition, "relative rms error", 200, seed)
    assert value < 6.6e-4  # measured 1.9e-4 to 6.2e-4; the plain LSTM has 0.1 to 0.9 at other scales


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
    [("inside, fitted on the contamination", -76), ("carrier at 200 rad/s", -54),
     ("noise witness doubled", -59)],
)  # fmt: skip
def test_witness_product_lstm(name, seed, cell, most_db):
    value, _ = _value_and_limit(name, cell, "relative residual", 800, seed)
    assert 20 * np.log10(value) < most_db  # dB; measured -77.1, -55.0, -59.7


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
    [("none", 1.07), ("impulses, heavy", 1.42), ("interfering tone, heavy", 1.34),
     ("missing samples, heavy", 1.90)],
)  # fmt: skip
def test_mixture_lstm(seed, cell, most):
    value, limit = _value_and_limit("tone-mismatch/mixture-lstm", cell, "frequency rmse", 8000, seed)
    # Measured 1.045, 1.36, 1.29, 1.80; the plain sine fit has 1.00, 3.3, 14.6, 1000. 8,000 signals tell an
    # rms to 0.8 %, and to more where a few large errors make it.
    assert value / limit < most
