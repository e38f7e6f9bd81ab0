"""What every attack on a public door asks: an answer of the right kind, or one line that states a rule.

The examples are drawn with a fixed seed, so that every machine meets the same ones: ten minutes of a core.
`DSPVNN_ATTACKS` in the environment multiplies their number: 10, say, for an evening's run. CI takes 0.3.
"""

import os
from collections.abc import Callable

from hypothesis import HealthCheck, settings

TIMES = float(os.environ.get("DSPVNN_ATTACKS", "1"))
REFUSALS = (ValueError, TypeError)


def attacks(n_examples: int) -> Callable:
    """Return settings for a test of `n_examples` examples, the same on every machine."""
    return settings(
        max_examples=max(1, round(n_examples * TIMES)),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def check_one_line(error: Exception, names: object = "") -> None:
    """Assert that an error is one line that a person can read, in which `names` stands."""
    message = str(error)
    assert message.strip(), repr(error)
    assert len(message.strip().splitlines()) == 1, message
    assert str(names) in message
