"""Five kinds of net on the tone at equal budget: the same signals, the same loss, the same wall time.

All have the head of `ToneLSTM` and see the same training signals in the same order, for one minute on one
core, so that a net with cheaper steps takes more of them. They differ in what stands between the samples
and the head.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from torch import nn

from dspvnn.cases.base import TRAINING_TIME, Case, Measurement, Variant, short, typical
from dspvnn.cases.tone_cells import ERROR, METRICS, TASK, over_the_bound
from dspvnn.figures.variants import variants_figure
from dspvnn.results.rows import Row
from neural.estimators import ToneLSTM
from neural.networks import DenseNet, FrameNet, Snake

MINUTES = 1.0
ENDLESS = 10**9  # steps: the time ends the schedule
CONDITIONS = ("inside, 5 dB", "inside, 10 dB", "inside, 20 dB", "f in [0.25, 0.3], 20 dB")


class BudgetNet(ToneLSTM):
    """A net for tones with the `network` of one of the kinds; trained until its time is up."""

    network = "LSTM"

    def _network(self, n_samples: int) -> nn.Module:
        return KINDS[self.network](n_samples, n_bins=self.n_bins)


def _frames(cell: str, n_samples: int, n_bins: int) -> nn.Module:
    return FrameNet(cell, n_samples, 64, n_bins, frame=16, hop=8)


def _dense(activation: type[nn.Module], n_samples: int, n_bins: int) -> nn.Module:
    return DenseNet(n_samples, 512, n_bins, activation)


KINDS: dict[str, Any] = {
    "dense, GELU": partial(_dense, nn.GELU),
    "dense, Snake": partial(_dense, Snake),
    "Elman": partial(_frames, "elman"),
    "GRU": partial(_frames, "gru"),
    "LSTM": partial(_frames, "lstm"),
}


def _measured(kind: str, seed: int, scale: float) -> Measurement:
    net = BudgetNet(steps=ENDLESS, batch_size=256, learning_rate=2e-3, seed=seed, device="cpu")
    net.network = kind
    net.fit_task(TASK, TASK.training, minutes=scale * MINUTES)
    history = net.history_
    outcomes = over_the_bound(net.predict, CONDITIONS, seed)
    return Measurement(outcomes, history.seconds, history.step * net.batch_size)


def lesson(rows: Sequence[Row]) -> str:
    """Say from the rows which kind is ahead, and how many signals each has seen."""
    ratio = {kind: typical(rows, kind, CONDITIONS[1], ERROR) for kind in KINDS}
    seen = {kind: typical(rows, kind, "training", TRAINING_TIME, "n_signals") for kind in KINDS}
    order = sorted(ratio, key=lambda kind: ratio[kind])
    best = order[0]
    outside = min(typical(rows, kind, CONDITIONS[-1], ERROR) for kind in KINDS)
    ranking = ", ".join(f"{kind} {short(ratio[kind])}" for kind in order)
    return (
        f"After one minute, at 10 dB, in units of the bound: {ranking}. "
        f"In that time {best} has seen {short(seen[best] / 1000)} thousand signals, LSTM "
        f"{short(seen['LSTM'] / 1000)} thousand"
        + (
            ": a record of 128 samples is short enough to be read at once, and what reads it step by step "
            "pays for the steps. "
            if best.startswith("dense")
            else ". "
        )
        + f"In the band beside the training range the least error of the five is {short(outside)}"
        + (
            ": none of them knows a frequency, the periodic activation no more than the others."
            if outside > 10
            else "."
        )
    )


CASE = Case(
    name="equal-budget",
    title="Five kinds of net, one minute each",
    question=(
        "Is it the LSTM that makes a good estimator of frequency? Five kinds of net, each trained for one "
        "minute on one core: two dense layers of 512 with GELU or with Snake (Ziyin et al., NeurIPS 2020) "
        "between them, and two bidirectional layers of 64 over overlapping frames, Elman, GRU or LSTM. All "
        "have the same head, loss and training signals."
    ),
    variants=tuple(Variant(kind, partial(_measured, kind)) for kind in KINDS),
    metrics=METRICS,
    columns=tuple((name, ERROR) for name in CONDITIONS),
    lesson=lesson,
    draw=partial(
        variants_figure, panels=tuple((name, ERROR) for name in CONDITIONS),
        xlabel="rms error of the frequency over the Cramér-Rao bound", limit_label="bound",
    ),
    caption="Rms error of the frequency over the Cramér-Rao bound (black), every training a dot.",
    limit="Cramér-Rao bound",
)  # fmt: skip
