"""What two or more witnesses predict of a target, by least squares.

``"linear"`` regresses the target on the witnesses, ``"bilinear"`` on the products of every two of
them. A constant and, if given, the carriers (known waveforms of the wanted signal) are fitted beside
them and left out of the prediction: they belong to what is wanted, not to what the witnesses tell.
"""

from itertools import combinations
from typing import Any, Self

import numpy as np
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from baselines.blocks import in_blocks
from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.arrays import as_float64, check_target
from dspvnn.signals.scaling import scale_of


class WitnessRegression(SignalEstimator):
    """What two or more witnesses predict of a target: least squares on the witnesses or their products.

    A witness is a channel recorded beside the target that holds the disturbance and nothing of what is
    wanted. The prediction has the shape ``(n_signals, n_samples)`` and the target's unit.

    Parameters
    ----------
    terms : "bilinear" or "linear"
        Products of every two witnesses, or the witnesses themselves. Another word is a ValueError.
    carriers : array, optional, ``(n_samples, n_carriers)``
        Waveforms of the wanted signal (sin t and cos t, say), known in the record it is fitted on.
    n_witnesses : int
        Channels of X, at least 2 for "bilinear".

    References
    ----------
    Widrow et al., "Adaptive noise cancelling: principles and applications", Proc. IEEE 63(12), 1975.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import WitnessRegression
    >>> witnesses = np.random.default_rng(0).normal(size=(1, 500, 2))  # (n_signals, n_samples, n_witnesses)
    >>> target = 3 * witnesses[..., 0] * witnesses[..., 1]
    >>> WitnessRegression("bilinear").fit(witnesses, target).coefficients_.round(9)
    array([3.])
    """

    def __init__(self, terms: str = "bilinear", carriers: Any = None, n_witnesses: int = 2) -> None:
        self.terms = terms
        self.carriers = carriers
        self.n_witnesses = n_witnesses

    @property
    def n_channels(self) -> int:  # type: ignore[override]
        """Channels of X."""
        return self.n_witnesses

    @property
    def side_information(self) -> frozenset[SideInformation]:
        """The model, and the wanted signal's waveforms if given."""
        bilinear = self.terms == "bilinear"
        model = frozenset({SideInformation.PRODUCT_MODEL if bilinear else SideInformation.LINEAR_MODEL})
        return model if self.carriers is None else model | {SideInformation.CARRIERS}

    def _terms(self, X: np.ndarray) -> np.ndarray:
        if self.terms == "linear":
            return X
        if self.terms != "bilinear" or self.n_witnesses < 2:
            raise ValueError(
                "WitnessRegression: terms must be 'linear', or 'bilinear' with at least 2 witnesses, "
                f"got {self.terms!r} with {self.n_witnesses}"
            )
        pairs = combinations(range(self.n_witnesses), 2)
        return np.stack([X[..., i] * X[..., j] for i, j in pairs], axis=-1)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit on witnesses and targets.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples, n_witnesses)``
        y : array, ``(n_signals, n_samples)``

        Raises
        ------
        ValueError
            When X or y is missing, has another shape or is not finite; when products of two witnesses
            overflow; when `terms` or `carriers` is not as said above.
        """
        X = self._check(X)
        name = type(self).__name__
        y = check_target(name, y, (X.shape[:2],))
        with np.errstate(over="ignore"):
            terms = self._terms(X)
        if not np.isfinite(terms).all():
            raise ValueError(
                f"{name}: products of two witnesses must not overflow float64, got samples up to "
                f"{np.abs(X).max():.3g}"
            )
        beside = [np.ones((*y.shape, 1))]
        if self.carriers is not None:
            carriers = as_float64(name, self.carriers, "carriers")
            if carriers.ndim != 2 or len(carriers) != X.shape[1]:
                raise ValueError(
                    f"{name}: carriers must have shape (n_samples={X.shape[1]}, n_carriers), "
                    f"got {carriers.shape}"
                )
            if not np.isfinite(carriers).all():
                raise ValueError(f"{name}: carriers must be finite, but they contain NaN or infinity")
            beside.append(np.broadcast_to(carriers, (*y.shape, carriers.shape[1])))
        design = np.concatenate([terms, *beside], axis=-1).reshape(y.size, -1)
        with np.errstate(all="ignore"):  # statsmodels also works out a likelihood, which nobody asks for
            coefficients = self._solve(design, y.ravel())[: terms.shape[-1]]
        if not np.isfinite(coefficients).all():
            raise ValueError(
                f"{name}: the squares of witnesses and their products must be within the range of float64, "
                f"got values up to {np.abs(terms).max():.3g}"
            )
        self.coefficients_ = coefficients
        self.n_features_in_ = X.shape[1]
        return self

    def _solve(self, design: np.ndarray, target: np.ndarray) -> np.ndarray:
        return np.linalg.lstsq(design, target, rcond=None)[0]

    def predict(self, X: Any) -> np.ndarray:
        """Return what the witnesses predict of the target, ``(n_signals, n_samples)``.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples, n_witnesses)``

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            When X has another shape or is not finite.

        Warns
        -----
        EstimationWarning
            When the prediction of a signal overflows: it gets NaN.
        """
        check_is_fitted(self, "coefficients_")
        X = self._check(X)
        with np.errstate(over="ignore", invalid="ignore"):
            return self._finite(in_blocks(lambda block: self._terms(block) @ self.coefficients_, X))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        tags.target_tags.required = True
        return tags


class RecursiveWitnessRegression(WitnessRegression):
    """The same model learned sample by sample: recursive least squares, an adaptive filter.

    It goes through the record once and keeps no matrix of it (`statsmodels.regression.recursive_ls`).
    Arguments, shapes and units are those of `WitnessRegression`: X is ``(n_signals, n_samples,
    n_witnesses)``, the prediction ``(n_signals, n_samples)`` in the target's unit.

    References
    ----------
    Plackett, "Some theorems in least squares", Biometrika 37(1/2), 1950.
    Haykin, Adaptive Filter Theory, 4th ed., 2002, ch. 9.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import RecursiveWitnessRegression
    >>> witnesses = np.random.default_rng(0).normal(size=(1, 500, 2))
    >>> target = 3 * witnesses[..., 0] * witnesses[..., 1]
    >>> RecursiveWitnessRegression().fit(witnesses, target).coefficients_.round(6)
    array([3.])
    """

    def _solve(self, design: np.ndarray, target: np.ndarray) -> np.ndarray:
        from statsmodels.regression.recursive_ls import RecursiveLS  # a second to import

        scale = scale_of(np.abs(design).max(axis=0))  # it takes large columns for singular ones
        return np.asarray(RecursiveLS(target, design / scale).filter().params) / scale
