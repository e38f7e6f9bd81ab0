"""Five questions from the field, rebuilt as they were asked, explained and settled."""

from dspvnn.cases import burst, ewma, frequency_and_phase, noise_witness, sine_frequency
from dspvnn.cases.base import Case

CASES: dict[str, Case] = {
    case.name: case
    for case in (
        frequency_and_phase.CASE,
        sine_frequency.CASE,
        burst.CASE,
        ewma.CASE,
        noise_witness.CASE,
    )
}

__all__ = ["CASES", "Case"]
