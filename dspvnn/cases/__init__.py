"""Five questions from the field, rebuilt as they were asked, explained and settled, and two of our own."""

from dspvnn.cases import (
    baseband,
    burst,
    equal_budget,
    ewma,
    frequency_and_phase,
    noise_witness,
    sine_frequency,
)
from dspvnn.cases.base import Case

CASES: dict[str, Case] = {
    case.name: case
    for case in (
        frequency_and_phase.CASE,
        sine_frequency.CASE,
        burst.CASE,
        ewma.CASE,
        noise_witness.CASE,
        equal_budget.CASE,
        baseband.CASE,
    )
}

__all__ = ["CASES", "Case"]
