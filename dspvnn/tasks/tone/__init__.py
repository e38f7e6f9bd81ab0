"""The frequency of one tone in white noise: the task, its figure and its page."""

from dspvnn.tasks.tone.page import PAGE
from dspvnn.tasks.tone.task import Tone

TASK = Tone(page=PAGE)
