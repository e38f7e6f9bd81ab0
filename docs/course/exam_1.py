# %% [markdown]
# # Exam sheet 1
#
# Lessons 1 to 11, on paper. 90 minutes, 100 marks; half of them pass. Allowed:
# a calculator, and one page of notes in your own hand. Give numbers to two
# digits that count, with their units, and a reason where one is asked: a
# number without its reason has half the marks. $\ln$ is the natural logarithm.

# %% tags=["solution"]
import numpy as np
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

import neural
from dspvnn.limits import (
    burst_known_detection,
    ewma_level_variance,
    ewma_optimal_alpha,
    tone_bound_asymptotic,
)
from dspvnn.tasks import TASKS
from dspvnn.tasks.tone.task import ToneCondition

# %% [markdown]
# ## Task 1: bins (lesson 1; 9 marks, 8 minutes)
#
# A record has 256 samples, taken at 1000 Hz. It holds one tone of 123 Hz.
#
# 1. How far apart are the bins, in hertz, and which bin is the largest? (3)
# 2. The frequency lies anywhere between two bins. Which rms error has the
#    frequency of the largest bin, in hertz, if there is no noise? (2)
# 3. The record is padded with zeros to 2048 samples. Which is it now? (2)
# 4. Two tones are 1.5 Hz apart. Does the padding show two peaks? What would?
#    (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) 3.9 Hz apart; 123 Hz is at 31.49 bins, so bin 31 is the
# largest. (2) $\Delta / \sqrt{12}$ with $\Delta = 3.9$ Hz: 1.1 Hz. (3) An
# eighth: 0.14 Hz. (4) No: 1.5 Hz are 0.38 bins, and the bump of each tone is
# two bins wide, padded or not. A longer record, three times as long at the
# least.

# %% tags=["solution"]
spacing = 1000 / 256
assert round(spacing, 1) == 3.9
assert round(123 / spacing, 2) == 31.49
assert round(spacing / np.sqrt(12), 1) == 1.1
assert round(spacing / 8 / np.sqrt(12), 2) == 0.14
assert round(1.5 / spacing, 2) == 0.38

# %% [markdown]
# ## Task 2: the bound (lesson 2; 10 marks, 9 minutes)
#
# For a long record of $N$ samples the bound on the variance of a tone's
# frequency, in cycles per sample, is $12 / ((2 \pi)^2 \rho N (N^2 - 1))$,
# where $\rho$ is the SNR as a ratio.
#
# 1. $N = 256$ at 1000 Hz, 10 dB. Which rms error can an unbiased estimator
#    reach at best, in hertz? (4)
# 2. By which factor does it fall when the record becomes twice as long at the
#    same SNR? And when instead the amplitude is doubled? (4)
# 3. Somebody reports half of the bound, on a thousand records. Name two
#    explanations that are no mistake of measurement. (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $4.3 \cdot 10^{-5}$ cycles per sample, 0.043 Hz. (2) $\sqrt 8
# = 2.8$; twice the amplitude is four times $\rho$, so 2. (3) The estimator is
# biased (it draws towards a value that happens to be right), or it knows
# something that the bound does not grant: the phase, or a narrow band. One
# mark each.

# %% tags=["solution"]
bound = np.sqrt(tone_bound_asymptotic(256, 10))
assert f"{bound:.1e}" == "4.3e-05"
assert round(1000 * bound, 3) == 0.043
longer = np.sqrt(tone_bound_asymptotic(512, 10))
assert round(bound / longer, 1) == round(np.sqrt(8), 1) == 2.8
louder = np.sqrt(tone_bound_asymptotic(256, 10 + 20 * np.log10(2)))
assert round(bound / louder, 6) == 2

# %% [markdown]
# ## Task 3: the threshold (lesson 3; 9 marks, 8 minutes)
#
# Below a threshold a least-squares fit has outliers. Fewer than one record in
# a hundred has one as long as $N \rho / 2 \ge 15$.
#
# 1. $N = 256$. Down to which SNR in decibels is that so? (3)
# 2. One record in a hundred is an outlier with an rms error of 0.185 cycles
#    per sample; the others have $2 \cdot 10^{-4}$. Which rms error have all
#    records together, and how many times that of the others is it? (4)
# 3. An estimator knows the band and minimises the mean squared error. Two
#    peaks of its posterior are equally high. Where does it answer? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $\rho = 30 / 256 = 0.117$: −9.3 dB. (2) $\sqrt{0.99 \cdot 4
# \cdot 10^{-8} + 0.01 \cdot 0.185^2} = 0.0185$, 93 times. (3) Half-way between
# the peaks, where the frequency surely is not: that is the posterior mean.

# %% tags=["solution"]
assert round(10 * np.log10(30 / 256), 1) == -9.3
together = np.sqrt(0.99 * 2e-4**2 + 0.01 * 0.185**2)
assert round(together, 4) == 0.0185
assert round(together / 2e-4) == 93

# %% [markdown]
# ## Task 4: a net and its range (lesson 4; 8 marks, 7 minutes)
#
# A net reads 128 samples and names a frequency. Its training had frequencies
# evenly from 0.05 to 0.25 cycles per sample.
#
# 1. Before the training it always answers 0.15. Which rms error is that? (2)
# 2. After the training it is given a tone of 0.4. What may it answer? Does it
#    say that it does not know? (3)
# 3. Which of these helps: more training records of the same kind; a wider
#    training range; a larger net; another loss? Give the reason. (3)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $0.2 / \sqrt{12} = 0.058$. (2) Anything; the shipped nets
# answer some number between 0.06 and 0.23, another one with each seed, and
# nothing in the answer says that it is a guess. (3) Only the wider range: the
# other three change nothing about what the examples say of a tone of 0.4,
# which is nothing.

# %% tags=["solution"]
assert round(0.2 / np.sqrt(12), 3) == 0.058
far = ToneCondition("", frequency_range=(0.4, 0.4), snr_range_db=(20.0, 20.0))
signals = TASKS["tone"].draw(np.random.default_rng(0), 200, far).signals
for seed in range(3):
    answers = neural.load("tone/lstm", seed).predict(signals)
    assert answers.min() > 0.05
    assert answers.max() < 0.25

# %% [markdown]
# ## Task 5: the right question (lesson 5; 8 marks, 7 minutes)
#
# A tone of 0.2012 cycles per sample is multiplied by $e^{-2 \pi i \cdot 0.2
# n}$. The record has 128 samples.
#
# 1. Which two frequencies does the product hold (the tone is real)? (3)
# 2. How many cycles per record does the slow one make? (2)
# 3. The product is averaged in frames of 8 samples and given to a net. Why can
#    this net name frequencies that no training record had? (3)

# %% [markdown] tags=["solution"]
# **Answer.** (1) 0.0012 and −0.4012 cycles per sample. (2) $128 \cdot 0.0012 =
# 0.15$ cycles. (3) It sees only the *rest* of the frequency after the trial
# frequency, and that looks the same in every band; the answer, trial plus
# rest, moves along with the tone by construction (it is equivariant).

# %% tags=["solution"]
assert np.isclose(0.2012 - 0.2, 0.0012)
assert np.isclose(-0.2012 - 0.2, -0.4012)
assert round(128 * 0.0012, 2) == 0.15

# %% [markdown]
# ## Task 6: a burst (lesson 6; 10 marks, 9 minutes)
#
# A known burst of energy 5 at a known place, in white noise of standard
# deviation 0.5. The matched filter's output, over its own standard deviation,
# is normal with variance 1 and mean 0 without and $d$ with the burst. (A
# normal number exceeds 3.09 with the probability 0.001 and −1.38 with 0.92.)
#
# 1. Compute $d$. (2)
# 2. One false alarm in a thousand is allowed. How often is the burst found?
#    (3)
# 3. The filter now looks at 100 places, whose noise is independent, with the
#    same threshold. How often is there a false alarm? (3)
# 4. A recurrent net keeps its state from one record to the next and "has no
#    memory". What should be tried first? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $d = \sqrt 5 / 0.5 = 4.5$. (2) The output exceeds 3.09 with
# the probability that a normal number exceeds $3.09 - 4.47 = -1.38$: 92 %. (3)
# $1 - 0.999^{100} = 9.5$ %. (4) Reset the state at the start of every record:
# at the end of a record it says "over", and the net cannot tell that from the
# start of the next.

# %% tags=["solution"]
d = np.sqrt(5) / 0.5
assert round(d, 1) == 4.5
assert round(norm.isf(0.001), 2) == 3.09
assert round(float(burst_known_detection(d, 0.001)), 2) == 0.92
assert round(1 - 0.999**100, 3) == 0.095

# %% [markdown]
# ## Task 7: an average that forgets (lesson 7; 9 marks, 8 minutes)
#
# $y_n = 0.8\, y_{n-1} + 0.2\, x_n$.
#
# 1. $x$ is a constant plus white noise of variance 1. Which variance has $y$
#    when it has settled? (3)
# 2. The level is no constant but a random walk with steps of variance 1, and
#    the noise has variance 1, too. Kalman's gain $\alpha$ solves $\alpha^2 = 1
#    - \alpha$. What is the best weight of a new sample? (3)
# 3. A one-unit linear net learns the recursion sample by sample, its state
#    carried on. What goes wrong when the samples are shuffled? (3)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $\alpha / (2 - \alpha) = 0.2 / 1.8 = 0.11$. (2) $(\sqrt 5 -
# 1) / 2 = 0.62$. (3) The state that comes with a sample is no longer that of
# the sample before it in time, so it tells nothing about the target, and the
# weight of the state is learned as about 0 in place of 0.8.

# %% tags=["solution"]
settled = ewma_level_variance(0.2, 1e-9, 1.0)
assert round(settled, 2) == round(0.2 / 1.8, 2) == 0.11
assert round(ewma_optimal_alpha(1.0, 1.0), 2) == 0.62

# %% [markdown]
# ## Task 8: a witness (lesson 8; 9 marks, 8 minutes)
#
# A contamination is a product of two witnesses, white, with power 0.5. It is
# found by least squares in a target whose wanted signal is slow and has the
# variance 0.5.
#
# 1. How much of the contamination is left after a fit of 20,000 samples, in
#    decibels? (3)
# 2. How many samples would be needed for −60 dB? (2)
# 3. The fit of differences needs far fewer. Why? And when would it be the
#    worse one? (4)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $0.5 / (20000 \cdot 0.5) = 1/20000$: −43 dB. (2) A million.
# (3) The wanted signal is what disturbs the fit; it is slow, so its
# differences are tiny, and those of the product are not. Worse: if the target
# has white noise as strong as the wanted signal, or stronger, because
# differences make that a factor of 1.5 more harmful.

# %% tags=["solution"]
assert round(10 * np.log10(0.5 / (20_000 * 0.5))) == -43
assert round(10 * np.log10(0.5 / (1_000_000 * 0.5))) == -60

# %% [markdown]
# ## Task 9: a wrong model (lesson 9; 9 marks, 8 minutes)
#
# 1. The residuals of a fit are 0.2, −0.1, 0.4, −0.3, 9.0, 0.1, −0.2. Compute
#    1.4826 times their median absolute deviation. (3)
# 2. With $\nu = 4$, which weight $(\nu + 1) / (\nu + (r / \sigma)^2)$ has a
#    sample at ten standard deviations? (2)
# 3. $N = 128$. A second tone, three parameters more, raises the log-likelihood
#    by 6. Does BIC take it? (2)
# 4. A second tone two bins away makes an error that does not fall with the
#    SNR. Will robust weights help? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) The median is 0.1; the distances from it, sorted, are 0, 0.1,
# 0.2, 0.3, 0.3, 0.4, 8.9, and their median is 0.3: 0.44. (2) $5 / 104 =
# 0.048$. (3) No: each parameter has to gain $\ln 128 / 2 = 2.4$, three 7.3.
# (4) No: no single sample is off, all of them are a little; fit two tones.

# %% tags=["solution"]
residuals = np.array([0.2, -0.1, 0.4, -0.3, 9.0, 0.1, -0.2])
mad = np.median(np.abs(residuals - np.median(residuals)))
assert round(1.4826 * mad, 2) == 0.44
assert round(5 / 104, 3) == 0.048
assert 3 * np.log(128) / 2 > 6
assert round(3 * np.log(128) / 2, 1) == 7.3

# %% [markdown]
# ## Task 10: a comparison (lesson 10; 10 marks, 10 minutes)
#
# "We trained our net five times and report the best training. It was compared
# with a least-squares fit at four SNRs, on the same 500 records for both. The
# p-values of the paired tests are 0.004, 0.030, 0.012 and 0.200, so the net is
# significantly better at three of the four SNRs. Records on which the net's
# answer lay outside the training range were left out."
#
# 1. Raise the p-values by Holm's method. At how many SNRs is the difference
#    significant at 0.05? (4)
# 2. How likely is at least one p-value below 0.05 in four independent tests
#    without any difference? (2)
# 3. Name two more faults, and one thing that was done well. (4)

# %% [markdown] tags=["solution"]
# **Answer.** (1) 0.016, 0.060, 0.036, 0.200: two. (2) $1 - 0.95^4 = 19$ %. (3)
# Faults: the best of five trainings instead of all (and nothing says that it
# was chosen on other records); the net's failures left out; the net knows its
# training range, and nothing says that the fit was told. One mark each, two at
# most. Well done: the same records for both, and a paired test (two marks).

# %% tags=["solution"]
raised = multipletests([0.004, 0.030, 0.012, 0.200], method="holm")[1]
assert np.allclose(raised, [0.016, 0.060, 0.036, 0.200])
assert round(1 - 0.95**4, 2) == 0.19

# %% [markdown]
# ## Task 11: an answer (lesson 11; 9 marks, 8 minutes)
#
# A fit gives 440.1234 Hz with a standard error of 0.0021 Hz for white noise.
# The residual has 3.24 times as much power near the tone as on average. The
# clock is good to ± 20 ppm.
#
# 1. Which standard error is right for this residual? (3)
# 2. Write the frequency and its standard uncertainty as they should be stated,
#    with the clock. (4)
# 3. What makes the uncertainty smaller: twice the recording, or a better
#    clock? (2)

# %% [markdown] tags=["solution"]
# **Answer.** (1) $\sqrt{3.24} \cdot 0.0021 = 0.0038$ Hz. (2) The clock has $20
# \cdot 10^{-6} \cdot 440 / \sqrt 3 = 0.0051$ Hz; together 0.0063 Hz: (440.1234
# ± 0.0063) Hz. (3) Both do; the clock is the larger part. Twice the recording
# leaves 0.0013 Hz of the noise's part and 0.0053 Hz in all, a perfect clock
# 0.0038 Hz.

# %% tags=["solution"]
noise = np.sqrt(3.24) * 0.0021
clock = 20e-6 * 440.1234 / np.sqrt(3)
assert round(noise, 4) == 0.0038
assert round(clock, 4) == 0.0051
assert round(np.hypot(noise, clock), 4) == 0.0063
assert round(noise / np.sqrt(8), 4) == 0.0013
assert round(np.hypot(noise / np.sqrt(8), clock), 4) == 0.0053
