"""What a false-alarm rate costs: seconds per record, measured, and from them hours on a cluster."""

import time
from collections.abc import Sequence

from threadpoolctl import threadpool_limits

from dspvnn.limits import burst_average_likelihood_ratio
from dspvnn.measure.compare import Contestant
from dspvnn.rates.blocks import BLOCK, LIMIT, draw_block, fitted, whole_record_statistic
from dspvnn.tasks.burst.task import BurstCondition

DRAWING = "drawing the records"
FALSE_ALARMS = 100  # to estimate a threshold from: the rate is then known to 10 %


def seconds_per_record(
    contestants: Sequence[Contestant], condition: BurstCondition, rounds: int = 3, seed: int = 0
) -> dict[str, float]:
    """Return the seconds that one core takes per record, by detector, and for drawing it and the limit.

    Processor time, so that other programs do not count; the least of `rounds` blocks, interleaved.
    """
    model = condition.model()
    with threadpool_limits(1):
        estimators = fitted(contestants, condition, seed)
        signals = draw_block("calibrate", 0, BLOCK, condition, seed)
        work = {
            DRAWING: lambda: draw_block("calibrate", 0, BLOCK, condition, seed),
            LIMIT: lambda: burst_average_likelihood_ratio(signals, model),
        } | {
            label: lambda label=label, e=e: whole_record_statistic(label, e, signals)
            for label, e in estimators.items()
        }
        seconds = {label: float("inf") for label in work}
        for _ in range(rounds):
            for label, call in work.items():
                start = time.process_time()
                call()
                seconds[label] = min(seconds[label], time.process_time() - start)
    return {label: s / BLOCK for label, s in seconds.items()}


def hours(seconds_per_record: float, false_alarm_rate: float, cores: int) -> float:
    """Return the hours that `cores` take for the `FALSE_ALARMS` / rate records of a threshold."""
    if cores < 1 or not 0 < false_alarm_rate < 1:
        raise ValueError(
            f"cores must be at least 1 and false_alarm_rate in (0, 1), got {cores}, {false_alarm_rate}"
        )
    return seconds_per_record * FALSE_ALARMS / false_alarm_rate / cores / 3600
