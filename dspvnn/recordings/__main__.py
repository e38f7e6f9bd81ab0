"""The command line of `dspvnn estimate` (and python -m dspvnn.estimate)."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from dspvnn.command_line import Debug, package_version, run_command
from dspvnn.command_line.options import Hertz, NamedPath, Positive, Real

estimate_app = App(
    name="dspvnn estimate",
    help="Estimate the frequency of the strongest tone in a recording with every estimator there is.",
    version_flags=["--version"],
    version=package_version,
)
_FLAG = Parameter(negative=())


@estimate_app.default
def estimate(
    file: Path,
    /,
    *,
    sample_rate: Hertz | None = None,
    start: Real = 0.0,
    length: Positive | None = None,
    column: str | None = None,
    delimiter: str | None = None,
    decimal: Literal[".", ","] | None = None,
    window: str | None = None,
    figure: NamedPath | None = None,
    json: Annotated[bool, _FLAG] = False,
    device: Literal["auto", "cpu", "cuda", "onnx"] = "auto",
    debug: Debug = False,
) -> None:
    """Print every estimator's frequency, with its standard error where it has one.

    Parameters
    ----------
    file
        WAV or FLAC (first channel), CSV (one column) or NPY.
    sample_rate
        In hertz; WAV and FLAC files know their own.
    start
        Where the part that is used begins, in seconds.
    length
        How long it is, in seconds; to the end by default.
    column
        Of a CSV file: the number of the column, from 1, or its name; the last one with numbers by default.
    delimiter
        Of a CSV file, where it does not say so itself: comma, semicolon, tab, space, pipe, none (one
        column) or any other sign.
    decimal
        The decimal sign of a CSV file, where it does not say so itself.
    window
        A taper for the spectrum and for the FFT peaks that may have one: hann, hamming,
        blackman, flattop or another of scipy.signal.get_window.
    figure
        Draw spectrum and fit into this file: .png, .svg or .pdf.
    json
        Print JSON in place of the table.
    device
        Where the nets run: auto takes CUDA when there is one.
    """
    from dspvnn.recordings.command import estimate_file
    from dspvnn.recordings.csv_readings import Dialect

    dialect = Dialect.of(decimal, delimiter, column)
    estimate_file(file, sample_rate, start, length, dialect, window, figure, json, device)


if __name__ == "__main__":
    run_command(estimate_app)
