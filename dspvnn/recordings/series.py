"""Recorded series whose dominant frequency is known, cut into windows for the tone estimators.

The yearly cycle (one cycle a year) of two series that ship with statsmodels: atmospheric CO2 at Mauna
Loa, weekly 1958 to 2001, and the sea-surface temperature of the El Niño region, monthly 1950 to 2010.
What was done to each is said in its `handling`. Any WAV, FLAC, CSV or NPY file can stand beside them.

Their noise is not white and their cycle no pure tone, so the limit given is the Cramér-Rao bound as if the
rest of the signal were white noise: a yardstick here, not a bound.
"""

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dspvnn.estimator import EstimationWarning, check_array
from dspvnn.limits import tone_bound
from dspvnn.measure.compare import LARGEST_LOSS, Contestant
from dspvnn.measure.statistics import median_interval, ratio_of, rms_interval
from dspvnn.recordings.csv_readings import UNSAID, Dialect
from dspvnn.recordings.files import RecordingWarning, read_samples
from dspvnn.results.rows import Row
from dspvnn.signals.gaps import fill_gaps
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Trials
from dspvnn.tasks.tone import TASK

DAYS_A_YEAR = 365.2425
WINDOW = TASK.training.n_samples
MOST_WINDOWS = 1000
MANY_MISSING, MOST_MISSING = 0.1, 0.5  # shares of the samples


@dataclass(frozen=True)
class Recording:
    """Windows ``(n_windows, n_samples)`` of one series; `truth` in the unit of `sample_rate`, or None."""

    name: str
    windows: np.ndarray
    sample_rate: float
    unit: str
    truth: float | None
    handling: str

    @property
    def digest(self) -> str:
        """A hash of all that an answer to the recording depends on."""
        about = repr((self.windows.shape, self.sample_rate, self.unit, self.truth)).encode()
        return hashlib.sha256(about + self.windows.tobytes()).hexdigest()


def shipped_recordings() -> list[Recording]:
    """Return the series that ship with statsmodels."""
    from statsmodels.datasets import co2, elnino

    weekly = co2.load_pandas().data["co2"]
    monthly = weekly.resample("MS").mean()
    sea = elnino.load_pandas().data.drop(columns="YEAR").to_numpy(dtype=float).ravel()
    return [
        _series("CO2, weekly", weekly.to_numpy(), DAYS_A_YEAR / 7, degree=3),
        _series("CO2, monthly", monthly.to_numpy(), 12.0, degree=3),
        _series("El Niño, monthly", sea, 12.0, degree=0),
    ]


def _series(name: str, values: np.ndarray, sample_rate: float, degree: int) -> Recording:
    filled, n_gaps = without_gaps(name, values)
    time = np.linspace(-1, 1, len(filled))
    trend = np.polynomial.Polynomial.fit(time, filled, degree)(time)
    done = f"{len(filled)} samples; {n_gaps} gaps filled by linear interpolation; " + (
        f"trend of degree {degree} over the whole series removed" if degree else "mean removed"
    )
    return Recording(name, windows(filled - trend), sample_rate, "cycles/year", 1.0, done)


def without_gaps(name: str, values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return `values` with every NaN interpolated linearly, and how many there were.

    More than a tenth of the samples missing is a `RecordingWarning`, more than half a ValueError: what is
    interpolated has other frequencies than what was measured.
    """
    values = np.asarray(values, dtype=float)
    n_gaps, n = int(np.isnan(values).sum()), len(values)
    if n_gaps == n:
        raise ValueError(f"{name}: a recording needs at least one number, got none")
    missing = f"{name}: {n_gaps} of {n} samples are missing or no numbers"
    if n_gaps > MOST_MISSING * n:
        raise ValueError(f"{missing}, more than half: nothing can be said of its frequency")
    if n_gaps > MANY_MISSING * n:
        warnings.warn(f"{missing} and are interpolated", RecordingWarning, stacklevel=2)
    return fill_gaps(values[None])[0], n_gaps


def windows(values: np.ndarray, length: int = WINDOW) -> np.ndarray:
    """Return the series cut into windows side by side; what is left at the end is not used."""
    n = min(len(values) // length, MOST_WINDOWS)
    if n == 0:
        raise ValueError(f"a recording needs at least {length} samples, got {len(values)}")
    return values[: n * length].reshape(n, length)


def read_recording(
    path: Path, sample_rate: float | None, truth: float | None, dialect: Dialect = UNSAID
) -> Recording:
    """Return a file in windows; `dspvnn.recordings.files` says which kinds there are.

    Raises
    ------
    ValueError
        When the file cannot be read as such, is too short, or has no sample rate.
    """
    found = read_samples(path, dialect)
    rate = found.rate if sample_rate is None else sample_rate
    if rate is None:
        kind = path.suffix[1:].upper()
        raise ValueError(f"{path}: a {kind} file has no sample rate, give one with --sample-rate HZ")
    if not 0 < rate < np.inf or (truth is not None and not 0 < truth < rate / 2):
        raise ValueError(
            f"{path}: sample rate and truth must satisfy 0 < truth < sample rate / 2, "
            f"got truth {truth} at {rate:g} Hz"
        )
    used = found.values[: MOST_WINDOWS * WINDOW]  # more is not read
    filled, n_gaps = without_gaps(str(path), used)
    try:
        cut = windows(filled)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    cut = check_array(str(path), cut, 2)
    if not np.ptp(cut, axis=1).any():
        raise ValueError(f"{path}: the recording is constant, {cut[0, 0]:g}, and has no frequency")
    done = (
        f"{len(found.values)} samples at {rate:g} Hz; {n_gaps} gaps filled by linear interpolation; "
        f"{len(cut)} windows of {WINDOW} used" + (f"; {found.taken}" if found.taken else "")
    )
    return Recording(path.name, cut, rate, "Hz", truth, done)


def compare_recording(recording: Recording, contestants: Iterable[Contestant], seed: int) -> list[Row]:
    """Return one row an estimator: rms error where the truth is known, else the median frequency."""
    training = TASK.draw(stream(seed, "train", TASK.name, recording.name), TASK.n_training, TASK.training)
    limit = _white_noise_bound(recording)
    return [_row(recording, contestant, training, limit, seed) for contestant in contestants]


def _row(
    recording: Recording, contestant: Contestant, training: Trials, limit: np.ndarray | None, seed: int
) -> Row:
    estimator = contestant.fitted(training)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EstimationWarning)  # counted in n_failed instead
        estimates = estimator.predict(recording.windows)
    with np.errstate(over="ignore", invalid="ignore"):
        failed = ~(estimates**2 <= LARGEST_LOSS)
    estimates = np.where(failed, np.mean(training.target), estimates) * recording.sample_rate
    scored: dict[str, Any]
    if recording.truth is None:
        middle, low, high = median_interval(estimates)
        scored = {"metric": "median frequency", "value": middle, "ci_low": low, "ci_high": high}
    else:
        value, low, high = rms_interval(estimates - recording.truth)
        scored = {"metric": "frequency rmse", "value": value, "ci_low": low, "ci_high": high}
        if limit is not None:
            scored |= ratio_of(value, low, high, float(np.sqrt(np.mean(limit))))
    return Row(
        task=TASK.name, condition=recording.name, region="recorded", snr_db=np.nan,
        **contestant.named, kind=estimator.kind, unit=recording.unit,
        n_signals=len(estimates), n_failed=int(failed.sum()),
        side_information=estimator.side_information, seed=seed,
        error=getattr(estimator, "error", ""), note=getattr(estimator, "note", ""), **scored,
    )  # fmt: skip


def _white_noise_bound(recording: Recording) -> np.ndarray | None:
    """Return per window the bound on the frequency's variance, in the recording's unit."""
    if recording.truth is None:
        return None
    frequency = recording.truth / recording.sample_rate
    n = recording.windows.shape[1]
    angle = 2 * np.pi * frequency * np.arange(n)
    design = np.stack([np.cos(angle), np.sin(angle), np.ones(n)], axis=1)
    solution, squares, *_ = np.linalg.lstsq(design, recording.windows.T, rcond=None)
    amplitude = np.hypot(solution[0], solution[1])
    std = np.sqrt(squares / (n - 4))
    if not np.all((std > 0) & (amplitude > 0)):
        return None
    phase = np.arctan2(-solution[1], solution[0])
    bound = tone_bound(n, np.full(len(std), frequency), phase, amplitude, std)
    return bound["frequency"] * recording.sample_rate**2
