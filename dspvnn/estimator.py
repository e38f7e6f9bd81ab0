"""The contract that every estimator keeps, and the one check of what comes in.

An estimator is a scikit-learn estimator whose X holds signals: ``(n_signals, n_samples)``, or with
several channels ``(n_signals, n_samples, n_channels)``. `fit` returns self, `predict` returns one
estimate a signal (or a sample). Input is converted to float64, never changed.

A signal that an estimator cannot handle (a constant one, say) gets NaN and an `EstimationWarning`;
the others are estimated as if it were not there.
"""

import warnings
from numbers import Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Tags

TONE_OUTPUTS = ("frequency", "phase", "amplitude", "offset")


class EstimationWarning(UserWarning):
    """Some signals of a batch could not be estimated; their estimates are NaN."""


def check_array(name: str, array: Any, ndim: int, allow_nan: bool = False) -> np.ndarray:
    """Return `array` as float64 of `ndim` axes and finite, or raise a ValueError that names the rule."""
    array = check_shape(name, array, ndim)
    check_finite(name, array, allow_nan)
    return array


def check_shape(name: str, array: Any, ndim: int) -> np.ndarray:
    """Return `array` as float64 of `ndim` axes, or raise a ValueError that names the rule."""
    if hasattr(array, "toarray"):  # scipy.sparse
        raise TypeError(f"{name}: sparse input is not supported, got {type(array).__name__}")
    try:
        array = np.asarray(array)
    except ValueError:  # what NumPy says of ragged lists names no rule
        raise ValueError(f"{name}: all signals must have the same length, got a ragged list") from None
    if np.iscomplexobj(array):
        raise ValueError(f"{name}: Complex data not supported: signals are real, got {array.dtype}")
    if array.dtype == object:
        try:
            array = array.astype(float)
        except TypeError as error:
            raise TypeError(f"{name}: argument must be numbers, got objects: {error}") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: signals must be numbers, got dtype {array.dtype}")
    if array.ndim != ndim:
        axes = "(n_signals, n_samples)" if ndim == 2 else "(n_signals, n_samples, n_channels)"
        raise ValueError(
            f"{name}: signals must have shape {axes}, got shape {array.shape}. Reshape your data: "
            "one signal is a batch of one"
        )
    if len(array) == 0:
        raise ValueError(
            f"{name}: Found array with 0 signal(s) (shape={array.shape}) while a minimum of 1 is required."
        )
    return array.astype(np.float64, copy=False)


def check_finite(name: str, array: np.ndarray, allow_nan: bool = False) -> None:
    """Raise a ValueError if a sample is infinite or, unless `allow_nan`, NaN."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):  # then every sample is, told by one pass without new memory
            return
    bad = np.isinf(array) if allow_nan else ~np.isfinite(array)
    if bad.any():  # else the sum has overflowed
        raise ValueError(
            f"{name}: signals must be finite, but input contains NaN or infinity: {int(bad.sum())} "
            f"of {array.size} samples, the first at {tuple(map(int, np.argwhere(bad)[0]))}"
        )


class SignalEstimator(BaseEstimator):
    """Base of every estimator: the input check, and what the comparison has to know.

    Class attributes
    ----------------
    kind : "classical", "neural", "constructed", "hybrid" or "floor".
    told : the side information that the estimator has, in words; a comparison is fair when it is
        the same on both sides. A property where it depends on the arguments.
    n_channels : 0 for plain signals, else the number of channels of X's last axis.
    allow_nan : whether a NaN is a missing sample rather than an error.
    """

    kind = "classical"
    told: Any = ""
    n_channels = 0
    allow_nan = False

    def _min_samples(self) -> int:
        return 1

    def _check(self, X: Any) -> np.ndarray:
        """Return X as float64, or raise a ValueError that states the rule and what came in."""
        X = self._check_shape(X)
        check_finite(type(self).__name__, X, self.allow_nan)
        return X

    def _check_shape(self, X: Any) -> np.ndarray:
        name = type(self).__name__
        X = check_shape(name, X, 3 if self.n_channels else 2)
        if self.n_channels and X.shape[2] != self.n_channels:
            raise ValueError(f"{name}: needs {self.n_channels} channels, got {X.shape[2]}")
        least = self._min_samples()
        if X.shape[1] < least:
            raise ValueError(
                f"{name}: Found array with {X.shape[1]} sample(s) a signal (shape={X.shape}) while a "
                f"minimum of {least} is required."
            )
        return X

    def fit(self, X: Any, y: Any = None) -> Self:
        """Check X and record its length. A classical estimator learns nothing from it."""
        self.n_features_in_ = self._check(X).shape[1]
        return self

    def _find_constant(self, X: np.ndarray) -> np.ndarray:
        """Return which signals are constant, and warn of them: they have no frequency."""
        constant = X.max(axis=1) == X.min(axis=1)  # a difference might overflow
        self._warn_constant(constant)
        return constant

    def _warn_constant(self, constant: np.ndarray) -> None:
        self._warn_failed(constant, "are constant and have no frequency")

    def _warn_failed(self, failed: np.ndarray, reason: str) -> None:
        if failed.any():
            warnings.warn(
                f"{type(self).__name__}: {int(failed.sum())} of {len(failed)} signals {reason}; "
                "their estimates are NaN",
                EstimationWarning,
                stacklevel=5,
            )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.allow_nan = self.allow_nan
        tags.input_tags.two_d_array = not self.n_channels
        tags.input_tags.three_d_array = bool(self.n_channels)
        return tags


def check_frequency_range(name: str, frequency_range: Any, sample_rate: float) -> tuple[float, float]:
    """Return the range in cycles per sample; the whole of (0, 0.5) for None."""
    if not (isinstance(sample_rate, Real) and 0 < sample_rate < np.inf):
        raise ValueError(f"{name}: sample_rate must be a positive number, got {sample_rate!r}")
    if frequency_range is None:
        return 0.0, 0.5
    if np.shape(frequency_range) != (2,):
        raise ValueError(f"{name}: frequency_range must be a pair (low, high), got {frequency_range!r}")
    low, high = np.asarray(frequency_range, dtype=float) / sample_rate
    if not 0 <= low < high <= 0.5:
        raise ValueError(
            f"{name}: frequency_range must satisfy 0 <= low < high <= sample_rate / 2 = "
            f"{sample_rate / 2:g}, got {tuple(map(float, frequency_range))}"
        )
    return float(low), float(high)


def check_outputs(name: str, outputs: Any, allowed: tuple[str, ...] = TONE_OUTPUTS) -> tuple[str, ...]:
    """Return `outputs` as a tuple of names, each one of `allowed`."""
    outputs = (outputs,) if isinstance(outputs, str) else tuple(outputs)
    if not outputs or not set(outputs) <= set(allowed):
        raise ValueError(f"{name}: outputs must be taken from {allowed}, got {outputs}")
    return outputs
