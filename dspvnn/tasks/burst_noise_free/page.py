"""The page of the burst without noise."""

from pathlib import Path

from dspvnn.tasks.page import Headline, Page, Picture, dots

PAGE = Page(
    text=Path(__file__).with_name("page.typ"),
    headlines=(
        Headline(
            "End of a burst without noise", "inside, no noise", "sample error rate", "matched filter",
            "LSTM",
        ),
    ),
    pictures=(
        Picture(
            "burst-noise-free", dots("share of wrong samples (open: none)"),
            "A burst without noise, every seed of the nets a dot. The limit is 0.",
            "share of wrong samples without noise",
        ),
    ),
)  # fmt: skip
