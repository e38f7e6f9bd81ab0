"""ONNX export of a trained net: python -m neural.export NAME --out FILE.

The graph takes float64 signals of any number and gives what `predict` gives, from samples to estimates, the
heterodyne net's front end and passes included. Two nets are more than a graph: of
"ewma/equivariant-lstm" the network is exported, which reads a record that is freed of its start and scale,
and of "tone/lstm+sine-fit" the LSTM without the fit. Records have the length that the net was trained on,
or any length where the net reads sample by sample. A constant signal gets a number, not `predict`'s NaN.
"""

import io
import warnings
from pathlib import Path
from typing import Any

import torch
from cyclopts import App
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

import neural
from dspvnn.command_line import Debug, run_command
from dspvnn.options import NamedPath, Seed
from neural.devices import choose_device
from neural.estimators import NeuralEstimator
from neural.estimators.base import Estimate, Run
from neural.networks import BY_SAMPLE
from neural.storage import write_whole

OPSET = 17
INPUT, OUTPUT = "signals", "estimates"


class _Graph(nn.Module):
    """What is exported of an estimator: float64 signals in, float64 estimates out."""

    def __init__(self, estimator: NeuralEstimator, estimate: Estimate) -> None:
        super().__init__()
        self.network = estimator.network_
        self.estimate = estimate
        self.dtype = estimator.dtype

    def forward(self, signals: Tensor) -> Tensor:
        """Return the estimates."""
        return self.estimate(self.network, signals.to(self.dtype)).double()


def export(estimator: NeuralEstimator, path: Path | str) -> None:
    """Write the net of a trained `estimator` to `path` as ONNX, in one move; errors as in `exported`."""
    write_whole(Path(path), exported(estimator))


def exported(
    estimator: NeuralEstimator, estimate: Estimate | None = None, n_samples: int | None = None
) -> bytes:
    """Return the net of a trained `estimator` as ONNX.

    Parameters
    ----------
    estimate : callable, optional
        What is asked of the network, ``estimate(network, signals)``; the estimates by default.
    n_samples : int, optional
        Of a record; by default as many as the net was trained on.

    Raises
    ------
    ValueError
        When the packages of the extra ``[onnx]`` are missing.
    sklearn.exceptions.NotFittedError
        When the estimator has not been trained.
    """
    check_is_fitted(estimator, "network_")
    try:
        import onnx  # noqa: F401
    except ImportError:
        raise ValueError("ONNX export needs the extra [onnx]: pip install 'dspvnn[onnx]'") from None
    estimator.network_.eval()
    shape = [2, n_samples or estimator.n_features_in_, *[estimator.n_channels][: estimator.n_channels]]
    device = next(estimator.network_.parameters()).device
    example = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).to(device)
    axes = {0: "n_signals"}
    if isinstance(estimator.network_, BY_SAMPLE):
        axes[1] = "n_samples"
    content: Any = io.BytesIO()
    with warnings.catch_warnings():
        # The tracing exporter is called legacy; the other one takes half a minute a net and has no way
        # for the heterodyne net. It warns of fixed batches, too, which the tests refute.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Graph(estimator, estimate or estimator._exported), (example,), content,
            dynamo=False, opset_version=OPSET,
            input_names=[INPUT], output_names=[OUTPUT], dynamic_axes={INPUT: axes, OUTPUT: dict(axes)},
        )  # fmt: skip
    return bytes(content.getvalue())


def session(estimator: NeuralEstimator, estimate: Estimate, n_samples: int) -> Run:
    """Return `estimate` of the network as a function of float64 signals: ONNX Runtime, one thread."""
    choose_device("onnx")  # the device may have been set after loading
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    graph = exported(estimator, estimate, n_samples)
    run = InferenceSession(graph, options, providers=["CPUExecutionProvider"]).run
    return lambda signals: run([OUTPUT], {INPUT: signals})[0]


app = App(name="python -m neural.export", help="Write a shipped net as ONNX.")


@app.default
def main(
    name: str, /, *, out: NamedPath, seed: Seed = 0, weights: NamedPath | None = None, debug: Debug = False
) -> None:
    """Write a shipped net as ONNX.

    Parameters
    ----------
    name
        The net, "tone/lstm" for instance.
    out
        The ONNX file.
    seed
        Which of its trainings.
    weights
        The folder of the weights; those that ship by default.
    """
    export(neural.load(name, seed, "cpu", weights), out)
    print(out)


if __name__ == "__main__":
    run_command(app, "neural.export")
