# %% [markdown]
# # 8. Noise cancelling with witnesses
#
# **For whom.** You have done lesson 3, and you know linear least squares. No
# knowledge of neural networks is needed; lesson 4 helps with the last section.
#
# **Afterwards you can**
#
# - take a noise out of a record with the help of sensors that hear the noise;
# - say why a regression on the sensors can fail where a regression on their
#   product works;
# - compute beforehand how much noise a fit will leave, and make the rest a
#   million times smaller with one call of `np.diff`.
#
# **Time.** 50 minutes. Four exercises.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import coherence

import neural
from baselines import WitnessRegression
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_08 as check
from dspvnn.signals import witness_mixture

use_style()
rng = np.random.default_rng(81)

# %% [markdown]
# ## A witness
#
# You record something that matters, the **wanted signal** $s_n$. A noise gets
# in, the **contamination** $c_n$, and what you have is the **target**
#
# $$y_n = s_n + c_n .$$
#
# If both are in the same band, no filter can part them. But perhaps another
# sensor hears where the noise comes from and nothing of the wanted signal: a
# second microphone beside the motor, a magnetometer beside the power line.
# Such a sensor is a **witness**. What the witnesses predict of the target
# cannot be the wanted signal, so subtract it.
#
# In the simplest case the contamination is a sum of the witnesses $u_{nj}$,
# each with a gain $g_j$ that you do not know. Least squares finds the gains:
# choose $g$ and a constant $b$ so that
#
# $$\sum_n \left( y_n - b - \sum_j g_j u_{nj} \right)^2$$
#
# is as small as it can be. The constant has to be there, because a wanted
# signal and witnesses whose means are not 0 would otherwise bend the gains.
#
# ### Exercise 1: the gains of the witnesses
#
# Write `gains(witnesses, target)`. The witnesses have the shape `(n_samples,
# n_witnesses)`, the target `(n_samples,)`. Return the gains alone, shape
# `(n_witnesses,)`. The check's witnesses hear one another.
#
# <details><summary>Hint</summary>
#
# Put a column of ones beside the witnesses (`np.column_stack`), let
# `np.linalg.lstsq(columns, target)[0]` do the fit, and leave the last
# coefficient out of what you return.
#
# </details>


# %% tags=["stub"]
def gains(witnesses, target):
    """Return the least-squares gain of every witness, (n_witnesses,)."""
    raise NotImplementedError


# %% tags=["solution"]
def gains(witnesses, target):
    """Return the least-squares gain of every witness, (n_witnesses,)."""
    columns = np.column_stack([witnesses, np.ones(len(target))])
    return np.linalg.lstsq(columns, target)[0][:-1]


# %%
print(check.gains(gains))

# %% [markdown]
# ## A contamination that is no sum
#
# Now a harder one, which somebody asked a neural network to do. Ten seconds at
# 2048 samples a second. The wanted signal is slow, $s(t) = \sin t$. There are
# two witnesses, a noise $r(t)$ and a carrier $w(t) = \sin 10 t$ that opens and
# closes the noise's way into the target: the contamination is their product,
#
# $$y(t) = \sin t + w(t)\, r(t) .$$

# %%
N_SAMPLES, RATE = 20480, 2048.0
time = np.arange(N_SAMPLES) / RATE
wanted = np.sin(time)


def record(carrier=10.0, loudness=1.0):
    """Return two witnesses, (N_SAMPLES, 2), and the contamination."""
    noise = loudness * rng.standard_normal((1, N_SAMPLES))
    witnesses, contamination = witness_mixture(time[None], carrier, noise)
    return witnesses[0], contamination[0]


witnesses, contamination = record()
target = wanted + contamination
shown = time < 3
figure, axes = plt.subplots(1, 3, figsize=(9, 2.5), sharey=True)
for ax, line, name in zip(
    axes,
    (witnesses[:, 0], witnesses[:, 1], target),
    ("witness w", "witness r", "target"),
    strict=True,
):
    ax.plot(time[shown], line[shown], lw=0.3, color="0.4")
    ax.set(title=name, xlabel="time (s)")
axes[2].plot(time[shown], wanted[shown], label="wanted")
axes[2].legend()
plt.show()

# %% [markdown]
# What is left after the cancelling is measured beside what was there: the
# power of (prediction − contamination) over the power of the contamination, in
# decibels. 0 dB means that nothing was removed, −20 dB that a hundredth of the
# power is left.
#
# > **Predict.** A regression on the two witnesses, $w$ and $r$, each with a
# > gain of its own. The witnesses are perfect, and together they tell
# > everything about the contamination. How much of it will be left: nothing, a
# > half, or all?


# %%
def decibels(ratio):
    """Return a ratio of powers in dB."""
    return 10 * np.log10(ratio)


def left(prediction, truth):
    """Return the power that is left, over the power that was there."""
    error = prediction - truth
    return np.var(error) / np.var(truth)


linear = WitnessRegression("linear").fit(witnesses[None], target[None])
rest = left(linear.predict(witnesses[None])[0], contamination)
print(f"left by the regression on w and r: {decibels(rest):.1f} dB")

# %% [markdown]
# All. Where $w$ is positive the target rises with $r$, where $w$ is negative
# it falls with $r$, and on average the two cancel. A regression sees only
# averages of products (the target times a witness), and those are 0 here. A
# look at the **coherence** says the same before any fit: it is the share of
# the target's power, frequency by frequency, that *linear* filtering of a
# witness can explain.

# %%
product = witnesses[:, 0] * witnesses[:, 1]
figure, ax = plt.subplots(figsize=(6, 2.8))
for name, witness in (("r", witnesses[:, 1]), ("w times r", product)):
    frequency, value = coherence(target, witness, RATE, nperseg=1024)
    ax.plot(frequency, value, label=name)
ax.set(xlabel="frequency (Hz)", ylabel="coherence with target", ylim=(0, 1.05))
ax.legend()
plt.show()

# %% [markdown]
# The product explains everything but the lowest frequencies, where the wanted
# signal is. (The line of $r$ is not quite 0 because it is an average over 39
# stretches of the record, which leaves some chance.) "Nothing to find" in a
# coherence means nothing *linear*.
#
# ## Products
#
# So put the product into the regression. There is a catch: sensors have scales
# and offsets of their own, and the question's author had scaled both witnesses
# to 0 ... 1. With $w = \alpha u + \beta$ and $r = \gamma v + \delta$ the
# product is
#
# $$w r = \alpha \gamma\, u v + \alpha \delta\, u + \beta \gamma\, v
# + \beta \delta .$$
#
# Four columns are needed, whatever the scales are; a function of this form is
# called **bilinear**.
#
# ### Exercise 2: the columns of a bilinear fit
#
# Write `bilinear(witnesses)`: for two witnesses, shape `(n_samples, 2)`,
# return four columns, shape `(n_samples, 4)`, of which every bilinear function
# is a sum with gains. The order is up to you.
#
# <details><summary>Hint</summary>
#
# The formula above names them. A constant is a column of ones.
#
# </details>


# %% tags=["stub"]
def bilinear(witnesses):
    """Return the columns of a bilinear function, (n_samples, 4)."""
    raise NotImplementedError


# %% tags=["solution"]
def bilinear(witnesses):
    """Return the columns of a bilinear function, (n_samples, 4)."""
    u, v = witnesses.T
    return np.column_stack([u * v, u, v, np.ones(len(u))])


# %%
print(check.bilinear(bilinear))

# %% [markdown]
# > **Predict.** The same record, fitted with the right product and one gain to
# > find, from 20,480 samples. There is no noise but the one that is cancelled.
# > What will be left on a *new* record: nothing but rounding, −90 dB, or −40
# > dB?

# %%
bilinear_fit = WitnessRegression().fit(witnesses[None], target[None])
print(f"the gain that was found: {bilinear_fit.coefficients_[0]:.5f}")
rest = []
for _ in range(20):
    old, noise_in_old = record()
    new, noise_in_new = record()
    fit = WitnessRegression().fit(old[None], (wanted + noise_in_old)[None])
    rest.append(left(fit.predict(new[None])[0], noise_in_new))
print(f"left, mean of 20 records: {decibels(np.mean(rest)):.1f} dB")

# %% [markdown]
# About −44 dB, and no rounding: the gain is not exactly 1. There *is* another
# noise, and you want to keep it: the wanted signal. No witness tells of it, so
# to the fit it is disturbance like any other, and by chance a little of it
# looks like the product. How much?
#
# With the product $p_n$ and the wanted signal less its mean, $\tilde s_n$, the
# gain that least squares finds is off by
#
# $$\hat g - 1 = \frac{\sum_n p_n \tilde s_n}{\sum_n p_n^2} .$$
#
# The $p_n$ are independent with mean 0, so the sum above has the variance
# $\sum_n \mathrm{E}[p_n^2]\, \tilde s_n^2$, about $N P\, \sigma_s^2$, where
# $P$ is the power of the product (its mean square) and $\sigma_s^2$ the
# variance of the wanted signal. The sum below is $N P$. And since the
# prediction is $\hat g\, p_n$, the share of the contamination that is left is
# $(\hat g - 1)^2$:
#
# $$\mathrm{E}\left[ (\hat g - 1)^2 \right] = \frac{\sigma_s^2}{N P} .$$
#
# ### Exercise 3: what will be left
#
# Write `expected_decibels(wanted, product)`: this share in decibels, one
# number. Both arguments have the shape `(n_samples,)`.
#
# <details><summary>Hint</summary>
#
# $\sigma_s^2$ is `np.var(wanted)`. It is a ratio of powers, so decibels are
# ten times its logarithm.
#
# </details>


# %% tags=["stub"]
def expected_decibels(wanted, product):
    """Return the share that is left in expectation, in dB, one number."""
    raise NotImplementedError


# %% tags=["solution"]
def expected_decibels(wanted, product):
    """Return the share that is left in expectation, in dB, one number."""
    power = np.mean(product**2)
    return 10 * np.log10(np.var(wanted) / (len(product) * power))


# %%
print(check.expected_decibels(expected_decibels))

# %% [markdown]
# The next cell draws what was left of twenty records (dots) for several
# lengths, with one slow cycle as the wanted signal, beside your formula.

# %%
lengths = 2 ** np.arange(8, 16)
formula = []
figure, ax = plt.subplots(figsize=(6, 3))
for length in lengths:
    slow = np.sin(2 * np.pi * np.arange(length) / length)
    noise = rng.standard_normal((20, length))  # twenty products
    error = np.sum(noise * slow, axis=1) / np.sum(noise**2, axis=1)
    ax.plot(np.full(20, length), decibels(error**2), ".", color="0.6", ms=4)
    yours = attempt(expected_decibels, slow, noise[0], shape=())
    formula.append(float(yours))
ax.plot(lengths, formula, "k-", label="your expected_decibels")
ax.set_xscale("log", base=2)
ax.set(xlabel="samples in the fit", ylabel="left (dB)", ylim=(-90, -10))
ax.legend()
plt.show()

# %% [markdown]
# The mean of the dots' powers is on the line; most dots lie below it, because
# a mean of squares is made by the few large ones. Twice the record gives 3 dB.
# That is slow. Is there a better way than waiting?
#
# ## Prewhitening
#
# Least squares is the best linear fit when what disturbs it is **white**:
# equal power at all frequencies. What disturbs it here is $\sin t$, as far
# from white as can be: all its power is below 1 Hz, while the product's power
# lies evenly from 0 to 1024 Hz. Nearly all of the band is free of disturbance,
# and the plain fit makes no use of that.
#
# A filter on both sides of an equation leaves the gain alone: if $y = s + g p$
# then $F y = F s + g\, F p$. Take one that makes the disturbance small or
# white and fit then. That is **prewhitening**. The simplest filter is the
# difference of neighbours, $(F y)_n = y_{n+1} - y_n$ (`np.diff`): $\sin t$
# moves by 1/2048 at most from one sample to the next, the product by about 1.
#
# > **Predict.** The fit of the differences: how much lower than −44 dB will it
# > get: by 3 dB, by 30 dB, or by 100 dB?
#
# ### Exercise 4: a fit of differences
#
# Write `whitened_gain(product, target)`: the gain of the product, one number.
# On records of 5,000 samples with a slow wanted signal the check asks for an
# error of −100 dB.
#
# <details><summary>Hint</summary>
#
# Differences of *both*. Then the gain is $\sum (F p)(F y) / \sum (F p)^2$; a
# constant is no longer needed, differences have none.
#
# </details>


# %% tags=["stub"]
def whitened_gain(product, target):
    """Return the gain by a fit of differences, one number."""
    raise NotImplementedError


# %% tags=["solution"]
def whitened_gain(product, target):
    """Return the gain by a fit of differences, one number."""
    step, of_target = np.diff(product), np.diff(target)
    return np.sum(step * of_target) / np.sum(step**2)


# %%
print(check.whitened_gain(whitened_gain))


# %%
def gain_of(p, y):
    """Return the least-squares gain of p in y; both lose their means."""
    p, y = p - p.mean(), y - y.mean()
    return np.sum(p * y) / np.sum(p**2)


errors = {"samples": [], "differences": []}
for _ in range(200):
    p = record()[1]
    y = wanted + p
    errors["samples"].append((gain_of(p, y) - 1) ** 2)
    errors["differences"].append((gain_of(np.diff(p), np.diff(y)) - 1) ** 2)
for name, values in errors.items():
    print(f"fit of {name:12} {decibels(np.mean(values)):7.1f} dB left")

# %% [markdown]
# More than 100 dB. One line of code did what a record $10^{11}$ times as long
# would have done. It is no magic: the variance of the wanted signal's
# differences is only about $1 / (2 \cdot 2048^2)$, which in the formula of
# exercise 3 makes 69 dB. The rest comes because the differences of the product
# are not white, as that formula has them: they have next to no power at the
# low frequencies where the differences of $\sin t$ are.
#
# What does it cost? Sensors have noise of their own, which *is* white, and
# differences make it larger.
#
# > **Predict.** White sensor noise is added to the target. From which noise on
# > is the plain fit better than the fit of differences: when its standard
# > deviation is 0.001, 0.03 or 1? (The wanted signal's is 0.7.)

# %%
stds = 10.0 ** np.arange(-6, 1.1, 0.5)
carriers = np.column_stack([np.sin(time), np.cos(time), np.ones(N_SAMPLES)])
table = {"samples": [], "differences": [], "told sin t and cos t": []}
for std in stds:
    found = {name: [] for name in table}
    for _ in range(20):
        p = record()[1]
        y = wanted + p + std * rng.standard_normal(N_SAMPLES)
        found["samples"].append(gain_of(p, y))
        found["differences"].append(gain_of(np.diff(p), np.diff(y)))
        columns = np.column_stack([p, carriers])
        told = np.linalg.lstsq(columns, y, rcond=None)[0][0]
        found["told sin t and cos t"].append(told)
    for name, values in found.items():
        table[name].append(np.mean((np.array(values) - 1) ** 2))
figure, ax = plt.subplots(figsize=(7, 3.2))
for (name, values), marker in zip(table.items(), "osD", strict=True):
    ax.semilogx(stds, decibels(np.array(values)), marker + "-", label=name)
ax.set(xlabel="std of the sensor noise", ylabel="left (dB)")
ax.legend()
plt.show()

# %% [markdown]
# Only when the sensor is as noisy as the wanted signal is large. Before that
# the two error sources simply add: the plain fit suffers from signal *and*
# sensor, the fit of differences from the sensor alone, times 1.5. Below
# everything lies the fit that was *told* what the wanted signal looks like,
# and has $\sin t$ and $\cos t$ among its columns. That is **side
# information**: it is no better method, it knows more. Compare those who know
# the same (lesson 10).
#
# ## And the net?
#
# The question's net, an LSTM of three layers, was trained on one record of
# witnesses and target, and removed nothing: 0 dB. Its learning rate was too
# small *and* its scaled witnesses hid the product; with one of the two mended
# it still removes nothing (the case below has all the changes). The toolkit
# ships two nets that did learn the product: a plain LSTM, and an LSTM with
# units that multiply (**product LSTM**). They got 30,000 training steps on the
# contamination itself, always fresh noise, with the carrier at 10 radians a
# second.
#
# > **Predict.** Three tests: unseen noise as in the training; the carrier at
# > 200 radians a second; the noise twice as loud. Which of the two nets will
# > let go in which test, and what will the regression do?

# %%
fits = {
    "regression, target's samples": bilinear_fit,
    "LSTM": neural.load("witness/lstm", 0),
    "product LSTM": neural.load("witness/product-lstm", 0),
}
tests = {
    "as trained": record(),
    "carrier 200 rad/s": record(carrier=200.0),
    "noise doubled": record(loudness=2.0),
}
print(f"{'left, dB':30}" + "".join(f"{name:>19}" for name in tests))
figure, ax = plt.subplots(figsize=(6, 3))
for (name, fit), marker in zip(fits.items(), "osD", strict=True):
    values = [
        decibels(left(fit.predict(new[None])[0], truth))
        for new, truth in tests.values()
    ]
    print(f"{name:30}" + "".join(f"{value:19.1f}" for value in values))
    ax.plot(list(tests), values, marker, label=name)
ax.set(ylabel="left (dB)", ylim=(-90, 5))
ax.legend()
plt.show()

# %% [markdown]
# As trained, both nets are ahead of the plain regression, and that is no
# triumph: they saw the contamination without the wanted signal, which the
# regression did not. Told the same, the regression finds the gain 1 to the
# last digit. But look along the lines. The LSTM imitates a product with sums
# of bounded curves, and that holds where it was trained: a faster carrier and
# a louder noise both leave that range, and it gets 25 dB worse or more. The
# regression does not care: a product that is in the model is a product
# everywhere. The product LSTM loses up to 20 dB and has the most to lose from.
# Put into the model what you know, and learn the rest.
#
# ## Summary
#
# 1. What witnesses predict of a target cannot be the wanted signal: fit it by
#    least squares, with a constant, and subtract it.
# 2. A regression and a coherence see sums alone. A noise that is modulated
#    needs products as columns, and scaled witnesses need all four.
# 3. To the fit the wanted signal is noise: $\sigma_s^2 / (N P)$ of the
#    contamination is left.
# 4. Prewhitening, here by differences, frees the fit of a slow wanted signal;
#    it costs a factor of 1.5 where the disturbance is white already.
# 5. A net can learn a product, within the range that it saw; written into the
#    model, the product holds everywhere.
#
# ## Further reading
#
# - B. Widrow et al., "Adaptive noise cancelling: principles and applications",
#   *Proc. IEEE* 63(12), 1975.
# - S. Haykin, *Adaptive Filter Theory*, 5th ed., Pearson, 2014.
# - A. C. Aitken, "On least squares and linear combination of observations",
#   *Proc. Royal Society of Edinburgh* 55, 1936: why white is best.
# - J. S. Bendat and A. G. Piersol, *Random Data: Analysis and Measurement
#   Procedures*, 4th ed., Wiley, 2010: coherence.
#
# **In the report.** The case `noise-witness` is the question from the field:
# the net as it was asked, one change after another, and what each one buys.
# See it with `dspvnn report --case noise-witness --out reports/noise-witness`.
