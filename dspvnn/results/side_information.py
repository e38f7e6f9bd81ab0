"""Side information: what an estimator has been given besides the signal, by its design or its training.

Estimators have a set of these members, a task names those that move its limit, and a row keeps the set of
its estimator. A comparison is fair when both sides have the same.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any


class SideInformation(StrEnum):
    """One thing that an estimator may have been given; the value is what tables show of it."""

    FREQUENCY_RANGE = "frequency range"
    TRAINING_RANGE = "training range"  # by training on draws from it, with the law of the draw
    TRAINING_MEAN = "training mean"
    KIND_OF_MISMATCH = "kind of mismatch"
    MIXTURE_OF_MISMATCH = "mixture of mismatch"  # every kind with its law, but not which one a record has
    KIND_OF_NOISE = "kind of noise"
    SHAPE = "shape"
    DURATION = "duration"
    NOISE_LEVEL = "noise level"
    NO_NOISE = "no noise"
    ONSET_RANGE = "onset range"
    STRENGTH_RANGE = "strength range"
    ALPHA = "alpha"
    START = "start"
    PRODUCT_MODEL = "product model"
    LINEAR_MODEL = "linear model"
    CARRIERS = "carriers"
    CONTAMINATION = "contamination"


def as_side_information(given: Any) -> frozenset[SideInformation]:
    """Return a set of members, given members or their words; one word may stand without a set around it.

    Raises
    ------
    ValueError
        When a word is none of the members' values.
    """
    words: Iterable[Any] = [given] if isinstance(given, str) else given
    known = [str(member) for member in SideInformation]
    for word in words:
        if word not in known:
            raise ValueError(f"unknown side information {word!r}: it must be some of {', '.join(known)}")
    return frozenset(map(SideInformation, words))


def in_words(information: Iterable[SideInformation]) -> str:
    """Return the members' words in the order of the enum; "" for none.

    >>> in_words({SideInformation.NOISE_LEVEL, SideInformation.SHAPE})
    'shape, noise level'
    """
    return ", ".join(member for member in SideInformation if member in information)
