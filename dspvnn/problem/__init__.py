"""A problem of the user's own, described in hertz, seconds and decibels, and compared as a task."""

from dspvnn.problem.description import Problem, read_problem

__all__ = ["Problem", "read_problem"]
