"""The case frequency-and-phase: its trainings, the shortcut past a dead ReLU, the claims of its lesson."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from dspvnn.cases import CASES
from dspvnn.cases.__main__ import main
from dspvnn.cases.frequency_and_phase import names, posed, reposed
from dspvnn.cases.frequency_and_phase.lesson import lesson
from dspvnn.cases.frequency_and_phase.nets import POSTED, NamingNet, SetUp
from dspvnn.cases.frequency_and_phase.records import Records, asked_records, records_of, sines
from dspvnn.cases.frequency_and_phase.training import Training
from dspvnn.cases.shipped import shipped_rows
from dspvnn.signals.randomness import stream

SMALL = SetUp(units=4)
CASE = CASES["frequency-and-phase"]


def small_records(n, n_samples=6):
    rng = stream(0, "tests", "small")
    targets = np.stack([rng.normal(0, 3, n), rng.integers(0, 5, n)], axis=1)
    return Records(rng.standard_normal((n, n_samples)), targets)


def small(n=48, **options):
    return Training(SMALL, 0, (small_records(n), small_records(20)), **options)


def weights(training):
    return {name: p.detach().clone() for name, p in training.net.named_parameters()}


# ---- training


def test_the_records_of_the_question():
    train, test = asked_records(phases=False, seed=0)
    assert (len(train.signals), len(test.signals)) == (7_236, 3_960)
    frequency = np.round(100 * np.random.RandomState(0).standard_normal(12_000))
    seen = np.concatenate([train.targets, test.targets])
    assert set(seen[:, 0]) <= set(frequency)
    assert not seen[:, 1].any()
    np.testing.assert_array_equal(train.signals[:5], sines(*train.targets[:5].T))
    with_phases = asked_records(phases=True, seed=0)[0].targets[:, 1]
    assert set(with_phases) == set(range(90))


def test_a_net_begins_with_the_weights_of_old_keras():
    torch.manual_seed(0)
    net = NamingNet(SetUp(), torch.zeros(2), torch.ones(2))
    for lstm in net.lstms:
        gates = lstm.bias_ih_l0.detach() + lstm.bias_hh_l0.detach()
        expected = torch.zeros(512)
        expected[128:256] = 1  # PyTorch has the gates in the order input, forget, candidate, output
        torch.testing.assert_close(gates, expected)
        assert not lstm.bias_hh_l0.requires_grad
        recurrent = lstm.weight_hh_l0.detach()
        torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(128), atol=1e-5, rtol=0)
        inputs = lstm.weight_ih_l0.detach()
        limit = (6 / sum(inputs.shape)) ** 0.5
        assert 0.9 * limit < inputs.abs().max() <= limit


def test_the_optimiser_is_nadam_as_old_keras_has_it():
    training = small()
    group = training.optimiser.param_groups[0]
    weight = torch.nn.Parameter(torch.tensor([1.0, -2.0], dtype=torch.double))
    options = {k: group[k] for k in ("lr", "betas", "eps", "momentum_decay", "weight_decay")}
    optimiser = torch.optim.NAdam([weight], **options)
    p, m, v, schedule = np.array([1.0, -2.0]), 0.0, 0.0, 1.0
    for t in range(1, 30):
        g = np.array([np.sin(t), 3 * np.cos(2 * t)])
        weight.grad = torch.as_tensor(g)
        optimiser.step()
        now, then = (0.9 * (1 - 0.5 * 0.96 ** (0.004 * k)) for k in (t, t + 1))
        m, v, schedule = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2, schedule * now
        step = (1 - now) * g / (1 - schedule) + then * m / (1 - schedule * then)
        p = p - 0.002 * step / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        np.testing.assert_allclose(weight.detach().numpy(), p, rtol=1e-10)


def test_a_training_that_was_stopped_ends_with_the_same_weights(tmp_path):
    whole, first, second = small(), small(), small()
    whole.take(3)
    first.take(2)
    first.save(tmp_path / "a.pt")
    second.resume(tmp_path / "a.pt")
    second.take(1)
    assert second.curve == whole.curve
    for name, expected in weights(whole).items():
        assert torch.equal(weights(second)[name], expected)
    other = Training(replace(SMALL, rectified=False), 0, (small_records(48), small_records(20)))
    with pytest.raises(ValueError, match="the checkpoint of another training"):
        other.resume(tmp_path / "a.pt")


def dead(cut):
    """Return a training whose momentum is alive when its last ReLU dies: states that are near -1."""
    training = small(16 * 320, cut=cut)
    training.take(0.02)
    units, lstm = SMALL.units, training.net.lstms[-1]
    with torch.no_grad():
        lstm.bias_ih_l0[:units] = lstm.bias_ih_l0[3 * units :] = 8.0
        lstm.bias_ih_l0[2 * units : 3 * units] = -8.0
    return training


@pytest.mark.slow
def test_the_epochs_on_the_bias_alone_are_those_of_the_whole_net():
    short, full = dead(cut=True), dead(cut=False)
    for training in (short, full):
        training.take(3)
    assert short.silent_since == full.silent_since == 2
    assert short.net.silent
    assert not full.net.silent
    assert len(set(short.curve)) == len(short.curve)  # the bias goes on learning
    np.testing.assert_allclose(short.curve, full.curve, rtol=1e-6)
    for name, expected in weights(full).items():
        torch.testing.assert_close(weights(short)[name], expected, rtol=1e-6, atol=1e-12)


def test_a_net_that_still_learns_takes_no_shortcut():
    training = small()
    training.take(2)
    assert training.silent_since is None


# ---- the question posed again


def test_the_posterior_mean_against_a_finer_sum():
    drawn = reposed._test(0, "0.2 to 1 cycle", 0)[0]
    few = replace(
        drawn, **{k: getattr(drawn, k)[:6] for k in ("signals", "frequency", "phase", "noise_std")}
    )
    f, p = np.meshgrid(
        np.linspace(10, 50, 161), np.linspace(0, 2 * np.pi, 240, endpoint=False), indexing="ij"
    )
    t = np.arange(200) / 10_000
    waves = np.cos(2 * np.pi * f[..., None] * t + p[..., None])
    for x, std, found in zip(
        few.signals, few.noise_std, reposed.posterior_mean(few, (0.2, 1.0)), strict=True
    ):
        log = -((x - waves) ** 2).sum(axis=-1) / (2 * std**2)
        weight = np.exp(log - log.max())
        weight[[0, -1]] /= 2
        weight /= weight.sum()
        # The coarser sum is off by less than 0.1 Hz where the posterior, 2 Hz and 0.15 wide, is cut by the
        # end of the band: 0.5 % of the mean squared error at most.
        assert found[0] == pytest.approx((weight * f).sum(), abs=0.1)
        assert found[1] == pytest.approx(np.angle((weight * np.exp(1j * p)).sum()), abs=0.01)


def test_the_records_posed_again_lie_in_the_asked_band():
    train, test = records_of(posed.TRAININGS["reposed"], 0)
    assert (len(train.signals), len(test.signals)) == (7_236, 3_960)
    cycles = train.targets[:, 0] / 50
    assert 0.2 <= cycles.min() < 0.21 < 5.99 < cycles.max() <= 6
    np.testing.assert_allclose((train.targets[:, 1:] ** 2).sum(axis=1), 1)


# ---- options


def test_long_is_for_a_case_that_has_such_trainings(tmp_path):
    with pytest.raises(ValueError, match=r"--long is for cases .* 'ewma' has none"):
        main(["ewma"], long=tmp_path, out=tmp_path / "out")
    with pytest.raises(ValueError, match="--long must be a folder of checkpoints, got"):
        main(["frequency-and-phase"], long=tmp_path / "none", out=tmp_path / "out")


def test_a_case_takes_a_training_as_far_as_its_checkpoint_has_got(tmp_path):
    training = Training(posed.TRAININGS["one-step"], 0)
    training.take(0.01)
    training.save(posed.checkpoint(tmp_path, "one-step", 0))
    measured = posed.posed_net("one-step", tmp_path, 0, 1.0)
    assert measured.note == f"1 of {POSTED['epochs']} epochs"
    assert np.mean(measured.outcomes[0].losses) == pytest.approx(np.mean(training.curve[-1]))


# ---- the lesson


@pytest.fixture(scope="module")
def rows():
    return shipped_rows(CASE)


def changed(rows, factor, *labels, metric=posed.MSE, condition=""):
    return [
        replace(r, value=factor * r.value)
        if r.estimator in labels and r.metric == metric and r.condition.startswith(condition)
        else r
        for r in rows
    ]


TURNED = {  # a sentence of the lesson -> what rows say the opposite
    "is what a constant scores": lambda rows: changed(rows, 2, names.CONSTANT),
    "both are in the thousands": lambda rows: changed(rows, 0.01, names.ANSWER),
    "One change works": lambda rows: changed(rows, 200, names.ONE_STEP),
    "With phases this is gone": lambda rows: changed(rows, 0.01, names.with_phases(names.ONE_STEP)),
    "nobody can do better": lambda rows: changed(rows, 1e-9, names.BAYES, condition="with phases, 20"),
    "reach the Cramér-Rao bound": lambda rows: changed(rows, 2, names.FIT, metric=posed.FREQUENCY),
    "the LSTM is not what does it": lambda rows: changed(rows, 2, names.NO_LSTM, metric=posed.FREQUENCY),
    "a spectrum has no peak": lambda rows: changed(rows, 0.001, names.BASEBAND, metric=posed.FREQUENCY),
    "Knowledge counts most": lambda rows: changed(rows, 0.1, names.BOUND, metric=posed.FREQUENCY),
    "not in a training like these": lambda rows: changed(rows, 1e-4, names.RAW, metric=posed.FREQUENCY),
    "To remember": lambda rows: changed(rows, 2, names.CONSTANT),
}


@pytest.mark.parametrize("sentence", TURNED)
def test_a_sentence_goes_when_the_rows_say_the_opposite(rows, sentence):
    assert sentence in lesson(rows)
    assert sentence not in lesson(TURNED[sentence](rows))


def test_no_column_mixes_two_draws(rows):
    for label in (names.OF_TRAINING | names.WITH_PHASES).values():
        own = posed.PHASES if label.endswith("with phases") else posed.ALIKE
        conditions = {r.condition for r in rows if r.estimator == label and r.metric == posed.MSE}
        assert own in conditions
        assert all(c == own or c.startswith(f"{own}, epoch") for c in conditions)


def test_the_curve_of_a_net_ends_at_its_error(rows):
    for label in (names.OF_TRAINING | names.WITH_PHASES).values():
        mine = [r for r in rows if r.estimator == label and r.metric == posed.MSE]
        end = next(r for r in mine if not np.isfinite(r.position))
        last = max((r for r in mine if np.isfinite(r.position)), key=lambda r: r.position)
        # a sum of squares in another order, of single-precision answers
        assert last.value == pytest.approx(end.value, rel=1e-5)


def test_above_one_cycle_net_and_fit_are_near_the_bound(rows):
    bound = {(r.condition, r.metric, r.seed): r.value for r in rows if r.estimator == names.BOUND}
    for label in (names.BASEBAND, names.FIT):
        mine = [r for r in rows if r.estimator == label and r.condition.startswith("1 to 6")]
        for condition, metric in {(r.condition, r.metric) for r in mine}:
            ratios = [
                r.value / bound[r.condition, r.metric, r.seed]
                for r in mine
                if (r.condition, r.metric) == (condition, metric)
            ]
            assert np.median(ratios) <= 1.10
