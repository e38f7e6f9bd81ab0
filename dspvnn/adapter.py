"""Anyone's own estimator in the comparison's terms: a class, an object with `predict`, or a function.

What comes in may be a scikit-learn regressor or pipeline, an object in the manner of Keras (`fit` and
`predict`, answers with a last axis of one), or a plain function of signals ``(n_signals, n_samples)``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from dspvnn.foreign import contained, first_line, imported
from dspvnn.results.side_information import SideInformation, as_side_information
from dspvnn.signals.arrays import as_float64


class ChangedInPlace(UserWarning):
    """An estimator has changed the arrays that it was given; they were copies of its own."""


class Adapted:
    """One of anyone's own estimators, its answers in the shape of the task's target.

    It gets copies of signals and targets: what it does to them nobody else sees, and `note` tells it
    afterwards. What it does to the process ends with the call (`dspvnn.foreign`).

    Parameters
    ----------
    thing : class, object with `predict`, or function of signals
        A class is made without arguments. Its side information is what its attribute `side_information`
        says, members of `SideInformation` or their words; without one, an object that can be fitted has the
        training range, and another one nothing.
    y_ndim : int
        Axes of the target: 1 for one estimate a signal, 2 for one a sample; `fit` learns it from y.
    kind : str
        What it counts as, if it does not say so itself: "yours" beside the line-up of a task, "classical"
        or "neural" in the line-up of a task of the user's own.
    refit : bool
        Whether an object that has been fitted already is fitted again.
    """

    changed = ""  # which of its arrays it has changed

    def __init__(self, thing: Any, y_ndim: int = 1, kind: str = "yours", refit: bool = True) -> None:
        self.thing = thing() if isinstance(thing, type) else thing
        self.y_ndim = y_ndim
        self.refit = refit
        self.kind = kind if kind == "yours" else str(getattr(self.thing, "kind", kind))
        by_training = {SideInformation.TRAINING_RANGE} if hasattr(self.thing, "fit") else ()
        self.side_information = as_side_information(getattr(self.thing, "side_information", by_training))
        if not hasattr(self.thing, "predict") and not callable(self.thing):
            raise ValueError(
                "an estimator must be a class or an object with predict, or a function of signals, "
                f"got {type(self.thing).__name__}"
            )

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Fit a copy of it, if it can be fitted: nothing carries over from one cell to another."""
        self.y_ndim = np.ndim(y)
        if hasattr(self.thing, "fit") and (self.refit or not self.is_fitted()):
            with contained(), self._copies(signals=X, targets=y) as (signals, targets):
                self.thing = clone(self.thing, safe=False)
                self.thing.fit(signals, targets)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return its answers, ``(n_signals,)`` or ``(n_signals, n_samples)``."""
        with contained(), self._copies(signals=X) as (signals,):
            answer = self.thing.predict if hasattr(self.thing, "predict") else self.thing
            answers = answer(signals)
            expected = X.shape[: self.y_ndim]
            if np.shape(answers) not in (expected, (*expected, 1)):
                raise ValueError(
                    f"estimates must have shape {expected} for these signals, got {np.shape(answers)}"
                )
            name = getattr(self.thing, "__name__", type(self.thing).__name__)
            return np.array(as_float64(str(name), answers, "estimates")).reshape(expected)

    @property
    def note(self) -> str:
        """What has to be said of it although it is scored as any other."""
        return f"changed its {self.changed} in place; it was given a copy" if self.changed else ""

    @contextmanager
    def _copies(self, **arrays: np.ndarray) -> Iterator[list[np.ndarray]]:
        """Yield a copy of every array, and note whether it is another one afterwards."""
        given = {name: np.array(array) for name, array in arrays.items()}
        yield [*given.values()]
        if not self.changed:
            names = [name for name, copy in given.items() if copy.tobytes() != arrays[name].tobytes()]
            self.changed = " and ".join(names)

    def is_fitted(self) -> bool:
        """Whether it has been fitted; an object that scikit-learn cannot inspect counts as fitted."""
        try:
            check_is_fitted(self.thing)
        except NotFittedError:
            return False
        except (TypeError, AttributeError):  # not one of scikit-learn's
            return True
        return True


class Guarded(Adapted):
    """The same, but an error that it raises ends nothing: its estimates are NaN and `error` says why."""

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


def load_yours(name: str) -> Guarded:
    """Return the estimator that ``package.module:Name`` means; modules of the working folder are found.

    Raises
    ------
    ValueError
        When it cannot be imported or made, or is no estimator.
    """
    thing = imported(name, "an estimator")
    try:
        with contained():
            return Guarded(thing)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{name}: {first_line(error)}") from error


def for_task(names: tuple[str, ...], task_name: str) -> tuple[str, ...]:
    """Return the addresses of estimators for a task, ``TASK=package.module:Name``, or for any task."""
    pairs = map(split_task, names)
    return tuple(dict.fromkeys(address for task, address in pairs if task in ("", task_name)))


def split_task(name: str) -> tuple[str, str]:
    """Return task and address of ``TASK=package.module:Name``; no task where none is said."""
    module, colon, attribute = name.partition(":")
    task, _, module = module.rpartition("=")
    return task, f"{module}{colon}{attribute}"


def short_names(names: tuple[str, ...], taken: set[str]) -> dict[str, str]:
    """Return a label for each ``package.module:Name``: its last part, or all of it where that is taken."""
    last = [name.partition(":")[2] for name in names]
    return {
        name: name if short in taken or last.count(short) > 1 else short
        for name, short in zip(names, last, strict=True)
    }
