"""The Cramér-Rao bound on a tone's frequency where the noise is not white Gaussian, or the tone not pure.

The bound is that of whoever knows the kind of mismatch and its law, but not the parameters of the
signal. With a mean mu(theta) and independent samples the Fisher matrix is the sum of
J_n J_n' i_n, J the Jacobian of the mean and i_n the information of one sample on its own mean:

- Gaussian 1 / sigma^2; a missing sample 0;
- Student t, nu degrees of freedom, scale s: (nu + 1) / ((nu + 3) s^2) (Lange, Little & Taylor, 1989);
- Bernoulli-Gauss: the integral of p'^2 / p, by quadrature;
- clipped: what is left of a Gaussian sample that says only "beyond the rail" there (Tobin, 1958).

In autoregressive Gaussian noise the covariance takes the place of i_n: Jacobian and noise are whitened
exactly, the first sample by the stationary variance (Kay 1993, sec. 3.9: a known covariance or an
unknown one gives the same bound on the mean).
"""

import numpy as np
from scipy.special import log_ndtr, ndtr
from scipy.stats import norm

from dspvnn.signals.noise import IMPULSE_RATIO


def frequency_bound(jacobian: np.ndarray, information: np.ndarray) -> np.ndarray:
    """Return the bound on the variance of the first parameter, ``(n_signals,)``.

    Parameters
    ----------
    jacobian : array, ``(n_signals, n_samples, n_parameters)``
        A column of zeros is a parameter that the signal does not have.
    information : array, ``(n_signals, n_samples)``
        Of every sample on its own mean.
    """
    n_parameters = jacobian.shape[2]
    if jacobian.shape[1] < n_parameters:
        raise ValueError(
            f"n_samples must be at least the {n_parameters} unknown parameters, got {jacobian.shape[1]}"
        )
    fisher = (jacobian * information[:, :, None]).mT @ jacobian
    scale = np.sqrt(np.diagonal(fisher, axis1=1, axis2=2))
    absent = scale == 0
    scale = np.where(absent, 1.0, scale)
    correlation = fisher / scale[:, :, None] / scale[:, None, :]
    correlation += absent[:, :, None] * np.eye(n_parameters)
    if absent[:, 0].any() or np.linalg.cond(correlation).max() > 1e14:
        raise ValueError("the Fisher matrix is singular: the samples do not tell the parameters apart")
    first = np.zeros((len(fisher), n_parameters, 1))
    first[:, 0] = 1
    return np.linalg.solve(correlation, first)[:, 0, 0] / scale[:, 0] ** 2


def student_t_information(std: np.ndarray, tail: np.ndarray | float) -> np.ndarray:
    """Return the information of a sample in Student t noise of deviation `std`, 1 / `tail` degrees."""
    scale_squared = std**2 * (1 - 2 * tail)
    return (1 + tail) / (1 + 3 * tail) / scale_squared


def impulsive_information(std: np.ndarray, share: float) -> np.ndarray:
    """Return the information of a sample in Bernoulli-Gauss noise of deviation `std`."""
    background = 1 / np.sqrt(1 + share * (IMPULSE_RATIO**2 - 1))
    wide = IMPULSE_RATIO * background
    # Even integrand, smooth on the scale of the background: the trapezoid rule converges geometrically.
    x = np.linspace(0, 12 * wide, 200_001)
    narrow_part = (1 - share) * norm.pdf(x, scale=background)
    wide_part = share * norm.pdf(x, scale=wide)
    density = narrow_part + wide_part
    slope = x * (narrow_part / background**2 + wide_part / wide**2)
    integrand = np.divide(slope**2, density, out=np.zeros_like(x), where=density > 0)
    return 2 * np.trapezoid(integrand, x) / std**2


def clipped_information(mean: np.ndarray, std: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the information of samples held between rails on their unclipped means.

    `mean` is ``(n_signals, n_samples)``, the others ``(n_signals,)``; the rails and `std` are known.
    """
    above = (high[:, None] - mean) / std[:, None]
    below = (low[:, None] - mean) / std[:, None]
    between = ndtr(above) - ndtr(below) - above * norm.pdf(above) + below * norm.pdf(below)
    at_rails = np.exp(2 * norm.logpdf(above) - log_ndtr(-above)) + np.exp(
        2 * norm.logpdf(below) - log_ndtr(below)
    )
    return (between + at_rails) / std[:, None] ** 2


def whitened(jacobian: np.ndarray, coefficient: float) -> np.ndarray:
    """Return the Jacobian as first-order autoregressive noise of unit deviation sees it, whitened."""
    first = jacobian[:, :1]
    rest = (jacobian[:, 1:] - coefficient * jacobian[:, :-1]) / np.sqrt(1 - coefficient**2)
    return np.concatenate([first, rest], axis=1)
