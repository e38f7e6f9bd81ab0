"""The page of the noise witness."""

from pathlib import Path

from dspvnn.tasks.page import Headline, Page, Picture, dots

PAGE = Page(
    text=Path(__file__).with_name("page.typ"),
    headlines=(
        Headline(
            "Noise from two witnesses", "inside, fitted on the contamination", "relative residual",
            "bilinear regression", "LSTM",
        ),
    ),
    pictures=(
        Picture(
            "witness", dots("rms residual over the rms contamination", "least squares"),
            "What is left of the contamination on unseen noise. 0.01 is −40 dB. An estimator with "
            "the carriers as side information, or fitted on the contamination, has a limit of its own.",
            "relative residual of the contamination",
        ),
    ),
    timed_signals=8,  # of 20,480 samples
)  # fmt: skip
