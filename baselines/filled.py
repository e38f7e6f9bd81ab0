"""Missing samples for estimators that know none: gaps are filled by linear interpolation."""

from typing import Any, Self

import numpy as np

from baselines.blocks import in_blocks
from dspvnn.estimator import SignalEstimator


def fill_gaps(X: np.ndarray) -> np.ndarray:
    """Return records whose NaNs are interpolated linearly, at the ends by the nearest sample."""
    missing = np.isnan(X)
    if not missing.any():
        return X
    filled, time = X.copy(), np.arange(X.shape[1])
    for i in np.flatnonzero(missing.any(axis=1)):
        gap = missing[i]
        if not gap.all():
            filled[i, gap] = np.interp(time[gap], time[~gap], X[i, ~gap])
    return filled


class Filled(SignalEstimator):
    """An estimator behind a filter that interpolates missing samples (NaN) linearly.

    Parameters
    ----------
    estimator : any estimator of signals ``(n_signals, n_samples)``
    """

    allow_nan = True

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    @property
    def kind(self) -> str:  # type: ignore[override]
        """That of the estimator."""
        return str(self.estimator.kind)

    @property
    def told(self) -> str:
        """What the estimator was told."""
        return str(self.estimator.told)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the estimator on the filled records."""
        X = self._check(X)
        self.estimator.fit(fill_gaps(X), y)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the estimator's answers to the filled records; all missing is a constant record."""
        return in_blocks(
            lambda block: self.estimator.predict(np.nan_to_num(fill_gaps(block))), self._check(X)
        )
