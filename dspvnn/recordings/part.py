"""The part of a recording that is looked at."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import get_window

from dspvnn.estimator import check_array
from dspvnn.recordings.csv_readings import UNSAID, Dialect
from dspvnn.recordings.files import read_samples
from dspvnn.recordings.series import without_gaps

LARGEST = 1e150
FEWEST, MOST = 8, 2**20  # samples: what a fit needs, and what takes seconds and not minutes


@dataclass(frozen=True)
class Part:
    """Samples of a recording from `start` on, in seconds.

    window : a taper for the spectrum.
    taken : which column of a CSV file it is, in words.
    """

    name: str
    samples: np.ndarray
    sample_rate: float
    start: float
    n_gaps: int
    window: str | None = None
    taken: str = ""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.sample_rate

    def spectrum(self, padding: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return frequencies in hertz and the amplitude at each, in the unit of the samples.

        Scaled so that a tone of amplitude A between two bins too far from others peaks near A.
        """
        n = len(self.samples)
        taper = get_window(self.window or "boxcar", n)
        transform = np.fft.rfft((self.samples - self.samples.mean()) * taper, padding * n)
        return np.fft.rfftfreq(padding * n, 1 / self.sample_rate), 2 * np.abs(transform) / taper.sum()


def read_part(
    path: Path,
    sample_rate: float | None,
    start: float,
    length: float | None,
    window: str | None,
    dialect: Dialect = UNSAID,
) -> Part:
    """Return a part of a file, gaps filled, or raise a ValueError that says what to do."""
    found = read_samples(path, dialect)
    rate = found.rate if sample_rate is None else sample_rate
    if rate is None:
        raise ValueError(
            f"{path}: a {path.suffix[1:].upper()} file has no sample rate, give one with --sample-rate HZ"
        )
    if not 0 < rate < np.inf:
        raise ValueError(f"{path}: the sample rate must be a positive number of hertz, got {rate:g}")
    filled, n_gaps = without_gaps(str(path), _cut(path, found.values, rate, start, length))
    check_array(str(path), filled[None], 2)
    if np.abs(filled).max() > LARGEST:
        raise ValueError(
            f"{path}: samples must lie from {-LARGEST:g} to {LARGEST:g}, else squares overflow"
        )
    if not np.ptp(filled):
        raise ValueError(f"{path}: this part is constant, {filled[0]:g}, and has no frequency")
    if window is not None:
        try:
            get_window(window, FEWEST)
        except ValueError:
            raise ValueError(
                f"--window must be a window of scipy.signal.get_window that needs no number, hann or "
                f"blackman for instance, got {window!r}"
            ) from None
    return Part(path.name, filled, rate, start, n_gaps, window, found.taken)


def _cut(path: Path, values: np.ndarray, rate: float, start: float, length: float | None) -> np.ndarray:
    seconds = len(values) / rate
    if not 0 <= start < seconds:
        raise ValueError(
            f"{path}: --start must lie inside the recording, 0 to {seconds:g} s, got {start:g}"
        )
    first = round(start * rate)
    last = len(values) if length is None else min(len(values), first + max(1, round(length * rate)))
    n = last - first
    if n < FEWEST:
        raise ValueError(f"{path}: a fit needs at least {FEWEST} samples, this part has {n}")
    if n > MOST:
        raise ValueError(
            f"{path}: this part has {n} samples, {MOST} are the most: choose a part with --start and "
            f"--length, {MOST / rate:.4g} s at most"
        )
    return values[first:last]
