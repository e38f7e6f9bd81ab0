"""The checks of lesson 10, how to compare honestly."""

from typing import Any

import numpy as np
from scipy.stats import ttest_ind, ttest_rel
from statsmodels.stats.multitest import multipletests

from dspvnn.course.answers import agree, call, name_of
from dspvnn.course.bad_comparison import Cell, Comparison, made
from dspvnn.course.verdict import Fault, check

# Errors of records whose noise varies by a factor of four, as in the tone task: sigma = 2^u, u uniform on
# -1 to 1. In closed form their mean square, their kurtosis and the width of a 95 % interval of their rms.
MEAN_SQUARE = 3.75 / (2 * np.log(4))
KURTOSIS = 3 * (16 - 1 / 16) / (2 * np.log(16)) / MEAN_SQUARE**2
N_ERRORS, N_SETS = 200, 100
WIDTH = 1.96 * np.sqrt((KURTOSIS - 1) / N_ERRORS)  # over the rms
UNIT = 1e-3  # of the errors: so a mean square cannot be taken for an rms


@check
def interval(answer: Any, rng: np.random.Generator) -> str:
    """``interval(errors)`` returns the ends of the 95 % interval of the rms error."""
    name, truth = name_of(answer), UNIT * np.sqrt(MEAN_SQUARE)
    sets = UNIT * 2 ** rng.uniform(-1, 1, (N_SETS, N_ERRORS)) * rng.standard_normal((N_SETS, N_ERRORS))
    low, high = np.array([call(answer, errors, shape=(2,)) for errors in sets]).T / truth
    _wrong_place(name, low, high)
    width, held = float(np.mean(high - low)) / WIDTH, np.mean((low <= 1) & (high >= 1))
    if not 0.88 < width < 1.12:  # the mean of 100 widths is off by 2 %, the bootstrap by 3 % at 200 errors
        raise Fault(
            f"{name} returns intervals {width:.2f} times as wide as they should be{_width_mistake(width)} "
            f"They hold the true rms error in {held:.0%} of {N_SETS} sets of errors."
        )
    return (
        f"{name} holds the true rms error in {held:.0%} of {N_SETS} fresh sets of errors (95% are asked)."
    )


def _wrong_place(name: str, low: np.ndarray, high: np.ndarray) -> None:
    if np.any(high <= low):
        raise Fault(f"{name} returns a first end that does not lie below the second.")
    middle = float(np.median((low + high) / 2))
    if np.median(low) < 0:
        raise Fault(f"{name} returns an interval of the mean error, in which errors of both signs cancel.")
    if middle < 0.05:
        raise Fault(f"{name} returns an interval of the mean square: take the root of its ends.")
    if not 0.9 < middle < 1.1:
        raise Fault(f"{name} returns intervals whose middle is {middle:.2f} times the true rms error.")


def _width_mistake(width: float) -> str:
    known = {
        0.51: ": plus and minus one standard deviation hold 68 %, not 95 %.",
        0.84: ": that is the interval of 90 %.",
        1.31: ": that is the interval of 99 %.",
        0.73: ": they are right for errors of one size, but these vary from record to record.",
    }
    for ratio, sentence in known.items():
        if abs(width / ratio - 1) < 0.06:
            return sentence
    return ": resample as many errors as there are, and let the resamples have 2.5 % beyond either end."


@check
def paired_p_value(answer: Any, rng: np.random.Generator) -> str:
    """``paired_p_value(mine, theirs)`` returns the p-value of a paired t-test of the losses."""
    pairs = []
    for n in (40, 80, 160):
        hard = rng.exponential(1, n)  # a record that is hard for one is hard for the other
        pairs.append((0.9 * hard + 0.2 * rng.random(n), hard + 0.2 * rng.random(n)))
    got = np.array([call(answer, mine, theirs, shape=()) for mine, theirs in pairs])
    right = np.array([ttest_rel(mine, theirs).pvalue for mine, theirs in pairs])
    tests = {
        "the p-value of a test of two separate samples: the records are the same.": lambda m, t: (
            ttest_ind(m, t).pvalue
        ),
        "the p-value of Welch's test of two separate samples: the records are the same.": lambda m, t: (
            ttest_ind(m, t, equal_var=False).pvalue
        ),
        "the test statistic: its p-value is asked.": lambda m, t: ttest_rel(m, t).statistic,
        "the p-value of one side: a difference of either sign counts.": lambda m, t: (
            ttest_rel(m, t).pvalue / 2
        ),
        "the p-value of a test of logarithms: mean losses are compared.": lambda m, t: (
            ttest_rel(np.log(m), np.log(t)).pvalue
        ),
        "1 less the p-value.": lambda m, t: 1 - ttest_rel(m, t).pvalue,
    }
    mistakes = {s: np.array([test(m, t) for m, t in pairs]) for s, test in tests.items()}
    _agree_each(name_of(answer), got, right, mistakes)
    separate = ttest_ind(*pairs[2]).pvalue
    return (
        f"{name_of(answer)} agrees with SciPy: p = {got[2]:.1g} for 160 pairs, where a test that takes "
        f"them for separate samples has p = {separate:.1g}."
    )


def _agree_each(name: str, got: np.ndarray, right: np.ndarray, mistakes: dict[str, np.ndarray]) -> None:
    """Raise a `Fault` unless all values agree, however small they are beside the largest."""

    def scaled(values: np.ndarray) -> np.ndarray:
        return np.asarray(values / right)

    if not np.allclose(scaled(got), 1, rtol=1e-6):
        for sentence, wrong in mistakes.items():
            if np.allclose(got, wrong, rtol=1e-6):
                raise Fault(f"{name} returns {sentence}")
        agree(name, got, right, {}, 1e-9)


@check
def holm(answer: Any, rng: np.random.Generator) -> str:
    """``holm(p_values)`` returns the p-values as Holm's method raises them."""
    p_values = np.concatenate([10 ** rng.uniform(-4, -1.4, 4), rng.uniform(0.55, 0.9, 3)])
    p_values = np.append(p_values, p_values[:4].max() * 1.1)  # its product is smaller than the one before
    rng.shuffle(p_values)
    n, order = len(p_values), np.argsort(p_values)
    right = multipletests(p_values, method="holm")[1]
    products = p_values[order] * np.arange(n, 0, -1)
    back = np.argsort(order)
    mistakes = {
        "the p-values times their number (Bonferroni): only the smallest pays so much.": np.minimum(
            1, n * p_values
        ),
        "the p-values times their number, some of them above 1.": n * p_values,
        "products that may fall again: a larger p-value never gets a smaller one.": np.minimum(
            1, products[back]
        ),
        "products that may fall again and exceed 1.": products[back],
        "values above 1: cut them off at 1.": np.maximum.accumulate(products)[back],
        "the values in the order of size: the order of the input is asked.": np.sort(right),
        "the values of Benjamini and Hochberg, who control another error rate.": multipletests(
            p_values, method="fdr_bh"
        )[1],
        "the p-values times their rank: the smallest is multiplied by the number of all.": np.minimum(
            1, p_values * (back + 1)
        ),
        "the p-values as they came.": p_values,
    }
    _agree_each(name_of(answer), call(answer, p_values, shape=(n,)), right, mistakes)
    before, after = int(np.sum(p_values < 0.05)), int(np.sum(right < 0.05))
    return (
        f"{name_of(answer)} agrees with statsmodels; of {before} p-values below 0.05, {after} stay below."
    )


class HonestComparison(Comparison):
    """The comparison with its five faults mended."""

    def step_3_fit(self) -> Any:
        """Tell the sine fit the band that the nets know."""
        return made("sine fit, given the range")

    def step_5_training(self, losses: np.ndarray) -> np.ndarray:
        """Let every training count."""
        return np.asarray(losses.mean(axis=0))

    def step_6_failures(self, net: np.ndarray, fit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Keep all records."""
        return net, fit

    def step_8_p_value(self, net: np.ndarray, fit: np.ndarray) -> float:
        """Test the differences, record by record."""
        return float(ttest_rel(net, fit).pvalue)

    def step_9_headline(self, cells: list[Cell]) -> list[Cell]:
        """Report every SNR, with p-values as Holm raises them."""
        raised = multipletests([p for *_, p in cells], method="holm")[1]
        return [(snr, ratio, float(p)) for (snr, ratio, _), p in zip(cells, raised, strict=True)]


N_STEPS = 10
FAULTS = {
    3: "at what each side knows before it sees a record",
    5: "at how often the net may try, and on which records the best try is picked",
    6: "at which records count for whom",
    8: "at what the test makes of two answers to the same record",
    9: "at how many comparisons were made, and how many are reported",
}
SOUND = {
    1: "the noise has its deviation in expectation, and nothing is adjusted record by record",
    2: "the test records are others than those of the training, and no training is left out yet",
    4: "all answer on the same records, which makes pairs possible",
    7: "both sides have the same score in the same unit",
    10: "it says how many records there were, and whatever it was given to report",
}


@check
def faults(answer: Any, rng: np.random.Generator) -> str:
    """``faults()`` returns the numbers of the five steps that are wrong."""
    name = name_of(answer)
    named = call(answer, shape=(5,))
    if not set(named) <= set(range(1, N_STEPS + 1)):
        raise Fault(f"{name} returns something else than numbers of steps, from 1 to {N_STEPS}.")
    if len(set(named)) < len(named):
        raise Fault(f"{name} names a step twice: five different ones are wrong.")
    for step in sorted(int(step) for step in named):
        if step in SOUND:
            missing = next(words for fault, words in FAULTS.items() if fault not in named)
            raise Fault(f"{name} names step {step}, but there {SOUND[step]}. Look again {missing}.")
    ((snr, ratio, p_value),) = Comparison(rng).cells()
    honest = [cell[1] for cell in HonestComparison(rng).cells()]
    return (
        f"{name} names all five. On fresh records, as it stood, the LSTM's error is {ratio:.2f} times the "
        f"fit's at {snr} dB (p = {p_value:.1g}); mended, it is {min(honest):.2f} to {max(honest):.2f} times"
        f" the fit's over {len(honest)} SNRs."
    )
