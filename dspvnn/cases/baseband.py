"""What the LSTM in the net at baseband adds to the phase slope beside it: passes, parts, and each alone.

The net takes the peak of a spectrum for its first trial frequency, then corrects it several times: by a
straight line through the phase of the record at baseband, the linear path, and by an LSTM's correction of
it. The phase is found by least squares in the end. Only one of these parts is an LSTM.
"""

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
    """Say from the rows what either part is worth; a sentence is printed only while they bear it out."""
    last, first, high = PASSES[-1], CONDITIONS[2], CONDITIONS[-1]
    whole = label(last, False)

    def error(variant: str, condition: str) -> float:
        return typical(rows, variant, condition, ERROR)

    def apart(variant: str) -> float:
        """Return the largest difference to both parts together, after all passes, in percent."""
        return max(100 * abs(error(variant, c) / error(whole, c) - 1) for c in CONDITIONS)

    without, together = ([error(label(1, alone), c) for c in (first, high)] for alone in (True, False))
    linear, alone = apart(label(last, True)), apart(ALONE)
    said = [
        "The net is named for its LSTM, but it is four things in a row: the peak of a spectrum; the record "
        "turned back by the frequency of that peak, so that what is left turns slowly (this is the record "
        "at baseband); the slope of its phase, a linear path, with an LSTM's correction, several passes of "
        f"it; and the phase by least squares. After all {last} passes it is off by "
        f"{error(whole, first):.3f} times the Cramér-Rao bound at 20 dB."
    ]
    if all(b < a for a, b in zip(without, together, strict=True)):
        said.append(
            "What the LSTM itself adds shows after one pass. The slope alone is off by "
            f"{short(without[0])} times the bound at 20 dB and by {short(without[1])} at 60 dB; with the "
            f"LSTM's correction it is {short(together[0])} and {short(together[1])}. The frequency is "
            "still far off then, and the phase of a record that turns fast is no straight line: the LSTM "
            "has learned how it bends."
        )
    if linear < 1:
        said.append(
            f"After {last} passes the slope alone is within {linear:.2g} % of both together: what is left "
            "by then turns so slowly that its phase is a straight line, and the LSTM has nothing to "
            "correct."
        )
    if alone < 1:
        said.append(
            f"A net that was trained without the slope is within {alone:.2g} % of them, so the LSTM can "
            "learn to measure a slope."
        )
    if max(linear, alone) < 1:
        said.append(
            "So what reaches the bound is neither part by itself, but what both stand on: a record in "
            "which every frequency looks alike, and passes until nothing is left. To remember: here the "
            "LSTM saves a pass; it is the question put to it that makes the net good."
        )
    return "\n\n".join(said)


CASE = Case(
    name="baseband",
    title="What the LSTM adds at baseband",
    question=(
        "The heterodyne LSTM stays at the Cramér-Rao bound in every band. It reads the record at baseband, "
        "turned back by a trial frequency, where every frequency looks alike. There it has two ways to the "
        "frequency that is left: a linear path, which begins as the slope of the phase, and an LSTM that "
        "corrects it. Which of the two does the work? The same trained nets with the LSTM's part left out, "
        "after one, two and four passes, and a net trained without the linear path."
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
