"""What `dspvnn estimate` does, from its arguments to the table, the JSON and the figure."""

import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dspvnn.command_line import one_line
from dspvnn.recordings.csv_readings import UNSAID, Dialect
from dspvnn.recordings.estimates import Estimate, Fit, estimate_part
from dspvnn.recordings.part import Part, read_part
from dspvnn.recordings.picture import draw, save
from dspvnn.results.displayable import printable

FORMATS = (".png", ".svg", ".pdf")


def estimate_file(
    path: Path,
    sample_rate: float | None,
    start: float,
    length: float | None,
    dialect: Dialect,
    window: str | None,
    figure: Path | None,
    as_json: bool,
    device: str,
) -> None:
    """Check everything that can be checked first, then estimate, then print and draw."""
    if figure is not None:
        _check_figure(figure)
    if dialect != UNSAID and path.suffix.lower() != ".csv":
        raise ValueError(f"--column, --delimiter and --decimal are for CSV files, got {path}")
    part = read_part(path, sample_rate, start, length, window, dialect)
    with _progress() as progress:
        estimates, fit = estimate_part(part, device, progress)
    if figure is not None:
        save(draw(part, estimates, fit), figure)
    if as_json:
        print(json.dumps(_as_dict(part, estimates, fit), indent=1))
    else:
        _print(part, estimates, fit, figure)


def _check_figure(path: Path) -> None:
    """Refuse a path that cannot be written, and a file that is no figure: only figures are written over."""
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"--figure must end in {', '.join(FORMATS)}, got {path.name!r}")
    if not path.absolute().parent.is_dir():
        raise ValueError(f"--figure must lie in a folder that is there, got {str(path)!r}")
    if not os.access(path.absolute().parent, os.W_OK):
        raise ValueError(f"--figure must lie in a folder that can be written, got {str(path)!r}")
    if path.exists() and not path.is_file():
        raise ValueError(f"--figure must be a file, and {path} is not one")
    if path.exists() and b"Matplotlib" not in path.read_bytes():  # it signs every figure that it draws
        raise ValueError(f"{path}: this file is there and is no figure of dspvnn's: name another --figure")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a progress function: one line with the time left, quiet when not a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done / total)

        yield progress


def _as_dict(part: Part, estimates: Sequence[Estimate], fit: Fit) -> dict[str, Any]:
    found = {
        "file": part.name, "sample_rate": part.sample_rate, "start": part.start,
        "n_samples": len(part.samples), "n_gaps": part.n_gaps, "taken": part.taken, "window": part.window,
        "unit": "Hz",
        "estimates": [asdict(e) for e in estimates], "fit": asdict(fit),
    }  # fmt: skip
    return _without_nan(found)


def _without_nan(value: Any) -> Any:
    """Return `value` with null for what is no finite number: JSON knows neither NaN nor infinity."""
    if isinstance(value, dict):
        return {k: _without_nan(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_without_nan(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print(part: Part, estimates: Sequence[Estimate], fit: Fit, figure: Path | None) -> None:
    console = Console(highlight=False, markup=False, emoji=False)  # a file's name is no markup
    console.print(
        f"{printable(part.name)}: {len(part.samples)} samples, {part.seconds:.4g} s from {part.start:g} s "
        f"at {part.sample_rate:g} Hz" + (f", {part.n_gaps} gaps filled" if part.n_gaps else ""),
        soft_wrap=True,
    )
    if part.taken:
        console.print(one_line(part.taken), soft_wrap=True)
    resolution = part.sample_rate / len(part.samples)
    table = Table(box=None, pad_edge=False)
    table.add_column("Estimator")
    table.add_column("Frequency (Hz)", justify="right")
    table.add_column("Standard error (Hz)", justify="right")
    for e in estimates:
        error = f"{e.standard_error:.2g}" if math.isfinite(e.standard_error) else "-"
        table.add_row(e.estimator, with_digits(e.frequency, fit.errors["frequency"]), error)
    console.print(table)
    for e in estimates:
        if e.note:
            console.print(one_line(e.note), soft_wrap=True)
    console.print(
        f"Fit: amplitude {with_digits(fit.amplitude, fit.errors['amplitude'])}, phase "
        f"{with_digits(fit.phase, fit.errors['phase'])} rad, offset "
        f"{with_digits(fit.offset, fit.errors['offset'])}, SNR {fit.snr_db:.1f} dB. A bin is "
        f"{resolution:.3g} Hz. The standard error holds if what is left of the signal is white noise.",
        soft_wrap=True,
    )
    if figure is not None:
        console.print(printable(str(figure)), soft_wrap=True)


def with_digits(value: float, error: float) -> str:
    """Return a value to one digit beyond its standard error's first, six significant ones at least.

    >>> with_digits(50.0212345, 0.0013)
    '50.0212'
    >>> with_digits(50.0212345, 0.000013)
    '50.021234'
    """
    if not math.isfinite(value):
        return "-"
    digits = 6 if value == 0 else 5 - math.floor(math.log10(abs(value)))
    if 0 < error < math.inf:
        digits = max(digits, 1 - math.floor(math.log10(error)))
    return f"{value:.{min(max(digits, 0), 15)}f}"
