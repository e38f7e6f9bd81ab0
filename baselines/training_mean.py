"""The floor of every task: an answer that never looks at the signal."""

from typing import Any, Self

import numpy as np
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.arrays import check_target
from dspvnn.signals.scaling import scale_of


class TrainingMean(SignalEstimator):
    """The mean of the training targets, for every signal or, with targets a sample, every sample.

    Parameters
    ----------
    n_channels : int
        0 for plain signals, else the channels of X's last axis.
    """

    kind = "floor"
    side_information = frozenset({SideInformation.TRAINING_MEAN})

    def __init__(self, n_channels: int = 0) -> None:
        self.n_channels = n_channels

    def fit(self, X: Any, y: Any = None) -> Self:
        """Take the mean of y, ``(n_signals,)`` or ``(n_signals, n_samples)``."""
        X = self._check(X)
        y = check_target("TrainingMean", y, (X.shape[:1], X.shape[:2]))
        scale = scale_of(np.abs(y).max())  # a power of two: the sum does not overflow
        self.mean_ = float((y / scale).mean() * scale)
        self.by_sample_ = y.ndim == 2
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the mean, ``(n_signals,)`` or ``(n_signals, n_samples)``."""
        check_is_fitted(self, "mean_")
        X = self._check(X)
        return np.full(X.shape[:2] if self.by_sample_ else len(X), self.mean_)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        tags.target_tags.required = True
        return tags
