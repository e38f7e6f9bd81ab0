"""Five questions from the field, rebuilt as they were asked, explained and settled."""

from dspvnn.cases import burst, ewma, noise_witness
from dspvnn.cases.base import Case

CASES: dict[str, Case] = {case.name: case for case in (burst.CASE, ewma.CASE, noise_witness.CASE)}

__all__ = ["CASES", "Case"]
