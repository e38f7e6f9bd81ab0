"""The fundamental of a harmonic series: maximum likelihood over fundamental and number of harmonics
together.

`baselines.harmonic_search` finds the two; Gauss-Newton steps polish the fundamental. Its standard error is
the Cramér-Rao bound at the estimates, with the residual's variance: all amplitudes, phases and the offset
unknown.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from baselines.harmonic_search import LinearFit, search
from baselines.tone_estimator import ToneEstimator
from dspvnn.signals.scaling import unit_of
from dspvnn.tasks.metrics import wrap_phase

FEWEST_PERIODS = 2.0  # of the fundamental in a record: below, neighbouring harmonics run into each other
SEARCHED = 2**14  # samples in the middle of a longer record: enough to tell fundamentals apart
CERTAIN = 0.99
ERROR = "standard error"


@dataclass(frozen=True)
class Series:
    """A harmonic series that was fitted to one record.

    Attributes
    ----------
    frequency, standard_error : float
        The fundamental, in the unit of the estimator's `sample_rate`; the error holds if the rest is white
        noise.
    amplitude, phase : array, ``(n_harmonics,)``
        Of each harmonic, in the record's unit and in radians at the first sample.
    offset, noise_std : float
        In the record's unit.
    probability : float
        Of this fundamental among all that were tried, by their BIC.
    """

    frequency: float
    standard_error: float
    amplitude: np.ndarray
    phase: np.ndarray
    offset: float
    noise_std: float
    probability: float

    @property
    def certain(self) -> bool:
        """Whether no other fundamental fits about as well: a probability of at least 0.99."""
        return self.probability >= CERTAIN


class HarmonicSeriesFit(ToneEstimator):
    """Maximum-likelihood fundamental of a harmonic series, the number of its harmonics chosen by BIC.

    The fundamental itself may be weak or absent: it is known by the distance of the others. Two periods of
    it must fit in a record. `phase` and `amplitude` among the outputs are those of the first harmonic.

    Parameters
    ----------
    most_harmonics : int
        The largest number that is tried; fewer where a record is too short for so many.
    frequency_range : (low, high), optional
        Of the fundamental, in the unit of `sample_rate`.
    sample_rate : float
        1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"
        One gives estimates ``(n_signals,)``, several ``(n_signals, n_outputs)``: cycles per sample or the
        unit of `sample_rate`, radians at the first sample, and the signal's unit.

    References
    ----------
    Christensen & Jakobsson, Multi-Pitch Estimation (2009), sec. 2.
    Nielsen et al., Signal Process. 135 (2017).

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import HarmonicSeriesFit
    >>> angle = 2 * np.pi * 146.8 * np.arange(400) / 8000
    >>> note = 0.05 * np.sin(angle) + np.sin(3 * angle) + 0.6 * np.sin(5 * angle)
    >>> HarmonicSeriesFit(sample_rate=8000).predict([note]).round(6)
    array([146.8])
    """

    def __init__(
        self,
        most_harmonics: int = 20,
        frequency_range: tuple[float, float] | None = None,
        sample_rate: float = 1.0,
        outputs: tuple[str, ...] = ("frequency",),
    ) -> None:
        self.most_harmonics = most_harmonics
        self.frequency_range = frequency_range
        self.sample_rate = sample_rate
        self.outputs = outputs

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Return the estimates and, with `return_std`, the fundamental's standard error (NaN for other
        outputs).

        ``(n_signals,)``, or ``(n_signals, n_outputs)`` for several outputs; units as in ToneEstimator.

        Raises
        ------
        ValueError
            When X is no array of finite signals of 16 samples at least, or holds no frequency of the range.
        """
        if not return_std:
            return super().predict(X)
        values = self._estimate(self._check(X))
        errors = {name: np.full_like(values[ERROR], np.nan) for name in values}
        return self._columns(values), self._columns(errors | {"frequency": values[ERROR]})

    def fit_series(self, x: Any) -> Series | None:
        """Return the whole series of one record, ``(n_samples,)``; None for a constant one."""
        X = self._check(np.asarray(x)[None])
        unit = unit_of(X)
        if self._find_hopeless(X, unit).any():
            return None
        series, scale = self._fit_one(unit.of(X)[0]), unit.scale[0]
        return replace(
            series, frequency=series.frequency * self.sample_rate,
            standard_error=series.standard_error * self.sample_rate,
            amplitude=series.amplitude * scale, offset=series.offset * scale + unit.level[0],
            noise_std=series.noise_std * scale,
        )  # fmt: skip

    def _min_samples(self) -> int:
        if not isinstance(self.most_harmonics, int | np.integer) or self.most_harmonics < 1:
            raise ValueError(
                f"HarmonicSeriesFit: most_harmonics must be a positive integer, got {self.most_harmonics!r}"
            )
        return 16

    def _fit_block(self, X: np.ndarray) -> dict[str, np.ndarray]:
        found = [self._fit_one(x) for x in X]
        columns = {
            "frequency": [s.frequency for s in found], "phase": [s.phase[0] for s in found],
            "amplitude": [s.amplitude[0] for s in found], "offset": [s.offset for s in found],
            ERROR: [s.standard_error for s in found],
        }  # fmt: skip
        return {name: np.array(column) for name, column in columns.items()}

    def _fit_one(self, x: np.ndarray) -> Series:
        """Return the series of one record, in cycles per sample and the record's unit."""
        n = len(x)
        middle = _middle(x, min(n, SEARCHED))
        low, high = self._searched(len(middle))
        most = int(min(self.most_harmonics, (len(middle) - 4) // 4))
        found = search(middle - middle.mean(), low, high, most)
        frequency, order = float(found.frequency[0]), int(found.order[0])
        length = len(middle)
        while length < n:  # a length at a time, so that each starts on the hill of the next
            length = min(n, 2 * length)
            frequency = _polished(_middle(x, length), frequency, order)[0]
        for _ in range(2):
            frequency, step_energy = _polished(x, frequency, order)
        a, b, fitted, _ = LinearFit(frequency, n, order)(x)
        std = float(np.sqrt(np.sum((x - fitted) ** 2) / (n - 2 * order - 2)))
        k = np.arange(1, order + 1)
        phase = wrap_phase(np.arctan2(-b, a[1:]) - np.pi * k * frequency * (n - 1))
        return Series(
            frequency, std / step_energy**0.5, np.hypot(a[1:], b), phase, float(a[0]), std,
            found.probability(len(middle)),
        )  # fmt: skip

    def _searched(self, n: int) -> tuple[float, float]:
        """Return the ends of the search, in cycles per sample."""
        low, high = self._range()
        low, high = max(low, FEWEST_PERIODS / n), min(high, 0.5 - 1 / n)
        if low >= high:
            raise ValueError(
                f"HarmonicSeriesFit: frequency_range must hold a frequency {FEWEST_PERIODS:g} cycles per "
                f"record from 0 and one from sample_rate / 2, got {self.frequency_range} for {n} samples "
                f"at rate {self.sample_rate:g}"
            )
        return low, high


def _middle(x: np.ndarray, n: int) -> np.ndarray:
    first = (len(x) - n) // 2
    return x[first : first + n]


def _polished(x: np.ndarray, frequency: float, order: int) -> tuple[float, float]:
    """Return the fundamental after a Gauss-Newton step, and the energy of what only it can follow."""
    fit = LinearFit(frequency, len(x), order)
    _, _, fitted, slope = fit(x)
    slope = slope - fit(slope)[2]
    energy = float(slope @ slope)
    step = float(slope @ (x - fitted)) / energy if energy > 0 else 0.0
    most = 0.25 / (len(x) * order)  # farther away the hill is another one
    return float(np.clip(frequency + np.clip(step, -most, most), 0, (0.5 - 0.25 / len(x)) / order)), energy
