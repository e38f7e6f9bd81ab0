"""What `dspvnn estimate` does, from its arguments to the answer, the table, the JSON and the figure."""

import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from dspvnn.command_line import one_line
from dspvnn.recordings.answer import Answer, answer
from dspvnn.recordings.csv_readings import UNSAID, Dialect
from dspvnn.recordings.estimates import Estimate, Fit, estimate_part
from dspvnn.recordings.part import Part, Selection, read_part
from dspvnn.recordings.track import Track, save_track, track
from dspvnn.results.displayable import printable

FORMATS = (".png", ".svg", ".pdf")


@dataclass(frozen=True)
class Wanted:
    """What is to be made of a recording: `dspvnn.recordings.__main__` says what each option means."""

    track: float | None = None
    track_file: Path | None = None
    figure: Path | None = None
    as_json: bool = False
    nets: bool = False
    device: str = "auto"
    unit: str = "Hz"

    def check(self) -> None:
        """Refuse what cannot be written, before any work is done."""
        if self.figure is not None:
            _check_figure(self.figure)
        if self.track_file is not None:
            if self.track is None:
                raise ValueError("--track-file needs --track SECONDS, the length of a window")
            _check_track_file(self.track_file)


def estimate_file(
    path: Path, sample_rate: float | None, selection: Selection, dialect: Dialect, wanted: Wanted
) -> None:
    """Check everything that can be checked first, then estimate, then print and draw."""
    wanted.check()
    if dialect != UNSAID and path.suffix.lower() != ".csv":
        raise ValueError(f"--column, --delimiter and --decimal are for CSV files, got {path}")
    part = read_part(path, sample_rate, selection, dialect)
    followed = None if wanted.track is None else track(part, wanted.track)
    found = answer(part)
    with _progress() as progress:
        estimates, fit = estimate_part(part, wanted.nets, wanted.device, progress)
    if wanted.figure is not None:
        from dspvnn.recordings.picture import draw, save  # matplotlib takes a second

        save(draw(part, estimates, fit, followed, wanted.unit), wanted.figure)
    if wanted.track_file is not None and followed is not None:
        save_track(followed, wanted.track_file, wanted.unit)
    if wanted.as_json:
        print(json.dumps(_as_dict(part, found, estimates, fit, followed, wanted.unit), indent=1))
    else:
        _print(part, found, estimates, fit, followed, wanted)


def _check_track_file(path: Path) -> None:
    if path.suffix.lower() != ".csv":
        raise ValueError(f"--track-file must end in .csv, got {path.name!r}")
    _check_folder("--track-file", path)
    if path.exists() and not (path.is_file() and path.read_bytes().startswith(b"time (s),frequency (")):
        raise ValueError(
            f"{path}: this file is there and is no track of dspvnn's: name another --track-file"
        )


def _check_folder(option: str, path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise ValueError(f"{option} must lie in a folder that is there, got {str(path)!r}")
    if not os.access(path.absolute().parent, os.W_OK):
        raise ValueError(f"{option} must lie in a folder that can be written, got {str(path)!r}")


def _check_figure(path: Path) -> None:
    """Refuse a path that cannot be written, and a file that is no figure: only figures are written over."""
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"--figure must end in {', '.join(FORMATS)}, got {path.name!r}")
    _check_folder("--figure", path)
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


def _as_dict(
    part: Part, found: Answer, estimates: Sequence[Estimate], fit: Fit, followed: Track | None, unit: str
) -> dict[str, Any]:
    about = {
        "file": part.name, "sample_rate": part.sample_rate, "start": part.start,
        "n_samples": len(part.samples), "n_gaps": part.n_gaps, "taken": part.taken, "window": part.window,
        "band": part.band, "unit": unit, "answer": asdict(found),
        "estimates": [asdict(e) for e in estimates], "fit": asdict(fit),
    }  # fmt: skip
    if followed is not None:
        about["track"] = {name: values.tolist() for name, values in vars(followed).items()}
    return _without_nan(about)


def _without_nan(value: Any) -> Any:
    """Return `value` with null for what is no finite number: JSON knows neither NaN nor infinity."""
    if isinstance(value, dict):
        return {k: _without_nan(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print(
    part: Part,
    found: Answer,
    estimates: Sequence[Estimate],
    fit: Fit,
    followed: Track | None,
    wanted: Wanted,
) -> None:
    console = Console(highlight=False, markup=False, emoji=False)  # a file's name is no markup
    unit = printable(wanted.unit)
    for line in (*_heading(part), *_verdict(found, unit)):
        console.print(line, soft_wrap=True)
    console.print(_table(estimates, fit, unit))
    for why, labels in _silent(estimates).items():
        console.print(one_line(f"Not in the table: {', '.join(labels)} ({why})."), soft_wrap=True)
    console.print(
        f"Sine fit: amplitude {with_digits(fit.amplitude, fit.errors['amplitude'])}, phase "
        f"{with_digits(fit.phase, fit.errors['phase'])} rad, offset "
        f"{with_digits(fit.offset, fit.errors['offset'])}, SNR {fit.snr_db:.1f} dB. A bin is "
        f"{part.sample_rate / len(part.samples):.3g} {unit}. The standard errors of the table hold for one "
        "steady tone in white noise.",
        soft_wrap=True,
    )
    if followed is not None:
        low, high = followed.frequency.min(), followed.frequency.max()
        console.print(
            f"Track: {len(followed.time)} windows of {wanted.track:g} s, from {low:.6g} to {high:.6g} "
            f"{unit}, {np.median(followed.frequency):.6g} in the middle.",
            soft_wrap=True,
        )
    for path in (wanted.track_file, wanted.figure):
        if path is not None:
            console.print(printable(str(path)), soft_wrap=True)


def _heading(part: Part) -> Iterator[str]:
    yield (
        f"{printable(part.name)}: {len(part.samples)} samples, {part.seconds:.4g} s from {part.start:g} s "
        f"at {part.sample_rate:g} Hz" + (f", {part.n_gaps} gaps filled" if part.n_gaps else "")
    )
    if part.taken:
        yield one_line(part.taken)


def _verdict(found: Answer, unit: str) -> Iterator[str]:
    """Yield the answer, and a line for every assumption that does not hold."""
    if math.isfinite(found.standard_error):
        error = f"{found.standard_error:.2g}"
        value = with_digits(found.frequency, found.standard_error)
        yield f"{value} +- {error} {unit} ({found.method}, standard error)"
    else:
        yield f"{found.frequency:.4g} {unit} ({found.method}); no error bar, for the reason below"
    if not found.findings:
        yield "Nothing was found that speaks against one steady tone in white noise."
    for finding in found.findings:
        yield f"- {finding.sentence}"


def _silent(estimates: Sequence[Estimate]) -> dict[str, list[str]]:
    """Return who does not answer, by the reason."""
    reasons: dict[str, list[str]] = {}
    for e in estimates:
        if e.note:
            reasons.setdefault(e.note, []).append(e.estimator)
    return reasons


def _table(estimates: Sequence[Estimate], fit: Fit, unit: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Estimator")
    table.add_column(f"Frequency ({unit})", justify="right")
    table.add_column(f"Standard error ({unit})", justify="right")
    for e in (e for e in estimates if not e.note):
        error = f"{e.standard_error:.2g}" if math.isfinite(e.standard_error) else "-"
        table.add_row(e.estimator, with_digits(e.frequency, fit.errors["frequency"]), error)
    return table


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
