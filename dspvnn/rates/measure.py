"""Detection at low false-alarm rates, from as many records as that needs and memory for a few thousand.

Two sweeps: over blocks of noise for the upper tails of every detector's statistic, which hold the
thresholds, then over blocks of bursts for the misses. The limit is the likelihood ratio averaged over
onset and strength, with a threshold from the same noise, on the same bursts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from dspvnn.measure.compare import Contestant
from dspvnn.measure.statistics import N_RESAMPLES
from dspvnn.rates.blocks import (
    BLOCK,
    LIMIT,
    Counts,
    Tails,
    add_counts,
    burst_counts,
    merge_tails,
    noise_tails,
)
from dspvnn.rates.tails import Level, levels, thresholds
from dspvnn.results.rows import CONFIDENCE
from dspvnn.signals.randomness import stream
from dspvnn.sweep import Cell, Sweep
from dspvnn.tasks.burst.task import BurstCondition

CELLS = 128  # in each of the two sweeps; more where a cell would be larger than LARGEST
LARGEST = 500  # blocks in a cell, a million records: a run that is stopped loses no more than that


@dataclass(frozen=True)
class Rate:
    """A detector at a false-alarm rate; probabilities of a miss, Pd = 1 - miss.

    threshold_low, threshold_high : order-statistic interval of the threshold.
    miss_low, miss_high : 95 % interval that holds the threshold's uncertainty.
    limit, ratio : the best possible detector's miss probability on the same records, and the ratio to it.
    """

    detector: str
    false_alarm_rate: float
    n_noise: int
    n_bursts: int
    threshold: float
    threshold_low: float
    threshold_high: float
    miss: float
    miss_low: float
    miss_high: float
    limit: float
    ratio: float
    ratio_low: float
    ratio_high: float


def measure_rates(
    contestants: Sequence[Contestant],
    condition: BurstCondition,
    false_alarm_rates: Sequence[float],
    n_noise: int,
    n_bursts: int,
    seed: int = 0,
    sweep: Sweep | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Rate]:
    """Return every detector's miss probability at every false-alarm rate, detector by detector.

    Parameters
    ----------
    n_noise : int
        Noise records at most; ten for the lowest rate's false alarms at least, a thousand are used.
    n_bursts : int
        Records with a burst.
    sweep : Sweep, optional
        Who does the blocks, and where finished ones are kept; this process and nowhere by default.
    progress : callable, optional
        Gets a cell's name, the number of finished ones and of all.

    Raises
    ------
    ValueError
        For records that are too few, and whatever stops a sweep.
    """
    _check(contestants, condition, false_alarm_rates, n_bursts)
    sweep = sweep or Sweep()
    wanted = levels(false_alarm_rates, n_noise, BLOCK)
    noise, bursts = _split(max(level.n_noise for level in wanted)), _split(n_bursts)
    setting = (tuple((c.label, c.learns, c.digest) for c in contestants), condition, wanted, seed)
    some = (tuple(contestants), condition, wanted)

    def each(use: str, work: Callable, parts: Sequence[range], before: int, *more: Any) -> Iterator[Any]:
        def shown(name: str, done: int) -> None:
            if progress:
                progress(name, before + done, len(noise) + len(bursts))

        def cell(p: range) -> Cell:
            name = f"{use}, records {p.start} to {p.stop - 1}"
            return Cell(name, (use, setting, p), work, (*some, *more, p, seed))

        return (result for _, result in sweep.each(Made(len(parts), lambda i: cell(parts[i])), shown))

    tails: Tails = {}
    for some_tails in each("noise", noise_tails, noise, 0):
        tails = merge_tails(tails, some_tails, wanted)
    falling = {k: [thresholds(*pair) for pair in zip(t, wanted, strict=True)] for k, t in tails.items()}
    counts: Counts = {}
    for some_counts in each("bursts", burst_counts, bursts, len(noise), falling):
        counts = add_counts(counts, some_counts)

    def rate(label: str, i: int) -> Rate:
        rng = stream(seed, "bootstrap", condition.name, "rates", i)
        return _rate(label, i, wanted[i], falling, counts, n_bursts, rng)

    return [rate(c.label, i) for c in contestants for i in range(len(wanted))]


def _check(
    contestants: Sequence[Contestant],
    condition: BurstCondition,
    false_alarm_rates: Sequence[float],
    n_bursts: int,
) -> None:
    if n_bursts < 1:
        raise ValueError(f"miss probabilities need at least 1 record with a burst, got {n_bursts}")
    if condition.noise_free:
        raise ValueError(f"false alarms need noise, got the condition {condition.name!r}")
    if LIMIT in {c.label for c in contestants}:
        raise ValueError(f"{LIMIT!r} is the limit's own label, got it as a contestant's")
    if not false_alarm_rates or not contestants:
        raise ValueError(
            f"at least one false-alarm rate and one detector are needed, got {list(false_alarm_rates)} "
            f"and {[c.label for c in contestants]}"
        )


class Made(Sequence[Any]):
    """A sequence whose items are made when they are asked for, and not kept."""

    def __init__(self, n: int, make: Callable[[int], Any]) -> None:
        self.n, self.make = n, make

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, i: Any) -> Any:
        if not 0 <= i < self.n:
            raise IndexError(i)
        return self.make(i)


def _split(n_records: int) -> Sequence[range]:
    """Return the records of every cell: the first of every block of theirs, up to where they end."""
    n_blocks = -(-n_records // BLOCK)
    n_cells = max(min(CELLS, n_blocks), -(-n_blocks // LARGEST))

    def part(i: int) -> range:
        first, end = (k * n_blocks // n_cells * BLOCK for k in (i, i + 1))
        return range(first, min(end, n_records), BLOCK)

    return Made(n_cells, part)


def _rate(
    label: str,
    i: int,
    level: Level,
    falling: Tails,
    counts: Counts,
    n_bursts: int,
    rng: np.random.Generator,
) -> Rate:
    *misses, both = counts[label][i]
    *limit, _ = counts[LIMIT][i]
    at = level.exceedances - level.ranks[0]
    # Threshold and misses at 97.5 % each hold together at 95 % at least.
    few, many = (k - level.ranks[0] for k in level.interval((1 + CONFIDENCE) / 2))
    value, low, high = (misses[k] for k in (at, many, max(few - 1, 0)))
    ladder = falling[label][i]
    strict = (1 - CONFIDENCE) / 2
    miss_low = proportion_confint(low, n_bursts, strict, "beta")[0]
    miss_high = proportion_confint(high, n_bursts, strict, "beta")[1]
    ratio = _ratio(np.array(misses), np.array(limit), both, at, level, n_bursts, rng)
    best = limit[at] / n_bursts
    if value == 0 and best:  # a detector without a miss on these records may still miss a burst
        ratio = (ratio[0], ratio[1], max(ratio[2], miss_high / best))
    return Rate(
        label, level.false_alarm_rate, level.n_noise, n_bursts,
        float(ladder[at]), float(ladder[many]), float(ladder[max(few - 1, 0)]),
        value / n_bursts, float(miss_low), float(miss_high), best, *ratio,
    )  # fmt: skip


def _ratio(
    misses: np.ndarray,
    limit: np.ndarray,
    both: int,
    at: int,
    level: Level,
    n: int,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Return the ratio of the misses to the limit's, with its bootstrap interval.

    The bursts are resampled with detector and limit together; each threshold by drawing how many
    noise records exceed the true one, apart for the two, which is as wide or wider than together. The two
    sources are independent: their logarithms add.
    """
    if limit[at] == 0:
        return np.nan, np.nan, np.nan
    ratio = misses[at] / limit[at]
    if misses[at] == 0:
        return 0.0, 0.0, 0.0
    table = np.array([both, misses[at] - both, limit[at] - both, n - misses[at] - limit[at] + both])
    shared, mine, its, _ = rng.multinomial(n, table / n, size=N_RESAMPLES).T
    low, high = level.ranks
    ranks = rng.binomial(level.n_noise, level.false_alarm_rate, size=(2, N_RESAMPLES)).clip(low, high) - low
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = (misses[ranks[0]] / misses[at]) / (limit[ranks[1]] / limit[at])
        ratios = moved * (shared + mine) / (shared + its)
    tails = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    ends = np.quantile(ratios[~np.isnan(ratios)], tails, method="nearest")  # some may be infinite
    return float(ratio), float(ends[0]), float(ends[1])
