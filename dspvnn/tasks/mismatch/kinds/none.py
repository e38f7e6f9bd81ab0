"""No mismatch: the tone in white Gaussian noise."""

from dspvnn.tasks.mismatch.kinds.base import Kind, in_white_noise

NONE = Kind("none", in_white_noise, severity="", levels=(0.0, 0.0, 0.0))
