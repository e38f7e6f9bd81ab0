"""ONNX export of a trained net: python -m neural.export NAME --out FILE.

The graph takes float64 signals of any number and gives what `predict` gives, from samples to estimates, the
heterodyne net's front end and passes included. Two nets are more than a graph: of
"ewma/equivariant-lstm" the network is exported, which reads a record that is freed of its start and scale,
and of "tone/lstm+sine-fit" the LSTM without the fit. Records have the length that the net was trained on,
or any length where the net reads sample by sample. A constant signal gets a number, not `predict`'s NaN.
"""

from pathlib import Path

from cyclopts import App
from sklearn.utils.validation import check_is_fitted

import neural
from dspvnn.command_line import Debug, run_command
from dspvnn.command_line.options import NamedPath, Seed
from neural import onnx
from neural.estimators import NeuralEstimator
from neural.storage import write_whole


def export(estimator: NeuralEstimator, path: Path | str) -> None:
    """Write the net of a trained `estimator` to `path` as ONNX, in one move; errors as in `exported`."""
    write_whole(Path(path), exported(estimator))


def exported(estimator: NeuralEstimator) -> bytes:
    """Return the net of a trained `estimator` as ONNX.

    Raises
    ------
    ValueError
        When the packages of the extra ``[onnx]`` are missing.
    sklearn.exceptions.NotFittedError
        When the estimator has not been trained.
    """
    check_is_fitted(estimator, "network_")
    return onnx.exported(
        estimator.network_, estimator._exported, estimator.dtype, estimator.n_features_in_,
        estimator.n_channels,
    )  # fmt: skip


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
