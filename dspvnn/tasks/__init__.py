"""The tasks of the comparison: `TASKS[name]` draws signals, scores estimates, owns limit and page."""

from dspvnn.tasks import burst, burst_noise_free, ewma, mismatch, tone, witness
from dspvnn.tasks.base import Calibration, Condition, Context, Metric, Pair, Task, Trials
from dspvnn.tasks.page import Headline, Page, Picture

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        tone.TASK,
        mismatch.TASK,
        burst.TASK,
        burst_noise_free.TASK,
        ewma.TASK,
        witness.TASK,
    )
}

__all__ = [
    "TASKS",
    "Calibration",
    "Condition",
    "Context",
    "Headline",
    "Metric",
    "Page",
    "Pair",
    "Picture",
    "Task",
    "Trials",
]
