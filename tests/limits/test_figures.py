"""The figures that limits and intervals must reach, each against independent code."""

import itertools

import numpy as np
import pytest

from baselines import SineFit
from dspvnn.estimator import TONE_OUTPUTS
from dspvnn.limits import BurstModel, burst_average_likelihood_ratio, tone_bound
from dspvnn.measure.statistics import bootstrap_mean, ratio_interval, resampling_weights
from dspvnn.signals.randomness import stream
from dspvnn.tasks.base import Metric
from dspvnn.tasks.metrics import quantile_thresholds
from dspvnn.tasks.tone.task import Tone, ToneCondition

SUBSETS = [s for k in range(1, 5) for s in itertools.combinations(TONE_OUTPUTS, k)]


@pytest.mark.parametrize("unknown", SUBSETS, ids=" ".join)
def test_every_bound_is_the_inverse_of_a_fisher_matrix_in_forty_digits(unknown):
    mpmath = pytest.importorskip("mpmath")
    tones = [(0.02, 0.3, 1.7, 0.4), (0.1234, -2.0, 0.6, 1.3), (0.47, 1.1, 1.0, 0.05)]
    with mpmath.workdps(40):
        for f, phase, amplitude, std in tones:
            at = [mpmath.mpf(v) for v in (f, phase, amplitude, 0.0)]
            columns = []
            for which in (TONE_OUTPUTS.index(name) for name in unknown):

                def moved(n, step, which=which, at=at):
                    p = [v + step if i == which else v for i, v in enumerate(at)]
                    return p[2] * mpmath.cos(2 * mpmath.pi * p[0] * n + p[1]) + p[3]

                h = mpmath.mpf(10) ** -13  # the central difference errs by h^2
                columns.append([(moved(n, h) - moved(n, -h)) / (2 * h) for n in range(64)])
            jacobian = mpmath.matrix(columns)
            inverse = (jacobian * jacobian.T) ** -1 * mpmath.mpf(std) ** 2
            bound = tone_bound(64, f, phase, amplitude, std, unknown)
            for i, name in enumerate(unknown):
                assert bound[name][0] == pytest.approx(float(inverse[i, i]), rel=1e-10), name


def coverage(held, n):
    """The share, which 1000 experiments know to 0.7 %."""
    return held / n


@pytest.mark.slow
def test_a_95_percent_interval_covers_in_93_to_97_percent():
    n, held, ratios = 100, 0, 0
    rng = stream(1, "figures", str(n))
    for _ in range(1000):
        limit = rng.standard_normal(n)
        losses = (limit + 0.75 * rng.standard_normal(n)) ** 2  # squared normal errors, of variance 1.5625
        weights = resampling_weights(n, rng)
        low, high = bootstrap_mean(losses, weights)
        held += low < 1.5625 < high
        _, low, high = ratio_interval(losses, limit**2, Metric("1", root=True), weights)
        ratios += low < 1.25 < high
    assert 930 <= held <= 970
    assert 930 <= ratios <= 970


@pytest.mark.parametrize("snr_db", [0, 10, 20, 40])
def test_standard_errors_of_the_sine_fit_cover(snr_db):
    condition = ToneCondition("", snr_range_db=(snr_db, snr_db))
    trials = Tone().draw(stream(1, "figures", "std", str(snr_db)), 5000, condition)
    estimates, std = SineFit(outputs=("frequency", "phase", "amplitude")).predict(trials.signals, True)
    truth = [trials.parameters[name] for name in ("frequency", "phase", "amplitude")]
    error = estimates - np.stack(truth, axis=1)
    error[:, 1] = np.angle(np.exp(1j * error[:, 1]))
    assert np.all(np.abs(np.mean(np.abs(error) < 1.959964 * std, axis=0) - 0.95) <= 0.02)


def test_a_fit_at_the_end_of_the_band_has_an_infinite_standard_error():
    trials = Tone().draw(stream(1, "end"), 2000, ToneCondition("", snr_range_db=(-15.0, -15.0)))
    estimates, std = SineFit().predict(trials.signals, return_std=True)
    assert np.isfinite(estimates).all()
    assert np.isinf(std).any()
    assert np.all(estimates[np.isinf(std)] * 128 < 0.1)


@pytest.mark.slow
@pytest.mark.parametrize("deflection", [3.0, 5.0])
def test_average_likelihood_ratio_detects_as_often_as_an_independent_simulation(deflection):
    n, size, false_alarm_rate = 130, 100_000, 0.01
    onsets = np.arange(0.0, 100.0, 0.5) + 0.25
    time = np.arange(n)
    inside = (time >= onsets[:, None]) & (time <= onsets[:, None] + 10)
    shapes = np.where(inside, np.sin(np.pi * (time - onsets[:, None]) / 10), 0) * np.sqrt(2 / 10)
    model = BurstModel((0.0, 100.0), 10.0, deflection, onset_step=0.5)

    def plainly(x):
        return np.log(np.mean(np.exp(deflection * x @ shapes.T - deflection**2 / 2), axis=1))

    def detection(statistic, label):
        rng, noise, bursts = stream(1, "alr", label), [], []
        for _ in range(20):
            x = rng.standard_normal((size // 20, n))
            noise.append(statistic(x))
            x = rng.standard_normal((size // 20, n))
            onset = rng.uniform(0, 100, size // 20)[:, None]
            burst = (time >= onset) & (time <= onset + 10)
            x += deflection * np.sqrt(2 / 10) * np.where(burst, np.sin(np.pi * (time - onset) / 10), 0)
            bursts.append(statistic(x))
        noise, bursts = np.concatenate(noise), np.concatenate(bursts)
        alarm = quantile_thresholds(noise, false_alarm_rate)[0]
        # The threshold's own error moves Pd: its rate is known to sqrt(p (1 - p) / n).
        spread = np.sqrt(false_alarm_rate * (1 - false_alarm_rate) / size)
        ends = [np.mean(bursts > np.quantile(noise, 1 - false_alarm_rate - k * spread)) for k in (-1, 1)]
        rate = np.mean(bursts > alarm)
        return rate, np.hypot(np.sqrt(rate * (1 - rate) / size), (ends[1] - ends[0]) / 2)

    ours, our_error = detection(lambda x: burst_average_likelihood_ratio(x, model), "ours")
    theirs, their_error = detection(plainly, "theirs")
    # Two simulations of 100,000 records: the 95 % interval of their difference, at these seeds.
    assert abs(ours - theirs) < 1.96 * np.hypot(our_error, their_error)
    assert their_error < 0.005


def test_an_empty_calibration_draw_is_refused():
    with pytest.raises(
        ValueError, match=r"^a false-alarm rate of 0.01 needs at least 100 noise-only records, got 0$"
    ):
        quantile_thresholds(np.array([]), 0.01)


def test_n_below_the_number_of_parameters_is_refused():
    for n, unknown in ((1, ("frequency", "phase")), (2, TONE_OUTPUTS[:3]), (3, TONE_OUTPUTS)):
        with pytest.raises(
            ValueError, match=f"^n_samples must be at least the {len(unknown)} unknown parameters, got {n}$"
        ):
            tone_bound(n, 0.1, 0.0, 1.0, 1.0, unknown)


@pytest.mark.parametrize("tone", [(0.0, 0.0, 1.0), (0.5, 0.0, 1.0), (0.1, 0.0, 0.0)])
def test_a_singular_fisher_matrix_is_refused(tone):
    with pytest.raises(
        ValueError, match=r"^the Fisher matrix of \(.*\) is singular at n_samples=64, frequency="
    ):
        tone_bound(64, *tone, 1.0)
