"""Models of your own as estimators: any torch module, trained by our loop, and an ONNX file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.tasks import Task
from neural.devices import choose_device
from neural.draws import TorchDraws
from neural.estimators.base import NeuralEstimator
from neural.onnx import opened

N_SCALING = 1000  # records of a task that tell how large its targets are


class _Scaled(nn.Module):
    """A module whose answers are in the targets' own unit: spread times its output, plus centre."""

    def __init__(self, module: nn.Module, centre: float, spread: float) -> None:
        super().__init__()
        self.module = module
        self.register_buffer("centre", torch.tensor(centre))
        self.register_buffer("spread", torch.tensor(spread))

    def forward(self, x: Tensor) -> Tensor:
        """Return the answers, without a last axis of one."""
        answers = self.module(x)
        return self.centre + self.spread * (answers.squeeze(-1) if answers.ndim > 1 else answers)


class ModuleEstimator(NeuralEstimator):
    """A torch module of your own, trained by our loop: Adam, warm-up, cosine decay, clipped gradients.

    The module sees signals ``(n_signals, n_samples)`` as they are, and answers ``(n_signals,)`` or
    ``(n_signals, 1)``, sample by sample ``(n_signals, n_samples)`` or with a last axis of one. It learns
    targets of mean 0 and deviation 1 under mean squared error: the targets of a task may be a thousandth or
    a thousand.

    Parameters
    ----------
    make : callable
        Returns the module, untrained: a class, or a function without arguments. It is called in every fit,
        under `seed`.
    per_sample : bool
        Whether it answers every sample.
    steps, batch_size, learning_rate, seed, device : as in `NeuralEstimator`

    Examples
    --------
    >>> import numpy as np
    >>> from torch import nn
    >>> from neural.own import ModuleEstimator
    >>> X = np.random.default_rng(0).normal(size=(500, 8))
    >>> net = ModuleEstimator(lambda: nn.Linear(8, 1), steps=500, learning_rate=0.01).fit(X, X.sum(axis=1))
    >>> bool(np.allclose(net.predict(X), X.sum(axis=1), atol=0.05))
    True
    """

    def __init__(
        self,
        make: Callable[[], nn.Module],
        per_sample: bool = False,
        steps: int = 2000,
        batch_size: int = 64,
        learning_rate: float = 3e-3,
        seed: int = 0,
        device: str = "auto",
    ) -> None:
        super().__init__(0, steps, batch_size, learning_rate, seed, device)
        self.make = make
        self.per_sample = per_sample

    @property
    def y_ndim(self) -> int:  # type: ignore[override]
        """Axes of the target."""
        return 2 if self.per_sample else 1

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on signals X and targets y, drawn into batches at random."""
        self._targets = np.asarray(y, float)
        return super().fit(X, y)

    def fit_task(self, task: Task, *conditions: Any, **options: Any) -> Self:
        """Train on fresh signals of a task, drawn at every step."""
        draws = TorchDraws(self.seed, choose_device(self.device), self.dtype)
        self._targets = task.draw(draws, N_SCALING, conditions[0]).target.cpu().numpy()
        return super().fit_task(task, *conditions, **options)

    def _network(self, n_samples: int) -> nn.Module:
        return _Scaled(self.make(), float(self._targets.mean()), float(self._targets.std()) or 1.0)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        error = (network(x) - y) / network.spread
        return error.square().mean()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        return network(x)


class OnnxEstimator(SignalEstimator):
    """A model in an ONNX file, whoever made it: one input of signals, its first output the estimates.

    Parameters
    ----------
    path : path
        Of the file. Signals go in as ``(n_signals, n_samples)`` in the type that its input has; estimates
        come out as ``(n_signals,)`` or ``(n_signals, n_samples)``, with or without a last axis of one.

    Raises
    ------
    ValueError
        At the first `predict`, when the file is missing or no ONNX file, or the extra ``[onnx]`` is.
    """

    kind = "neural"
    side_information = frozenset({SideInformation.TRAINING_RANGE})

    def __init__(self, path: str | Path) -> None:
        self.path = path

    def predict(self, X: Any) -> np.ndarray:
        """Return the model's estimates of signals X."""
        X = self._check(X)
        if not hasattr(self, "session_"):
            self.session_ = self._open()
        (taken,) = self.session_.get_inputs()
        kind = np.float64 if taken.type == "tensor(double)" else np.float32
        answers = np.asarray(self.session_.run(None, {taken.name: X.astype(kind)})[0], float)
        return self._finite(answers.squeeze(-1) if answers.ndim > 1 and answers.shape[-1] == 1 else answers)

    def _open(self) -> Any:
        if not Path(self.path).is_file():
            raise ValueError(f"OnnxEstimator: there is no file {str(self.path)!r}")
        try:
            return opened(str(self.path))
        except Exception as error:
            raise ValueError(f"OnnxEstimator: {self.path} is no ONNX model: {error}") from None

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without the session, which cannot be copied and is opened again."""
        return {name: value for name, value in super().__getstate__().items() if name != "session_"}
