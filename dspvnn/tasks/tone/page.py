"""The page of the tone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dspvnn.results.metrics import EXPONENT, TIME_OF_A_CALL
from dspvnn.results.rows import Row
from dspvnn.tasks.page import Headline, Page, Picture, dots


def _front(rows: Sequence[Row]) -> Any:
    from dspvnn.tasks.tone.figure import tone_front

    return tone_front(rows, LEFT_OUT)


def _coverage(rows: Sequence[Row]) -> Any:
    from dspvnn.figures.coverage import coverage

    return coverage(rows)


def _growth(rows: Sequence[Row]) -> Any:
    from dspvnn.figures.runtime import growth

    return growth(rows)


METRIC = "frequency rmse"
LEFT_OUT = (  # of the first figure, which the README shows, too; most would lie on other lines
    "FFT, Candan", "FFT, Quinn", "FFT, Aboutanios-Mulgrew", "FFT, Aboutanios-Mulgrew less image",
    "sine fit, given the range", "LSTM + sine fit", "heterodyne LSTM, constructed",
)  # fmt: skip
PAGE = Page(
    text=Path(__file__).with_name("page.typ"),
    headlines=(
        Headline("Frequency of a tone, 10 dB", "inside, 10 dB", METRIC, "sine fit", "LSTM"),
        Headline(
            "The same, the net at baseband", "inside, 10 dB", METRIC, "sine fit", "heterodyne LSTM"
        ),
    ),
    front="tone",
    pictures=(
        Picture(
            "tone", _front,
            "Error of the frequency against SNR and against frequency. Black: the Cramér-Rao "
            "bound, which no unbiased estimator beats; dashed: the Bayes floor, the least "
            "error of whoever knows the range. Shaded: the range that the nets were trained "
            f"on. Not drawn, for want of room: {'; '.join(LEFT_OUT)}.",
            "rms error of the frequency",
        ),
        Picture(
            "recorded", dots("rms error of the frequency, in the recording's unit", "white noise"),
            "Recorded series whose truth is known. The black line is the Cramér-Rao bound as "
            "if everything but the cycle were white noise: a yardstick here, not a bound.",
            "rms error of the frequency on recorded series", ("recorded",), METRIC,
        ),
        Picture(
            "coverage", _coverage,
            "How often estimate ± z std holds the true frequency, of all who name their own "
            "standard error, in intervals that should hold it 68 % (lower lines) and 95 % "
            "(upper lines) of the time. A range that was given makes every interval outside it"
            " wrong.",
            "share of intervals that hold the true frequency", metric="coverage",
        ),
        Picture(
            "growth", _growth,
            "Time of a call against the number of records (left) and their length (right), on"
            " doubling sizes. The number beside a name is the exponent over the four largest:"
            " 1 is proportional.",
            "time of a call against its size, in seconds", ("inside",), (TIME_OF_A_CALL, EXPONENT),
            timing=True,
        ),
    ),
    overview=(  # as wide as the page: a choice of 23 cells
        "inside, 0 dB", "inside, 10 dB", "inside, 20 dB", "inside, 40 dB",
        "f in [0.035, 0.05], 20 dB", "f in [0.25, 0.3], 20 dB", "f in [0.45, 0.49], 20 dB",
    ),
    typical_cell="inside, 20 dB",
)  # fmt: skip
