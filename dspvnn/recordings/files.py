"""Files that hold a series of samples: WAV, FLAC, OGG, MP3, CSV and NPY."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dspvnn.recordings.csv_readings import UNSAID, Dialect, read_table
from dspvnn.recordings.text_lines import decoded, lines_of
from dspvnn.results.files import size_of

MOST_READ = 2**28  # bytes of a file that has to be read whole; samples of a compressed one


class RecordingWarning(UserWarning):
    """A recording can be read, and yet something is wrong with it."""


@dataclass(frozen=True)
class Samples:
    """A series as a file holds it.

    Attributes
    ----------
    values : array, ``(n_samples,)``
        Real numbers of any type, NaN for a missing one; of a WAV or NPY file they are read from the disk as
        they are used, so that a file may be larger than the memory.
    rate : float or None
        The sample rate in hertz that the file gives.
    taken : str
        Which column of a CSV file it is, and how it was read, in words.
    """

    values: np.ndarray
    rate: float | None = None
    taken: str = ""


def read_samples(path: Path, dialect: Dialect = UNSAID, channel: int = 1) -> Samples:
    """Return the samples of a file: of CSV one column, of the others one channel, counted from 1.

    NPY: ``(n_samples,)`` or ``(n_samples, n_channels)``. CSV: the last column that holds numbers, below any
    header, as `dspvnn.recordings.csv_readings` finds out or `dialect` says; what is no number there is NaN.
    Values are as in the file; those of FLAC, OGG and MP3 are scaled to -1 ... 1.

    Raises
    ------
    ValueError
        In one line, when the file is missing, of another kind, cannot be read, or is ambiguous.
    """
    try:
        size_of(path)
    except OSError as error:
        why = "no such recording" if isinstance(error, FileNotFoundError) else error.strerror
        raise ValueError(f"{path}: {why}") from None
    suffix = path.suffix.lower()
    if suffix == ".csv":
        if channel != 1:
            raise ValueError(f"{path}: a CSV file has columns: take --column in place of --channel")
        return _csv(path, dialect)
    if suffix not in READERS:
        got = path.suffix or "no suffix"
        raise ValueError(
            f"{path}: a recording must be a .wav, .flac, .ogg, .mp3, .csv or .npy file, got {got!r}"
        )
    try:
        found = READERS[suffix](path)
        return replace(found, values=_channel(found.values, channel))
    except ModuleNotFoundError as error:
        raise ValueError(f"{path}: {error}") from None
    except Exception as error:  # whatever a library makes of a damaged file
        raise ValueError(f"{path}: not a readable {suffix[1:].upper()} file: {error}") from error


def _csv(path: Path, dialect: Dialect) -> Samples:
    try:
        _check_readable(path)
        lines, named = lines_of(decoded(path.read_bytes()))
        if dialect.delimiter is None:
            dialect = replace(dialect, delimiter=named)
        values, taken = read_table(lines, dialect)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except Exception as error:
        raise ValueError(f"{path}: {error}") from error
    return Samples(values, taken=taken)


def _check_readable(path: Path) -> None:
    """Refuse a file that is too large to be read whole."""
    if (size := size_of(path)) > MOST_READ:
        raise ValueError(
            f"the file has {size / 1e6:.0f} MB, {MOST_READ / 1e6:.0f} are the most of a kind that is read "
            "whole: cut out a part, or save it as NPY"
        )


def _channel(samples: np.ndarray, channel: int) -> np.ndarray:
    if samples.dtype.kind not in "biuf" or samples.ndim not in (1, 2) or samples.size == 0:
        raise ValueError(
            "samples must be real numbers, (n_samples,) or (n_samples, n_channels), "
            f"got {samples.dtype} of shape {samples.shape}"
        )
    n_channels = 1 if samples.ndim == 1 else samples.shape[1]
    if not 1 <= channel <= n_channels:
        raise ValueError(f"--channel must be a number from 1 to {n_channels}, got {channel}")
    return samples if samples.ndim == 1 else samples[:, channel - 1]


def _wav(path: Path) -> Samples:
    from scipy.io import wavfile

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            rate, samples = wavfile.read(path, mmap=True)
        except ValueError as error:  # samples of 3 bytes, or a file that ends before its header says
            _check_readable(path)
            rate, samples = wavfile.read(path)
            if "3-byte container" in str(error):
                samples = samples >> 8  # SciPy multiplies them by 256
    if any("Reached EOF" in str(warning.message) for warning in said):
        warnings.warn(f"{path}: the file ends before its header says", RecordingWarning, stacklevel=2)
    return Samples(samples, float(rate))


def _compressed(path: Path) -> Samples:
    try:
        import soundfile
    except ImportError:
        raise ModuleNotFoundError(
            f"{path.suffix[1:].upper()} needs the package soundfile: pip install 'dspvnn[audio]', or save "
            "it as WAV"
        ) from None
    about = soundfile.info(path)
    if about.frames * about.channels > MOST_READ:
        raise ValueError(f"it has {about.frames} samples, {MOST_READ} are the most: cut out a part")
    samples, rate = soundfile.read(path)
    return Samples(samples, float(rate))


def _npy(path: Path) -> Samples:
    return Samples(np.lib.format.open_memmap(path, mode="r"))


READERS: dict[str, Callable[[Path], Samples]] = {
    ".wav": _wav,
    ".flac": _compressed,
    ".ogg": _compressed,
    ".mp3": _compressed,
    ".npy": _npy,
}
