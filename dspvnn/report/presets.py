"""How large a comparison is: the presets of the command line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """Signals a cell, noise records for low false-alarm rates, rounds of timing, and shares of training.

    The last two are what --train takes of the full training: of a net, and of a case's experiments.
    """

    n_signals: int
    n_noise: int
    timing_rounds: int
    training_share: float
    case_share: float


PRESETS = {
    "quick": Preset(n_signals=500, n_noise=2000, timing_rounds=3, training_share=0.01, case_share=0.05),
    "standard": Preset(
        n_signals=3000, n_noise=100_000, timing_rounds=10, training_share=0.1, case_share=1.0
    ),
    "full": Preset(
        n_signals=20000, n_noise=2_000_000, timing_rounds=100, training_share=1.0, case_share=1.0
    ),
}
