"""The command line of `dspvnn estimate` (and python -m dspvnn.estimate)."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from dspvnn.command_line import Debug, package_version, run_command
from dspvnn.command_line.options import Count, Hertz, NamedPath, Pair, Positive, Real, Whole

estimate_app = App(
    name="dspvnn estimate",
    help="Estimate the frequency of a recording: its strongest tone, or the fundamental of its harmonics.",
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
    channel: Count = 1,
    detrend: Whole | None = None,
    band: Pair | None = None,
    window: str | None = None,
    track: Positive | None = None,
    track_file: NamedPath | None = None,
    nets: Annotated[bool, _FLAG] = False,
    unit: str = "Hz",
    figure: NamedPath | None = None,
    json: Annotated[bool, _FLAG] = False,
    device: Literal["auto", "cpu", "cuda", "onnx"] = "auto",
    debug: Debug = False,
) -> None:
    """Print the frequency of a recording, what speaks against its error bar, and what every estimator says.

    Parameters
    ----------
    file
        WAV, FLAC, OGG, MP3 or NPY (one channel), or CSV (one column).
    sample_rate
        In hertz; only CSV and NPY files do not know their own.
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
    channel
        Which one is read, from 1.
    detrend
        The degree of a polynomial in time that is subtracted first, 0 to 10.
    band
        Two frequencies in hertz: the tone, or the fundamental, is looked for between them.
    window
        A taper for the spectrum and for the FFT peaks that may have one: hann, hamming,
        blackman, flattop or another of scipy.signal.get_window.
    track
        Follow the frequency: the length of a window in seconds; windows overlap by half.
    track_file
        Write the track into this file: .csv.
    nets
        Ask the trained nets, too, which takes some seconds more.
    unit
        What the frequencies are in, where the sample rate is not in hertz: 1/year, say.
    figure
        Draw spectrum and fit into this file: .png, .svg or .pdf.
    json
        Print JSON in place of the table.
    device
        Where the nets run: auto takes CUDA when there is one.
    """
    from dspvnn.recordings.command import Wanted, estimate_file
    from dspvnn.recordings.csv_readings import Dialect
    from dspvnn.recordings.part import Selection

    selection = Selection(start, length, channel, detrend, band, window)
    wanted = Wanted(track, track_file, figure, json, nets, device, unit)
    estimate_file(file, sample_rate, selection, Dialect.of(decimal, delimiter, column), wanted)


if __name__ == "__main__":
    run_command(estimate_app)
