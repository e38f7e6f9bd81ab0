"""How samples scatter about their mean: the laws that `baselines.model_fit` fits a model under.

A law is a function of records, means and a scale that gives, per sample, the score (slope of the
log-likelihood to the mean), the information (its expected curvature) and, per record, the log-likelihood
and the next scale: one step of expectation-maximisation.

- `gaussian`: white noise; a missing sample (NaN) says nothing.
- `student_t`: degrees of freedom chosen per record by likelihood among `DEGREES` (Lange, Little &
  Taylor, J. Amer. Statist. Assoc. 84, 1989).
- `censored`: a sample on one of the record's rails says only that it lay beyond (Tobin 1958).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, log_ndtr

DEGREES = np.array([1.0, 2.0, 4.0, 10.0, 100.0])


class Scatter(NamedTuple):
    """What a law says of records: per sample score and information, per record likelihood and scale."""

    score: np.ndarray
    information: np.ndarray
    log_likelihood: np.ndarray
    next_scale: np.ndarray


Law = Callable[[np.ndarray, np.ndarray, np.ndarray], Scatter]


def gaussian(X: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> Scatter:
    """Return the scatter of white Gaussian noise of deviation `scale`, ``(n_signals,)``."""
    present = ~np.isnan(X)
    residual = np.where(present, X - mean, 0.0)
    count = present.sum(axis=1)
    squares = np.sum(residual**2, axis=1)
    variance = scale[:, None] ** 2
    likelihood = -squares / (2 * scale**2) - count * np.log(scale * np.sqrt(2 * np.pi))
    return Scatter(residual / variance, present / variance, likelihood, np.sqrt(squares / count))


def student_t(X: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> Scatter:
    """Return the scatter of Student t noise of scale `scale` and the likeliest degrees of freedom."""
    standard = (X - mean) / scale[:, None]
    square = standard**2
    degrees = DEGREES[np.argmax([_t_likelihood(square, nu) for nu in DEGREES], axis=0)]
    weight = (degrees + 1)[:, None] / (degrees[:, None] + square)
    likelihood = _t_likelihood(square, degrees) - X.shape[1] * np.log(scale)
    information = np.broadcast_to((degrees + 1) / (degrees + 3) / scale**2, X.T.shape).T
    next_scale = scale * np.sqrt(np.mean(weight * square, axis=1))
    return Scatter(weight * standard / scale[:, None], information, likelihood, next_scale)


def _t_likelihood(square: np.ndarray, degrees: np.ndarray | float) -> np.ndarray:
    nu = np.asarray(degrees, float)
    constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - np.log(np.pi * nu) / 2
    half = (nu + 1) / 2
    return square.shape[1] * constant - half * np.log1p(square / nu[..., None]).sum(axis=1)


def censored(X: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> Scatter:
    """Return the scatter of Gaussian noise in records whose extreme samples, where repeated, are rails."""
    high, low = at_rails(X)
    sign = high.astype(float) - low
    standard = (X - mean) / scale[:, None]
    depth = sign * standard  # how far inside the rail the mean lies
    with np.errstate(over="ignore"):
        hazard = np.exp(-(depth**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(-depth))
    railed = sign != 0
    score = np.where(railed, sign * hazard, standard)
    information = np.where(railed, np.maximum(hazard * (hazard - depth), 1e-6), 1.0)
    square = np.where(railed, 1 + depth * hazard, standard**2)
    free = -(standard**2) / 2 - np.log(scale)[:, None]
    likelihood = np.where(railed, log_ndtr(-depth), free).sum(axis=1)
    next_scale = scale * np.sqrt(np.mean(square, axis=1))
    return Scatter(score / scale[:, None], information / scale[:, None] ** 2, likelihood, next_scale)


def at_rails(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which samples lie on the upper and on the lower rail: extremes taken more than once."""
    high = np.equal(X, X.max(axis=1, keepdims=True))
    low = np.equal(X, X.min(axis=1, keepdims=True))
    return high & (high.sum(axis=1) > 1)[:, None], low & (low.sum(axis=1) > 1)[:, None]
