# %% [markdown]
# # 10. How to compare honestly
#
# **For whom.** You have done lesson 3 and want to say that one method is
# better than another, or to read a paper that says so. Lesson 4 helps: it
# tells what a training and its seed are.
#
# **Afterwards you can**
#
# - put an interval on an rms error, and a p-value on a difference;
# - say what pairs, seeds, many comparisons and side information do to a
#   result;
# - find the faults in a comparison, your own ones first.
#
# **Time.** 60 minutes. Four exercises.

# %%
import inspect
import time

import matplotlib.pyplot as plt
import numpy as np

import neural
from baselines import FFTPeak, SineFit
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_10 as check
from dspvnn.course.bad_comparison import Comparison
from dspvnn.limits import tone_posterior
from dspvnn.tasks import TASKS
from dspvnn.tasks.tone.task import ToneCondition

use_style()
rng = np.random.default_rng(10)


def tones(snr_db, n_signals):
    """Return records of 128 samples and their frequencies, 0.05 to 0.25."""
    level = (snr_db, snr_db)
    condition = ToneCondition("", snr_range_db=level)
    trials = TASKS["tone"].draw(rng, n_signals, condition)
    return trials.signals, trials.target


def rms(errors):
    """Return the root of the mean square along the last axis."""
    return np.sqrt(np.mean(errors**2, axis=-1))


# %% [markdown]
# ## A number is not enough
#
# You measure an rms error on 200 records and find 0.00012. On 200 other
# records you would have found another number. How far may it be from the error
# on *all* records, which is what you want to know?
#
# > **Predict.** An rms error from 200 records: how far off is it, typically:
# > by 0.5 %, 7 %, or 20 %?
#
# If you could draw 200 records a thousand times, you would see the spread. You
# cannot, but you can draw from the 200 that you have: take 200 of them at
# random, **with** repetition, and compute the rms error again; do it a
# thousand times. The middle 95 % of these thousand numbers are an interval.
# This is the **bootstrap**, and it makes no assumption about the shape of the
# errors.
#
# ### Exercise 1: an interval
#
# Write `interval(errors)`: the two ends, shape `(2,)`, of the 95 % bootstrap
# interval of the **rms** error; `errors` has the shape `(n_signals,)`. The
# check draws a hundred sets of 200 errors and counts how often your interval
# holds the true rms error.
#
# <details><summary>Hint</summary>
#
# `draws.integers(n, size=(1000, n))`, with `draws = np.random.default_rng()`,
# are the places of a thousand resamples at once. `np.quantile(values, [0.025,
# 0.975])` gives the ends.
#
# </details>


# %% tags=["stub"]
def interval(errors):
    """Return the ends of the 95 % interval of the rms error, (2,)."""
    raise NotImplementedError


# %% tags=["solution"]
def interval(errors):
    """Return the ends of the 95 % interval of the rms error, (2,)."""
    n, draws = len(errors), np.random.default_rng()
    resampled = errors[draws.integers(n, size=(1000, n))]
    values = np.sqrt(np.mean(resampled**2, axis=1))
    return np.quantile(values, [0.025, 0.975])


# %%
print(check.interval(interval))

# %% [markdown]
# The typical error of the rms is about 7 % here: 200 records are few. To halve
# it takes four times the records.
#
# ## Pairs
#
# Two estimators of lesson 1 and 3, the sine fit and the interpolated top of
# the spectrum (Aboutanios and Mulgrew), at 10 dB. The second one's error is a
# few per cent larger. With 7 % on either number, can 200 records tell?
#
# > **Predict.** Measure the ratio of the two errors, first with 200 records
# > *of its own* for each estimator, then with the *same* 200 for both. By
# > which factor will the ratio be more certain the second time: 1, 1.5, or
# > more?

# %%
signals, truth = tones(10, 20_000)
fit = SineFit().predict(signals) - truth
peak = FFTPeak("aboutanios-mulgrew").predict(signals) - truth
fits, peaks = fit.reshape(100, 200), peak.reshape(100, 200)
same = rms(peaks) / rms(fits)
own = rms(peaks) / rms(np.roll(fits, 1, axis=0))  # those of other records
figure, ax = plt.subplots(figsize=(6, 2.8))
places = np.linspace(0.7, 1.5, 81)
ax.hist(own, places, alpha=0.6, label="each its own records")
ax.hist(same, places, alpha=0.8, label="the same records")
ax.axvline(rms(peak) / rms(fit), color="black", label="20,000 records")
ax.set(xlabel="peak's rms error over the fit's, 200 records", ylabel="times")
ax.legend()
plt.show()
print(f"the ratio from 20,000 records: {rms(peak) / rms(fit):.3f}")
print(f"spread with its own records:   {own.std():.3f}")
print(f"spread with the same records:  {same.std():.3f}")

# %% [markdown]
# By a factor of three, for nothing. A record with unlucky noise is unlucky
# for both, and in the ratio this cancels. So: **the same records for all**,
# and never judge by whether two separate intervals overlap. Intervals of 7 %
# do overlap here, and the peak is worse all the same.
#
# The test that belongs to pairs looks at the *difference* of the losses
# (squared errors, for instance), record by record. Let $d_i$ be the difference
# on record $i$, $\bar d$ their mean and $s_d$ their standard deviation, over
# $n$ records. If there were no difference, then
#
# $$t = \frac{\bar d}{s_d / \sqrt n}$$
#
# would be about normal (Student's t with $n - 1$ degrees of freedom). The
# **p-value** is the probability of a $|t|$ as large as the one found, or
# larger, if there is no difference.
#
# ### Exercise 2: a paired test
#
# Write `paired_p_value(mine, theirs)`: the two-sided p-value from the losses
# of two estimators on the same records, shape `(n_signals,)` each.
#
# <details><summary>Hint</summary>
#
# `scipy.stats.t.sf(x, n - 1)` is the probability of a value above `x`; for
# both sides take it twice, with $|t|$. Or look for the function of
# `scipy.stats` that does all of it: its name has "rel" (related) in it. The
# standard deviation is the one with `ddof=1`. Import what you need inside the
# function.
#
# </details>


# %% tags=["stub"]
def paired_p_value(mine, theirs):
    """Return the p-value of a paired t-test, one number."""
    raise NotImplementedError


# %% tags=["solution"]
def paired_p_value(mine, theirs):
    """Return the p-value of a paired t-test, one number."""
    from scipy.stats import t

    d = mine - theirs
    value = d.mean() / (d.std(ddof=1) / np.sqrt(len(d)))
    return 2 * t.sf(abs(value), len(d) - 1)


# %%
print(check.paired_p_value(paired_p_value))

# %%
for n in (50, 200, 1000, 5000):
    p = attempt(paired_p_value, peak[:n] ** 2, fit[:n] ** 2, shape=())
    print(f"peak against fit, {n:5d} records: p = {p:.2g}")

# %% [markdown]
# (Squares of outliers are very large, and below the threshold of lesson 3 a
# few of them drown all other differences. The toolkit's pairs therefore
# compare the logarithms of the errors.)
#
# ## Many comparisons
#
# A p-value below 0.05 happens in one of twenty comparisons where there is no
# difference at all.
#
# > **Predict.** Twelve comparisons, none of them with a real difference. How
# > likely is it that at least one comes out with $p < 0.05$: 5 %, 20 %, 46 %?

# %%
p_values = rng.random((10_000, 12))  # without a difference p is uniform
print(f"at least one below 0.05: {np.mean(p_values.min(axis=1) < 0.05):.3f}")
print(f"as computed:             {1 - 0.95**12:.3f}")

# %% [markdown]
# Who looks at twelve SNRs and reports the best has a coin, not a result. The
# repair is to raise the p-values. **Holm's method** for $m$ of them: sort
# them, smallest first; multiply the smallest by $m$, the next by $m - 1$, and
# so on down to 1; none may become smaller than the one before it, and none
# larger than
# 1. Then the chance of *any* false alarm among them is at most 5 % where 0.05
#    is the limit.
#
# ### Exercise 3: Holm's method
#
# Write `holm(p_values)`: the raised p-values, in the order in which they came,
# shape `(m,)`.
#
# <details><summary>Hint</summary>
#
# `order = np.argsort(p_values)` sorts, `np.maximum.accumulate` lets nothing
# fall, `np.minimum(1, ...)` cuts, and `raised[order] = values` puts the values
# back in place.
#
# </details>


# %% tags=["stub"]
def holm(p_values):
    """Return the p-values as Holm's method raises them, (m,)."""
    raise NotImplementedError


# %% tags=["solution"]
def holm(p_values):
    """Return the p-values as Holm's method raises them, (m,)."""
    order = np.argsort(p_values)
    products = p_values[order] * np.arange(len(p_values), 0, -1)
    raised = np.empty(len(p_values))
    raised[order] = np.minimum(1, np.maximum.accumulate(products))
    return raised


# %%
print(check.holm(holm))

# %% [markdown]
# ## Seeds, and the best of many
#
# A classical estimator gives one answer. A net's answer depends on its random
# start and on the order of its training records: on its **seed**. Train it
# again and you have another net. Which one do you report?
#
# > **Predict.** $k$ methods are *equally* good. Each is measured on the same
# > 100 records, and the best is reported with the number that it got there.
# > How much too good does it look with $k = 20$: by 2 %, 10 %, or 30 %?

# %%
counts = np.array([1, 2, 3, 5, 10, 20, 50])
measured = rms(rng.standard_normal((1000, 50, 100)))  # of a true rms of 1
looks = [measured[:, :k].min(axis=1).mean() for k in counts]
figure, ax = plt.subplots(figsize=(6, 2.8))
ax.plot(counts, looks, "o-")
ax.axhline(1, color="black", lw=1)
ax.set_xscale("log")
ax.set_xticks(counts, counts)
ax.set(xlabel="k, methods tried", ylabel="rms error of the best, truth 1")
plt.show()

# %% [markdown]
# By more than 10 %, out of nothing. (Here the methods' errors are independent;
# on the same records they go together more or less, and the effect is smaller,
# but it has the same sign.) To choose is fine, if the choice is made on
# *other* records than the score. And then report *all* trainings: what you can
# promise to somebody who trains your net again is their mean and spread, not
# the best of them. The toolkit ships three trainings of each net:

# %%
signals, truth = tones(10, 1000)
labels = [*(f"LSTM, seed {seed}" for seed in range(3)), "sine fit"]
estimators = [neural.load("tone/lstm", seed) for seed in range(3)]
figure, ax = plt.subplots(figsize=(6, 2.2))
for place, estimator in enumerate([*estimators, SineFit()]):
    errors = estimator.predict(signals) - truth
    low, high = attempt(interval, errors, shape=(2,))
    ax.plot([low, high], [place, place], color="0.5", lw=2)
    ax.plot(rms(errors), place, "o", color="C0")
ax.set_yticks(range(4), labels)
ax.set(xlabel="rms error at 10 dB, your 95 % intervals", ylim=(3.5, -0.5))
plt.show()

# %% [markdown]
# The intervals say how certain each *training's* error is; they do not say how
# the next training will be. Three seeds cannot tell much about that, and an
# honest text says so.
#
# ## Side information
#
# > **Predict.** At −8 dB, far below the threshold, the LSTM of lesson 4
# > against the sine fit. Which has the smaller rms error? And is that a reason
# > to prefer it?

# %%
signals, truth = tones(-8, 1500)
answers = {
    "sine fit": SineFit().predict(signals),
    "LSTM, trained in the band": neural.load("tone/lstm", 0).predict(signals),
    "sine fit, told the band": SineFit(frequency_range=(0.05, 0.25)).predict(
        signals
    ),
    "posterior mean, told the band": tone_posterior(signals, -8.0).mean,
}
for name, answer in answers.items():
    print(f"{name:30} rms error {rms(answer - truth):.4f}")

# %% [markdown]
# The net wins, and loses as soon as the fit is told what the net was told:
# that no frequency lies outside 0.05 to 0.25. The net had it from its training
# records. That is **side information**, and who has it plays another game.
# What each side knew before it saw a record belongs into the table; the limit
# for those who know the band is the posterior mean of lesson 3.
#
# ## Cost
#
# The last column of an honest table is what the answer costs.

# %%
signals, truth = tones(10, 1000)
card = neural.load("tone/lstm", 0).card_  # what is known of a shipped net
trained = f"{card['signals']:,} records, {card['seconds'] / 60:.0f} minutes"
contestants = {
    "sine fit": (SineFit(), "nothing"),
    "LSTM": (neural.load("tone/lstm", 0), trained),
}
for name, (estimator, training) in contestants.items():
    estimator.predict(signals[:10])  # the first call loads things
    start = time.process_time()
    estimator.predict(signals)
    spent = time.process_time() - start
    print(f"{name:9} {1000 * spent:6.0f} ms for 1,000 records", end="")
    print(f"; before that: {training}")

# %% [markdown]
# ## Ten steps, five of them wrong
#
# Here is a comparison as one may find it in print. Its headline:

# %%
print(Comparison(np.random.default_rng(0)))

# %% [markdown]
# An LSTM many times better than the least-squares fit. Before you scroll: do
# you believe it, after what the last sections showed? Now read how it was
# made. Each step says what it does, and its code does what it says; nothing is
# hidden. Five of the ten steps are wrong, in the sense of this lesson.

# %%
print(inspect.getsource(Comparison))

# %% [markdown]
# ### Exercise 4: five faults
#
# Write `faults()`: the numbers of the five steps that are wrong, in any order.
# The check runs the comparison on fresh records as it stands and, when all
# five are found, with the five steps mended.
#
# <details><summary>Hint</summary>
#
# Go through the sections above: pairs, many comparisons, seeds, side
# information. And ask of each step whether it does the same to both sides.
#
# </details>


# %% tags=["stub"]
def faults():
    """Return the numbers of the five wrong steps, (5,)."""
    raise NotImplementedError


# %% tags=["solution"]
def faults():
    """Return the numbers of the five wrong steps, (5,)."""
    unequal_knowledge = 3
    best_on_the_test_records = 5
    own_failures_left_out = 6
    pairs_thrown_away = 8
    best_snr_of_four = 9
    return [
        unequal_knowledge,
        best_on_the_test_records,
        own_failures_left_out,
        pairs_thrown_away,
        best_snr_of_four,
    ]


# %%
print(check.faults(faults))

# %% [markdown]
# None of the five is a lie, and each has its excuse: "as it comes", "something
# must have gone wrong". They add up. With all of them mended the sign of the
# result changes.
#
# ## Summary
#
# 1. Every number has an interval; an rms error from 200 records is good to
#    about 7 %.
# 2. The same records for all, and the test on the differences: pairs cost
#    nothing and tell several times as much.
# 3. Among $m$ comparisons the smallest p-value is no evidence by itself: Holm,
#    and all of them reported.
# 4. Choose on other records than you score on; report all seeds and all
#    failures, on both sides.
# 5. Say what each side knew and what it cost: most large gaps between methods
#    are gaps in side information.
#
# ## Further reading
#
# - B. Efron and R. J. Tibshirani, *An Introduction to the Bootstrap*, Chapman
#   & Hall, 1993.
# - S. Holm, "A simple sequentially rejective multiple test procedure",
#   *Scandinavian Journal of Statistics* 6(2), 1979.
# - P. Henderson et al., "Deep reinforcement learning that matters", *AAAI*,
#   2018: what seeds do to results.
# - J. Demšar, "Statistical comparisons of classifiers over multiple data
#   sets", *Journal of Machine Learning Research* 7, 2006.
# - S. Kapoor and A. Narayanan, "Leakage and the reproducibility crisis in
#   machine-learning-based science", *Patterns* 4(9), 2023.
#
# **In the report.** Each page of the report has its pairs, with Holm over all
# of them, and a column that says what each estimator was told. The case
# `sine-frequency` is a question from the field in which a net was scored on
# the records of its training: see it with `dspvnn report --case sine-frequency
# --out reports/sine-frequency`.
