"""What each named condition of the task "tone" promises, measured on its draws."""

import math

import numpy as np
import pytest
from measured import cosine, described, drawn, tone_parameters_are_as_always, white

from dspvnn.tasks import TASKS

TASK = TASKS["tone"]
LEARNED = (0.05, 0.25)
SNRS_DB = (-10, -5, 0, 5, 10, 15, 20, 30, 40, 50, 60)
BANDS = {
    "f in [0.01, 0.02], 20 dB": (0.01, 0.02, "below"),
    "f in [0.02, 0.035], 20 dB": (0.02, 0.035, "below"),
    "f in [0.035, 0.05], 20 dB": (0.035, 0.05, "below"),
    "f in [0.05, 0.1], 20 dB": (0.05, 0.1, "inside"),
    "f in [0.1, 0.15], 20 dB": (0.1, 0.15, "inside"),
    "f in [0.15, 0.2], 20 dB": (0.15, 0.2, "inside"),
    "f in [0.2, 0.25], 20 dB": (0.2, 0.25, "inside"),
    "f in [0.25, 0.3], 20 dB": (0.25, 0.3, "above"),
    "f in [0.3, 0.35], 20 dB": (0.3, 0.35, "above"),
    "f in [0.35, 0.4], 20 dB": (0.35, 0.4, "above"),
    "f in [0.4, 0.45], 20 dB": (0.4, 0.45, "above"),
    "f in [0.45, 0.49], 20 dB": (0.45, 0.49, "above"),
}
# name: band, SNRs in dB, and what a report says of it (region, sweep, SNR, position)
PROMISED = {
    "training range": (LEARNED, (-10, 60), ("inside", "", math.nan, 0.15)),
    **{f"inside, {snr} dB": (LEARNED, (snr, snr), ("inside", "snr", snr, snr)) for snr in SNRS_DB},
    **{
        name: ((low, high), (20, 20), (region, "frequency", 20, (low + high) / 2))
        for name, (low, high, region) in BANDS.items()
    },
}
CONDITIONS = (TASK.training, *TASK.conditions)


def test_every_condition_is_promised_something():
    assert [c.name for c in CONDITIONS] == list(PROMISED)


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda c: c.name)
def test_a_condition_keeps_what_its_name_promises(condition):
    band, snrs, said = PROMISED[condition.name]
    assert described(condition) == pytest.approx(said, nan_ok=True)
    trials = drawn("tone", condition, 2000)
    p = trials.parameters
    assert trials.signals.shape == (2000, 128)
    np.testing.assert_array_equal(trials.target, p["frequency"])
    tone_parameters_are_as_always(p, band, snrs)
    clean = cosine(p["amplitude"], p["frequency"], p["phase"], 128) + p["offset"][:, None]
    white((trials.signals - clean) / p["noise_std"][:, None])
