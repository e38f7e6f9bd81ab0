"""What `python -m dspvnn.rates` does, from its arguments to two tables."""

import csv
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from dspvnn.command_line.progress import progress_line
from dspvnn.lineup import lineup
from dspvnn.measure.compare import Contestant
from dspvnn.rates.blocks import BLOCK, LIMIT, TASK
from dspvnn.rates.cost import DRAWING, hours, seconds_per_record
from dspvnn.rates.measure import Rate, measure_rates
from dspvnn.rates.rows import FALSE_ALARM_RATES, condition_named
from dspvnn.rates.tails import LEAST, levels
from dspvnn.results.files import write_whole
from dspvnn.results.folder import own_folder
from dspvnn.sweep import Shelf, Sweep

SOON = 60.0  # seconds: what takes longer is announced
UNITS = {"years": 31_557_600, "days": 86_400, "hours": 3600, "minutes": 60}
FAR = (1e-6, 1e-7)  # false-alarm rates that one machine does not reach: only their cost is shown


def measure(
    out: Path,
    n_noise: int,
    n_bursts: int,
    rates: Sequence[float] | None,
    detectors: Sequence[str] | None,
    condition_name: str,
    cores: int,
    seed: int,
    jobs: int,
    dask: str,
    device: str,
    resume: bool,
) -> None:
    """Check the arguments, measure rates and cost, write both tables."""
    if n_noise < LEAST / FALSE_ALARM_RATES[0]:
        raise ValueError(f"records must be at least {LEAST / FALSE_ALARM_RATES[0]:g}, got {n_noise}")
    condition, contestants = condition_named(condition_name), _chosen(detectors, device)
    wanted = rates or [rate for rate in FALSE_ALARM_RATES if n_noise * rate >= LEAST]
    n_records = n_bursts + max(level.n_noise for level in levels(wanted, n_noise, BLOCK))
    jobs = jobs or os.cpu_count() or 1
    with own_folder(out), Shelf(out / "cells", resume) as shelf, progress_line() as progress:
        always, seconds = _seconds(contestants, condition)
        _announce(n_records * (always + sum(seconds.values())), 1 if dask else jobs)
        sweep = Sweep(jobs, dask, shelf)
        found = measure_rates(contestants, condition, wanted, n_noise, n_bursts, seed, sweep, progress)
    cost = [_cost(label, s + always, cores) for label, s in seconds.items()]
    for name, table in (("rates", [asdict(r) for r in found]), ("cost", cost)):
        _write(out / f"{name}.csv", table)
    console = Console()
    console.width = max(console.width, 110)  # the tables need it; a pipe counts as 80 wide
    console.print(_rates_table(found))
    console.print(_cost_table(cost))


def _chosen(detectors: Sequence[str] | None, device: str) -> list[Contestant]:
    everyone = {c.label: c for c in lineup(TASK, device)}
    for label in detectors or ():
        if label not in everyone:
            raise ValueError(f"unknown detector {label!r}: the burst task has {', '.join(everyone)}")
    return [everyone[label] for label in dict.fromkeys(detectors or everyone)]


def _seconds(contestants: Sequence[Contestant], condition: Any) -> tuple[float, dict[str, float]]:
    """Return the seconds that a record costs for its drawing and the limit's statistic, and by detector."""
    seconds = seconds_per_record(contestants, condition)
    return seconds.pop(DRAWING) + seconds.pop(LIMIT), seconds


def _announce(seconds: float, processes: int) -> None:
    """Say how long it will take, where that is long."""
    seconds /= processes
    if seconds > SOON:
        unit = next(name for name, size in UNITS.items() if seconds >= size)
        cores = "one core" if processes == 1 else f"{processes} cores"
        time = float(f"{seconds / UNITS[unit]:.2g}")
        print(f"dspvnn: about {time:g} {unit} of {cores}", file=sys.stderr)


def _cost(label: str, seconds: float, cores: int) -> dict[str, Any]:
    each = {f"hours at {rate:g} on {cores} cores": hours(seconds, rate, cores) for rate in FAR}
    return {"detector": label, "seconds per record": seconds} | each


def _write(path: Path, table: Sequence[Mapping[str, Any]]) -> None:
    text = StringIO()
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    write_whole(path, text.getvalue().encode())


def _rates_table(rates: Sequence[Rate]) -> Table:
    table = Table(
        "detector", "false alarms", "noise records", "Pd", "95 %", "limit", "miss / limit", box=SIMPLE
    )
    for r in rates:
        table.add_row(
            r.detector, f"{r.false_alarm_rate:g}", f"{r.n_noise:,}", f"{1 - r.miss:.4f}",
            f"{1 - r.miss_high:.4f} to {1 - r.miss_low:.4f}", f"{1 - r.limit:.4f}",
            f"{r.ratio:.2f} ({r.ratio_low:.2f} to {r.ratio_high:.2f})",
        )  # fmt: skip
    return table


def _cost_table(cost: Sequence[Mapping[str, Any]]) -> Table:
    detector, seconds, *far = cost[0]
    table = Table(detector, "µs a record", *far, box=SIMPLE)
    for line in cost:
        table.add_row(line[detector], f"{1e6 * line[seconds]:.1f}", *(f"{line[f]:.2g}" for f in far))
    return table
