"""A network as an ONNX graph, and ONNX Runtime's answers to it. Nothing here knows an estimator.

What is asked of a network is a function `estimate(network, signals)`. Graphs are kept beside the network
that they were made of, so they go when it goes, and are made again when its weights have changed.
"""

import io
import threading
import warnings
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor, nn

from neural.devices import choose_device
from neural.networks import BY_SAMPLE

Estimate = Callable[[Any, Tensor], Tensor]
Run = Callable[[np.ndarray], np.ndarray]
OPSET = 17
INPUT, OUTPUT = "signals", "estimates"
MOST_KEPT = 8  # graphs of a network: one may take 20 MB
_MAKING = threading.Lock()  # PyTorch exports one network at a time
_GRAPHS: WeakKeyDictionary[nn.Module, dict[tuple[Any, ...], tuple[Run, int]]] = WeakKeyDictionary()


class _Graph(nn.Module):
    """What is exported of a network: float64 signals in, float64 estimates out."""

    def __init__(self, network: nn.Module, estimate: Estimate, dtype: torch.dtype) -> None:
        super().__init__()
        self.network = network
        self.estimate = estimate
        self.dtype = dtype

    def forward(self, signals: Tensor) -> Tensor:
        """Return the estimates."""
        return self.estimate(self.network, signals.to(self.dtype)).double()


def exported(
    network: nn.Module, estimate: Estimate, dtype: torch.dtype, n_samples: int, n_channels: int = 0
) -> bytes:
    """Return the ONNX graph of `estimate` of a network for records of `n_samples`.

    A network that goes sample by sample takes records of any length.

    Raises
    ------
    ValueError
        When the packages of the extra ``[onnx]`` are missing.
    """
    try:
        import onnx  # noqa: F401
    except ImportError:
        raise ValueError("ONNX export needs the extra [onnx]: pip install 'dspvnn[onnx]'") from None
    network.eval()
    shape = [2, n_samples, *([n_channels] if n_channels else [])]
    device = next(network.parameters()).device
    example = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).to(device)
    axes = {0: "n_signals"}
    if isinstance(network, BY_SAMPLE):
        axes[1] = "n_samples"
    content: Any = io.BytesIO()
    with warnings.catch_warnings():
        # The tracing exporter is called legacy; the other one takes half a minute a net and has no way
        # for the heterodyne net. It warns of fixed batches, too, which the tests refute.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Graph(network, estimate, dtype), (example,), content,
            dynamo=False, opset_version=OPSET,
            input_names=[INPUT], output_names=[OUTPUT], dynamic_axes={INPUT: axes, OUTPUT: dict(axes)},
        )  # fmt: skip
    return bytes(content.getvalue())


def session(graph: bytes) -> Run:
    """Return a graph as a function of float64 signals."""
    run = opened(graph).run
    return lambda signals: run([OUTPUT], {INPUT: signals})[0]


def opened(graph: bytes | str) -> Any:
    """Return a session of ONNX Runtime for a graph, or for the path of its file: one thread of the CPU."""
    choose_device("onnx")  # says what is missing
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def kept_session(
    network: nn.Module,
    estimate: Estimate,
    dtype: torch.dtype,
    n_samples: int,
    n_channels: int = 0,
    arguments: str = "",
) -> Run:
    """Return the session of a graph, made at the first call and whenever the weights have changed.

    arguments: everything besides the network that `estimate` depends on, as text.
    """
    key = (estimate.__name__, 0 if isinstance(network, BY_SAMPLE) else n_samples, arguments)
    changes = hash(tuple((id(w), w.data_ptr(), w._version) for w in network.parameters()))
    with _MAKING:
        graphs = _GRAPHS.setdefault(network, {})
        run, made_at = graphs.pop(key, (None, 0))
        if run is None or made_at != changes:
            run = session(exported(network, estimate, dtype, n_samples, n_channels))
        graphs[key] = (run, changes)  # the one used last stands last
        if len(graphs) > MOST_KEPT:
            del graphs[next(iter(graphs))]
    return run


def n_kept(network: nn.Module) -> int:
    """Return how many graphs of a network are kept."""
    return len(_GRAPHS.get(network, {}))
