"""The usual classical remedies, one for each way in which a tone in white noise goes wrong."""

import numpy as np
from scipy import fft

from baselines import sample_laws
from baselines.model_fit import ModelFit, climb, sine_parameters
from baselines.sine_fit import SineFit
from baselines.tone_estimator import ToneEstimator, linear_sine_fit
from dspvnn.estimator import LOST, SideInformation
from dspvnn.signals import tone
from dspvnn.signals.scaling import Unit
from dspvnn.signals.tone_models import N_PARAMETERS, tone_model, tone_parameters


class RobustFit(ModelFit):
    """For impulsive noise: the sine fit under Student t errors, whose degrees of freedom are estimated too.

    An impulse weighs little: a sample at a distance from the fit counts by (nu + 1) / (nu + distance^2),
    with nu the degrees of freedom and the distance in units of the noise's scale. The start is the plain
    sine fit: impulses that drown the tone in it lead the robust fit astray too. It needs signals
    ``(n_signals, n_samples)`` of 16 samples at least.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Lange, Little and Taylor, "Robust statistical modeling using the t distribution", J. Am. Stat. Assoc.
    84(408), 1989.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import RobustFit
    >>> rng = np.random.default_rng(0)
    >>> x = np.cos(2 * np.pi * 0.12 * np.arange(128)) + 0.05 * rng.normal(size=128)
    >>> x[[20, 70, 99]] += 5  # three impulses
    >>> RobustFit().predict([x]).round(3)
    array([0.12])
    """

    law = staticmethod(sample_laws.student_t)


class CensoredFit(ModelFit):
    """For clipped records: a sample on a rail says only that the signal lay beyond it.

    The rails are found in the record: extremes that repeat. It needs signals ``(n_signals, n_samples)`` of
    16 samples at least.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Tobin, "Estimation of relationships for limited dependent variables", Econometrica 26(1), 1958.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import CensoredFit
    >>> rng = np.random.default_rng(0)
    >>> x = np.cos(2 * np.pi * 0.12 * np.arange(128)) + 0.05 * rng.normal(size=128)
    >>> CensoredFit(outputs=("frequency", "amplitude")).predict([np.clip(x, -0.5, 0.5)]).round(1)
    array([[0.1, 1. ]])
    """

    law = staticmethod(sample_laws.censored)


class GapFit(ModelFit):
    """For missing samples (NaN): the sine fit over the samples that are there.

    It needs signals ``(n_signals, n_samples)`` of 16 samples at least, 5 of them present.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Lomb, "Least-squares frequency analysis of unequally spaced data", Astrophys. Space Sci. 39, 1976.
    Scargle, "Studies in astronomical time series analysis II", Astrophys. J. 263, 1982.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import GapFit
    >>> x = np.cos(2 * np.pi * 0.12 * np.arange(128))
    >>> x[30:60] = np.nan
    >>> GapFit().predict([x]).round(6)
    array([0.12])
    """

    allow_nan = True

    def _find_hopeless(self, X: np.ndarray, unit: Unit) -> np.ndarray:
        unknown = unit.constant | (X.shape[1] - np.isnan(X).sum(axis=1) < 5)
        self._warn_failed(unknown, "are constant, or have fewer than 5 samples")
        self._warn_failed(unit.lost & ~unknown, LOST)
        return unknown | unit.lost

    def _start(self, X: np.ndarray) -> np.ndarray:
        mean = np.nanmean(X, axis=1, keepdims=True)  # gaps at the mean, as Lomb and Scargle take them
        start = sine_parameters(np.where(np.isnan(X), 0.0, X - mean))
        start[:, 1:3] /= np.mean(~np.isnan(X), axis=1, keepdims=True)
        start[:, 3] = mean[:, 0]
        return start


class TwoToneFit(ModelFit):
    """For a second tone beside the first: both are fitted, the stronger is the one that is asked for.

    The start is the method RELAX: each tone in turn is fitted to what the other leaves. It needs signals
    ``(n_signals, n_samples)`` of 16 samples at least.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Li and Stoica, "Efficient mixed-spectrum estimation with applications to target feature extraction",
    IEEE Trans. Signal Process. 44(2), 1996.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import TwoToneFit
    >>> n = np.arange(128)
    >>> rng = np.random.default_rng(0)
    >>> x = np.cos(2 * np.pi * 0.12 * n) + 0.7 * np.cos(2 * np.pi * 0.14 * n) + 0.01 * rng.normal(size=128)
    >>> TwoToneFit().predict([x]).round(3)
    array([0.12])
    """

    model = "two tones"
    ROUNDS = 4

    def _start(self, X: np.ndarray) -> np.ndarray:
        n = X.shape[1]
        first = second = np.zeros((len(X), 4))
        for _ in range(self.ROUNDS):
            first = sine_parameters(X - tone_model(second, n)[0] if second.any() else X)
            second = sine_parameters(X - tone_model(first, n)[0])
            second[:, 3] = 0
        return np.concatenate([first, second[:, :3]], axis=1)

    def climb(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return parameters and log-likelihood, the stronger tone first.

        Where the second tone does not earn its parameters (BIC), or the two are no tones that a record can
        tell (within 3/4 of a bin of each other, half a bin of zero or half the rate), one is fitted:
        large ones that cancel each other would fit the noise.
        """
        theta, likelihood = super().climb(X)
        one, of_one = climb(X, sine_parameters(X), "tone", sample_laws.gaussian)
        spare = 2 * (likelihood - of_one) < 3 * np.log(X.shape[1])
        both = theta[:, [0, 4]] * X.shape[1]
        spare |= np.abs(both[:, 0] - both[:, 1]) < 0.75
        spare |= np.any((both < 0.5) | (both > (X.shape[1] - 1) / 2), axis=1)
        weaker = np.hypot(*theta[:, 1:3].T) < np.hypot(*theta[:, 5:7].T)
        theta = np.where(weaker[:, None], theta[:, [4, 5, 6, 3, 0, 1, 2]], theta)
        theta = np.where(spare[:, None], np.pad(one, ((0, 0), (0, 3))), theta)
        return theta, np.where(spare, of_one, likelihood)


class HarmonicFit(ModelFit):
    """For a distorted tone: its second and its third harmonic are fitted with it.

    The strongest of the three is taken for the first. It needs signals ``(n_signals, n_samples)`` of 16
    samples at least.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Quinn and Thomson, "Estimating the frequency of a periodic function", Biometrika 78(1), 1991.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import HarmonicFit
    >>> angle = 2 * np.pi * 0.06 * np.arange(128)
    >>> rng = np.random.default_rng(0)
    >>> x = np.cos(angle) + 0.3 * np.cos(2 * angle) + 0.01 * rng.normal(size=128)
    >>> HarmonicFit().predict([x]).round(3)
    array([0.06])
    """

    model = "harmonics"


class ChirpFit(ModelFit):
    """For a frequency that drifts: the tone with a linear sweep.

    The answer is the frequency at the record's middle. It needs signals ``(n_signals, n_samples)`` of 16
    samples at least.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Abatzoglou, "Fast maximum likelihood joint estimation of frequency and frequency rate", IEEE Trans.
    Aerosp. Electron. Syst. 22(6), 1986.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import ChirpFit
    >>> n = np.arange(128) - 63.5  # from the middle
    >>> rng = np.random.default_rng(0)
    >>> x = np.cos(2 * np.pi * (0.12 * n + 0.0001 * n**2)) + 0.01 * rng.normal(size=128)
    >>> ChirpFit().predict([x]).round(3)
    array([0.12])
    """

    model = "chirp"
    SWEEPS = np.arange(-8, 9)  # cycles per record, over the record

    def _start(self, X: np.ndarray) -> np.ndarray:
        n = X.shape[1]
        centred = X - X.mean(axis=1, keepdims=True)
        m = np.arange(n) - (n - 1) / 2
        half = slice(1, n)  # of a transform padded to 2 n: the positive frequencies
        back = np.exp(-1j * np.pi * self.SWEEPS[:, None] * m**2 / n**2)
        power = np.stack([np.abs(fft.fft(centred * turn, 2 * n)[:, half]) for turn in back], axis=1)
        best = power.reshape(len(X), -1).argmax(axis=1)
        sweep, index = np.unravel_index(best, power.shape[1:])
        frequency = (index + 1) / (2 * n)
        start = tone_parameters(n, frequency, *np.zeros((3, len(X))))
        cycles = frequency[:, None] * m + self.SWEEPS[sweep][:, None] * m**2 / (2 * n**2)
        turned = np.mean(centred * np.exp(-2j * np.pi * cycles), axis=1)
        start[:, 1], start[:, 2], start[:, 3] = 2 * turned.real, -2 * turned.imag, X.mean(axis=1)
        return np.concatenate([start, self.SWEEPS[sweep][:, None]], axis=1)


class DecayFit(ModelFit):
    """For a tone that dies away: the sine fit with an exponential envelope.

    The amplitude is that at the first sample. It needs signals ``(n_signals, n_samples)`` of 16 samples at
    least.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Yao and Pandit, "Cramér-Rao lower bounds for a damped sinusoidal process", IEEE Trans. Signal Process.
    43(4), 1995.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import DecayFit
    >>> n = np.arange(128)
    >>> rng = np.random.default_rng(0)
    >>> x = 2 * np.exp(-n / 40) * np.cos(2 * np.pi * 0.12 * n) + 0.01 * rng.normal(size=128)
    >>> DecayFit(outputs=("frequency", "amplitude")).predict([x]).round(2)
    array([[0.12, 2.  ]])
    """

    model = "decay"

    def _start(self, X: np.ndarray) -> np.ndarray:
        return np.concatenate([sine_parameters(X), np.ones((len(X), 1))], axis=1)


class PrewhitenedFit(ToneEstimator):
    """For coloured noise: the sine fit of the record filtered by the noise's own autoregression.

    The autoregression (Burg's method, from statsmodels) is that of what the last fit leaves; a filtered
    tone is a tone of the same frequency. It needs signals ``(n_signals, n_samples)`` of 8 + 2 `order`
    samples at least.

    Parameters
    ----------
    order : int
        Of the autoregression; a ValueError below 1.
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Burg, Maximum Entropy Spectral Analysis, PhD thesis, Stanford University, 1975.
    Kay, Modern Spectral Estimation, 1988, ch. 7.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.signal import lfilter
    >>> from baselines import PrewhitenedFit
    >>> noise = lfilter([0.1], [1, -0.9], np.random.default_rng(0).normal(size=128))
    >>> PrewhitenedFit().predict([np.cos(2 * np.pi * 0.12 * np.arange(128)) + noise]).round(2)
    array([0.12])
    """

    side_information = frozenset({SideInformation.KIND_OF_MISMATCH})
    frequency_range = None
    ROUNDS = 2

    def __init__(
        self, order: int = 2, sample_rate: float = 1.0, outputs: tuple[str, ...] = ("frequency",)
    ) -> None:
        self.order = order
        self.sample_rate = sample_rate
        self.outputs = outputs

    def _min_samples(self) -> int:
        if not isinstance(self.order, int | np.integer) or self.order < 1:
            raise ValueError(f"PrewhitenedFit: order must be a positive integer, got {self.order!r}")
        return 8 + 2 * int(self.order)

    def _find_frequency(self, X: np.ndarray) -> np.ndarray:
        frequency = SineFit().predict(X)
        for _ in range(self.ROUNDS):
            rest = X - tone(X.shape[1], frequency, **linear_sine_fit(X, frequency))
            frequency = SineFit().predict(self._whitened(X, rest))
        return frequency

    def _whitened(self, X: np.ndarray, noise: np.ndarray) -> np.ndarray:
        from statsmodels.regression.linear_model import burg  # a second to import

        p = int(self.order)
        white = X[:, p:].copy()
        for i, rest in enumerate(noise):
            if np.ptp(rest) > 1e-12 * np.ptp(X[i]):
                coefficients = burg(rest, order=p, demean=True)[0]
                for k, coefficient in enumerate(coefficients, start=1):
                    white[i] -= coefficient * X[i, p - k : -k]
        return white


class SelectedFit(ModelFit):
    """For who does not know what is wrong with a record: the fit of least BIC among six.

    The six are the sine fit, the robust, two-tone, harmonic, chirp and decay fit. BIC, the Bayesian
    information criterion, charges every parameter log(n_samples) / 2 of log-likelihood. A record with gaps
    (NaN) goes to `GapFit`, one with rails to `CensoredFit`. It needs signals ``(n_signals, n_samples)`` of
    16 samples at least.

    Parameters
    ----------
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"

    References
    ----------
    Schwarz, "Estimating the dimension of a model", Ann. Statist. 6(2), 1978.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import SelectedFit
    >>> rng = np.random.default_rng(0)
    >>> x = np.cos(2 * np.pi * 0.12 * np.arange(128)) + 0.05 * rng.normal(size=128)
    >>> x[[20, 70, 99]] += 5  # three impulses
    >>> SelectedFit().predict([x]).round(3)
    array([0.12])
    """

    side_information = frozenset()
    allow_nan = True
    FITS = (ModelFit, RobustFit, TwoToneFit, HarmonicFit, ChirpFit, DecayFit)

    _find_hopeless = GapFit._find_hopeless

    def climb(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return frequency, a, b, offset and log-likelihood under the law that was chosen."""
        theta, likelihood = np.zeros((len(X), 4)), np.zeros(len(X))
        gaps = np.isnan(X).any(axis=1)
        rails = np.any(sample_laws.at_rails(X), axis=(0, 2)) & ~gaps
        for chosen, fits in (
            (gaps, (GapFit,)), (rails, (CensoredFit,)), (~gaps & ~rails, self.FITS)
        ):  # fmt: skip
            if chosen.any():
                theta[chosen], likelihood[chosen] = _least_bic(X[chosen], fits)
        return theta, likelihood


def _least_bic(X: np.ndarray, fits: tuple[type[ModelFit], ...]) -> tuple[np.ndarray, np.ndarray]:
    answers = [fit().climb(X) for fit in fits]
    n_parameters = np.array([N_PARAMETERS[fit.model] + (fit is RobustFit) for fit in fits])
    price = np.log(X.shape[1]) / 2 * n_parameters
    scores = np.array([likelihood for _, likelihood in answers]) - price[:, None]
    best = scores.argmax(axis=0)
    each = np.arange(len(X))
    theta = np.stack([theta[:, :4] for theta, _ in answers])[best, each]
    return theta, np.stack([likelihood for _, likelihood in answers])[best, each]
