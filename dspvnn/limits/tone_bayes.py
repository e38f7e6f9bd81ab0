"""The posterior mean of a tone's frequency: no estimator has a smaller mean squared error under the prior.

The prior is the draw of the tone task at one SNR: x[n] = A cos(2 pi f n + phase) + offset + noise with f
uniform on a range, phase uniform, A log-uniform, and the noise level tied to A by the known SNR rho:
sigma^2 = A^2 / (2 rho). With r = 1 / A the likelihood of x is a constant times

    r^(n-1) exp(-rho (r^2 E - 2 r b + g)),   b = C cos(phi) + S sin(phi),
                                             g = Gc cos^2(phi) + Gs sin^2(phi),

once a flat offset is integrated out: E is the energy of x freed of its mean, C and S its sums with cos and
sin of 2 pi f m on centred time, Gc and Gs their energies. The phase integral is a Bessel function I0, up
to the small difference of Gc and Gs, which shifts its peak; r and f are left to Gauss-Legendre rules.

Below about -2 dB (128 samples) the rule of f covers the whole range; above it the posterior is one peak,
and the rule covers 9 of its widths on each side.

Accuracy, against an integral by brute force over f, phase, A and the offset on [-1, 1]: the mean is off by
0.001 posterior standard deviations or less for most signals, and by up to 0.06 for the few whose offset
lies at the end of its range and whose frequency is low, which is the price of the flat offset. Both raise
the mean squared error by less than 0.1 % (tests/limits/test_tone_bayes.py).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import i0e

BLOCK = 250  # signals worked on at once: the temporaries of a block stay in the cache
PEAK_WIDTHS = 9.0
OUTLIER_EXPONENT = 20.0  # exp(-20): the chance of a peak elsewhere when the rule is a local one


@dataclass(frozen=True)
class TonePrior:
    """What the posterior mean knows: f uniform, A log-uniform, phase uniform, the SNR of every signal.

    Parameters
    ----------
    frequency_range : (low, high)
        In cycles per sample.
    amplitude_range : (low, high)
        In the signal's unit.
    nodes_per_width : float
        Nodes of f per Cramér-Rao standard deviation, in the middle of the rule.
    n_amplitudes : int
        Nodes of A, over 5 standard deviations of its posterior on each side.

    Raises
    ------
    ValueError
        Unless 0 < low < high < 0.5 for the frequencies and 0 < low < high for the amplitudes.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing I: Estimation Theory, 1993, ch. 11.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import TonePrior, tone_posterior
    >>> signals = np.random.default_rng(0).normal(size=(2, 128))  # noise alone: the prior's own mean
    >>> tone_posterior(signals, -60, TonePrior(frequency_range=(0.1, 0.3))).mean.round(2)
    array([0.2, 0.2])
    """

    frequency_range: tuple[float, float] = (0.05, 0.25)
    amplitude_range: tuple[float, float] = (0.5, 2.0)
    nodes_per_width: float = 0.8
    n_amplitudes: int = 8

    def __post_init__(self) -> None:
        low, high = self.frequency_range
        if not 0 < low < high < 0.5:
            raise ValueError(f"frequency_range must satisfy 0 < low < high < 0.5, got {low}, {high}")
        low, high = self.amplitude_range
        if not 0 < low < high:
            raise ValueError(f"amplitude_range must satisfy 0 < low < high, got {low}, {high}")


@dataclass(frozen=True)
class Posterior:
    """Mean and standard deviation of the frequency given each signal.

    Attributes
    ----------
    mean, std : array, ``(n_signals,)``
        In cycles per sample.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing I: Estimation Theory, 1993, ch. 11.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import tone_posterior
    >>> posterior = tone_posterior(np.cos(2 * np.pi * 0.12 * np.arange(128))[None], snr_db=20)
    >>> posterior.mean.round(3), bool(posterior.std[0] < 1e-3)
    (array([0.12]), True)
    """

    mean: np.ndarray
    std: np.ndarray


def tone_posterior(signals: np.ndarray, snr_db: float, prior: TonePrior | None = None) -> Posterior:
    """Return the posterior mean and standard deviation of the frequency, ``(n_signals,)`` each.

    Parameters
    ----------
    signals : array, ``(n_signals, n_samples)``
        Of 16 samples at least.
    snr_db : float
        10 log10(A^2 / (2 sigma^2)) of all signals, known.
    prior : TonePrior, optional
        The training prior of the tone task when left out.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing I: Estimation Theory, 1993, ch. 11. The module says
    how the integrals are computed, and how accurately.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import tone_posterior
    >>> tone_posterior(np.cos(2 * np.pi * 0.12 * np.arange(128))[None], snr_db=20).mean.round(3)
    array([0.12])
    """
    prior = prior or TonePrior()
    signals = np.atleast_2d(np.asarray(signals, float))
    if signals.shape[1] < 16:
        raise ValueError(f"tone_posterior needs at least 16 samples, got {signals.shape[1]}")
    if not np.isfinite(snr_db):
        raise ValueError(f"snr_db must be a finite number, got {snr_db}")
    snr = 10 ** (snr_db / 10)
    blocks = [_block(signals[start : start + BLOCK], snr, prior) for start in range(0, len(signals), BLOCK)]
    mean, std = np.concatenate(blocks, axis=1)
    return Posterior(mean, std)


def _block(signals: np.ndarray, snr: float, prior: TonePrior) -> np.ndarray:
    n = signals.shape[1]
    signals = signals - signals.mean(axis=1, keepdims=True)
    low, high = prior.frequency_range
    width = np.sqrt(12 / ((2 * np.pi) ** 2 * snr * n * (n**2 - 1)))  # the asymptotic bound
    half, middle = (high - low) / 2, np.full(len(signals), (high + low) / 2)
    if snr * n / 4 > OUTLIER_EXPONENT and PEAK_WIDTHS * width < half:
        half = PEAK_WIDTHS * width
        middle = np.clip(_peak(signals, low, high), low + half, high - half)
    n_nodes = max(16, int(np.ceil(prior.nodes_per_width * np.pi / 2 * 2 * half / width)))
    offset, weight = np.polynomial.legendre.leggauss(n_nodes)
    likelihood = _likelihood(signals, middle, half * offset, snr, prior)
    posterior = weight * likelihood
    posterior /= posterior.sum(axis=1, keepdims=True)
    mean = posterior @ offset
    std = np.sqrt(np.maximum(posterior @ offset**2 - mean**2, 0))
    return np.stack([middle + half * mean, half * std])


def _likelihood(
    signals: np.ndarray, middle: np.ndarray, offset: np.ndarray, snr: float, prior: TonePrior
) -> np.ndarray:
    """Return p(signal | f) at f = middle + offset but for a factor, ``(n_signals, n_offsets)``."""
    n = signals.shape[1]
    same = np.ptp(middle) == 0  # then one row of energies serves all
    of_cos, of_sin = _energies((middle[:1] if same else middle)[:, None] + offset, n)
    by_cos, by_sin = _sums(signals, middle, offset)
    # Polar form of C and S, and of the double angle; R = 0 has no angle and needs none.
    radius = np.hypot(by_cos, by_sin)
    square = np.maximum(radius**2, np.finfo(float).tiny)
    cos2, sin2 = (by_cos**2 - by_sin**2) / square, 2 * by_cos * by_sin / square
    unequal, equal = snr * (of_cos - of_sin) / 2, snr * (of_cos + of_sin) / 2
    inverse, log_weight = _amplitude_nodes(
        signals, by_cos / of_cos, by_sin / of_sin, of_cos, of_sin, snr, prior
    )
    energy = np.sum(signals**2, axis=1)
    height, bessel = np.empty((2, inverse.shape[1], *radius.shape))
    for j, (r, log_w) in enumerate(zip(inverse.T, log_weight.T, strict=True)):
        of_amplitude = (n - 2) * np.log(r) - snr * r**2 * energy + log_w
        height[j], bessel[j] = _phase_integral(2 * snr * r[:, None] * radius, unequal, cos2, sin2)
        height[j] += of_amplitude[:, None] - equal
    height -= height.max(axis=(0, 2))[:, None]
    return np.sum(np.exp(height) * bessel, axis=0)


def _sums(signals: np.ndarray, middle: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of signals with cos and sin of 2 pi (middle + offset) m, m from the record's middle.

    Signals are shifted by their own `middle` first; the rest is one matrix for all of them.
    """
    m = np.arange(signals.shape[1]) - (signals.shape[1] - 1) / 2
    shifted = signals * np.exp(-2j * np.pi * middle[:, None] * m)
    spectrum = shifted @ np.exp(-2j * np.pi * m[:, None] * offset)
    return spectrum.real, -spectrum.imag


def _energies(frequency: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the energies of cos, freed of its mean, and of sin on centred time."""
    once = np.sin(np.pi * frequency * n) / np.sin(np.pi * frequency)
    twice = np.sin(2 * np.pi * frequency * n) / np.sin(2 * np.pi * frequency)
    return (n + twice) / 2 - once**2 / n, (n - twice) / 2


def _amplitude_nodes(
    signals: np.ndarray, a: np.ndarray, b: np.ndarray, of_cos: np.ndarray, of_sin: np.ndarray,
    snr: float, prior: TonePrior,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return nodes of r = 1 / A and the logs of their weights, ``(n_signals, n_amplitudes)``.

    They cover 5 standard deviations about the maximum over r at the best frequency and phase.
    """
    n = signals.shape[1]
    explained = a**2 * of_cos + b**2 * of_sin
    best = np.argmax(explained, axis=1)[:, None]
    explained, amplitude = (np.take_along_axis(v, best, 1)[:, 0] for v in (explained, np.hypot(a, b)))
    energy = np.maximum(np.sum(signals**2, axis=1), np.finfo(float).tiny)
    b_best = explained / np.maximum(amplitude, np.finfo(float).tiny)
    centre = (b_best + np.sqrt(b_best**2 + 2 * (n - 2) * energy / snr)) / (2 * energy)
    width = 1 / np.sqrt(2 * snr * energy + (n - 2) / centre**2)
    lowest, highest = 1 / prior.amplitude_range[1], 1 / prior.amplitude_range[0]
    centre = np.clip(centre, lowest, highest)
    start = np.maximum(centre - 5 * width, lowest)
    end = np.minimum(centre + 5 * width, highest)
    node, weight = np.polynomial.legendre.leggauss(prior.n_amplitudes)
    half = (end - start)[:, None] / 2
    return start[:, None] + half * (1 + node), np.log(weight * half)


def _phase_integral(
    strength: np.ndarray, unequal: np.ndarray, cos2: np.ndarray, sin2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of exp(strength cos(phi - psi) - unequal cos(2 phi)) over phi: log factor, factor.

    Laplace's method about the maximum phi = psi + d, with I0 of the curvature there in place of a
    Gaussian: exact for `unequal` = 0. cos2, sin2: of 2 psi.
    """
    peaked = strength > 8 * np.abs(unequal)  # else there is next to no tone, and no likelihood either
    unequal = np.where(peaked, unequal, 0.0)
    curvature = np.where(peaked, strength - 4 * unequal * cos2, np.maximum(strength, 1e-9))
    d = 2 * unequal * sin2 / curvature
    if strength.max() < 200:  # one Newton step: an error of strength d^4 / 2
        return strength - unequal * cos2 + unequal * sin2 * d, i0e(curvature)
    for _ in range(2):
        c, s = np.cos(2 * d), np.sin(2 * d)
        slope = -strength * np.sin(d) + 2 * unequal * (sin2 * c + cos2 * s)
        curvature = strength * np.cos(d) - 4 * unequal * (cos2 * c - sin2 * s)
        d = d + slope / np.where(curvature > 0, curvature, np.inf)
    height = strength * np.cos(d) - unequal * (cos2 * np.cos(2 * d) - sin2 * np.sin(2 * d))
    return height, i0e(curvature)


def _peak(signals: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return the frequency of the best least-squares sine, to 1e-6 bins: FFT, then two zooms."""
    n = signals.shape[1]
    size = 8 * n
    first, last = int(np.ceil(low * size)), int(np.floor(high * size))
    best = np.clip((np.array([low, high])).mean(), low, high) * np.ones(len(signals))
    if last >= first:
        spectrum = np.abs(np.fft.rfft(signals, size)[:, first : last + 1])
        best = (first + np.argmax(spectrum, axis=1)) / size
    for reach, n_nodes in ((1 / 4, 17), (1 / 64, 9)):  # of a bin, on each side
        step = 2 * reach / n / (n_nodes - 1)
        offset = step * (np.arange(n_nodes) - n_nodes // 2)
        by_cos, by_sin = _sums(signals, best, offset)
        of_cos, of_sin = _energies(best[:, None] + offset, n)
        explained = by_cos**2 / of_cos + by_sin**2 / of_sin
        at = np.clip(np.argmax(explained, axis=1), 1, n_nodes - 2)[:, None]
        left, here, right = (np.take_along_axis(explained, at + k, 1)[:, 0] for k in (-1, 0, 1))
        bend = left - 2 * here + right
        shift = np.where(bend < 0, (left - right) / 2 / np.where(bend < 0, bend, -1.0), 0.0)
        best = np.clip(best + offset[at[:, 0]] + step * np.clip(shift, -1, 1), low, high)
    return best
