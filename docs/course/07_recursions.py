# %% [markdown]
# # 7. Recursions
#
# **For whom.** You know least squares, variance, and from lessons 4 and 6 what
# a gradient and a state are.
#
# **Afterwards you can**
#
# - write a moving average as a recurrent net of three numbers, and find these
#   by regression or by gradient;
# - say why a net whose state is carried on must not see its samples shuffled;
# - choose how fast an average forgets, by Kalman's gain.
#
# **Time.** 50 minutes. Four exercises, each with a check that draws fresh
# signals and answers in one sentence.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from scipy.signal import lfilter

import neural
from baselines import EWMA
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_07 as check
from dspvnn.limits import (
    ewma_level_variance,
    ewma_optimal_alpha,
    kalman_level,
)

use_style()
rng = np.random.default_rng(7)

# %% [markdown]
# ## An average that forgets
#
# The **exponentially weighted moving average** keeps one number and moves it a
# little towards each new sample:
#
# $$y_t = (1 - \alpha)\, y_{t-1} + \alpha\, x_t .$$
#
# With $\alpha = 0.2$ a new sample counts a fifth, and all of the past four
# fifths. Put in $y_{t-1}$, then $y_{t-2}$, and so on: the sample of $k$ steps
# ago counts $\alpha (1 - \alpha)^k$, which is less and less, but never nothing.
# The average remembers some $1 / \alpha$ samples.
#
# ### Exercise 1: the average
#
# Write `moving_average(signals, alpha)`: the average after every sample, shape
# `(n_signals, n_samples)`. The number before the first, $y_{-1}$, is the mean
# of the whole record.
#
# <details><summary>Hint</summary>
#
# Begin with `level = signals.mean(axis=1)`, one number for each record, and
# loop over the samples: `signals[:, t]` is the sample $t$ of all records.
#
# </details>


# %% tags=["stub"]
def moving_average(signals, alpha):
    """Return the average after every sample, (n_signals, n_samples)."""
    raise NotImplementedError


# %% tags=["solution"]
def moving_average(signals, alpha):
    """Return the average after every sample, (n_signals, n_samples)."""
    averages = np.empty(signals.shape)
    level = signals.mean(axis=1)
    for t in range(signals.shape[1]):
        level = (1 - alpha) * level + alpha * signals[:, t]
        averages[:, t] = level
    return averages


# %%
print(check.moving_average(moving_average))

# %% [markdown]
# ## It is a recurrent net
#
# Compare with the unit of lesson 6, without its tanh:
#
# $$h_t = w\, h_{t-1} + u\, x_t + b .$$
#
# With $w = 1 - \alpha$, $u = \alpha$ and $b = 0$ it *is* the moving average. A
# **linear recurrent net** of one unit, three numbers. An LSTM has thousands.
#
# Can the three be found from examples, a record $x$ and its average $y$? During
# training we know what the state *should* have been: $y_{t-1}$. Put it in, and
# what is left is a linear model,
#
# $$y_t \approx w\, y_{t-1} + u\, x_t + b,$$
#
# whose coefficients least squares finds in one step (lesson 3). To use the
# known state in place of one's own during training is called **teacher
# forcing**.
#
# ### Exercise 2: the weights by regression
#
# Write `fit_recursion(x, y)`: $w$, $u$ and $b$, shape `(3,)`, from one record
# and its answers, `(n_samples,)` each. What was before the first sample is not
# known.
#
# <details><summary>Hint</summary>
#
# The columns are `y[:-1]`, `x[1:]` and ones, the target is `y[1:]`.
# `np.column_stack` and `np.linalg.lstsq(...)[0]` do the rest.
#
# </details>


# %% tags=["stub"]
def fit_recursion(x, y):
    """Return w, u and b of the recursion, (3,)."""
    raise NotImplementedError


# %% tags=["solution"]
def fit_recursion(x, y):
    """Return w, u and b of the recursion, (3,)."""
    columns = np.column_stack([y[:-1], x[1:], np.ones(len(x) - 1)])
    return np.linalg.lstsq(columns, y[1:])[0]


# %%
print(check.fit_recursion(fit_recursion))

# %% [markdown]
# Exact, from fifty samples, because $y$ has no noise. Beside it, three nets
# that ship with the toolkit, all trained on records with samples from 0 to 1.
#
# > **Predict.** `ewma/lstm` has seen 3.8 million records. How large is its
# > error, relative to the average's own spread, on samples from 0 to 1, from 1
# > to 3, and from −5 to 15? Which net does not mind?

# %%
names = ("ewma/lstm", "ewma/equivariant-lstm", "ewma/linear-rnn")
print("relative rms error     0 to 1     1 to 3   -5 to 15")
for name in names:
    net, row = neural.load(name, device="cpu"), []
    for low, high in ((0, 1), (1, 3), (-5, 15)):
        signals = rng.uniform(low, high, (100, 100))
        truth = EWMA(0.2).predict(signals)
        error = net.predict(signals) - truth
        row.append(np.sqrt(np.mean(error**2)) / truth.std())
    print(f"{name:21} " + " ".join(f"{value:10.1e}" for value in row))

# %% [markdown]
# The LSTM is good to a few parts in ten thousand where it was trained; outside,
# its error is twice the spread, and the mean of the record would be a
# better answer. Its answer is a sum of numbers that a tanh keeps between −1 and
# 1, and it was never asked for more: lesson 4. The second net is an LSTM, too,
# but it sees samples freed of level and scale, and gives them back at the end:
# lesson 5. The third *is* the recursion, and errs by rounding. A net that has
# the form of the answer needs no training range.
#
# ## By hand, a sample at a time
#
# Regression used the known state. A question on the web asked for less: a unit
# that runs on its *own* last answer $a_{t-1}$ and learns as it goes, one step
# downhill after every sample. Its answer and its loss are
#
# $$a_t = w\, a_{t-1} + u\, x_t + b, \qquad L_t = (a_t - y_t)^2 .$$
#
# The gradient is taken as if $a_{t-1}$ were a given number: it is **truncated**
# after one step.
#
# ### Exercise 3: one step of learning
#
# Write `learn(weights, state, x, y, rate)`: one sample. `weights` is an array
# of $w$, $u$ and $b$; `state` is $a_{t-1}$; `x`, `y` and `rate` are numbers.
# Return four: the three new weights, each moved by minus `rate` times its
# derivative, and the new state, which is the answer $a_t$ of the *old* weights.
#
# <details><summary>Hint</summary>
#
# The derivatives of $L_t$ by $w$, $u$ and $b$ are $2 (a_t - y_t)$ times
# $a_{t-1}$, $x_t$ and 1.
#
# </details>


# %% tags=["stub"]
def learn(weights, state, x, y, rate):
    """Return the three new weights and the new state, (4,)."""
    raise NotImplementedError


# %% tags=["solution"]
def learn(weights, state, x, y, rate):
    """Return the three new weights and the new state, (4,)."""
    inputs = np.array([state, x, 1.0])
    answer = weights @ inputs
    moved = weights - rate * 2 * (answer - y) * inputs
    return np.append(moved, answer)


# %%
print(check.learn(learn))

# %% [markdown]
# ## Do not shuffle
#
# Now let it learn from a record of 3000 samples, ten times over. Libraries
# shuffle the samples of a training set as a matter of course, and for most nets
# that is right. So two units: one sees the samples in their order, the other
# shuffled anew each time. Both carry their state from each sample to the next
# that they see.
#
# > **Predict.** The true weights are 0.8, 0.2 and 0. The unit in order finds
# > them. What will $w$ of the shuffled one be: 0.8 as well, only later; 0; 1;
# > or something that depends on chance?

# %%
ALPHA, RATE, N_EPOCHS = 0.2, 0.1, 10
x = rng.random(3000)
y = EWMA(ALPHA).predict(x[None])[0]


def path(shuffled, rate, n_epochs):
    """Return the weights after every 300 samples, (n, 3)."""
    w, u, b = 0.5, 0.5, 0.5
    state, seen = 0.0, [(w, u, b)]
    for _ in range(n_epochs):
        order = rng.permutation(len(x)) if shuffled else np.arange(len(x))
        for count, t in enumerate(order.tolist()):
            answer = w * state + u * x[t] + b
            down = 2 * rate * (answer - y[t])
            w, u, b = w - down * state, u - down * x[t], b - down
            state = answer
            if count % 300 == 299:
                seen.append((w, u, b))
    return np.array(seen)


figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for ax, shuffled in zip(axes, (False, True), strict=True):
    weights = path(shuffled, RATE, N_EPOCHS)
    for column, name, right in zip(
        weights.T, "wub", (0.8, 0.2, 0), strict=True
    ):
        (line,) = ax.plot(300 * np.arange(len(column)), column, label=name)
        ax.axhline(right, color=line.get_color(), lw=0.8, ls="--")
    ax.set(title="shuffled" if shuffled else "in order", xlabel="samples")
    print("shuffled:" if shuffled else "in order:", weights[-1].round(3))
axes[0].legend(loc="center right")
axes[0].set_ylabel("weight (dashed: right)")
plt.show()

# %% [markdown]
# It loses its memory. Shuffled, the answer before belongs to some other time.
# It says nothing about $y_t$, so the best coefficient for it is 0, and what is
# left is $y_t \approx 0.2\, x_t + 0.4$, where 0.4 is the mean of the missing
# part. (Here $w$ goes even below 0. That is the doing of the large steps: with
# smaller ones it comes nearer to 0; try `path(True, 0.01, 30)`.) No error is
# raised, and the loss goes down; there is only a net that does not remember.
#
# The rule is that of lesson 6, from its other side: a state belongs to *its*
# record. Records may be shuffled; the samples within one may not. And a net
# that carries its state on must get next what comes next.
#
# ## How fast to forget
#
# Who says that $\alpha$ is 0.2? An average serves a purpose. Let a **level**
# wander, and be seen through noise:
#
# $$\ell_t = \ell_{t-1} + q\, e_t, \qquad x_t = \ell_t + r\, v_t,$$
#
# with $e_t$ and $v_t$ independent standard normal numbers. Wanted is $\ell_t$.
#
# > **Predict.** For $q = 0.3$ and $r = 1$: which $\alpha$ estimates the level
# > best? What goes wrong when it is much smaller, and what when it is 1?

# %%
Q, R = 0.3, 1.0
level = np.cumsum(Q * rng.standard_normal((300, 300)), axis=1)
seen = level + R * rng.standard_normal(level.shape)
alphas = np.linspace(0.04, 1, 25)
measured = []
for alpha in alphas:
    error = EWMA(alpha).predict(seen) - level
    measured.append(np.mean(error[:, 100:] ** 2))  # when the start is forgotten
theory = [ewma_level_variance(alpha, Q, R) for alpha in alphas]
best = ewma_optimal_alpha(Q, R)
figure, ax = plt.subplots(figsize=(6, 3))
ax.plot(alphas, theory, color="black", label="theory")
ax.plot(alphas, measured, "o", label="measured")
ax.axvline(best, color="0.6", ls="--", label=f"best, {best:.3f}")
ax.set(xlabel="α", ylabel="mean square error of the level")
ax.legend()
plt.show()

# %% [markdown]
# Too small, and the average lags behind the level; at 1 it is the noisy sample
# itself. The best balances the two. It solves $\alpha^2 = s (1 - \alpha)$ with
# $s = q^2 / r^2$, and its error has the variance $\alpha r^2$.
#
# ## Kalman's gain
#
# The average is also *wrong* at the beginning: the first sample should count
# more than a quarter when nothing else is known. How much a sample should count
# follows from two variances. Let the level so far be known with the variance
# $p$. One step later it has wandered, and the variance is $p + q^2$. The new
# sample has the variance $r^2$. Weigh the two by the inverse of their
# variances, and the share of the sample, the **gain**, is
#
# $$k_t = \frac{p_{t-1} + q^2}{p_{t-1} + q^2 + r^2}, \qquad
# y_t = y_{t-1} + k_t (x_t - y_{t-1}), \qquad p_t = k_t\, r^2 .$$
#
# That is the **Kalman filter** of a level. If nothing is known before the first
# sample, $p_{-1}$ is infinite and $k_0 = 1$.
#
# ### Exercise 4: the Kalman filter
#
# Write `kalman(signals, q, r)`: the level after every sample, shape
# `(n_signals, n_samples)`. Nothing is known before the first sample.
#
# <details><summary>Hint</summary>
#
# Begin with $y_0 = x_0$ and $p_0 = r^2$, and loop from the second sample on.
# The variance is the same for all records: one number.
#
# </details>


# %% tags=["stub"]
def kalman(signals, q, r):
    """Return the level after every sample, (n_signals, n_samples)."""
    raise NotImplementedError


# %% tags=["solution"]
def kalman(signals, q, r):
    """Return the level after every sample, (n_signals, n_samples)."""
    levels = np.empty(signals.shape)
    levels[:, 0], variance = signals[:, 0], r**2
    for t in range(1, signals.shape[1]):
        gain = (variance + q**2) / (variance + q**2 + r**2)
        before = levels[:, t - 1]
        levels[:, t] = before + gain * (signals[:, t] - before)
        variance = gain * r**2
    return levels


# %%
print(check.kalman(kalman))

# %% [markdown]
# > **Predict.** The gain begins at 1. Where does it end, and how long does that
# > take?

# %%
_, variance = kalman_level(seen[:1], Q, R)
gains = variance / R**2
average = EWMA(best).predict(seen) - level
yours = attempt(kalman, seen, Q, R, shape=seen.shape) - level
figure, axes = plt.subplots(1, 2, figsize=(9, 2.8))
axes[0].plot(gains[:25], "o-", label="Kalman's gain")
axes[0].axhline(best, color="0.6", ls="--", label="the best α")
axes[0].set(xlabel="t", ylabel="gain", ylim=(0, 1.05))
axes[0].legend()
for errors, name in ((average, "average, best α"), (yours, "your kalman")):
    axes[1].plot(np.mean(errors[:, :25] ** 2, axis=0), "o-", label=name)
axes[1].plot(variance[:25], color="black", label="theory")
axes[1].set(xlabel="t", ylabel="mean square error")
axes[1].legend()
plt.show()

# %% [markdown]
# After some ten samples the gain *is* the best $\alpha$: the moving average is
# the Kalman filter that has settled. (The average suffers at first because it
# starts at the mean of the whole record, far from where the level begins.) If
# all is Gaussian, no estimator of any kind does better than the Kalman filter.
#
# > **Predict.** A linear net of one unit, $w$, $u$ and $b$, is trained on pairs
# > of the seen record and the true level, to a small squared error. It is told
# > neither $q$ nor $r$. Which weights will it find?


# %%
def loss(weights):
    """Return the mean square error of the linear unit, after its start."""
    w, u, b = weights
    answer = lfilter([1.0], [1.0, -w], u * seen + b, axis=1)
    return np.mean((answer - level)[:, 100:] ** 2)


found = minimize(loss, x0=[0.5, 0.5, 0.0], method="L-BFGS-B").x
print(f"found:  w = {found[0]:.3f}, u = {found[1]:.3f}, b = {found[2]:.3f}")
print(f"Kalman: w = {1 - best:.3f}, u = {best:.3f}, b = 0")

# %% [markdown]
# Kalman's. Who minimises the squared error over a form that holds the best
# estimator finds the best estimator, and the examples took the place of $q$ and
# $r$. That is what nets can do for recursions: learn the constants where nobody
# knows them. What the *form* should be, the theory said.
#
# ## Summary
#
# 1. The moving average is a linear recurrent net of three numbers; where its
#    state is known in training, they are a regression.
# 2. A net that has the form of the answer is right at every level and scale; an
#    LSTM is right where it was trained.
# 3. A state that is carried on means something only if the next sample is the
#    next sample: shuffled, the net forgets how to remember.
# 4. The best $\alpha$ balances the level's wandering against the noise;
#    Kalman's gain starts at 1 and settles there.
# 5. A linear net that is trained to follow the level finds Kalman's gain
#    without being told either variance.
#
# ## Further reading
#
# - R. E. Kalman, "A new approach to linear filtering and prediction problems",
#   *Journal of Basic Engineering* 82(1), 1960.
# - J. F. Muth, "Optimal properties of exponentially weighted forecasts",
#   *Journal of the American Statistical Association* 55, 1960.
# - A. C. Harvey, *Forecasting, Structural Time Series Models and the Kalman
#   Filter*, Cambridge University Press, 1989, chapter 4.
# - R. J. Williams and D. Zipser, "A learning algorithm for continually running
#   fully recurrent neural networks", *Neural Computation* 1(2), 1989: teacher
#   forcing.
#
# **In the report.** The case `ewma` is the question that this lesson follows: a
# unit written by hand that finds 0.8 and 0.2, and a library's net that does
# not. See it with `dspvnn report --case ewma --out reports/ewma`.
#
# **Next.** In lesson 8 a second sensor hears the noise alone, and helps to take
# it away.
