"""The exact exponentially weighted moving average, batched, on `scipy.signal.lfilter`.

y[t] = (1 - alpha) y[t-1] + alpha x[t], with y[-1] the mean of the record's valid samples. A missing
sample (NaN and, on request, zero) counts as the running average: y is held.
"""

from typing import Any

import numpy as np

from baselines.blocks import in_blocks
from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.arrays import check_finite


class EWMA(SignalEstimator):
    """The moving average after every sample, ``(n_signals, n_samples)``, in the signal's unit.

    y[t] = (1 - alpha) y[t-1] + alpha x[t], and y[-1] is the mean of the record. Where a sample is missing
    the average stays as it is.

    Parameters
    ----------
    alpha : float
        Weight of the newest sample, in (0, 1].
    zero_is_missing : bool
        Whether a sample that is zero is missing, as a NaN is.

    References
    ----------
    Roberts, "Control chart tests based on geometric moving averages", Technometrics 1(3), 1959.

    Examples
    --------
    >>> from baselines import EWMA
    >>> EWMA(alpha=0.5).predict([[1.0, float("nan"), 3.0]])
    array([[1.5 , 1.5 , 2.25]])
    """

    side_information = frozenset({SideInformation.ALPHA, SideInformation.START})
    allow_nan = True

    def __init__(self, alpha: float = 0.2, zero_is_missing: bool = False) -> None:
        self.alpha = alpha
        self.zero_is_missing = zero_is_missing

    def predict(self, X: Any) -> np.ndarray:
        """Return the average after every sample, ``(n_signals, n_samples)``.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``
            A NaN is a missing sample.

        Raises
        ------
        ValueError
            When X is refused, as by `fit`, or `alpha` lies outside (0, 1].

        Warns
        -----
        EstimationWarning
            When a record has no valid sample: it gets NaN.
        """
        if not 0 < self.alpha <= 1:
            raise ValueError(f"EWMA: alpha must lie in (0, 1], got {self.alpha}")
        X = self._check_shape(X)
        with np.errstate(over="ignore", invalid="ignore"):
            start = X.mean(axis=1)
        if np.isfinite(start).all() and not self.zero_is_missing:  # every sample is there and finite
            return self._recursion(X, start)
        check_finite(type(self).__name__, X, allow_nan=True)
        return self._with_gaps(X)

    def _recursion(self, X: np.ndarray, start: np.ndarray) -> np.ndarray:
        state = (1 - self.alpha) * start[:, None]
        from scipy.signal import lfilter  # a second to import

        return lfilter([self.alpha], [1, self.alpha - 1], X, axis=1, zi=state)[0]

    def _with_gaps(self, X: np.ndarray) -> np.ndarray:
        averages = in_blocks(self._held, X)
        self._warn_failed(np.isnan(averages[:, 0]), "have no valid sample")
        return averages

    def _held(self, X: np.ndarray) -> np.ndarray:
        """Filter the valid samples as if they were adjacent, then hold across the gaps."""
        missing = np.isnan(X)
        if self.zero_is_missing:
            missing |= X == 0
        n_valid = np.sum(~missing, axis=1)
        filled = np.where(missing, 0.0, X)
        share = np.where(n_valid > 0, n_valid, np.nan)[:, None]
        start = np.sum(filled / share, axis=1)  # the sum of the samples themselves may overflow
        if not missing.any():
            return self._recursion(X, start)
        valid_first = np.argsort(missing, axis=1, kind="stable")
        packed = self._recursion(np.take_along_axis(filled, valid_first, axis=1), start)
        with_start = np.concatenate([start[:, None], packed], axis=1)
        return np.take_along_axis(with_start, np.cumsum(~missing, axis=1), axis=1)
