"""How the numbers of rows are written for people."""

import math

from dspvnn.results.rows import ROUNDING, Row

NO_LIMIT = "no limit is known"


def number(value: float) -> str:
    """Return a number with three significant digits, as people write it."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        digits = max(0, 2 - math.floor(math.log10(abs(value))))
        return f"{value:.{digits}f}"
    mantissa, exponent = f"{value:.2e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}·10{raised}"


def seconds(value: float) -> str:
    """Return a time in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{number(value / size)} {unit}"
    return f"{number(value / 1e-9)} ns"


def p_text(p_value: float) -> str:
    """Return a p-value; small ones by their order only."""
    return "< 0.001" if p_value < 0.001 else number(p_value)


def score(row: Row) -> str:
    """Return a row's value as the ratio to its limit, or as it is where there is no such ratio."""
    if row.limit > ROUNDING:
        low, high = number(row.ratio_low), number(row.ratio_high)
        return f"{number(row.ratio_to_limit)} × limit ({low} to {high})"
    value = f"{number(row.value)} ({number(row.ci_low)} to {number(row.ci_high)})"
    return f"{value}, {NO_LIMIT}" if has_no_limit(row) else value


def has_no_limit(row: Row) -> bool:
    """Whether nobody knows the least value that a row of a task's metric could have."""
    return math.isnan(row.limit)
