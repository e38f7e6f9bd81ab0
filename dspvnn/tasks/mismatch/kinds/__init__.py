"""The kinds of mismatch, an object a file: sampler, mean, information, remedy and words of each."""

from dspvnn.tasks.mismatch.kinds.autoregressive import AUTOREGRESSIVE
from dspvnn.tasks.mismatch.kinds.base import Kind, Parameters
from dspvnn.tasks.mismatch.kinds.chirp import CHIRP
from dspvnn.tasks.mismatch.kinds.clipping import CLIPPING
from dspvnn.tasks.mismatch.kinds.decay import DECAY
from dspvnn.tasks.mismatch.kinds.gaps import GAPS
from dspvnn.tasks.mismatch.kinds.harmonics import HARMONICS
from dspvnn.tasks.mismatch.kinds.impulses import IMPULSES
from dspvnn.tasks.mismatch.kinds.interferer import INTERFERER
from dspvnn.tasks.mismatch.kinds.none import NONE
from dspvnn.tasks.mismatch.kinds.student_t import STUDENT_T

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        NONE,
        STUDENT_T,
        IMPULSES,
        AUTOREGRESSIVE,
        INTERFERER,
        HARMONICS,
        CLIPPING,
        GAPS,
        CHIRP,
        DECAY,
    )
}

__all__ = ["KINDS", "Kind", "Parameters", "kind_named"]


def kind_named(name: str) -> Kind:
    """Return the kind of a name, or raise a ValueError that lists the kinds."""
    if name not in KINDS:
        raise ValueError(f"unknown kind of mismatch {name!r}: the kinds are {', '.join(KINDS)}")
    return KINDS[name]
