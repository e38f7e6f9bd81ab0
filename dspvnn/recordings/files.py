"""Files that hold a series of samples: WAV, FLAC, CSV and NPY."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np

Samples = tuple[np.ndarray, float | None]


def read_samples(path: Path) -> Samples:
    """Return the samples of a file, ``(n_samples,)``, and its own sample rate in hertz, if it has one.

    WAV and FLAC: the first channel; CSV, with commas, semicolons or tabs: the last column, one header line
    is skipped, what is no number is NaN; NPY: ``(n_samples,)``, or of ``(n_samples, n_channels)`` the first
    channel. Values are as in the
    file; FLAC's are scaled to -1 ... 1.

    Raises
    ------
    ValueError
        In one line, when the file is missing, of another kind, or cannot be read.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such recording")
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise ValueError(
            f"{path}: a recording must be a {', '.join([*READERS][:-1])} or {[*READERS][-1]} file, "
            f"got {path.suffix or 'no suffix'!r}"
        )
    try:
        values, rate = READERS[suffix](path)
    except ModuleNotFoundError as error:
        raise ValueError(f"{path}: {error}") from None
    except Exception as error:
        line = " ".join(str(error).split())
        raise ValueError(f"{path}: not a readable {suffix[1:].upper()} file: {line}") from error
    return values, rate


def _first_channel(samples: np.ndarray) -> np.ndarray:
    if samples.dtype.kind not in "biuf" or samples.ndim not in (1, 2) or samples.size == 0:
        raise ValueError(
            "samples must be real numbers, (n_samples,) or (n_samples, n_channels), "
            f"got {samples.dtype} of shape {samples.shape}"
        )
    return np.asarray(samples, dtype=float).reshape(len(samples), -1)[:, 0]


def _wav(path: Path) -> Samples:
    from scipy.io import wavfile

    rate, samples = wavfile.read(path)
    return _first_channel(samples), float(rate)


def _flac(path: Path) -> Samples:
    try:
        import soundfile
    except ImportError:
        raise ModuleNotFoundError(
            "FLAC needs the package soundfile: pip install 'dspvnn[audio]', or save it as WAV"
        ) from None
    samples, rate = soundfile.read(path)
    return _first_channel(samples), float(rate)


def _csv(path: Path) -> Samples:
    import pandas as pd

    text = path.read_text(encoding="utf-8-sig")
    separator, decimal = _dialect(text)
    column = pd.read_csv(StringIO(text), header=None, comment="#", sep=separator).iloc[:, -1]
    if decimal == ",":
        column = column.astype(str).str.replace(",", ".")
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    header = isinstance(column.iloc[0], str) and np.isnan(numbers[0])
    return (numbers[1:] if header else numbers), None


def _dialect(text: str) -> tuple[str, str]:
    """Return separator and decimal sign: a semicolon or a tab leaves the comma to the numbers."""
    body = "\n".join([line for line in text.splitlines() if not line.startswith("#")][1:])  # no header
    separator = next((sign for sign in ";\t" if sign in body), ",")
    return separator, "," if separator != "," and "," in body and "." not in body else "."


def _npy(path: Path) -> Samples:
    return _first_channel(np.load(path, allow_pickle=False)), None


READERS: dict[str, Callable[[Path], Samples]] = {".wav": _wav, ".flac": _flac, ".csv": _csv, ".npy": _npy}
