"""The page of the burst in noise."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dspvnn.results.metrics import DELAY, MISS_AT_RATE
from dspvnn.results.rows import Row
from dspvnn.tasks.page import Headline, Page, Picture, dots

LEFT_OUT = ("Elman RNN, constructed",)  # it is the matched filter


def _sweep(rows: Sequence[Row]) -> Any:
    from dspvnn.tasks.burst.figure import burst_sweep

    return burst_sweep(rows, LEFT_OUT)


def _rates(rows: Sequence[Row]) -> Any:
    from dspvnn.figures.rates import rates

    return rates(rows, LEFT_OUT)


WHOLE = "inside, d from 3 to 20"
PAGE = Page(
    text=Path(__file__).with_name("page.typ"),
    headlines=(
        Headline(
            "Has the burst ended? (every sample)", WHOLE, "sample error rate", "Bayes filter", "LSTM"
        ),
        Headline("Was there a burst? (whole record)", WHOLE, "miss rate", "matched filter", "LSTM"),
    ),
    pictures=(
        Picture(
            "burst", _sweep,
            "Bursts in noise: wrong samples and missed bursts against the strength of the "
            "burst. Black: the best that is possible for one who knows the strength. Not drawn: "
            f"{LEFT_OUT[0]}, which is the matched filter.",
            "sample error and miss rate of burst detection", ("inside",),
        ),
        Picture(
            "burst-beyond", dots("share of wrong samples", "Bayes filter"),
            "The same where the bursts are not those of the training range.",
            "share of wrong samples outside the training range", ("beyond",), "sample error rate",
        ),
        Picture(
            "burst-rates", _rates,
            "Left: bursts that are missed where false alarms are rare; black: the likelihood "
            "ratio averaged over onset and strength, the best that is possible. Right: how "
            "long the switch takes to find a burst, against the mean run between two false "
            "alarms; no exact limit is known. Not drawn: "
            f"{LEFT_OUT[0]}, which is the matched filter.",
            "miss rate at low false-alarm rates and detection delay", ("inside",), (MISS_AT_RATE, DELAY),
        ),
    ),
    overview=(
        WHOLE, "inside, d = 4", "inside, d = 6", "later onsets, 50 to 110, d = 6",
        "records 10 x longer, d = 6", "half the width, d = 6", "twice the width, d = 6",
    ),
)  # fmt: skip
