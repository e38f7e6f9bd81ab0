"""The least error of a delay between two copies of a Gaussian signal with K harmonics of equal power.

In one harmonic the SNR is r = SNR n_samples / (2 K), and everything below depends on it through
q = r^2 / (1 + 2 r). Delays are in samples, w_k = 2 pi k / n_samples.

- The *Cramér-Rao bound* 1 / (2 q sum_k w_k^2) binds unbiased estimators. At low SNR it grows beyond the
  range of the delays, where any guess does better: it is passed there, and so it is no limit.
- The *Ziv-Zakai bound* binds all estimators. One with a small error could decide between two delays that
  lie h apart, and nobody decides better than the likelihood ratio does.

Above the threshold the second is the greater of the two, by a few percent (with few harmonics the power of
a record varies); far below it the first is greater, and passed. So the Ziv-Zakai bound is the limit at
every SNR.

Weiss and Weinstein, IEEE Trans. ASSP 31 (1983); Bell, Steinberg, Ephraim and Van Trees, IEEE Trans. IT 43
(1997).
"""

from functools import cache

import numpy as np

BAND = 0.2  # cycles per sample: the highest harmonic of the signal


def harmonics(n_samples):
    """Return the angular frequencies of the harmonics that the signal has, in radians per sample."""
    return 2 * np.pi * np.arange(1, int(BAND * n_samples) + 1) / n_samples


def _information(snr_db, n_samples):
    """Return q = r^2 / (1 + 2 r)."""
    in_one = 10 ** (snr_db / 10) * n_samples / (2 * len(harmonics(n_samples)))
    return in_one**2 / (1 + 2 * in_one)


def cramer_rao(snr_db, n_samples):
    """Return the Cramér-Rao bound in samples^2."""
    return 1 / (2 * _information(snr_db, n_samples) * np.sum(harmonics(n_samples) ** 2))


def error_probability(h, snr_db, n_samples):
    """Return how often the best decision between two delays that lie h apart is wrong, ``(n_h,)``.

    The moment generating function of the log likelihood ratio is
    prod_k 1 / (1 + 4 q s (1 - s) sin^2(w_k h / 2)). Along s = (1 + i tan(angle)) / 2 its tail becomes

        P(h) = 1 / pi  integral from 0 to pi / 2 of  prod_k 1 / (1 + q sin^2(w_k h / 2) / cos^2(angle)).
    """
    nodes, weights = np.polynomial.legendre.leggauss(48)
    angle = np.pi / 4 * (1 + nodes)
    distance = np.sin(np.multiply.outer(np.asarray(h), harmonics(n_samples)) / 2) ** 2
    q = _information(snr_db, n_samples)
    logarithm = -np.log1p(q * distance[:, None, :] / np.cos(angle)[:, None] ** 2).sum(axis=-1)
    return np.exp(logarithm) @ weights / 4


@cache
def ziv_zakai(snr_db, n_samples, max_delay):
    """Return the Ziv-Zakai bound in samples^2, for delays that are uniform on -max_delay to max_delay.

    With A = 2 max_delay it is the integral from 0 to A of h V[(1 - h / A) P(h)] dh. V fills valleys: who
    cannot tell delays h apart cannot tell closer ones apart any better.
    """
    farthest = 2 * max_delay
    fine = min(12 * np.sqrt(cramer_rao(snr_db, n_samples)), farthest)  # where P falls above the threshold
    h = np.union1d(np.linspace(0, farthest, 2000), np.linspace(0, fine, 1000))
    filled = (1 - h / farthest) * error_probability(h, snr_db, n_samples)
    filled = np.maximum.accumulate(filled[::-1])[::-1]
    return float(np.trapezoid(h * filled, h))
