"""Detection at low false-alarm rates as rows of the comparison."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dspvnn.measure.compare import Contestant
from dspvnn.rates.blocks import TASK
from dspvnn.rates.measure import Rate, measure_rates
from dspvnn.rates.tails import LEAST
from dspvnn.results.metrics import MISS_AT_RATE
from dspvnn.results.rows import Row
from dspvnn.sweep import Sweep
from dspvnn.tasks.burst.task import BurstCondition

FALSE_ALARM_RATES = (1e-1, 1e-2, 1e-3, 1e-4)
NET_SHARE = 8  # a net takes about eight times as long for a record as a filter


def condition_named(name: str) -> BurstCondition:
    """Return the burst task's condition of that name."""
    found = {c.name: c for c in TASK.conditions}
    if name not in found or found[name].noise_free:
        raise ValueError(f"unknown condition {name!r}: those of the burst task are {'; '.join(found)}")
    return found[name]


def low_rate_rows(
    contestants: Sequence[Contestant],
    n_records: int,
    seed: int = 0,
    condition: BurstCondition | None = None,
    false_alarm_rates: Sequence[float] = FALSE_ALARM_RATES,
    sweep: Sweep | None = None,
) -> list[Row]:
    """Return the miss rates at low false-alarm rates, a row a detector and rate.

    Classical detectors get `n_records` noise records and a quarter of that with bursts, nets an eighth of
    both: all have about the same time. A detector has no row for a rate that its noise records
    cannot hold the threshold of. The limit is the average likelihood ratio's miss rate on the same records.
    """
    condition = condition or condition_named("inside, d = 5")
    rows = []
    nets = [c for c in contestants if _kind(c) == "neural"]
    for group, n in (
        ([c for c in contestants if c not in nets], n_records),
        (nets, n_records // NET_SHARE),
    ):
        rates = [rate for rate in false_alarm_rates if n * rate >= LEAST]
        if group and rates:
            found = measure_rates(group, condition, rates, n, max(n // 4, 1), seed, sweep)
            made = {c.label: (c, c.make()) for c in group}
            rows += [_row(r, *made[r.detector], condition, seed) for r in found]
    return rows


def _kind(contestant: Contestant) -> str:
    return str(contestant.make().kind)


def _row(rate: Rate, contestant: Contestant, estimator: Any, condition: BurstCondition, seed: int) -> Row:
    """Return the row of a detector at a false-alarm rate."""
    return Row(
        task=TASK.name, condition=f"{condition.name}, false-alarm rate {rate.false_alarm_rate:g}",
        region=condition.region, sweep="false-alarm rate", position=rate.false_alarm_rate,
        snr_db=condition.snr_db, **contestant.named, kind=estimator.kind,
        metric=MISS_AT_RATE, unit="share of bursts", value=rate.miss, ci_low=rate.miss_low,
        ci_high=rate.miss_high, n_signals=rate.n_bursts, limit=rate.limit if rate.limit else np.nan,
        ratio_to_limit=rate.ratio, ratio_low=rate.ratio_low, ratio_high=rate.ratio_high,
        side_information=estimator.side_information, seed=seed,
    )  # fmt: skip
