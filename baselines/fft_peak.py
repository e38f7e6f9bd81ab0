"""The frequency of a tone from the peak of its discrete Fourier transform, refined between bins.

The record is freed of its mean; k is the largest bin; delta, in bins, comes from its neighbours:

- ``"none"``: 0
- ``"parabolic"``: the vertex of a parabola through the log magnitudes
- ``"jacobsen"``: Re[(X[k-1] - X[k+1]) / (2 X[k] - X[k-1] - X[k+1])]
  (Jacobsen and Kootsookos, IEEE Signal Process. Mag. 24(3), 2007)
- ``"candan"``: the same with its bias removed (Candan, IEEE Signal Process. Lett. 20(9), 2013)
- ``"quinn"``: Quinn's second estimator (Quinn, IEEE Trans. Signal Process. 45(3), 1997)
- ``"aboutanios-mulgrew"``: transforms half a bin on either side of the estimate, iterated
  (Aboutanios and Mulgrew, IEEE Trans. Signal Process. 53(4), 2005)
- ``"aboutanios-mulgrew-image"``: the same, with the leakage of the negative frequency subtracted at each
  iteration, and that of the removed mean, for real tones of few cycles
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import fft

from baselines.tone_estimator import ToneEstimator

ITERATIONS = 6


def _parabolic(before: np.ndarray, peak: np.ndarray, after: np.ndarray, n: int) -> np.ndarray:
    floor = np.finfo(float).tiny
    a, b, c = (np.log(np.maximum(np.abs(x), floor)) for x in (before, peak, after))
    return _divide(a - c, 2 * (a - 2 * b + c))


def _jacobsen(before: np.ndarray, peak: np.ndarray, after: np.ndarray, n: int) -> np.ndarray:
    return _divide(before - after, 2 * peak - before - after).real


def _candan(before: np.ndarray, peak: np.ndarray, after: np.ndarray, n: int) -> np.ndarray:
    return n / np.pi * np.arctan(np.tan(np.pi / n) * _jacobsen(before, peak, after, n))


def _quinn(before: np.ndarray, peak: np.ndarray, after: np.ndarray, n: int) -> np.ndarray:
    ratio_after, ratio_before = _divide(after, peak).real, _divide(before, peak).real
    plus = -_divide(ratio_after, 1 - ratio_after)
    minus = _divide(ratio_before, 1 - ratio_before)
    return (plus + minus) / 2 + _quinn_tau(plus**2) - _quinn_tau(minus**2)


def _quinn_tau(x: np.ndarray) -> np.ndarray:
    root = np.sqrt(2 / 3)
    return np.log(3 * x**2 + 6 * x + 1) / 4 - np.sqrt(6) / 24 * np.log((x + 1 - root) / (x + 1 + root))


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)


CLOSED_FORMS: dict[str, Callable[..., np.ndarray] | None] = {
    "none": None,
    "parabolic": _parabolic,
    "jacobsen": _jacobsen,
    "candan": _candan,
    "quinn": _quinn,
}
ITERATIVE = ("aboutanios-mulgrew", "aboutanios-mulgrew-image")
WINDOWED = ("none", "parabolic")


class FFTPeak(ToneEstimator):
    """Frequency of a tone from its FFT peak; phase, amplitude and offset by least squares at it.

    The largest bin of the spectrum is found, then refined between bins from its neighbours. It needs
    signals ``(n_signals, n_samples)`` of 8 samples at least.

    Parameters
    ----------
    interpolation : str
        "none" (the largest bin itself), "parabolic", "jacobsen", "candan", "quinn", "aboutanios-mulgrew" or
        "aboutanios-mulgrew-image"; `baselines.fft_peak` has their equations. An unknown one is a
        ValueError.
    window : str or tuple, optional
        Of `scipy.signal.get_window`; only with "none" and "parabolic", since the others rely on the
        rectangular window's leakage: with them a window is a ValueError.
    frequency_range : (low, high), optional
        In the unit of `sample_rate`: where the peak is looked for.
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Jacobsen and Kootsookos, "Fast, accurate frequency estimators", IEEE Signal Process. Mag. 24(3), 2007.
    Candan, "Analysis and further improvement of fine resolution frequency estimation method from three DFT
    samples", IEEE Signal Process. Lett. 20(9), 2013.
    Quinn, "Estimation of frequency, amplitude, and phase from the DFT of a time series", IEEE Trans. Signal
    Process. 45(3), 1997.
    Aboutanios and Mulgrew, "Iterative frequency estimation by interpolation on Fourier coefficients", IEEE
    Trans. Signal Process. 53(4), 2005.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import FFTPeak
    >>> x = np.cos(2 * np.pi * 0.1234 * np.arange(128) + 1)
    >>> FFTPeak("none").predict([x]).round(4), FFTPeak("candan").predict([x]).round(4)
    (array([0.125]), array([0.1234]))
    """

    def __init__(
        self,
        interpolation: str = "none",
        window: Any = None,
        frequency_range: tuple[float, float] | None = None,
        sample_rate: float = 1.0,
        outputs: tuple[str, ...] = ("frequency",),
    ) -> None:
        self.interpolation = interpolation
        self.window = window
        self.frequency_range = frequency_range
        self.sample_rate = sample_rate
        self.outputs = outputs

    def _taper(self, n: int) -> np.ndarray:
        from scipy.signal import get_window  # a second to import

        return np.asarray(get_window(self.window, n))

    def _find_frequency(self, X: np.ndarray) -> np.ndarray:
        if self.interpolation not in (*CLOSED_FORMS, *ITERATIVE):
            raise ValueError(
                f"FFTPeak: interpolation must be one of {(*CLOSED_FORMS, *ITERATIVE)}, "
                f"got {self.interpolation!r}"
            )
        if self.window is not None and self.interpolation not in WINDOWED:
            raise ValueError(
                f"FFTPeak: a window needs interpolation from {WINDOWED}, got {self.interpolation!r}"
            )
        X = X - X.mean(axis=1, keepdims=True)
        n = X.shape[1]
        spectrum = fft.rfft(X if self.window is None else X * self._taper(n))
        low, high = self._range()
        k = _peak_bin(spectrum, n, low, high)
        if self.interpolation in ITERATIVE:
            frequency = _aboutanios_mulgrew(X, k / n, self.interpolation.endswith("image"))
        else:
            closed_form = CLOSED_FORMS[self.interpolation]
            rows = np.arange(len(X))
            delta = closed_form(*(spectrum[rows, k + j] for j in (-1, 0, 1)), n) if closed_form else 0.0
            frequency = (k + np.clip(delta, -1, 1)) / n
        return np.clip(frequency, low, high)


def _peak_bin(spectrum: np.ndarray, n: int, low: float, high: float) -> np.ndarray:
    """Return the largest bin in the range that has a neighbour on either side."""
    first = max(1, int(np.ceil(low * n)))
    last = min(spectrum.shape[1] - 2, int(np.floor(high * n)))
    if last < first:  # a range between two bins
        return np.full(len(spectrum), np.clip(round((low + high) / 2 * n), 1, spectrum.shape[1] - 2))
    inner = spectrum[:, first : last + 1]
    return first + np.argmax(inner.real**2 + inner.imag**2, axis=1)


def _aboutanios_mulgrew(X: np.ndarray, frequency: np.ndarray, subtract_image: bool) -> np.ndarray:
    n = X.shape[1]
    time = np.arange(n)
    half_bin = np.exp(-1j * np.pi * time / n)
    own_mean = np.zeros(len(X))
    for _ in range(ITERATIONS):
        rotated = X * np.exp(-2j * np.pi * frequency[:, None] * time)
        above, below = rotated @ half_bin, rotated @ half_bin.conj()
        if subtract_image:
            # X lost its mean, and with it the tone's own: that constant leaks too.
            transform = rotated.sum(axis=1) + own_mean * _leakage(frequency, n)
            a = _complex_amplitude(transform, frequency, n)
            own_mean = 2 * (a * _leakage(frequency, n).conj()).real / n
            for side, shift in ((above, 0.5 / n), (below, -0.5 / n)):
                side -= a.conj() * _leakage(2 * frequency + shift, n)
                side += own_mean * _leakage(frequency + shift, n)
        step = 0.5 * _divide(above + below, above - below).real
        frequency = np.clip(frequency + np.clip(step, -0.5, 0.5) / n, 0.25 / n, 0.5 - 0.25 / n)
    return frequency


def _leakage(frequency: np.ndarray, n: int) -> np.ndarray:
    """Return sum of exp(-2 pi i f t) over t = 0 ... n - 1."""
    turn = np.exp(-2j * np.pi * frequency)
    return _divide(1 - turn**n, 1 - turn)


def _complex_amplitude(transform: np.ndarray, frequency: np.ndarray, n: int) -> np.ndarray:
    """Return a of x[t] = a exp(i w t) + conj(a exp(i w t)) from the transform at w."""
    image = _leakage(2 * frequency, n)
    return (n * transform - image * transform.conj()) / (n**2 - np.abs(image) ** 2)
