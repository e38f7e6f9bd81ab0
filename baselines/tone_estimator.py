"""What the classical tone estimators share: outputs, units, and the linear fit at a known frequency.

Given the frequency, x[n] = a cos(2 pi f m) + b sin(2 pi f m) + offset is linear in a, b and the offset.
Time is counted from the record's middle, m = n - (N - 1) / 2: then cos and sin are orthogonal on it
and only the offset couples to cos, through D(f) = sum cos(2 pi f m) (the Dirichlet kernel), so the
three-parameter least squares of IEEE Std 1057 has a closed form.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from baselines.blocks import blocks
from dspvnn.estimator import SideInformation, SignalEstimator, check_frequency_range, check_outputs
from dspvnn.signals.scaling import unit_of
from dspvnn.tasks.metrics import wrap_phase

NOISE = "noise std"
SCALED = ("amplitude", "offset", NOISE)  # are in the signal's unit
Fit = Callable[[np.ndarray], dict[str, np.ndarray]]


def dirichlet(frequency: np.ndarray, n_samples: int) -> np.ndarray:
    """Return sum of cos(2 pi f m) over centred time, sin(pi f N) / sin(pi f)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        kernel = np.sin(np.pi * frequency * n_samples) / np.sin(np.pi * frequency)
    at_limit = np.where(np.round(frequency) % 2 == 0, 1.0, (-1.0) ** (n_samples - 1)) * n_samples
    return np.where(np.isfinite(kernel), kernel, at_limit)


def gram(frequency: np.ndarray, n_samples: int, offset: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return the energies of cos (freed of its mean, with `offset`) and sin on centred time."""
    doubled = dirichlet(2 * frequency, n_samples)
    mean_part = dirichlet(frequency, n_samples) ** 2 / n_samples if offset else 0.0
    return (n_samples + doubled) / 2 - mean_part, (n_samples - doubled) / 2


def linear_sine_fit(X: np.ndarray, frequency: np.ndarray, offset: bool = True) -> dict[str, np.ndarray]:
    """Return phase (at the first sample), amplitude and offset of the least-squares sine.

    X: ``(n_signals, n_samples)``; frequency: ``(n_signals,)``, cycles per sample.
    Source: IEEE Std 1057-2017, three-parameter fit.
    """
    n_samples = X.shape[1]
    middle = (n_samples - 1) / 2
    rotation = np.exp(2j * np.pi * frequency[:, None] * (np.arange(n_samples) - middle))
    mean = X.mean(axis=1) if offset else np.zeros(len(X))
    projection = np.einsum("ij,ij->i", X - mean[:, None], rotation)
    return from_projections(frequency, projection.real, projection.imag, mean, n_samples, offset)


def from_projections(
    frequency: np.ndarray,
    c: np.ndarray,
    s: np.ndarray,
    mean: np.ndarray,
    n_samples: int,
    offset: bool = True,
) -> dict[str, np.ndarray]:
    """Return the same from the record's mean and, freed of it, its projections on cos and sin."""
    of_cos, of_sin = gram(frequency, n_samples, offset)
    a, b = c / of_cos, s / of_sin
    level = mean - a * dirichlet(frequency, n_samples) / n_samples if offset else mean
    phase = np.arctan2(-b, a) - np.pi * frequency * (n_samples - 1)
    return {"phase": wrap_phase(phase), "amplitude": np.hypot(a, b), "offset": level}


class ToneEstimator(SignalEstimator):
    """Base of the classical tone estimators; a subclass finds the frequency.

    Constant signals have no frequency: they get NaN and an EstimationWarning, and so do those whose tone
    the rounding of a large offset has swallowed (`dspvnn.signals.scaling`).
    """

    outputs: Any
    sample_rate: float
    frequency_range: Any

    @property
    def side_information(self) -> frozenset[SideInformation]:
        """The frequency range, if one was given."""
        return frozenset() if self.frequency_range is None else frozenset({SideInformation.FREQUENCY_RANGE})

    def _min_samples(self) -> int:
        return 8

    def _range(self) -> tuple[float, float]:
        return check_frequency_range(type(self).__name__, self.frequency_range, self.sample_rate)

    def _find_frequency(self, X: np.ndarray) -> np.ndarray:
        """Return the frequency in cycles per sample of signals X, none of them constant."""
        raise NotImplementedError

    def predict(self, X: Any) -> np.ndarray:
        """Return the estimates, ``(n_signals,)``, or ``(n_signals, n_outputs)`` for several outputs.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``

        Returns
        -------
        array
            Frequency in the unit of `sample_rate`, phase in radians at the first sample, amplitude and
            offset in the signal's unit.

        Raises
        ------
        ValueError
            When X is refused, as by `fit`, or an argument of the estimator lies outside its range.

        Warns
        -----
        EstimationWarning
            When signals are constant, or their tone is lost in the rounding of a large offset: they get
            NaN.
        """
        X = self._check(X)
        check_outputs(type(self).__name__, self.outputs)
        return self._columns(self._estimate(X))

    def _columns(self, values: dict[str, np.ndarray]) -> np.ndarray:
        """Return the chosen outputs side by side, frequency in its unit."""
        outputs = check_outputs(type(self).__name__, self.outputs)
        columns = [values[name] * (self.sample_rate if name == "frequency" else 1) for name in outputs]
        return columns[0] if len(columns) == 1 else np.stack(columns, axis=1)

    def _estimate(self, X: np.ndarray, fit: Fit | None = None) -> dict[str, np.ndarray]:
        """Return all four parameters of every signal, worked out in blocks.

        fit : what makes them of a block of records, `_fit_block` by default. It gets every record freed
            of a large offset and of its scale (`dspvnn.signals.scaling`).
        """
        self._range()
        fit = fit or self._fit_block
        unit = unit_of(X, self._fits_offset())
        usable = ~self._find_hopeless(X, unit)
        values: dict[str, np.ndarray] = defaultdict(lambda: np.full(len(X), np.nan))
        for rows in blocks(*X.shape):
            block, here, chosen = X[rows], unit[rows], usable[rows]
            if not chosen.all():
                block, here = block[chosen], here[chosen]
            if len(block):
                with np.errstate(over="ignore"):  # what becomes infinite is withheld
                    for name, value in fit(here.of(block)).items():
                        values[name][rows][chosen] = value * here.scale if name in SCALED else value
        if unit.level.any():
            values["offset"] += unit.level
        for name in [name for name in SCALED if name in values]:
            infinite = np.isinf(values[name])
            self._warn_failed(infinite, f"have too large a value of {name} for a float")
            values[name][infinite] = np.nan
        return values

    def _fit_block(self, X: np.ndarray) -> dict[str, np.ndarray]:
        """Return frequency (cycles per sample) and, where they are asked for, the other parameters."""
        frequency = self._find_frequency(X)
        if tuple(self.outputs) == ("frequency",):
            return {"frequency": frequency}
        return {"frequency": frequency, **linear_sine_fit(X, frequency, self._fits_offset())}

    def _fits_offset(self) -> bool:
        return True
