"""What each named condition of the two burst tasks promises, measured on its draws."""

import math

import numpy as np
import pytest
from measured import described, drawn, follows, independent, uniform, white
from scipy import stats

from dspvnn.tasks import TASKS

N_SIGNALS = 1000


def decibels(deflection):
    return 20 * math.log10(deflection)


def inside(low, high, name=""):
    """Bursts 10 wide in records of 130, with onsets from 0 to 50: of one deflection or a range of them."""
    one = (decibels(low), low) if low == high else (math.nan, math.nan)
    return (low, high), (0, 50), 10, 130, ("inside", name, *one)


def beyond(deflection, onsets=(0, 50), width=10, n_samples=130):
    one = (decibels(deflection), deflection) if math.isfinite(deflection) else (math.nan, math.nan)
    return (deflection, deflection), onsets, width, n_samples, ("beyond", "", *one)


# name: deflections, onsets, width, samples of a record, and what a report says of the condition
NOISY = {
    "training range": inside(3, 20),
    "inside, d from 3 to 20": inside(3, 20),
    **{f"inside, d = {d}": inside(d, d, "deflection") for d in (3, 4, 5, 6, 8, 12, 20)},
    "later onsets, 50 to 110, d = 6": beyond(6, onsets=(50, 110)),
    "records 10 x longer, d = 6": beyond(6, n_samples=1300),
    "half the width, d = 6": beyond(6, width=5),
    "twice the width, d = 6": beyond(6, width=20),
}
QUIET_ONE = ((math.inf, math.inf), (0, 50), 10, 130, ("inside", "", math.nan, math.nan))
QUIET = {
    "inside, no noise": QUIET_ONE,
    "later onsets, 50 to 110": beyond(math.inf, onsets=(50, 110)),
    "records 10 x longer": beyond(math.inf, n_samples=1300),
    "half the width": beyond(math.inf, width=5),
    "twice the width": beyond(math.inf, width=20),
}
NOISY_CONDITIONS = (TASKS["burst"].training, *TASKS["burst"].conditions)
QUIET_CONDITIONS = TASKS["burst-noise-free"].conditions


def test_every_condition_is_promised_something():
    assert [c.name for c in NOISY_CONDITIONS] == list(NOISY)
    assert [c.name for c in QUIET_CONDITIONS] == list(QUIET)
    assert TASKS["burst-noise-free"].training == QUIET_CONDITIONS[0]


def half_sine(onset, width, n_samples):
    """The positive half of a sine that begins at the onset and lasts `width` samples; 0 for no burst."""
    since = np.arange(n_samples) - np.where(np.isfinite(onset), onset, 10.0 * n_samples)[:, None]
    return np.where((since >= 0) & (since <= width), np.sin(np.pi / width * since), 0)


def labels(trials, width, n_samples):
    """The label falls with the first sample at which the burst has ended, and without a burst never."""
    ends = trials.parameters["onset"] + width
    expected = [[1.0 if n < end else 0.0 for n in range(n_samples)] for end in ends]
    np.testing.assert_array_equal(trials.target, expected)


@pytest.mark.parametrize("condition", NOISY_CONDITIONS, ids=lambda c: c.name)
def test_a_noisy_condition_keeps_what_its_name_promises(condition):
    (low, high), onsets, width, n_samples, said = NOISY[condition.name]
    assert described(condition) == pytest.approx(said, nan_ok=True)
    assert not condition.noise_free
    trials = drawn("burst", condition, N_SIGNALS)
    present, onset = trials.parameters["present"], trials.parameters["onset"]
    assert trials.signals.shape == (N_SIGNALS, n_samples)
    assert present.mean() == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(N_SIGNALS))
    uniform(onset[present], *onsets)
    assert np.all(np.isinf(onset[~present]))
    labels(trials, width, n_samples)
    white(trials.signals[~present])
    # Projected onto a burst of energy 1, a record holds its deflection and one standard normal draw.
    template = half_sine(onset, width, n_samples)[present]
    template /= np.sqrt(np.sum(template**2, axis=1, keepdims=True))
    strength = np.sum(trials.signals[present] * template, axis=1)
    np.testing.assert_allclose(np.sum(template**2, axis=1), 1)
    white(trials.signals[present] - strength[:, None] * template + _fresh(template))
    independent(strength, onset[present])
    if low == high:
        follows(strength, stats.norm(low, 1))
        assert strength.mean() == pytest.approx(low, abs=5 / np.sqrt(len(strength)))
    else:
        follows(strength, UniformPlusNormal(low, high))


def _fresh(template):
    """Noise along the template, in place of what the projection took."""
    return np.random.default_rng(0).standard_normal((len(template), 1)) * template


class UniformPlusNormal:
    """The law of a uniform draw plus a standard normal one: normal laws, averaged over the range."""

    def __init__(self, low, high):
        self.means = np.linspace(low, high, 801)

    def cdf(self, x):
        return stats.norm.cdf(np.subtract.outer(x, self.means)).mean(axis=-1)


@pytest.mark.parametrize("condition", QUIET_CONDITIONS, ids=lambda c: c.name)
def test_a_quiet_condition_keeps_what_its_name_promises(condition):
    _, onsets, width, n_samples, said = QUIET[condition.name]
    assert described(condition) == pytest.approx(said, nan_ok=True)
    assert condition.noise_free
    trials = drawn("burst-noise-free", condition, N_SIGNALS)
    assert trials.parameters["present"].all()
    uniform(trials.parameters["onset"], *onsets)
    labels(trials, width, n_samples)
    burst = half_sine(trials.parameters["onset"], width, n_samples)
    np.testing.assert_allclose(trials.signals, burst, atol=1e-12)


@pytest.mark.parametrize("condition", NOISY_CONDITIONS, ids=lambda c: c.name)
def test_the_optimal_detector_of_a_cell_knows_its_priors(condition):
    (low, high), onsets, width, _, _ = NOISY[condition.name]
    model = condition.model()
    assert (model.onset_range, model.width, model.burst_probability) == (onsets, width, 0.5)
    assert model.deflection == (low if low == high else (low, high))
