# %% [markdown]
# # 6. Detection, and memory
#
# **For whom.** You know the normal distribution, correlation, and from lesson 4
# what a recurrent net is.
#
# **Afterwards you can**
#
# - write a matched filter, set its threshold for a false-alarm rate that you
#   choose, and draw its ROC;
# - say when a net may beat it, and what the net knew;
# - say what the state of a recurrent net must do to remember, and why it must
#   be reset.
#
# **Time.** 60 minutes. Four exercises, each with a check that draws fresh
# signals and answers in one sentence.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.stats import norm
from torch import nn

import neural
from baselines import MatchedFilter
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_06 as check
from dspvnn.limits import (
    BurstModel,
    burst_average_likelihood_ratio,
    burst_known_detection,
)
from dspvnn.signals import burst_pending, half_sine

use_style()
torch.set_num_threads(1)
rng = np.random.default_rng(6)

# %% [markdown]
# ## A burst, or none
#
# Up to now we asked *how large*; now we ask *whether*. A record of 130 samples
# is white noise of standard deviation 1, or the same with a **burst**: half a
# sine, 10 samples wide, beginning at an unknown time, the **onset**. How strong
# a burst of samples $s_n$ is beside noise of standard deviation $\sigma$ is its
# **deflection**,
#
# $$d = \frac{\sqrt{E}}{\sigma}, \qquad E = \sum_n s_n^2,$$
#
# where $E$ is called the energy of the burst.
#
# > **Predict.** Here are bursts of deflection 4, 8 and 16. Which of them will
# > you find by eye?

# %%
N_SAMPLES, WIDTH = 130, 10


def records(n_signals, deflection, first=0, last=50):
    """Return noise, with a burst whose onset is anywhere from first to last."""
    onset = rng.uniform(first, last, n_signals)
    burst = half_sine(N_SAMPLES, onset, WIDTH)  # of height 1, energy WIDTH / 2
    noise = rng.standard_normal((n_signals, N_SAMPLES))
    unit = burst * np.sqrt(2 / WIDTH)  # of energy 1
    return deflection * unit + noise, onset


figure, axes = plt.subplots(1, 3, figsize=(9, 2.4))
for ax, deflection in zip(axes, (4, 8, 16), strict=True):
    signals, onset = records(1, deflection)
    ax.plot(signals[0], ".-", lw=0.7)
    ax.axvspan(onset[0], onset[0] + WIDTH, color="0.9")
    ax.set(title=f"d = {deflection}", xlabel="n")
plt.show()

# %% [markdown]
# ## The matched filter
#
# We know the shape. So correlate: at every sample multiply the last samples
# with the shape, the **template** $g_0 \ldots g_{K-1}$, and add up,
#
# $$y_t = \frac{1}{\lVert g \rVert} \sum_{k=0}^{K-1} g_k\, x_{t - K + 1 + k},
# \qquad \lVert g \rVert = \sqrt{\textstyle \sum_k g_k^2} .$$
#
# That is the **matched filter**. Thanks to the division $y_t$ is, in noise of
# standard deviation 1, a standard normal number; at the end of a burst of that
# shape it is $d$ more. No other linear filter makes the burst stand out more.
#
# ### Exercise 1: the matched filter
#
# Write `matched_filter(signals, template)`: $y_t$ for every sample, shape
# `(n_signals, n_samples)`. Samples before the record's first count as 0. The
# noise has the standard deviation 1.
#
# <details><summary>Hint</summary>
#
# `np.convolve(x, g[::-1])` of a record `x` holds the correlation: its first
# `len(x)` values are the ones that end at each sample. A loop over the records
# is fine.
#
# </details>


# %% tags=["stub"]
def matched_filter(signals, template):
    """Return the filter's output at every sample, (n_signals, n_samples)."""
    raise NotImplementedError


# %% tags=["solution"]
def matched_filter(signals, template):
    """Return the filter's output at every sample, (n_signals, n_samples)."""
    backwards = template[::-1] / np.linalg.norm(template)
    length = signals.shape[1]
    return np.array([np.convolve(x, backwards)[:length] for x in signals])


# %%
print(check.matched_filter(matched_filter))

# %% [markdown]
# ## False alarms
#
# When does it ring? When the output exceeds a **threshold**. Noise does that
# sometimes: a **false alarm**. A burst may stay below it: a **miss**. The two
# are traded by the threshold, and no detector is described by one of them.
#
# A standard normal number exceeds 2.33 in 1 of 100 cases. Take that for a
# threshold, and the largest output of a record of noise for its **score**.
#
# > **Predict.** How many records of noise have a score above 2.33: 1 %, about a
# > third, or 73 %, which is $1 - 0.99^{130}$?

# %%
template = half_sine(WIDTH + 1, np.array([0.0]), WIDTH)[0]  # 0 at both ends
detector = MatchedFilter(template)
noise = rng.standard_normal((5000, N_SAMPLES))
output = detector.statistic(noise)
score = output.max(axis=1)
print(
    f"above 2.33 at sample 60:     {100 * np.mean(output[:, 60] > 2.33):.1f} %"
)
print(f"above 2.33 anywhere at all: {100 * np.mean(score > 2.33):5.1f} %")
print(f"threshold for 1 % of records: {np.quantile(score, 0.99):.2f}")

# %% [markdown]
# About a third. The filter looks 130 times, and each look may fail; but
# neighbouring looks share most of their samples. They count as some 40
# independent ones, since $1 - 0.99^{40}$ is a third. The correct threshold is
# higher: the value that 1 % of the *scores* of noise exceed. Nothing but noise
# is needed to set it. Then count the bursts whose score is above it: that is
# the **detection rate** at this **false-alarm rate**. One against the other is
# the **ROC** (receiver operating characteristic).
#
# ### Exercise 2: the ROC
#
# Write `roc(noise_scores, burst_scores, false_alarm_rates)`: the detection rate
# at each of the false-alarm rates, an array of their shape. The scores are
# one number a record, of any scale: the thresholds come from `noise_scores` and
# from no formula.
#
# <details><summary>Hint</summary>
#
# A threshold that a share $p$ of the noise scores exceeds is the quantile
# $1 - p$ of them; `np.quantile` takes an array of probabilities. Comparing
# `burst_scores[:, None]` with the thresholds makes a column for each.
#
# </details>


# %% tags=["stub"]
def roc(noise_scores, burst_scores, false_alarm_rates):
    """Return the detection rate at each false-alarm rate."""
    raise NotImplementedError


# %% tags=["solution"]
def roc(noise_scores, burst_scores, false_alarm_rates):
    """Return the detection rate at each false-alarm rate."""
    thresholds = np.quantile(noise_scores, 1 - false_alarm_rates)
    return np.mean(burst_scores[:, None] > thresholds, axis=0)


# %%
print(check.roc(roc))

# %% [markdown]
# ## What the best can do
#
# Suppose that somebody tells you the onset. Then one look is enough: the output
# at the end of the burst. In noise it is a standard normal number, in a burst
# the same plus $d$. Let $Q(z)$ be the probability that a standard normal number
# exceeds $z$. A false-alarm rate $P$ needs the threshold $Q^{-1}(P)$, and the
# burst exceeds it with the probability
#
# $$P_D = Q\left( Q^{-1}(P) - d \right).$$
#
# ### Exercise 3: the onset known
#
# Write `known_time(deflection, false_alarm_rate)`: $P_D$ for an array of
# deflections and one false-alarm rate.
#
# <details><summary>Hint</summary>
#
# $Q$ is `norm.sf` of SciPy ("survival function"), its inverse `norm.isf`.
#
# </details>


# %% tags=["stub"]
def known_time(deflection, false_alarm_rate):
    """Return the detection rate when the onset is known."""
    raise NotImplementedError


# %% tags=["solution"]
def known_time(deflection, false_alarm_rate):
    """Return the detection rate when the onset is known."""
    return norm.sf(norm.isf(false_alarm_rate) - deflection)


# %%
print(check.known_time(known_time))

# %% [markdown]
# ## A net against the filter
#
# `burst/lstm` ships with the toolkit. It was trained on 2.6 million records
# with bursts that begin between 0 and 50. The matched filter was trained on
# nothing, and it has the best shape there is.
#
# > **Predict.** At $d = 4$ and 1 % false alarms: who finds more bursts, the net
# > or the filter? And who, if the bursts begin between 50 and 110?

# %%
D = 4.0  # the deflection d
net = neural.load("burst/lstm", device="cpu")
model = BurstModel(deflection=D, onset_range=(0, 50))


def best(signals):
    """Return the score of the optimal detector: the likelihood ratio."""
    return burst_average_likelihood_ratio(signals, model)


def told_the_range(signals):
    """Return the filter's score over the ends that bursts can have."""
    last = 50 + WIDTH  # the latest end
    return detector.statistic(signals)[:, : last + 1].max(axis=1)


scores = {
    "matched filter": detector.decision_function,
    "LSTM": lambda signals: net.predict(signals)[:, -1],
    "matched filter, told the range": told_the_range,
    "best for onsets to 50": best,
}
rates = np.geomspace(1e-3, 0.5, 40)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for ax, (first, last) in zip(axes, ((0, 50), (50, 110)), strict=True):
    signals, _ = records(4000, D, first, last)
    print(f"found at 1 % false alarms, onsets from {first} to {last}:")
    for (name, of), line in zip(
        scores.items(), ("--", "-", ":", "-."), strict=True
    ):
        thresholds = np.quantile(of(noise), 1 - rates)
        found = np.mean(of(signals)[:, None] > thresholds, axis=0)
        ax.semilogx(rates, found, line, label=name)
        print(f"  {name:31} {100 * np.interp(0.01, rates, found):3.0f} %")
    known = [burst_known_detection(D, rate) for rate in rates]
    ax.semilogx(rates, known, color="black", label="onset known")
    ax.set(xlabel="false-alarm rate", title=f"onsets from {first} to {last}")
axes[0].set_ylabel("detection rate")
axes[1].legend(fontsize=7)
plt.show()

# %% [markdown]
# On the left the net finds more than the plain filter, and comes near the best
# that is possible: the
# **likelihood ratio**, how much likelier the record is with a burst than
# without, averaged over all onsets from 0 to 50. But look at the dotted line.
# It is the same filter, told what the net has learned from its examples: that
# no burst ends after sample 60. Fewer looks, a lower threshold, and the
# difference is gone, but for chance (4000 records give such a rate to about
# 1 %). The net has no better filter; it knew *when*.
#
# On the right that knowledge is wrong, and everyone who relies on it fails:
# the net, the filter that was told, and the "best". (The "best" falls deepest:
# to it a later burst is impossible, to the net only something that it never
# met.) This is lesson 4 once more; the range is one of onsets. Ask of each
# result what was known.
#
# ## Evidence, sample by sample
#
# A detector that must answer after every sample "has the burst ended?" meets
# another difficulty. Before the burst there is silence, the answer is *no*.
# After the burst there is silence, the answer is *yes*. The samples are the
# same.
#
# > **Predict.** Without noise, five records, onsets from 0 to 36. Who sees only
# > the present sample knows that a burst has not ended while the sample is not
# > 0. At a sample of 0 he must decide "silence means *ended*" or "silence means
# > *not yet*". How many per cent of the samples will he have wrong, at best?

# %%
onsets = np.random.RandomState(1).uniform(0, 50, 5)  # as it was asked
pulses = half_sine(N_SAMPLES, onsets, WIDTH)
pending = burst_pending(N_SAMPLES, onsets, WIDTH)  # 1 until the burst has ended
ended_in_silence = (pulses > 0) != (pending == 1)
never_ended = pending == 0
print(f"silence means ended:   {100 * ended_in_silence.mean():.1f} % wrong")
print(f"silence means not yet: {100 * never_ended.mean():.1f} % wrong")

# %% [markdown]
# 12.8 %. To do better one must *remember* that a burst went by. These five
# records are from a question on the web: a recurrent net behaved "as if it had
# no memory", and the asker wanted to know why. First, what memory is.
#
# ## One unit that remembers
#
# The simplest recurrent net, the **Elman net**, has states
# $h_t = \tanh(w h_{t-1} + u x_t + b)$. Take a single unit, in silence
# ($x = 0$), with $b = 0$. Its next state is $\tanh(w h)$. States that stay
# where they are, **fixed points**, are where that curve meets the diagonal.
#
# > **Predict.** How many fixed points are there for $w = 0.8$, and how many for
# > $w = 2$? At which of them does a state stay when it is pushed a little?

# %%
h = np.linspace(-1.2, 1.2, 200)
figure, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
for ax, w in zip(axes, (0.8, 2.0), strict=True):
    ax.plot(h, np.tanh(w * h), label="next state")
    ax.plot(h, h, color="0.6", lw=0.8, label="the same state")
    ax.set(title=f"w = {w:g}", xlabel="state")
axes[0].set_ylabel("next state")
axes[0].legend()
plt.show()

# %% [markdown]
# For $w = 0.8$ one, at 0: every state fades, by a factor of 0.8 a sample, and
# after fifty samples nothing is left. For $w = 2$ three. The middle one does
# not hold: pushed a little, the state runs to the upper or to the lower one,
# and there it stays for good. Two stable states are one bit of memory, a
# **latch**.
#
# ### Exercise 4: a latch
#
# Write `latch()`, without arguments: it returns the three numbers $w$, $u$ and
# $b$ of an Elman unit that begins at state 0 and remembers a burst. In silence
# it must be below −0.5 from the fifth sample on; from the end of a burst on it
# must be above 0.5, to the record's end. The check makes bursts of heights from
# 0.8 to 1.2, half-sines of 10 samples that begin at sample 8 or later, and a
# record without any burst.
#
# <details><summary>Hint</summary>
#
# $w$ well above 1 makes the two states. A small negative $b$ tips the unit to
# the lower one at the beginning. Then $u$ must be so large that a burst lifts
# the state over the middle. It certainly does if $w h + u x + b$ becomes
# positive at the lower state $h$ while the burst is high; several high samples
# in a row do with less.
#
# </details>


# %% tags=["stub"]
def latch():
    """Return w, u and b of a unit that remembers a burst, (3,)."""
    raise NotImplementedError


# %% tags=["solution"]
def latch():
    """Return w, u and b of a unit that remembers a burst, (3,)."""
    return np.array([2.0, 4.0, -0.5])


# %%
print(check.latch(latch))

# %% [markdown]
# > **Predict.** The net that the asker trained was not set back to its first
# > state at the beginning of a record: it went on from the state at the end of
# > one that it had read before. What will your latch say of a second record?

# %%
w, u, b = attempt(latch, shape=(3,))
figure, axes = plt.subplots(1, 2, figsize=(9, 2.6), sharey=True)
state = 0.0
for ax, pulse in zip(axes, pulses[[0, 3]], strict=True):
    states = []
    for x in pulse:
        state = np.tanh(w * state + u * x + b)
        states.append(state)
    ax.plot(pulse, color="0.6", label="record")
    ax.plot(states, label="your latch")
axes[0].set(title="first record, from state 0", xlabel="n")
axes[1].set(title="second record, state carried over", xlabel="n")
axes[0].legend()
plt.show()

# %% [markdown]
# "Ended", from the first sample on: it still remembers the burst of the record
# *before*. (While your function is not right yet, `attempt` gives NaN in its
# place, and no line is drawn.) A memory that is not **reset** is worse than
# none.
#
# ## The asker's net, reset and carried over
#
# Now the experiment itself: 16 units, a read-out of two classes, the five
# records, Adam with a rate of 0.01. Elman or LSTM; the state carried over from
# one training step to the next, as it was asked, or reset. (An LSTM has a state
# $c$ beside $h$ with $c_t = f_t c_{t-1} + i_t g_t$, where the **gates** $f$ and
# $i$ lie between 0 and 1. With $f$ near 1 and $i$ near 0 it holds any value; it
# needs no latch.) The question had 100 steps; we take 150.
#
# > **Predict.** Four nets. Which of them will be far below the 12.8 % of a net
# > without memory: the two that are reset, the two LSTMs, one of them, all?

# %%
N_STEPS = 150  # 1000 take two minutes, and teach it to some Elman nets, too
records_5 = torch.tensor(pulses).float()[..., None]
labels = torch.tensor(pending).long()


def train_labeller(cell, carried, seed):
    """Return the wrong share of the training samples, and the last classes."""
    torch.manual_seed(seed)
    recurrent, read_out = cell(1, 16, batch_first=True), nn.Linear(16, 2)
    weights = [*recurrent.parameters(), *read_out.parameters()]
    optimiser, state = torch.optim.Adam(weights, lr=0.01), None
    for _ in range(N_STEPS):
        steps, last = recurrent(records_5, state)
        classes = read_out(steps)
        loss = nn.functional.cross_entropy(classes.mT, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if carried:  # without its gradient, as the asker did
            many = isinstance(last, tuple)
            state = tuple(s.detach() for s in last) if many else last.detach()
    decided = classes.argmax(dim=2)
    return float((decided != labels).float().mean()), decided[3].numpy()


figure, axes = plt.subplots(2, 2, figsize=(9, 4), sharex=True, sharey=True)
for row, cell in zip(axes, (nn.RNN, nn.LSTM), strict=True):
    for ax, carried in zip(row, (True, False), strict=True):
        runs = [train_labeller(cell, carried, seed) for seed in (0, 1)]
        kind = "LSTM" if cell is nn.LSTM else "Elman"
        name = f"{kind}, {'carried over' if carried else 'reset'}"
        wrong = " and ".join(f"{100 * share:.1f} %" for share, _ in runs)
        ax.plot(pulses[3], color="0.6", lw=0.8, label="record")
        ax.plot(pending[3] + 0.04, color="black", lw=0.8, label="right answer")
        ax.plot(runs[0][1], color="#D55E00", label="the net's answer")
        ax.set_title(f"{name}: {wrong} wrong")
axes[0, 0].legend(fontsize=8)
for ax in axes[:, 0]:
    ax.set_ylabel("1: not yet, 0: ended")
plt.show()

# %% [markdown]
# One of them: the LSTM that is reset. (Two numbers a net: two seeds.) The two
# on the left, whose state is carried over, are at the level of no memory, and
# must be: they begin a record in the state at the end of a record (here the
# same one, a training step before), where the right answer was "ended", and
# silence looks the same in both. The reset alone did not do it for the Elman
# net in so few steps, and the LSTM alone did not do it at all. (An Elman net a
# little below 12.8 % has a memory of some dozen samples: its state takes as
# long to settle after the reset, so that it knows the beginning, and as long
# after a burst.)
#
# Does an Elman net lack memory, then? You have built one that has it, with
# three numbers. It is a question of training: as long as the recurrent weights
# are small (in one unit, $w$ below 1) the gradient of the past fades as the
# state does, and the latch must be found nearly by chance. With more steps
# some seeds find it (then 0.2 % are wrong), others do not.
#
# ## Summary
#
# 1. In white noise the matched filter is the best linear detector; its output
#    gains the deflection $d$ at the end of the burst.
# 2. A threshold belongs to a false-alarm rate *of records*, and is set on noise
#    alone; many looks need a higher one.
# 3. A net may beat the filter by what its examples told it, such as when bursts
#    come. Tell the filter as much, and compare again.
# 4. Memory is two stable states (Elman) or a gate near 1 (LSTM).
# 5. A state that is carried into another record remembers the wrong record:
#    reset it.
#
# ## Further reading
#
# - S. M. Kay, *Fundamentals of Statistical Signal Processing: Detection
#   Theory*, Prentice Hall, 1998, chapters 3, 4 and 7.
# - G. L. Turin, "An introduction to matched filters", *IRE Trans. Inf. Theory*
#   6(3), 1960.
# - J. L. Elman, "Finding structure in time", *Cognitive Science* 14(2), 1990.
# - Y. Bengio, P. Simard and P. Frasconi, "Learning long-term dependencies with
#   gradient descent is difficult", *IEEE Trans. Neural Networks* 5(2), 1994:
#   the latch, and why it is hard to learn.
# - F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual
#   prediction with LSTM", *Neural Computation* 12(10), 2000: the forget gate.
#
# **In the report.** The case `burst` is the question of the last section: every
# change alone and together, five seeds, unseen records and longer ones. See it
# with `dspvnn report --case burst --out reports/burst`.
#
# **Next.** Lesson 7: a state may be carried over when the next record goes on
# where this one ends; and then it must not be shuffled.
