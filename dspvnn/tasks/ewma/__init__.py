"""A moving average: the task and its page."""

from dspvnn.tasks.ewma.page import PAGE
from dspvnn.tasks.ewma.task import EWMA

TASK = EWMA(page=PAGE)
