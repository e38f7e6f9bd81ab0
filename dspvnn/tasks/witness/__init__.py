"""A noise witness: the task and its page."""

from dspvnn.tasks.witness.page import PAGE
from dspvnn.tasks.witness.task import Witness

TASK = Witness(page=PAGE)
