"""The exact least-squares sine fit: maximum likelihood for one tone in white Gaussian noise.

For a trial frequency f the best amplitude, phase and offset are linear, so the sum of squares that
the sine explains is a function of f alone. On time m centred in the record it separates,

    R(f) = C^2 / Gc + S^2 / Gs,   C = sum x cos(2 pi f m),  S = sum x sin(2 pi f m),

with x freed of its mean when an offset is fitted, and Gc, Gs the energies of cos and sin (`gram`).
R is computed exactly on a grid of a quarter bin with one zero-padded FFT; its highest maximum is then
found by Newton's method on R' = 0, kept inside the grid cell by bisection. Frequency, phase, amplitude and
offset are the four-parameter fit of IEEE Std 1057-2017; with `frequency` given, the three-parameter fit.
Standard errors: the inverse Fisher matrix at the estimates, with the residual's variance.
"""

from typing import Any

import numpy as np
from scipy import fft

from baselines.tone_estimator import ToneEstimator, dirichlet, gram
from dspvnn.estimator import check_outputs
from dspvnn.limits import tone_variance
from dspvnn.signals import tone

PADDING = 4
ITERATIONS = 30
TOLERANCE = 1e-13  # of the frequency step, in cycles per record
EDGE = (
    0.01  # cycles per record: nearer to 0 or 0.5, cos and sin cannot be told from a constant or each other
)


class SineFit(ToneEstimator):
    """Maximum-likelihood frequency, phase, amplitude and offset of a tone, with standard errors.

    Parameters
    ----------
    offset : bool
        Whether a constant is fitted too; without it the signal is taken to have none.
    frequency : float, optional
        A known frequency, in the unit of `sample_rate`: the three-parameter fit.
    frequency_range : (low, high), optional
        In the unit of `sample_rate`: the maximum likelihood is looked for inside it.
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
        estimates = super().predict(X)
        if not return_std:
            return estimates
        return estimates, self._standard_errors(self._check(X), estimates)

    def _find_frequency(self, X: np.ndarray) -> np.ndarray:
        if self.frequency is not None:
            if not 0 < self.frequency < self.sample_rate / 2:
                raise ValueError(
                    f"SineFit: frequency must lie in (0, sample_rate / 2 = {self.sample_rate / 2:g}), "
                    f"got {self.frequency}"
                )
            return np.full(len(X), self.frequency / self.sample_rate)
        if self.offset:
            X = X - X.mean(axis=1, keepdims=True)
        low, high = self._range()
        edge = EDGE / X.shape[1]
        lower, upper = _grid_maximum(X, max(low, edge), min(high, 0.5 - edge), self.offset)
        return _newton(X, lower, upper, self.offset)

    def _fits_offset(self) -> bool:
        return self.offset

    def _standard_errors(self, X: np.ndarray, estimates: np.ndarray) -> np.ndarray:
        outputs = check_outputs("SineFit", self.outputs)
        names = ("frequency", "phase", "amplitude", "offset")
        all_four = self.get_params() | {"outputs": names}
        f, phase, amplitude, offset = type(self)(**all_four).predict(X).T
        f = f / self.sample_rate
        n = X.shape[1]
        unknown = tuple(
            name for name in names
            if (name != "offset" or self.offset) and (name != "frequency" or self.frequency is None)
        )  # fmt: skip
        residual = X - tone(n, f, phase, amplitude, offset)
        std = np.sqrt(np.sum(residual**2, axis=1) / (n - len(unknown)))
        errors = {name: np.zeros(len(X)) for name in names}
        known = np.isfinite(std) & (std > 0) & (amplitude > 0)
        if known.any():
            variance = tone_variance(n, f[known], phase[known], amplitude[known], std[known], unknown)
            for name, column in zip(unknown, variance.T, strict=True):
                errors[name][known] = np.sqrt(column)  # infinite for a fit at the end of the band
        errors["frequency"] *= self.sample_rate
        for values in errors.values():
            values[~np.isfinite(std)] = np.nan
        return np.stack([errors[name] for name in outputs], axis=1).reshape(estimates.shape)


def _grid_maximum(X: np.ndarray, low: float, high: float, offset: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return, per signal, the neighbours on the grid (which holds the ends) of the highest R(f)."""
    n = X.shape[1]
    size = PADDING * n
    first, last = int(np.floor(low * size)) + 1, int(np.ceil(high * size)) - 1
    f = np.concatenate([[low], np.arange(first, last + 1) / size, [high]])
    ends = X @ np.exp(-2j * np.pi * np.outer(np.arange(n), [low, high]))
    spectrum = fft.rfft(X, size)[:, first : last + 1]
    transform = np.concatenate([ends[:, :1], spectrum, ends[:, 1:]], axis=1)
    centred = transform * np.exp(1j * np.pi * f * (n - 1))
    of_cos, of_sin = gram(f, n, offset)
    best = np.argmax(centred.real**2 / of_cos + centred.imag**2 / of_sin, axis=1)
    return f[np.maximum(best - 1, 0)], f[np.minimum(best + 1, len(f) - 1)]


def _newton(X: np.ndarray, lower: np.ndarray, upper: np.ndarray, offset: bool) -> np.ndarray:
    """Return the maximum of R between `lower` and `upper`: Newton on R', bisection where it leaves."""
    n = X.shape[1]
    lower, upper = lower.copy(), upper.copy()
    frequency = (lower + upper) / 2
    active = np.arange(len(X))
    for _ in range(ITERATIONS):
        slope, curvature = _derivatives(X[active], frequency[active], offset)
        here = frequency[active]
        rising = slope > 0
        lower[active] = np.where(rising, here, lower[active])
        upper[active] = np.where(rising, upper[active], here)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = here - slope / curvature
        good = (curvature < 0) & (step >= lower[active]) & (step <= upper[active])
        frequency[active] = np.where(good, step, (lower[active] + upper[active]) / 2)
        moving = np.abs(frequency[active] - here) * n > TOLERANCE
        active = active[moving]
        if len(active) == 0:
            break
    return frequency


def _derivatives(X: np.ndarray, frequency: np.ndarray, offset: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and second derivative of R(f) to z = 2 pi f, divided by 2 pi and its square.

    The first is in units of 1 / f as `frequency` itself: slope / curvature is a step of f.
    """
    n = X.shape[1]
    m = np.arange(n) - (n - 1) / 2
    z = 2 * np.pi * frequency
    moments = np.stack([np.ones(n), m, m**2], axis=1)
    angle = z[:, None] * m
    cos0, cos1, cos2 = ((X * np.cos(angle)) @ moments).T
    sin0, sin1, sin2 = ((X * np.sin(angle)) @ moments).T
    d, d1, d2 = _dirichlet_derivatives(z, n)
    e, e1, e2 = _dirichlet_derivatives(2 * z, n)
    mean = 1 / n if offset else 0.0
    gc, gs = (n + e) / 2 - mean * d**2, (n - e) / 2
    gc1, gs1 = e1 - 2 * mean * d * d1, -e1
    gc2, gs2 = 2 * e2 - 2 * mean * (d1**2 + d * d2), -2 * e2
    slope_c, curvature_c = _quotient_derivatives(cos0, -sin1, -cos2, gc, gc1, gc2)
    slope_s, curvature_s = _quotient_derivatives(sin0, cos1, -sin2, gs, gs1, gs2)
    return (slope_c + slope_s) / (2 * np.pi), curvature_c + curvature_s


def _quotient_derivatives(
    p: np.ndarray, p1: np.ndarray, p2: np.ndarray, g: np.ndarray, g1: np.ndarray, g2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first two derivatives of p^2 / g from those of p and g."""
    q = p / g
    slope = 2 * q * p1 - q**2 * g1
    q1 = (p1 - q * g1) / g
    return slope, 2 * (q1 * p1 + q * p2) - 2 * q * q1 * g1 - q**2 * g2


def _dirichlet_derivatives(z: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return D(z) = sin(n z / 2) / sin(z / 2) and its first two derivatives."""
    d = dirichlet(z / (2 * np.pi), n)
    sine, cosine = np.sin(z / 2), np.cos(z / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        d1 = (n * np.cos(n * z / 2) - d * cosine) / (2 * sine)
        d2 = -(n**2 - 1) / 4 * d - d1 * cosine / sine
    at_zero = np.abs(sine) < 1e-8
    return d, np.where(at_zero, 0.0, d1), np.where(at_zero, -d * (n**2 - 1) / 12, d2)
