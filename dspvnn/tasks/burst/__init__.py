"""A burst in noise: the task, its figure and its page."""

from dspvnn.tasks.burst.page import PAGE
from dspvnn.tasks.burst.task import Burst

TASK = Burst(page=PAGE)
