"""The front end of the mixture's net: free of scale and phase, blind to gaps, exact in its slope."""

import numpy as np
import pytest
import torch

from neural.estimators import MixtureLSTM
from neural.heterodyne import comb_frames, phase_slope

N, N_FRAMES = 128, 16


def tones(frequency=0.11, phase=0.3, amplitude=1.0, offset=0.0, harmonic=0.0):
    n = torch.arange(N, dtype=torch.float64) - (N - 1) / 2
    angle = 2 * np.pi * frequency * n + phase
    return (amplitude * torch.cos(angle) + harmonic * torch.cos(2 * angle) + offset)[None]


def frames(x, frequency=0.11):
    present = ~torch.isnan(x)
    return comb_frames(x.nan_to_num(), present, torch.tensor([frequency], dtype=x.dtype), N_FRAMES)


def test_scale_and_phase_leave_no_trace():
    rng = torch.Generator().manual_seed(0)
    noise = 0.1 * torch.randn(1, N, dtype=torch.float64, generator=rng)
    views, facts = frames(tones() + noise)
    scaled, scaled_facts = frames(1e6 * (tones() + noise))
    torch.testing.assert_close(views, scaled)
    torch.testing.assert_close(facts, scaled_facts)
    clean, turned = frames(tones(phase=0.3))[0], frames(tones(phase=2.0))[0]
    torch.testing.assert_close(clean[:, :, :3], turned[:, :, :3], atol=0.02, rtol=0)  # leakage of the mean


def test_slope_of_a_small_offset_is_that_offset():
    for bins in (-0.1, 0.02, 0.1):
        views, _ = frames(tones(0.11 + bins / N))
        found = phase_slope(views[:, :, 0], N)
        assert float(found[0]) == pytest.approx(bins, rel=0.05)


def test_gaps_do_not_move_the_frames_of_a_tone_at_the_frequency():
    x = tones()
    gapped = x.clone()
    gapped[0, 10:14] = torch.nan
    gapped[0, 77] = torch.nan
    views, facts = frames(gapped)
    assert facts[0, 1, 0] == pytest.approx(0.5 + 0.25, abs=0.26)  # 4 of the samples 8 to 23 are missing
    torch.testing.assert_close(views[:, :, 1], frames(x)[0][:, :, 1], atol=0.1, rtol=0)


def test_a_harmonic_shows_in_its_own_view():
    plain, distorted = frames(tones())[0], frames(tones(harmonic=0.5))[0]
    assert plain[:, :, 3].abs().max() < 0.05
    # Half of the amplitude 0.5, over half of the tone's amplitude 1.
    assert distorted[:, :, 3, 0].mean() == pytest.approx(0.5, abs=0.05)


def test_impulses_are_told_from_white_noise():
    rng = torch.Generator().manual_seed(0)
    noise = 0.1 * torch.randn(1, N, dtype=torch.float64, generator=rng)
    hit = tones() + 0.01 * noise
    hit[0, ::20] += 1.0
    white, impulsive = frames(tones() + noise)[1], frames(hit)[1]
    assert white[0, 0, 2] == pytest.approx(np.log(0.6745), abs=0.2)  # median over deviation, Gaussian
    assert impulsive[0, 0, 2] < -1


def test_mirrored_signals_have_mirrored_offsets():
    """A record backwards is the conjugate at baseband: what is left has the opposite sign."""
    net = MixtureLSTM(hidden=8).build(N)
    views, facts = frames(tones(0.112))
    mirrored = views * torch.tensor([1.0, -1.0], dtype=views.dtype)
    with torch.inference_mode():
        offset, error = net.network_(views.float(), facts.float())
        opposite, same = net.network_(mirrored.float(), facts.float())
    torch.testing.assert_close(offset, -opposite)
    torch.testing.assert_close(error, same)


def test_fit_on_the_users_own_records_with_gaps():
    rng = np.random.default_rng(0)
    f = rng.uniform(0.1, 0.2, 300)
    x = np.cos(2 * np.pi * f[:, None] * np.arange(64)) + 0.01 * rng.standard_normal((300, 64))
    x[rng.random(x.shape) < 0.1] = np.nan
    net = MixtureLSTM(hidden=8, steps=30).fit(x[:200], f[:200])
    error = net.predict(x[200:]) - f[200:]
    assert np.sqrt(np.mean(error**2)) < 0.1 / 64  # a tenth of a bin
