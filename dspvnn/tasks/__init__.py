"""The tasks of the comparison: `TASKS[name]` draws signals, scores estimates, owns limit and page."""

from dspvnn.tasks import burst, burst_noise_free, ewma, mismatch, tone, witness
from dspvnn.tasks.base import Calibration, Condition, Context, LineUp, Metric, Pair, Task, Trials
from dspvnn.tasks.own import load_task, own_task
from dspvnn.tasks.page import Headline, Page, Picture, curves, dots

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


def task_of(task: str | Task) -> Task:
    """Return the task of a name in `TASKS`, or an object that was handed down, as a complete task."""
    if isinstance(task, str):
        if task not in TASKS:
            raise ValueError(f"unknown task {task!r}: the tasks are {', '.join(TASKS)}")
        return TASKS[task]
    ours = type(task).__module__.partition(".")[0] == __name__.partition(".")[0]
    return task if ours else own_task(task)


__all__ = [
    "TASKS",
    "Calibration",
    "Condition",
    "Context",
    "Headline",
    "LineUp",
    "Metric",
    "Page",
    "Pair",
    "Picture",
    "Task",
    "Trials",
    "curves",
    "dots",
    "load_task",
    "own_task",
    "task_of",
]
