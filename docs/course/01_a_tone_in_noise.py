# %% [markdown]
# # 1. A tone in noise
#
# **For whom.** You know complex numbers, sums and a little NumPy. No signal
# processing is needed.
#
# **Afterwards you can**
#
# - say what a bin of the discrete Fourier transform is, and where a tone
#   between two bins goes;
# - say what zero padding does and what it cannot do;
# - write an estimator of a tone's frequency, and say how large its error is
#   and why.
#
# **Time.** 45 minutes. Four exercises, each with a check that draws fresh
# signals and answers in one sentence.

# %%
import matplotlib.pyplot as plt
import numpy as np

from baselines import FFTPeak
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_01 as check
from dspvnn.limits import tone_bound_asymptotic
from dspvnn.signals import tone
from dspvnn.signals.noise import noise_std, white

use_style()
rng = np.random.default_rng(1)

# %% [markdown]
# ## A record
#
# A sensor gives $N$ numbers, the **samples** $x_0, x_1, \ldots, x_{N-1}$:
# together they are a **record**. In this course a record holds one tone and
# noise,
#
# $$x_n = A \cos(2 \pi f n + \varphi) + c + w_n,
# \qquad n = 0, 1, \ldots, N - 1,$$
#
# where $A$ is the **amplitude**, $f$ the **frequency** in cycles per sample,
# $\varphi$ the **phase** at the first sample in radians, $c$ a constant
# **offset**, and $w_n$ **white Gaussian noise**: every $w_n$ is drawn on its
# own from a normal distribution of mean 0 and standard deviation $\sigma$.
#
# A frequency of 0.1 means that a cycle takes ten samples. Tones of 0.3 and of
# 0.7 have the same samples, since at every whole $n$
#
# $$\cos(2 \pi \cdot 0.7\, n) = \cos(2 \pi n - 2 \pi \cdot 0.3\, n)
# = \cos(2 \pi \cdot 0.3\, n).$$
#
# So nobody can tell $f$ from $1 - f$, and we take $f$ to lie between 0 and 0.5.
# With a sample rate of 1000 samples a second, 0.1 cycles per sample are 100
# hertz.
#
# How strong the tone is beside the noise is the **signal-to-noise ratio**
# (SNR), the ratio of their powers, in decibels:
#
# $$\mathrm{SNR} = 10 \log_{10} \frac{A^2}{2 \sigma^2}\ \mathrm{dB}.$$
#
# At 0 dB tone and noise have the same power; at 20 dB the tone has a hundred
# times the power of the noise.
#
# > **Predict.** The next cell draws the same tone at 20, 0 and −10 dB. At
# > which of them will you see it by eye? Decide before you run the cell.

# %%
N_SAMPLES = 128


def records(frequency, snr_db):
    """Return a noisy tone for every frequency, (n_signals, N_SAMPLES)."""
    phase = rng.uniform(-np.pi, np.pi, len(frequency))
    amplitude = np.ones(len(frequency))
    offset = np.zeros(len(frequency))  # none, in the pictures of this lesson
    clean = tone(N_SAMPLES, frequency, phase, amplitude, offset)
    return clean + white(rng, noise_std(amplitude, snr_db), N_SAMPLES)


levels = (20, 0, -10)
shown = {snr_db: records(np.array([0.1037]), snr_db)[0] for snr_db in levels}
figure, axes = plt.subplots(1, 3, figsize=(9, 2.4))
for ax, snr_db in zip(axes, levels, strict=True):
    ax.plot(shown[snr_db], ".-", lw=0.7)
    ax.set(title=f"{snr_db} dB", xlabel="n")
axes[0].set_ylabel("sample")
plt.show()

# %% [markdown]
# At 20 dB it is plain, at 0 dB you may guess it, at −10 dB the eye finds
# nothing. Keep the third record in mind: we come back to it.
#
# ## The discrete Fourier transform
#
# How much of the frequency $f$ is in a record? Multiply the record by a
# turning arrow of that frequency, $e^{-2 \pi i f n}$, and add up: what turns
# at the same rate adds up, everything else cancels. The **discrete Fourier
# transform** (DFT) does this at the frequencies $f_k = k / N$, which make a
# whole number $k$ of cycles in the record:
#
# $$X_k = \sum_{n=0}^{N-1} x_n\, e^{-2 \pi i k n / N},
# \qquad k = 0, 1, \ldots, \lfloor N / 2 \rfloor,$$
#
# where $i$ is the imaginary unit. Each $X_k$ is a complex number. The
# frequencies $f_k$ are called **bins**; they lie $1/N$ apart. Beyond $k = N/2$
# the numbers of a real record only repeat: $X_{N-k}$ is the complex conjugate
# of $X_k$.
#
# ### Exercise 1: the transform from its definition
#
# Write `dft`. It takes records of shape `(n_signals, n_samples)` and returns
# the bins from 0 to `n_samples // 2` of each, shape `(n_signals, n_samples //
# 2 + 1)`. Use the sum, not `np.fft`. The check's records are shorter than ours,
# 24 and 31 samples: `signals.shape[1]` is the number of samples.
#
# <details><summary>Hint</summary>
#
# `np.outer(n, k)` holds all products $n k$, a row for each $n$ and a column for
# each $k$. Make the exponentials of it; the sum over $n$ is then one matrix
# product, `signals @ exponentials`.
#
# </details>


# %% tags=["stub"]
def dft(signals):
    """Return X[k] for k = 0 ... N // 2 of every record."""
    raise NotImplementedError


# %% tags=["solution"]
def dft(signals):
    """Return X[k] for k = 0 ... N // 2 of every record."""
    n_samples = signals.shape[1]
    n, k = np.arange(n_samples), np.arange(n_samples // 2 + 1)
    return signals @ np.exp(-2j * np.pi * np.outer(n, k) / n_samples)


# %%
print(check.dft(dft))

# %% [markdown]
# The sum costs about $N^2$ multiplications; the **fast Fourier transform**
# (FFT) gives the same numbers with about $N \log_2 N$. `np.fft.rfft` is the
# one for real records, and it is what we use from here on.
#
# > **Predict.** The record at −10 dB had nothing for the eye. Will its
# > spectrum show the tone?

# %%
bins = np.fft.rfftfreq(N_SAMPLES)  # k / N
figure, axes = plt.subplots(1, 3, figsize=(9, 2.4), sharey=True)
for ax, snr_db in zip(axes, levels, strict=True):
    magnitude = np.abs(np.fft.rfft(shown[snr_db]))
    ax.plot(bins, magnitude / magnitude.max(), lw=0.9)
    ax.axvline(0.1037, color="0.6", lw=0.8, ls="--")
    ax.set(title=f"{snr_db} dB", xlabel="cycles per sample")
axes[0].set_ylabel("magnitude, largest = 1")
plt.show()

# %% [markdown]
# A cosine is the sum of two arrows of length $A / 2$, which turn at $f$ and at
# $-f$. The terms of the first all point the same way and add up to about $A N
# / 2$. The noise's terms point anywhere: their variances add up, to $N
# \sigma^2$, so that their sum grows only as $\sqrt N \sigma$. So in its bin
# the tone stands above the noise by a power ratio of
#
# $$\frac{(A N / 2)^2}{N \sigma^2} = \frac{N}{2} \cdot \frac{A^2}{2 \sigma^2},$$
#
# that is $N/2$ times the SNR: with 128 samples 64 times, 18 dB more than in
# the samples. At −10 dB the peak is often, but not always, the largest. Lesson
# 3 is about the times when it is not.
#
# ## Leakage
#
# A tone whose frequency is a bin puts everything in that bin. A tone between
# two bins does not: the sum of a tone of frequency $f$ at the frequency $f_k$
# is
#
# $$|X_k| \approx \frac{A}{2}
# \left| \frac{\sin(\pi N (f - f_k))}{\sin(\pi (f - f_k))} \right|,$$
#
# the **Dirichlet kernel**. (The sign ≈ is there because a real tone also has
# the frequency $-f$, whose own kernel reaches over a little.) It is 0 at every
# other bin when $f$ is a bin, and nowhere 0 when $f$ is not: the tone
# **leaks** into all bins.
#
# > **Predict.** One tone lies on bin 13, another half-way between bins 13 and
# > 14; both have the same amplitude. How high is the largest bin of the second
# > beside that of the first: 100 %, 90 %, 64 % or 50 %?

# %%
n = np.arange(N_SAMPLES)
figure, axes = plt.subplots(1, 2, figsize=(8, 2.6), sharey=True)
for ax, cycles in zip(axes, (13.0, 13.5), strict=True):
    signal = np.cos(2 * np.pi * cycles / N_SAMPLES * n)
    magnitude = np.abs(np.fft.rfft(signal))
    ax.stem(magnitude[:30], markerfmt=".", basefmt=" ")
    title = f"{cycles:g} cycles: largest bin {magnitude.max():.1f}"
    ax.set(title=title, xlabel="bin k")
axes[0].set_ylabel("magnitude")
plt.show()

# %% [markdown]
# Half-way between two bins the kernel is $2 / \pi$ of its top, 64 % (the
# figure's 41.4 of 64.0 is a little more, by what the kernel of $-f$ adds): the
# tone has lost 3.9 dB in its best bin, and the rest is spread over the others.
#
# ### Exercise 2: the largest bin
#
# Write `peak_frequency`: the frequency of the largest bin of every record, the
# one of largest magnitude $|X_k|$, in cycles per sample, shape `(n_signals,)`.
# The records of the check are those
# of this toolkit's tone task: 128 samples at 20 dB, frequencies from 0.05 to
# 0.25, amplitudes from 1/2 to 2, and **offsets from −1 to 1**.
#
# What error can you expect? The truth lies anywhere within half a bin of your
# answer, and a number that is uniform within $\pm \Delta / 2$ has a root mean
# square (**rms**) of $\Delta / \sqrt{12}$. With $\Delta = 1/128$ that is
# 0.00226 cycles per sample.
#
# <details><summary>Hint</summary>
#
# The offset $c$ is a tone of frequency 0: it fills bin 0, and may be larger
# than the tone. Subtract the mean of every record (`axis=1, keepdims=True`)
# from a copy, and `np.argmax` of the magnitudes along `axis=1` gives the bin. A
# bin is not yet a frequency.
#
# </details>


# %% tags=["stub"]
def peak_frequency(signals):
    """Return the frequency of the largest bin, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def peak_frequency(signals):
    """Return the frequency of the largest bin, (n_signals,)."""
    spectrum = np.fft.rfft(signals - signals.mean(axis=1, keepdims=True))
    return np.argmax(np.abs(spectrum), axis=1) / signals.shape[1]


# %%
print(check.peak_frequency(peak_frequency))

# %% [markdown]
# ## Zero padding
#
# Nothing forces us to look at the frequencies $k / N$ only. Put zeros behind
# the record until it has $M = P N$ numbers, and the transform is the same sum
# at the frequencies $k / M$, which lie $P$ times closer. That is **zero
# padding**.
#
# > **Predict.** Which of the two is true, one, both or none?
# >
# > 1. Padding lets us read a single tone's frequency more finely.
# > 2. Padding lets us see two tones that are half a bin apart as two.

# %%
PADDING = 16
fine = np.arange(PADDING * N_SAMPLES // 2 + 1) / PADDING
first = np.cos(2 * np.pi * 13.3 / N_SAMPLES * n)
second = 2 * np.pi * 13.8 / N_SAMPLES * n  # the angle of the second tone
pictures = {
    "one tone, 13.3": first,
    "two tones, 13.3 and 13.8": first + np.cos(second - np.pi / 2),
    "the same, other phase": first + np.cos(second + np.pi / 2),
}
figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True)
for ax, (name, signal) in zip(axes, pictures.items(), strict=True):
    padded = np.fft.rfft(signal, PADDING * N_SAMPLES)
    ax.plot(fine, np.abs(padded), lw=0.9, label="16 times padded")
    ax.plot(np.abs(np.fft.rfft(signal)), "o", label="as it is")
    ax.set(xlim=(6, 22), title=name, xlabel="cycles in the record")
axes[0].set_ylabel("magnitude")
axes[0].legend(loc="upper right")
plt.show()

# %% [markdown]
# Only the first is true. Padding draws the curve between the bins, and the top
# of the curve is close to the tone. But it is the curve of *these* $N$
# samples, and a tone's bump in it is two bins wide. Two tones half a bin apart
# make one bump, or, with another phase, two that stand in the wrong places. No
# zero adds what was not measured: only a longer record makes the bumps
# narrower.
#
# ### Exercise 3: a finer reading
#
# Write `padded_peak(signals, padding)`: the frequency of the largest value
# after padding every record to `padding` times its length. The check uses a
# padding of 4 and of 16.
#
# <details><summary>Hint</summary>
#
# `np.fft.rfft(x, m)` pads `x` with zeros to the length `m`. Subtract the mean
# *before* the zeros come, and divide the bin by the length *with* the zeros.
#
# </details>


# %% tags=["stub"]
def padded_peak(signals, padding):
    """Return the frequency of the largest padded value, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def padded_peak(signals, padding):
    """Return the frequency of the largest padded value, (n_signals,)."""
    length = padding * signals.shape[1]
    spectrum = np.fft.rfft(
        signals - signals.mean(axis=1, keepdims=True), length
    )
    return np.argmax(np.abs(spectrum), axis=1) / length


# %%
print(check.padded_peak(padded_peak))

# %% [markdown]
# > **Predict.** The error of the nearest bin falls as $1 / P$ when the padding
# > $P$ grows. For ever?
#
# The next cell measures it at 20 dB. Your own `padded_peak` is drawn as soon
# as its check says that it is right. The black line is the **Cramér-Rao
# bound**, the smallest rms error of any estimator that is right on average (an
# **unbiased** one): lesson 2 derives it, and until then it is the number that
# we hold every error against. The dotted line is the error of the top of the
# curve itself, which `FFTPeak("aboutanios-mulgrew")` finds without a grid.

# %%
frequencies = rng.uniform(0.05, 0.25, 1000)
signals = records(frequencies, 20)
bound = np.sqrt(tone_bound_asymptotic(N_SAMPLES, snr_db=20))


def rms(errors):
    """Return the root of the mean square."""
    return np.sqrt(np.mean(errors**2))


paddings = np.array([1, 2, 4, 8, 16, 32, 64])
answers = [attempt(padded_peak, signals, int(p)) for p in paddings]
yours = [rms(answer - frequencies) for answer in answers]
nearest = 1 / (paddings * N_SAMPLES) / np.sqrt(12)
figure, ax = plt.subplots(figsize=(6, 3))
ax.loglog(paddings, nearest, "--", color="0.5", label="nearest bin")
ax.loglog(paddings, yours, "o-", label="your padded_peak")
top = FFTPeak("aboutanios-mulgrew").predict(signals)
ax.axhline(
    rms(top - frequencies), color="0.3", ls=":", label="top of the curve"
)
ax.axhline(bound, color="black", label="Cramér-Rao bound")
ax.set_xscale("log", base=2)
ax.set(xlabel="padding P", ylabel="rms error (cycles per sample)")
ax.set_title("20 dB, 128 samples")
ax.legend()
plt.show()
print(f"rms error of the top of the curve: {rms(top - frequencies):.2e}")
print(f"Cramér-Rao bound:                  {bound:.2e}")

# %% [markdown]
# Not for ever. The finer grid brings us to the top of the curve; but noise
# moves that top, and so does the leakage of the tone's other half at $-f$.
# What is left is the error of the top itself, about 1.4 times the bound: the
# line of `padded_peak` runs into the dotted one, and a padding beyond 64 buys
# little.
#
# ## Between the bins, without the zeros
#
# Padding 32 times to find one number is a long way round. The largest bin $k$
# and its two neighbours already say where the top lies. Two well-known
# formulas give its distance $\delta$ from bin $k$, in bins:
#
# $$\delta = \mathrm{Re}\, \frac{X_{k-1} - X_{k+1}}{2 X_k - X_{k-1} - X_{k+1}}
# \qquad \text{(Jacobsen)},$$
#
# where $\mathrm{Re}$ is the real part, and the vertex of a parabola through
# the logarithms $a, b, c$ of the three magnitudes,
#
# $$\delta = \frac{a - c}{2 (a - 2 b + c)} \qquad \text{(parabola)}.$$
#
# The frequency is then $(k + \delta) / N$. Jacobsen's formula takes the
# complex values of the three bins, and is made for the kernel above. The
# parabola takes their magnitudes, and the kernel is too pointed for it: the
# record is first multiplied, sample by sample, by a **window**, weights that
# fade to nothing at both ends of the record. That makes the bump twice as wide
# and rounder, so that a parabola fits the logarithms of its three largest
# bins. The Hann window, `np.hanning(N)`, is the usual one. (Take the mean off
# before you multiply.)
#
# ### Exercise 4: an estimator worth the name
#
# Write `refined_peak` with one of the two, or with a formula of your own. The
# check's records are those of exercise 2 at 10 dB, offsets included; the rms
# error must be at most 2.5 times the Cramér-Rao bound. (A padding of 32 passes,
# too, and is even a little closer to the bound. It computes 32 times as many
# values; three bins cost next to nothing.)
#
# <details><summary>Hint</summary>
#
# With `rows = np.arange(len(signals))`, `spectrum[rows, k - 1]` picks a
# neighbour of its own for every record. The largest bin must have two
# neighbours: look for it in `spectrum[:, 1:-1]`, and add 1.
#
# </details>


# %% tags=["stub"]
def refined_peak(signals):
    """Return the frequency, refined by two neighbours, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def refined_peak(signals):
    """Return the frequency, refined by two neighbours, (n_signals,)."""
    spectrum = np.fft.rfft(signals - signals.mean(axis=1, keepdims=True))
    rows = np.arange(len(signals))
    k = 1 + np.argmax(np.abs(spectrum[:, 1:-1]), axis=1)
    before, peak, after = (spectrum[rows, k + step] for step in (-1, 0, 1))
    delta = ((before - after) / (2 * peak - before - after)).real
    return (k + delta) / signals.shape[1]


# %%
print(check.refined_peak(refined_peak))

# %% [markdown]
# > **Predict.** At 10 dB Jacobsen's formula is about 1.5 times the bound. The
# > SNR rises to 60 dB, and the bound falls with it. Which of these follow it:
# > the nearest bin, the parabola without a window, Jacobsen's formula, all, or
# > none?

# %%
estimators = {
    "nearest bin": FFTPeak("none"),
    "parabola, no window": FFTPeak("parabolic"),
    "parabola, Hann window": FFTPeak("parabolic", window="hann"),
    "Jacobsen": FFTPeak("jacobsen"),
}
levels = np.arange(-15, 61, 5)
errors = {name: [] for name in (*estimators, "your refined_peak")}
for snr_db in levels:
    signals = records(frequencies, snr_db)
    for name, estimator in estimators.items():
        errors[name].append(rms(estimator.predict(signals) - frequencies))
    yours = attempt(refined_peak, signals)
    errors["your refined_peak"].append(rms(yours - frequencies))
figure, ax = plt.subplots(figsize=(7, 3.6))
for (name, values), marker in zip(errors.items(), "v^sox", strict=True):
    ax.semilogy(levels, values, marker + "-", label=name)
bounds = [np.sqrt(tone_bound_asymptotic(N_SAMPLES, db)) for db in levels]
ax.semilogy(levels, bounds, color="black", label="Cramér-Rao bound")
ax.set(xlabel="SNR (dB)", ylabel="rms error (cycles per sample)")
ax.set_title("128 samples")
ax.legend()
plt.show()

# %% [markdown]
# None of them, to the end. Every line turns flat where its **bias**, the error
# that is left when the noise is gone, is larger than what the noise does. For
# the nearest bin (the grid) and for the parabola without a window (the wrong
# shape) that is so from the start. The parabola with a window stays at about
# twice the bound up to 15 dB. Jacobsen's formula stays at 1.5 times the bound
# up to about 40 dB; then the leakage of $-f$ is left. And on the left, below
# about 0 dB, all of them leave the bound together. That is another story:
# lesson 3.
#
# ## Summary
#
# 1. The DFT measures how much of each of the frequencies $k/N$, the bins, is
#    in a record; a tone gains $N/2$ in power over the noise there.
# 2. A tone between two bins leaks into all of them, and loses up to 3.9 dB in
#    the best one.
# 3. Zero padding draws the curve between the bins: a finer reading, not a
#    finer resolution.
# 4. The mean goes first (or bin 0 stays out of the search), the unit comes
#    last: bin over length gives cycles per sample.
# 5. Interpolation between three bins comes near the Cramér-Rao bound over a
#    range of SNRs; outside it, bias or noise takes over.
#
# ## Further reading
#
# - A. V. Oppenheim and R. W. Schafer, *Discrete-Time Signal Processing*, 3rd
#   ed., Pearson, 2010, chapters 8 and 10.
# - F. J. Harris, "On the use of windows for harmonic analysis with the
#   discrete Fourier transform", *Proc. IEEE* 66(1), 1978.
# - E. Jacobsen and P. Kootsookos, "Fast, accurate frequency estimators", *IEEE
#   Signal Processing Magazine* 24(3), 2007.
# - D. C. Rife and R. R. Boorstyn, "Single-tone parameter estimation from
#   discrete-time observations", *IEEE Trans. Inf. Theory* 20(5), 1974.
#
# **In the report.** The case `sine-frequency` is a question from the field: a
# net was asked for the frequency of a sine and answered with a constant, where
# this lesson's few lines are right. See it with `dspvnn report --case
# sine-frequency --out reports/sine-frequency`.
#
# **Next.** Lesson 2 derives the black line.
