"""The names of the metrics that no task owns: runtime, growth, pairs, coverage, low rates, delay."""

RUNTIME = "runtime"
TRAINING_TIME = "training time"
TIME_OF_A_CALL, EXPONENT = "time of a call", "exponent of growth"
RATIO = "error over the reference's"
DIFFERENCE = "loss beyond the reference's"
MISS_AT_RATE = "miss rate at a false-alarm rate"
DELAY = "detection delay"
COVERAGE_LEVELS = (0.68, 0.95)


def coverage_metric(level: float) -> str:
    """Return the name of the coverage of intervals of a nominal level."""
    return f"coverage of {100 * level:.0f} %"
