# %% [markdown]
# # Exam sheet 2
#
# Lessons 1 to 11, on paper. 90 minutes, 100 marks; half of them pass. Allowed:
# a calculator, and one page of notes in your own hand. Give numbers to two
# digits that count, with their units, and a reason where one is asked: a
# number without its reason has half the marks. $\ln$ is the natural logarithm.

# %% tags=["solution"]
import numpy as np
from scipy.stats import norm, t
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from dspvnn.limits import kalman_level, tone_bound

# %% [markdown]
# ## Task 1: between two bins (lesson 1; 9 marks, 8 minutes)
#
# A record of 100 samples at 50 Hz is multiplied by a Hann window and
# transformed. The magnitudes of the bins 13, 14, 15 are 3.0, 6.0 and 4.5.
#
# 1. Fit a parabola through the logarithms $a, b, c$ of the magnitudes: its top
#    is $\delta = (a - c) / (2 (a - 2 b + c))$ bins beside the middle. Which
#    frequency is that, in hertz? (5)
# 2. Somebody forgot to subtract the mean, and the largest bin is now 0. Why?
#    (2)
# 3. Without a window a tone half-way between two bins has lost how much of its
#    magnitude in the best bin? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $\delta = \ln(3 / 4.5) / (2 \ln(3 \cdot 4.5 / 36)) = 0.21$;
# the bins are 0.5 Hz apart, so $14.21 \cdot 0.5 = 7.1$ Hz. (2) A constant is a
# tone of frequency 0, and it was larger than the tone. (3) 36 %: $2 / \pi =
# 64$ % are left, −3.9 dB.

# %% tags=["solution"]
a, b, c = np.log([3.0, 6.0, 4.5])
delta = (a - c) / (2 * (a - 2 * b + c))
assert round(delta, 2) == 0.21
assert round((14 + delta) * 0.5, 1) == 7.1
assert round(2 / np.pi, 2) == 0.64
assert round(20 * np.log10(2 / np.pi), 1) == -3.9

# %% [markdown]
# ## Task 2: information (lesson 2; 10 marks, 9 minutes)
#
# $s_n = A \cos(2 \pi f n + \varphi)$ in white noise of standard deviation
# $\sigma = 0.5$, $N = 200$ samples, many cycles.
#
# 1. Only $A$ is unknown. Derive its Fisher information, and the bound on the
#    rms error of $A$. (5)
# 2. When the phase is unknown, too, the bound on the rms error of the
#    *frequency* becomes twice as large. Why? And what does an unknown
#    amplitude add to it? (3)
# 3. What does it mean that the ratio of an estimator's rms error to the bound
#    is 1.02 ± 0.03? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $\partial s_n / \partial A = \cos(\ldots)$, whose squares add
# up to $N / 2$: $I = N / (2 \sigma^2) = 400$, and the bound is $1 / \sqrt{400}
# = 0.05$. (2) A little more frequency and a little less phase at the first
# sample look almost the same, so they share the information; a change of the
# amplitude looks like nothing that a frequency does, so next to nothing. (3)
# Nobody unbiased can be better by more than the measurement can tell.

# %% tags=["solution"]
known = tone_bound(200, 0.1, 0.3, 1.0, 0.5, ("amplitude",))["amplitude"]
assert np.isclose(np.sqrt(known[0]), 0.05, rtol=0.01)
names = ("frequency", "phase", "amplitude")
bounds = [
    np.sqrt(tone_bound(200, 0.1, 0.3, 1.0, 0.5, names[:k])["frequency"][0])
    for k in (1, 2, 3)
]
assert round(bounds[1] / bounds[0], 1) == 2.0
assert round(bounds[2] / bounds[1], 2) == 1.0

# %% [markdown]
# ## Task 3: two peaks (lesson 3; 9 marks, 8 minutes)
#
# A posterior has two narrow peaks: 0.10 with the probability 0.7, 0.20 with
# 0.3.
#
# 1. What does maximum likelihood answer (all frequencies were equally likely
#    before), and what the posterior mean? (3)
# 2. Compute the rms error of either, over this posterior. (4)
# 3. Is the Cramér-Rao bound wrong in such a case? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) 0.10 and 0.13. (2) $\sqrt{0.3 \cdot 0.1^2} = 0.055$ and
# $\sqrt{0.7 \cdot 0.03^2 + 0.3 \cdot 0.07^2} = 0.046$. (3) No, it remains
# true; it looks at the width of one peak alone and is far too optimistic when
# there are others.

# %% tags=["solution"]
places, weights = np.array([0.1, 0.2]), np.array([0.7, 0.3])
mean = weights @ places
assert round(mean, 2) == 0.13
assert round(np.sqrt(weights @ (places - 0.1) ** 2), 3) == 0.055
assert round(np.sqrt(weights @ (places - mean) ** 2), 3) == 0.046

# %% [markdown]
# ## Task 4: training (lesson 4; 8 marks, 7 minutes)
#
# 1. A net has one weight $w$ and answers $w x$. Its loss on one record is $(w
#    x - y)^2$, with $x = 2$, $y = 3$ and $w = 1$. Do one step of gradient
#    descent with a rate of 0.1. What are weight and loss afterwards? (4)
# 2. Records come with any offset and amplitude. How do you make sure, without
#    a single training record, that neither matters? (2)
# 3. Training and test records were drawn with the same seed. Why is that a
#    fault? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) The gradient is $2 (w x - y) x = -4$, so $w = 1.4$, and the
# loss falls from 1 to $(2.8 - 3)^2 = 0.04$. (2) Subtract each record's mean
# and divide by its standard deviation before the net sees it. (3) They are the
# same records: the score tells how well the net remembers.

# %% tags=["solution"]
weight = 1 - 0.1 * 2 * (1 * 2 - 3) * 2
assert np.isclose(weight, 1.4)
assert np.isclose((weight * 2 - 3) ** 2, 0.04)

# %% [markdown]
# ## Task 5: frames (lesson 5; 9 marks, 8 minutes)
#
# A record of 128 samples is turned back by a trial frequency and averaged in
# 16 frames of 8 samples. The trial frequency is too low by 0.4 cycles per
# record.
#
# 1. By how many degrees does the phase advance from frame to frame? (3)
# 2. By how many decibels does the average lower the noise in a frame, beside a
#    tone at frequency 0? (2)
# 3. Two estimators: A reads samples, B names trial frequency plus a slope at
#    baseband. All records are now shifted by 0.1 cycles per sample. How do the
#    answers of A and B change? (4)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $0.4 / 16$ of a turn: 9 degrees. (2) $10 \log_{10} 8 = 9.0$
# dB. (3) B's by 0.1 (it is equivariant). A's by whatever it has learned: by
# about 0.1 where both frequencies lie in its training range, by anything else
# beyond.

# %% tags=["solution"]
assert 0.4 / 16 * 360 == 9
assert round(10 * np.log10(8), 1) == 9.0

# %% [markdown]
# ## Task 6: scores (lesson 6; 9 marks, 8 minutes)
#
# A detector's scores are 2.1, 0.4, 1.7 and 3.0 on records with a burst, and
# 0.1, 1.0, −0.5 and 1.9 on records without.
#
# 1. The threshold is 1.5. Estimate detection and false-alarm rate. (2)
# 2. Compute the area under the ROC: the share of all pairs (one record with,
#    one without) in which the one with the burst has the higher score. (3)
# 3. Why must the threshold not be chosen on the records that are scored? (2)
# 4. Why is a share of 1/4 from four records no false-alarm rate to rely on?
#    (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) 3/4 and 1/4. (2) $4 + 3 + 4 + 2 = 13$ of 16 pairs: 0.81. (3)
# It would fit the noise of these records, and the score would be too good: set
# it on others. (4) Its 95 % interval reaches from 0.6 % to 81 %: hardly
# anything is known (any sensible remark on the interval counts).

# %% tags=["solution"]
with_burst, without = [2.1, 0.4, 1.7, 3.0], [0.1, 1.0, -0.5, 1.9]
labels = [1] * 4 + [0] * 4
assert roc_auc_score(labels, with_burst + without) == 13 / 16
interval = proportion_confint(1, 4, method="beta")
assert np.allclose(interval, (0.006, 0.81), atol=0.005)

# %% [markdown]
# ## Task 7: a gain that settles (lesson 7; 9 marks, 8 minutes)
#
# A level is known to be about 0 at first with a variance of 1, and does not
# move. Each sample is the level plus noise of variance 1.
#
# 1. Kalman's gain for a level of variance $p$ and noise of variance $r$ is $p
#    / (p + r)$, and leaves the variance $p r / (p + r)$. Compute the first
#    three gains. (4)
# 2. What kind of average is that, and where do the gains go? (2)
# 3. An LSTM learned a moving average on records between 0 and 1. It gets one
#    that is a hundred times as large. What happens, and which net would be
#    right? (3)

# %% [markdown] tags=["solution"]
# **Answer.** (1) 1/2, 1/3, 1/4. (2) The plain mean of all samples and of the
# first guess, 0; the gains go to 0, because a level that does not move
# deserves less and less of each new sample. (3) It saturates: gates and states
# are bounded, and such values never occurred in training. A linear recurrent
# net has the form of the answer and is right at every scale (so is a net that
# first divides each record by its scale).

# %% tags=["solution"]
_, variance = kalman_level(
    np.zeros((1, 3)), step_std=1e-9, noise_std=1.0, start_std=1.0
)
assert np.allclose(variance, [1 / 2, 1 / 3, 1 / 4])  # gain times noise's

# %% [markdown]
# ## Task 8: nothing linear (lesson 8; 9 marks, 8 minutes)
#
# 1. The coherence of a witness with a target is 0 at all frequencies. May the
#    witness be thrown away? (2)
# 2. Two witnesses have offsets of their own. Which columns must a fit have
#    that shall find their product? (3)
# 3. A white product of power 1, $N = 10{,}000$ samples, a slow wanted signal
#    of variance 0.5 and white sensor noise of variance 0.01. How much is left,
#    in decibels, by a fit of samples, and by a fit of differences (1.5 times
#    the sensor's part alone)? (4)

# %% [markdown] tags=["solution"]
# **Answer.** (1) No: coherence sees linear relations only; the witness may act
# through a product. (2) The product, each of the two, and a constant. (3)
# $0.51 / 10000$, −43 dB, and $1.5 \cdot 0.01 / 10000$, −58 dB.

# %% tags=["solution"]
assert round(10 * np.log10(0.51 / 10_000)) == -43
assert round(10 * np.log10(1.5 * 0.01 / 10_000)) == -58
rng = np.random.default_rng(0)
slow = np.sin(2 * np.pi * np.arange(10_000) / 10_000)
errors = []
for _ in range(300):
    p = rng.standard_normal(10_000)
    y = slow + p + 0.1 * rng.standard_normal(10_000)
    step, of_target = np.diff(p), np.diff(y)
    plain = np.sum((p - p.mean()) * y) / np.sum((p - p.mean()) ** 2)
    errors.append((plain - 1, step @ of_target / (step @ step) - 1))
left = 10 * np.log10(np.mean(np.square(errors), axis=0))
assert np.allclose(left, (-43, -58), atol=1.2)  # 300 draws: 0.35 dB

# %% [markdown]
# ## Task 9: weights (lesson 9; 9 marks, 8 minutes)
#
# 1. A constant was measured three times: 1.0, 1.2 and 9.0. Compute the mean,
#    the median, and the weighted mean with the weights 1, 1 and 0.05. (3)
# 2. How does a weighted fit treat a missing sample? Why is a straight line
#    across the gap worse? (3)
# 3. A net learned a mixture of nine kinds of mismatch; a fit chosen by BIC
#    knows a model for most of them. When would you take the net? (3)

# %% [markdown] tags=["solution"]
# **Answer.** (1) 3.7, 1.2 and 1.3. (2) With the weight 0: as if it were not in
# the sum. The line is taken for a measurement, and across the top of a wave it
# is a wrong one: a bias. (3) Where one can draw what goes wrong but has no
# likelihood for it (or where a fit of many models takes too long); where the
# models are known, the fit is at the bound nearly everywhere.

# %% tags=["solution"]
values, weights = np.array([1.0, 1.2, 9.0]), np.array([1, 1, 0.05])
assert round(values.mean(), 1) == 3.7
assert np.median(values) == 1.2
assert round(np.average(values, weights=weights), 1) == 1.3

# %% [markdown]
# ## Task 10: pairs (lesson 10; 10 marks, 9 minutes)
#
# Two estimators answer on the same 100 records. Their losses have a standard
# deviation of 0.30 each; the differences, record by record, have the mean
# 0.020 and the standard deviation 0.10.
#
# 1. Compute $t$ of the paired test. Is $|t| > 1.98$ (5 %)? (3)
# 2. Compute $t$ as if the records had been separate. (3)
# 3. How many records halve the interval of the difference? (2)
# 4. The first estimator knows the band, the second does not. What does the
#    test say about the *methods*? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $0.020 / (0.10 / 10) = 2.0$: yes, just. (2) $0.020 / (0.30
# \sqrt{2 / 100}) = 0.47$: nothing to see. (3) 400. (4) Nothing: the difference
# may be that of their side information. Tell the second one the band, and
# compare again.

# %% tags=["solution"]
paired = 0.020 / (0.10 / np.sqrt(100))
assert round(paired, 1) == 2.0
assert round(t.isf(0.025, 99), 2) == 1.98
assert round(0.020 / (0.30 * np.sqrt(2 / 100)), 2) == 0.47

# %% [markdown]
# ## Task 11: a promise (lesson 11; 9 marks, 9 minutes)
#
# 1. The residual of a fit has 400 samples and the autocorrelation 0.35 at lag
#    1. Is it white? (3)
# 2. In 200 simulated recordings the bars of ± 1.96 standard errors held the
#    truth 156 times. Are they too long or too short? Errors are normal; by
#    which factor should they be multiplied? (A normal number lies within ±
#    1.23 with a probability of 78 %.) (4)
# 3. State 12.34567 Hz with an uncertainty of 0.0234 Hz. (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) No: white noise stays within $1.96 / \sqrt{400} = 0.098$ at
# nineteen lags of twenty. (2) 78 % in place of 95 %: too short. They reach
# 1.23 true standard deviations and should reach 1.96: 1.6 times. (3) (12.346 ±
# 0.023) Hz.

# %% tags=["solution"]
assert round(1.96 / np.sqrt(400), 3) == 0.098
assert 156 / 200 == 0.78
reached = norm.isf((1 - 0.78) / 2)
assert round(reached, 2) == 1.23
assert round(1.96 / reached, 1) == 1.6
assert (round(12.34567, 3), round(0.0234, 3)) == (12.346, 0.023)
