"""The settings of the questions and of their answers, held number by number against the originals."""

from dataclasses import replace

import pytest

from dspvnn.cases import CASES
from dspvnn.cases.frequency_and_phase import posed
from dspvnn.cases.moving_average import case as moving_average
from dspvnn.cases.moving_average import nets

ORIGINALS = {  # transcribed from the questions and answers as they were posted
    "burst": {
        ("the records", "number"): 5,
        ("the records", "samples"): 130,
        ("the records", "samples of the burst"): 10,
        ("the records", "latest onset"): 50,
        ("the records", "NumPy's seed"): 1,
        ("as asked", "units"): 16,
        ("as asked", "loss"): "cross-entropy over all samples",
        ("as asked", "optimiser"): "Adam",
        ("as asked", "learning rate"): 0.01,
        ("as asked", "steps"): 100,
        ("as asked", "records in a step"): 5,
    },
    "ewma": {
        ("the record", "samples"): 10_000,
        ("the record", "weight of the last average"): 0.8,
        ("the record", "weight of the sample"): 0.2,
        ("by hand", "learning rate"): 0.001,
        ("by hand", "epochs"): 100,
        ("the answer", "samples"): 3_000,
        ("the answer", "units"): 32,
        ("the answer", "optimiser"): "SGD",
        ("the answer", "learning rate"): 0.1,
        ("the answer", "loss"): "mean squared error",
        ("the answer", "batch size"): 1,
        ("the answer", "samples in a sequence"): 1,
        ("the answer", "epochs"): 10,
        ("the answer", "shuffled"): False,
    },
    "noise-witness": {
        ("the record", "seconds"): 10,
        ("the record", "samples a second"): 2048,
        ("the record", "carrier w"): "sin(10 t)",
        ("the record", "target"): "sin(t) + w r",
        ("as asked", "windows"): 10,
        ("as asked", "samples in a window"): 2048,
        ("as asked", "LSTM layers"): [64, 16, 8],
        ("as asked", "Dense layers"): [128, 16, 8, 1],
        ("as asked", "slope of the LeakyReLU"): 0.01,
        ("as asked", "initial weights of the Dense layers"): "Glorot normal",
        ("as asked", "loss"): "mean squared error",
        ("as asked", "optimiser"): "Adam",
        ("as asked", "learning rate"): 3.9e-5,
        ("as asked", "epsilon"): 1e-8,
        ("as asked", "decay"): 0.05,
        ("as asked", "batch size"): 1,
        ("as asked", "epochs"): 30,
        ("as asked", "shuffled"): False,
    },
    "sine-frequency": {
        ("the records", "samples"): 2000,
        ("the records", "frequencies"): 299,
        ("the records", "frequencies trained on"): 100,
        ("the records", "records of a frequency"): 1,
        ("net A", "layers"): "Dense(100), linear; Dense(1), ReLU",
        ("net A", "units"): 100,
        ("net B", "layers"): "LSTM(100), its last step; Dense(1), ReLU",
        ("net B", "units"): 100,
        ("training of A and B", "optimiser"): "Adam",
        ("training of A and B", "learning rate"): 0.001,
        ("training of A and B", "loss"): "mean absolute error",
        ("training of A and B", "epochs"): 100,
        ("training of A and B", "batch size"): 32,
        ("the first answer", "samples"): 100,
        ("the first answer", "largest offset"): 1,
        ("the first answer", "max_freq"): [10, 20, 30, 50],
        ("the first answer", "records of a frequency"): 10,
        ("the first answer", "layers"): "LSTM(100); Dense(100), ReLU; dropout; Dense(1), ReLU",
        ("the first answer", "units"): 100,
        ("the first answer", "dropout"): 0.1,
        ("the first answer", "loss"): "mean squared error",
        ("the first answer", "epochs"): 200,
        ("the first answer", "reported error on the training records"): [0.050, 0.146, 0.407],
        ("the third answer", "frequencies"): 2500,
        ("the third answer", "lowest"): 1,
        ("the third answer", "highest"): 50,
        ("the third answer", "trained on"): 2000,
        ("the third answer", "tested on"): 500,
        ("the third answer", "samples"): 100,
        ("the third answer", "layers"): "LSTM(10); Dense(100), ReLU; Dense(1), linear",
        ("the third answer", "units"): 10,
        ("the third answer", "Dense units"): 100,
        ("the third answer", "deviation of the first Dense weights"): 0.02,
        ("the third answer", "learning rate"): 0.001,
        ("the third answer", "loss"): "mean squared error",
        ("the third answer", "epochs"): 100,
        ("the third answer", "batch size"): 64,
        ("the third answer, Dense", "layers"): "Dense(100), Dense(100), Dense(1), all linear",
        ("the third answer, Dense", "epochs"): 10,
    },
}
ORIGINALS["frequency-and-phase"] = {
    ("the records", "number"): 12_000,
    ("the records", "samples"): 200,
    ("the records", "sampling rate in Hz"): 10_000,
    ("the records", "pi"): 3.142,
    ("the records", "spread of the frequency in Hz"): 100,
    ("the records", "NumPy's seed"): 0,
    ("the records", "offsets"): 90,
    ("the records", "share of the test set"): 0.33,
    ("the records", "share of the rest that validates"): 0.1,
    ("as posted", "LSTM layers"): 2,
    ("as posted", "units"): 128,
    ("as posted", "dropout"): 0.2,
    ("as posted", "loss"): "mean squared error, the mean over both outputs",
    ("as posted", "optimiser"): "Nadam",
    ("as posted", "learning rate"): 0.002,
    ("as posted", "schedule decay"): 0.004,
    ("as posted", "epsilon"): 1e-8,
    ("as posted", "batch size"): 16,
    ("as posted", "epochs"): 150,
    ("the answer", "layers"): "the same without the ReLUs",
}
KINDS = ("as asked: ", "the answer: ", "changed: ", "ours: ", "classical: ")


@pytest.mark.parametrize("name", ORIGINALS)
def test_every_number_is_that_of_the_original(name):
    original, expected = CASES[name].original, ORIGINALS[name]
    numbers = {
        (setup, setting): value
        for setup, settings in original.settings.items()
        for setting, value in settings.items()
        if not isinstance(value, str)
    }
    assert all(expected[key] == value for key, value in numbers.items())
    assert {key: original[key[0]][key[1]] for key in expected} == expected
    assert len(original.differs) >= 1


@pytest.mark.parametrize("name", ORIGINALS)
def test_every_variant_says_whose_it_is(name):
    assert all(v.label.startswith(KINDS) for v in CASES[name].variants)


def test_a_variant_of_the_moving_average_has_one_change_of_the_answer():
    answer = vars(nets.Stateful())
    changed = [v.measure.args[0] for v in moving_average.VARIANTS if v.label.startswith("changed: ")]
    differences = [{k for k, v in vars(how).items() if v != answer[k]} for how in changed]
    # A rate belongs to its optimiser: the two are one choice.
    assert differences == [{"shuffled"}, {"carried"}, {"optimiser", "rate"}, {"units"}]


def test_a_variant_of_frequency_and_phase_has_one_change_of_the_question_or_of_the_answer():
    asked = vars(posed.AS_POSTED)
    assert (asked["phases"], asked["rectified"], asked["scaled"], asked["one_step"]) == (0, 1, 0, 0)
    own = {name: how for name, how in posed.TRAININGS.items() if not (how.phases or how.reposed)}
    changed = {name: {k for k, v in vars(how).items() if v != asked[k]} for name, how in own.items()}
    # Half the layers with more units each: one change of the question's own.
    assert changed == {
        "as-posted": set(),
        "answer": {"rectified"},
        "one-step": {"one_step"},
        "one-layer": {"layers", "units"},
        "scaled": {"scaled"},
        "scaled-answer": {"rectified", "scaled"},  # the answer's, and one more
    }
    for name, how in own.items():
        assert posed.TRAININGS[f"{name}-phases"] == replace(how, phases=True)


def test_one_step_of_the_unit_written_by_hand():
    x, y = nets.record(0)
    trained = nets.by_hand(0, 0.01)  # one epoch
    w_a, w_x, b = trained.path[0]
    from dspvnn.signals.randomness import stream

    a = stream(0, "weights", "ewma").random(4)[3]
    for sample, target in zip(x[:10], y[:10], strict=True):
        answer = w_x * sample + w_a * a + b
        error = target - answer
        w_a, w_x, b, a = w_a + 0.001 * error * a, w_x + 0.001 * error * sample, b + 0.001 * error, answer
    assert trained.path[10] == pytest.approx((w_a, w_x, b), abs=1e-15)
