"""A recurrent net that should name the frequency and the offset of a sine.

Everything of the question and its answer is in original.toml; the nets are in `nets`, their records in
`records`, how they are trained in `training`. `posed` holds the trainings, `posterior` the least error of
the task as it was posed, `reposed` the question posed again, `lesson` what follows.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

from dspvnn.cases.base import Case, Variant
from dspvnn.cases.frequency_and_phase import names
from dspvnn.cases.frequency_and_phase.figure import learning
from dspvnn.cases.frequency_and_phase.lesson import lesson
from dspvnn.cases.frequency_and_phase.nets import NAME, ORIGINAL, POSTED
from dspvnn.cases.frequency_and_phase.posed import ALIKE, FREQUENCY, MSE, PHASES, constant, posed_net
from dspvnn.cases.frequency_and_phase.posterior import NOISY, bayes
from dspvnn.cases.frequency_and_phase.records import CYCLES
from dspvnn.cases.frequency_and_phase.reposed import (
    BANDS,
    PHASE,
    at,
    baseband,
    bound,
    raw_net,
    sine_fit,
)
from dspvnn.tasks import Metric


def _variants(folder: Path | None = None) -> tuple[Variant, ...]:
    """Return the variants; trainings are those of a folder of checkpoints, as far as it has them."""
    posed = (names.OF_TRAINING | names.WITH_PHASES).items()
    raw = {"reposed": names.RAW, "reposed-one-step": names.RAW_ONE_STEP}.items()
    return (
        *(Variant(label, partial(posed_net, name, folder), n_seeds=1) for name, label in posed),
        Variant(names.CONSTANT, constant, "floor", 1),
        Variant(names.BAYES, bayes, "classical", 1),
        *(Variant(label, partial(raw_net, name, folder), n_seeds=1) for name, label in raw),
        Variant(names.BASEBAND, partial(baseband, True), "hybrid"),
        Variant(names.NO_LSTM, partial(baseband, False), "hybrid"),
        Variant(names.FIT, partial(sine_fit, True), "classical"),
        Variant(names.FIT_NO_CONSTANT, partial(sine_fit, False), "classical"),
        Variant(names.BOUND, bound, "classical"),
    )


def longer(folder: Path) -> Case:
    """Return the case whose trainings are those of a folder, as far as they have got."""
    return replace(CASE, variants=_variants(folder))


CASE = Case(
    name=NAME,
    title="Frequency and phase of a sine",
    question=(
        "Is it right to expect a recurrent net to estimate frequency and phase? 12,000 sines of 200 "
        "samples at 10 kHz have frequencies of about 100 Hz and of either sign; two LSTM layers of "
        f"{POSTED['units']}, each with dropout and a ReLU behind it, should name the frequency in hertz "
        f"and the offset in samples. The training of {POSTED['epochs']} epochs is reported not to "
        "converge: the mean squared error stays in the thousands, even with all offsets 0, which is how "
        "the code was posted. Only a record given as one step of 200 features, at one offset, works a "
        "little. The answer: remove the ReLUs."
    ),
    variants=_variants(),
    metrics={
        MSE: Metric("Hz² and samples²"),
        FREQUENCY: Metric("Hz", root=True),
        PHASE: Metric("rad", root=True),
    },
    columns=(
        (ALIKE, MSE), (PHASES, MSE), (NOISY, MSE),
        *((at(band, snr_db), FREQUENCY) for band in BANDS for snr_db in (0, 40)),
    ),
    lesson=lesson,
    draw=learning,
    caption=(
        "Above: the test's mean squared error after every epoch, without and with phases, each net on "
        "the test of its own records; dashed, what a constant scores. Below: the question posed again, "
        f"{CYCLES[0]:g} to {CYCLES[1]:g} cycles a record; black, the limit."
    ),
    limit="limit: posterior mean at 0 dB, from 20 dB on the Cramér-Rao bound, amplitude known",
    original=ORIGINAL,
    longer=longer,
)  # fmt: skip
