"""The frequency of a tone under mismatch: the task, its figure, its advice and its page."""

from dspvnn.tasks.mismatch.page import PAGE
from dspvnn.tasks.mismatch.task import Mismatch

TASK = Mismatch(page=PAGE)
