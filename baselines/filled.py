"""Missing samples for estimators that know none: gaps are filled by linear interpolation."""

from typing import Any, Self

import numpy as np

from baselines.blocks import in_blocks
from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.gaps import fill_gaps


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
    def side_information(self) -> frozenset[SideInformation]:
        """That of the estimator."""
        return frozenset(self.estimator.side_information)

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
