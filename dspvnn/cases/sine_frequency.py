"""A net that should name the frequency of sin(f t).

As asked: t = linspace(0, 2 pi, 2000), f = 1 ... 299 once each, trained on 1 ... 100 with the mean
absolute error; Dense(100) or LSTM(100), both with a rectified output. The remedy that was accepted: 100
samples, 10 examples each of f = 1 ... max_freq - 1, a random offset of t in (0, 1), LSTM(100),
Dense(100, ReLU), dropout 0.1, 200 epochs. Another answer: 2,000 frequencies in 1 to 50, 100 samples,
LSTM(10) + Dense(100), 100 epochs, and Dense(100, 100).

The score is the mean absolute error on unseen frequencies, any real number of the range, and on f from
there to twice the highest; not past 48, as 100 samples tell 50 - f from 50 + f by nothing but the sign.
Nothing is noisy, so a record holds its frequency exactly: the limit is 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from baselines import FFTPeak, SineFit
from dspvnn.cases.base import Case, Clock, Measurement, Outcome, Variant, typical
from dspvnn.cases.experiment import Epochs, adam, fit
from dspvnn.estimator import SignalEstimator
from dspvnn.figures.variants import variants_figure
from dspvnn.results.rows import Row
from dspvnn.signals.randomness import stream
from dspvnn.tasks import Metric
from neural import HeterodyneLSTM

NAME = "sine-frequency"
ERROR = "mean absolute error"
TRAINED, UNSEEN, ABOVE = "frequencies trained on", "unseen, inside the range", "f in (max, 2 max)"
N_TEST = 400
NYQUIST_MARGIN = 48.0


@dataclass(frozen=True)
class SetUp:
    """Data, net and training. `cut`: epochs that the set-up as asked has, where they are too many."""

    frequencies: tuple[float, float] = (1.0, 100.0)
    n_samples: int = 2000
    repeats: int = 1  # of every whole frequency; 0 draws `n_drawn` real ones
    n_drawn: int = 0
    offset: bool = False
    net: str = "lstm 100"
    rectified_output: bool = True
    dropout: float = 0.0
    epochs: int = 100
    asked_epochs: int = 100
    rate: float = 1e-3
    scaled_target: bool = False


class FrequencyNet(nn.Module):
    """An LSTM whose last step, or a Dense layer that, reads a record; then what `SetUp` says."""

    def __init__(self, how: SetUp) -> None:
        super().__init__()
        kind, *sizes = how.net.split()
        width = [int(size) for size in sizes]
        self.recurrent = nn.LSTM(1, width[0], batch_first=True) if kind == "lstm" else None
        layers: list[nn.Module] = [] if self.recurrent else [nn.Linear(how.n_samples, width[0])]
        for a, b in pairwise(width):
            layers += [nn.Linear(a, b), nn.ReLU()]
        layers += [nn.Dropout(how.dropout), nn.Linear(width[-1], 1)]
        self.head = nn.Sequential(*layers, *([nn.ReLU()] if how.rectified_output else []))
        self.unit = how.frequencies[1] if how.scaled_target else 1.0

    def forward(self, x: Tensor) -> Tensor:
        """Return the frequency of every record, ``(n_signals,)``."""
        if self.recurrent is not None:
            x = self.recurrent(x[..., None])[0][:, -1]
        return self.unit * self.head(x).squeeze(1)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the same of an array."""
        with torch.inference_mode():
            blocks = torch.as_tensor(X, dtype=torch.float32).split(100)
            return torch.cat([self(block) for block in blocks]).double().numpy()


def records(frequency: np.ndarray, offset: np.ndarray, n_samples: int) -> np.ndarray:
    """Return sin(f t), t from the offset over 2 pi, both ends included: ``(n_signals, n_samples)``."""
    t = np.linspace(0, 2 * np.pi, n_samples) + offset[:, None]
    return np.sin(frequency[:, None] * t)


def _training(how: SetUp, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = stream(seed, "train", NAME)
    low, high = how.frequencies
    if how.n_drawn:
        frequency = rng.uniform(low, high, how.n_drawn)
    else:
        frequency = np.repeat(np.arange(low, high + 1), how.repeats)
    offset = rng.random(len(frequency)) if how.offset else np.zeros(len(frequency))
    return records(frequency, offset, how.n_samples), frequency


def _net(how: SetUp, seed: int, scale: float) -> Measurement:
    X, y = _training(how, seed)
    net, clock = FrequencyNet(how), Clock()
    plan = Epochs(how.epochs, 32, adam(how.rate)).scaled(scale)
    data = torch.as_tensor(X, dtype=torch.float32), torch.as_tensor(y, dtype=torch.float32)
    fit(net, _absolute, data, plan, clock)
    seen, note = plan.epochs * len(X), plan.note(how.asked_epochs)
    return Measurement(_scored(how, net.predict, seed), clock.seconds, seen, note)


def _absolute(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return (net(x) - y).abs().mean()


def _equivariant(how: SetUp, seed: int, scale: float) -> Measurement:
    """Train the net at baseband on the same records: it sees no frequency, only what is left of it."""
    X, y = _training(how, seed)
    net = HeterodyneLSTM(
        hidden=16, steps=max(5, round(300 * scale)), batch_size=64, learning_rate=3e-3, seed=seed,
        device="cpu", n_frames=16, passes=8, sample_rate=how.n_samples - 1,
    )  # fmt: skip
    clock = Clock()
    with clock:
        net.fit(X, y)
    return Measurement(_scored(how, net.predict, seed), clock.seconds, net.steps * net.batch_size)


def _classical(make: Callable[..., SignalEstimator], how: SetUp, seed: int, scale: float) -> Measurement:
    return Measurement(_scored(how, make(sample_rate=how.n_samples - 1).predict, seed))


def _scored(how: SetUp, predict: Callable[[np.ndarray], np.ndarray], seed: int) -> list[Outcome]:
    low, high = how.frequencies
    top = min(2 * high, NYQUIST_MARGIN * how.n_samples / 100)
    outcomes = [Outcome(TRAINED, ERROR, _errors(predict, *_training(how, seed)), 0.0)]
    for condition, first, last in ((UNSEEN, low, high), (ABOVE, high, top)):
        if first < last:
            rng = stream(seed, "test", NAME, condition)
            frequency = rng.uniform(first, last, N_TEST)
            offset = rng.random(N_TEST) if how.offset else np.zeros(N_TEST)
            X = records(frequency, offset, how.n_samples)
            region = "above" if condition == ABOVE else "inside"
            outcomes.append(Outcome(condition, ERROR, _errors(predict, X, frequency), 0.0, region))
    return outcomes


def _errors(predict: Callable[[np.ndarray], np.ndarray], X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.abs(predict(X) - y)


def _remedy(max_freq: int) -> SetUp:
    return SetUp(
        frequencies=(1.0, max_freq - 1.0), n_samples=100, repeats=10, offset=True, net="lstm 100 100",
        rectified_output=False, dropout=0.1, epochs=200, asked_epochs=200,
    )  # fmt: skip


AS_ASKED = SetUp(epochs=25)
SHORT = replace(AS_ASKED, n_samples=250, epochs=100)
DENSE = SetUp(net="dense 100")
OTHER = SetUp(
    frequencies=(1.0, 50.0),
    n_samples=100,
    repeats=0,
    n_drawn=2000,
    net="lstm 10 100",
    rectified_output=False,
)
MAX_FREQS = (10, 20, 30)
ASKED, ASKED_DENSE = "as asked: LSTM(100), rectified", "as asked: Dense(100), rectified"
FEWER = "changed: 250 samples"
UNRECTIFIED = "changed: 250 samples, output not rectified"
SCALED = "changed: 250 samples, target over its maximum"
BOTH = "250 samples, not rectified, target over its maximum"
REMEDY = {m: f"the accepted remedy, max_freq {m}" for m in MAX_FREQS}
BEST = {m: f"best: LSTM at baseband, max_freq {m}" for m in MAX_FREQS}
BASEBAND = "best: LSTM at baseband, the question's records"
VARIANTS = (
    Variant(ASKED_DENSE, partial(_net, DENSE)),
    Variant(ASKED, partial(_net, AS_ASKED)),
    Variant(FEWER, partial(_net, SHORT)),
    Variant(UNRECTIFIED, partial(_net, replace(SHORT, rectified_output=False))),
    Variant(SCALED, partial(_net, replace(SHORT, scaled_target=True))),
    Variant(BOTH, partial(_net, replace(SHORT, rectified_output=False, scaled_target=True))),
    *(Variant(REMEDY[m], partial(_net, _remedy(m))) for m in MAX_FREQS),
    Variant("changed: remedy, max_freq 20, no dropout", partial(_net, replace(_remedy(20), dropout=0.0))),
    Variant("changed: remedy, max_freq 20, real frequencies",
            partial(_net, replace(_remedy(20), repeats=0, n_drawn=190))),
    Variant("changed: remedy, max_freq 20, 10 x the records",
            partial(_net, replace(_remedy(20), repeats=100, epochs=20))),
    Variant("the other answer: LSTM(10), Dense(100), f to 50", partial(_net, OTHER)),
    Variant("the other answer: Dense(100, 100), f to 50",
            partial(_net, replace(OTHER, net="dense 100 100"))),
    *(Variant(BEST[m], partial(_equivariant, _remedy(m)), "hybrid") for m in MAX_FREQS),
    Variant(BASEBAND, partial(_equivariant, AS_ASKED), "hybrid"),
    *(Variant(f"classical: {label}, max_freq 20", partial(_classical, make, _remedy(20)), "classical")
      for label, make in (("FFT peak, Candan", partial(FFTPeak, "candan")), ("sine fit", SineFit))),
    Variant("classical: sine fit, the question's records", partial(_classical, SineFit, AS_ASKED),
            "classical"),
)  # fmt: skip


def lesson(rows: Sequence[Row]) -> str:
    """Say from the rows what the nets know of frequencies that they were not shown."""

    def error(label: str, condition: str = UNSEEN) -> float:
        return typical(rows, label, condition, ERROR)

    def listed(names: dict[int, str], condition: str) -> str:
        return " / ".join(f"{error(names[m], condition):.2g}" for m in MAX_FREQS)

    rectified = [
        r.value
        for r in rows
        if (r.condition, r.metric) == (TRAINED, ERROR)
        and r.estimator in (ASKED, ASKED_DENSE, FEWER, SCALED)
    ]
    dead = sum(abs(value - np.arange(1, 101).mean()) < 1e-6 for value in rectified)  # all answers are 0
    by_heart = error(BOTH, TRAINED) < error(BOTH) / 5
    return (
        f"As asked, the LSTM is off by {error(ASKED):.2g} of 1 to 100 on unseen frequencies, the Dense "
        f"net by {error(ASKED_DENSE):.2g}; always answering 50 is off by 25. "
        + (
            f"In {dead} of {len(rectified)} trainings with a rectified output it answers 0 for ever: its "
            "input was below 0 for every record, where the rectifier has no gradient. "
            if dead
            else ""
        )
        + "On records of 250 samples, where 100 epochs are affordable, the LSTM is off by "
        f"{error(FEWER):.2g}, unrectified by {error(UNRECTIFIED):.2g}: its output walks from 0 to "
        "the middle of the targets. With targets over their maximum as well it is off by "
        f"{error(BOTH, TRAINED):.2g} on the frequencies it was trained on, "
        f"by {error(BOTH):.2g} between them{': patterns learned by heart' if by_heart else ''}. "
        f"The accepted remedy is off by {listed(REMEDY, TRAINED)} on the records it was trained on "
        f"(max_freq 10 / 20 / 30), by {listed(REMEDY, UNSEEN)} on frequencies between them, and by "
        f"{listed(REMEDY, ABOVE)} on frequencies up to twice as high: it has a number for every pattern "
        "that it saw, and no frequency. An LSTM that reads the same records at baseband, where every "
        "frequency looks alike (the peak of the spectrum is the first trial frequency, the net says how "
        f"far off it is), is off by {listed(BEST, UNSEEN)} inside and {listed(BEST, ABOVE)} above. A sine "
        f"fit needs no training: {error('classical: sine fit, max_freq 20'):.2g}."
    )


CASE = Case(
    name=NAME,
    title="The frequency of a sine",
    question=(
        "Sines sin(f t) over 2,000 samples of t from 0 to 2 pi, f = 1 to 299 once each, the first "
        "hundred to train on; a Dense layer of 100 or an LSTM of 100, a rectified output, mean "
        "absolute error. Both are reported to learn nothing and to answer with a constant. The remedy "
        "that was accepted takes 100 samples, 10 examples of each whole frequency below 10, 20 or 30 "
        "with a random offset, LSTM(100), Dense(100), dropout 0.1 and 200 epochs, and reports a "
        "training error of 0.050, 0.146 and 0.407. Does it know a frequency? (The LSTM on 2,000 "
        f"samples is trained for {AS_ASKED.epochs} of its 100 epochs.)"
    ),
    variants=VARIANTS,
    metrics={ERROR: Metric("cycles a record")},
    columns=((TRAINED, ERROR), (UNSEEN, ERROR), (ABOVE, ERROR)),
    lesson=lesson,
    draw=partial(
        variants_figure, panels=((TRAINED, ERROR), (UNSEEN, ERROR), (ABOVE, ERROR)),
        xlabel="mean absolute error of the frequency", floor=1e-6,
    ),
    caption=(
        "Mean absolute error of f, every seed a dot (open: below 10⁻⁶). The limit is 0: nothing is noisy."
    ),
    limit="exact limit: nothing is noisy",
)  # fmt: skip
