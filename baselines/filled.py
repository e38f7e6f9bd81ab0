"""Missing samples for estimators that know none: gaps are filled by linear interpolation."""

from typing import Any, Self

import numpy as np

from baselines.blocks import in_blocks
from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.gaps import fill_gaps


class Filled(SignalEstimator):
    """Another estimator, for records with gaps: missing samples (NaN) are interpolated linearly first.

    Signals are ``(n_signals, n_samples)``; the answers have the shape and the unit of the other
    estimator's.

    Parameters
    ----------
    estimator : any estimator of signals ``(n_signals, n_samples)``

    References
    ----------
    Little and Rubin, Statistical Analysis with Missing Data, 2nd ed., 2002, ch. 4: single imputation.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import Filled, SineFit
    >>> x = np.cos(2 * np.pi * 0.02 * np.arange(200))  # cycles per sample
    >>> x[50:53] = np.nan
    >>> Filled(SineFit()).predict([x]).round(4)
    array([0.02])
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
        """Fit the estimator on the filled records.

        Raises
        ------
        ValueError
            When X is not ``(n_signals, n_samples)`` or holds infinity, or the estimator refuses it.
        """
        X = self._check(X)
        self.estimator.fit(fill_gaps(X), y)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the estimator's answers to the filled records; one without any sample counts as constant.

        The shape is the estimator's, ``(n_signals,)`` say.

        Raises
        ------
        ValueError
            When X is not ``(n_signals, n_samples)`` or holds infinity, or the estimator refuses it.
        """
        return in_blocks(
            lambda block: self.estimator.predict(np.nan_to_num(fill_gaps(block))), self._check(X)
        )
