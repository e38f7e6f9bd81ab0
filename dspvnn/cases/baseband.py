"""What the LSTM at baseband adds to a linear path beside it: passes, parts, and each alone."""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

import neural
from dspvnn.cases.base import Case, Clock, Measurement, Variant, short, typical
from dspvnn.cases.tone_cells import ERROR, METRICS, TASK, over_the_bound
from dspvnn.figures.variants import variants_figure
from dspvnn.results.rows import Row
from neural.estimators import HeterodyneLSTM
from neural.networks import HeterodyneNet, OffsetNet

SHIPPED = "tone/heterodyne-lstm"
CONDITIONS = ("inside, 0 dB", "inside, 10 dB", "inside, 20 dB", "inside, 40 dB", "inside, 60 dB")
PASSES = (1, 2, 4)


def _shipped(passes: int, linear_only: bool, seed: int, scale: float) -> Measurement:
    net = neural.load(SHIPPED, seed, "cpu").set_params(passes=passes)
    if linear_only:
        with torch.no_grad():
            for parameter in net.network_.offset.head[-1].parameters():
                parameter.zero_()
    card = net.card_
    outcomes = over_the_bound(net.predict, CONDITIONS, seed)
    return Measurement(outcomes, card["seconds"], card["signals"], "shipped")


class LSTMAlone(OffsetNet):
    """The LSTM's part with nothing beside it, and at its full weight whatever the frames are."""

    def forward(self, frames: Tensor) -> Tensor:
        """Return the offset."""
        return self.of_lstm(frames)


class HeterodyneLSTMAlone(HeterodyneLSTM):
    """The heterodyne LSTM without its linear path, to be trained afresh."""

    def _network(self, n_samples: int) -> nn.Module:
        network = HeterodyneNet(self.n_frames, self.hidden)
        network.offset = LSTMAlone(self.n_frames, self.hidden)
        del network.offset.linear
        return network


def _alone(seed: int, scale: float) -> Measurement:
    recipe = neural.RECIPES[SHIPPED]
    steps = max(10, round(scale * recipe.arguments["steps"]))
    net = HeterodyneLSTMAlone(**recipe.arguments | {"steps": steps, "seed": seed, "device": "cpu"})
    clock = Clock()
    with clock:
        net.fit_task(TASK, recipe.condition())
    outcomes = over_the_bound(net.predict, CONDITIONS, seed)
    return Measurement(outcomes, clock.seconds, steps * net.batch_size)


def label(passes: int, linear_only: bool) -> str:
    """Return the name of a variant of the shipped nets."""
    part = "the linear path alone" if linear_only else "LSTM and linear path"
    return f"{part}, {passes} pass{'es' if passes > 1 else ''}"


ALONE = "the LSTM alone, trained so, 4 passes"


def lesson(rows: Sequence[Row]) -> str:
    """Say from the rows what either part is worth."""
    last = PASSES[-1]
    whole = label(last, False)

    def error(variant: str, condition: str) -> str:
        return short(typical(rows, variant, condition, ERROR))

    def apart(variant: str) -> float:
        """Return the largest difference to both parts together, after all passes, in percent."""
        pairs = [(typical(rows, v, c, ERROR) for v in (variant, whole)) for c in CONDITIONS]
        return max(100 * abs(one / other - 1) for one, other in pairs)

    linear = apart(label(last, True))
    first, high = CONDITIONS[2], CONDITIONS[-1]
    return (
        f"In one pass the LSTM takes the error at 20 dB from {error(label(1, True), first)} times the "
        f"bound to {error(label(1, False), first)}, at 60 dB from {error(label(1, True), high)} to "
        f"{error(label(1, False), high)}: it knows more of a large offset than a straight line does. "
        f"After {last} passes the linear path alone is within {linear:.2g} % of both together"
        + (
            ", since what is left by then is small, and there a straight line is best"
            if linear < 0.5
            else ""
        )
        + f". A net that was trained without the linear path is within {apart(ALONE):.2g} % of them"
        + (
            ". So it is neither part that reaches the bound, but what both stand on: a front end to which "
            "every frequency looks alike, and passes until nothing is left. The LSTM saves a pass."
            if max(linear, apart(ALONE)) < 1
            else "."
        )
    )


CASE = Case(
    name="baseband",
    title="What the LSTM adds at baseband",
    question=(
        "The heterodyne LSTM stays at the Cramér-Rao bound in every band. It reads baseband frames, and "
        "beside the LSTM it has a linear path, which starts as the slope of the phase. Which of the two "
        "does the work? The same trained nets with the LSTM's part left out, after one, two and four "
        "passes, and a net trained without the linear path."
    ),
    variants=(
        *(
            Variant(label(passes, linear_only), partial(_shipped, passes, linear_only))
            for passes in PASSES
            for linear_only in (False, True)
        ),
        Variant(ALONE, _alone),
    ),
    metrics=METRICS,
    columns=tuple((name, ERROR) for name in CONDITIONS),
    lesson=lesson,
    draw=partial(
        variants_figure, panels=tuple((name, ERROR) for name in CONDITIONS[1:]),
        xlabel="rms error of the frequency over the Cramér-Rao bound", limit_label="bound",
    ),
    caption="Rms error of the frequency over the Cramér-Rao bound (black), every training a dot.",
    limit="Cramér-Rao bound",
)  # fmt: skip
