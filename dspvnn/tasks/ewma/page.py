"""The page of the moving average."""

from pathlib import Path

from dspvnn.tasks.page import Headline, Page, Picture, dots

PAGE = Page(
    text=Path(__file__).with_name("page.typ"),
    headlines=(
        Headline(
            "Moving average", "inside, uniform on 0 to 1", "relative rms error", "exact recursion", "LSTM"
        ),
    ),
    pictures=(
        Picture(
            "ewma", dots("rms error over the standard deviation of y", "rounding"),
            "The moving average inside the training range (left) and outside it.",
            "relative rms error of the moving average",
        ),
    ),
)  # fmt: skip
