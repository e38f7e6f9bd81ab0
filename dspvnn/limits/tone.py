"""The Cramér-Rao bound of a tone in white noise: x[n] = A cos(2 pi f n + phase) + offset + noise.

From the exact Fisher matrix of finite length (Kay, Fundamentals of Statistical Signal Processing I,
1993, sec. 3.11; for the offset: Händel, IEEE Trans. Instrum. Meas. 49, 2000). It speaks of unbiased
estimators, so it is the limit above the threshold SNR; `tone_bayes` has the one below it.
"""

import numpy as np

from dspvnn.estimator import TONE_OUTPUTS


def tone_fisher_information(
    n_samples: int,
    frequency: np.ndarray,
    phase: np.ndarray,
    amplitude: np.ndarray,
    noise_std: np.ndarray,
) -> np.ndarray:
    """Return the Fisher matrices of tones in white Gaussian noise, ``(n_signals, 4, 4)``.

    Parameters are ordered frequency (cycles per sample), phase (radians), amplitude, offset.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing I: Estimation Theory, 1993, sec. 3.9 and ex. 3.14.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import tone_fisher_information
    >>> one = np.ones(1)
    >>> tone_fisher_information(128, 0.12 * one, one, one, 0.1 * one).shape
    (1, 4, 4)
    """
    frequency, phase, amplitude, noise_std = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(p, float)) for p in (frequency, phase, amplitude, noise_std))
    )
    if np.any(noise_std <= 0):
        raise ValueError(f"noise_std must be positive, got {noise_std.min()}")
    n = np.arange(n_samples)
    angle = 2 * np.pi * frequency[:, None] * n + phase[:, None]
    by_phase = -amplitude[:, None] * np.sin(angle)
    jacobian = np.stack([2 * np.pi * n * by_phase, by_phase, np.cos(angle), np.ones_like(angle)], axis=-1)
    return jacobian.mT @ jacobian / noise_std[:, None, None] ** 2


def tone_bound(
    n_samples: int,
    frequency: np.ndarray,
    phase: np.ndarray,
    amplitude: np.ndarray,
    noise_std: np.ndarray,
    unknown: tuple[str, ...] = TONE_OUTPUTS,
) -> dict[str, np.ndarray]:
    """Return the Cramér-Rao bound on the variance of every unknown parameter, per signal.

    Parameters
    ----------
    n_samples : int
        At least the number of unknown parameters.
    frequency, phase, amplitude, noise_std : array, ``(n_signals,)``
        In cycles per sample, radians, and the signal's unit.
    unknown : tuple of str
        The parameters that the estimator does not know; the others are taken as given.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing I: Estimation Theory, 1993, ex. 3.14. Rife and
    Boorstyn, "Single-tone parameter estimation from discrete-time observations", IEEE Trans. Inf. Theory
    20(5), 1974.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import tone_bound
    >>> one = np.ones(1)
    >>> bound = tone_bound(128, 0.12 * one, one, one, 0.1 * one)
    >>> f"{np.sqrt(bound['frequency'])[0]:.1e} cycles per sample"
    '5.3e-05 cycles per sample'
    """
    variance = tone_variance(n_samples, frequency, phase, amplitude, noise_std, unknown)
    singular = ~np.isfinite(variance).all(axis=1)
    if singular.any():
        worst = int(np.argmax(singular))
        raise ValueError(
            f"the Fisher matrix of {unknown} is singular at n_samples={n_samples}, "
            f"frequency={np.broadcast_to(frequency, singular.shape)[worst]}"
        )
    return {name: variance[:, i] for i, name in enumerate(unknown)}


def tone_variance(
    n_samples: int,
    frequency: np.ndarray,
    phase: np.ndarray,
    amplitude: np.ndarray,
    noise_std: np.ndarray,
    unknown: tuple[str, ...] = TONE_OUTPUTS,
) -> np.ndarray:
    """Return `tone_bound` as an array, ``(n_signals, n_unknown)``; a singular Fisher matrix gives inf.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing I: Estimation Theory, 1993, ex. 3.14.

    Examples
    --------
    >>> import numpy as np
    >>> from dspvnn.limits import tone_variance
    >>> one = np.ones(1)
    >>> tone_variance(128, 0.12 * one, one, one, 0.1 * one, ("frequency", "phase")).shape
    (1, 2)
    """
    if n_samples < len(unknown):
        raise ValueError(
            f"n_samples must be at least the {len(unknown)} unknown parameters, got {n_samples}"
        )
    chosen = [TONE_OUTPUTS.index(name) for name in unknown]
    fisher = tone_fisher_information(n_samples, frequency, phase, amplitude, noise_std)
    fisher = fisher[:, chosen][:, :, chosen]
    # Scaled to a unit diagonal before it is inverted: the parameters' units differ by orders.
    scale = np.sqrt(np.diagonal(fisher, axis1=1, axis2=2))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = fisher / scale[:, :, None] / scale[:, None, :]
    # A derivative that is nothing but rounding, sin(pi n) at the end of the band, is no information.
    time, volume = np.arange(n_samples), np.broadcast_to(np.divide(amplitude, noise_std), len(scale))
    whole = np.sqrt(np.stack([np.sum((2 * np.pi * time) ** 2), n_samples, n_samples, n_samples]))[chosen]
    moved = np.isin(unknown, ("frequency", "phase"))  # whose derivatives have the amplitude as a factor
    per_noise = np.where(moved, volume[:, None], 1 / np.broadcast_to(noise_std, len(scale))[:, None])
    regular = (scale > 1e-10 * whole * per_noise).all(axis=1) & np.isfinite(correlation).all(axis=(1, 2))
    regular[regular] = np.linalg.cond(correlation[regular]) <= 1e14
    variance = np.full(scale.shape, np.inf)
    inverse = np.linalg.inv(correlation[regular])
    variance[regular] = np.diagonal(inverse, axis1=1, axis2=2) / scale[regular] ** 2
    return variance


def tone_bound_asymptotic(n_samples: int, snr_db: float) -> float:
    """Return the textbook bound on the variance of the frequency (cycles per sample) of a real tone:
    6 / (pi^2 snr n (n^2 - 1)) / 2 with snr = A^2 / (2 sigma^2), good far from 0 and 0.5.

    References
    ----------
    Rife and Boorstyn, "Single-tone parameter estimation from discrete-time observations", IEEE Trans. Inf.
    Theory 20(5), 1974.

    Examples
    --------
    >>> from dspvnn.limits import tone_bound_asymptotic
    >>> f"{tone_bound_asymptotic(128, snr_db=20) ** 0.5:.1e} cycles per sample"
    '3.8e-05 cycles per sample'
    """
    snr = 10 ** (snr_db / 10)
    return 12 / ((2 * np.pi) ** 2 * snr * n_samples * (n_samples**2 - 1))
