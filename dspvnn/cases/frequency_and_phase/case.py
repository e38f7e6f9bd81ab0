"""A recurrent net that should name the frequency and the offset of a sine.

As asked: 12,000 sines of 200 samples, x[n] = sin(2 pi f (n + offset) / 10,000 s), pi taken as 3.142,
f = round(100 N(0, 1)) Hz of either sign, a whole offset from 0 to 89; two thirds to train on. Two
LSTM(128), dropout 0.2 and ReLU after each, linear output (f, offset), mean squared error on raw hertz,
Nadam, batch 16.

The data, the nets and the Bayes error are in `frequency_posed`; re-posed in `frequency_reposed`.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from dspvnn.cases.base import Case, Variant, one_at_a_time, typical
from dspvnn.cases.frequency_and_phase.posed import (
    EPOCH,
    FREQUENCY,
    HIGH,
    MSE,
    NAME,
    NOISY,
    POSED,
    SetUp,
    bayes,
    constant,
    posed_net,
)  # fmt: skip
from dspvnn.cases.frequency_and_phase.reposed import ABOVE, PHASE, REPOSED, baseband, question_net, sine_fit
from dspvnn.figures.variants import variants_figure
from dspvnn.results.rows import Row
from dspvnn.tasks import Metric

AS_ASKED = SetUp()
ASKED, ACCEPTED = "as asked: two LSTM(128), ReLU, raw hertz", "changed: no ReLU (the accepted answer)"
ALL = "changed: no ReLU, targets scaled, f > 0"
TOGETHER = replace(AS_ASKED, rectified=False, scaled=True, positive=True)
WORKS = replace(AS_ASKED, constant_offset=True, one_step=True)
LONG = 2 * EPOCH
ASKED_LONG = "as asked, 2 epochs"
ONE_STEP = "changed: offset always 0, the record as one step"
ONE_STEP_LONG = "offset always 0, the record as one step, 2 epochs"
ALL_LONG = "no ReLU, targets scaled, f > 0, 2 epochs"
BAYES = "limit: posterior mean of the task as posed"
CONSTANT = "constant: f = 0, offset 44.5"
CONSTANT_POSITIVE = "constant where f > 0: f = 79.8, offset 44.5"
QUESTION_NET = "re-posed: two LSTM(128), no ReLU, targets scaled"
BEST = "best: LSTM at baseband and its phase, re-posed"
FIT = "classical: sine fit, re-posed"
VARIANTS = (
    Variant(CONSTANT, partial(constant, AS_ASKED, 0.0), "floor"),
    Variant(CONSTANT_POSITIVE, partial(constant, replace(AS_ASKED, positive=True), 79.8), "floor"),
    Variant(ASKED, partial(posed_net, AS_ASKED)),
    Variant(ACCEPTED, partial(posed_net, replace(AS_ASKED, rectified=False))),
    Variant("changed: targets scaled", partial(posed_net, replace(AS_ASKED, scaled=True))),
    Variant("changed: f > 0", partial(posed_net, replace(AS_ASKED, positive=True))),
    Variant("changed: offset always 0", partial(posed_net, replace(AS_ASKED, constant_offset=True))),
    Variant("changed: the record as one step", partial(posed_net, replace(AS_ASKED, one_step=True))),
    Variant(
        ONE_STEP,
        partial(posed_net, WORKS),
    ),
    Variant(ALL, partial(posed_net, TOGETHER)),
    Variant(ASKED_LONG, partial(posed_net, replace(AS_ASKED, steps=LONG))),
    Variant(ONE_STEP_LONG, partial(posed_net, replace(WORKS, steps=LONG))),
    Variant(ALL_LONG, partial(posed_net, replace(TOGETHER, steps=LONG))),
    Variant(BAYES, bayes, "classical"),
    Variant(QUESTION_NET, question_net),
    Variant(BEST, baseband, "hybrid"),
    Variant(FIT, sine_fit, "classical"),
)


def lesson(rows: Sequence[Row]) -> str:
    """Say from the rows what each choice costs, and what the task itself costs."""
    posed = {v.label: typical(rows, v.label, POSED, MSE) for v in VARIANTS}
    single = [
        v.label for v in VARIANTS if v.label.startswith("changed: ") and v.label not in (ALL, ONE_STEP)
    ]
    noisy = typical(rows, BAYES, NOISY, MSE)

    def ratios(label: str, condition: str) -> str:
        found = [typical(rows, label, condition, m, "ratio_to_limit") for m in (FREQUENCY, PHASE)]
        return f"{found[0]:.2f} and {found[1]:.2f}"

    changes = {label: posed[label] for label in single}
    return (
        f"As asked, the mean squared error is {posed[ASKED]:,.0f}, after two epochs "
        f"{posed[ASKED_LONG]:,.0f}; always answering f = 0 and the middle offset costs "
        f"{posed[CONSTANT]:,.0f}. {one_at_a_time(posed[ASKED], changes)} No ReLU, scaled targets and "
        f"positive f together: {posed[ALL]:,.0f}, after two epochs {posed[ALL_LONG]:,.0f}, where a "
        f"constant costs {posed[CONSTANT_POSITIVE]:,.0f}; one offset and the record as one step, after "
        f"two epochs: {posed[ONE_STEP_LONG]:,.0f}. The task hides the sign: half a period turns f into -f, "
        "and only the third decimal of 3.142 tells them apart. Without noise the posterior mean still "
        f"finds it ({posed[BAYES]:.2g}), at 20 dB its mean squared error is {noisy:,.0f}, and nobody can "
        "do better. Put so that it has an answer (f > 0, phase at the first sample), frequency and phase "
        f"are {ratios(BEST, REPOSED)} times the Cramér-Rao bound for an LSTM at baseband, "
        f"{ratios(BEST, ABOVE)} above its range, {ratios(FIT, REPOSED)} for a sine fit, and "
        f"{ratios(QUESTION_NET, REPOSED)} for the question's own net in the same short training. It is "
        "right to expect both from a recurrent net, once the question has one answer."
    )


CASE = Case(
    name=NAME,
    title="Frequency and phase of a sine",
    question=(
        "12,000 sines of 200 samples at 10 kHz, f = round(100 N(0, 1)) Hz of either sign, 2 pi taken "
        "as 2 x 3.142, a whole offset added to the sample index. Two LSTM layers of 128, dropout 0.2 "
        "and ReLU after each, name f and the offset; mean squared error on raw hertz, Nadam, batch "
        "16. It is reported to stay in the thousands, and to work only with a constant phase and the "
        "record fed as one step; the accepted answer drops the ReLU. Is it right to expect frequency "
        "and phase from a recurrent net? (The number of epochs is not known; here every net gets "
        f"{AS_ASKED.steps} steps and some two epochs, the offset is drawn from 0 to 89.)"
    ),
    variants=VARIANTS,
    metrics={
        MSE: Metric("Hz² and samples²"),
        FREQUENCY: Metric("Hz", root=True),
        PHASE: Metric("rad", root=True),
    },
    columns=(
        (POSED, MSE), (NOISY, MSE), (HIGH, MSE), (REPOSED, FREQUENCY), (REPOSED, PHASE), (ABOVE, FREQUENCY),
        (ABOVE, PHASE),
    ),
    lesson=lesson,
    draw=partial(
        variants_figure,
        panels=((POSED, FREQUENCY), (NOISY, FREQUENCY), (REPOSED, FREQUENCY), (ABOVE, FREQUENCY)),
        xlabel="rms error of f (Hz)", limit_label="Cramér-Rao bound",
    ),
    caption=(
        "Error of the frequency, every seed a dot: as posed, and re-posed with f > 0. Black: the "
        "Cramér-Rao bound; the limit of the task as posed is its posterior mean, a line of its own."
    ),
    limit="exact limit: Cramér-Rao bound",
)  # fmt: skip
