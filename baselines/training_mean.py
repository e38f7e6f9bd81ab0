"""The floor of every task: an answer that never looks at the signal."""

from typing import Any, Self

import numpy as np
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.arrays import check_target
from dspvnn.signals.scaling import scale_of


class TrainingMean(SignalEstimator):
    """The floor of every task: the mean of the training targets, whatever the signal.

    An estimator that does worse has learned nothing. Signals are ``(n_signals, n_samples)``; the answer is
    in the target's unit.

    Parameters
    ----------
    n_channels : int
        0 for plain signals, else the channels of X's last axis, ``(n_signals, n_samples, n_channels)``.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing I: Estimation Theory, 1993, ch. 10: without data the
    mean is the estimate of least mean squared error.

    Examples
    --------
    >>> from baselines import TrainingMean
    >>> floor = TrainingMean().fit([[1.0, 2.0], [3.0, 4.0]], [0.1, 0.3])
    >>> floor.predict([[5.0, 6.0]])
    array([0.2])
    """

    kind = "floor"
    side_information = frozenset({SideInformation.TRAINING_MEAN})

    def __init__(self, n_channels: int = 0) -> None:
        self.n_channels = n_channels

    def fit(self, X: Any, y: Any = None) -> Self:
        """Take the mean of y.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``
        y : array, ``(n_signals,)`` or, with a target a sample, ``(n_signals, n_samples)``

        Raises
        ------
        ValueError
            When X is refused, y is missing, has another shape, or is not finite.
        """
        X = self._check(X)
        y = check_target("TrainingMean", y, (X.shape[:1], X.shape[:2]))
        scale = scale_of(np.abs(y).max())  # a power of two: the sum does not overflow
        self.mean_ = float((y / scale).mean() * scale)
        self.by_sample_ = y.ndim == 2
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the mean, ``(n_signals,)`` or ``(n_signals, n_samples)``, whichever shape the targets had.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            When X is refused, as by `fit`.
        """
        check_is_fitted(self, "mean_")
        X = self._check(X)
        return np.full(X.shape[:2] if self.by_sample_ else len(X), self.mean_)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        tags.target_tags.required = True
        return tags
