"""Two limits of a tone's frequency averaged over what is not known: the phase, and the frequency itself.

The Cramér-Rao bound depends on the phase, and strongly so below three cycles a record. The Ziv-Zakai
bound needs no unbiased estimator: it bounds the mean squared error under a uniform prior of the
frequency, below the threshold too (Ziv and Zakai, IEEE Trans. Inf. Theory 15, 1969; in the form of
Chazan, Zakai and Ziv, 1975, with Bellini and Tartara's valley filling, IEEE Trans. Commun. 22, 1974).
"""

import numpy as np
from scipy.integrate import trapezoid
from scipy.stats import ncx2, norm

from dspvnn.estimator import TONE_OUTPUTS
from dspvnn.limits.tone import tone_bound


def tone_bound_phase_average(
    n_samples: int,
    frequency: float,
    amplitude: float,
    noise_std: float,
    unknown: tuple[str, ...] = TONE_OUTPUTS,
    n_phases: int = 256,
) -> dict[str, float]:
    """Return the Cramér-Rao bound on the variance averaged over a uniform phase, by parameter.

    The bound is a smooth function of the phase of period pi, so `n_phases` equidistant phases converge
    exponentially: 256 give 1e-10 from a quarter of a cycle a record on. Units and errors of `tone_bound`.

    References
    ----------
    Trefethen and Weideman, "The exponentially convergent trapezoidal rule", SIAM Rev. 56(3), 2014.

    Examples
    --------
    >>> from dspvnn.limits import tone_bound_phase_average
    >>> bound = tone_bound_phase_average(128, frequency=0.12, amplitude=1.0, noise_std=0.1)
    >>> f"{bound['frequency'] ** 0.5:.1e} cycles per sample"
    '5.4e-05 cycles per sample'
    """
    phase = np.pi * np.arange(n_phases) / n_phases
    f, a, std = (np.full(n_phases, value) for value in (frequency, amplitude, noise_std))
    bound = tone_bound(n_samples, f, phase, a, std, unknown)
    return {name: float(variance.mean()) for name, variance in bound.items()}


def tone_pair_error(n_samples: int, separation: np.ndarray, snr_db: float) -> np.ndarray:
    """Return the least probability of taking one of two frequencies for the other.

    A tone at f or at f + separation (cycles per sample), equally likely, each with uniform phase. With
    rho = abs(sin(pi h n) / (n sin(pi h))) the correlation of the two, e = snr n / 2 and Q1 Marcum's
    function,

        P = Q1(a, b) - exp(-(a^2 + b^2) / 2) I0(a b) / 2,   a, b = sqrt(e (1 -+ sqrt(1 - rho^2)) / 2).

    References
    ----------
    Proakis, Digital Communications, 4th ed., 2001, sec. 5.4.4: noncoherent detection of two correlated
    signals. Of a real tone that leaves out the interference with its image, of order 1 / (n sin(2 pi f)),
    and takes amplitude, offset and noise level as known: it can only err low.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import tone_pair_error
    >>> tone_pair_error(128, np.array([1e-9, 0.01]), snr_db=-10).round(2)  # equal ones are a coin toss
    array([0.5 , 0.02])
    """
    h = np.asarray(separation, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = np.abs(np.sin(np.pi * h * n_samples) / (n_samples * np.sin(np.pi * h)))
    # 1 - rho^2 by its series where the difference would be rounding.
    series = (np.pi * h) ** 2 * (n_samples**2 - 1) / 3
    apart = np.sqrt(np.where(series < 1e-6, series, 1 - np.where(h == 0, 1.0, rho) ** 2))
    e = 10 ** (snr_db / 10) * n_samples / 2
    a, b = np.sqrt(e * np.maximum(1 - apart, 0) / 2), np.sqrt(e * (1 + apart) / 2)
    # Q1(a, b) - exp() I0() / 2 = (1 - Q1(b, a) + Q1(a, b)) / 2; both are tails of noncentral chi squares.
    exact = (ncx2.cdf(a**2, 2, b**2) + ncx2.sf(b**2, 2, a**2)) / 2
    # For large a b that is Q(b - a), b - a taken without the difference of two large numbers.
    return np.where(a * b > 1e3, norm.sf(e * apart / (a + b)), exact)


def tone_ziv_zakai_bound(
    n_samples: int, snr_db: float, frequency_range: tuple[float, float] = (0.05, 0.25)
) -> float:
    """Return the Ziv-Zakai bound on the mean squared error of the frequency, (cycles per sample)^2.

    f is uniform on the range, of width T, and P(h) is `tone_pair_error`:

        mse >= integral_0^T h V((1 - h / T) P(h)) dh,

    where V fills valleys: the largest value at h or beyond. It tends to T^2 / 12 at low SNR and to
    the asymptotic Cramér-Rao bound at high SNR.

    References
    ----------
    Ziv and Zakai, "Some lower bounds on signal parameter estimation", IEEE Trans. Inf. Theory 15(3), 1969.
    Bell et al., "Extended Ziv-Zakai lower bound for vector parameter estimation", IEEE Trans. Inf. Theory
    43(2), 1997.

    Examples
    --------
    >>> from dspvnn.limits import tone_ziv_zakai_bound
    >>> round(tone_ziv_zakai_bound(128, snr_db=-60) / (0.2**2 / 12), 1)  # nothing is known but the range
    1.0
    """
    low, high = frequency_range
    if not 0 <= low < high <= 0.5:
        raise ValueError(f"frequency_range must satisfy 0 <= low < high <= 0.5, got {low}, {high}")
    width = high - low
    std = np.sqrt(3 / (np.pi**2 * 10 ** (snr_db / 10) * n_samples**3))
    near, far = np.linspace(0, min(12 * std, width), 2001), np.linspace(0, width, 4001)
    h = np.union1d(near, far)
    risk = (1 - h / width) * tone_pair_error(n_samples, h, snr_db)
    filled = np.maximum.accumulate(risk[::-1])[::-1]
    return float(trapezoid(h * filled, h))
