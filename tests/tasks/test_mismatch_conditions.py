"""What each named condition of the task "tone-mismatch" promises, measured on its draws.

A kind's check takes a draw and the severity that the condition's name stands for, subtracts what the name
says is in the records, by formulas of its own, and asks whether the rest is the noise that it says.
"""

import math

import numpy as np
import pytest
from measured import (
    cosine,
    described,
    drawn,
    follows,
    independent,
    tone_parameters_are_as_always,
    uniform,
    white,
)
from scipy import stats

from dspvnn.tasks import TASKS
from dspvnn.tasks.mismatch.task import KINDS, MismatchCondition

TASK = TASKS["tone-mismatch"]
N, N_SIGNALS = 128, 1000


def tone(p):
    return cosine(p["amplitude"], p["frequency"], p["phase"], N) + p["offset"][:, None]


def noise(signals, clean, p):
    return (signals - clean) / p["noise_std"][:, None]


def pure(signals, p, _):
    white(noise(signals, tone(p), p))


def student_t(signals, p, tail):
    follows(noise(signals, tone(p), p), stats.t(1 / tail, scale=np.sqrt(1 - 2 * tail)))


class Impulses:
    """The law of standard noise of which a share has ten times the deviation of the rest."""

    def __init__(self, share):
        self.share, self.scale = share, 1 / np.sqrt(1 - share + 100 * share)

    def cdf(self, x):
        rest, hit = stats.norm.cdf(x, scale=self.scale), stats.norm.cdf(x, scale=10 * self.scale)
        return (1 - self.share) * rest + self.share * hit


def impulses(signals, p, share):
    rest = noise(signals, tone(p), p)
    follows(rest, Impulses(share))
    # Beyond 3.5 deviations of the background lie 3.5e-4 of it, and 73 % of the impulses.
    law = Impulses(share)
    beyond = np.mean(np.abs(rest) > 3.5 * law.scale)
    assert beyond == pytest.approx(2 * law.cdf(-3.5 * law.scale), abs=5 * np.sqrt(share / rest.size))


def autoregressive(signals, p, coefficient):
    red = noise(signals, tone(p), p)
    follows(red[:, 0], stats.norm)  # stationary from the first sample on
    fresh = (red[:, 1:] - coefficient * red[:, :-1]) / np.sqrt(1 - coefficient**2)
    white(fresh)
    for lag in (1, 3):
        products = np.mean(red[:, lag:] * red[:, :-lag], axis=1)
        error = 5 * products.std() / np.sqrt(len(products))
        assert products.mean() == pytest.approx(coefficient**lag, abs=error)


def interfering(signals, p, relative):
    away = (p["second frequency"] - p["frequency"]) * N
    np.testing.assert_allclose(np.abs(away), 2)  # bins
    assert np.mean(away > 0) == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(N_SIGNALS))
    uniform(p["second phase"], -np.pi, np.pi)
    independent(away, p["second phase"], p["phase"], p["frequency"])
    second = cosine(relative * p["amplitude"], p["second frequency"], p["second phase"], N)
    white(noise(signals, tone(p) + second, p))


def harmonics(signals, p, relative):
    clean = tone(p)
    for k, amplitude in ((2, relative), (3, relative / 2)):
        uniform(p["phases"][:, k - 1], -np.pi, np.pi)
        there = k * p["frequency"] < 0.5
        kept = np.where(there, amplitude * p["amplitude"], 0)
        clean = clean + cosine(kept, k * p["frequency"], p["phases"][:, k - 1], N)
    independent(*p["phases"].T)
    white(noise(signals, clean, p))


def clipping(signals, p, share):
    """The rails are where the name says, and as much lies on them as the normal law sends beyond them."""
    reach = ((1 - share) * p["amplitude"])[:, None]
    moved, clean = signals - p["offset"][:, None], tone(p) - p["offset"][:, None]
    assert np.all(np.abs(moved) <= reach * (1 + 1e-12) + 1e-15)
    on_a_rail = np.isclose(np.abs(moved), reach, rtol=1e-9)
    sigma = p["noise_std"][:, None]
    assert np.mean(on_a_rail) == pytest.approx(
        np.mean(stats.norm.cdf((clean - reach) / sigma) + stats.norm.cdf((-clean - reach) / sigma)),
        abs=5 * 0.5 / np.sqrt(signals.size),
    )
    far = np.abs(clean) < reach - 6 * sigma  # no noise reaches the rails from there
    follows(noise(signals, tone(p), p)[far], stats.norm)


def missing(signals, p, share):
    gap = np.isnan(signals)
    error = 5 * np.sqrt(share * (1 - share) / gap.size)
    assert gap.mean() == pytest.approx(share, abs=error)
    assert np.mean(gap[:, 1:] & gap[:, :-1]) == pytest.approx(share**2, abs=2 * error)
    assert np.mean(gap[1:] & gap[:-1]) == pytest.approx(share**2, abs=2 * error)
    follows(noise(signals, tone(p), p)[~gap], stats.norm)


def chirp(signals, p, sweep):
    """The middle of the record has the frequency to be told, the whole record `sweep` cycles of rise."""
    since = np.arange(N) - (N - 1) / 2
    cycles = np.outer(p["frequency"], since) + sweep / N * since**2 / (2 * N)
    turning = np.exp(1j * (2 * np.pi * cycles + p["phase"][:, None])).real
    white(noise(signals, p["amplitude"][:, None] * turning + p["offset"][:, None], p))


def decay(signals, p, log_ratio):
    envelope = np.exp(-log_ratio) ** (np.arange(N) / N)
    white(noise(signals, (tone(p) - p["offset"][:, None]) * envelope + p["offset"][:, None], p))


# kind: what is checked, and the severity that light, moderate and heavy stand for
PROMISED = {
    "Student t noise": (student_t, (0.1, 0.2, 0.4)),
    "impulses": (impulses, (0.01, 0.05, 0.15)),
    "autoregressive noise": (autoregressive, (0.5, 0.9, 0.98)),
    "interfering tone": (interfering, (0.1, 0.3, 0.7)),
    "harmonics": (harmonics, (0.1, 0.3, 0.7)),
    "clipping": (clipping, (0.1, 0.2, 0.3)),
    "missing samples": (missing, (0.1, 0.3, 0.6)),
    "chirp": (chirp, (0.5, 1, 3)),
    "decay": (decay, (1, 2, 4)),
}
CELLS = {"none": ("none", pure, 0.0)} | {
    f"{kind}, {level}": (kind, check, severity)
    for kind, (check, severities) in PROMISED.items()
    for level, severity in zip(("light", "moderate", "heavy"), severities, strict=True)
}


def test_every_condition_is_promised_something():
    assert [c.name for c in TASK.conditions] == list(CELLS)
    assert list(KINDS) == ["none", *PROMISED]


@pytest.mark.parametrize("condition", TASK.conditions, ids=lambda c: c.name)
def test_a_condition_keeps_what_its_name_promises(condition):
    kind, check, severity = CELLS[condition.name]
    assert described(condition) == ("inside" if kind == "none" else "mismatch", kind, 20, severity)
    trials = drawn("tone-mismatch", condition, N_SIGNALS)
    assert trials.signals.shape == (N_SIGNALS, N)
    np.testing.assert_array_equal(trials.target, trials.parameters["frequency"])
    np.testing.assert_array_equal(trials.parameters["severity"], severity)
    tone_parameters_are_as_always(trials.parameters, (0.05, 0.25), (20, 20))
    check(trials.signals, trials.parameters, severity)


def test_the_mixture_holds_every_kind_at_every_severity_to_the_same_share():
    """The order of the kinds is that of the table: 300 signals each, severities up to the heaviest."""
    assert described(TASK.training) == pytest.approx(("inside", "", math.nan, 0.0), nan_ok=True)
    trials = drawn("tone-mismatch", TASK.training, 10 * 300)
    p = trials.parameters
    np.testing.assert_array_equal(trials.target, p["frequency"])
    tone_parameters_are_as_always(p, (0.05, 0.25), (0, 40))
    parts = zip(np.split(trials.signals, 10), np.split(p["severity"], 10), ["none", *PROMISED], strict=True)
    for signals, severity, kind in parts:
        uniform(severity, 0.0, PROMISED[kind][1][-1] if kind != "none" else 0.0)
        gaps = np.isnan(signals).mean(axis=1)
        if kind == "missing samples":
            assert np.corrcoef(gaps, severity)[0, 1] > 0.9
            assert gaps.mean() == pytest.approx(0.3, abs=0.05)
        else:
            assert not gaps.any()


def test_what_is_left_of_the_mixture_goes_to_some_kinds():
    condition = MismatchCondition("mixture", kind="mixture")
    for n in (1, 7, 23):
        trials = TASK.draw(np.random.default_rng(0), n, condition)
        assert len(trials.signals) == len(trials.target) == n
