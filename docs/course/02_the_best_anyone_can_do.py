# %% [markdown]
# # 2. The best that anyone can do
#
# **For whom.** You have done lesson 1, and you know derivatives, the mean and
# variance of a random variable, and the inverse of a matrix.
#
# **Afterwards you can**
#
# - write down the likelihood of a record, and say what its peak and its width
#   mean;
# - derive the Cramér-Rao bound, and compute it for a tone;
# - measure an estimator against it: error over bound, the unit of accuracy of
#   this toolkit.
#
# **Time.** 60 minutes. Four exercises.

# %%
import matplotlib.pyplot as plt
import numpy as np

from baselines import SineFit
from dspvnn.course import lesson_02 as check
from dspvnn.course import use_style
from dspvnn.limits import tone_bound, tone_fisher_information
from dspvnn.signals import tone
from dspvnn.signals.noise import noise_std, white
from dspvnn.testing import assert_within

use_style()
rng = np.random.default_rng(2)
N_SAMPLES = 128

# %% [markdown]
# ## The likelihood
#
# Lesson 1 ended with estimators near a black line, and with the claim that
# nobody gets below it. How can one know what *nobody* can do, clever people
# and neural networks of the future included? By asking how much a record says
# about the frequency, before any estimator is chosen.
#
# A record is a signal and noise, $x_n = s_n(\theta) + w_n$. Here $\theta$ is
# what we want to know, say the frequency; $s_n(\theta)$ is the signal without
# noise; the $w_n$ are independent and normal, with mean 0 and standard
# deviation $\sigma$. Then each sample has the density
#
# $$p(x_n; \theta) = \frac{1}{\sqrt{2 \pi}\, \sigma}
# \exp\left( -\frac{(x_n - s_n(\theta))^2}{2 \sigma^2} \right),$$
#
# and the record has the product of all of them. Read as a function of
# $\theta$, with the record fixed, this product is the **likelihood**: how well
# each $\theta$ explains what was measured. One works with its logarithm, the
# **log-likelihood**
#
# $$\ell(\theta) = \sum_{n=0}^{N-1} \log p(x_n; \theta).$$
#
# ### Exercise 1: a log-likelihood
#
# Write `log_likelihood(signals, means, noise_std)`. `signals` and `means` (the
# $s_n$) have the shape `(n_signals, n_samples)`, `noise_std` (the $\sigma$ of
# each record) has the shape `(n_signals,)`, and so has what you return. The
# check's records have 800 samples.
#
# <details><summary>Hint</summary>
#
# Do not multiply 800 densities: the product is smaller than the smallest
# number of the computer. Take the logarithm on paper first, and add up.
# `noise_std[:, None]` has the shape that goes with `signals`.
#
# </details>


# %% tags=["stub"]
def log_likelihood(signals, means, noise_std):
    """Return the log-likelihood of every record, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def log_likelihood(signals, means, noise_std):
    """Return the log-likelihood of every record, (n_signals,)."""
    z = (signals - means) / noise_std[:, None]
    constant = np.log(noise_std) + np.log(2 * np.pi) / 2
    return -np.sum(z**2, axis=1) / 2 - signals.shape[1] * constant


# %%
print(check.log_likelihood(log_likelihood))

# %% [markdown]
# > **Predict.** The next cell draws the log-likelihood of the frequency for
# > one record at 0, 10 and 20 dB (phase and amplitude known). What will change
# > with the SNR: the height of the curve's peak above its surroundings, its
# > width, or its place?


# %%
def tones(frequency, phase, amplitude=1.0):
    """Return tones without noise, (n_signals, N_SAMPLES)."""
    frequency, phase = np.broadcast_arrays(frequency, phase)
    amplitude = np.full(len(frequency), amplitude)
    return tone(N_SAMPLES, frequency, phase, amplitude, 0 * amplitude)


trials = np.linspace(0.098, 0.102, 401)
truth = tones(np.array([0.1]), 1.0)
figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True)
for ax, snr_db in zip(axes, (0, 10, 20), strict=True):
    sigma = noise_std(1.0, snr_db)
    for _ in range(3):  # three records
        record = truth + white(rng, np.array([sigma]), N_SAMPLES)
        squares = np.sum((record - tones(trials, 1.0)) ** 2, axis=1)
        ax.plot(trials, (squares.min() - squares) / (2 * sigma**2))
    ax.axvline(0.1, color="0.6", lw=0.8, ls="--")
    ax.set(title=f"{snr_db} dB", ylim=(-8, 0.5), xlabel="frequency")
axes[0].set_ylabel("log-likelihood, top = 0")
plt.show()

# %% [markdown]
# All three. With more SNR the peak is sharper, and its place moves less from
# one record to the next. A sharp peak means that a small change of the
# frequency would make the record much less likely: the record says much about
# the frequency. So the width of the peak is the amount of information, and the
# next section makes that a number.
#
# ## Fisher information
#
# The slope of the log-likelihood at the true $\theta$ is called the **score**.
# For our records
#
# $$\frac{\partial \ell}{\partial \theta} = \frac{1}{\sigma^2}
# \sum_{n} (x_n - s_n)\, \frac{\partial s_n}{\partial \theta}.$$
#
# At the truth $x_n - s_n$ is the noise $w_n$. So the score has the mean 0; it
# is not 0 in any one record, which is why the peak moves. Its variance is the
# **Fisher information**. The $w_n$ are independent and have the variance
# $\sigma^2$, so
#
# $$I(\theta) = \frac{1}{\sigma^2} \sum_{n}
# \left( \frac{\partial s_n}{\partial \theta} \right)^2 .$$
#
# Read it aloud: how strongly the signal changes when $\theta$ changes, beside
# the noise. It is also the mean curvature of the log-likelihood's peak.
#
# ### Exercise 2: the information of a frequency
#
# For the tone $s_n = A \cos(2 \pi f n + \varphi) + c$, with everything known
# but $f$, write `frequency_information`. All arguments but `n_samples` have
# the shape `(n_signals,)`, and so has what you return. Derive $\partial s_n /
# \partial f$ on paper first.
#
# <details><summary>Hint</summary>
#
# The derivative of $\cos(u)$ is $-\sin(u)$ times the derivative of $u$, and $u
# = 2 \pi f n + \varphi$. With `n = np.arange(n_samples)` and `frequency[:,
# None]` all angles are one array of shape `(n_signals, n_samples)`.
#
# </details>


# %% tags=["stub"]
def frequency_information(n_samples, frequency, phase, amplitude, noise_std):
    """Return the Fisher information of the frequency, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def frequency_information(n_samples, frequency, phase, amplitude, noise_std):
    """Return the Fisher information of the frequency, (n_signals,)."""
    n = np.arange(n_samples)
    angle = 2 * np.pi * frequency[:, None] * n + phase[:, None]
    slope = -amplitude[:, None] * 2 * np.pi * n * np.sin(angle)
    return np.sum(slope**2, axis=1) / noise_std**2


# %%
print(check.frequency_information(frequency_information))

# %% [markdown]
# A claim about a variance can be tested: draw many records, compute the score
# of each, and look at how they spread.

# %%
sigma = noise_std(1.0, 10)
n = np.arange(N_SAMPLES)
slope = -2 * np.pi * n * np.sin(2 * np.pi * 0.1 * n + 1.0)  # of s_n, by f
scores = white(rng, np.full(5000, sigma), N_SAMPLES) @ slope / sigma**2
information = tone_fisher_information(N_SAMPLES, 0.1, 1.0, 1.0, sigma)[0, 0, 0]
print(f"variance of 5,000 scores: {scores.var():.4g}")
print(f"Fisher information:       {information:.4g}")

# %% [markdown]
# ## The bound
#
# Let $\hat\theta(x)$ be any estimator, any function of the record at all. We
# ask one thing of it: that it is **unbiased**, so that its mean over the noise
# is the truth, whatever the truth is:
#
# $$\int \hat\theta(x)\, p(x; \theta)\, dx = \theta .$$
#
# Here $p(x; \theta)$ is the density of the whole record $x$, and the integral
# runs over all records. Four steps lead to the bound.
#
# 1. Take the derivative of both sides with respect to $\theta$. Since
#    $\partial p / \partial \theta = p\, \partial \ell / \partial \theta$, the
#    left side becomes the mean of $\hat\theta$ times the score, and the right
#    side 1.
# 2. The score has the mean 0, so nothing changes when $\theta$ is subtracted
#    from $\hat\theta$: the mean of (error times score) is 1.
# 3. The square of the mean of a product is at most the product of the mean
#    squares (Cauchy and Schwarz), so $1 \le \mathrm{var}(\hat\theta) \cdot
#    I(\theta)$.
# 4. Divide:
#
# $$\mathrm{var}(\hat\theta) \ge \frac{1}{I(\theta)} .$$
#
# This is the **Cramér-Rao bound**. No estimator occurs on its right side: it
# is a property of the signal and of the noise. And step 3 says when it is
# reached: when the error is a multiple of the score.
#
# > **Predict.** A record becomes twice as long, at the same SNR. How much
# > smaller can the rms error of the frequency become: by $\sqrt 2$, by 2, or
# > by more?

# %%
bounds = {}  # on the rms error, by the number of samples
for length in (32, 64, 128, 256, 512):
    bound = tone_bound(length, 0.1, 1.0, 1.0, sigma, unknown=("frequency",))
    bounds[length] = np.sqrt(bound["frequency"][0])
for length in (32, 64, 128, 256):
    ratio = bounds[length] / bounds[2 * length]
    print(f"from {length} to {2 * length} samples: {ratio:.2f} times smaller")

# %% [markdown]
# By $\sqrt 8 \approx 2.83$. Twice the samples give $\sqrt 2$, as for every
# mean; and late samples say more about a frequency than early ones, because a
# small error of $f$ has had more time to turn the phase: the factor $n^2$ in
# the information, whose sum grows as $N^3 / 3$.
#
# ## When more is unknown
#
# Nobody tells us phase, amplitude and offset. With several unknowns $\theta_1,
# \theta_2, \ldots$ the information is a matrix,
#
# $$I_{ij} = \frac{1}{\sigma^2} \sum_n
# \frac{\partial s_n}{\partial \theta_i} \frac{\partial s_n}{\partial \theta_j},
# \qquad \mathrm{var}(\hat{\theta}_i) \ge \left[ I^{-1} \right]_{ii} .$$
#
# Invert the matrix, then take the element on the diagonal. This is never less
# than $1 / I_{ii}$: to know less about the rest cannot help.
#
# > **Predict.** The frequency was found with a known phase. Now the phase is
# > unknown, too. How much larger is the bound on the rms error: not at all, by
# > 10 %, or by a factor of 2? And how much do an unknown amplitude and an
# > unknown offset add?

# %%
everything = ("frequency", "phase", "amplitude", "offset")
for count in (1, 2, 3, 4):
    unknown = everything[:count]
    bound = tone_bound(N_SAMPLES, 0.1, 1.0, 1.0, sigma, unknown)["frequency"]
    print(f"{np.sqrt(bound[0]):.3e} cycles per sample: {', '.join(unknown)}")

# %% [markdown]
# By a factor of 2: a little more frequency and a little less phase at the
# first sample look almost the same, so the two share the information.
# Amplitude and offset add next to nothing, since changing them looks like
# nothing that a frequency does. For long records, far from $f = 0$ and $f =
# 1/2$, the bound becomes the textbook's
#
# $$\mathrm{var}(\hat f) \ge \frac{12}{(2 \pi)^2\, \rho\, N (N^2 - 1)},
# \qquad \rho = \frac{A^2}{2 \sigma^2} .$$
#
# ### Exercise 3: the bound on the frequency
#
# Write `frequency_bound`: the bound on the **variance** of the frequency when
# all four are unknown. The check's records are short, so the textbook's
# formula is not enough.
#
# <details><summary>Hint</summary>
#
# Put the four derivatives side by side in an array `slopes` of shape
# `(n_signals, n_samples, 4)` (`np.stack(..., axis=-1)`). The matrices of all
# records are `slopes.mT @ slopes` over $\sigma^2$, and `np.linalg.inv` inverts
# them all at once.
#
# </details>


# %% tags=["stub"]
def frequency_bound(n_samples, frequency, phase, amplitude, noise_std):
    """Return the bound on the variance of the frequency, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def frequency_bound(n_samples, frequency, phase, amplitude, noise_std):
    """Return the bound on the variance of the frequency, (n_signals,)."""
    n = np.arange(n_samples)
    angle = 2 * np.pi * frequency[:, None] * n + phase[:, None]
    by_phase = -amplitude[:, None] * np.sin(angle)
    by_offset = np.ones_like(angle)
    slopes = np.stack(
        [2 * np.pi * n * by_phase, by_phase, np.cos(angle), by_offset], axis=-1
    )
    fisher = slopes.mT @ slopes / noise_std[:, None, None] ** 2
    return np.linalg.inv(fisher)[:, 0, 0]


# %%
print(check.frequency_bound(frequency_bound))

# %% [markdown]
# ## Does anyone reach it?
#
# The bound says what cannot be; it does not say that there is an estimator
# that gets there. `SineFit` is one of this toolkit's estimators, and you will
# write your own in lesson 3.
#
# > **Predict.** Four thousand records at 20 dB, all of 0.1 cycles per sample.
# > The errors of `SineFit` are divided by the bound's standard deviation. Will
# > their histogram be wider than a normal distribution of standard deviation
# > 1, as wide, or narrower?

# %%
sigma = noise_std(1.0, 20)
phase = rng.uniform(-np.pi, np.pi, 4000)
signals = tones(np.full(4000, 0.1), phase)
signals = signals + white(rng, np.full(4000, sigma), N_SAMPLES)
estimates = SineFit().predict(signals)
variances = tone_bound(N_SAMPLES, 0.1, phase, 1.0, sigma)["frequency"]
figure, ax = plt.subplots(figsize=(5.5, 2.8))
z = np.linspace(-4, 4, 200)
ax.hist((estimates - 0.1) / np.sqrt(variances), 60, density=True, color="0.75")
normal = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
ax.plot(z, normal, color="black", label="Cramér-Rao bound")
ax.set(xlabel="error of SineFit over the bound", ylabel="density")
ax.legend()
plt.show()

# %% [markdown]
# As wide: at this SNR the sine fit is as good as anyone can be. That is what
# the theory of **maximum likelihood** promises: the estimator that takes the
# peak of the likelihood reaches the bound as the information grows.
#
# ### Exercise 4: the unit of accuracy
#
# One number for a whole experiment: the rms error over the root of the *mean*
# bound. 1.00 is perfect. Write `ratio_to_bound(estimates, truth, variances)`,
# where `variances` are the bounds of the records (of shape `(n_signals,)`, as
# the others). It returns one number.
#
# The check's estimates have a bias. A measure that does not notice is no
# measure.
#
# <details><summary>Hint</summary>
#
# Square, average, take the root: once for the errors, and for the bounds
# average and take the root.
#
# </details>


# %% tags=["stub"]
def ratio_to_bound(estimates, truth, variances):
    """Return the rms error over the root of the mean bound, one number."""
    raise NotImplementedError


# %% tags=["solution"]
def ratio_to_bound(estimates, truth, variances):
    """Return the rms error over the root of the mean bound, one number."""
    return np.sqrt(np.mean((estimates - truth) ** 2) / np.mean(variances))


# %%
print(check.ratio_to_bound(ratio_to_bound))

# %% [markdown]
# A measured ratio is uncertain itself, since it comes from a finite number of
# signals. `assert_within` draws signals until it is certain that the ratio is
# below a number that you name, and tells the interval in which the ratio lies:


# %%
def at_low_snr(cell):
    """Choose the cells of the toolkit's tone task from 0 to 10 dB."""
    return 0 <= cell.snr_db <= 10


found = assert_within(SineFit(), "tone", ratio=1.1, where=at_low_snr)
for cell in found:
    interval = f"{cell.low:.3f} to {cell.high:.3f}"
    print(f"{cell.condition:14} {cell.ratio:.3f}  ({interval})")

# %% [markdown]
# ## What the bound does not say
#
# > **Predict.** An estimator answers 0.1 whatever it is given. Its error is 0
# > when the truth is 0.1. Is the bound wrong?

# %%
frequencies = np.linspace(0.0985, 0.1015, 61)
level = noise_std(1.0, 0)
bound = tone_bound(N_SAMPLES, frequencies, 1.0, 1.0, level)["frequency"]
figure, ax = plt.subplots(figsize=(6, 2.8))
ax.plot(frequencies, np.sqrt(bound), color="black", label="Cramér-Rao bound")
ax.plot(frequencies, np.abs(frequencies - 0.1), label="always 0.1")
halfway = np.sqrt(bound / 4 + (frequencies - 0.1) ** 2 / 4)
ax.plot(frequencies, halfway, "--", label="half-way to 0.1")
ax.set(xlabel="true frequency", ylabel="rms error", title="0 dB")
ax.legend()
plt.show()

# %% [markdown]
# The bound speaks of estimators that are unbiased *everywhere*, and this one
# is not. It buys its success at 0.1 with failure elsewhere; so does any
# estimator that draws its answers towards a place where it expects them
# ("half-way": the mean of 0.1 and of an estimator at the bound). A net that
# was trained on a range of frequencies does just that, and near its training
# range it may honestly lie below the bound. That is why this toolkit asks of
# every estimator what it was *told*, and holds those that know a range against
# another limit: the Bayes limit of lesson 3.
#
# ## Summary
#
# 1. The likelihood says how well each value of a parameter explains a record;
#    its peak's sharpness is the information.
# 2. The Fisher information is the variance of the score: the squared slope of
#    the signal, summed, over the noise's variance.
# 3. No unbiased estimator has a variance below its inverse; with several
#    unknowns, below the diagonal of the inverse matrix.
# 4. For a frequency the rms bound falls as $N^{-3/2}$ and doubles when the
#    phase is unknown.
# 5. Error over bound is the unit of accuracy: 1.00 is perfect, and less means
#    a bias, side information, or a mistake.
#
# ## Further reading
#
# - S. M. Kay, *Fundamentals of Statistical Signal Processing: Estimation
#   Theory*, Prentice Hall, 1993, chapter 3; section 3.11 has the tone.
# - H. L. Van Trees, *Detection, Estimation, and Modulation Theory, Part I*,
#   Wiley, 1968, section 2.4.
# - C. R. Rao, "Information and the accuracy attainable in the estimation of
#   statistical parameters", *Bulletin of the Calcutta Mathematical Society*
#   37, 1945.
# - D. C. Rife and R. R. Boorstyn, "Single-tone parameter estimation from
#   discrete-time observations", *IEEE Trans. Inf. Theory* 20(5), 1974.
#
# **In the report.** The case `equal-budget` measures five kinds of net in this
# unit, each trained for one minute. See it with `dspvnn report --case
# equal-budget --out reports/equal-budget`.
#
# **Next.** In lesson 3 you write the estimator that reaches the bound, and
# find the SNR at which it stops.
