# %% [markdown]
# # 4. A net that reads samples
#
# **For whom.** You know the tone, the Cramér-Rao bound and the sine fit of
# lessons 1 to 3, the chain rule and the matrix product. No machine learning
# is needed.
#
# **Afterwards you can**
#
# - say what a neural network is and what training does to it, and write the
#   gradient that training needs;
# - train a net in half a minute and say how far from the bound it is;
# - say why its answers are worth nothing outside its training range, however
#   long it was trained, and write a guard that notices.
#
# **Time.** 55 minutes. Four exercises, each with a check that draws fresh
# signals and answers in one sentence.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

import neural
from baselines import SineFit
from dspvnn.course import attempt, use_style
from dspvnn.course import lesson_04 as check
from dspvnn.limits import tone_bound_asymptotic
from dspvnn.signals import tone
from dspvnn.signals.noise import noise_std, white
from neural.networks import SequenceNet
from neural.plan import Plan
from neural.training import train

use_style()
torch.set_num_threads(1)
rng = np.random.default_rng(4)

# %% [markdown]
# ## The same question, asked of a learner
#
# The records are those of lessons 1 to 3: 128 samples of a tone in white noise,
# amplitude from 1/2 to 2, offset from −1 to 1, any phase. The frequency is
# asked for. The sine fit answers because somebody told it what a tone is.
#
# A **net** is told nothing about tones. It is a function of the samples with
# thousands of free numbers, its **weights**. It is shown **examples**, records
# together with their true frequency, and **training** moves the weights until
# its answers are near the truth on the examples. The frequencies that the
# examples come from are its **training range**: here 0.05 to 0.25 cycles per
# sample.

# %%
N_SAMPLES = 128
LOW, HIGH = 0.05, 0.25  # the training range


def records(frequency, snr_db):
    """Return a noisy tone for every frequency, (n_signals, N_SAMPLES)."""
    n_signals = len(frequency)
    phase = rng.uniform(-np.pi, np.pi, n_signals)
    amplitude = 2.0 ** rng.uniform(-1, 1, n_signals)
    offset = rng.uniform(-1, 1, n_signals)
    clean = tone(N_SAMPLES, frequency, phase, amplitude, offset)
    return clean + white(rng, noise_std(amplitude, snr_db), N_SAMPLES)


def rms(errors):
    """Return the root of the mean square."""
    return np.sqrt(np.mean(errors**2))


# %% [markdown]
# ## What must not matter
#
# Neither offset nor amplitude has anything to do with the frequency. A net
# would have to learn that from examples, and would never know it quite. It is
# better taken away beforehand: subtract the mean of each record, and divide
# what is left by its own root mean square. Then every record has mean 0 and
# power 1, and whatever reads it *cannot* depend on offset and amplitude. Such
# a property, an answer that does not change when the input does, is called an
# **invariance**.
#
# ### Exercise 1: mean 0, power 1
#
# Write `standardise(signals)`: every record with its own mean subtracted and
# divided by its own root mean square, shape as it came, `(n_signals,
# n_samples)`.
#
# <details><summary>Hint</summary>
#
# Means along `axis=1`, with `keepdims=True`, have the shape `(n_signals, 1)`:
# NumPy broadcasts them, each to all samples of its record. The mean of the
# squares is taken *after* the mean has gone.
#
# </details>


# %% tags=["stub"]
def standardise(signals):
    """Return every record with mean 0 and power 1, (n_signals, n_samples)."""
    raise NotImplementedError


# %% tags=["solution"]
def standardise(signals):
    """Return every record with mean 0 and power 1, (n_signals, n_samples)."""
    centred = signals - signals.mean(axis=1, keepdims=True)
    power = np.mean(centred**2, axis=1, keepdims=True)
    return centred / np.sqrt(power)


# %%
print(check.standardise(standardise))

# %% [markdown]
# ## The simplest learner
#
# The simplest function with free numbers is a sum: a weight for each sample,
# $g(x) = \sum_n w_n x_n + a$. The best weights for 10,000 examples are found
# by least squares, in one step.
#
# > **Predict.** Somebody else answers 0.15, the middle of the training range,
# > whatever the record is. Which of the two has the smaller error on new
# > records, and by how much?

# %%
frequencies = rng.uniform(LOW, HIGH, 10_000)
columns = np.column_stack([records(frequencies, 20), np.ones(10_000)])
weights = np.linalg.lstsq(columns, frequencies)[0]
inside = rng.uniform(LOW, HIGH, 1000)  # fresh ones, to be measured on
signals = records(inside, 20)
linear = signals @ weights[:-1] + weights[-1]
print(f"weighted sum of samples: rms error {rms(linear - inside):.4f}")
print(f"always 0.15:             rms error {rms(0.15 - inside):.4f}")

# %% [markdown]
# Neither is worth a thing, and nothing can help the sum. Turn a tone upside
# down: that is a tone of the same frequency, with another phase, and as likely
# among the examples. But the sum of the inverted samples has the opposite
# sign. For every record that it answers with $a + 0.01$ there is one of the
# same frequency that it cannot but answer with $a - 0.01$. Of two such answers
# to one truth the squares are least when both are $a$: the best weights are 0,
# and the best constant $a$ is 0.15. So a learner of frequencies must bend
# somewhere.
#
# ## A net, and its gradient
#
# Bend the sums. A **layer** takes $K$ weighted sums of the samples and puts
# each through a fixed function that is not linear, here the hyperbolic
# tangent; the answer is a weighted sum of the results, which are called
# **units**:
#
# $$h_{bk} = \tanh \sum_n x_{bn} W_{nk}, \qquad
# \hat y_b = \sum_k h_{bk}\, r_k .$$
#
# Here $b$ counts the records, $n$ the samples and $k$ the units; $W$ and $r$
# are the weights. (A constant can be added to each sum; we leave it out.) How
# wrong $B$ answers are is told by the **loss**, here the mean square
#
# $$L = \frac{1}{B} \sum_b (\hat y_b - y_b)^2 .$$
#
# Training goes downhill on the loss: it computes the derivative of $L$ by each
# weight, the **gradient**, and moves all weights a small step against it.
# Again and again; there is no more to it. The chain rule gives the gradient:
# $W_{nk}$ moves the sum by $x_{bn}$, the sum moves the unit by $1 - h_{bk}^2$
# (the slope of tanh), the unit moves the answer by $r_k$, the answer moves the
# loss by $2 (\hat y_b - y_b) / B$. All records add up.
#
# ### Exercise 2: the gradient by hand
#
# Write `gradient(inputs, targets, weights, read_out)`: the derivative of the
# loss by each element of $W$. The inputs are $x$, `(n_signals, n_inputs)`, the
# targets $y$, `(n_signals,)`, the weights $W$, `(n_inputs, n_units)`, and the
# read-out $r$, `(n_units,)`. The answer has the shape of $W$.
#
# <details><summary>Hint</summary>
#
# Collect all that belongs to a record *and* a unit in one array of shape
# `(n_signals, n_units)`: the error of the record, as `errors[:, None]`, times
# the unit's $r_k$ times its slope. The sum over the records of $x_{bn}$ times
# this array is the product `inputs.T @ array`.
#
# </details>


# %% tags=["stub"]
def gradient(inputs, targets, weights, read_out):
    """Return the derivative of the loss by the weights, of their shape."""
    raise NotImplementedError


# %% tags=["solution"]
def gradient(inputs, targets, weights, read_out):
    """Return the derivative of the loss by the weights, of their shape."""
    units = np.tanh(inputs @ weights)
    errors = units @ read_out - targets
    through = 2 / len(targets) * errors[:, None] * read_out * (1 - units**2)
    return inputs.T @ through


# %%
print(check.gradient(gradient))

# %% [markdown]
# For nets of many layers the same chain rule goes backwards through all of
# them, which is called **backpropagation**. Libraries do it by themselves;
# from here on PyTorch does.
#
# ## A net that reads
#
# A record is a sequence, so let the net read it in order. A **recurrent** net
# has a **state**, a row of numbers. It takes a piece of the record, computes
# its next state from the piece and the state that it had, takes the next
# piece, and so on; after the last one a weighted sum of the state is the
# answer. The kind used most is the **LSTM** (long short-term memory; lesson 6
# says what is inside). Ours has
# a state of 32 numbers, some 4,500 weights when it reads sample by sample, and
# its answer is a plain sum: nothing keeps it inside the training range.
#
# We train three of them. They see the same examples and differ in one thing:
# how many samples they take at once, 1, 4 or 16. Every step draws 64 fresh
# records (no example comes twice, so none can be learned by heart) and goes
# one step downhill, whose length is called the **learning rate**. The weights
# begin at random; which random numbers, a **seed** says. `read` gives the net
# standardised records, and takes its answer as a distance from 0.15, the
# middle of the range, in units of 0.1: a net learns best when its numbers are
# about 1. The cell takes some 15 seconds.

# %%
N_STEPS = 300  # 2000 take two minutes, and leave a quarter of the error


def read(net, piece, x):
    """Return the frequency that a net names, (n_signals,)."""
    x = nn.functional.layer_norm(x, x.shape[1:])  # PyTorch's standardise
    pieces = x.unfold(1, piece, piece)  # (n_signals, n_pieces, piece)
    return 0.15 + 0.1 * net(pieces)[:, -1]


def fresh_batch(draws, n_signals, done):
    """Return examples at SNRs from 0 to 40 dB: records and frequencies."""
    y = rng.uniform(LOW, HIGH, n_signals)
    x = records(y, rng.uniform(0, 40, n_signals))
    return torch.tensor(x).float(), torch.tensor(y).float()


def trained(piece):
    """Return a net that was trained to read so many samples at once."""
    torch.manual_seed(0)  # the weights begin at random
    net = SequenceNet("lstm", n_inputs=piece, hidden=32)

    def loss(net, x, y):
        return ((read(net, piece, x) - y) / 0.1).square().mean()

    plan = Plan(N_STEPS, batch_size=64, learning_rate=0.01)
    train(net, loss, fresh_batch, plan, torch.device("cpu"))
    return net


def answers(net, piece, signals):
    """Return the net's answers to an array of records, (n_signals,)."""
    with torch.inference_mode():
        return read(net, piece, torch.tensor(signals).float()).numpy()


nets = {piece: trained(piece) for piece in (1, 4, 16)}

# %% [markdown]
# `train` is the toolkit's own loop: draw, loss, gradient, step, and the steps
# become smaller towards the end. (It hands `fresh_batch` a generator of its own
# and the share of the training that is done; we need neither.)
#
# > **Predict.** On fresh records from inside the training range, at 20 dB, the
# > bound is $3.8 \cdot 10^{-5}$ cycles per sample, and the sine fit is at it.
# > How large are the nets' errors: 1.1 bounds, 3 bounds, 40 bounds?

# %%
bound = np.sqrt(tone_bound_asymptotic(N_SAMPLES, 20))
named = {f"net, pieces of {p}": answers(nets[p], p, signals) for p in nets}
named["sine fit"] = SineFit().predict(signals)
for name, answer in named.items():
    error = rms(answer - inside)
    print(f"{name:17} rms error {error:.1e}, {error / bound:4.1f} bounds")

# %% [markdown]
# Some forty bounds. That may sound bad. But nobody told the nets what a tone
# is, and their errors are a hundredth of the range: far better than any sum.
# Effort helps: `tone/lstm`, a net that ships with the toolkit, is larger, was
# shown 5.1 million examples in place of our 19,200, which took some twenty
# minutes, and comes to 1.2 bounds at this SNR.
#
# ## Outside
#
# > **Predict.** Now the three nets get tones at all frequencies from 0.01 to
# > 0.49. What do they say of a tone at 0.4: about 0.4, the nearest that they
# > know, 0.25, or something else? Will the three agree?

# %%
everywhere = np.linspace(0.01, 0.49, 400)
wide = records(everywhere, 20)
figure, ax = plt.subplots(figsize=(6, 4))
ax.axvspan(LOW, HIGH, color="0.9", label="training range")
for (piece, net), marker in zip(nets.items(), "ov^", strict=True):
    label = f"net, pieces of {piece}"
    ax.plot(everywhere, answers(net, piece, wide), marker, ms=2.5, label=label)
fit = SineFit().predict(wide)
ax.plot(everywhere, fit, color="black", lw=0.9, label="sine fit")
ax.set(xlabel="true frequency", ylabel="answer (cycles per sample)")
ax.legend(loc="upper left")
plt.show()

# %% [markdown]
# Inside, all lines lie on each other. Outside, none is right, and they do not
# agree: the net that reads sample by sample stays a little above 0.25, the
# others fall back into the range. They had examples of the same kind and the
# same loss, and these say nothing about 0.4. So the way of reading decides, and
# chance: another seed gives other curves. Nothing stops a net from saying 0.4,
# for its answer is a plain sum; it has no reason to.
#
# > **Predict.** The net that ships has seen 270 times as many examples. Is its
# > error outside 270 times smaller, a little smaller, or no smaller?

# %%
shipped = neural.load("tone/lstm", device="cpu")
figure, ax = plt.subplots(figsize=(7, 3.4))
ax.axvspan(LOW, HIGH, color="0.9", label="training range")
edges = np.linspace(0.01, 0.49, 25)
middles = (edges[1:] + edges[:-1]) / 2
truth = rng.uniform(edges[:-1, None], edges[1:, None], (24, 40)).ravel()
swept = records(truth, 20)
measured = {
    "trained here, pieces of 1": answers(nets[1], 1, swept),
    "shipped, 5 million examples": shipped.predict(swept),
    "sine fit": SineFit().predict(swept),
}
for (name, answer), marker in zip(measured.items(), "ovs", strict=True):
    squares = ((answer - truth) ** 2).reshape(24, 40).mean(axis=1)
    ax.semilogy(middles, np.sqrt(squares), marker + "-", label=name)
ax.axhline(bound, color="black", label="Cramér-Rao bound")
ax.set(xlabel="true frequency", ylabel="rms error (cycles per sample)")
ax.legend(loc="center right")
plt.show()

# %% [markdown]
# No smaller. Inside, the effort has bought a factor of more than 30; outside,
# nothing. Many examples say no more about 0.4 than few of the same kind did.
# (This net could not say 0.4 if it knew: it chooses among 64 slices of the
# range from 0.05 to 0.25.)
#
# ## Why training cannot reach there
#
# Could a net not find the *rule* in its examples, as a child does? Look at
# what the examples show. A record is a point in a space of 128 dimensions. A
# single tone has two: $\cos$ and $\sin$ of its frequency span them. All tones
# of a band of width $T$ together fill about $2 N T$ dimensions, and for $N =
# 128$ samples and $T = 0.2$ that is 51. (The edge is not sharp: a few
# dimensions more hold a little.) In the other dimensions the examples have
# nothing but noise, which says nothing about the frequency.
#
# > **Predict.** How much of a tone of frequency 0.4 lies in the dimensions that
# > the examples fill: nearly all of its energy, half, or nearly none?
#
# The **principal directions** of a set of records are the directions in which
# they have most energy: the right singular vectors of the table of records,
# `np.linalg.svd(training, full_matrices=False)[2]`, a direction a row, the
# strongest first, at right angles to each other and of length 1. The part of
# a signal $s$ in the first $D$ of them, $v_1 \ldots v_D$, has the energy
# $\sum_d (v_d \cdot s)^2$.
#
# ### Exercise 3: what the examples have in common with a signal
#
# Write `energy_shared(signals, training, n_directions)`: for each of the
# signals the share of its energy, from 0 to 1, that lies in the first
# `n_directions` principal directions of the training records. Signals and
# training records have the shape `(number, n_samples)`; do not subtract means.
#
# <details><summary>Hint</summary>
#
# With the first rows of the singular vectors in `directions`, `signals @
# directions.T` has every $v_d \cdot s$. Square, sum along `axis=1`, and divide
# by each signal's own energy.
#
# </details>


# %% tags=["stub"]
def energy_shared(signals, training, n_directions):
    """Return the share of each signal's energy, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def energy_shared(signals, training, n_directions):
    """Return the share of each signal's energy, (n_signals,)."""
    directions = np.linalg.svd(training, full_matrices=False)[2][:n_directions]
    shared = np.sum((signals @ directions.T) ** 2, axis=1)
    return shared / np.sum(signals**2, axis=1)


# %%
print(check.energy_shared(energy_shared))


# %%
def clean(frequency):
    """Return a tone without noise for every frequency."""
    phase = rng.uniform(-np.pi, np.pi, len(frequency))
    one = np.ones(len(frequency))
    return tone(N_SAMPLES, frequency, phase, one, 0 * one)


training = clean(rng.uniform(LOW, HIGH, 2000))
energy = np.linalg.svd(training, compute_uv=False) ** 2
filled = np.cumsum(energy) / energy.sum()
n_directions = int(np.argmax(filled > 0.999)) + 1
print(
    f"99.9 % of the examples' energy lies in {n_directions} of 128 directions"
)
shared = attempt(energy_shared, clean(everywhere), training, n_directions)
figure, ax = plt.subplots(figsize=(6, 2.8))
ax.axvspan(LOW, HIGH, color="0.9", label="training range")
ax.plot(everywhere, shared, ".-", lw=0.8, label="your energy_shared")
ax.set(xlabel="frequency", ylabel="share of the energy", ylim=(-0.05, 1.1))
ax.legend(loc="center right")
plt.show()

# %% [markdown]
# Nearly none: a tenth or two at 2/128 outside the range, and a hundredth far
# away. (While your function is not right yet, `attempt` gives NaN in its
# place, and the figure stays empty.) A tone at 0.4 looks like no example, not
# even in part; it lives in dimensions in which the net only ever met noise.
# What it says there never counted, so no gradient has ever put it right.
#
# This is no weakness of LSTMs. Take any function $g$ of a record, and let $P
# x$ be the part of the record in the dimensions of the examples. On examples
# without noise, $g(x)$ and $g(P x)$ have practically the same loss. With
# noise, average $g(x)$ over the noise in the other dimensions. What comes out
# is a function of $P x$ alone, and its mean square error is never the larger
# one: so training *rewards* the net for not looking where a tone at 0.4 would
# be. **The examples cannot tell which of the two is right outside.** Who knows
# the frequency of a tone at 0.4 knows something that is not in the examples.
# The sine fit was told it: a tone has the same form at every frequency. Lesson
# 5 tells it to a net.
#
# (Why not train on all frequencies up to 0.5? Here you can. There will then be
# another outside: a lower SNR, a longer record, a second tone, an echo. A
# training range has always some edge, and you should know where it is.)
#
# ## Does it say so?
#
# The answers of the shipped net to tones between 0.3 and 0.45:

# %%
outside = rng.uniform(0.3, 0.45, 1000)
told = shipped.predict(records(outside, 20))
likely = np.mean((told > LOW) & (told < HIGH))
print(f"{100 * likely:.0f} % of the answers lie between 0.05 and 0.25")

# %% [markdown]
# They look as good as right ones. A net does not notice by itself that it is
# out of its range; somebody else has to look. For a tone that is easy: the
# spectrum of lesson 1 knows no range.
#
# ### Exercise 4: a guard
#
# Write `in_range(signals, low, high)`: for each record whether its tone lies
# between the frequencies `low` and `high`, `True` or `False`, shape
# `(n_signals,)`. The check draws records like ours at 20 dB, offsets included,
# with frequencies up to 0.5 and two different ranges; frequencies within 2/128
# of an edge do not count.
#
# <details><summary>Hint</summary>
#
# Any frequency of lesson 1 will do: the largest bin of `np.fft.rfft` of the
# record without its mean, over the number of samples. Combine the two
# comparisons with `&`, each in brackets.
#
# </details>


# %% tags=["stub"]
def in_range(signals, low, high):
    """Return whether each tone lies from low to high, (n_signals,)."""
    raise NotImplementedError


# %% tags=["solution"]
def in_range(signals, low, high):
    """Return whether each tone lies from low to high, (n_signals,)."""
    spectrum = np.fft.rfft(signals - signals.mean(axis=1, keepdims=True))
    peak = np.argmax(np.abs(spectrum), axis=1) / signals.shape[1]
    return (peak >= low) & (peak <= high)


# %%
print(check.in_range(in_range))

# %% [markdown]
# With the guard the net can be used: where it says no, take another method or
# give no answer. (The toolkit's net has this guard; it is called `in_domain`.)
# But note what has happened: to know whether the net may be asked, we had to
# estimate the frequency.
#
# ## Summary
#
# 1. A net is a function with free weights; training moves them against the
#    gradient of a loss on examples. It is the chain rule and patience.
# 2. What must not matter is better taken away than learned: offset and
#    amplitude, by standardising every record.
# 3. Inside its range a net comes as near to the bound as the effort allows:
#    some forty bounds after seconds, 1.2 after twenty minutes, at 20 dB.
# 4. Outside, its answer is an accident of seed and architecture, and no amount
#    of the same training changes that: the examples do not reach there.
# 5. It does not say so. A guard has to, and the training range belongs beside
#    every result of a net.
#
# ## Further reading
#
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press,
#   2016, chapters 6 (gradients) and 10 (recurrent nets).
# - S. Hochreiter and J. Schmidhuber, "Long short-term memory", *Neural
#   Computation* 9(8), 1997.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations
#   by back-propagating errors", *Nature* 323, 1986.
# - D. Slepian, "Prolate spheroidal wave functions, Fourier analysis, and
#   uncertainty V: the discrete case", *Bell System Technical Journal* 57(5),
#   1978: why a band fills $2 N T$ dimensions.
# - L. Ziyin, T. Hartwig and M. Ueda, "Neural networks fail to learn periodic
#   functions and how to fix it", *NeurIPS* 2020: the neighbouring question, a
#   net that continues a periodic *function*.
#
# **In the report.** The case `sine-frequency` is this lesson as somebody met
# it: nets trained on some frequencies of a sine, and asked for others. See it
# with `dspvnn report --case sine-frequency --out reports/sine-frequency`.
#
# **Next.** Lesson 5 puts the question so that a net answers at every
# frequency, trained on one band.
