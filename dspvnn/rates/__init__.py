"""Detectors at low false-alarm rates, from blocks of records: any number of them in the same memory."""

from dspvnn.rates.cost import hours, seconds_per_record
from dspvnn.rates.delay import RUN_LENGTHS, delay_rows
from dspvnn.rates.measure import Rate, measure_rates
from dspvnn.rates.rows import FALSE_ALARM_RATES, condition_named, low_rate_rows

__all__ = [
    "FALSE_ALARM_RATES",
    "RUN_LENGTHS",
    "Rate",
    "condition_named",
    "delay_rows",
    "hours",
    "low_rate_rows",
    "measure_rates",
    "seconds_per_record",
]
