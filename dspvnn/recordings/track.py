"""The frequency against time: the sine fit of windows that overlap by half."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np

from baselines.sine_fit import SineFit
from dspvnn.recordings.part import FEWEST, Part
from dspvnn.results.files import write_whole


@dataclass(frozen=True)
class Track:
    """Middle of every window in seconds, its frequency and standard error, ``(n_windows,)`` each."""

    time: np.ndarray
    frequency: np.ndarray
    standard_error: np.ndarray


def track(part: Part, seconds: float) -> Track:
    """Return the track of a part, in windows of so many seconds, inside the part's band if it has one.

    Raises
    ------
    ValueError
        When a window is longer than the part, or holds fewer samples than a fit needs.
    """
    n = round(seconds * part.sample_rate)
    if not FEWEST <= n <= len(part.samples):
        raise ValueError(
            f"--track must hold from {FEWEST} samples ({FEWEST / part.sample_rate:.3g} s) to the whole "
            f"part ({part.seconds:.4g} s), got {seconds:g} s"
        )
    first = np.arange(0, len(part.samples) - n + 1, max(1, n // 2))
    X = np.stack([part.samples[k : k + n] for k in first])
    frequency, error = SineFit(frequency_range=part.band, sample_rate=part.sample_rate).predict(X, True)
    return Track(part.start + (first + (n - 1) / 2) / part.sample_rate, frequency, error)


def save_track(found: Track, path: Path, unit: str) -> None:
    """Write the track as CSV."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["time (s)", f"frequency ({unit})", f"standard error ({unit})"])
    writer.writerows(zip(found.time, found.frequency, found.standard_error, strict=True))
    write_whole(path, text.getvalue().encode())
