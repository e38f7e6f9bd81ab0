"""Detection of a burst of known shape in white noise, sample by sample.

The filter's output at sample t is the correlation of the last len(template) samples with the template,
over the template's norm: in noise of unit variance it is a standard normal, at the end of a burst it is
d = sqrt(energy) more. The evidence that a burst has ended is its largest value so far; the last
sample's is the whole-record statistic, the generalised likelihood ratio for an unknown onset (Kay,
Detection Theory, 1998, sec. 7.5).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from baselines.blocks import in_blocks
from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.arrays import as_float64
from dspvnn.signals.scaling import unit_of


class RunningDetector(SignalEstimator):
    """Base of the detectors whose evidence is the largest value so far of some running statistic."""

    def predict(self, X: Any) -> np.ndarray:
        """Return the evidence after every sample that a burst has ended, ``(n_signals, n_samples)``.

        It is the largest value so far of the running statistic, so it never falls. A threshold on it makes
        a detector; setting the threshold is left to the caller.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``

        Raises
        ------
        ValueError
            When X is refused, as by `fit`, or an argument of the detector lies outside its range.

        Warns
        -----
        EstimationWarning
            When the numbers of a signal overflow: it gets NaN.
        """
        return self._computed(self._largest_so_far, X)

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the whole-record statistic, ``(n_signals,)``."""
        return self._computed(lambda block: self._statistic(block).max(axis=1), X)

    def statistic(self, X: Any) -> np.ndarray:
        """Return the running statistic itself, ``(n_signals, n_samples)``."""
        return self._computed(self._statistic, X)

    def _computed(self, compute: Callable[[np.ndarray], np.ndarray], X: Any) -> np.ndarray:
        """Return what `compute` makes of signals X, in blocks; NaN, with a warning, where it overflows."""
        X = self._check(X)
        with np.errstate(over="ignore", invalid="ignore"):
            return self._finite(in_blocks(compute, X))

    def _largest_so_far(self, X: np.ndarray) -> np.ndarray:
        statistic = self._statistic(X)
        return np.maximum.accumulate(statistic, axis=1, out=statistic)

    def _statistic(self, X: np.ndarray) -> np.ndarray:
        """Return the running statistic of a block of records."""
        raise NotImplementedError


class MatchedFilter(RunningDetector):
    """Correlation with a known template, or the largest over several (onsets between samples, say).

    In white noise of unit variance the output is a standard normal variable, and at the end of a burst it
    is sqrt(energy) more. Signals are ``(n_signals, n_samples)``; the evidence has the same shape.

    Parameters
    ----------
    template : array, ``(n_template,)`` or ``(n_templates, n_template)``
        The samples of the burst, of any scale. A ValueError unless they are finite, and no row is zero
        throughout.
    normalised : bool
        Divide by the norm of the samples under the template: the correlation coefficient, which
        needs neither the noise level nor the amplitude and is 1 for an exact copy of the template.
        Without it the evidence is in the signal's unit.

    References
    ----------
    Turin, "An introduction to matched filters", IRE Trans. Inf. Theory 6(3), 1960.
    Kay, Fundamentals of Statistical Signal Processing II: Detection Theory, 1998, sec. 7.5.

    Examples
    --------
    >>> from baselines import MatchedFilter
    >>> MatchedFilter([3.0, 4.0]).predict([[1.0, 3.0, 4.0, 0.0]]).round(6)
    array([[0.8, 3. , 5. , 5. ]])
    >>> MatchedFilter([3.0, 4.0], normalised=True).decision_function([[0.0, 30.0, 40.0, 0.0]]).round(9)
    array([1.])
    """

    def __init__(self, template: Any, normalised: bool = False) -> None:
        self.template = template
        self.normalised = normalised

    @property
    def side_information(self) -> frozenset[SideInformation]:
        """The shape; and the noise level, without which no threshold of the plain output holds."""
        shape = frozenset({SideInformation.SHAPE})
        return shape if self.normalised else shape | {SideInformation.NOISE_LEVEL}

    def _templates(self) -> np.ndarray:
        templates = np.atleast_2d(as_float64("MatchedFilter", self.template, "template samples"))
        norms = np.linalg.norm(templates, axis=-1, keepdims=True)
        if templates.ndim != 2 or templates.size == 0 or not np.all(np.isfinite(norms) & (norms > 0)):
            raise ValueError(
                "MatchedFilter: template must be one or more rows of finite samples, none of them "
                f"zero throughout, got shape {np.shape(self.template)}"
            )
        return templates / norms

    def _statistic(self, X: np.ndarray) -> np.ndarray:
        """Return the output of the filter, the largest over the templates."""
        templates = self._templates()
        n_samples = X.shape[1]
        if self.normalised:  # of any scale, so that the energy neither over- nor underflows
            X = unit_of(X, offset=False).of(X)
        from scipy.signal import oaconvolve  # a second to import

        outputs = (oaconvolve(X, row[None, ::-1], axes=1)[:, :n_samples] for row in templates)
        largest = next(outputs)
        for output in outputs:
            np.maximum(largest, output, out=largest)
        if self.normalised:
            energy = running_energy(X, templates.shape[1])
            tiny = 1e-12 * (1e-300 + energy.max(axis=1, keepdims=True))  # rounding of the sums
            largest = np.where(energy > tiny, largest / np.sqrt(np.maximum(energy, tiny)), 0.0)
        return largest


def running_energy(X: np.ndarray, window: int) -> np.ndarray:
    """Return the energy of the last `window` samples, fewer at the beginning of the record."""
    energy = np.cumsum(X**2, axis=1)
    if window < X.shape[1]:
        energy[:, window:] -= energy[:, :-window].copy()
    return energy


class EnergyDetector(RunningDetector):
    """Energy of the last `window` samples (of all so far for None): it knows no shape.

    The evidence after every sample is the largest such energy so far. Signals are ``(n_signals,
    n_samples)``; the evidence has the same shape, in the square of the signal's unit.

    Parameters
    ----------
    window : int, optional
        In samples; a ValueError below 1.

    References
    ----------
    Urkowitz, "Energy detection of unknown deterministic signals", Proc. IEEE 55(4), 1967.

    Examples
    --------
    >>> from baselines import EnergyDetector
    >>> EnergyDetector(window=2).predict([[0.0, 3.0, 4.0, 0.0, 0.0]])
    array([[ 0.,  9., 25., 25., 25.]])
    """

    side_information = frozenset({SideInformation.DURATION, SideInformation.NOISE_LEVEL})

    def __init__(self, window: int | None = 10) -> None:
        self.window = window

    def _statistic(self, X: np.ndarray) -> np.ndarray:
        """Return the running energy."""
        if self.window is not None and self.window < 1:
            raise ValueError(f"EnergyDetector: window must be at least 1 sample, got {self.window}")
        return running_energy(X, self.window or X.shape[1])
