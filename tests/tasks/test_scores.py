"""What a task measures and how it is read: units, flags and sizes, and every metric's value by hand."""

import numpy as np
import pytest
from measured import drawn

from dspvnn.measure.compare import draw_cell
from dspvnn.measure.statistics import interval, resampling_weights
from dspvnn.results.side_information import SideInformation
from dspvnn.signals.randomness import stream
from dspvnn.tasks import TASKS, Calibration, Condition, Metric
from dspvnn.tasks.tone.task import KNOWS_RANGE, Tone, ToneCondition

# task: title, signals to fit on, whether a threshold is calibrated, side information that moves the limit
ABOUT = {
    "tone": ("Frequency of a tone", 2000, False, KNOWS_RANGE),
    "tone-mismatch": ("Frequency of a tone under mismatch", 2000, False, frozenset()),
    "burst": ("A burst in noise", 500, True, frozenset()),
    "burst-noise-free": ("A burst without noise", 500, True, frozenset()),
    "ewma": ("A moving average", 200, False, frozenset()),
    "witness": ("A noise witness", 1, False, {SideInformation.CARRIERS, SideInformation.CONTAMINATION}),
}
# task: metric, unit, whether the value is the root of the mean loss, whether it is a share of 1
METRICS = {
    "tone": [("frequency rmse", "cycles/sample", True, False)],
    "tone-mismatch": [("frequency rmse", "cycles/sample", True, False)],
    "burst": [
        ("sample error rate", "share of samples", False, True),
        ("miss rate", "share of bursts", False, True),
    ],
    "burst-noise-free": [("sample error rate", "share of samples", False, True)],
    "ewma": [("relative rms error", "1", True, False)],
    "witness": [("relative residual", "1", True, False)],
}
# task, condition: signals that a cell takes where 1, 1000 and 20,000 are asked for
SIZES = {
    ("tone", "inside, 10 dB"): (1, 1000, 20_000),
    ("tone-mismatch", "chirp, heavy"): (2, 125, 2500),
    ("burst", "inside, d = 4"): (400, 1000, 20_000),
    ("burst", "records 10 x longer, d = 6"): (400, 400, 2000),
    ("burst-noise-free", "records 10 x longer"): (400, 400, 2000),
    ("ewma", "uniform on 1 to 3"): (50, 1000, 20_000),
    ("ewma", "records 10 x longer"): (50, 100, 2000),
    ("witness", "carrier at 200 rad/s"): (8, 10, 200),
}


def cell(task, name):
    return next(c for c in TASKS[task].conditions if c.name == name)


def test_a_task_is_what_it_says():
    assert {
        name: (task.title, task.n_training, task.calibrated, task.side_information)
        for name, task in TASKS.items()
    } == ABOUT
    assert [task.name for task in TASKS.values()] == list(TASKS)
    found = {
        name: [(metric, m.unit, m.root, m.rate) for metric, m in task.metrics.items()]
        for name, task in TASKS.items()
    }
    assert found == METRICS


@pytest.mark.parametrize("task", TASKS)
def test_nets_and_fits_learn_from_the_training_range_whatever_the_cell(task):
    for condition in TASKS[task].conditions:
        if task != "witness":  # whose target depends on the cell, see the conditions of the witnesses
            assert TASKS[task].training_for(condition) == TASKS[task].training


@pytest.mark.parametrize(("task", "name"), SIZES)
def test_longer_and_dearer_records_are_fewer(task, name):
    sizes = [TASKS[task].n_signals(n, cell(task, name)) for n in (1, 1000, 20_000)]
    assert tuple(sizes) == SIZES[task, name]


@pytest.mark.parametrize("region", ["inside", "below", "above", "beyond", "mismatch", "recorded"])
def test_a_region_is_one_of_six(region):
    assert Condition("", region).region == region
    with pytest.raises(ValueError, match=f"^region must be one of .*, got '{region}s'$"):
        Condition("", region + "s")


def test_a_metric_is_the_mean_of_its_losses_or_the_root_of_it():
    losses = np.array([1.0, 4.0, 13.0])
    assert Metric("").value(losses) == 6
    assert Metric("", root=True).value(losses) == pytest.approx(np.sqrt(6))
    assert Metric("", root=True).value(-1e-20) == 0  # rounding, of a mean that is 0
    assert Metric("").value(-1.0) == -1
    assert (Metric("").root, Metric("").rate) == (False, False)


# --- values by hand -------------------------------------------------------------------------------


def value(task, losses, metric):
    weights = resampling_weights(losses.shape[-1], stream(0, "scores"))
    return interval(losses, TASKS[task].metrics[metric], weights)[0]


@pytest.mark.parametrize(("task", "name"), [("tone", "inside, 10 dB"), ("tone-mismatch", "chirp, heavy")])
def test_the_frequency_rmse_is_the_root_of_the_mean_squared_error(task, name, rng):
    trials = drawn(task, cell(task, name), 200)
    estimates = trials.target + rng.normal(0.01, 0.02, 200)
    losses = TASKS[task].losses(trials, estimates, None)
    by_hand = np.linalg.norm(estimates - trials.parameters["frequency"]) / np.sqrt(200)
    assert value(task, losses["frequency rmse"], "frequency rmse") == pytest.approx(by_hand)


@pytest.mark.parametrize("task", ["ewma", "witness"])
def test_the_relative_error_is_that_over_the_deviation_of_the_truth(task, rng):
    (metric,) = TASKS[task].metrics
    trials = drawn(task, TASKS[task].conditions[1], 6)
    truth = np.asarray(trials.target, float)
    estimates = truth + rng.normal(0.01, 0.02, truth.shape)
    losses = TASKS[task].losses(trials, estimates, None)[metric]
    ratios = [np.var(e - t) + np.mean(e - t) ** 2 for e, t in zip(estimates, truth, strict=True)]
    by_hand = np.sqrt(np.mean([r / np.var(t) for r, t in zip(ratios, truth, strict=True)]))
    assert losses.shape == (6,)
    assert value(task, losses, metric) == pytest.approx(by_hand)


@pytest.fixture(scope="module")
def bursts():
    """Test and calibration draws of a cell, with an answer that is neither good nor bad: a running sum."""
    context = draw_cell(TASKS["burst"], cell("burst", "inside, d = 6"), 400, 0)

    def answer(trials):
        return np.cumsum(trials.signals, axis=1) + 0.1 * np.arange(130)

    return context, answer


def test_the_sample_error_rate_is_at_the_best_threshold_of_the_calibration_draw(bursts):
    context, answer = bursts
    drawn, answers = context.calibration, answer(context.calibration)
    losses = TASKS["burst"].losses(context.trials, answer(context.trials), Calibration(drawn, answers))
    over, burst_over = answers.ravel(), drawn.target.ravel() == 0
    candidates = np.quantile(over, np.linspace(0, 1, 400))
    errors = [np.mean((over > c) != burst_over) for c in candidates]
    best = candidates[np.argmin(errors)]
    # Our threshold is the best of all, the one by hand the best of 400: they differ by a few samples.
    wrong = (answer(context.trials) > best) != (context.trials.target == 0)
    found = value("burst", losses["sample error rate"], "sample error rate")
    assert losses["sample error rate"].shape == (400,)
    assert found == pytest.approx(wrong.mean(), abs=2e-3)
    assert found < 0.9 * np.mean(context.trials.target == 0)  # better than to say "no" always


def test_the_miss_rate_is_at_one_false_alarm_in_a_hundred(bursts):
    context, answer = bursts
    drawn = context.calibration
    last = answer(drawn)[:, -1]
    calibration = Calibration(drawn, answer(drawn), context.calibration_weights)
    losses = TASKS["burst"].losses(context.trials, answer(context.trials), calibration)["miss rate"]
    noise_only = np.sort(last[np.isinf(drawn.parameters["onset"])])[::-1]
    threshold = noise_only[len(noise_only) // 100]  # so many lie above it: 1 %, rounded down
    statistic = answer(context.trials)[np.isfinite(context.trials.parameters["onset"]), -1]
    np.testing.assert_array_equal(losses[0], statistic <= threshold)
    assert losses.shape == (1 + len(context.calibration_weights), len(statistic))
    # The other rows are misses at the thresholds of resamples: more and fewer, about as many on average.
    rates = losses[1:].mean(axis=1)
    assert rates.min() < losses[0].mean() < rates.max()
    assert np.median(rates) == pytest.approx(losses[0].mean(), abs=0.05)


@pytest.mark.parametrize("task", ["burst", "burst-noise-free"])
def test_a_threshold_needs_a_calibration_draw(task):
    context = draw_cell(TASKS["burst"], cell("burst", "inside, d = 6"), 10, 0)
    with pytest.raises(ValueError, match=r"^burst: thresholds need a calibration draw, got none$"):
        TASKS[task].losses(context.trials, context.trials.signals, None)


# --- limits ---------------------------------------------------------------------------------------


def tone_limit(condition, *given):
    context = draw_cell(Tone(), condition, 3, 0)
    return Tone().limit_losses(context, frozenset(given))["frequency rmse"]


@pytest.mark.parametrize(
    ("condition", "moves"),
    [
        (ToneCondition("known SNR", snr_range_db=(0, 0)), True),
        (ToneCondition("unknown SNR"), False),
        (ToneCondition("outside", region="above", frequency_range=(0.3, 0.4), snr_range_db=(0, 0)), False),
    ],
    ids=lambda x: getattr(x, "name", ""),
)
def test_the_range_moves_the_limit_of_a_tone_inside_it_at_a_known_snr(condition, moves):
    plain, told = tone_limit(condition), tone_limit(condition, SideInformation.TRAINING_RANGE)
    np.testing.assert_array_equal(plain, tone_limit(condition, SideInformation.ONSET_RANGE))
    assert (plain != told).all() == moves
    if not moves:
        np.testing.assert_array_equal(plain, told)
    # The bound of a long record, Var f >= 24 sigma^2 / ((2 pi A)^2 N (N^2 - 1)): right to a fifth here.
    p = draw_cell(Tone(), condition, 3, 0).trials.parameters
    textbook = 24 * p["noise_std"] ** 2 / ((2 * np.pi * p["amplitude"]) ** 2 * 128 * (128**2 - 1))
    np.testing.assert_allclose(plain, textbook, rtol=0.2)


def test_without_noise_nothing_need_be_wrong():
    quiet = TASKS["burst-noise-free"]
    context = draw_cell(quiet, quiet.conditions[0], 10, 0)
    (metric, losses), = quiet.limit_losses(context).items()  # fmt: skip
    assert metric == "sample error rate"
    assert losses.shape == (len(context.trials.signals),)
    assert not losses.any()


def test_the_limit_of_the_witness_is_the_regression_on_their_product():
    context = draw_cell(TASKS["witness"], cell("witness", "inside, fitted on the observed target"), 8, 0)
    product = context.training.signals.prod(axis=-1).ravel()
    gain = np.polyfit(product, np.asarray(context.training.target, float).ravel(), 1)[0]
    losses = TASKS["witness"].limit_losses(context)["relative residual"]
    np.testing.assert_allclose(losses, (gain - 1) ** 2, rtol=0.01)  # over the product's own power
    for given in ({SideInformation.CARRIERS}, {SideInformation.CONTAMINATION}):
        assert TASKS["witness"].limit_losses(context, frozenset(given))["relative residual"].max() < 1e-30
    itself = draw_cell(TASKS["witness"], TASKS["witness"].conditions[0], 8, 0)
    assert TASKS["witness"].limit_losses(itself)["relative residual"].max() < 1e-30
