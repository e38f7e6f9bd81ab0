"""Signals: waveforms, noise, tone models, gaps, and the random streams that they are drawn from."""

from dspvnn.signals.waveforms import (
    burst_pending,
    chirp,
    decaying_tone,
    ewma,
    half_sine,
    harmonic_tone,
    sample_index,
    tone,
    witness_mixture,
)

__all__ = [
    "burst_pending",
    "chirp",
    "decaying_tone",
    "ewma",
    "half_sine",
    "harmonic_tone",
    "sample_index",
    "tone",
    "witness_mixture",
]
