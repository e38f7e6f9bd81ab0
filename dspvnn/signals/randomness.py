"""Labelled random streams.

Every draw in the project comes from a generator that is passed in. `stream` makes one from a seed
and labels such as ``("test", "tone", "inside, 10 dB")``: the labels are hashed, so a stream never
depends on which other streams were made before it, in which order, or in which process.

Training signals use the label "train", thresholds "calibrate", scores "test": they never meet.
"""

import hashlib
from typing import Any, Protocol

import numpy as np


class Draws(Protocol):
    """What the signal layer asks of a source of randomness.

    `numpy.random.Generator` is one already; `neural.draws.TorchDraws` is the other.
    """

    def random(self, size: Any) -> Any:
        """Uniform draws on [0, 1), of shape `size`."""

    def standard_normal(self, size: Any) -> Any:
        """Standard normal draws of shape `size`."""


def stream(seed: int, *labels: str | int) -> np.random.Generator:
    """Return the generator that belongs to `seed` and `labels`, always the same one.

    Parameters
    ----------
    seed : int
        Not negative.
    labels : str or int
        What the stream is for; the order of the labels counts, the order of the calls does not.
    """
    if seed < 0:
        raise ValueError(f"seed must not be negative, got {seed}")
    digest = hashlib.sha256("\x1f".join(map(str, labels)).encode(errors="surrogatepass")).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest, dtype=np.uint32).tolist()])
