"""What the rows of this case teach, in paragraphs.

A sentence is printed only while the rows bear it out.
"""

import math
from collections.abc import Callable, Sequence

from dspvnn.cases.base import typical
from dspvnn.cases.noise_witness import names
from dspvnn.cases.noise_witness.names import FAST, LEFT, OFF, OWN, UNSEEN
from dspvnn.cases.noise_witness.nets import ASKED, RECORD
from dspvnn.cases.noise_witness.yardsticks import expected_left
from dspvnn.results.rows import Row

Decibel = Callable[..., float]


def decibel(ratio: float) -> float:
    """Return a ratio of amplitudes in dB."""
    return -math.inf if ratio == 0 else 20 * math.log10(ratio)


def lesson(rows: Sequence[Row]) -> str:
    """Say what happens as asked, why, what changes it, what works, and what signal processing says."""

    def db(label: str, condition: str = UNSEEN, metric: str = LEFT) -> float:
        return decibel(typical(rows, label, condition, metric))

    parts = (_what_happens(db), _why(db), _one_change(db), _ours(db), _classical(db), _memory(db))
    paragraphs = [" ".join(part) for part in parts]
    if _fails(db(names.QUESTION)) and db(names.TOLD_PRODUCT) < -20:
        paragraphs.append(
            "To remember: add up the learning rates before you ask what a prediction means, and where two "
            "signals are known to be multiplied, fit the one number that is left."
        )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _fails(db: float) -> bool:
    return db > -1


def _tenths(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f} dB"  # no minus before 0.0


def travelled(rate: float, decay: float) -> float:
    """Return the sum of the learning rates of all steps of the question's training."""
    steps = ASKED["epochs"] * ASKED["windows"]
    return sum(rate / (1 + decay * k) for k in range(steps))


def first_weight() -> float:
    """Return the standard deviation of the first weights of the first Dense layer (Glorot)."""
    return math.sqrt(2 / (ASKED["LSTM layers"][-1] + ASKED["Dense layers"][0]))


def _what_happens(db: Decibel) -> list[str]:
    off, fast, left = (db(names.QUESTION, OWN, metric) for metric in (OFF, FAST, LEFT))
    if not _fails(off):
        return []
    return [
        f"As asked, the net leaves {_tenths(off)} of the target on the very record that it was trained on. "
        "Here 0 dB is what a constant leaves; -20 dB would be a tenth of it (the table has 1 and 0.1). In "
        "time the prediction is nearly a flat line, and in frequency it has nothing of the noise: "
        f"{_tenths(fast)} are left above 5 Hz, where the contamination w r lies. Of the contamination "
        f"alone it leaves {_tenths(left)}, and {_tenths(db(names.QUESTION))} on unseen noise."
    ]


def _why(db: Decibel) -> list[str]:
    rate, decay = ASKED["learning rate"], ASKED["decay"]
    moved = travelled(rate, decay)
    if not _fails(db(names.QUESTION, OWN, OFF)):
        return []
    return [
        "Why: the training is over before it has begun. Adam moves a weight by about the learning rate at "
        f"every step, however large the gradient is. The decay divides the rate of step k by 1 + {decay} "
        f"k, so the rates of all {ASKED['epochs'] * ASKED['windows']} steps add up to {moved:.2g}, while a "
        f"first weight of the first Dense layer is about {first_weight():.2g} in size. The net that "
        "predicts is still the one that was drawn at random."
    ]


def _one_change(db: Decibel) -> list[str]:
    left = {label: db(label) for label in names.SINGLE_CHANGES}
    listed = "; ".join(
        f"{label.removeprefix('changed: ')}: {_tenths(value)}"
        for label, value in sorted(left.items(), key=lambda pair: pair[1])
    )
    said = [f"One change at a time, the contamination left on unseen noise: {listed}."]
    if all(map(_fails, left.values())):
        faster = travelled(3e-3, ASKED["decay"])
        said.append(
            "No single change helps, since each leaves the others in the way: without the decay the steps "
            f"add up to {travelled(ASKED['learning rate'], 0):.2g}, with the larger rate and the decay to "
            f"{faster:.2g}, most of it in the first epochs, in which the net learns no more than the "
            "target's mean."
        )
    return said


def _ours(db: Decibel) -> list[str]:
    ours, rectified, scaled = (db(label) for label in (names.OURS, names.OURS_RECTIFIED, names.OURS_SCALED))
    alone, product = db(names.OURS_CONTAMINATION), db(names.OURS_PRODUCT)
    said = []
    if not _fails(ours):
        said.append(
            "Together they do: with a linear output, a rate of 3e-3 without decay and the witnesses as "
            f"they are, the same net leaves {_tenths(ours)} after the same {ASKED['epochs']} epochs."
        )
    if rectified > ours + 1:
        said.append(
            f"The LeakyReLU put back at the output leaves {_tenths(rectified)}: it divides a negative "
            f"answer by {1 / ASKED['slope of the LeakyReLU']:.0f}, and the target is negative about half "
            "of the time."
        )
    if scaled > ours + 1:
        said.append(
            f"Witnesses scaled to 0 to 1 leave {_tenths(scaled)}: each is then a large constant with a "
            "small part that varies. Their product has four terms, constant times constant, two of "
            "constant times part, and part times part; only the last matters, and it is the smallest."
        )
    if alone < ours - 1:
        said.append(
            f"Trained on the contamination alone, it leaves {_tenths(alone)}: the wanted sin(t) is part of "
            "the target that was asked for, and no witness tells it, so to the training it is noise."
        )
        if product > alone + 3:
            said.append(
                "Given the product w r as a third witness, but sin(t) in its target, it leaves "
                f"{_tenths(product)}: to multiply is not what holds it back."
            )
    return said


def _expected() -> float:
    rate = RECORD["samples a second"]
    return decibel(math.sqrt(expected_left(RECORD["seconds"] * rate, rate)))


def _classical(db: Decibel) -> list[str]:
    told, steps = db(names.TOLD_PRODUCT), db(names.TOLD_PRODUCT_STEPS)
    said = []
    if told < -20:
        said.append(
            "What signal processing says: the contamination is w r times one gain. Who is told so has one "
            f"number to find, and least squares finds it from the same record: {_tenths(told)} are left. "
            "What is left is due to the wanted sin(t), which acts as noise on the fit "
            f"({_tenths(_expected())} on average over all draws of the noise)."
        )
    if steps < told - 20:
        said.append(
            "Differences take it away: from one sample to the next sin(t) moves by less than 1/2048, the "
            "white noise by its whole size. The same fit to differences of target and regressor leaves "
            f"{steps:.0f} dB."
        )
    bilinear, bilinear_steps = db(names.TOLD_BILINEAR), db(names.TOLD_BILINEAR_STEPS)
    said.append(
        "Told only that the coupling is bilinear (products of the scaled witnesses, the witnesses, a "
        f"constant), least squares leaves {_tenths(bilinear)}, on differences {_tenths(bilinear_steps)}."
    )
    unit, unit_steps = db(names.UNIT), db(names.UNIT_STEPS)
    said.append(
        "Beside that fit, which knows about as much, stands the product unit, a net that can be nothing "
        f"but the product of two weighted sums of the witnesses: {_tenths(unit)}, on differences "
        f"{_tenths(unit_steps)}."
    )
    return said


def _memory(db: Decibel) -> list[str]:
    """Say who could know sin(t), and whether a net with memory has found it out."""
    nets = [*names.SINGLE_CHANGES, names.QUESTION, names.OURS, names.OURS_SCALED, names.OURS_PRODUCT]
    without, best = db(names.TOLD_WANTED, UNSEEN, OFF), min(db(label, UNSEEN, OFF) for label in nets)
    if best < without:
        return []
    return [
        "These fits are yardsticks, no limits that nothing can pass. No sample of w and r tells sin(t), so "
        f"a fit without memory gets no lower than {_tenths(without)} of the target. A net with memory "
        "could do better: a state that has "
        "started at t = 0 can count the periods of w, and so know t. None of "
        "the nets here has learned that: the least that one leaves of the target on unseen noise is "
        f"{_tenths(best)}."
    ]
