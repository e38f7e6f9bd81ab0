"""Waveforms, noise and task draws: closed forms, and NumPy against torch.

The same draws must give the same signals on either kind of array: to 1e-12 in float64, where the
largest numbers are of the order of 10.
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dspvnn import signals
from dspvnn.signals.noise import noise_std, white
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS

quick = settings(derandomize=True, deadline=None, max_examples=50)


def column(*values):
    return np.array(values, dtype=float)


class Recorded:
    """NumPy draws, written down."""

    def __init__(self, rng):
        self.rng, self.drawn = rng, []

    def random(self, size):
        return self._keep(self.rng.random(size))

    def standard_normal(self, size):
        return self._keep(self.rng.standard_normal(size))

    def _keep(self, values):
        self.drawn.append(values)
        return values


class Replayed:
    """The same numbers again, as torch tensors."""

    def __init__(self, drawn):
        self.drawn = iter(drawn)

    def random(self, size):
        values = next(self.drawn)
        assert values.shape == ((size,) if isinstance(size, int) else tuple(size))
        return torch.tensor(values)

    standard_normal = random


# --- closed forms ---------------------------------------------------------------------------------


def test_tone_at_a_quarter_of_the_sample_rate():
    x = signals.tone(8, column(0.25, 0.25), column(0, np.pi / 2), column(2, 1), column(0, 5))
    np.testing.assert_allclose(x[0], [2, 0, -2, 0] * 2, atol=1e-14)
    np.testing.assert_allclose(x[1], [5, 4, 5, 6] * 2, atol=1e-14)


def test_tone_that_starts_later_is_a_tone_of_later_phase(rng):
    f, phase, one, zero = rng.random(20) / 2, rng.random(20), np.ones(20), np.zeros(20)
    late = signals.tone(100, f, phase + 2 * np.pi * f * 28, one, zero)
    np.testing.assert_allclose(late, signals.tone(128, f, phase, one, zero)[:, 28:], atol=1e-12)


@quick
@given(onset=st.floats(0, 100), width=st.integers(2, 25))
def test_half_sine_energy_is_half_its_width_at_any_onset(onset, width):
    burst = signals.half_sine(130, column(onset), width)
    assert np.sum(burst**2) == pytest.approx(width / 2, rel=1e-9)


def test_half_sine_is_symmetric_and_zero_outside():
    burst = signals.half_sine(40, column(5.0), 10)[0]
    n = np.arange(11)
    np.testing.assert_allclose(burst[5:16], np.sin(np.pi * n / 10), atol=1e-15)
    assert not burst[:5].any()
    assert not burst[16:].any()


def test_no_burst_is_an_onset_of_infinity():
    assert not signals.half_sine(40, column(np.inf), 10).any()
    assert signals.burst_pending(40, column(np.inf), 10).all()


@quick
@given(onset=st.floats(0, 100), width=st.floats(1, 25))
def test_burst_is_pending_up_to_its_end(onset, width):
    pending = signals.burst_pending(130, column(onset), width)[0]
    n_pending = int(np.ceil(onset + width))
    np.testing.assert_array_equal(pending, np.arange(130) < n_pending)


def test_ewma_impulse_response():
    x = np.eye(1, 50)
    expected = 0.2 * 0.8 ** np.arange(50)
    np.testing.assert_allclose(signals.ewma(x, 0.2, column(0))[0], expected, rtol=1e-14)


def test_ewma_forgets_its_start_and_keeps_a_constant():
    y = signals.ewma(np.full((2, 30), 7.0), 0.2, column(7, 0))
    np.testing.assert_allclose(y[0], 7.0)
    np.testing.assert_allclose(y[1], 7 * (1 - 0.8 ** np.arange(1, 31)), rtol=1e-13)


def test_ewma_holds_over_a_missing_sample():
    y = signals.ewma(np.array([[1.0, np.nan, np.nan, 3.0]]), 0.5, column(0))
    np.testing.assert_array_equal(y, [[0.5, 0.5, 0.5, 1.75]])


def test_witness_mixture_is_a_product(rng):
    time, noise = np.arange(100)[None] / 2048, rng.standard_normal((1, 100))
    witnesses, contamination = signals.witness_mixture(time, 10.0, noise)
    np.testing.assert_array_equal(witnesses[..., 0], np.sin(10 * time))
    np.testing.assert_array_equal(witnesses[..., 1], noise)
    np.testing.assert_array_equal(contamination, witnesses.prod(axis=-1))


@pytest.mark.parametrize("snr_db", [-10, 0, 60])
def test_noise_std_inverts_the_definition_of_snr(snr_db):
    amplitude = column(0.5, 2)
    std = noise_std(amplitude, snr_db)
    np.testing.assert_allclose(10 * np.log10(amplitude**2 / (2 * std**2)), snr_db, atol=1e-12)


def test_noise_is_scaled_by_its_std_and_never_by_its_record():
    std, n = np.full(20_000, 3.0), 128
    power = np.mean(white(stream(0, "white"), std, n) ** 2, axis=1) / 9
    # A mean of n squared normals has mean 1 and variance 2 / n; five standard errors of each.
    assert np.mean(power) == pytest.approx(1, abs=5 * np.sqrt(2 / n / len(std)))
    assert np.var(power) * n / 2 == pytest.approx(1, abs=5 * np.sqrt(2 / len(std)))


def test_tone_draw_keeps_its_ranges():
    condition = TASKS["tone"].training
    trials = TASKS["tone"].draw(stream(0, "ranges"), 5000, condition)
    p = trials.parameters
    for name, low, high in [
        ("frequency", 0.05, 0.25),
        ("phase", -np.pi, np.pi),
        ("amplitude", 0.5, 2.0),
        ("offset", -1.0, 1.0),
    ]:
        # The extremes of 5000 uniform draws lie within 1 % of the ends; the amplitude's nearly so.
        assert low <= p[name].min() < low + 0.01 * (high - low)
        assert high - 0.01 * (high - low) < p[name].max() < high
    snr_db = 10 * np.log10(p["amplitude"] ** 2 / (2 * p["noise_std"] ** 2))
    assert -10 <= snr_db.min() < -9
    assert 59 < snr_db.max() < 60
    np.testing.assert_array_equal(trials.target, p["frequency"])


def test_burst_labels_and_signals_agree():
    trials = TASKS["burst-noise-free"].draw(stream(0, "b"), 200, TASKS["burst-noise-free"].training)
    after = np.where(trials.target == 0, np.abs(trials.signals), 0)
    assert after.max() < 1e-12  # nothing of a burst is left once the label says that it has ended
    for x, label in zip(trials.signals, trials.target, strict=True):
        assert np.argmin(label) == np.flatnonzero(x > 1e-12)[-1] + 1


# --- NumPy against torch --------------------------------------------------------------------------

WAVEFORMS = {
    "tone": (lambda *p: signals.tone(128, *p), [(4,)] * 4),
    "half_sine": (lambda onset: signals.half_sine(60, 40 * onset, 10), [(4,)]),
    "burst_pending": (lambda onset: signals.burst_pending(60, 40 * onset, 10), [(4,)]),
    "ewma": (lambda x, start: signals.ewma(x, 0.2, start), [(4, 50), (4,)]),
    "witnesses": (lambda t, r: signals.witness_mixture(t, 10.0, r)[0], [(4, 50)] * 2),
    "contamination": (lambda t, r: signals.witness_mixture(t, 10.0, r)[1], [(4, 50)] * 2),
    "noise_std": (noise_std, [(4,)] * 2),
}


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-4)])
@pytest.mark.parametrize("name", WAVEFORMS)
def test_waveform_is_the_same_on_torch(name, dtype, tolerance, rng):
    function, shapes = WAVEFORMS[name]
    arrays = [rng.random(shape).astype(dtype) for shape in shapes]
    ours, theirs = function(*arrays), function(*map(torch.tensor, arrays))
    assert isinstance(theirs, torch.Tensor)
    assert ours.dtype == theirs.numpy().dtype == dtype  # the parameters' dtype is the result's
    np.testing.assert_allclose(theirs.numpy(), ours, rtol=0, atol=tolerance)


CELLS = {
    f"{name}: {condition.name}": (task, condition)
    for name, task in TASKS.items()
    for condition in (*task.conditions, task.training)
}


@pytest.mark.parametrize("cell", CELLS)
def test_draw_is_the_same_on_torch(cell):
    task, condition = CELLS[cell]
    recorded = Recorded(stream(0, "replay", cell))
    ours = task.draw(recorded, 3, condition)
    theirs = task.draw(Replayed(recorded.drawn), 3, condition)
    pairs = [(ours.signals, theirs.signals), (ours.target, theirs.target)]
    pairs += [(value, theirs.parameters[name]) for name, value in ours.parameters.items()]
    for expected, found in pairs:
        assert isinstance(found, torch.Tensor)
        np.testing.assert_allclose(found.numpy(), expected.astype(float), rtol=0, atol=1e-12)


# --- mismatch -------------------------------------------------------------------------------------


def test_chirp_passes_its_frequency_in_the_middle():
    n, f, sweep = 1001, column(0.1), column(50.0)
    x = signals.chirp(n, f, column(0.0), column(1.0), column(0.0), sweep)[0]
    phase = 2 * np.pi * np.cumsum(0.1 + 50 / n**2 * (np.arange(n) - 500))  # a frequency, summed up
    expected = np.cos(phase - phase[500])
    # The sum takes each sample's frequency as constant: half a step of it, pi sweep / n^2 a sample.
    np.testing.assert_allclose(x, expected, atol=2 * np.pi * 50 / n)


def test_decaying_tone_falls_by_its_exponential():
    arguments = column(0.1), column(0.3), column(2.0), column(0.0)
    x, plain = signals.decaying_tone(100, *arguments, column(3.0)), signals.tone(100, *arguments)
    np.testing.assert_allclose(x, plain * np.exp(-3 * np.arange(100) / 100))


@pytest.mark.parametrize("condition", TASKS["tone-mismatch"].conditions, ids=lambda c: c.name)
def test_mismatch_leaves_the_tone_where_it_is_light(condition):
    trials = TASKS["tone-mismatch"].draw(stream(0, condition.name), 300, condition)
    p = trials.parameters
    np.testing.assert_array_equal(trials.target, p["frequency"])
    assert (p["severity"] == condition.severity).all()
    missing = np.isnan(trials.signals).mean()
    expected = condition.severity if condition.kind == "missing samples" else 0
    assert missing == pytest.approx(expected, abs=0.02)


def test_mixture_holds_every_kind_alike():
    task = TASKS["tone-mismatch"]
    trials = task.draw(stream(0, "mixture"), 1000, task.training)
    assert trials.signals.shape == (1000, 128)
    assert np.isnan(trials.signals).any(axis=1).mean() == pytest.approx(0.1, abs=0.02)
    assert ((trials.target > 0.05) & (trials.target < 0.25)).all()
