"""What a comparison leaves on disk: tidy rows in results.csv, how they were made in run.json."""

import csv
import json
import math
from collections.abc import Iterable
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from statistics import NormalDist
from typing import Any

from dspvnn.results.displayable import printable
from dspvnn.results.side_information import SideInformation, as_side_information, in_words


@dataclass(frozen=True)
class Row:
    """One number of the comparison, with its 95 % interval, its limit and where it comes from.

    value, ci_low, ci_high and limit are in `unit`; runtime rows have quartiles for an interval. A limit of
    0 has no ratio. side_information: what the estimator had been given besides the signal. position: the
    place of the condition on the axis of its sweep. reference, compared, p_value, p_adjusted: of a paired
    comparison (`dspvnn.measure.paired`), with which estimator, by which metric, and its p-value before and
    after Holm's adjustment (`dspvnn.results.ahead`). error:
    what an estimator of the user's own raised; its value is then that of the training mean.
    entry, training_seed: the estimator's name in the line-up and, of a net, the seed of its training;
    `estimator` is what is shown of the two. seed: of the test signals. device: where a net was trained.
    note: what has to be said of an estimator although it was scored as any other, or of a case's variant.
    """

    task: str
    condition: str
    region: str
    snr_db: float
    estimator: str
    kind: str
    metric: str
    unit: str
    value: float
    ci_low: float
    ci_high: float
    n_signals: int
    limit: float = math.nan
    ratio_to_limit: float = math.nan
    ratio_low: float = math.nan
    ratio_high: float = math.nan
    n_failed: int = 0
    side_information: frozenset[SideInformation] = frozenset()
    reference: str = ""
    compared: str = ""
    seed: int = 0
    sweep: str = ""
    position: float = math.nan
    p_value: float = math.nan
    p_adjusted: float = math.nan
    error: str = ""
    note: str = ""
    entry: str = ""
    training_seed: int | None = None
    device: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "entry", self.entry or self.estimator)


CONFIDENCE = 0.95  # of every interval
ROUNDING = 1e-12  # a limit below it is the rounding of float64: a ratio to it says nothing


def median_training(rows: Iterable[Row], column: str = "value") -> Row:
    """Return, of the trainings of an estimator, the row that has the median of a column.

    Of an even number of rows it is the lower of the two in the middle, so that it is one that was measured.
    """
    ordered = sorted(rows, key=lambda row: getattr(row, column))
    return ordered[(len(ordered) - 1) // 2]


def beaten(rows: Iterable[Row]) -> list[Row]:
    """Return the rows whose ratio to the limit lies below 1 beyond its interval: a bug or a leak.

    Of one row that is ``ratio_high < 1``. An estimator at its limit does that by chance once in 40, so
    for many rows the intervals are widened, as normal ones, to hold at 95 % for all of them together
    (Bonferroni). Recordings, whose limit rests on an estimated noise level, and limits that are
    rounding or unknown are left out.
    """
    held = [
        r for r in rows if r.region != "recorded" and r.limit > ROUNDING and math.isfinite(r.ratio_high)
    ]
    if not held:
        return []
    tail = (1 - CONFIDENCE) / 2
    wider = NormalDist().inv_cdf(1 - tail / len(held)) / NormalDist().inv_cdf(1 - tail)
    bound = 1 - 1e-9  # two routes to the limit itself differ by rounding
    return [r for r in held if r.ratio_to_limit + wider * (r.ratio_high - r.ratio_to_limit) < bound]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as CSV, in UTF-8; a number that does not exist is an empty field."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(Row)], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: _field(v) for k, v in asdict(row).items()})


def _field(value: Any) -> Any:
    """Return a value as a CSV field: text without characters that a CSV file cannot hold."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, frozenset):
        return in_words(value)
    return "" if isinstance(value, float) and math.isnan(value) else value


def read_rows(path: Path) -> list[Row]:
    """Read what `write_rows` wrote; a column that came later than the file has its default."""
    parse: dict[Any, Any] = {
        int: int,
        str: str,
        int | None: lambda v: int(v) if v else None,
        float: lambda v: float(v) if v else math.nan,
        frozenset[SideInformation]: lambda v: as_side_information(v.split(", ") if v else ()),
    }
    every = {f.name for f in fields(Row)}
    needed = {f.name for f in fields(Row) if f.default is MISSING}
    with path.open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        found = set(table.fieldnames or ())
        if not needed <= found <= every:
            raise ValueError(f"{path}: the columns must be {[f.name for f in fields(Row)]}")
        here = [f for f in fields(Row) if f.name in found]
        return [Row(**{f.name: parse[f.type](line[f.name]) for f in here}) for line in table]


def write_run(path: Path, run: dict[str, Any]) -> None:
    """Write how the rows were made."""
    path.write_text(json.dumps(run, indent=1, sort_keys=True) + "\n")


def read_run(path: Path) -> dict[str, Any]:
    """Read what `write_run` wrote."""
    run: dict[str, Any] = json.loads(path.read_text())
    return run
