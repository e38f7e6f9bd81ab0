"""The page of a problem of the user's own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dspvnn.results.rows import Row
from dspvnn.tasks.page import SIMULATED, Page, Picture


def _front(rows: Sequence[Row]) -> Any:
    from dspvnn.problem.figure import problem_front

    return problem_front(rows)


def problem_page(conditions: Sequence[Any]) -> Page:
    """Return the page of a problem with these cells."""
    return Page(
        text=Path(__file__).with_name("page.typ"),
        front="problem",
        pictures=(
            Picture(
                "problem", _front,
                "Your own problem: error of the frequency against SNR, over the whole band, and against "
                "frequency, at the middle SNR. Black: the limit. Shaded: the training range of the nets.",
                "rms error of the frequency in hertz", (*SIMULATED, "mismatch"), "frequency rmse",
            ),
        ),
        overview=tuple(c.name for c in conditions if c.sweep != "frequency"),
    )  # fmt: skip
