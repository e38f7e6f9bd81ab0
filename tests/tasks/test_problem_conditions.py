"""The cells of a problem of the user's own: names, bands, SNRs, regions; losses and limits in hertz."""

import numpy as np
import pytest
from measured import tone_parameters_are_as_always

from dspvnn.limits import TonePrior, tone_bound, tone_posterior
from dspvnn.measure.compare import draw_cell
from dspvnn.problem.task import ProblemCondition, noise_kinds, problem_task, region
from dspvnn.signals.randomness import stream
from dspvnn.tasks.mismatch.task import KINDS, MismatchCondition
from dspvnn.tasks.tone.task import KNOWS_RANGE, ToneCondition

RATE = 1000.0


def whole(band=(0.06, 0.24), snrs=(0.0, 40.0), **more):
    return ProblemCondition(
        "whole range", frequency_range=band, snr_range_db=snrs, sample_rate=RATE, **more
    )


def test_the_cells_are_the_problem_by_snr_and_by_band():
    task = problem_task(whole())
    named = {c.name: (c.sweep, c.frequency_range, c.snr_range_db, c.position) for c in task.conditions}
    band, names = (0.06, 0.24), ["whole range", "0 dB", "10 dB", "20 dB", "30 dB", "40 dB"]
    assert list(named)[:6] == names
    assert named["whole range"] == ("", band, (0, 40), pytest.approx(150))
    for snr in (0, 10, 20, 30, 40):
        assert named[f"{snr} dB"] == ("snr", band, (snr, snr), snr)
    edges = (60, 90, 120, 150, 180, 210, 240)
    for (name, cell), low, high in zip(list(named.items())[6:], edges[:-1], edges[1:], strict=True):
        assert name == f"{low} to {high} Hz, 20 dB"
        assert cell == (
            "frequency", pytest.approx((low / RATE, high / RATE)), (20, 20), pytest.approx((low + high) / 2)
        )  # fmt: skip


def test_one_snr_is_one_cell():
    task = problem_task(whole(snrs=(12.5, 12.5)))
    assert [c.name for c in task.conditions][:3] == ["whole range", "12.5 dB", "60 to 90 Hz, 12.5 dB"]


def test_a_task_says_what_it_is():
    task = problem_task(whole())
    assert (task.name, task.title, task.side_information) == (
        "problem",
        "Your own problem",
        KNOWS_RANGE,
    )
    (name, metric), = task.metrics.items()  # fmt: skip
    assert (name, metric.unit, metric.root, metric.rate) == ("frequency rmse", "Hz", True, False)
    assert task.training == whole()
    assert [task.n_signals(n, whole()) for n in (1, 999)] == [1, 999]


def test_signals_are_those_of_the_tone_in_the_problems_band():
    condition = whole(band=(0.1, 0.12), snrs=(5.0, 15.0), n_samples=200)
    trials = problem_task(condition).draw(stream(0, "problem"), 1000, condition)
    assert trials.signals.shape == (1000, 200)
    tone_parameters_are_as_always(trials.parameters, (0.1, 0.12), (5, 15))


# --- regions --------------------------------------------------------------------------------------

SHIPPED = ToneCondition("training range")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "inside"),
        ({"band": (0.05, 0.25), "snrs": (-10.0, 60.0)}, "inside"),  # all of it, ends and all
        ({"snrs": (-11.0, 40.0)}, "beyond"),
        ({"snrs": (0.0, 61.0)}, "beyond"),
        ({"band": (0.01, 0.05)}, "below"),
        ({"band": (0.01, 0.051)}, "beyond"),  # partly inside
        ({"band": (0.25, 0.3)}, "above"),
        ({"band": (0.249, 0.3)}, "beyond"),
        ({"band": (0.01, 0.4)}, "beyond"),
        ({"n_samples": 129}, "beyond"),
        ({"n_samples": 127}, "beyond"),
        ({"n_samples": 129, "band": (0.3, 0.4)}, "beyond"),
        ({"kind": "clipping", "severity": 0.1}, "mismatch"),
        ({"kind": "clipping", "severity": 0.1, "band": (0.3, 0.4)}, "mismatch"),
        ({"kind": "none", "severity": 0.1}, "mismatch"),
    ],
)
def test_where_a_cell_lies_from_what_the_nets_were_trained_on(more, expected):
    assert region(whole(**more)) == expected
    assert problem_task(whole(**more)).conditions[0].region == expected


def test_all_of_a_problem_is_inside_what_its_own_nets_learned():
    odd = whole(kind="clipping", severity=0.2, n_samples=300, band=(0.3, 0.4))
    assert {c.region for c in problem_task(odd, odd).conditions} == {"inside"}
    milder = MismatchCondition("", kind="clipping", severity=0.1, n_samples=300)
    assert region(odd, milder) == "mismatch"


# --- losses and limits ----------------------------------------------------------------------------


def test_losses_are_in_hertz():
    task = problem_task(whole())
    trials = task.draw(stream(0, "hertz"), 50, whole())
    losses = task.losses(trials, trials.target + 0.002)["frequency rmse"]
    np.testing.assert_allclose(losses, 4.0)  # 2 Hz of 1000


@pytest.mark.parametrize(
    ("name", "more", "given", "moves"),
    [
        ("10 dB", {}, KNOWS_RANGE, True),
        ("10 dB", {}, frozenset(), False),
        ("whole range", {}, KNOWS_RANGE, False),  # of unknown SNR there is no posterior
        ("10 dB", {"kind": "missing samples", "severity": 0.1}, KNOWS_RANGE, False),
    ],
)
def test_the_limit_is_the_bound_or_given_the_range_the_posterior_mean(name, more, given, moves):
    task = problem_task(whole(**more))
    condition = next(c for c in task.conditions if c.name == name)
    context = draw_cell(task, condition, 5, 0)
    limit = task.limit_losses(context, given)["frequency rmse"]
    if moves:
        posterior = tone_posterior(context.trials.signals, 10.0, TonePrior((0.06, 0.24))).mean
        np.testing.assert_allclose(limit, (1000 * (posterior - context.trials.target)) ** 2)
    else:
        p = context.trials.parameters
        bound = tone_bound(128, p["frequency"], p["phase"], p["amplitude"], p["noise_std"])["frequency"]
        least, most = (1.0, 1.6) if more else (1.0, 1.0)  # a tenth missing costs something, but no half
        assert np.all(limit > 1e6 * bound * least * (1 - 1e-6))
        assert np.all(limit < 1e6 * bound * most * (1 + 1e-6))


def test_kinds_of_noise_are_those_of_the_map_with_white_for_none():
    kinds = noise_kinds()
    assert list(kinds) == ["white", *(name for name in KINDS if name != "none")]
    assert kinds["white"] == ""
    assert kinds["clipping"] == "share of the amplitude cut off"
