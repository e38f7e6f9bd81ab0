"""Wrong answers to the exercises of lesson 10, and words that the check's sentence holds."""

import numpy as np
from scipy import stats

truth = np.zeros(200)  # what a notebook holds beside its errors


def resampled(errors, of=lambda values: np.sqrt(np.mean(values**2, axis=1)), count=1000, size=200):
    places = np.random.default_rng(0).integers(len(errors), size=(count, size))
    return of(errors[places])


def one_deviation(errors):
    values = resampled(errors)
    return values.mean() - values.std(), values.mean() + values.std()


def ninety(errors):
    return np.quantile(resampled(errors), [0.05, 0.95])


def ninety_nine(errors):
    return np.quantile(resampled(errors), [0.005, 0.995])


def of_the_square(errors):
    return np.quantile(resampled(errors) ** 2, [0.025, 0.975])


def of_the_mean(errors):
    return np.quantile(resampled(errors, of=lambda values: values.mean(axis=1)), [0.025, 0.975])


def of_the_errors(errors):
    return np.quantile(np.abs(errors), [0.025, 0.975])


def chi_squared(errors):
    n = len(errors)
    return np.sqrt(np.sum(errors**2) / stats.chi2.ppf([0.975, 0.025], n))


def a_quarter_of_the_errors(errors):
    return np.quantile(resampled(errors, size=50), [0.025, 0.975])


def backwards(errors):
    return np.quantile(resampled(errors), [0.975, 0.025])


def all_resamples(errors):
    return resampled(errors)


def lessons_truth(errors):
    return np.quantile(resampled(errors - truth), [0.025, 0.975])


def separate(mine, theirs):
    return stats.ttest_ind(mine, theirs).pvalue


def welch(mine, theirs):
    return stats.ttest_ind(mine, theirs, equal_var=False).pvalue


def statistic(mine, theirs):
    return stats.ttest_rel(mine, theirs).statistic


def one_sided(mine, theirs):
    return stats.ttest_rel(mine, theirs).pvalue / 2


def both_numbers(mine, theirs):
    return stats.ttest_rel(mine, theirs)


def ranks(mine, theirs):
    return stats.wilcoxon(mine, theirs).pvalue


def other_deviation(mine, theirs):
    d = mine - theirs
    return 2 * stats.t.sf(abs(d.mean()) / d.std() * np.sqrt(len(d)), len(d) - 1)


def bonferroni(p_values):
    return np.minimum(1, len(p_values) * p_values)


def falling(p_values):
    order = np.argsort(p_values)
    raised = np.empty(len(p_values))
    raised[order] = np.minimum(1, p_values[order] * np.arange(len(p_values), 0, -1))
    return raised


def above_one(p_values):
    order = np.argsort(p_values)
    raised = np.empty(len(p_values))
    raised[order] = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    return raised


def in_order_of_size(p_values):
    return np.sort(np.minimum(1, above_one(p_values)))


def times_the_rank(p_values):
    return np.minimum(1, p_values * (np.argsort(np.argsort(p_values)) + 1))


def benjamini_hochberg(p_values):
    return stats.false_discovery_control(p_values)


def yes_or_no(p_values):
    return np.minimum(1, above_one(p_values)) < 0.05


def sorts_in_place(p_values):
    p_values.sort()
    return np.minimum(1, np.maximum.accumulate(p_values * np.arange(len(p_values), 0, -1)))


def blames_the_noise():
    return [1, 5, 6, 8, 9]


def blames_the_score():
    return [3, 5, 6, 7, 9]


def blames_the_words():
    return [3, 5, 6, 8, 10]


def four_faults():
    return [3, 5, 6, 9]


def twice():
    return [3, 5, 6, 9, 9]


def from_zero():
    return [2, 4, 5, 7, 0]


def names_of_steps():
    return ["fit", "training", "failures", "p_value", "headline"]


WRONG = {
    "interval": (
        (one_deviation, "plus and minus one standard deviation"),
        (ninety, "the interval of 90 %"),
        (ninety_nine, "the interval of 99 %"),
        (of_the_square, "take the root of its ends"),
        (of_the_mean, "errors of both signs cancel"),
        (of_the_errors, "whose middle is"),
        (chi_squared, "errors of one size"),
        (a_quarter_of_the_errors, "resample as many errors as there are"),
        (backwards, "does not lie below the second"),
        (all_resamples, "shape (1000,), but shape (2,) is asked"),
        (lessons_truth, "reads the variable `truth`"),
    ),
    "paired_p_value": (
        (separate, "two separate samples"),
        (welch, "Welch's test"),
        (statistic, "its p-value is asked"),
        (one_sided, "a difference of either sign counts"),
        (both_numbers, "shape (2,), but shape () is asked"),
        (ranks, "wrong values"),
        (other_deviation, "wrong values"),
    ),
    "holm": (
        (bonferroni, "only the smallest pays so much"),
        (falling, "a larger p-value never gets a smaller one"),
        (above_one, "cut them off at 1"),
        (in_order_of_size, "the order of the input is asked"),
        (times_the_rank, "times their rank"),
        (benjamini_hochberg, "another error rate"),
        (yes_or_no, "wrong values"),
        (sorts_in_place, "changes its input"),
    ),
    "faults": (
        (blames_the_noise, "names step 1, but there the noise"),
        (blames_the_score, "what the test makes of two answers"),
        (blames_the_words, "names step 10"),
        (four_faults, "shape (4,), but shape (5,) is asked"),
        (twice, "names a step twice"),
        (from_zero, "something else than numbers of steps"),
        (names_of_steps, "list where an array of numbers is asked"),
    ),
}
