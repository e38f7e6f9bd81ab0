"""The page of the tone under mismatch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dspvnn.results.metrics import RATIO
from dspvnn.results.rows import Row
from dspvnn.tasks.mismatch.advice import advice, mismatch_table
from dspvnn.tasks.page import Headline, Page, Picture


def _map(rows: Sequence[Row]) -> Any:
    from dspvnn.tasks.mismatch.figure import mismatch_map

    return mismatch_map(rows)


def _content(rows: Sequence[Row]) -> Mapping[str, Any]:
    return {"table": mismatch_table(rows), "advice": advice(rows)}


KINDS_SHOWN = ("impulses", "interfering tone", "harmonics", "missing samples", "chirp", "decay")
PAGE = Page(
    text=Path(__file__).with_name("page.typ"),
    headlines=(
        Headline(
            "A tone spoilt in an unknown way", "impulses, moderate", "frequency rmse", "fit chosen by BIC",
            "mixture LSTM",
        ),
    ),
    pictures=(
        Picture(
            "tone-mismatch", _map,
            "Who is ahead where the model of a sine in white noise is wrong: geometric mean of the error "
            "ratio on the same signals, with its interval over signals and the net's trainings. Somebody "
            "is ahead where the interval leaves out 1 and the p-value, adjusted by Holm over all pairs of "
            "this task, is below 0.05.",
            "factor between the error of the net of the mixture and that of the classical methods",
            ("mismatch",), RATIO,
        ),
    ),
    overview=("none", *(f"{kind}, heavy" for kind in KINDS_SHOWN)),
    timed_cell="harmonics, moderate",
    timed_signals=100,  # fits that climb one record at a time
    content=_content,
)  # fmt: skip
