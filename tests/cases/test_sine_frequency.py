"""The question of a sine's frequency: records, nets, shipped rows, and its lesson."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from dspvnn.cases import CASES
from dspvnn.cases.base import typical
from dspvnn.cases.shipped import shipped_rows
from dspvnn.cases.sine_frequency import case, names, nets
from dspvnn.cases.sine_frequency.lesson import lesson
from dspvnn.cases.sine_frequency.names import ABOVE, DEAD, ERROR, SCORED, SPREAD, UNSEEN, ZERO


@cache
def shipped():
    return shipped_rows(CASES["sine-frequency"])


def found(label, condition=UNSEEN, metric=ERROR):
    return typical(shipped(), label, condition, metric)


# ---- records and nets


def test_the_sines_of_the_question():
    X, y, scored, truth = nets.draw(nets.Records(), 0)
    np.testing.assert_array_equal(y, np.arange(1, 101))
    t = np.linspace(0, 2 * np.pi, 2000)
    np.testing.assert_allclose(X[16], np.sin(17 * t), atol=1e-12)
    assert scored is X
    assert truth is y


def test_the_first_answer_has_ten_of_each_frequency_below_the_maximum_with_offsets_below_1():
    X, y, _, _ = nets.draw(nets.first_answer(20).records, 3)
    values, counts = np.unique(y, return_counts=True)
    np.testing.assert_array_equal(values, np.arange(1, 20))
    assert set(counts) == {10}
    assert X.shape == (190, 100)
    start = np.arcsin(X[y == 1][:, 0])  # sin of the offset itself, which lies in (0, 1)
    assert ((start > 0) & (start < 1)).all()
    assert len(np.unique(start)) == 10


def test_the_third_answer_holds_a_fifth_of_its_frequencies_out():
    X, y, held, truth = nets.draw(nets.third_answer(dense=True).records, 0)
    assert (len(X), len(held)) == (2000, 500)
    np.testing.assert_allclose(np.sort(np.concatenate([y, truth])), np.linspace(1, 50, 2500))
    np.testing.assert_allclose(X[7], np.sin(y[7] * np.linspace(0, 2 * np.pi, 100)), atol=1e-12)


def test_unseen_frequencies_are_real_numbers_of_the_range_and_of_the_octave_above():
    seen = {}

    def note(X):
        # a zero crossing every half period: the records are dense enough to count them
        seen[len(seen)] = np.count_nonzero(np.diff(np.signbit(X), axis=1), axis=1) / 2
        return np.zeros(len(X))

    by = {o.condition: o.losses for o in case._scored(nets.first_answer(10).records, note, seed=0)}
    inside, above = by[UNSEEN], by[ABOVE]  # the estimate is 0, the error the frequency
    assert 1 <= inside.min() < 1.2 < 8.8 < inside.max() <= 9
    assert 9 <= above.min() < 9.2 < 17.8 < above.max() <= 18
    assert (inside != np.round(inside)).all()
    np.testing.assert_allclose(seen[1], inside, atol=1)
    np.testing.assert_allclose(seen[2], above, atol=1)


def test_no_frequency_is_asked_for_that_a_hundred_samples_cannot_tell():
    assert case._highest(nets.first_answer(30).records) == 48
    assert case._highest(nets.first_answer(50).records) == 49  # its own range, and nothing above
    assert case._highest(nets.Records()) == 200
    n = nets.FIRST["samples"]
    f = np.array([30.0, n - 1 - 30.0])
    one, other = nets.sines(f, np.zeros(2), n)
    np.testing.assert_allclose(one, -other, atol=1e-12)  # 99 - f is the mirror image of f


def test_a_variant_has_one_change_of_what_it_changes():
    base = {"changed: net A": case.A, "changed: net B": case.B, "changed: first": case.TEN}
    for label, how in case.NETS.items():
        for start, original in base.items():
            if label.startswith(start):
                changed = {k for k, v in vars(how).items() if v != vars(original)[k]}
                assert len(changed) == 1
                inside = vars(how.records).items() - vars(original.records).items()
                assert len(inside) == ("records" in changed)


def test_a_scaled_target_is_the_frequency_again():
    how = replace(case.A, output="linear", scaled=True)
    net = nets.FrequencyNet(how)
    with torch.no_grad():
        for parameter in net.head[-2].parameters():
            parameter.zero_()
        net.head[-2].bias.fill_(1.0)
    assert net.predict(np.zeros((1, 2000))) == pytest.approx(100)  # the top of the range


def test_the_first_weights_of_the_third_answer_are_small():
    torch.manual_seed(0)
    net = nets.FrequencyNet(nets.third_answer(dense=True))
    weights = torch.cat([layer.weight.flatten() for layer in net.head if hasattr(layer, "weight")])
    assert weights.abs().max() <= 0.04  # cut at two standard deviations
    assert weights.std().item() == pytest.approx(0.88 * 0.02, rel=0.05)


def test_without_an_offset_the_second_sample_tells_the_frequency():
    (scored, *_) = case._arcsine(nets.Records(), 0, 1.0).outcomes
    assert scored.losses.max() < 1e-9


# ---- the rows that ship


def test_as_asked():
    assert found(names.NET_A, SCORED) > 12  # half of what the middle scores
    assert found(names.NET_A, SCORED, ZERO) > 0.3
    assert found(names.NET_B, SCORED, SPREAD) < 0.1  # a constant
    assert found(names.NET_B, SCORED) > 20
    assert 0 < found(names.NET_B, "before training", DEAD) < 1


def test_net_a_with_a_linear_output_knows_its_records_by_heart():
    assert found(names.A_LINEAR, SCORED) < 5
    assert found(names.A_LINEAR) > found(names.MIDDLE)


def test_answers():
    first = names.FIRST[10]
    assert found(first, SCORED) < 0.3  # 0.050 was reported
    assert found(first) > 2 * found(first, SCORED)
    assert found(first, ABOVE) > 2 * found(first)
    # the slope at the start is the frequency, and a slope is a weighted sum of the samples
    assert found(names.LEAST_SQUARES, SCORED) < 0.01


def test_signal_processing_and_the_net_at_baseband():
    assert max(found(label) for label in (names.ARCSINE, names.SINE_FIT)) < 1e-6
    for label in names.BASEBAND.values():
        assert found(label) < 0.1
        assert found(label, ABOVE) <= max(1.5 * found(label), 1e-9)  # below it both are rounding


def _with(label, metric, value, condition=None):
    """Return the shipped rows with another value of one variant."""
    return [
        replace(r, value=value)
        if (r.estimator, r.metric) == (label, metric) and condition in (None, r.condition)
        else r
        for r in shipped()
    ]


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("Net A, as asked, is off by", (names.NET_A, ERROR, 1.0)),
        ("answers are exactly 0", (names.NET_A, ZERO, 0.0)),
        ("a hundred numbers by heart", (names.A_LINEAR, ERROR, 1.0)),
        ("Net B gives every record the same answer", (names.NET_B, SPREAD, 20.0)),
        ("The reported answer 0", (names.NET_B, DEAD, 0.0)),
        ("The first answer has more records", (names.FIRST[10], ERROR, 4.0)),
        ("a score on the records of the training is no score", (names.FIRST[10], ERROR, 0.1)),
        ("it answers with numbers of its range", (names.FIRST[10], ERROR, 0.1)),
        ("The second answer", (names.SECOND, ERROR, 25.0)),
        ("less absurd than it looks", (names.LEAST_SQUARES, ERROR, 10.0)),
        ("What signal processing says", (names.SINE_FIT, ERROR, 1.0)),
        ("turned back by the peak of its spectrum", (names.BASEBAND[30], ERROR, 5.0)),
        ("It may surprise", (names.FFT_PEAK, ERROR, 1.0, ABOVE)),
        ("To remember", (names.FIRST[10], ERROR, 0.0)),
    ],
)
def test_a_sentence_goes_when_the_rows_say_the_opposite(said, changed):
    assert said in lesson(shipped())
    assert said not in lesson(_with(*changed))
