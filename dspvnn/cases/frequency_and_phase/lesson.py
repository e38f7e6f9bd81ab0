"""What the rows of the case teach, in sentences; one is said only while the rows bear it out."""

from collections.abc import Sequence

from dspvnn.cases.base import short, typical
from dspvnn.cases.frequency_and_phase import names
from dspvnn.cases.frequency_and_phase.nets import POSTED
from dspvnn.cases.frequency_and_phase.posed import ALIKE, FREQUENCY, MSE, PHASES, expected_constant
from dspvnn.cases.frequency_and_phase.posterior import NOISY
from dspvnn.cases.frequency_and_phase.records import N_SAMPLES, N_TRAINING, PI, RATE, SPREAD
from dspvnn.cases.frequency_and_phase.reposed import BANDS, PASSES, PHASE, SNRS_DB, at
from dspvnn.results.rows import Row

LOW, HIGH = BANDS
LEARNED = 0.9  # of the constant's error: a net above it has learned next to nothing


def lesson(rows: Sequence[Row]) -> str:
    """Return what was asked, what happens, why, what changes it, and what signal processing says."""
    parts = (_constant, _as_posted, _why, _changes, _phases, _posed_again, _answer, _remember)
    return "\n\n".join(said for part in parts if (said := " ".join(part(rows))))


def curve(rows: Sequence[Row], label: str) -> dict[float, float]:
    """Return the test's error of a net by the epochs after which it was measured."""
    found = {
        r.position: r.value for r in rows if r.estimator == label and r.position > 0 and r.metric == MSE
    }
    return dict(sorted(found.items()))


def _epochs(number: float) -> str:
    return f"{number:g} epoch{'' if number == 1 else 's'}"


def _constant(rows: Sequence[Row]) -> list[str]:
    found, expected = typical(rows, names.CONSTANT, ALIKE, MSE), expected_constant(False)
    if not abs(found / expected - 1) < 0.1:
        return []
    with_phases, offset = expected_constant(True), expected_constant(True) - expected
    return [
        '"In the thousands" is what a constant scores.',
        f"The frequencies scatter by {SPREAD} Hz about 0. Who always says 0 Hz is off by {SPREAD}² = "
        f"{SPREAD**2:,} Hz² on average, and by nothing in an offset that is always 0; the mean of the "
        f"two is {expected:,.0f}, and {found:,.0f} on these test records.",
        f"With phases the offset adds {offset:,.0f}: {with_phases:,.0f} in theory.",
        "An error of this size says that the net has learned nothing yet, not how far off its answers are.",
    ]


def _course(rows: Sequence[Row], label: str, who: str) -> str:
    """Say where the curve of a net stands at its end, and where it was lowest."""
    points = curve(rows, label)
    last, least = max(points), min(points, key=lambda place: points[place])
    said = f"{who} stands at {points[last]:,.0f} after {_epochs(last)}"
    if points[least] < LEARNED * points[last]:
        said += f"; its lowest was {points[least]:,.0f} after {_epochs(least)}"
    asked = POSTED["epochs"]
    return said + ("." if last >= asked else f", where this run was cut (asked: {asked}).")


def _as_posted(rows: Sequence[Row]) -> list[str]:
    constant = typical(rows, names.CONSTANT, ALIKE, MSE)
    posted, answer = curve(rows, names.POSTED), curve(rows, names.ANSWER)
    if not posted or not answer:
        return []
    said = [_course(rows, names.POSTED, "As posted, with all offsets 0, the test's error"),
            _course(rows, names.ANSWER, "With the answer's change, no ReLU, it")]  # fmt: skip
    alone = [r.note for r in rows if r.estimator == names.POSTED and "bias alone" in r.note]
    if alone and posted[max(posted)] > LEARNED * constant:
        said.append(
            "A ReLU whose input is negative gives 0 and passes no gradient. Here the one before the "
            "output has come to give 0 for every record: the answer is the output's bias, a constant, "
            f"and no weight before it can learn any more ({alone[0]})."
        )
    both = max(set(posted) & set(answer), default=0)
    if both and min(posted[both], answer[both]) > 1000:
        said.append(f"So after {_epochs(both)} both are in the thousands, as the asker reports.")
    return said


def _why(rows: Sequence[Row]) -> list[str]:
    constant = typical(rows, names.CONSTANT, ALIKE, MSE)
    points = [curve(rows, label) for label in (names.POSTED, names.ANSWER)]
    if not all(p and p[min(p)] > LEARNED * constant for p in points):
        return []
    steps = -(-N_TRAINING // POSTED["batch size"])
    return [
        "Why so slow? Two things are hard. The state of an LSTM lies between -1 and 1, while the "
        "answers are hundreds of hertz, and Nadam moves a weight by about its rate of "
        f"{POSTED['learning rate']} a step, by {POSTED['learning rate'] * steps:.1f} in the {steps} "
        "steps of an epoch. And what tells one frequency from another has to be carried through "
        f"{N_SAMPLES} steps to the last one, the only one that is read. Scaled targets take the first "
        "away, a record that is one step the second.",
    ]


def _changes(rows: Sequence[Row]) -> list[str]:
    compared = _compared(rows)
    alike = [name for name, _, changed, before in compared if changed > LEARNED * before]
    said = [
        f"{name[0].upper()}{name[1:]}: {changed:,.0f} after {_epochs(place)}, {before:,.0f} without the "
        "change."
        for name, place, changed, before in compared
    ]
    if said and len(alike) == len(said):
        said.append("In so few epochs that makes no difference.")
    posted, step = curve(rows, names.POSTED), curve(rows, names.ONE_STEP)
    constant = typical(rows, names.CONSTANT, ALIKE, MSE)
    if step and step[max(step)] < 0.1 * min(constant, posted[max(posted)]):
        last = max(step)
        said.append(
            f"One change works: the record as one step of {N_SAMPLES} features, with the ReLUs and the "
            f"raw targets of the question. After {_epochs(last)} the error is {step[last]:,.1f}, and the "
            f"frequency is off by {typical(rows, names.ONE_STEP, ALIKE, FREQUENCY):.2g} Hz. Nothing has "
            "to be carried through time then, and at one offset every sample is a fixed function of the "
            "frequency: the net fits a smooth curve. This is what the asker saw; no recurrence is left "
            "in it."
        )
    return said


def _compared(rows: Sequence[Row]) -> list[tuple[str, float, float, float]]:
    """Return single changes, the last epoch that both sides have had, and the errors with and without."""
    pairs = {
        names.SCALED: names.POSTED, names.SCALED_ANSWER: names.ANSWER, names.ONE_LAYER: names.POSTED
    }  # fmt: skip
    found = []
    for label, without in pairs.items():
        changed, before = curve(rows, label), curve(rows, without)
        both = max(set(changed) & set(before), default=0)
        if both:
            found.append((label.removeprefix("changed: "), both, changed[both], before[both]))
    return found


def _phases(rows: Sequence[Row]) -> list[str]:
    step, alike = (curve(rows, label) for label in (names.with_phases(names.ONE_STEP), names.ONE_STEP))
    constant = typical(rows, names.CONSTANT, PHASES, MSE)
    quiet, noisy = (typical(rows, names.BAYES, condition, MSE) for condition in (PHASES, NOISY))
    said = []
    both = max(set(step) & set(alike), default=0)
    if both and step[both] > 10 * alike[both]:
        said.append(
            f"With phases this is gone: the same net is at {step[both]:,.0f} after {_epochs(both)} (a "
            f"constant: {constant:,.0f})."
        )
    if noisy > 1000 > 1 > quiet:
        first = RATE / 2 / 89
        said.append(
            "Part of that is the task. Half a period of delay turns a sine of f into one of -f, so from "
            f"{first:.0f} Hz on, where half a period fits into 89 samples, a record may have a twin of "
            f"the other sign. Only the third decimal of {PI} and the whole numbers tell the two apart. "
            "Without noise the best estimate that there is, the posterior mean, which weighs every "
            f"frequency and offset by how well it explains the record, can tell them "
            f"apart (error {quiet:.2g}). "
            f"At 20 dB its error is {noisy:,.0f}: in the thousands, and nobody can do better."
        )
    return said


def _ratios(rows: Sequence[Row], label: str, band: str, metric: str) -> list[float]:
    """Return a variant's error over the bound of one who knows neither amplitude nor constant, by SNR."""
    return [
        typical(rows, label, at(band, snr), metric) / typical(rows, names.BOUND, at(band, snr), metric)
        for snr in SNRS_DB
    ]


def _posed_again(rows: Sequence[Row]) -> list[str]:
    net, fit, plain = (
        max(max(_ratios(rows, label, HIGH, metric)) for metric in (FREQUENCY, PHASE))
        for label in (names.BASEBAND, names.FIT, names.NO_LSTM)
    )
    said = [
        "Posed again so that it has one answer (f > 0, the phase at the first sample, noise of 0 to 60 "
        "dB), in the asker's own band of 0.2 to 6 cycles a record:"
    ]
    if max(net, fit) <= 1.1:
        said.append(
            "above one cycle both the sine fit and a net reach the Cramér-Rao bound, the least error of "
            "one who knows neither the amplitude nor the constant. Their errors of frequency and phase "
            f"are at most {fit:.2f} and {net:.2f} times the bound at any of {len(SNRS_DB)} noise levels. "
            "The net, called the net at baseband, takes the peak of a spectrum, moves the record to "
            "baseband, where the frequency "
            f"is a slope of the phase, corrects it {PASSES} times, and fits the phase by least squares."
        )
        if plain <= 1.1:
            said.append(
                f"With the LSTM left out it is at most {plain:.2f} times the bound: the LSTM is not what "
                "does it."
            )
    low_net, low_fit = (
        typical(rows, label, at(LOW, 40), FREQUENCY) / typical(rows, names.BOUND, at(LOW, 40), FREQUENCY)
        for label in (names.BASEBAND, names.FIT)
    )
    if low_net > 1.5 > low_fit:
        said.append(
            f"Below one cycle a spectrum has no peak to begin with: at 40 dB this net is off by "
            f"{short(low_net)} times the bound, the fit {low_fit:.2f} times."
        )
    know, neither = (
        typical(rows, names.BOUND, at(LOW, 40), FREQUENCY, column) for column in ("limit", "value")
    )
    if neither > 3 * know:
        said.append(
            "Knowledge counts most there: who knows that the amplitude is 1 and that nothing is added "
            f"may have an error of {short(know)} Hz at 40 dB, who does not, {short(neither)} Hz."
        )
    return said if len(said) > 1 else []


def _answer(rows: Sequence[Row]) -> list[str]:
    raw, step, fit = (
        typical(rows, label, at(HIGH, 40), FREQUENCY)
        for label in (names.RAW, names.RAW_ONE_STEP, names.FIT)
    )
    if not min(raw, step) > 10 * fit:
        return []
    trained, seen = (
        max(r.n_signals for r in rows if r.estimator == label and r.condition == "training")
        for label in (names.RAW, names.BASEBAND)
    )
    return [
        "Is it right to expect this from a recurrent net? From one that reads raw samples, not in a "
        "training like these. At 40 dB and 1 to 6 cycles the answer's net with scaled targets is off by "
        f"{short(raw)} Hz, with the record as one step by {short(step)} Hz, the sine fit by {short(fit)} "
        f"Hz. (The net that reads 200 steps was trained on {trained:,} records, the net at baseband on "
        f"{seen:,}: this is a result of short trainings, not a limit.) Frequency and phase are there to "
        "be had, and a net has them when it is given the record in a form in which they are simple.",
    ]


def _remember(rows: Sequence[Row]) -> list[str]:
    if not _constant(rows):
        return []
    return ["To remember: compute what a constant scores before you ask why a net does not converge."]
