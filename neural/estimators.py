"""The nets as estimators: what goes in, what is learned, what comes out.

Each class says how signals become a network's input, what the loss is, and how its output becomes an
estimate; `neural.training` does the rest. `fit(X, y)` trains on the user's own arrays, `fit_task`
on fresh signals of a task, made on the training device.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from dspvnn.estimator import SignalEstimator, check_frequency_range
from dspvnn.tasks import Task
from neural.draws import TorchDraws
from neural.heterodyne import baseband_frames, peak_frequency
from neural.networks import FrameLSTM, LinearRNN, OffsetNet, SequenceNet
from neural.training import History, Plan, Report, choose_device, train

BLOCK = 2**19  # samples that go through a network at once


class NeuralEstimator(SignalEstimator):
    """Base of the nets.

    Parameters
    ----------
    hidden : int
        Units of the recurrent layer.
    steps, batch_size, learning_rate : training steps, signals a step, Adam's peak rate.
    seed : int
        Of the initial weights and of the training signals.
    device : "auto", "cpu" or "cuda".
    """

    kind = "neural"
    told = "training range"
    dtype = torch.float32  # of the signals
    network_dtype = torch.float32
    optimizer = "adam"
    y_ndim = 2

    def __init__(
        self,
        hidden: int = 32,
        steps: int = 2000,
        batch_size: int = 64,
        learning_rate: float = 3e-3,
        seed: int = 0,
        device: str = "auto",
    ) -> None:
        self.hidden = hidden
        self.steps = steps
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed
        self.device = device

    def _network(self, n_samples: int) -> nn.Module:
        raise NotImplementedError

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        raise NotImplementedError

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        raise NotImplementedError

    def _target(self, y: np.ndarray) -> np.ndarray:
        return y

    def _scale(self, parameters: dict[str, Tensor], y: Tensor) -> Tensor:
        """Return the error, per signal, that the loss takes as its unit."""
        return torch.ones(len(y), dtype=y.dtype, device=y.device)

    def build(self, n_samples: int) -> Self:
        """Make the network, untrained, for records of `n_samples`."""
        device = choose_device(self.device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            self.network_ = self._network(n_samples).to(device, self.network_dtype)
        self.n_features_in_ = n_samples
        return self

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on the user's own signals X and targets y, drawn into batches at random."""
        X = self._check(X)
        y = self._check_target(y, X)
        self.build(X.shape[1])
        device = choose_device(self.device)
        signals, targets = (torch.as_tensor(np.array(a), dtype=self.dtype, device=device) for a in (X, y))

        def batches(draws: TorchDraws, n_signals: int) -> tuple[Tensor, ...]:
            chosen = (draws.random(n_signals) * len(signals)).long()
            return signals[chosen], targets[chosen], self._scale({}, targets[chosen])

        self._train(batches)
        return self

    def fit_task(
        self,
        task: Task,
        condition: Any,
        checkpoint: Path | None = None,
        report: Report | None = None,
        minutes: float | None = None,
    ) -> Self:
        """Train on fresh signals of `task`, drawn from `condition` at every step."""
        self.build(condition.n_samples)

        def batches(draws: TorchDraws, n_signals: int) -> tuple[Tensor, ...]:
            trials = task.draw(draws, n_signals, condition)
            return trials.signals, trials.target, self._scale(trials.parameters, trials.target)

        self._train(batches, checkpoint, report, minutes)
        return self

    def _train(
        self,
        batches: Callable[[TorchDraws, int], tuple[Tensor, ...]],
        checkpoint: Path | None = None,
        report: Report | None = None,
        minutes: float | None = None,
    ) -> None:
        plan = Plan(
            self.steps, self.batch_size, self.learning_rate, seed=self.seed + 1,
            optimizer=self.optimizer, minutes=minutes,
        )  # fmt: skip
        device = choose_device(self.device)
        self.network_.train()
        self.history_: History = train(
            self.network_, self._loss, batches, plan, device, checkpoint, report, self.dtype
        )

    def _check_target(self, y: Any, X: np.ndarray) -> np.ndarray:
        name = type(self).__name__
        if y is None:
            raise ValueError(f"{name}: requires y to be passed, but the target y is None")
        y = np.asarray(y, dtype=float)
        expected = X.shape[: self.y_ndim]
        if y.shape != expected:
            raise ValueError(f"{name}: y must have shape {expected} for these signals, got {y.shape}")
        if not np.isfinite(y).all():
            raise ValueError(f"{name}: y must be finite, but input contains NaN or infinity")
        return y

    def predict(self, X: Any) -> np.ndarray:
        """Return the estimates of signals X, computed in blocks on the network's device."""
        check_is_fitted(self, "network_")
        X = self._check(X)
        self.network_.eval()
        device = next(self.network_.parameters()).device
        size = max(1, BLOCK // X[0].size)
        blocks = []
        with torch.inference_mode():
            for start in range(0, len(X), size):
                block = np.array(X[start : start + size])  # torch takes no reversed or read-only view
                x = torch.as_tensor(block, dtype=self.dtype, device=device)
                blocks.append(self._estimate(self.network_, x).double().cpu().numpy())
        return np.concatenate(blocks)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        tags.target_tags.required = True
        tags.non_deterministic = False
        return tags


class ToneNet(NeuralEstimator):
    """Base of the nets that name a tone's frequency; a constant signal has none and gets NaN."""

    y_ndim = 1

    def predict(self, X: Any) -> np.ndarray:
        """Return the frequencies of signals X, in the unit of `sample_rate`."""
        estimates = super().predict(X)
        estimates[self._find_constant(self._check(X))] = np.nan
        return estimates


class ToneLSTM(ToneNet):
    """Frequency of a tone: a bidirectional LSTM over overlapping frames, a head of frequency bins.

    The record is freed of its mean and scaled to unit power. Every bin of `frequency_range` has a
    logit and a distance from its centre; the estimate is the likeliest bin's centre plus distance.
    Loss: cross-entropy of the bin, and log(1 + (error / scale)^2) of the distance, the scale being the
    asymptotic Cramér-Rao bound (or, for user data, a twentieth of a bin).
    """

    dtype = torch.float64  # until the mean has been removed: a large offset costs no digits

    def __init__(
        self,
        hidden: int = 64,
        steps: int = 2000,
        batch_size: int = 128,
        learning_rate: float = 2e-3,
        seed: int = 0,
        device: str = "auto",
        n_bins: int = 64,
        frame: int = 16,
        hop: int = 8,
        frequency_range: tuple[float, float] = (0.05, 0.25),
        sample_rate: float = 1.0,
    ) -> None:
        super().__init__(hidden, steps, batch_size, learning_rate, seed, device)
        self.n_bins = n_bins
        self.frame = frame
        self.hop = hop
        self.frequency_range = frequency_range
        self.sample_rate = sample_rate

    def _min_samples(self) -> int:
        return self.frame

    def _check(self, X: Any) -> np.ndarray:
        X = super()._check(X)
        if hasattr(self, "network_") and X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input: the record length it was trained on"
            )
        return X

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on the user's own signals X and frequencies y, in the unit of `sample_rate`."""
        self.__dict__.pop("network_", None)
        return super().fit(X, y)

    def _range(self) -> tuple[float, float]:
        return check_frequency_range(type(self).__name__, self.frequency_range, self.sample_rate)

    def _network(self, n_samples: int) -> nn.Module:
        self._range()
        return FrameLSTM(n_samples, self.hidden, self.n_bins, self.frame, self.hop)

    def _scale(self, parameters: dict[str, Tensor], y: Tensor) -> Tensor:
        low, high = self._range()
        bin_width = (high - low) / self.n_bins
        if "noise_std" not in parameters:
            return torch.full_like(y, bin_width / 20)
        return asymptotic_bound(parameters, self.n_features_in_).clamp(min=bin_width / 300)

    @staticmethod
    def _standardised(x: Tensor) -> Tensor:
        x = x - x.mean(dim=1, keepdim=True)
        x = x / x.abs().amax(dim=1, keepdim=True).clamp(min=1e-300)
        return x / x.square().mean(dim=1, keepdim=True).sqrt().clamp(min=1e-30)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        low, high = self._range()
        position = (y / self.sample_rate - low) / (high - low) * self.n_bins
        index = position.floor().clamp(0, self.n_bins - 1).long()
        logits, distances = network(self._standardised(x).to(self.network_dtype))
        # The neighbours of the right bin learn their distance too: near an edge either may win.
        near = (index[:, None] + torch.tensor([-1, 0, 1], device=x.device)).clamp(0, self.n_bins - 1)
        error = distances.gather(1, near) - (position[:, None] - near - 0.5)
        in_units = error / (scale * self.n_bins / (high - low))[:, None]
        return nn.functional.cross_entropy(logits, index) + torch.log1p(in_units**2).mean()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        low, high = self._range()
        logits, distances = network(self._standardised(x).to(self.network_dtype))
        best = logits.argmax(dim=1, keepdim=True)
        position = (best + 0.5 + distances.gather(1, best)).squeeze(1)
        return (low + position * (high - low) / self.n_bins) * self.sample_rate


class HeterodyneLSTM(ToneNet):
    """Frequency of a tone, in any band: an LSTM on the record moved to baseband (`neural.heterodyne`).

    The first trial frequency is the peak of the spectrum. Each pass the net reads the baseband frames,
    names the offset that is left, in bins, and the trial frequency moves there. Loss, of the first two
    passes, with e the error over the asymptotic Cramér-Rao bound: e^2 / (1 + e^2 / 30), the squared error
    of an estimate near the bound, while one that has lost the peak counts no more than 30.
    """

    told = ""
    dtype = torch.float64  # the phase of a late sample is hundreds of radians

    def __init__(
        self,
        hidden: int = 32,
        steps: int = 2000,
        batch_size: int = 256,
        learning_rate: float = 3e-3,
        seed: int = 0,
        device: str = "auto",
        n_frames: int = 16,
        passes: int = 4,
        sample_rate: float = 1.0,
    ) -> None:
        super().__init__(hidden, steps, batch_size, learning_rate, seed, device)
        self.n_frames = n_frames
        self.passes = passes
        self.sample_rate = sample_rate

    def _min_samples(self) -> int:
        return 2 * self.n_frames

    def _network(self, n_samples: int) -> nn.Module:
        return OffsetNet(self.n_frames, self.hidden)

    def _scale(self, parameters: dict[str, Tensor], y: Tensor) -> Tensor:
        floor = 2e-4 / self.n_features_in_
        if "noise_std" not in parameters:
            return torch.full_like(y, 100 * floor)
        return asymptotic_bound(parameters, self.n_features_in_).clamp(min=floor)

    def _frequencies(self, network: nn.Module, x: Tensor, passes: int) -> Iterator[Tensor]:
        n_samples = x.shape[1]
        frequency = peak_frequency(x)
        for _ in range(passes):
            frames = baseband_frames(x, frequency, self.n_frames)
            answer = frequency + network(frames.to(self.network_dtype)).to(x.dtype) / n_samples
            yield answer
            frequency = answer.detach().clamp(0.1 / n_samples, 0.5 - 0.1 / n_samples)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        total = torch.zeros((), dtype=x.dtype, device=x.device)
        for answer in self._frequencies(network, x, passes=2):
            squared = ((answer - y / self.sample_rate) / scale) ** 2
            total = total + (squared / (1 + squared / 30)).mean()
        return total

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        *_, last = self._frequencies(network, x, self.passes)
        return last * self.sample_rate


def asymptotic_bound(parameters: dict[str, Tensor], n_samples: int) -> Tensor:
    """Return the asymptotic Cramér-Rao bound on a tone's frequency, as a standard deviation."""
    snr = parameters["amplitude"] ** 2 / (2 * parameters["noise_std"] ** 2)
    return torch.sqrt(12 / ((2 * np.pi) ** 2 * snr * n_samples * (n_samples**2 - 1)))


class BurstLSTM(NeuralEstimator):
    """Evidence, after every sample, that the burst has ended: the logit of an LSTM's read-out."""

    cell = "lstm"

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet(self.cell, 1, self.hidden)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        ended = 1 - y  # y is the label: 1 until the burst has ended
        return nn.functional.binary_cross_entropy_with_logits(network(x[..., None]), ended)

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x[..., None])


class BurstElman(BurstLSTM):
    """The same with an Elman (simple tanh) recurrent layer."""

    cell = "elman"


class EWMALSTM(NeuralEstimator):
    """The moving average of every sample: an LSTM whose initial state is a linear map of its start."""

    told = "training range, start"

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet("lstm", 1, self.hidden, started=True)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        error = self._estimate(network, x) - y
        return error.square().mean() / y.var()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x[..., None], x.mean(dim=1))


class EWMALinearRNN(EWMALSTM):
    """The moving average by one linear unit with three weights, trained in float64 by L-BFGS."""

    dtype = network_dtype = torch.float64
    optimizer = "lbfgs"

    def _network(self, n_samples: int) -> nn.Module:
        return LinearRNN()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x, x.mean(dim=1))


class WitnessLSTM(NeuralEstimator):
    """The contamination that two witnesses predict, sample by sample: an LSTM on both."""

    told = "training range, contamination"
    n_channels = 2

    def _network(self, n_samples: int) -> nn.Module:
        return SequenceNet("lstm", 2, self.hidden)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        return (network(x) - y).square().mean() / y.var()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x)
