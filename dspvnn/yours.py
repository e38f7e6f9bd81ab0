"""Anyone's own estimator in the comparison's terms: a class, an object with `predict`, or a function.

What comes in may be a scikit-learn regressor or pipeline, an object in the manner of Keras (`fit` and
`predict`, answers with a last axis of one), or a plain function of signals ``(n_signals, n_samples)``.
"""

from typing import Any, Self

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted


class Adapted:
    """One of anyone's own estimators, its answers in the shape of the task's target.

    Parameters
    ----------
    thing : class, object with `predict`, or function of signals
        A class is made without arguments. `told` is its own, if it says, else nothing.
    y_ndim : int
        Axes of the target: 1 for one estimate a signal, 2 for one a sample; `fit` learns it from y.
    """

    kind = "yours"

    def __init__(self, thing: Any, y_ndim: int = 1) -> None:
        self.thing = thing() if isinstance(thing, type) else thing
        self.y_ndim = y_ndim
        self.told = str(getattr(self.thing, "told", ""))
        if not hasattr(self.thing, "predict") and not callable(self.thing):
            raise ValueError(
                "an estimator must be a class or an object with predict, or a function of signals, "
                f"got {type(self.thing).__name__}"
            )

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Fit it, if it can be fitted."""
        self.y_ndim = np.ndim(y)
        if hasattr(self.thing, "fit"):
            self.thing.fit(X, y)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return its answers, ``(n_signals,)`` or ``(n_signals, n_samples)``."""
        answers = np.asarray(self.thing.predict(X) if hasattr(self.thing, "predict") else self.thing(X))
        expected = X.shape[: self.y_ndim]
        if answers.shape not in (expected, (*expected, 1)):
            raise ValueError(f"estimates must have shape {expected} for these signals, got {answers.shape}")
        return answers.astype(float).reshape(expected)

    def is_fitted(self) -> bool:
        """Whether it has been fitted, as far as scikit-learn can tell; what it cannot tell of, has."""
        try:
            check_is_fitted(self.thing)
        except NotFittedError:
            return False
        except (TypeError, AttributeError):  # not one of scikit-learn's
            return True
        return True
