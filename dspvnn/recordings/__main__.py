"""The command line of `dspvnn estimate` (and python -m dspvnn.estimate)."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from dspvnn.command_line import package_version, run_command

estimate_app = App(
    name="dspvnn estimate",
    help="Estimate the frequency of the strongest tone in a recording with every estimator there is.",
    version_flags=["--version"],
    version=package_version,
    suppress_keyboard_interrupt=False,
)
_FLAG = Parameter(negative=())


@estimate_app.default
def estimate(
    file: Path,
    /,
    *,
    sample_rate: float | None = None,
    start: float = 0.0,
    length: float | None = None,
    window: str | None = None,
    figure: Path | None = None,
    json: Annotated[bool, _FLAG] = False,
    device: Literal["auto", "cpu", "cuda", "onnx"] = "auto",
    debug: Annotated[bool, _FLAG] = False,
) -> None:
    """Print every estimator's frequency, with its standard error where it has one.

    Parameters
    ----------
    file
        WAV or FLAC (first channel), CSV (last column) or NPY.
    sample_rate
        In hertz; WAV and FLAC files know their own.
    start
        Where the part that is used begins, in seconds.
    length
        How long it is, in seconds; to the end by default.
    window
        A taper for the spectrum and for the FFT peaks that may have one: hann, hamming,
        blackman, flattop or another of scipy.signal.get_window.
    figure
        Draw spectrum and fit into this file: .png, .svg or .pdf.
    json
        Print JSON in place of the table.
    device
        Where the nets run: auto takes CUDA when there is one.
    debug
        Show the trace of an error.
    """
    from dspvnn.recordings.command import estimate_file

    estimate_file(file, sample_rate, start, length, window, figure, json, device)


if __name__ == "__main__":
    run_command(estimate_app)
