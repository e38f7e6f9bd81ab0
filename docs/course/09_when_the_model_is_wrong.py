# %% [markdown]
# # 9. When the model is wrong
#
# **For whom.** You have done lesson 3 and can write a sine fit. Lesson 5 helps
# with the last section.
#
# **Afterwards you can**
#
# - say what impulses, a second tone and missing samples do to a least-squares
#   fit, and which of them a stronger signal cures;
# - write a robust fit, which reaches the bound where one sample in twenty is
#   nonsense;
# - let a record choose its own model, and read a map of who is ahead where.
#
# **Time.** 60 minutes. Four exercises.

# %%
import matplotlib.pyplot as plt
import numpy as np

import neural
from baselines import Filled, RobustFit, SelectedFit, SineFit, TwoToneFit
from baselines.remedies import GapFit
from baselines.roster import BASELINES
from dspvnn.course import lesson_09 as check
from dspvnn.course import use_style
from dspvnn.tasks import TASKS
from dspvnn.tasks.mismatch.task import (
    KINDS,
    LEVELS,
    MismatchCondition,
    mismatch_bound,
)

use_style()
rng = np.random.default_rng(9)
N_SAMPLES = 128

# %% [markdown]
# ## Four ways to be wrong
#
# The sine fit of lesson 3 is the best there is *if* the record is one sine in
# white Gaussian noise. Real records are not. This toolkit has nine kinds of
# **mismatch**, each with a severity, light to heavy. Here are four of them, on
# tones of about 0.1 cycles per sample at 20 dB. The SNR counts all of the
# noise: a record with impulses has as much noise power as one without, in
# fewer places.


# %%
def spoilt(kind, severity, n_signals, snr_db=20):
    """Return records, true frequencies and the bound on the rms error."""
    level = (snr_db, snr_db)
    condition = MismatchCondition(
        "", kind=kind, severity=severity, snr_range_db=level
    )
    trials = TASKS["tone-mismatch"].draw(rng, n_signals, condition)
    bound = np.sqrt(np.mean(mismatch_bound(condition, trials)))
    return trials.signals, trials.target, bound


def rms(errors):
    """Return the root of the mean square."""
    return np.sqrt(np.mean(errors**2))


pictures = {
    "impulses": 0.05,
    "interfering tone": 0.7,
    "missing samples": 0.3,
    "autoregressive noise": 0.98,
}
figure, axes = plt.subplots(2, 2, figsize=(9, 4), sharex=True)
for ax, (kind, severity) in zip(axes.flat, pictures.items(), strict=True):
    ax.plot(spoilt(kind, severity, 1)[0][0], ".-", lw=0.7, ms=3)
    ax.set_title(f"{kind}: {KINDS[kind].severity} {severity:g}")
plt.show()

# %% [markdown]
# > **Predict.** In which of the four will the sine fit be far from the best
# > that can be done, and in which will it not matter?
#
# The bound knows what is wrong: it is the Cramér-Rao bound of somebody who
# knows the kind of mismatch, but not the tone. A missing sample is
# interpolated for the sine fit, which needs all of them (`Filled`).

# %%
plain = Filled(SineFit())
for kind, severity in pictures.items():
    signals, truth, bound = spoilt(kind, severity, 400)
    ratio = rms(plain.predict(signals) - truth) / bound
    print(f"{kind:22} the sine fit's error is {ratio:5.1f} times the bound")

# %% [markdown]
# The wandering noise, with the largest severity of all, does least: a tone is
# disturbed by the noise at its own frequency only, and there this noise is
# weak. With two tones the fit is far off, and with impulses and gaps it leaves
# a factor of 2 and more on the table. One after the other.
#
# ## Impulses
#
# A switch, a cosmic ray, a lost bit: now and then a sample is far off. In the
# next records each sample is hit with the probability $p$, and the noise of a
# hit sample is ten times as strong as that of the others.
#
# The squares are to blame. A sample that is off by ten standard deviations
# counts a hundred times in a sum of squares, and the sine bends to please it.
# To see which samples are off we need the size of the *ordinary* noise, and
# the standard deviation of all samples does not tell it: the impulses are in
# it, squared. The median is not impressed by a few large numbers. For normal
# noise the **median absolute deviation**
#
# $$\mathrm{MAD} = \mathrm{median}_n\, | r_n - \mathrm{median}_m\, r_m |$$
#
# is 0.6745 times the standard deviation, so $1.4826 \cdot \mathrm{MAD}$
# measures $\sigma$, impulses or not.
#
# ### Exercise 1: a robust scale
#
# Write `robust_scale(residuals)`: for each record of residuals, shape
# `(n_signals, n_samples)`, return 1.4826 times its median absolute deviation,
# shape `(n_signals,)`.
#
# <details><summary>Hint</summary>
#
# `np.median` takes `axis` and `keepdims`, as `mean` does.
#
# </details>


# %% tags=["stub"]
def robust_scale(residuals):
    """Return 1.4826 times the MAD of every record, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def robust_scale(residuals):
    """Return 1.4826 times the MAD of every record, (n_signals,)."""
    middle = np.median(residuals, axis=1, keepdims=True)
    return 1.4826 * np.median(np.abs(residuals - middle), axis=1)


# %%
print(check.robust_scale(robust_scale))

# %% [markdown]
# ## Weights
#
# A sample that is off should count less. Give every sample a **weight** $v_n$
# and minimise $\sum_n v_n (x_n - s_n)^2$. A weight of 1 is an ordinary sample,
# a weight of 0 one that is not there: a *missing sample needs no other
# method*. For columns $H$ (cosine, sine, constant) the best coefficients
# $\theta$ solve
#
# $$H^{T} V H\, \theta = H^{T} V x,$$
#
# where $V$ has the weights on its diagonal and zeros elsewhere.
#
# ### Exercise 2: a weighted fit
#
# Write `weighted_fit(signals, weights, frequency)`: fit $a \cos(2 \pi f n) + b
# \sin(2 \pi f n) + c$ with the weights, at the known frequency of every
# record, shape `(n_signals,)`. Return the fitted samples, shape `(n_signals,
# n_samples)`. Where a weight is 0, the sample is missing and may be NaN.
#
# <details><summary>Hint</summary>
#
# Stack the three columns to the shape `(n_signals, n_samples, 3)`. $V H$ is
# `weights[:, :, None] * columns`. NaN times 0 is NaN, so use `np.where(weights
# > 0, signals, 0)`.
#
# </details>


# %% tags=["stub"]
def weighted_fit(signals, weights, frequency):
    """Return the fitted samples of every record, (n_signals, n_samples)."""
    raise NotImplementedError


# %% tags=["solution"]
def weighted_fit(signals, weights, frequency):
    """Return the fitted samples of every record, (n_signals, n_samples)."""
    angle = 2 * np.pi * frequency[:, None] * np.arange(signals.shape[1])
    columns = [np.cos(angle), np.sin(angle), np.ones_like(angle)]
    columns = np.stack(columns, axis=-1)
    present = np.where(weights > 0, signals, 0)
    weighted = (weights[:, :, None] * columns).mT
    theta = np.linalg.solve(weighted @ columns, weighted @ present[:, :, None])
    return (columns @ theta)[:, :, 0]


# %%
print(check.weighted_fit(weighted_fit))

# %% [markdown]
# Which weights? If the noise had Student's t distribution with $\nu$ degrees
# of freedom, which has impulses, maximum likelihood would be a weighted fit
# with
#
# $$v_n = \frac{\nu + 1}{\nu + (r_n / \sigma)^2},
# \qquad r_n = x_n - s_n .$$
#
# The weights need the residuals $r_n$, and the residuals the fit: so fit,
# weigh, fit again, until nothing moves (**iteratively reweighted least
# squares**). With $\nu = 4$ a sample at $\sigma$ has the weight 1, one at $10
# \sigma$ about 1/20.
#
# > **Predict.** Five samples in a hundred are hit. The sine fit's error was
# > about twice the bound. How near will the weighted fit come: 1.5, 1.1 or 1
# > times the bound? And with no impulses at all: what do the weights cost?
#
# ### Exercise 3: a robust frequency
#
# Write `robust_frequency(signals)`, shape `(n_signals,)`. The check draws
# records with five hits in a hundred samples at 20 dB, and asks for 1.4 times
# the bound of somebody who knows the law of the impulses.
#
# <details><summary>Hint</summary>
#
# Start from `SineFit(outputs=("frequency", "phase", "amplitude",
# "offset")).predict(signals)` and the coefficients of its sine ($a = A \cos
# \varphi$, $b = -A \sin \varphi$). Then, ten times: residuals, scale, weights;
# a weighted fit of *four* columns, the fourth of which is $2 \pi n (b \cos - a
# \sin)$ as in lesson 3; add the fourth coefficient to the frequency.
#
# </details>


# %% tags=["stub"]
def robust_frequency(signals):
    """Return the frequency by a robust sine fit, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def robust_frequency(signals):
    """Return the frequency by a robust sine fit, (n_signals,)."""
    n = np.arange(signals.shape[1])
    everything = ("frequency", "phase", "amplitude", "offset")
    start = SineFit(outputs=everything).predict(signals)
    frequency, phase, amplitude, c = start.T[:, :, None]
    a, b = amplitude * np.cos(phase), -amplitude * np.sin(phase)
    for _ in range(10):
        angle = 2 * np.pi * frequency * n
        cos, sin = np.cos(angle), np.sin(angle)
        rest = signals - (a * cos + b * sin + c)
        scale = 1.4826 * np.median(np.abs(rest), axis=1, keepdims=True)
        weights = 5 / (4 + (rest / scale) ** 2)
        slope = 2 * np.pi * n * (b * cos - a * sin)
        columns = np.stack([cos, sin, np.ones_like(cos), slope], axis=-1)
        weighted = (weights[:, :, None] * columns).mT
        moments = weighted @ signals[:, :, None]
        theta = np.linalg.solve(weighted @ columns, moments)[:, :, 0]
        a, b, c, step = theta.T[:, :, None]
        frequency = frequency + step
    return frequency[:, 0]


# %%
print(check.robust_frequency(robust_frequency))

# %% [markdown]
# The toolkit's `RobustFit` does the same and chooses $\nu$ for each record,
# too.

# %%
shares = np.array([0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.4])
ratios = {"sine fit": [], "robust fit": []}
for share in shares:
    signals, truth, bound = spoilt("impulses", share, 300)
    ratios["sine fit"].append(rms(SineFit().predict(signals) - truth) / bound)
    robust = RobustFit().predict(signals)
    ratios["robust fit"].append(rms(robust - truth) / bound)
figure, ax = plt.subplots(figsize=(6, 3))
for (name, values), marker in zip(ratios.items(), "os", strict=True):
    ax.plot(shares, values, marker + "-", label=name)
ax.axhline(1, color="black", lw=1, label="bound, law of the impulses known")
ax.set(xlabel="share of samples hit", ylabel="rms error over bound")
ax.legend()
plt.show()

# %% [markdown]
# The robust fit stays near 1 and costs next to nothing where there are no
# impulses. (The curves are ratios of 300 records, good to about 6 %.)
#
# ## An interferer
#
# > **Predict.** A second tone stands two bins away, with 0.3 times the
# > amplitude. The SNR rises from 0 to 50 dB. What will the sine fit's error
# > do: fall with the bound, fall more slowly, or stop?

# %%
levels = np.arange(0, 51, 10)
errors = {"sine fit": [], "two-tone fit": [], "bound, two tones": []}
for snr_db in levels:
    signals, truth, bound = spoilt("interfering tone", 0.3, 150, int(snr_db))
    errors["sine fit"].append(rms(SineFit().predict(signals) - truth))
    errors["two-tone fit"].append(rms(TwoToneFit().predict(signals) - truth))
    errors["bound, two tones"].append(bound)
figure, ax = plt.subplots(figsize=(6, 3))
for (name, values), style in zip(
    errors.items(), ("o-", "s-", "k-"), strict=True
):
    ax.semilogy(levels, values, style, label=name)
ax.set(xlabel="SNR (dB)", ylabel="rms error (cycles per sample)")
ax.legend()
plt.show()

# %% [markdown]
# It stops. The leakage of the second tone (lesson 1) pulls the fit aside by a
# few hundredths of a bin, whatever the noise. That is a **bias**, and it
# decides which remedy helps: a longer average and a stronger signal cure
# noise, only a better model cures a bias. The fit of two tones follows its
# bound.
#
# Robust weights would not have helped: no single sample is off here, all of
# them are, a little.
#
# ## Gaps
#
# > **Predict.** Samples are lost at random. One may draw a straight line
# > across every gap and fit as ever, or leave the missing ones out (weight 0).
# > At which share of missing samples does the difference begin to matter: 1 %,
# > 10 % or 50 %?

# %%
shares = np.array([0, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7])
ratios = {"gaps interpolated": [], "gaps left out": []}
for share in shares:
    signals, truth, bound = spoilt("missing samples", share, 300)
    for name, fit in zip(ratios, (plain, GapFit()), strict=True):
        ratios[name].append(rms(fit.predict(signals) - truth) / bound)
figure, ax = plt.subplots(figsize=(6, 3))
for (name, values), marker in zip(ratios.items(), "os", strict=True):
    ax.semilogy(shares, values, marker + "-", label=name)
ax.axhline(1, color="black", lw=1, label="bound, from the samples left")
ax.set(xlabel="share of samples missing", ylabel="rms error over bound")
ax.legend()
plt.show()

# %% [markdown]
# At a few hundredths already. Interpolated samples look like measurements to
# the fit, and they are wrong ones: a straight line across the top of a wave.
# What was not measured should not be invented; weight 0 says so.
#
# ## Let the record choose
#
# Each remedy was told what is wrong. Who tells you? The record can, if its
# likelihoods under several models are compared. But a model with more
# parameters always fits better, be it true or not: two tones fit noise a
# little better than one. Each parameter must pay. The **Bayesian information
# criterion** (BIC) sets the price,
#
# $$\mathrm{BIC} = k \ln N - 2 \ell,$$
#
# where $k$ is the number of parameters, $N$ the number of samples and $\ell$
# the log-likelihood at the best parameters. The model with the smallest BIC is
# chosen.
#
# ### Exercise 4: the model that a record chooses
#
# Write `chosen(log_likelihoods, n_parameters, n_samples)`. The log-likelihoods
# have the shape `(n_signals, n_models)`, `n_parameters` has `(n_models,)`.
# Return the number of the model of every record, from 0, shape `(n_signals,)`.
#
# <details><summary>Hint</summary>
#
# `np.log` is the natural logarithm $\ln$, and `np.argmin` along `axis=1` finds
# the place of the smallest number of each row.
#
# </details>


# %% tags=["stub"]
def chosen(log_likelihoods, n_parameters, n_samples):
    """Return the model of least BIC of every record, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def chosen(log_likelihoods, n_parameters, n_samples):
    """Return the model of least BIC of every record, (n_signals,)."""
    bic = n_parameters * np.log(n_samples) - 2 * log_likelihoods
    return np.argmin(bic, axis=1)


# %%
print(check.chosen(chosen))

# %% [markdown]
# ## A net that has seen it all
#
# `SelectedFit` is the toolkit's fit chosen by BIC. Its rival is the **mixture
# LSTM**: a net of lesson 5's kind that was trained on all nine kinds of
# mismatch together, each at every strength. It is not told the kind either.
# And beside them the classical **remedy** of each kind, which *is* told.
#
# > **Predict.** Where will the net be ahead of the fit chosen by BIC: in most
# > kinds, in a few, or in none? Where will the plain sine fit be good enough?

# %%
cells, records, truths, bounds = [], [], [], []
for kind, about in KINDS.items():
    for level, severity in list(zip(LEVELS, about.levels, strict=True))[1:]:
        signals, truth, bound = spoilt(kind, severity, 60)
        cells.append(f"{kind}, {level}" if about.remedy else kind)
        records.append(signals)
        truths.append(truth)
        bounds.append(bound)
        if not about.remedy:
            break  # no mismatch has no levels
together = np.concatenate(records)
columns = {
    "sine fit": plain,
    "chosen by BIC": SelectedFit(),
    "mixture LSTM": neural.load("tone-mismatch/mixture-lstm", 0),
}
table = []
for estimator in columns.values():
    answers = np.split(estimator.predict(together), len(cells))
    rows = zip(answers, truths, bounds, strict=True)
    table.append([rms(answer - truth) / b for answer, truth, b in rows])
remedies = []
for cell, signals, truth, bound in zip(
    cells, records, truths, bounds, strict=True
):
    label = KINDS[cell.split(",")[0]].remedy or "sine fit"
    remedy = BASELINES["tone-mismatch"][label]()
    remedies.append(rms(remedy.predict(signals) - truth) / bound)
table.append(remedies)

# %%
ratio = np.array(table).T
figure, ax = plt.subplots(figsize=(7, 6))
ax.imshow(np.log(ratio), aspect="auto", cmap="Greys", vmin=0, vmax=np.log(20))
for (row, column), value in np.ndenumerate(ratio):
    colour = "white" if value > 4 else "black"
    text = f"{value:.2f}" if value < 100 else f"{value:.0f}"
    ax.text(column, row, text, ha="center", va="center", color=colour)
ax.set_xticks(range(4), [*columns, "remedy, told"])
ax.set_yticks(range(len(cells)), cells)
ax.set_title("rms error over the bound, 60 records a cell, 20 dB")
ax.grid(visible=False)
plt.show()

# %% [markdown]
# This is the **map**. With 60 records a number is good to about 10 %, and that
# is why some lie below 1; read no more into it (lesson 10). Column by column:
#
# - The sine fit is at the bound where nothing is wrong, or nearly there where
#   the record is clipped, the noise is coloured, or its tails are mild. There
#   you need nothing else. Elsewhere it may be lost.
# - The fit chosen by BIC is at the bound in almost all cells, without having
#   been told anything. It leaves it where none of its models is right:
#   harmonics so strong that the record looks like something else, and, in the
#   report's larger map, heavily coloured noise.
# - The mixture LSTM is nowhere lost. But there is no cell in which it is ahead
#   of the fit chosen by BIC by more than the map can tell.
# - The remedies, which are told, are at the bound.
#
# So the net is a way to be robust when you can *draw* what goes wrong but have
# no likelihood for it. Where models are known, a handful of them and a price
# per parameter are hard to beat.
#
# ## Summary
#
# 1. Look at what kind of wrong it is: coloured noise hardly matters to a tone,
#    impulses cost a factor, an interferer leaves a bias that no SNR cures.
# 2. A robust fit weighs samples by their residuals, in units of a scale that
#    impulses cannot move.
# 3. A missing sample has weight 0; never interpolate before a fit.
# 4. BIC lets a record choose its model: each parameter has to gain $\ln N / 2$
#    in log-likelihood.
# 5. A net that was trained on the mixture is nowhere lost; the fit chosen
#    by BIC is nearly everywhere at the bound.
#
# ## Further reading
#
# - P. J. Huber and E. M. Ronchetti, *Robust Statistics*, 2nd ed., Wiley, 2009.
# - K. L. Lange, R. J. A. Little and J. M. G. Taylor, "Robust statistical
#   modeling using the t distribution", *J. Amer. Statist. Assoc.* 84, 1989.
# - G. Schwarz, "Estimating the dimension of a model", *Ann. Statist.* 6(2),
#   1978: BIC.
# - J. Li and P. Stoica, "Efficient mixed-spectrum estimation with applications
#   to target feature extraction", *IEEE Trans. Signal Process.* 44(2), 1996:
#   the fit of several tones.
# - J. T. VanderPlas, "Understanding the Lomb-Scargle periodogram",
#   *Astrophysical Journal Supplement Series* 236, 2018: records with gaps.
#
# **In the report.** The full map, with three strengths of each kind, is the
# section on mismatch: `dspvnn report --task tone-mismatch`. The question from
# the field that this lesson belongs to is `sine-frequency`: a net that was
# asked for frequencies that its training did not show it (`dspvnn report
# --case sine-frequency --out reports/sine-frequency`).
