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

from dspvnn.results.side_information import SideInformation as SideInformation
from dspvnn.signals.arrays import check_array as check_array
from dspvnn.signals.arrays import check_finite, check_shape
from dspvnn.signals.scaling import Unit

TONE_OUTPUTS = ("frequency", "phase", "amplitude", "offset")
LOST = "are lost in the rounding of their offset"


class EstimationWarning(UserWarning):
    """Some signals of a batch could not be estimated; their estimates are NaN, the others are not affected.

    Examples
    --------
    >>> import warnings
    >>> from baselines import SineFit
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     answer = SineFit().predict([[1.0] * 16])
    >>> answer, str(caught[0].message)
    (array([nan]), 'SineFit: 1 of 1 signals are constant and have no frequency; their estimates are NaN')
    """


class SignalEstimator(BaseEstimator):
    """Base of every estimator: the input check, and what the comparison has to know.

    A subclass writes `predict`, and `fit` where it learns something.

    Attributes
    ----------
    kind : str
        "classical", "neural", "constructed", "hybrid" or "floor".
    side_information : set of `SideInformation`
        What the estimator has been given besides the signal. It decides which limit the estimator is held
        against. It is a property where it depends on the arguments.
    n_channels : int
        0 for signals ``(n_signals, n_samples)``, else the number of channels of X's last axis:
        ``(n_signals, n_samples, n_channels)``.
    allow_nan : bool
        Whether a NaN is a missing sample rather than an error.

    References
    ----------
    The contract is that of scikit-learn: Buitinck et al., "API design for machine learning software", ECML
    PKDD workshop on languages for data mining and machine learning, 2013.

    Examples
    --------
    >>> from dspvnn.estimator import SignalEstimator
    >>> class LargestSample(SignalEstimator):
    ...     def predict(self, X):
    ...         return self._check(X).max(axis=1)  # in the signal's unit, (n_signals,)
    >>> LargestSample().predict([[0.0, 5.0, 1.0], [2.0, 1.0, 0.0]])
    array([5., 2.])
    """

    kind = "classical"
    side_information: Any = frozenset()
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
        X = check_shape(name, X, 3 if self.n_channels else 2, self.allow_nan)
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
        """Check X and record its length. A classical estimator learns nothing from it.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``, or ``(n_signals, n_samples, n_channels)`` of several channels
        y : ignored

        Raises
        ------
        ValueError
            When X has another shape, no signal or too few samples; when it holds text, complex numbers,
            infinity or, unless the estimator allows missing samples, NaN.
        """
        self.n_features_in_ = self._check(X).shape[1]
        return self

    def _find_hopeless(self, X: np.ndarray, unit: Unit) -> np.ndarray:
        """Return which signals X, of this unit, have no frequency to find, and warn of them."""
        self._warn_failed(unit.constant, "are constant and have no frequency")
        self._warn_failed(unit.lost, LOST)
        return unit.constant | unit.lost

    def _finite(self, estimates: np.ndarray) -> np.ndarray:
        """Return NaN for every signal whose estimates have overflowed, and warn of them."""
        finite = np.isfinite(estimates)
        if finite.all():
            return estimates
        failed = ~finite.reshape(len(estimates), -1).all(axis=1)
        self._warn_failed(failed, "are too large to compute with")
        estimates[failed] = np.nan
        return estimates

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
