# %% [markdown]
# # 5. Give the net the right question
#
# **For whom.** You have seen in lesson 4 how a net that reads samples fails
# outside its training range. You know complex numbers and the bound.
#
# **Afterwards you can**
#
# - move a tone of any frequency to frequency 0, and say why that makes all
#   frequencies alike;
# - write an estimator that has no training range because it has no band;
# - take apart what a front end does and what the net behind it adds.
#
# **Time.** 50 minutes. Four exercises, each with a check that draws fresh
# signals and answers in one sentence.

# %%
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import torch

import neural
from baselines import SineFit
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_05 as check
from dspvnn.limits import tone_bound_asymptotic
from dspvnn.signals import tone
from dspvnn.signals.noise import noise_std, white
from dspvnn.tasks import TASKS

use_style()
torch.set_num_threads(1)
rng = np.random.default_rng(5)

# %% [markdown]
# ## Turning a record back
#
# The net of lesson 4 failed at 0.4 because a tone at 0.4 looks like no example
# at 0.1. Can we make it look like one?
#
# A tone $A \cos(2 \pi f n + \varphi)$ is the sum of two turning arrows, of the
# frequencies $f$ and $-f$:
#
# $$A \cos(2 \pi f n + \varphi) = \frac{A}{2} e^{i (2 \pi f n + \varphi)}
# + \frac{A}{2} e^{-i (2 \pi f n + \varphi)} .$$
#
# Multiply the record by an arrow that turns backwards at a **trial frequency**
# $f_0$ near $f$:
#
# $$z_n = x_n\, e^{-2 \pi i f_0 n} .$$
#
# The first arrow now turns at $\delta = f - f_0$, hardly at all. The second
# turns at $-f - f_0$, fast. This is **heterodyning**; every radio does it. The
# result is called the record at **baseband**.
#
# > **Predict.** A tone at 0.103 is turned back by 0.1, and a tone at 0.403 by
# > 0.4. How will the two records at baseband differ: in everything, in the fast
# > part alone, or not at all?

# %%
N_SAMPLES = 128
n = np.arange(N_SAMPLES)
figure, axes = plt.subplots(2, 2, figsize=(9, 4), sharex=True)
for column, trial in zip(axes.T, (0.1, 0.4), strict=True):
    x = np.cos(2 * np.pi * (trial + 0.003) * n)
    z = x * np.exp(-2j * np.pi * trial * n)
    column[0].plot(n, x, ".-", lw=0.6, color="0.4")
    column[0].set_title(f"a tone at {trial + 0.003:g}")
    column[1].plot(n, z.real, lw=0.6, label="real part")
    column[1].plot(n, z.imag, lw=0.6, label="imaginary part")
    slow = np.exp(2j * np.pi * 0.003 * n) / 2
    column[1].plot(n, slow.real, color="black", lw=1.5)
    column[1].plot(n, slow.imag, color="black", lw=1.5)
    column[1].set(title=f"turned back by {trial:g}", xlabel="n")
axes[1, 0].legend(loc="lower left")
plt.show()

# %% [markdown]
# In the fast part alone. The slow part, in black, is the same for both: it
# knows $\delta = 0.003$ and nothing of 0.1 or 0.4.
#
# Lesson 4 had an **invariance**: the answer does not change with the offset.
# Here is its sister. If all frequencies of a record move up by 0.3, a good
# answer moves up by 0.3, too: when the input moves, the answer moves with it.
# That is an **equivariance**. Whoever answers $f_0$ *plus* what the record at
# baseband shows has it, whatever he does at baseband. He need not learn it.
#
# ### Exercise 1: heterodyne
#
# Write `heterodyne(signals, frequency)`: every record multiplied by
# $e^{-2 \pi i f_0 n}$, with a trial frequency of its own. Signals have the
# shape `(n_signals, n_samples)`, frequencies, in cycles per sample,
# `(n_signals,)`; the result is complex, of the signals' shape.
#
# <details><summary>Hint</summary>
#
# `frequency[:, None] * n` has a row for every record and a column for every
# sample, if `n = np.arange(n_samples)`. The imaginary unit is `1j`.
#
# </details>


# %% tags=["stub"]
def heterodyne(signals, frequency):
    """Return every record turned back by its frequency, complex."""
    raise NotImplementedError


# %% tags=["solution"]
def heterodyne(signals, frequency):
    """Return every record turned back by its frequency, complex."""
    time = np.arange(signals.shape[1])
    return signals * np.exp(-2j * np.pi * frequency[:, None] * time)


# %%
print(check.heterodyne(heterodyne))

# %% [markdown]
# ## A few numbers are enough
#
# The slow part needs few numbers. Cut the record at baseband into 16 **frames**
# of 8 samples and take the mean of each. What turns slowly survives; what turns
# fast, the second arrow and most of the noise, averages away.
#
# ### Exercise 2: frames
#
# Write `frames(baseband, n_frames)`: the means of `n_frames` equal pieces of
# every record, shape `(n_signals, n_frames)`. The number of samples is a
# multiple of `n_frames`.
#
# <details><summary>Hint</summary>
#
# `baseband.reshape(n_signals, n_frames, -1)` cuts each record into pieces of
# neighbouring samples; the mean goes along the last axis.
#
# </details>


# %% tags=["stub"]
def frames(baseband, n_frames):
    """Return the means of equal pieces, (n_signals, n_frames)."""
    raise NotImplementedError


# %% tags=["solution"]
def frames(baseband, n_frames):
    """Return the means of equal pieces, (n_signals, n_frames)."""
    return baseband.reshape(len(baseband), n_frames, -1).mean(axis=2)


# %%
print(check.frames(frames))

# %% [markdown]
# Amplitude and phase are still in the frames: all have the factor
# $\frac{A}{2} e^{i \varphi}$. Divide by their mean, and it is gone. Left are
# numbers $u_m$ near 1, which turn slowly.
#
# > **Predict.** Before you run the cell: how do the *imaginary parts* of $u_m$
# > go with $m$ if the trial frequency is right, a little too low, a little too
# > high?

# %%
figure, ax = plt.subplots(figsize=(6, 2.8))
for bins, marker in ((0, "o"), (0.2, "^"), (-0.2, "v")):
    f = 0.2 + bins / N_SAMPLES
    x = 1.7 * np.cos(2 * np.pi * f * n + 0.9) + 0.1 * rng.standard_normal(128)
    z = (x * np.exp(-2j * np.pi * 0.2 * n)).reshape(16, 8).mean(axis=1)
    label = f"trial frequency plus {bins:g} bins"
    ax.plot((z / z.mean()).imag, marker + "-", lw=0.8, label=label)
ax.set(xlabel="frame m", ylabel="imaginary part of u", ylim=(-0.8, 1.3))
ax.legend(loc="upper center")
plt.show()

# %% [markdown]
# A ramp, whose slope is the offset $\delta$. Close to 1 the imaginary part of
# an arrow is its angle, and the angle grows by $2 \pi \delta$ a sample. With
# the frame's time counted from the middle, $t_m = (m - 7.5) \cdot 8$,
#
# $$\mathrm{Im}\, u_m \approx 2 \pi \delta\, t_m .$$
#
# Recall where we come from: the frequency is the most nonlinear parameter that
# a tone has. At baseband, near the truth, what is left of it is *linear*. The
# least-squares slope of a ramp through the origin is
#
# $$\hat \delta = \frac{1}{2 \pi}\,
# \frac{\sum_m t_m\, \mathrm{Im}\, u_m}{\sum_m t_m^2} .$$
#
# ### Exercise 3: the slope
#
# Write `offset(frames, hop)`: $\hat \delta$ in cycles per *sample*, shape
# `(n_signals,)`, from complex frames `(n_signals, n_frames)` whose middles are
# `hop` samples apart. The check draws frames of any phase and amplitude, with
# and without noise, and compares with the bound.
#
# <details><summary>Hint</summary>
#
# `u = frames / frames.mean(axis=1, keepdims=True)`. The times are
# `hop * (np.arange(n_frames) - (n_frames - 1) / 2)`, and `u.imag @ t` is the
# upper sum.
#
# </details>


# %% tags=["stub"]
def offset(frames, hop):
    """Return the frequency that is left, cycles per sample, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def offset(frames, hop):
    """Return the frequency that is left, cycles per sample, (n_signals,)."""
    turned = frames / frames.mean(axis=1, keepdims=True)
    m = np.arange(frames.shape[1])
    time = hop * (m - m.mean())
    return turned.imag @ time / (2 * np.pi * np.sum(time**2))


# %%
print(check.offset(offset))

# %% [markdown]
# ## An estimator without a range
#
# Put it together: a trial frequency from the spectrum (lesson 1), heterodyne,
# frames, slope; the trial frequency moves by the slope, and once more.
#
# ### Exercise 4: the estimator at baseband
#
# Write `baseband_frequency(signals)`, shape `(n_signals,)`. The check draws
# from the tone task at 10 dB, frequencies from 0.05 to 0.25 *and* from 0.3 to
# 0.45, and asks for at most 1.3 times the Cramér-Rao bound in both.
#
# <details><summary>Hint</summary>
#
# Subtract the mean of every record first. The largest bin of a spectrum that
# was padded to twice the length is a good start. Your functions of exercises 1
# to 3 may be called. Two or three passes are enough.
#
# </details>


# %% tags=["stub"]
def baseband_frequency(signals):
    """Return the frequency from a few passes at baseband, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def baseband_frequency(signals):
    """Return the frequency from a few passes at baseband, (n_signals,)."""
    length = signals.shape[1]
    centred = signals - signals.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(centred, 2 * length))
    trial = np.argmax(spectrum, axis=1) / (2 * length)
    for _ in range(3):
        pieces = frames(heterodyne(centred, trial), 16)
        trial = trial + offset(pieces, length / 16)
    return trial


# %%
print(check.baseband_frequency(baseband_frequency))

# %% [markdown]
# No training, no examples, no range. But is it as good as the sine fit?
#
# > **Predict.** At 10 dB the estimator is about 1.1 times the bound. What is it
# > at 20, 30 and 40 dB: better, the same, or worse?


# %%
def records(frequency, snr_db, n_samples=N_SAMPLES):
    """Return a noisy tone for every frequency, (n_signals, n_samples)."""
    n_signals = len(frequency)
    phase = rng.uniform(-np.pi, np.pi, n_signals)
    amplitude = 2.0 ** rng.uniform(-1, 1, n_signals)
    offsets = rng.uniform(-1, 1, n_signals)
    clean = tone(n_samples, frequency, phase, amplitude, offsets)
    return clean + white(rng, noise_std(amplitude, snr_db), n_samples)


def in_bounds(answer, truth, snr_db, n_samples=N_SAMPLES):
    """Return the rms error over the bound."""
    error = np.sqrt(np.mean((answer - truth) ** 2))
    return error / np.sqrt(tone_bound_asymptotic(n_samples, snr_db))


untrained = neural.HeterodyneLSTM(device="cpu").build(N_SAMPLES)
print("error over the bound:     yours  untrained net   sine fit")
for snr_db in (0, 10, 20, 30, 40):
    truth = rng.uniform(0.05, 0.45, 1000)
    signals = records(truth, snr_db)
    answers = (
        attempt(baseband_frequency, signals),
        untrained.predict(signals),
        SineFit().predict(signals),
    )
    found = [in_bounds(answer, truth, snr_db) for answer in answers]
    print(f"{snr_db:17} dB " + "".join(f"{value:11.2f}" for value in found))

# %% [markdown]
# Worse: from 20 dB on it leaves the bound. The fast arrow is to blame. Eight
# samples do not average it away quite, and what stays of it bends the ramp, at
# any SNR. That is the leakage of $-f$ from lesson 1, come back.
#
# The middle column has the remedy. It fits a tone at the trial frequency
# (lesson 3, exercise 1), subtracts it *with both its arrows*, turns back what
# is left, and adds the number 1 for the slow arrow. The nearer the trial is,
# the less is left of the fast one. This column is the toolkit's net for tones,
# `HeterodyneLSTM`, **before any training**: its weights start so that near the
# truth the net is the slope of exercise 3. Read that column again.
#
# ## Now train it
#
# Behind that front end stands an LSTM that reads the 16 frames and adds its own
# part to the slope. We train it for seconds, and give it a very narrow range:
# frequencies from 0.10 to 0.12 and nothing else. (`fit_task` draws fresh
# examples from the toolkit's tone task, here with another range and at 20 dB.)
# To make the difference visible it gets one pass only: one trial frequency, one
# look.
#
# > **Predict.** It will have seen a band of 0.02. Where will it work?

# %%
N_STEPS = 150
NARROW = (0.10, 0.12)
task = TASKS["tone"]
narrow = replace(task.training, frequency_range=NARROW, snr_range_db=(20, 20))
settings = {"passes": 1, "device": "cpu"}
net = neural.HeterodyneLSTM(hidden=16, steps=N_STEPS, batch_size=64, **settings)
net.fit_task(task, narrow)
before = neural.HeterodyneLSTM(hidden=16, **settings).build(N_SAMPLES)
reader = neural.load("tone/lstm", device="cpu")  # the net of lesson 4

edges = np.linspace(0.04, 0.46, 15)
middles = (edges[1:] + edges[:-1]) / 2
truth = rng.uniform(edges[:-1, None], edges[1:, None], (14, 300))
signals = records(truth.ravel(), 20)
lines = {
    "reads samples, trained on 0.05 to 0.25": reader,
    "at baseband, one pass, untrained": before,
    "at baseband, one pass, trained on 0.10 to 0.12": net,
    "sine fit": SineFit(),
}
figure, ax = plt.subplots(figsize=(7, 3.8))
ax.axvspan(*NARROW, color="0.85")
for (name, estimator), marker in zip(lines.items(), "v^os", strict=True):
    answer = estimator.predict(signals).reshape(truth.shape)
    over = [in_bounds(a, t, 20) for a, t in zip(answer, truth, strict=True)]
    ax.plot(middles, over, marker + "-", lw=0.8, label=name)
ax.axhline(1, color="black", label="Cramér-Rao bound")
ax.set(ylim=(0.8, 2.6), xlabel="true frequency", ylabel="error over the bound")
ax.legend(loc="upper center", fontsize=8)
plt.show()

# %% [markdown]
# Everywhere. What it learned in the grey band holds in all others, since it
# never saw which band it was in. The net that reads samples needed five million
# examples for its range and has nothing outside; this one has had 9,600. The
# right question was worth more than the examples.
#
# ## What does the net add?
#
# In one pass the trained net is better than the untrained one: 1.1 bounds in
# place of 1.4. Its front end is the same, so that is what the LSTM adds.
#
# > **Predict.** Now let both make two passes and four. How much does the LSTM
# > add then?

# %%
shipped = neural.load("tone/heterodyne-lstm", device="cpu")
print("passes  SNR   slope alone   slope and LSTM   (error over the bound)")
for snr_db in (20, 40):
    truth = rng.uniform(0.05, 0.45, 1500)
    signals = records(truth, snr_db)
    for passes in (1, 2, 4):
        pair = untrained, shipped
        found = [
            in_bounds(
                e.set_params(passes=passes).predict(signals), truth, snr_db
            )
            for e in pair
        ]
        print(f"{passes:4}   {snr_db} dB  {found[0]:9.2f}  {found[1]:14.2f}")

# %% [markdown]
# One pass. Far from the truth the ramp bends, and the LSTM has learned how: at
# 40 dB it leaves a third of the slope's error on the first pass. On the next
# the trial is so near that the ramp is straight, and the slope alone is at the
# bound. There is nothing left to add. (The slope with its passes is the sine
# fit of lesson 3 in other clothes: a search, then steps that are linear near
# the truth.)
#
# That is the usual outcome, and no shame for the net. Once the question is put
# so that classical reasoning applies, classical reasoning is hard to beat. A
# net earns its place where the model is *wrong* or unknown: lessons 8 and 9.
#
# > **Predict.** The net has seen records of 128 samples only. What will it make
# > of records of 64, 500, 2000 samples?

# %%
for n_samples in (64, 500, 2000):
    truth = rng.uniform(0.05, 0.45, 500)
    signals = records(truth, 20, n_samples)
    found = in_bounds(shipped.predict(signals), truth, 20, n_samples)
    print(f"{n_samples:5} samples: {found:.2f} bounds")

# %% [markdown]
# The same, since the frames are 16 whatever the length, and the offset is
# counted in bins: a second equivariance, in the scale of time. What does *not*
# go away is the threshold of lesson 3. The trial frequency comes from the peak
# of the spectrum, and a wrong peak is wrong for net and fit alike:

# %%
truth = rng.uniform(0.05, 0.25, 1000)
signals = records(truth, -8)
for name, estimator in (("net", shipped), ("sine fit", SineFit())):
    far = np.abs(estimator.predict(signals) - truth) > 1 / N_SAMPLES
    print(f"{name:8} at -8 dB: {100 * far.mean():.0f} % outliers")

# %% [markdown]
# ## Summary
#
# 1. Heterodyning turns a record back by a trial frequency; what is left near
#    frequency 0 is the same in every band.
# 2. Trial frequency plus what is seen at baseband is an equivariant answer: it
#    moves with the record, and no example is needed for that.
# 3. Near the truth the most nonlinear of parameters is a slope: linear.
# 4. A net at baseband works in bands and at lengths that it has never seen; ten
#    thousand examples from a narrow band are enough.
# 5. What such a net adds has to be measured against its own front end: here it
#    is worth one pass.
#
# ## Further reading
#
# - S. A. Tretter, "Estimating the frequency of a noisy sinusoid by linear
#   regression", *IEEE Trans. Inf. Theory* 31(6), 1985.
# - S. Kay, "A fast and accurate single frequency estimator", *IEEE Trans.
#   Acoust., Speech, Signal Process.* 37(12), 1989.
# - E. Aboutanios and B. Mulgrew, "Iterative frequency estimation by
#   interpolation on Fourier coefficients", *IEEE Trans. Signal Process.* 53(4),
#   2005: search and refine, once more.
# - M. M. Bronstein, J. Bruna, T. Cohen and P. Veličković, "Geometric deep
#   learning: grids, groups, graphs, geodesics, and gauges", arXiv:2104.13478,
#   2021: equivariance as a plan for nets.
#
# **In the report.** The case `baseband` measures what the LSTM adds, pass by
# pass, with intervals; the case `sine-frequency` trains this net on the records
# of a question from the field. See them with `dspvnn report --case baseband
# --case sine-frequency --out reports/baseband`.
#
# **Next.** In lesson 6 the question is no longer how large, but whether.
