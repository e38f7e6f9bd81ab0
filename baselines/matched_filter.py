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
        """Return the evidence after every sample that a burst has ended, ``(n_signals, n_samples)``."""
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

    Parameters
    ----------
    template : array, ``(n_template,)`` or ``(n_templates, n_template)``
        The samples of the burst, of any scale.
    normalised : bool
        Divide by the norm of the samples under the template: the correlation coefficient, which
        needs neither the noise level nor the amplitude and is 1 for an exact copy of the template.
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
    """Energy of the last `window` samples (all so far for None): it knows no shape.

    Parameters
    ----------
    window : int, optional
    """

    side_information = frozenset({SideInformation.DURATION, SideInformation.NOISE_LEVEL})

    def __init__(self, window: int | None = 10) -> None:
        self.window = window

    def _statistic(self, X: np.ndarray) -> np.ndarray:
        """Return the running energy."""
        if self.window is not None and self.window < 1:
            raise ValueError(f"EnergyDetector: window must be at least 1 sample, got {self.window}")
        return running_energy(X, self.window or X.shape[1])
