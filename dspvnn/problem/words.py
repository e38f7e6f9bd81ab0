"""What the rows of a problem of the user's own say, in words."""

from collections.abc import Sequence

from dspvnn.problem.description import Problem
from dspvnn.problem.task import NAME, SHIPPED, WHITE
from dspvnn.results.numbers import number, score
from dspvnn.results.rows import Row, median_training

WHOLE = "whole range"


def problem_lead(rows: Sequence[Row]) -> str:
    """Return who has the least error over the whole problem, a side each, and where the nets stand."""
    cells = [r for r in rows if r.task == NAME and r.metric == "frequency rmse"]
    whole = [r for r in cells if r.condition == WHOLE]
    sides = {"classical": "classical estimator", "neural": "net", "yours": "estimator of your own"}
    said = [
        f"the {what} with the least error is {best.entry}, {score(best)}, "
        f"an rms error of {number(best.value)} Hz"
        for kind, what in sides.items()
        if (best := _best([r for r in whole if r.kind == kind])) is not None
    ]
    if not said:
        return "No estimator of this problem has a score."
    text = f"Over the whole of your problem {'; '.join(said)}. "
    regions = {r.condition: r.region for r in cells if r.kind == "neural"}
    outside = [name for name, region in regions.items() if region != "inside"]
    if outside:
        text += (
            f"The nets are outside what they were trained on in {len(outside)} of {len(regions)} cells. "
        )
    elif regions:
        text += f"All {len(regions)} cells lie in what the nets were trained on. "
    return text


def problem_nets(problem: Problem, share: float) -> str:
    """Return what the nets were trained on, and with which share of the steps of those that ship."""
    low, high = SHIPPED.frequency_range
    if not problem.trained:
        return (
            f"The nets are those that ship, trained on records of {SHIPPED.n_samples} samples, {low:g} to "
            f"{high:g} cycles per sample (here {low * problem.sample_rate:g} to "
            f"{high * problem.sample_rate:g} Hz), in white noise or, the mixture LSTM, every kind. The "
            "shaded cells of the figure are those in their training range; --train trains nets for this "
            "problem."
        )
    text = (
        "The nets were trained for this problem, on signals of its band, records, SNRs and noise, with "
        f"{100 * share:g} % of the steps of those that ship; all cells are in their training range."
    )
    if problem.kind == WHITE:
        return text
    return text + (
        " The comb LSTM is the mixture LSTM of the mismatch map: it reads the record at baseband as it is, "
        "behind two limiters, and at the harmonics of the tone."
    )


def _best(rows: Sequence[Row]) -> Row | None:
    """Return the row of least error; of a net, the training with the median error stands for it."""
    entries = dict.fromkeys(r.entry for r in rows)
    medians = (median_training(r for r in rows if r.entry == entry) for entry in entries)
    return min(medians, key=lambda r: r.value, default=None)
