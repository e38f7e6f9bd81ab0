"""Five questions from the field, rebuilt as they were asked, explained and settled, and two of our own."""

from dspvnn.cases import baseband, equal_budget
from dspvnn.cases.base import Case
from dspvnn.cases.burst_end import case as burst_end
from dspvnn.cases.frequency_and_phase import case as frequency_and_phase
from dspvnn.cases.moving_average import case as moving_average
from dspvnn.cases.noise_witness import case as noise_witness
from dspvnn.cases.sine_frequency import case as sine_frequency

CASES: dict[str, Case] = {
    case.name: case
    for case in (
        frequency_and_phase.CASE,
        sine_frequency.CASE,
        burst_end.CASE,
        moving_average.CASE,
        noise_witness.CASE,
        equal_budget.CASE,
        baseband.CASE,
    )
}

__all__ = ["CASES", "Case"]
