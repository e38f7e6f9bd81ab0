"""Signals of any scale and on any offset: a right answer, or NaN with an EstimationWarning."""

import warnings
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from baselines import SineFit
from dspvnn.estimator import EstimationWarning
from dspvnn.limits import tone_bound
from dspvnn.lineup import lineup
from dspvnn.measure.compare import draw_cell
from dspvnn.signals import tone
from dspvnn.signals.randomness import stream
from dspvnn.signals.scaling import STEPS, unit_of
from dspvnn.tasks import TASKS
from neural import HeterodyneLSTM, load

SCALES = (1e-300, 1e-40, 1e40, 1e300)
FOUR = ("frequency", "phase", "amplitude", "offset")
ENTRIES = {
    f"{task}: {c.label}": (task, c)
    for task in TASKS
    for c in lineup(task, "cpu")
    if ", seed " not in c.label or c.label.endswith("seed 0")
}
TONES = [name for name in ENTRIES if name.startswith("tone") and not name.endswith("training mean")]
OTHERS = [name for name in ENTRIES if name not in TONES]


@cache
def ready(name):
    """Return the estimator, fitted, and a few signals of its task."""
    task, contestant = ENTRIES[name]
    about = TASKS[task]
    kind = next((c for c in about.conditions if c.sweep in contestant.only), about.conditions[0])
    condition = next((c for c in about.conditions if c.name == "inside, 20 dB"), kind)
    context = draw_cell(about, condition, 128, 0)  # of a mismatch an eighth
    return contestant.fitted(context.training), context.trials.signals[:16]


def tolerance(estimator):
    """Half the digits of float32 for a net; else those of float64, less what a search stops at."""
    return 1e-5 if getattr(estimator, "estimator", estimator).kind in ("neural", "hybrid") else 1e-9


# --- tones ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", TONES)
def test_a_frequency_has_no_scale(name, scale):
    estimator, X = ready(name)
    np.testing.assert_allclose(
        estimator.predict(scale * X), estimator.predict(X), rtol=tolerance(estimator)
    )


@pytest.mark.parametrize("offset", [-1e6, 1e12, 1e15])
@pytest.mark.parametrize("name", TONES)
def test_a_frequency_has_no_offset(name, offset):
    """A record on an offset is a rounded one. Less the offset, exactly, it has the same frequency."""
    estimator, X = ready(name)
    Y = X + offset
    np.testing.assert_allclose(
        estimator.predict(Y), estimator.predict(Y - offset), rtol=tolerance(estimator)
    )


@pytest.mark.parametrize("offset", [1e17, -1e100])
@pytest.mark.parametrize("name", TONES)
def test_a_tone_below_the_rounding_of_its_offset_is_nan_and_said(name, offset):
    estimator, X = ready(name)
    with pytest.warns(EstimationWarning, match=f"{len(X)} of {len(X)} signals are constant"):
        assert np.isnan(estimator.predict(X + offset)).all()


@pytest.mark.parametrize("name", TONES)
def test_a_tone_of_a_few_steps_of_rounding_is_nan_and_spoils_no_other(name):
    estimator, X = ready(name)
    Y = X.copy()
    Y[3] = np.sin(0.8 * np.arange(X.shape[1])) + 4e15  # where floats are 0.5 apart
    assert len(np.unique(Y[3])) == 5
    with pytest.warns(EstimationWarning, match="1 of 16 signals are lost in the rounding of their offset"):
        answers = estimator.predict(Y)
    assert np.flatnonzero(np.isnan(answers)).tolist() == [3]
    others = np.arange(16) != 3
    expected = estimator.predict(X)[others]
    np.testing.assert_allclose(answers[others], expected, rtol=tolerance(estimator))


def heterodyne():
    return load("tone/heterodyne-lstm", 0, "cpu").set_params(outputs=FOUR)


FITS = {"sine fit": lambda: SineFit(outputs=FOUR), "heterodyne LSTM": heterodyne}


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("scale", SCALES)
def test_all_parameters_and_their_errors_follow_the_scale(fit, scale):
    estimator, (_, X) = FITS[fit](), ready("tone: sine fit")
    in_unit = np.array([1.0, 1.0, scale, scale])
    for scaled, plain in zip(
        estimator.predict(scale * X, return_std=True), estimator.predict(X, return_std=True), strict=True
    ):
        np.testing.assert_allclose(scaled / in_unit, plain, rtol=1e-5 if fit != "sine fit" else 1e-9)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("offset", [0.0, 1e12, 1e15])
def test_error_bars_hold_on_an_offset(fit, offset):
    """200 tones in noise of 0.05, of which 28 got a frequency near 0 and an error of 3e-5 at 1e12."""
    rng = stream(0, "offset")
    frequency, phase = rng.uniform(0.05, 0.45, 200), rng.uniform(-3, 3, 200)
    X = tone(128, frequency, phase, np.ones(200), np.zeros(200)) + 0.05 * rng.standard_normal((200, 128))
    estimates, std = FITS[fit]().predict(X + offset, return_std=True)
    # Rounding to a step q adds the variance of a uniform error, q^2 / 12.
    noise = np.hypot(0.05, np.spacing(offset) / np.sqrt(12))
    bound = tone_bound(128, frequency, phase, np.ones(200), np.full(200, noise))
    np.testing.assert_allclose(std[:, 0], np.sqrt(bound["frequency"]), rtol=0.35)  # 4 sd of a std of 124
    z = (estimates[:, 0] - frequency) / std[:, 0]
    assert np.abs(z).max() < 4.5  # of 200 normal numbers one is as large once in 700
    assert 0.8 < np.sqrt(np.mean(z**2)) < 1.25
    assert np.abs(estimates[:, 3] - offset).max() < 0.1 + np.spacing(offset)


def test_without_an_offset_none_is_removed():
    estimator = SineFit(offset=False, frequency=0.2, outputs=("amplitude", "offset"))
    amplitude, offset = estimator.predict(np.cos(0.4 * np.pi * np.arange(50))[None] + 1e6)[0]
    assert offset == 0
    assert amplitude == pytest.approx(1, rel=1e-6)  # ten whole periods: the constant does not leak


# --- all others -----------------------------------------------------------------------------------

DEGREE = {  # a scale of s of the signals is one of s^degree of the answers
    "matched filter": 1, "normalised matched filter": 0, "energy detector": 2, "exact recursion": 1,
    "equivariant LSTM": 1, "linear regression": 1, "bilinear regression": 2,
    "bilinear, given the carriers": 2, "bilinear, recursive": 2,
    "product unit, constructed": 2, "training mean": 0, "constant": 0,
    "burst: Elman RNN, constructed": 1, "ewma: LSTM, constructed": 1, "witness: LSTM, constructed": 2,
}  # fmt: skip


def heard(estimator, X):
    """Return the answers, and whether NaN was warned of; nothing else is said, and no infinity answered."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        answers = estimator.predict(X)
    assert {w.category for w in said} <= {EstimationWarning}
    assert not np.isinf(answers).any()
    return answers, bool(said)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", OTHERS)
def test_a_scale_is_answered_rightly_or_with_a_warning(name, scale):
    """Nets that know one scale see silence in the smallest signals, and refuse what float32 cannot hold."""
    estimator, X = ready(name)
    plain, (answers, warned) = estimator.predict(X), heard(estimator, scale * X)
    assert np.isnan(answers).any() == warned
    label = name.split(": ", 1)[1]
    degree = DEGREE.get(name, DEGREE.get(label.removesuffix(", seed 0")))
    if degree is None:
        if scale < 1 and estimator.kind != "constructed":  # a switch for records without noise: all counts
            np.testing.assert_allclose(answers, estimator.predict(0 * X), rtol=1e-5, atol=1e-6)
        elif estimator.kind == "neural" and label != "linear RNN, seed 0":  # that one is float64
            assert np.isnan(answers).all()
        return
    with np.errstate(over="ignore", invalid="ignore"):
        expected = plain * np.power(scale, float(degree))
    assert np.isnan(answers).any() == (not np.isfinite(expected).all())
    if not warned:
        rtol = 1e-3 if label.startswith("equivariant") else 1e-9  # the place in its octave matters to a net
        np.testing.assert_allclose(answers, expected, rtol=rtol, atol=rtol * np.abs(expected).max())


@pytest.mark.parametrize("offset", [1e12, 1e15])
@pytest.mark.parametrize("name", OTHERS)
def test_an_offset_is_answered_or_warned_of(name, offset):
    """Outside what it was trained on a net of one scale may answer anything, but no NaN in silence."""
    estimator, X = ready(name)
    answers, warned = heard(estimator, X + offset)
    assert np.isnan(answers).any() == warned
    if name in ("ewma: exact recursion", "ewma: LSTM, constructed", "ewma: equivariant LSTM, seed 0"):
        expected = offset + estimator.predict(X + offset - offset)
        np.testing.assert_allclose(answers, expected, atol=1e-3 + 8 * np.spacing(offset), rtol=0)


# --- what it rests on -----------------------------------------------------------------------------


def test_a_unit_is_taken_out_without_rounding(rng):
    scale = 10.0 ** rng.uniform(-300, 300, (40, 1))
    X = scale * np.concatenate([rng.uniform(1, 2, (20, 9)), rng.uniform(-1, 1, (20, 9))])
    X[::2] *= -1
    unit = unit_of(X)
    assert (unit.level[:20] != 0).all()
    assert (unit.level[20:] == 0).all()
    for record, level, scale, of in zip(X, unit.level, unit.scale, unit.of(X), strict=True):
        for x, y in zip(record, of, strict=True):
            assert Fraction(float(y)) * Fraction(float(scale)) + Fraction(float(level)) == Fraction(
                float(x)
            )
        assert 1 <= np.abs(of).max() <= 2
    np.testing.assert_array_equal(unit.back(unit.of(X)), X)


def test_missing_samples_are_passed_over():
    X = np.array([[np.nan, 3, -1], [np.nan, 5, 4], [np.nan, 2, 2], [np.nan] * 3])
    unit = unit_of(X)
    assert unit.level.tolist() == [0, 4, 0, 0]
    assert unit.scale[:2].tolist() == [2, 1]
    assert unit.constant.tolist() == [False, False, True, True]
    assert not unit.lost.any()
    np.testing.assert_array_equal(unit.of(X)[:2], [[np.nan, 1.5, -0.5], [np.nan, 1, 0]])


def test_lost_is_less_than_so_many_steps():
    for offset in (1.0, -1e15, 1e300):
        step = np.spacing(np.abs(offset))
        X = offset + np.outer([0, STEPS - 1, STEPS, 1000], [0, step])
        unit = unit_of(X)
        assert unit.constant.tolist() == [True, False, False, False]
        assert unit.lost.tolist() == [False, True, False, False]
    assert not unit_of(np.array([[-1.7e308, 1.7e308]])).lost.any()


def test_a_net_knows_its_domain_at_any_scale():
    estimator, (_, X) = load("tone/lstm", 0, "cpu"), ready("tone: LSTM, seed 0")
    inside = estimator.in_domain(X)
    assert inside.all()
    for Y in (1e300 * X, 1e-300 * X, X + 1e12):
        np.testing.assert_array_equal(estimator.in_domain(Y), inside)
    assert not estimator.in_domain(X + 1e17).any()
    assert isinstance(heterodyne(), HeterodyneLSTM)
