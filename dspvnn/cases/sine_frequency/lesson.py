"""What the rows of this case teach, in paragraphs.

A sentence is printed only while the rows bear it out.
"""

from collections.abc import Callable, Mapping, Sequence

from dspvnn.cases.base import short, typical
from dspvnn.cases.sine_frequency import names
from dspvnn.cases.sine_frequency.names import (
    ABOVE,
    DEAD,
    ERROR,
    MAX_FREQS,
    ORIGINAL,
    REPORTED,
    SCORED,
    SPREAD,
    UNSEEN,
    ZERO,
)  # fmt: skip
from dspvnn.results.rows import Row

Found = Callable[..., float]
BY_HEART = 2  # times the error on its own records: a net that errs more between them knows them by heart


def lesson(rows: Sequence[Row]) -> str:
    """Say what happens as asked, why, what the answers change, and what signal processing says."""

    def found(label: str, condition: str = UNSEEN, metric: str = ERROR) -> float:
        return typical(rows, label, condition, metric)

    parts = (_net_a(found), _net_b(found), _first(found), _second(found), _third(found), _classical(found))
    paragraphs = [" ".join(part) for part in (*parts, _remember(found))]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _middle(low: float, high: float) -> float:
    """Return the mean absolute error of always answering the middle of a range."""
    return (high - low) / 4


def _listed(found: Found, labels: Mapping[int, str], condition: str) -> str:
    return " / ".join(short(found(label, condition)) for label in labels.values())


def _net_a(found: Found) -> list[str]:
    own, zero, linear = (
        found(names.NET_A, SCORED), found(names.NET_A, SCORED, ZERO), found(names.A_LINEAR, SCORED)
    )  # fmt: skip
    middle = _middle(1, ORIGINAL["the records"]["frequencies trained on"])
    said = []
    if own > middle / 2:
        said.append(
            f"Net A, as asked, is off by {short(own)} cycles a record on the very records that it was "
            f"trained on; always answering the middle of 1 to 100 is off by {short(middle)}."
        )
    if zero > 0.2:
        said.append(
            f"The reason is its output: {100 * zero:.0f} % of its answers are exactly 0. A rectified "
            "output answers 0 whenever the number in front of it is negative, and there it has no "
            "gradient. Sines of different whole frequencies are orthogonal (their products sum to 0), so "
            "learning from one record hardly moves the answer to another: a record whose first answer is 0 "
            "keeps it."
        )
    if linear < own / 3:
        said.append(f"With a linear output the error on the training's records falls to {short(linear)}.")
        if found(names.A_LINEAR) > middle:
            said.append(
                f"But between them, at real frequencies, the net is off by {short(found(names.A_LINEAR))}, "
                "more than the middle is: it has learned a hundred numbers by heart. A weighted sum of the "
                "samples can give each of a hundred orthogonal sines its number, and says nothing about a "
                "sine between."
            )
    return said


def _net_b(found: Found) -> list[str]:
    spread, dead = found(names.NET_B, SCORED, SPREAD), found(names.NET_B, "before training", DEAD)
    said = []
    if spread < 0.1:
        said.append(
            "Net B gives every record the same answer: its answers to the hundred records of the training "
            f"scatter by {spread:.0g} cycles, and they are off by {short(found(names.NET_B, SCORED))} in "
            "the mean. The answer begins near 0, the targets go up to 100, and Adam moves a weight by "
            "about 0.001 a step; so for hundreds of steps every gradient says only: higher. That drives "
            "every unit of the LSTM to its bound of 1, where it says the same whatever the record is."
        )
    if dead > 0:
        said.append(
            f"The reported answer 0 is the other thing that can happen: in {100 * dead:.0f} % of draws of "
            "the first weights all hundred first answers are negative. Then the rectified output is 0 for "
            "every record, has no gradient, and stays there."
        )
    if found(names.B_SHORT, SCORED, SPREAD) < 0.1:
        said.append("Records of 250 samples in place of 2,000 do not change that.")
    return said


def _first(found: Found) -> list[str]:
    said = []
    own, unseen, above = (
        [found(label, condition) for label in names.FIRST.values()] for condition in (SCORED, UNSEEN, ABOVE)
    )
    ranges = [m - 1 for m in MAX_FREQS]
    if own[0] < _middle(1, ranges[0]) / 2:
        said.append(
            "The first answer has more records (ten of each frequency), shorter ones (100 samples) and "
            "lower frequencies, so that the targets are within reach. For max_freq "
            f"{' / '.join(map(str, MAX_FREQS))} it is off by {_listed(found, names.FIRST, SCORED)} on the "
            f"records of its training; reported were {' / '.join(f'{v:.3f}' for v in REPORTED.values())} "
            f"for the first {len(REPORTED)}."
        )
    lost = [m for m, e, top in zip(MAX_FREQS, own, ranges, strict=True) if e > 0.8 * _middle(1, top)]
    if lost:
        said.append(
            f"With max_freq {' and '.join(map(str, lost))} it has learned nothing but a constant, as the "
            "answer warns: results are random, and the more so the higher the targets are."
        )
    if unseen[0] > BY_HEART * own[0]:
        said.append(
            f"On unseen frequencies of the same range it is off by {_listed(found, names.FIRST, UNSEEN)}: "
            "a score on the records of the training is no score."
        )
    if above[0] > BY_HEART * unseen[0]:
        said.append(
            f"Above the range, up to twice as high, it is off by {short(above[0])} for max_freq 10: it "
            "answers with numbers of its range, the only ones that it has been shown."
        )
    changes = {label: found(label) for label in (names.NO_DROPOUT, names.LINEAR, names.REAL)}
    listed = "; ".join(
        f"{label.removeprefix('changed: first answer, max_freq 10, ')} {short(value)}"
        for label, value in sorted(changes.items(), key=lambda pair: pair[1])
    )
    said.append(
        f"One change at a time at max_freq 10, the error on unseen frequencies ({short(unseen[0])} without "
        f"a change): {listed}."
    )
    return said


def _second(found: Found) -> list[str]:
    own, unseen = found(names.SECOND, SCORED), found(names.SECOND)
    if not own < found(names.NET_A, SCORED) / 3:
        return []
    said = [
        "The second answer (small noise, more data, targets scaled to -1 to 1), tried on net A, brings the "
        f"error on its own records to {short(own)}."
    ]
    if unseen > BY_HEART * own:
        said.append(
            f"On unseen frequencies it is {short(unseen)}: noise on the same hundred frequencies is no new "
            "one."
        )
    return said


def _third(found: Found) -> list[str]:
    net, dense, fit = (
        found(label, SCORED) for label in (names.THIRD, names.THIRD_DENSE, names.LEAST_SQUARES)
    )
    said = [
        "The third answer trains on 2,000 real frequencies and tests on others, which is how a net should "
        f"be scored: its LSTM is off by {short(net)}, its Dense net, all linear, by {short(dense)} (always "
        f"the middle: {short(_middle(1, 50))})."
    ]
    if fit < 0.1:
        said.append(
            "That a linear net should do is less absurd than it looks. Without an offset every record "
            "begins at 0 with the slope f, since sin(f t) is f t for small t, and a slope at one place is "
            "a weighted sum of the samples. Least squares finds that sum from the same records, and is off "
            f"by {short(fit)}."
        )
        if dense > 10 * fit:
            said.append(
                f"The Dense net can represent it; {ORIGINAL['the third answer, Dense']['epochs']} epochs "
                "do not get it there. With random offsets there is no such sum at all."
            )
    return said


def _classical(found: Found) -> list[str]:
    said = [
        "The claim quoted in the question, that nets do not extrapolate periodic functions, is about "
        "another task: to continue a curve x -> f(x) beyond the points it was fitted to. Here a whole "
        "record goes in and a frequency comes out, so nothing here tests that claim."
    ]
    arcsine, fit = found(names.ARCSINE), found(names.SINE_FIT)
    if max(arcsine, fit) < 1e-3:
        said.append(
            "What signal processing says: nothing is noisy, so a record tells its frequency exactly. "
            f"Without an offset its second sample does, f = arcsin(x[1]) / dt, off by {arcsine:.0g}; a "
            f"sine fit, which works with any offset, is off by {fit:.0g}, and by "
            f"{found(names.SINE_FIT, ABOVE):.0g} up to 200. Neither was trained."
        )
    baseband = {m: (found(label), found(label, ABOVE)) for m, label in names.BASEBAND.items()}
    if all(max(pair) < 0.2 for pair in baseband.values()):
        inside, above = (" / ".join(f"{pair[i]:.0g}" for pair in baseband.values()) for i in (0, 1))
        said.append(
            "A net that reads the record after it has been turned back by the peak of its spectrum is off "
            f"by {inside} inside and {above} above, for max_freq {' / '.join(map(str, baseband))}. Most of "
            "that is the spectrum's doing; the case on the net at baseband says what the LSTM adds."
        )
    peak = found(names.FFT_PEAK), found(names.FFT_PEAK, ABOVE)
    net = baseband[30]
    if peak[1] < peak[0]:
        likewise = ""
        if net[1] < net[0]:
            likewise = f", and the net at baseband likewise ({net[1]:.0g} and {net[0]:.0g})"
        said.append(
            f"It may surprise that the peak of the spectrum is better above the range ({short(peak[1])}) "
            f"than inside ({short(peak[0])}){likewise}. A real sine has a second peak at -f. A record of "
            "one or two periods has the two so close that they bend each other; at higher frequencies they "
            "are far apart."
        )
    return said


def _remember(found: Found) -> list[str]:
    if not (found(names.FIRST[10]) > 10 * found(names.SINE_FIT) and found(names.FIRST[10], ABOVE) > 1):
        return []
    return [
        "To remember: a net knows a frequency only if it names one that it was not trained on, so score it "
        "there, inside its range and above."
    ]
