"""Thresholds from the upper tail of a statistic over noise records, kept in memory that does not grow.

The threshold at false-alarm rate p, set on n noise records, is the statistic that k = floor(p n) of them
exceed, x_(k+1) counted from the largest. How many exceed the *true* threshold is binomial with n and p;
so with i and j the ends of that count's interval, the true threshold lies between x_(j+1) and x_(i) with
the same confidence, whatever the distribution (David & Nagaraja, Order Statistics, 2003, sec. 7.1). Only
the largest few of the records are needed for all this, and no more records than give `TAIL` exceedances:
their relative uncertainty is 1 / sqrt(k).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

TAIL = 1000  # the most false alarms that a threshold is estimated from
LEAST = 10  # the fewest
FAR = 1e-9  # ranks that hold the threshold with less than this probability are not kept


@dataclass(frozen=True)
class Level:
    """A false-alarm rate, the noise records for its threshold, and the ranks that are kept.

    ranks : (fewest, most) exceedances of the true threshold that are at all probable.
    """

    false_alarm_rate: float
    n_noise: int

    @property
    def exceedances(self) -> int:
        """How many of the noise records exceed the threshold."""
        return math.floor(self.false_alarm_rate * self.n_noise * (1 + 1e-9))

    @property
    def ranks(self) -> tuple[int, int]:
        """The fewest and the most exceedances of the true threshold that are at all probable."""
        low, high = binom.ppf([FAR, 1 - FAR], self.n_noise, self.false_alarm_rate)
        return max(int(low) - 1, 0), min(int(high) + 1, self.n_noise - 1)

    def interval(self, confidence: float) -> tuple[int, int]:
        """Return the ends of the interval of the number of exceedances of the true threshold."""
        tail = (1 - confidence) / 2
        low, high = binom.ppf([tail, 1 - tail], self.n_noise, self.false_alarm_rate)
        return int(low), int(high)


def levels(false_alarm_rates: Sequence[float], n_noise: int, block: int) -> tuple[Level, ...]:
    """Return the level of every rate: as few whole blocks of records as hold `TAIL` exceedances."""
    found = []
    for rate in false_alarm_rates:
        if not 0 < rate < 0.5:
            raise ValueError(f"a false-alarm rate must lie between 0 and 0.5, got {rate:g}")
        if n_noise * rate < LEAST:
            raise ValueError(
                f"a false-alarm rate of {rate:g} needs at least {math.ceil(LEAST / rate - 1e-6)} noise "
                f"records, {LEAST} false alarms, got {n_noise}"
            )
        enough = math.ceil(TAIL / rate / block - 1e-6) * block
        found.append(Level(float(rate), min(n_noise, enough)))
    return tuple(found)


def largest(statistics: Sequence[np.ndarray], level: Level) -> np.ndarray:
    """Return the largest of the statistics, as many as the level has ranks, the largest first."""
    together = np.concatenate(statistics)
    keep = min(level.ranks[1] + 1, len(together))
    return np.sort(np.partition(together, len(together) - keep)[len(together) - keep :])[::-1]


def thresholds(tail: np.ndarray, level: Level) -> np.ndarray:
    """Return the threshold for every number of exceedances in the level's ranks, falling."""
    low, high = level.ranks
    return tail[low : high + 1]


def count_misses(statistic: np.ndarray, falling: np.ndarray) -> np.ndarray:
    """Return how many statistics stay at or below each of the falling thresholds."""
    reached = np.searchsorted(falling[::-1], statistic, side="left")  # thresholds below the statistic
    missed_by = np.bincount(len(falling) - reached, minlength=len(falling) + 1)
    return np.cumsum(missed_by[::-1])[::-1][1:]
