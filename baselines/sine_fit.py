"""The exact least-squares sine fit: maximum likelihood for one tone in white Gaussian noise.

For a trial frequency the best amplitude, phase and offset are linear; `baselines.sine_search` finds the
frequency at which they explain most. Frequency, phase, amplitude and offset are the four-parameter fit of
IEEE Std 1057-2017; with `frequency` given, the three-parameter fit.
Standard errors: the inverse Fisher matrix at the estimates, with the residual's variance.
"""

from typing import Any

import numpy as np

from baselines.blocks import blocks
from baselines.sine_search import best_sine
from baselines.tone_estimator import ToneEstimator, from_projections, scale_of
from dspvnn.estimator import TONE_OUTPUTS
from dspvnn.limits import tone_variance
from dspvnn.signals import tone

EDGE = 0.01  # cycles per record: nearer to 0 or 0.5, a sine cannot be told from a constant


class SineFit(ToneEstimator):
    """Maximum-likelihood frequency, phase, amplitude and offset of a tone, with standard errors.

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
        1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

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

        ``(n_signals,)``, or ``(n_signals, n_outputs)`` for several outputs; units as in ToneEstimator.
        """
        if not return_std:
            return super().predict(X)
        X = self._check(X)
        values = type(self)(**self.get_params() | {"outputs": TONE_OUTPUTS})._estimate(X)
        errors = {name: np.full(len(X), np.nan) for name in TONE_OUTPUTS}
        for rows in blocks(*X.shape):
            found = self._standard_errors(X[rows], *(values[name][rows] for name in TONE_OUTPUTS))
            for name, error in found.items():
                errors[name][rows] = error
        return self._columns(values), self._columns(errors)

    def _fit_block(self, X: np.ndarray) -> dict[str, np.ndarray]:
        if self.frequency is not None:
            return super()._fit_block(X)
        mean = X.mean(axis=1) if self.offset else np.zeros(len(X))
        frequency, c, s = best_sine(X, mean, *self._searched(X.shape[1]), self.offset)
        if tuple(self.outputs) == ("frequency",):
            return {"frequency": frequency}
        fit = from_projections(frequency, c, s, mean, X.shape[1], self.offset)
        return {"frequency": frequency, **fit}

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
            return self._fit_block(X)["frequency"]
        if not 0 < self.frequency < self.sample_rate / 2:
            raise ValueError(
                f"SineFit: frequency must lie in (0, sample_rate / 2 = {self.sample_rate / 2:g}), "
                f"got {self.frequency}"
            )
        return np.full(len(X), self.frequency / self.sample_rate)

    def _fits_offset(self) -> bool:
        return self.offset

    def _standard_errors(
        self, X: np.ndarray, f: np.ndarray, phase: np.ndarray, amplitude: np.ndarray, offset: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Return the standard errors at the estimates, frequency in cycles per sample."""
        n, scale = X.shape[1], scale_of(np.abs(X).max(axis=1))
        amplitude, offset = amplitude / scale, offset / scale
        unknown = tuple(
            name for name in TONE_OUTPUTS
            if (name != "offset" or self.offset) and (name != "frequency" or self.frequency is None)
        )  # fmt: skip
        residual = X / scale[:, None] - tone(n, f, phase, amplitude, offset)
        std = np.sqrt(np.sum(residual**2, axis=1) / (n - len(unknown)))
        errors = {name: np.zeros(len(X)) for name in TONE_OUTPUTS}
        known = np.isfinite(std) & (std > 0) & (amplitude > 0)
        if known.any():
            variance = tone_variance(n, f[known], phase[known], amplitude[known], std[known], unknown)
            for name, column in zip(unknown, variance.T, strict=True):
                errors[name][known] = np.sqrt(column)  # infinite for a fit at the end of the band
        errors["amplitude"] *= scale
        errors["offset"] *= scale
        for values in errors.values():
            values[~np.isfinite(std)] = np.nan
        return errors
