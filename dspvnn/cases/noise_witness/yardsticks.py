"""Least squares on the witnesses, each fit with its own knowledge: what the nets are held against.

The target is sin(t) + w r. To a fit that is not told sin(t), it is noise. None of these fits is a limit
that nothing can pass: each is the best that one thing known makes of one record.
"""

from dataclasses import dataclass

import numpy as np

from baselines.roster import wanted_carriers


def expected_left(n_samples: int, rate: float) -> float:
    """Return what is left of w r, relative to its variance, when one gain is fitted to sin(t) + w r.

    The gain is off by the correlation of sin(t) with the product. For white noise of power 1 and a carrier
    of power 1/2 the square of that is, in expectation, the variance of sin(t) over n_samples / 2.
    """
    return float(np.var(np.sin(np.arange(n_samples) / rate)) / (n_samples / 2))


@dataclass
class LeastSquares:
    """A regression of the target on what the witnesses tell, and a constant.

    bilinear : the regressors are the product of the witnesses scaled to 0 to 1, and the two of them: who
        knows only that the coupling is bilinear does not know where the zeros of the factors are. Otherwise
        w r alone.
    differences : the fit is one of the steps from sample to sample, of target and regressors. Over a step
        the slow sin(t) hardly moves, while the noise does: this is prewhitening.
    told_wanted : whether sin(t) and cos(t) are regressors, too; they are left out of the prediction.
    """

    bilinear: bool = False
    differences: bool = False
    told_wanted: bool = False

    def fit(self, X: np.ndarray, y: np.ndarray) -> None:
        """Fit on one record: witnesses ``(1, n_samples, 2)`` and target ``(1, n_samples)``."""
        self.least, self.spread = X[0].min(axis=0), np.ptp(X[0], axis=0)
        design, target = self._terms(X)[0], y[0]
        n_terms = design.shape[1]
        if self.told_wanted:
            design = np.concatenate([design, wanted_carriers()], axis=1)
        if self.differences:
            design, target = np.diff(design, axis=0), np.diff(target)
        else:
            design = np.concatenate([design, np.ones((len(design), 1))], axis=1)
        self.coefficients = np.linalg.lstsq(design, target, rcond=None)[0][:n_terms]

    def _terms(self, X: np.ndarray) -> np.ndarray:
        if not self.bilinear:
            return X.prod(axis=-1, keepdims=True)
        scaled = (X - self.least) / self.spread
        return np.concatenate([scaled.prod(axis=-1, keepdims=True), scaled], axis=-1)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return what the witnesses tell of the target, but for a constant, ``(n_signals, n_samples)``."""
        return self._terms(X) @ self.coefficients
