"""A burst without noise, one in every record: only its end is asked for."""

from dspvnn.tasks.burst.task import QUIET, SAMPLE_ERROR, Burst, beyond
from dspvnn.tasks.burst_noise_free.page import PAGE

TASK = Burst(
    name="burst-noise-free",
    title="A burst without noise",
    training=QUIET,
    conditions=(QUIET, *beyond(QUIET)),
    metrics=SAMPLE_ERROR,
    pairs=(),
    page=PAGE,
)
