"""What a check answers: one sentence, and whether the answer is right; never a traceback."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np

from dspvnn.signals.randomness import stream


@dataclass(frozen=True, repr=False)
class Verdict:
    """One sentence about a student's answer. `print` shows it, and so does the last line of a cell."""

    right: bool
    sentence: str

    def __repr__(self) -> str:
        return f"{'Right' if self.right else 'Not yet'}: {self.sentence}"


class Fault(Exception):
    """What is wrong with an answer, as a sentence that the student reads."""


Judge = Callable[[Any, np.random.Generator], str]
Check = Callable[..., Verdict]


def check(judge: Judge) -> Check:
    """Make a check of a function that raises a `Fault`, or returns what is good about the answer.

    The check takes the answer and, for tests, a seed; without one, every call draws other signals.
    """

    @wraps(judge)
    def checked(answer: Any, seed: int | None = None) -> Verdict:
        seed = secrets.randbits(32) if seed is None else seed
        try:
            return Verdict(True, judge(answer, stream(seed, "test", "course", judge.__name__)))
        except Fault as fault:
            return Verdict(False, str(fault))

    return checked
