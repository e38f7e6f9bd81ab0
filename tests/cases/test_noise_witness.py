"""The question of the noise and its witnesses: data, nets, yardsticks, shipped rows, and its lesson."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from dspvnn.cases import CASES
from dspvnn.cases.base import typical
from dspvnn.cases.noise_witness import case, names
from dspvnn.cases.noise_witness.figure import spectrum
from dspvnn.cases.noise_witness.lesson import decibel, lesson, travelled
from dspvnn.cases.noise_witness.names import LEFT, OFF, OWN, UNSEEN
from dspvnn.cases.noise_witness.nets import ASKED, CENTRED, SetUp, StackedLSTM
from dspvnn.cases.noise_witness.yardsticks import LeastSquares, expected_left
from dspvnn.cases.shipped import shipped_rows
from dspvnn.signals.randomness import stream


@cache
def shipped():
    return shipped_rows(CASES["noise-witness"])


def db(label, condition=UNSEEN, metric=LEFT):
    return decibel(typical(shipped(), label, condition, metric))


# ---- data and nets


def test_the_target_is_the_wanted_signal_and_the_product_of_the_witnesses():
    X, target, contamination = case.record(0)
    t = np.arange(20480) / 2048
    carrier, noise = X[0].T
    np.testing.assert_allclose(carrier, np.sin(10 * t), atol=1e-12)
    np.testing.assert_allclose(contamination[0], carrier * noise, atol=1e-12)
    np.testing.assert_allclose(target[0], np.sin(t) + carrier * noise, atol=1e-12)


def test_the_bands_hold_all_the_power():
    x = stream(0, "tests").standard_normal((2, 20480))
    x[0] = np.sin(2 * np.pi * 3 * np.arange(20480) / 2048)  # 3 Hz: below the edge
    low, high = case.bands(x)
    assert high[0] < 1e-20 * low[0]
    assert (low / (low + high))[1] == pytest.approx(5 / 1024, rel=0.5)  # 50 of 10,240 bins


def test_the_spectrum_of_a_sine_has_its_amplitude_and_that_of_noise_is_flat():
    t = np.arange(20480) / 2048
    hertz, amplitude = spectrum(0.7 * np.sin(2 * np.pi * 0.2 * t) + 3, 2048)
    assert amplitude[hertz == pytest.approx(0.2)] == pytest.approx(0.7)
    hertz, amplitude = spectrum(stream(0, "tests").standard_normal(20480), 2048)
    # white noise of power 1: 4 / n in every bin; above 100 Hz a band has 190 bins or more
    np.testing.assert_allclose(amplitude[hertz > 100], np.sqrt(4 / 20480), rtol=0.2)


@pytest.mark.parametrize("product", [False, True])
def test_witnesses_are_scaled_by_the_record_of_the_training(product):
    record = torch.as_tensor(stream(0, "tests").standard_normal((500, 2)), dtype=torch.float32)
    net = StackedLSTM(SetUp(product=product), record)
    scaled = (net._with_product(record) - net.origin) / net.spread
    torch.testing.assert_close(scaled.amin(0), torch.zeros(2 + product))
    torch.testing.assert_close(scaled.amax(0), torch.ones(2 + product))
    net = StackedLSTM(SetUp(witnesses=CENTRED, product=product), record)
    centred = (net._with_product(record) - net.origin) / net.spread
    torch.testing.assert_close(centred.mean(0), torch.zeros(2 + product), atol=1e-6, rtol=0)
    torch.testing.assert_close(centred.amax(0) - centred.amin(0), torch.ones(2 + product))


def test_the_state_goes_on_from_training_and_a_prediction_leaves_it():
    torch.manual_seed(0)
    X = stream(0, "tests").standard_normal((1, 300, 2))
    net = StackedLSTM(SetUp(), torch.as_tensor(X[0], dtype=torch.float32))
    with torch.inference_mode():
        windows = [net(torch.as_tensor(part, dtype=torch.float32)) for part in np.split(X, 3, axis=1)]
    after = net.predict(X)
    np.testing.assert_array_equal(net.predict(X), after)
    both = net.predict(np.concatenate([X, 2 * X]))
    np.testing.assert_allclose(both[0], after[0], atol=1e-6)
    net.states = [None] * 3
    whole = net.predict(X)
    np.testing.assert_allclose(torch.cat(windows, dim=1), whole, atol=1e-6)
    assert np.abs(whole - after)[:, :5].max() > 1e-5  # another state to begin with


def test_a_variant_has_one_change_of_the_question():
    asked = vars(case.AS_ASKED)
    changes = {
        label: {k for k, v in vars(how).items() if v != asked[k]}
        for label, how in case.NETS.items()
        if label.startswith("changed: ")
    }
    assert changes == {
        names.LINEAR: {"rectified_output"}, names.NO_DECAY: {"decay"}, names.FASTER: {"rate"},
        names.CENTRED: {"witnesses"}, names.PRODUCT: {"product"}, names.CONTAMINATION: {"observed"},
    }  # fmt: skip
    assert tuple(changes) == names.SINGLE_CHANGES


def test_first_weights_are_those_of_old_keras():
    torch.manual_seed(0)
    net = StackedLSTM(SetUp(), torch.rand(100, 2))
    for layer, units in zip(net.layers, ASKED["LSTM layers"], strict=True):
        recurrent = layer.weight_hh_l0
        torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(units), atol=1e-5, rtol=0)
        bias = (layer.bias_ih_l0 + layer.bias_hh_l0).split(units)
        assert [part.unique().tolist() for part in bias] == [[0], [1], [0], [0]]  # i, f, g, o
        n_out, n_in = layer.weight_ih_l0.shape
        assert layer.weight_ih_l0.abs().max() <= np.sqrt(6 / (n_in + n_out))
    dense = net.head[0].weight  # 8 to 128
    # a normal distribution that is cut at two standard deviations has 0.88 of its width
    assert dense.std().item() == pytest.approx(0.88 * np.sqrt(2 / 136), rel=0.1)
    assert dense.abs().max() <= 2 * np.sqrt(2 / 136)


# ---- yardsticks


def test_the_gain_of_least_squares_scatters_as_expected():
    rng, squared = stream(0, "tests", "gain"), []
    t = np.arange(20480) / 2048
    carrier, wanted = np.sin(10 * t), np.sin(t)
    for _ in range(400):
        noise = rng.standard_normal(len(t))
        fit, X = LeastSquares(), np.stack([carrier, noise], axis=1)[None]
        fit.fit(X, (wanted + carrier * noise)[None])
        squared.append((fit.coefficients[0] - 1) ** 2)
    # The carrier is not white in time, its square and sin(t) have hardly anything in common; the mean of
    # 400 squares of a normal number scatters by 7 %.
    assert np.mean(squared) == pytest.approx(expected_left(20480, 2048), rel=0.3)


@pytest.mark.parametrize("differences", [False, True])
@pytest.mark.parametrize("bilinear", [False, True])
def test_without_the_wanted_signal_every_fit_is_exact(bilinear, differences):
    X, _, contamination = case.record(1)
    fit = LeastSquares(bilinear, differences)
    fit.fit(X, contamination)
    residual = fit.predict(X) - contamination
    assert residual.std() < 1e-9 * contamination.std()


def test_the_steps_add_up_to_what_the_lesson_says():
    assert travelled(3.9e-5, 0) == pytest.approx(300 * 3.9e-5)
    assert travelled(3.9e-5, 0.05) == pytest.approx(3.9e-5 * 20 * np.log(1 + 0.05 * 300), rel=0.02)


# ---- the rows that ship


def test_as_asked_the_net_learns_nothing_and_no_single_change_helps():
    assert db(names.QUESTION, OWN, OFF) > -0.5
    assert min(db(label) for label in (names.QUESTION, *names.SINGLE_CHANGES)) > -0.5
    assert db(names.OURS) < -5


def test_yardsticks():
    assert db(names.TOLD_PRODUCT) < -30
    assert db(names.TOLD_PRODUCT_STEPS) < -140
    assert db(names.TOLD_BILINEAR) == pytest.approx(-37.5, abs=4)
    # over ten seconds the steps of the carrier are not quite orthogonal to those of sin(t): the same in
    # every record
    assert db(names.TOLD_BILINEAR_STEPS) == pytest.approx(-60.3, abs=0.5)
    assert db(names.UNIT_STEPS) == pytest.approx(-63, abs=1.5)
    assert db(names.TOLD_WANTED) < -200


def _with(label, value):
    """Return the shipped rows with another score of one variant, in dB."""
    return [
        replace(r, value=10 ** (value / 20)) if r.estimator == label and r.metric in (LEFT, OFF) else r
        for r in shipped()
    ]


@pytest.mark.parametrize(
    ("said", "label", "value"),
    [
        ("In time the prediction is nearly a flat line", names.QUESTION, -20),
        ("still the one that was drawn at random", names.QUESTION, -20),
        ("No single change helps", names.FASTER, -20),
        ("Together they do", names.OURS, 0),
        ("the wanted sin(t) is part of the target", names.OURS_CONTAMINATION, 0),
        ("least squares finds it from the same record", names.TOLD_PRODUCT, 0),
        ("Differences take it away", names.TOLD_PRODUCT_STEPS, 0),
        ("None of the nets here has learned that", names.OURS, -20),
        ("To remember", names.QUESTION, -20),
    ],
)
def test_a_sentence_goes_when_the_rows_say_the_opposite(said, label, value):
    assert said in lesson(shipped())
    assert said not in lesson(_with(label, value))
