"""The tasks of the comparison: `TASKS[name]` draws signals, scores estimates and knows their limit."""

from dspvnn.tasks.base import Calibration, Condition, Context, Metric, Task, Trials
from dspvnn.tasks.burst import Burst, noise_free_burst
from dspvnn.tasks.ewma import EWMA
from dspvnn.tasks.mismatch import Mismatch
from dspvnn.tasks.tone import Tone
from dspvnn.tasks.witness import Witness

TASKS: dict[str, Task] = {
    "tone": Tone(),
    "tone-mismatch": Mismatch(),
    "burst": Burst(),
    "burst-noise-free": noise_free_burst(),
    "ewma": EWMA(),
    "witness": Witness(),
}

__all__ = ["TASKS", "Calibration", "Condition", "Context", "Metric", "Task", "Trials"]
