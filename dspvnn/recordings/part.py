"""The part of a recording that is looked at."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dspvnn.estimator import check_array
from dspvnn.recordings.csv_readings import UNSAID, Dialect
from dspvnn.recordings.files import read_samples
from dspvnn.recordings.series import without_gaps

LARGEST = 1e150
MOST_DEGREE = 10  # of a trend: a polynomial of a higher one follows the tone itself
FEWEST, MOST = 8, 2**20  # samples: what a fit needs, and what takes seconds and not minutes


@dataclass(frozen=True)
class Selection:
    """Which part of a recording is looked at, and how.

    start, length : in seconds; to the end where no length is given.
    channel : from 1.
    detrend : the degree of a polynomial that is subtracted first.
    band : (low, high) in hertz; the tone is looked for between them.
    window : a taper for the spectrum.
    """

    start: float = 0.0
    length: float | None = None
    channel: int = 1
    detrend: int | None = None
    band: tuple[float, float] | None = None
    window: str | None = None

    def check_band(self, sample_rate: float) -> None:
        """Refuse a band that is none, or lies outside what the sample rate allows."""
        if self.band is not None and not 0 <= self.band[0] < self.band[1] <= sample_rate / 2:
            raise ValueError(
                f"--band must satisfy 0 <= LOW < HIGH <= half the sample rate, {sample_rate / 2:g} Hz, "
                f"got {self.band[0]:g} {self.band[1]:g}"
            )


@dataclass(frozen=True)
class Part:
    """Samples of a recording from `start` on, in seconds; those that were missing are interpolated.

    missing : which ones were, ``(n_samples,)``.
    window, band : as in `Selection`.
    taken : which column of a CSV file it is, in words.
    """

    name: str
    samples: np.ndarray
    sample_rate: float
    start: float = 0.0
    missing: np.ndarray | None = None
    window: str | None = None
    band: tuple[float, float] | None = None
    taken: str = ""

    @property
    def n_gaps(self) -> int:
        """How many samples were missing."""
        return 0 if self.missing is None else int(self.missing.sum())

    @property
    def measured(self) -> np.ndarray:
        """The samples with NaN for the missing ones."""
        return self.samples if self.missing is None else np.where(self.missing, np.nan, self.samples)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.sample_rate

    def spectrum(self, padding: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return frequencies in hertz and the amplitude at each, in the unit of the samples.

        Scaled so that a tone of amplitude A between two bins too far from others peaks near A.
        """
        from scipy.signal import get_window  # a second to import

        n = len(self.samples)
        taper = get_window(self.window or "boxcar", n)
        transform = np.fft.rfft((self.samples - self.samples.mean()) * taper, padding * n)
        return np.fft.rfftfreq(padding * n, 1 / self.sample_rate), 2 * np.abs(transform) / taper.sum()


def read_part(
    path: Path, sample_rate: float | None, selection: Selection, dialect: Dialect = UNSAID
) -> Part:
    """Return a part of a file, gaps filled, or raise a ValueError that says what to do."""
    found = read_samples(path, dialect, selection.channel)
    rate = found.rate if sample_rate is None else sample_rate
    if rate is None:
        raise ValueError(
            f"{path}: a {path.suffix[1:].upper()} file has no sample rate, give one with --sample-rate HZ"
        )
    if not 0 < rate < np.inf:
        raise ValueError(f"{path}: the sample rate must be a positive number of hertz, got {rate:g}")
    selection.check_band(rate)
    cut = np.asarray(_cut(path, found.values, rate, selection.start, selection.length), float)
    filled, _ = without_gaps(str(path), cut)
    check_array(str(path), filled[None], 2)
    if np.abs(filled).max() > LARGEST:
        raise ValueError(
            f"{path}: samples must lie from {-LARGEST:g} to {LARGEST:g}, else squares overflow"
        )
    if not np.ptp(filled):
        raise ValueError(f"{path}: this part is constant, {filled[0]:g}, and has no frequency")
    if selection.detrend is not None:
        filled = _detrended(filled, selection.detrend)
    if selection.window is not None:
        from scipy.signal import get_window

        try:
            get_window(selection.window, FEWEST)
        except ValueError:
            raise ValueError(
                f"--window must be a window of scipy.signal.get_window that needs no number, hann or "
                f"blackman for instance, got {selection.window!r}"
            ) from None
    return Part(
        path.name,
        filled,
        rate,
        selection.start,
        np.isnan(cut),
        selection.window,
        selection.band,
        found.taken,
    )


def _detrended(samples: np.ndarray, degree: int) -> np.ndarray:
    if not 0 <= degree <= MOST_DEGREE:
        raise ValueError(f"--detrend must be a degree from 0 to {MOST_DEGREE}, got {degree}")
    time = np.linspace(-1, 1, len(samples))
    return samples - np.polynomial.Polynomial.fit(time, samples, degree)(time)


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
