# %% [markdown]
# # 11. A recording of your own
#
# **For whom.** You have done lesson 3 and have a file with a rhythm in it:
# hum, a pendulum, a heartbeat, a star. No file? The lesson makes one.
#
# **Afterwards you can**
#
# - get from a file to a frequency in hertz, and look at what is left;
# - say why the error bar of a fit is wrong when the noise is not white, and
#   set it right;
# - add up an error budget, clock included, and write the answer down with as
#   many digits as it deserves.
#
# **Time.** 60 minutes. Four exercises.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from scipy.io import wavfile
from statsmodels.datasets import co2, elnino

from baselines import SineFit
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_11 as check
from dspvnn.recordings.part import Selection, read_part
from dspvnn.signals import tone
from dspvnn.signals.noise import autoregressive

use_style()
rng = np.random.default_rng(11)

# %% [markdown]
# ## From a file to numbers
#
# Put the path of your own file in the place of `None`: WAV, FLAC, CSV or NPY.
# A CSV or NPY file does not know its sample rate: give it, in hertz. With
# `None` you get four seconds of hum from a power line, made here, and can hold
# your answer against `TRUTH` at the end.

# %%
RECORDING = None  # "hum.wav"
SAMPLE_RATE = None  # of a CSV or NPY file
TRUTH = 50.0173  # hertz, of the hum that is made here


def hum(n_samples=8000, sample_rate=2000):
    """Return hum with two harmonics and wandering noise, as 16-bit numbers."""
    total = autoregressive(rng, np.array([0.1]), np.array([0.95]), n_samples)
    for order, amplitude in ((1, 0.3), (2, 0.12), (3, 0.05)):
        frequency = np.array([order * TRUTH / sample_rate])
        phase = rng.uniform(-np.pi, np.pi, 1)
        parts = np.array([amplitude]), np.array([0.0])
        total += tone(n_samples, frequency, phase, *parts)
    return np.int16(20000 * total[0].clip(-1.6, 1.6))


if RECORDING is None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hum.wav"
        wavfile.write(file, 2000, hum())
        part = read_part(file, None, Selection())
else:
    part = read_part(Path(RECORDING), SAMPLE_RATE, Selection())
samples, rate = part.samples, part.sample_rate
print(f"{len(samples)} samples at {rate:g} Hz, {part.seconds:g} s")
print(f"from {samples.min():.3g} to {samples.max():.3g}, {part.n_gaps} gaps")

# %% [markdown]
# Look before you fit. Are there gaps? Is the top cut off (many samples at one
# extreme value)? Does the mean drift? Lesson 9 has the remedies. Then the
# spectrum (lesson 1), on a logarithmic scale, or you will see one line and
# nothing else.
#
# > **Predict.** The hum of a power line of 50 Hz. At which frequencies will
# > there be lines? And will the noise between them be flat?

# %%
frequencies, amplitudes = part.spectrum()
figure, axes = plt.subplots(1, 2, figsize=(9, 2.8))
shown = slice(0, min(len(samples), int(0.1 * rate) + 20))
axes[0].plot(np.arange(len(samples))[shown] / rate, samples[shown], lw=0.9)
axes[0].set(xlabel="time (s)", ylabel="sample")
axes[1].semilogy(frequencies[1:], amplitudes[1:], lw=0.5)
axes[1].set(xlabel="frequency (Hz)", ylabel="amplitude")
plt.show()

# %% [markdown]
# The hum has its second and third harmonic, and the noise is stronger at low
# frequencies, as it mostly is in the world.
#
# ## The fit, and its error bar
#
# `SineFit` with a sample rate answers in hertz, with a **standard error**: the
# Cramér-Rao bound of lesson 2 at the fitted values, where the noise's variance
# is that of the **residual**, the samples less the fitted sine.

# %%
EVERYTHING = ("frequency", "phase", "amplitude", "offset")


def fitted(samples, sample_rate):
    """Return frequency and standard error in hertz, and the residual."""
    fit = SineFit(sample_rate=sample_rate, outputs=EVERYTHING)
    (values,), (errors,) = fit.predict(samples[None], return_std=True)
    frequency, phase, amplitude, offset = values
    angle = 2 * np.pi * frequency / sample_rate * np.arange(len(samples))
    sine = amplitude * np.cos(angle + phase) + offset
    return frequency, errors[0], samples - sine


frequency, error, residual = fitted(samples, rate)
print(f"{frequency:.5f} Hz, standard error {error:.5f} Hz")

# %% [markdown]
# > **Predict.** That error is right if the residual is white noise. Here the
# > noise is stronger at low frequencies, where the hum is, and there are
# > harmonics in the residual. Is the true error larger than the one printed,
# > or smaller?
#
# Ask the residual first. White noise has nothing in common with itself a
# moment later. The **autocorrelation** at lag $k$,
#
# $$\rho_k = \frac{\sum_{n=0}^{N-1-k} (r_n - \bar r)(r_{n+k} - \bar r)}
# {\sum_{n=0}^{N-1} (r_n - \bar r)^2},$$
#
# where $\bar r$ is the mean of the residual, is 1 at lag 0; for white noise
# all others lie within $\pm 1.96 / \sqrt N$, but for one in twenty.
#
# ### Exercise 1: is it white?
#
# Write `autocorrelation(residual, n_lags)`: $\rho_1, \ldots, \rho_L$, shape
# `(n_lags,)`.
#
# <details><summary>Hint</summary>
#
# For the lag `k` it is the sum of `r[:-k] * r[k:]` over the sum of `r**2`,
# with `r` less its mean.
#
# </details>


# %% tags=["stub"]
def autocorrelation(residual, n_lags):
    """Return the autocorrelation at the lags 1 ... n_lags, (n_lags,)."""
    raise NotImplementedError


# %% tags=["solution"]
def autocorrelation(residual, n_lags):
    """Return the autocorrelation at the lags 1 ... n_lags, (n_lags,)."""
    r = residual - residual.mean()
    products = [np.sum(r[:-k] * r[k:]) for k in range(1, n_lags + 1)]
    return np.array(products) / np.sum(r**2)


# %%
print(check.autocorrelation(autocorrelation))

# %%
lags = np.arange(1, 61)
figure, ax = plt.subplots(figsize=(6, 2.8))
rho = attempt(autocorrelation, residual, len(lags), shape=lags.shape)
ax.plot(lags, rho, ".-", label="residual, by your function")
inside = 1.96 / np.sqrt(len(residual))
ax.axhspan(-inside, inside, color="0.8", label="95 % for white noise")
ax.set(xlabel="lag (samples)", ylabel="autocorrelation", ylim=(-0.5, 1))
ax.legend()
plt.show()

# %% [markdown]
# Far outside: it is not white. Which way does that push the error? Lesson 9
# said it: *a tone is disturbed by the noise at its own frequency only*. The
# fit's error bar takes all of the residual, and spreads it evenly over all
# frequencies. If the noise near the tone is stronger than on average, the
# error bar is too short; if it is weaker, too long. So compare the two. With
# the power $P_k = |R_k|^2$ of the residual in the bins $k$, the right factor
# is
#
# $$\gamma = \sqrt{\frac{\mathrm{mean\ of\ } P_k \mathrm{\ near\ the\ tone}}
# {\mathrm{mean\ of\ all\ } P_k}} .$$
#
# "Near" are the bins from 3 to 20 bins away from the tone, on both sides. The
# nearest are left out: the fit has taken their noise along with the tone.
#
# ### Exercise 2: the colour of the noise
#
# Write `colour_factor(residual, frequency)`: $\gamma$, one number. The
# frequency is in cycles per sample; bin 0 does not count at all.
#
# <details><summary>Hint</summary>
#
# `distance = np.abs(np.arange(len(power)) - frequency * n)`, with `n` samples
# in the residual. Average powers, and take the root at the end.
#
# </details>


# %% tags=["stub"]
def colour_factor(residual, frequency):
    """Return the root of the power near the tone over all, one number."""
    raise NotImplementedError


# %% tags=["solution"]
def colour_factor(residual, frequency):
    """Return the root of the power near the tone over all, one number."""
    power = np.abs(np.fft.rfft(residual - residual.mean())) ** 2
    bins = np.arange(len(power))
    distance = np.abs(bins - frequency * len(residual))
    near = (distance >= 3) & (distance <= 20) & (bins > 0)
    return np.sqrt(power[near].mean() / power[1:].mean())


# %%
print(check.colour_factor(colour_factor))

# %% [markdown]
# ## Does the error bar hold?
#
# An error bar is a promise: estimate ± 1.96 standard errors holds the truth in
# 95 % of all recordings. Of a single recording nobody can tell whether it was
# kept. Of many simulated ones, you can count.
#
# ### Exercise 3: an answer with an error bar
#
# Write `answer(samples, sample_rate)`: the frequency and its standard error,
# both in hertz, shape `(2,)`. The check draws 200 recordings of 2048 samples
# with harmonics and wandering noise, counts how often the bar holds the truth,
# and looks whether the estimates themselves are near the bound.
#
# <details><summary>Hint</summary>
#
# Everything is there: `fitted` from above and your `colour_factor`, which
# takes cycles per *sample*.
#
# </details>


# %% tags=["stub"]
def answer(samples, sample_rate):
    """Return the frequency and its standard error in hertz, (2,)."""
    raise NotImplementedError


# %% tags=["solution"]
def answer(samples, sample_rate):
    """Return the frequency and its standard error in hertz, (2,)."""
    everything = ("frequency", "phase", "amplitude", "offset")
    fit = SineFit(sample_rate=sample_rate, outputs=everything)
    (found,), (errors,) = fit.predict(samples[None], return_std=True)
    turn = 2 * np.pi * found[0] / sample_rate
    sine = found[2] * np.cos(turn * np.arange(len(samples)) + found[1])
    rest = samples - sine - found[3]
    return found[0], errors[0] * colour_factor(rest, found[0] / sample_rate)


# %%
print(check.answer(answer))

# %%
hums, bars = [hum().astype(float) for _ in range(40)], {}
bars["the fit's own"] = [fitted(h, 2000.0)[:2] for h in hums]
bars["with your answer"] = [
    attempt(answer, h, 2000.0, shape=(2,)) for h in hums
]
figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for ax, (name, found) in zip(axes, bars.items(), strict=True):
    middle, half = np.array(found).T
    missed = np.abs(middle - TRUTH) > 1.96 * half
    count = f"{missed.sum()} of {np.isfinite(half).sum()} miss"
    for row, hit in enumerate(~missed):
        ends = middle[row] + 1.96 * half[row] * np.array([-1, 1])
        ax.plot(ends, [row, row], lw=1.5, color="0.6" if hit else "C1")
    ax.axvline(TRUTH, color="black", lw=1)
    ax.set(title=f"{name}: {count}", xlabel="Hz")
axes[0].set_ylabel("recording")
plt.show()

# %% [markdown]
# Of 40 bars two should miss, and one to five are no surprise. (As long as your
# `answer` is not right, the right picture is empty.)
#
# Another way is to cut the recording into windows, fit each, and look how the
# answers spread. That needs no theory at all, but it is dear: a frequency's
# variance falls with the *cube* of the length (lesson 2), so the mean of $K$
# windows has $K$ times the error of one fit over everything.
#
# ## The budget
#
# The noise is not all. The sample rate comes from a clock, and a clock that
# runs fast by 50 parts in a million (**ppm**) makes every frequency too low by
# 50 ppm, in each recording again. Such an error is **systematic**: it does not
# average out. If all you know is a limit, "within ± $c$ ppm", take a uniform
# distribution, whose standard deviation is $c / \sqrt 3$. Independent errors
# add as squares:
#
# $$u = \sqrt{s^2 + \left( \frac{c \cdot 10^{-6} f}{\sqrt 3} \right)^2},$$
#
# where $s$ is the standard error from the noise and $f$ the frequency. $u$ is
# the **standard uncertainty**. Write it down with **two** digits that count
# (0.0024, not 0.00237), and the frequency to the same decimal place.
#
# > **Predict.** The hum above, and a sound card good to 50 ppm. Which is the
# > larger part of the budget: the noise or the clock?
#
# ### Exercise 4: what you write down
#
# Write `stated(frequency, standard_error, clock_ppm)`: the rounded frequency
# and the rounded uncertainty, both in hertz, shape `(2,)`.
#
# <details><summary>Hint</summary>
#
# `int(np.floor(np.log10(u)))` is the place of the first digit of `u` that
# counts: −3 for 0.0024. `round(x, d)` keeps `d` decimals, and `d` may be
# negative.
#
# </details>


# %% tags=["stub"]
def stated(frequency, standard_error, clock_ppm):
    """Return the rounded frequency and uncertainty, (2,)."""
    raise NotImplementedError


# %% tags=["solution"]
def stated(frequency, standard_error, clock_ppm):
    """Return the rounded frequency and uncertainty, (2,)."""
    clock = clock_ppm * 1e-6 * frequency / np.sqrt(3)
    uncertainty = np.hypot(standard_error, clock)
    decimals = 1 - int(np.floor(np.log10(uncertainty)))
    return np.array([round(frequency, decimals), round(uncertainty, decimals)])


# %%
print(check.stated(stated))

# %%
value, noise = attempt(answer, samples, rate, shape=(2,))
clock = 50e-6 * frequency / np.sqrt(3)
print(f"from the noise: {noise:.5f} Hz, from the clock: {clock:.5f} Hz")
value, total = attempt(stated, float(value), float(noise), 50, shape=(2,))
print(f"the answer: ({value:.10g} ± {total:.2g}) Hz")
if RECORDING is None:
    print(f"the truth:  {TRUTH} Hz, by a perfect clock")

# %% [markdown]
# For hum from a sound card they are of one size. Four times the recording
# would shrink the noise's part eightfold and not touch the clock's: then only
# a better clock helps.
#
# ## Two recordings of the Earth
#
# Two series that ship with a Python package. One is the temperature of the sea
# in the El Niño region, month by month from 1950 to 2010; the other the carbon
# dioxide in the air at Mauna Loa, Hawaii, 1958 to 2001. Both have a yearly
# cycle, and its frequency is known: once a year.
#
# > **Predict.** With error bars set right: will both hold the truth, 1?

# %%
sea = elnino.load_pandas().data.drop(columns="YEAR")
sea = sea.to_numpy(dtype=float).ravel()
monthly = co2.load_pandas().data["co2"].resample("MS").mean()
air = monthly.interpolate().to_numpy()
time = np.linspace(-1, 1, len(air))
trend = np.polynomial.Polynomial.fit(time, air, 3)(time)
figure, axes = plt.subplots(1, 2, figsize=(9, 2.6))
series = {"sea temperature": sea, "carbon dioxide, less trend": air - trend}
for ax, (name, values) in zip(axes, series.items(), strict=True):
    f, error, rest = fitted(values, 12.0)
    error = error * attempt(colour_factor, rest, f / 12, shape=())
    print(f"{name:27} {f:.5f} ± {error:.5f} cycles a year", end="")
    print(f", {(f - 1) / error:+.1f} standard errors from 1")
    ax.plot(np.arange(len(values)) / 12, values, lw=0.6)
    ax.set(title=name, xlabel="years")
plt.show()

# %% [markdown]
# The sea keeps its promise. The air does not: it is four standard errors off,
# and no colour of the noise explains it. Something is wrong with the model. A
# tone has *one* frequency and a phase that stays; what if the phase drifts? A
# frequency that is too high by 0.0005 cycles a year gains, over 44 years,
# 0.022 of a cycle: eight days. The next cell fits the phase in pieces of
# eleven years at exactly one cycle a year.

# %%
values = air - trend
years = np.arange(len(values)) / 12
for start in range(0, 44, 11):
    piece = (years >= start) & (years < start + 11)
    fit = SineFit(frequency=1.0, sample_rate=12.0, outputs=("phase",))
    # every piece begins in the same month, so phases can be compared
    phase = fit.predict(values[piece][None])[0]
    days = phase / (2 * np.pi) * 365.25
    print(f"{1958 + start} to {1969 + start}: {days:6.1f} days ahead")

# %% [markdown]
# The cycle comes earlier, by five days from the first piece to the last. That
# is no fault of anybody's fit: it has been published as a change of the
# seasons of plants in the north (see below). An error bar from the residual
# covers what is random; it cannot cover a question that is wrong. When a
# well-made answer is off by four standard errors, you have either made a
# mistake or found something.
#
# ## The same from the command line
#
# `dspvnn estimate hum.wav --figure hum.svg` does the first half of this lesson
# with every estimator of the toolkit that needs no training range: frequency,
# the standard error *for white noise*, the spectrum and the fit. The factor
# $\gamma$, the clock and the judgement are yours.
#
# ## Summary
#
# 1. Look at samples and spectrum before any fit; know the sample rate, and how
#    well it is known.
# 2. The fit's error bar trusts that the residual is white. Test it: the
#    autocorrelation.
# 3. A tone feels the noise at its own frequency: scale the error bar by the
#    root of the power there over the average.
# 4. Systematic errors do not average out. Add as squares, state two digits.
# 5. An error bar is a promise that can be counted in simulations; if a good
#    one fails on real data, question the model.
#
# ## Further reading
#
# - *Evaluation of measurement data: Guide to the expression of uncertainty in
#   measurement* (GUM), JCGM 100:2008: budgets and digits.
# - G. E. P. Box, G. M. Jenkins, G. C. Reinsel and G. M. Ljung, *Time Series
#   Analysis: Forecasting and Control*, 5th ed., Wiley, 2015: autocorrelation,
#   and how to check residuals.
# - D. B. Percival and A. T. Walden, *Spectral Analysis for Physical
#   Applications*, Cambridge University Press, 1993.
# - C. D. Keeling, J. F. S. Chin and T. P. Whorf, "Increased activity of
#   northern vegetation inferred from atmospheric CO2 measurements", *Nature*
#   382, 1996: the cycle that comes earlier.
#
# **In the report.** `dspvnn report --task tone --recording hum.wav --truth 50`
# puts your recording beside the two of this lesson, cut into windows, for
# every estimator and net. The case `frequency-and-phase` asks a net for what
# you have just fitted: `dspvnn report --case frequency-and-phase --out
# reports/frequency-and-phase`.
