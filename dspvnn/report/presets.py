"""How large a comparison is: the presets of the command line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """Signals a cell, rounds of timing, and the share of a net's full training that --train takes."""

    n_signals: int
    timing_rounds: int
    training_share: float


PRESETS = {
    "quick": Preset(n_signals=500, timing_rounds=3, training_share=0.01),
    "standard": Preset(n_signals=4000, timing_rounds=20, training_share=0.1),
    "full": Preset(n_signals=20000, timing_rounds=100, training_share=1.0),
}
