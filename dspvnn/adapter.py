"""Anyone's own estimator in the comparison's terms: a class, an object with `predict`, or a function.

What comes in may be a scikit-learn regressor or pipeline, an object in the manner of Keras (`fit` and
`predict`, answers with a last axis of one), or a plain function of signals ``(n_signals, n_samples)``.
"""

import importlib
import os
import sys
from typing import Any, Self

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted


class Adapted:
    """One of anyone's own estimators, its answers in the shape of the task's target.

    Parameters
    ----------
    thing : class, object with `predict`, or function of signals
        A class is made without arguments. `told` is its own, if it says; else an object that can be
        fitted knows the training range, and another one nothing.
    y_ndim : int
        Axes of the target: 1 for one estimate a signal, 2 for one a sample; `fit` learns it from y.
    """

    kind = "yours"

    def __init__(self, thing: Any, y_ndim: int = 1) -> None:
        self.thing = thing() if isinstance(thing, type) else thing
        self.y_ndim = y_ndim
        self.told = str(getattr(self.thing, "told", "training range" if hasattr(self.thing, "fit") else ""))
        if not hasattr(self.thing, "predict") and not callable(self.thing):
            raise ValueError(
                "an estimator must be a class or an object with predict, or a function of signals, "
                f"got {type(self.thing).__name__}"
            )

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Fit a copy of it, if it can be fitted: what one cell teaches no other one knows."""
        self.y_ndim = np.ndim(y)
        if hasattr(self.thing, "fit"):
            self.thing = clone(self.thing, safe=False)
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


class Guarded(Adapted):
    """The same, except that what it raises ends nothing: its estimates are NaN and `error` says why."""

    error = ""

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Fit a copy of it, if it can be fitted."""
        try:
            return super().fit(X, y)
        except (Exception, SystemExit) as error:
            self.error = f"in fit: {first_line(error)}"
            return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return its answers, or NaN for every one."""
        if not self.error:
            try:
                return super().predict(X)
            except (Exception, SystemExit) as error:
                self.error = f"in predict: {first_line(error)}"
        return np.full(X.shape[: self.y_ndim], np.nan)


def first_line(error: BaseException) -> str:
    """Return the kind of an error and the first line of what it says, 200 characters at most."""
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}"[:200] if said else type(error).__name__


def load_yours(name: str) -> Guarded:
    """Return the estimator that ``package.module:Name`` means; modules of the working folder are found.

    Raises
    ------
    ValueError
        When it cannot be imported or made, or is no estimator.
    """
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise ValueError(f"an estimator is named package.module:Name, got {name!r}")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{name}: {module_name} cannot be imported: {first_line(error)}") from error
    if not hasattr(module, attribute):
        raise ValueError(f"{name}: {module_name} has nothing called {attribute!r}")
    try:
        return Guarded(getattr(module, attribute))
    except (Exception, SystemExit) as error:
        raise ValueError(f"{name}: {first_line(error)}") from error


def short_names(names: tuple[str, ...], taken: set[str]) -> dict[str, str]:
    """Return a label for each ``package.module:Name``: its last part, or all of it where that is taken."""
    last = [name.partition(":")[2] for name in names]
    return {
        name: name if short in taken or last.count(short) > 1 else short
        for name, short in zip(names, last, strict=True)
    }
