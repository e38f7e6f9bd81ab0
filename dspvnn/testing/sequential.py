"""Whether a mean lies below a bound: a verdict that may be asked for after every block of trials.

Losses l of an estimator and b of the limit, measured on the same trials: their metrics are within a ratio
r when g = r b - l has a mean of at least 0. A gambler who bets on g against that hypothesis starts with 1
and, while the hypothesis holds, is expected never to have more: by Ville's inequality the chance that the
wealth ever reaches 1 / alpha is at most alpha, however often one looks. Two ways to bet:

- *Losses between 0 and 1* (shares, yes or no): a share c of the wealth on every trial, the wealth is the
  mean over several c of the product of 1 + c g. Exact at any number of trials (Waudby-Smith and Ramdas,
  J. R. Stat. Soc. B 86, 2024).
- *Losses without a bound* (squared errors): the wealth of a normal mean of known variance with a
  half-normal prior (Robbins, Ann. Math. Stat. 41, 1970; Howard et al., Ann. Stat. 49, 2021), the variance
  estimated and the skewness of the losses transformed away (Hall, J. R. Stat. Soc. B 54, 1992). Asymptotic
  (Waudby-Smith et al., Ann. Stat. 52, 2024): nothing can be known of errors so rare that no trial of the
  first block has shown one.

The ratios that are not rejected, at any one time, are a confidence interval: a sequence of them holds the
true ratio at all times together.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, logsumexp
from scipy.stats import norm, t

SHARES = np.geomspace(1e-3, 0.98, 24)  # of the wealth, bet on every trial
WIDEST = 1e12  # a larger ratio is treated as infinite


def log_wealth_bounded(gains: np.ndarray) -> float:
    """Return the log of a gambler's wealth after gains of at least -1, against a mean of at most 0."""
    products = np.log1p(SHARES[:, None] * gains).sum(axis=1)
    return float(logsumexp(products) - np.log(len(SHARES)))


def log_wealth_normal(gains: np.ndarray, n_typical: float) -> float:
    """Return the same for gains without a bound, from their mean and standard deviation.

    n_typical: the number of trials at which the bet is at its best; any other is valid, too.
    """
    n, mean, std = len(gains), float(np.mean(gains)), float(np.std(gains, ddof=1))
    if std <= 1e-12 * abs(mean):  # all gains are equal but for rounding
        return np.inf if mean > 0 else -np.inf
    skew = float(np.mean(((gains - mean) / std) ** 3)) / np.sqrt(n)
    statistic = mean / std * np.sqrt(n)
    statistic += skew * (2 * statistic**2 + 1) / 6 + skew**2 * statistic**3 / 27
    # Of few trials the standard deviation is uncertain: Student's t of them, as the normal z it equals.
    z = float(np.sign(statistic) * min(norm.isf(t.sf(abs(statistic), n - 1)), 35))
    v = 9 * n / n_typical  # prior variance of the mean over its sampling variance
    pull = z * np.sqrt(v / (1 + v))
    return float(np.log(2) - np.log1p(v) / 2 + pull**2 / 2 + log_ndtr(pull))


@dataclass(frozen=True)
class Bet:
    """Losses of an estimator and of the limit, trial by trial, and how to bet on their ratio.

    bounded: whether all losses lie between 0 and 1. n_typical: see `log_wealth_normal`.
    """

    losses: np.ndarray
    limit: np.ndarray
    bounded: bool
    n_typical: float

    def within(self, ratio: float) -> float:
        """Return the log wealth of whoever bets that the means are within `ratio`."""
        return self._wealth(ratio * self.limit - self.losses)

    def beyond(self, ratio: float) -> float:
        """Return the log wealth of whoever bets that the means are not within `ratio`."""
        return self._wealth(self.losses / ratio - self.limit)

    def _wealth(self, gains: np.ndarray) -> float:
        if self.bounded:
            return log_wealth_bounded(gains)
        return log_wealth_normal(gains, self.n_typical)

    def interval(self, error_low: float, error_high: float) -> tuple[float, float]:
        """Return the ratios that neither bet rejects, at these probabilities of error."""
        estimate = float(np.mean(self.losses) / np.mean(self.limit))
        low = _edge(lambda r: self.beyond(r) < -np.log(error_low), estimate, 1 / WIDEST)
        high = _edge(lambda r: self.within(r) < -np.log(error_high), estimate, WIDEST)
        return low, high


def _edge(accepted, inside: float, outside: float) -> float:  # type: ignore[no-untyped-def]
    """Return where `accepted` ends between two ratios, by bisection of their logarithm."""
    inside = max(inside, 1 / WIDEST)
    if accepted(outside):
        return outside if outside > 1 else 0.0
    for _ in range(60):
        middle = float(np.sqrt(inside * outside))
        inside, outside = (middle, outside) if accepted(middle) else (inside, middle)
    return outside
