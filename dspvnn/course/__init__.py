"""What the lessons of `docs/course` need besides the toolkit: checks of exercises, and a style of figures.

`dspvnn.course.lesson_01` holds the checks of lesson 1, one function an exercise, each named as the function
that the student writes. A check draws fresh signals and answers with a `Verdict`: one sentence.
"""

from dspvnn.course.answers import attempt
from dspvnn.course.style import use_style
from dspvnn.course.verdict import Verdict

__all__ = ["Verdict", "attempt", "use_style"]
