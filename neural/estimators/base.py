"""What every net has as an estimator: building, training on arrays or on a task, predicting in blocks.

A subclass says how signals become a network's input, what the loss is, and how its output becomes an
estimate; `neural.training` does the rest. `fit(X, y)` trains on the user's own arrays, `fit_task`
on fresh signals of a task, made on the training device.
"""

from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.arrays import check_target
from dspvnn.tasks import Task
from neural.devices import choose_device
from neural.draws import TorchDraws
from neural.gaps import fill_gaps
from neural.networks import BY_SAMPLE
from neural.onnx import Estimate, Run, kept_session
from neural.plan import History, Plan
from neural.training import Batches, Report, Validate, train

BLOCK = 2**19  # samples that go through a network at once
LONGEST_GRAPH = 256  # samples: a graph has no fast Fourier transform, and a loop of it is rolled out
MIXED = 0.4  # share of the schedule, its end, in which other conditions join the first


class NeuralEstimator(SignalEstimator):
    """Base of the nets.

    Parameters
    ----------
    hidden : int
        Units of the recurrent layer.
    steps : int
        Training steps.
    batch_size : int
        Signals a step.
    learning_rate : float
        Of the optimiser Adam, at its peak.
    seed : int
        Of the initial weights and of the training signals.
    device : "auto", "cpu", "cuda" or "onnx"
        The last is ONNX Runtime on the CPU (extra ``[onnx]``): the quickest answer to one record. A graph
        is made at the first call, whenever weights or arguments have changed, and, for a net that does not
        go sample by sample, for every record length up to 256. Longer records, training and what a
        graph cannot say are PyTorch's.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Comput. 9(8), 1997.
    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR, 2015.

    Examples
    --------
    Every net has `fit` and `predict`; this one follows a moving average, in the signal's unit:

    >>> import numpy as np
    >>> import neural
    >>> net = neural.load("ewma/lstm", device="cpu")
    >>> isinstance(net, neural.NeuralEstimator), net.predict(np.zeros((20, 16))).shape
    (True, (20, 16))
    """

    kind = "neural"
    side_information: Any = frozenset({SideInformation.TRAINING_RANGE})
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

    def _exported(self, network: nn.Module, x: Tensor) -> Tensor:
        """Return what `neural.export` writes: the estimates, where a graph can say all of it."""
        return self._estimate(network, x)

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
        """Train on the user's own signals X and targets y, drawn into batches at random.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``, or ``(n_signals, n_samples, n_channels)`` of several channels
        y : array
            One target a signal, ``(n_signals,)``, or one a sample, ``(n_signals, n_samples)``: the shape of
            what `predict` returns for one output, and its unit.

        Raises
        ------
        ValueError
            When X or y is missing, has another shape, too few samples, or values that the net does not
            accept.
        """
        X = self._check(X)
        y = check_target(type(self).__name__, y, (X.shape[: self.y_ndim],))
        self.build(X.shape[1])
        device = choose_device(self.device)
        signals, targets = (torch.as_tensor(np.array(a), dtype=self.dtype, device=device) for a in (X, y))

        def batches(draws: TorchDraws, n_signals: int, done: float) -> tuple[Tensor, ...]:
            chosen = (draws.random(n_signals) * len(signals)).long()
            return signals[chosen], targets[chosen], self._scale({}, targets[chosen])

        self._train(batches)
        return self

    def fit_task(
        self,
        task: Task,
        *conditions: Any,
        checkpoint: Path | None = None,
        report: Report | None = None,
        minutes: float | None = None,
        validate: Validate | None = None,
        patience: int | None = None,
    ) -> Self:
        """Train on fresh signals of `task`, drawn from the first of the conditions.

        It has the record length that the net is built for. If there are more, they all take turns by chance
        in the last `MIXED` of the schedule. A net that knows no missing samples gets them interpolated.
        """
        self.build(conditions[0].n_samples)

        def batches(draws: TorchDraws, n_signals: int, done: float) -> tuple[Tensor, ...]:
            mixed = len(conditions) > 1 and done > 1 - MIXED
            which = int(draws.random(1) * len(conditions)) if mixed else 0
            trials = task.draw(draws, n_signals, conditions[which])
            signals = trials.signals
            if not self.allow_nan and bool(signals.isnan().any()):
                signals = fill_gaps(signals)
            return signals, trials.target, self._scale(trials.parameters, trials.target)

        self._train(batches, checkpoint, report, minutes, validate, patience, repr(conditions))
        return self

    def _train(
        self,
        batches: Batches,
        checkpoint: Path | None = None,
        report: Report | None = None,
        minutes: float | None = None,
        validate: Validate | None = None,
        patience: int | None = None,
        signals: str = "",
    ) -> None:
        plan = Plan(
            self.steps, self.batch_size, self.learning_rate, seed=self.seed + 1,
            optimizer=self.optimizer, minutes=minutes, patience=patience, signals=signals,
        )  # fmt: skip
        device = choose_device(self.device)
        self.network_.train()
        self.history_: History = train(
            self.network_, self._loss, batches, plan, device, checkpoint, report, self.dtype, validate
        )

    def predict(self, X: Any) -> np.ndarray:
        """Return the estimates of signals X, computed in blocks on the network's device.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``, or ``(n_signals, n_samples, n_channels)`` of several channels

        Returns
        -------
        array, ``(n_signals, n_samples)``, or ``(n_signals,)`` of a net with one answer a signal
            In the unit of the targets that it was trained on.

        Raises
        ------
        NotFittedError
            Before `fit`, `fit_task` or `neural.load`.
        ValueError
            When X is refused, as by `fit`.

        Warns
        -----
        EstimationWarning
            When the numbers of a signal overflow: it gets NaN.
        """
        check_is_fitted(self, "network_")
        return self._in_blocks(self._check(X), self._estimate)

    def _in_blocks(self, X: np.ndarray, estimate: Estimate) -> np.ndarray:
        """Return what `estimate` makes of signals X; NaN, with a warning, where their numbers overflow."""
        if self.network_.training:
            self.network_.eval()
        run = self._runner(estimate, X.shape[1])
        size = max(1, BLOCK // X[0].size)
        if len(X) <= size:
            answers = run(X)
        else:
            answers = np.concatenate([run(X[start : start + size]) for start in range(0, len(X), size)])
        largest = torch.finfo(self.dtype).max
        if max(X.max(), -X.min()) > largest:  # a saturated net may answer infinity with a finite number
            answers[np.abs(X).reshape(len(X), -1).max(axis=1) > largest] = np.inf
        return self._finite(answers)

    def _runner(self, estimate: Estimate, n_samples: int) -> Run:
        """Return `estimate` of the network as a function of signals, for the device."""
        any_length = isinstance(self.network_, BY_SAMPLE)
        as_a_graph = type(self)._exported is NeuralEstimator._exported
        if self.device == "onnx" and as_a_graph and (any_length or n_samples <= LONGEST_GRAPH):
            return kept_session(
                self.network_, estimate, self.dtype, n_samples, self.n_channels, self._arguments()
            )
        device = next(self.network_.parameters()).device

        def run(signals: np.ndarray) -> np.ndarray:
            copy = np.array(signals)  # torch takes no reversed or read-only view
            with torch.inference_mode():
                x = torch.as_tensor(copy, dtype=self.dtype, device=device)
                return estimate(self.network_, x).double().cpu().numpy()

        return run

    def _arguments(self) -> str:
        """Return the arguments as text. It is made at every call, so it must cost microseconds only."""
        return repr([(k, v) for k, v in vars(self).items() if not k.endswith("_")])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        tags.target_tags.required = True
        tags.non_deterministic = False
        return tags
