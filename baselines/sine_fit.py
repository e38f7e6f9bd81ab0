"""The exact least-squares sine fit: maximum likelihood for one tone in white Gaussian noise.

For a trial frequency the best amplitude, phase and offset are linear; `baselines.sine_search` finds the
frequency at which they explain most. Frequency, phase, amplitude and offset are the four-parameter fit of
IEEE Std 1057-2017; with `frequency` given, the three-parameter fit.
Standard errors: the inverse Fisher matrix at the estimates, with the residual's variance.
"""

from typing import Any

import numpy as np

from baselines.sine_search import best_sine
from baselines.tone_estimator import NOISE, SCALED, ToneEstimator, from_projections, linear_sine_fit
from dspvnn.estimator import TONE_OUTPUTS
from dspvnn.limits import tone_variance
from dspvnn.signals import tone

EDGE = 0.01  # cycles per record: nearer to 0 or 0.5, a sine cannot be told from a constant


class SineFit(ToneEstimator):
    """Maximum-likelihood frequency, phase, amplitude and offset of a tone, with standard errors.

    For a tone A cos(2 pi f n + phase) + offset in white Gaussian noise this is the least-squares fit of all
    four. It needs signals ``(n_signals, n_samples)`` of 8 samples at least.

    Parameters
    ----------
    offset : bool
        Whether a constant is fitted too; without it the signal is taken to have none.
    frequency : float, optional
        A known frequency, in the unit of `sample_rate`: the three-parameter fit.
    frequency_range : (low, high), optional
        In the unit of `sample_rate`: the maximum likelihood is looked for inside it, no nearer than
        0.01 cycles per record to 0 and to `sample_rate` / 2.
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    IEEE Std 1057-2017, "Digitizing waveform recorders", four-parameter and three-parameter fit.
    Rife and Boorstyn, "Single-tone parameter estimation from discrete-time observations", IEEE Trans. Inf.
    Theory 20(5), 1974.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import SineFit
    >>> x = 3 * np.cos(2 * np.pi * 0.1234 * np.arange(128) + 1) + 5
    >>> fit = SineFit(outputs=("frequency", "phase", "amplitude", "offset"))
    >>> fit.predict([x]).round(6)
    array([[0.1234, 1.    , 3.    , 5.    ]])
    """

    def __init__(
        self,
        offset: bool = True,
        frequency: float | None = None,
        frequency_range: tuple[float, float] | None = None,
        sample_rate: float = 1.0,
        outputs: tuple[str, ...] = ("frequency",),
    ) -> None:
        self.offset = offset
        self.frequency = frequency
        self.frequency_range = frequency_range
        self.sample_rate = sample_rate
        self.outputs = outputs

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Return the estimates and, with `return_std`, their standard errors, of the same shape.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``
        return_std : bool
            Whether a pair (estimates, standard errors) is returned. A standard error is the Cramér-Rao
            bound at the estimates, with the noise level that the fit leaves.

        Returns
        -------
        array or pair of arrays, ``(n_signals,)``, or ``(n_signals, n_outputs)`` for several outputs
            Frequency in the unit of `sample_rate`, phase in radians at the first sample, amplitude and
            offset in the signal's unit.

        Raises
        ------
        ValueError
            When X is refused, as by `fit`, when `frequency` or `frequency_range` does not lie between 0 and
            `sample_rate` / 2, or an output is none of the four.

        Warns
        -----
        EstimationWarning
            When signals are constant, or their tone is lost in the rounding of a large offset: they get
            NaN.
        """
        if not return_std:
            return super().predict(X)
        X = self._check(X)
        values = self._estimate(X, self._fit_with_noise)
        return self._columns(values), self._columns(self._standard_errors(values, X.shape[1]))

    def _fit_block(self, X: np.ndarray) -> dict[str, np.ndarray]:
        if tuple(self.outputs) == ("frequency",):
            return {"frequency": self._find_frequency(X)}
        return self._fit_all(X)

    def _fit_all(self, X: np.ndarray) -> dict[str, np.ndarray]:
        if self.frequency is not None:
            frequency = self._find_frequency(X)
            return {"frequency": frequency, **linear_sine_fit(X, frequency, self.offset)}
        (frequency, c, s), mean = self._best(X)
        fit = from_projections(frequency, c, s, mean, X.shape[1], self.offset)
        return {"frequency": frequency, **fit}

    def _best(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return frequency, C and S of the best sine, ``(3, n_signals)``, and what X was freed of."""
        mean = X.mean(axis=1) if self.offset else np.zeros(len(X))
        return best_sine(X, mean, *self._searched(X.shape[1]), self.offset), mean

    def _fit_with_noise(self, X: np.ndarray) -> dict[str, np.ndarray]:
        """Return the fit and the deviation of what it leaves, over the parameters that were fitted."""
        fit, n = self._fit_all(X), X.shape[1]
        squares = np.sum((X - tone(n, **fit)) ** 2, axis=1)
        return fit | {NOISE: np.sqrt(squares / (n - len(self._unknown())))}

    def _unknown(self) -> tuple[str, ...]:
        known = {"frequency": self.frequency is not None, "offset": not self.offset}
        return tuple(name for name in TONE_OUTPUTS if not known.get(name))

    def _searched(self, n: int) -> tuple[float, float]:
        """Return the ends of the search, in cycles per sample: the range but for its edge."""
        low, high = self._range()
        low, high = max(low, EDGE / n), min(high, 0.5 - EDGE / n)
        if low >= high:
            raise ValueError(
                f"SineFit: frequency_range must hold a frequency {EDGE} cycles per record from 0 and from "
                f"sample_rate / 2, got {self.frequency_range} for {n} samples at rate {self.sample_rate:g}"
            )
        return low, high

    def _find_frequency(self, X: np.ndarray) -> np.ndarray:
        if self.frequency is None:
            return self._best(X)[0][0]
        if not 0 < self.frequency < self.sample_rate / 2:
            raise ValueError(
                f"SineFit: frequency must lie in (0, sample_rate / 2 = {self.sample_rate / 2:g}), "
                f"got {self.frequency}"
            )
        return np.full(len(X), self.frequency / self.sample_rate)

    def _fits_offset(self) -> bool:
        return self.offset

    def _standard_errors(self, values: dict[str, np.ndarray], n_samples: int) -> dict[str, np.ndarray]:
        """Return the standard errors at the estimates, frequency in cycles per sample."""
        amplitude, std = values["amplitude"], values[NOISE]
        errors = {name: np.where(np.isfinite(std), 0.0, np.nan) for name in TONE_OUTPUTS}
        known = (std > 0) & (amplitude > 0)
        if known.any():  # of a tone of amplitude 1: squares of the noise itself may over- or underflow
            frequency, phase = values["frequency"][known], values["phase"][known]
            amplitude, relative = amplitude[known], std[known] / amplitude[known]
            variance = tone_variance(
                n_samples, frequency, phase, np.ones_like(relative), relative, self._unknown()
            )
            for name, column in zip(self._unknown(), variance.T, strict=True):
                error = np.sqrt(column)  # infinite for a fit at the end of the band
                errors[name][known] = error * amplitude if name in SCALED else error
        return errors
