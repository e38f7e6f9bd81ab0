# %% [markdown]
# # 3. The least-squares sine fit, and the threshold
#
# **For whom.** You have done lessons 1 and 2, and you know linear least
# squares.
#
# **Afterwards you can**
#
# - write the estimator that reaches the Cramér-Rao bound;
# - say at which SNR it stops, compute that from one page of theory, and know
#   the sign of it in data: outliers;
# - say what the Ziv-Zakai bound and the Bayes estimator know that the
#   Cramér-Rao bound does not.
#
# **Time.** 60 minutes. Four exercises.

# %%
import matplotlib.pyplot as plt
import numpy as np

from baselines import SineFit
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_03 as check
from dspvnn.limits import (
    tone_bound_asymptotic,
    tone_posterior,
    tone_ziv_zakai_bound,
)
from dspvnn.signals import tone
from dspvnn.signals.noise import noise_std, white

use_style()
rng = np.random.default_rng(3)
N_SAMPLES = 128


def records(frequency, snr_db, n_samples=N_SAMPLES):
    """Return a noisy tone for every frequency, (n_signals, n_samples)."""
    phase = rng.uniform(-np.pi, np.pi, len(frequency))
    amplitude = np.ones(len(frequency))
    clean = tone(n_samples, frequency, phase, amplitude, 0 * amplitude)
    return clean + white(rng, noise_std(amplitude, snr_db), n_samples)


def rms(errors):
    """Return the root of the mean square."""
    return np.sqrt(np.mean(errors**2))


# %% [markdown]
# ## Maximum likelihood is least squares
#
# In lesson 2 the log-likelihood of a record $x_n = s_n(\theta) + w_n$ in white
# Gaussian noise was a constant minus
#
# $$\frac{1}{2 \sigma^2} \sum_n (x_n - s_n(\theta))^2 ,$$
#
# where $s_n(\theta)$ is the signal with parameters $\theta$, and $\sigma$ the
# standard deviation of the noise. The parameters that make the record most
# likely are those with the least sum of squares, whatever $\sigma$ is. So the
# estimator of **maximum likelihood** is a **least-squares fit**.
#
# For a tone with known frequency $f$ this is easy, because
#
# $$A \cos(2 \pi f n + \varphi) + c = a \cos(2 \pi f n) - b \sin(2 \pi f n) + c,
# \qquad a = A \cos\varphi,\ b = A \sin\varphi,$$
#
# is linear in $a$, $b$ and the offset $c$: three columns, and one linear
# least-squares problem. $A$ and $\varphi$ are length and angle of the point
# $(a, b)$.
#
# ### Exercise 1: the fit at a known frequency
#
# Write `fit_at(signals, frequency)`: `signals` has the shape `(n_signals,
# n_samples)`, `frequency` has the shape `(n_signals,)`. Return amplitude,
# phase and offset as three columns, shape `(n_signals, 3)`; the phase in
# radians, that of a cosine at the first sample.
#
# <details><summary>Hint</summary>
#
# A loop over the records is good enough: `np.linalg.lstsq(columns,
# signal)[0]`, with `columns` of shape `(n_samples, 3)` holding $\cos$, $-\sin$
# and 1. Then `np.hypot(a, b)` and `np.arctan2(b, a)`.
#
# </details>


# %% tags=["stub"]
def fit_at(signals, frequency):
    """Return amplitude, phase and offset of every record, (n_signals, 3)."""
    raise NotImplementedError


# %% tags=["solution"]
def fit_at(signals, frequency):
    """Return amplitude, phase and offset of every record, (n_signals, 3)."""
    fits = []
    for signal, f in zip(signals, frequency, strict=True):
        angle = 2 * np.pi * f * np.arange(len(signal))
        columns = [np.cos(angle), -np.sin(angle), np.ones(len(signal))]
        a, b, c = np.linalg.lstsq(np.stack(columns, axis=1), signal)[0]
        fits.append((np.hypot(a, b), np.arctan2(b, a), c))
    return np.array(fits)


# %%
print(check.fit_at(fit_at))

# %% [markdown]
# ## The frequency
#
# For every trial frequency the linear fit leaves a sum of squares. The best
# frequency is the one that leaves least.
#
# > **Predict.** One record at 10 dB with $f = 0.1$. Someone starts at 0.12 and
# > walks downhill, always to less. Will they arrive at 0.1?


# %%
def squares_left(signal, trials):
    """Return the sum of squares that the best tone of each frequency leaves."""
    n = np.arange(len(signal))
    left = []
    for f in trials:
        columns = [
            np.cos(2 * np.pi * f * n),
            np.sin(2 * np.pi * f * n),
            0 * n + 1,
        ]
        columns = np.stack(columns, axis=1)
        fit = columns @ np.linalg.lstsq(columns, signal)[0]
        left.append(np.sum((signal - fit) ** 2))
    return np.array(left)


record = records(np.array([0.1]), 10)[0]
trials = np.linspace(0.04, 0.2, 1000)
figure, ax = plt.subplots(figsize=(7, 2.8))
ax.plot(trials, squares_left(record, trials), lw=0.9)
ax.axvline(0.1, color="0.6", lw=0.8, ls="--")
ax.plot(0.12, squares_left(record, [0.12]), "o", color="#D55E00", label="start")
ax.set(xlabel="trial frequency", ylabel="sum of squares left")
ax.legend()
plt.show()

# %% [markdown]
# No. The valley of the tone is about two bins wide, and beside it lies one
# small valley after another: the side lobes of lesson 1. Walking downhill
# works inside the tone's own valley and nowhere else. So the fit has two
# parts: a **search** over the whole band, for which the spectrum of lesson 1
# is made, and a **refinement** in the valley.
#
# ### Exercise 2: the sine fit
#
# Write `sine_fit(signals)`: the least-squares frequency of every record, shape
# `(n_signals,)`. Amplitude, phase and offset are unknown. The check draws from
# the tone task, at 5 dB and at 40 dB, and asks for 1.1 times the Cramér-Rao
# bound. At 40 dB the top of the spectrum is not good enough (lesson 1): the
# fit has to be least squares, to the end.
#
# <details><summary>Hint</summary>
#
# Start from a padded peak. Near it, a tone whose frequency is off by a small
# $\epsilon$ is $s_n + \epsilon\, \partial s_n / \partial f$, where $s_n$ is
# the fit and $\partial s_n / \partial f = -2 \pi n (a \sin(2 \pi f n) + b
# \cos(2 \pi f n))$. So fit *four* columns, the three of exercise 1 and this
# one: the coefficient of the fourth is $\epsilon$. Add it to $f$ and do it
# again, four or five times. (This is the four-parameter fit of the standard
# IEEE 1057.)
#
# </details>


# %% tags=["stub"]
def sine_fit(signals):
    """Return the least-squares frequency of every record, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def sine_fit(signals):
    """Return the least-squares frequency of every record, (n_signals,)."""
    n_samples = signals.shape[1]
    centred = signals - signals.mean(axis=1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(centred, 8 * n_samples))
    frequency = np.argmax(spectrum, axis=1) / (8 * n_samples)
    n = np.arange(n_samples)

    def fitted(columns):
        """Return the least-squares coefficients, (n_signals, n_columns)."""
        columns = np.stack(columns, axis=-1)
        moments = columns.mT @ signals[:, :, None]
        return np.linalg.solve(columns.mT @ columns, moments)[:, :, 0]

    for _ in range(6):
        angle = 2 * np.pi * frequency[:, None] * n
        columns = [np.cos(angle), -np.sin(angle), np.ones_like(angle)]
        a, b, _ = fitted(columns).T[:, :, None]
        slope = 2 * np.pi * n * (a * columns[1] - b * columns[0])
        frequency = frequency + fitted([*columns, slope])[:, 3]
    return frequency


# %%
print(check.sine_fit(sine_fit))

# %% [markdown]
# ## The threshold
#
# > **Predict.** The next cell measures the sine fit from 20 dB down to −20 dB.
# > Down to which SNR will it stay at the bound, and how will it leave it:
# > slowly, or all at once?

# %%
levels = np.arange(-20, 21, 2)
frequencies = rng.uniform(0.05, 0.25, 2000)
errors = {}  # by SNR
for snr_db in levels:
    signals = records(frequencies, snr_db)
    errors[snr_db] = SineFit().predict(signals) - frequencies
measured = [rms(errors[snr_db]) for snr_db in levels]
bounds = [np.sqrt(tone_bound_asymptotic(N_SAMPLES, db)) for db in levels]
figure, ax = plt.subplots(figsize=(6, 3.2))
ax.semilogy(levels, measured, "o-", label="sine fit")
ax.semilogy(levels, bounds, color="black", label="Cramér-Rao bound")
ax.set(xlabel="SNR (dB)", ylabel="rms error (cycles per sample)")
ax.legend()
plt.show()

# %% [markdown]
# Down to about −4 dB, and then all at once: within 6 dB the error grows a
# hundredfold. This is the **threshold**. To see what happens there, do not
# look at the rms, look at the errors themselves.
#
# > **Predict.** At −8 dB the rms error is some fifty times the bound. Are all
# > errors fifty times as large, or few of them much larger?

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 2.8))
bound = np.sqrt(tone_bound_asymptotic(N_SAMPLES, -8))
axes[0].hist(errors[-8], np.linspace(-0.25, 0.45, 120), color="0.4")
axes[0].set(yscale="log", title="all errors, -8 dB", xlabel="error")
z = np.linspace(-5, 5, 200)
axes[1].hist(
    errors[-8] / bound, np.linspace(-5, 5, 60), density=True, color="0.75"
)
normal = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
axes[1].plot(z, normal, color="black", label="Cramér-Rao bound")
axes[1].set(title="those near 0", xlabel="error over the bound")
axes[1].legend()
plt.show()
far = np.abs(errors[-8]) > 1 / N_SAMPLES
others = rms(errors[-8][~far])
print(f"more than a bin away: {100 * far.mean():.1f} % of the records")
print(f"rms error of the others over the bound: {others / bound:.2f}")

# %% [markdown]
# Few of them, and much larger. Most answers are as good as the bound promises.
# The others are **outliers**: a bump of the noise was higher than the tone,
# and the answer lies anywhere in the band. Fewer than one in ten are enough to
# make the rms error some fifty times as large.
#
# Can that be computed? Take the $K \approx N / 2$ bins of a record of $N$
# samples. Let the **power** of a bin be $P_k = |X_k|^2 / (N \sigma^2)$. A bin
# with nothing but noise has an exponential distribution: it exceeds $p$ with
# the probability $e^{-p}$. The tone's bin holds the tone *and* noise,
#
# $$P = \left( \sqrt{N \rho / 2} + u \right)^2 + v^2,
# \qquad \rho = \frac{A^2}{2 \sigma^2},$$
#
# where $\rho$ is the SNR as a ratio, and $u$ and $v$ are independent and
# normal with mean 0 and variance $1/2$. An outlier happens when the largest of
# the $K$ noise bins exceeds $P$:
#
# $$q = 1 - \mathrm{E} \left[ (1 - e^{-P})^K \right],$$
#
# with $\mathrm{E}$ the mean over $u$ and $v$.
#
# ### Exercise 3: the probability of an outlier
#
# Write `outlier_probability(n_samples, snr_db)`: one number. Draw $u$ and $v$
# ten thousand times or more and average, or integrate. The number of noise
# bins is `n_samples // 2 - 2`, but the check does not mind one or two more.
#
# <details><summary>Hint</summary>
#
# A random generator of your own, `np.random.default_rng()`, is made inside the
# function. $\rho$ is `10 ** (snr_db / 10)`, and a variance of $1/2$ is a
# standard deviation of `np.sqrt(0.5)`.
#
# </details>


# %% tags=["stub"]
def outlier_probability(n_samples, snr_db):
    """Return the probability that a noise bin is the largest, one number."""
    raise NotImplementedError


# %% tags=["solution"]
def outlier_probability(n_samples, snr_db):
    """Return the probability that a noise bin is the largest, one number."""
    rho = 10 ** (snr_db / 10)
    draws = np.random.default_rng(0)
    u, v = np.sqrt(0.5) * draws.standard_normal((2, 100_000))
    power = (np.sqrt(n_samples * rho / 2) + u) ** 2 + v**2
    return 1 - np.mean((1 - np.exp(-power)) ** (n_samples // 2 - 2))


# %%
print(check.outlier_probability(outlier_probability))

# %% [markdown]
# An outlier lies anywhere in the band, with an rms error of about 0.185 (the
# distance of a truth between 0.05 and 0.25 from an answer between 0 and 0.5).
# So the rms error of the sine fit should be
#
# $$\sqrt{(1 - q) B + q \cdot 0.185^2},$$
#
# where $B$ is the Cramér-Rao bound on the variance. The next cell draws this
# prediction, from your function, beside what was measured.
#
# > **Predict.** For twice the samples, where does the threshold move?

# %%
figure, ax = plt.subplots(figsize=(7, 3.4))
for n_samples, colour in ((64, "#009E73"), (128, "#0072B2"), (256, "#D55E00")):
    measured, predicted = [], []
    for snr_db in levels:
        signals = records(frequencies[:500], snr_db, n_samples)
        measured.append(rms(SineFit().predict(signals) - frequencies[:500]))
        variance = tone_bound_asymptotic(n_samples, snr_db)
        q = attempt(outlier_probability, n_samples, int(snr_db), shape=())
        predicted.append(np.sqrt((1 - q) * variance + q * 0.185**2))
    ax.semilogy(
        levels, measured, "o", color=colour, label=f"{n_samples} samples"
    )
    ax.semilogy(levels, predicted, color=colour)
ax.plot([], [], color="0.4", label="predicted, from your q")
ax.set(xlabel="SNR (dB)", ylabel="rms error (cycles per sample)")
ax.legend()
plt.show()

# %% [markdown]
# By 3 dB to the left: only $N \rho / 2$, the power of the tone's bin, counts
# (and, barely, the number of bins). When it is above about 15, fewer than one
# record in a hundred has an outlier. (A point that lies below its curve: there
# an outlier is expected in less than one of the 500 records, and none came.)
#
# ## Bounds that know of the threshold
#
# Why did the Cramér-Rao bound not tell? Because it looks at the likelihood's
# peak alone: its curvature at the truth. It knows nothing of other peaks far
# away. It remains true below the threshold; it is only far too optimistic
# there.
#
# The **Ziv-Zakai bound** asks another question. Somebody tells you that the
# frequency is either $f$ or $f + h$: how often must you take one for the
# other? Call the least possible probability of that mistake $P(h)$. Who
# estimates with a small error could also decide well; so a large $P(h)$ for a
# *large* $h$, which is an outlier, forces a large error. For a frequency
# anywhere in a band of width $T$
#
# $$\mathrm{E}\left[ (\hat f - f)^2 \right] \ge
# \int_0^T h \left( 1 - \frac{h}{T} \right) P(h)\, dh .$$
#
# No word about bias. At high SNR it is the Cramér-Rao bound; at low SNR it is
# $T^2 / 12$, the variance of a number anywhere in the band.
#
# ## The best estimator of all
#
# A bound says what cannot be. For one who knows the band, the best *is* known.
# By Bayes' rule the probability of each frequency given the record is
#
# $$p(f \mid x) \propto e^{\ell(f)} \quad \text{for } f \text{ in the band},$$
#
# where $\ell(f)$ is the log-likelihood of the frequency (the likelihood is
# averaged over the unknown phase, amplitude and offset first; `tone_posterior`
# does that), and every frequency of the band was equally likely before. The
# mean squared error is smallest for the **posterior mean**
#
# $$\hat f = \frac{\sum_j f_j\, e^{\ell(f_j)}}{\sum_j e^{\ell(f_j)}},$$
#
# summed over trial frequencies $f_j$ at equal distances.
#
# ### Exercise 4: the posterior mean
#
# Write `posterior_mean(frequencies, log_likelihood)`: the trial frequencies,
# shape `(n_trials,)`, and the log-likelihoods, shape `(n_signals, n_trials)`.
# Return the means, shape `(n_signals,)`. Log-likelihoods are numbers like
# −3000.
#
# <details><summary>Hint</summary>
#
# `np.exp(-3000)` is 0, and 0 over 0 is not a number. A constant added to
# $\ell$ cancels in the fraction: subtract the largest value of every row
# first.
#
# </details>


# %% tags=["stub"]
def posterior_mean(frequencies, log_likelihood):
    """Return the mean of the posterior of every record, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def posterior_mean(frequencies, log_likelihood):
    """Return the mean of the posterior of every record, (n_signals,)."""
    top = log_likelihood.max(axis=1, keepdims=True)
    weights = np.exp(log_likelihood - top)
    return weights @ frequencies / weights.sum(axis=1)


# %%
print(check.posterior_mean(posterior_mean))

# %% [markdown]
# > **Predict.** Two estimators that both know the band from 0.05 to 0.25: the
# > sine fit that searches only there, and the posterior mean. Which has the
# > smaller rms error at −10 dB, and which at 10 dB?

# %%
band = (0.05, 0.25)
few = frequencies[:400]
places = np.arange(-16, 11, 2)
names = ("sine fit", "sine fit, told the band", "posterior mean")
table = {name: [] for name in names}
for snr_db in places:
    signals = records(few, snr_db)
    answers = (
        SineFit().predict(signals),
        SineFit(frequency_range=band).predict(signals),
        tone_posterior(signals, float(snr_db)).mean,
    )
    for name, answer in zip(names, answers, strict=True):
        table[name].append(rms(answer - few))
figure, ax = plt.subplots(figsize=(7, 3.6))
for (name, values), marker in zip(table.items(), "osD", strict=True):
    ax.semilogy(places, values, marker + "-", label=name)
cramer_rao = [tone_bound_asymptotic(N_SAMPLES, db) for db in places]
ziv_zakai = [tone_ziv_zakai_bound(N_SAMPLES, db, band) for db in places]
ax.semilogy(places, np.sqrt(cramer_rao), color="black", label="Cramér-Rao")
ax.semilogy(places, np.sqrt(ziv_zakai), "k--", label="Ziv-Zakai")
ax.set(xlabel="SNR (dB)", ylabel="rms error (cycles per sample)")
ax.legend()
plt.show()
for name, values in table.items():
    print(f"{name:24} {values[3]:.4f} at -10 dB, {values[-1]:.6f} at 10 dB")

# %% [markdown]
# At −10 dB the posterior mean is ahead; at 10 dB all are the same, because the
# posterior is one narrow peak and its mean is its top. At low SNR it wins in a
# way that may surprise: when two peaks are about as high, it answers *between*
# them, where the frequency surely is not. That avoids the largest errors, and
# it is the mean square that we asked it to make small. The dashed line turns
# up where the errors do, and no estimator lies below it; but it is a bound,
# and the posterior mean, which nobody can beat, lies up to three times above
# it.
#
# A net that is trained to a small squared error learns to do the same: it is
# drawn to the posterior mean of its training signals. Hold it against that
# limit, not against the Cramér-Rao bound, as soon as it knows its training
# range.
#
# ## Summary
#
# 1. In white Gaussian noise maximum likelihood is least squares: linear in
#    amplitude, phase and offset, a search and a refinement in the frequency.
# 2. Above a threshold SNR the sine fit is at the Cramér-Rao bound; below it,
#    bumps of the noise win, and a few outliers make up the whole error.
# 3. The probability of an outlier depends on $N \rho / 2$: keep it above 15.
# 4. The Cramér-Rao bound sees one peak; the Ziv-Zakai bound sees the whole
#    band, and the threshold with it.
# 5. For one who knows the band, the posterior mean is the best there is, and
#    the limit for nets trained on that band.
#
# ## Further reading
#
# - D. C. Rife and R. R. Boorstyn, "Single-tone parameter estimation from
#   discrete-time observations", *IEEE Trans. Inf. Theory* 20(5), 1974:
#   threshold and outliers.
# - IEEE Std 1057-2017, *Standard for Digitizing Waveform Recorders*: the
#   three- and the four-parameter sine fit.
# - J. Ziv and M. Zakai, "Some lower bounds on signal parameter estimation",
#   *IEEE Trans. Inf. Theory* 15(3), 1969.
# - H. L. Van Trees and K. L. Bell (eds.), *Bayesian Bounds for Parameter
#   Estimation and Nonlinear Filtering/Tracking*, Wiley-IEEE Press, 2007.
# - B. G. Quinn and E. J. Hannan, *The Estimation and Tracking of Frequency*,
#   Cambridge University Press, 2001.
#
# **In the report.** In the case `frequency-and-phase` a recurrent net was
# asked for what this lesson's fit finds, frequency and phase, and the two
# stand side by side. See it with `dspvnn report --case frequency-and-phase
# --out reports/frequency-and-phase`.
#
# **Next.** Lesson 4 asks a neural network for the same frequency.
