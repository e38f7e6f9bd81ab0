"""The optimal burst detector: the exact posterior odds, sample by sample, that the burst has ended.

It knows the burst's shape and width, the noise level, and the priors of onset and strength that the nets
were trained on; `dspvnn.limits.burst_forward_filter` does the work.
"""

from typing import Any

import numpy as np

from baselines.matched_filter import RunningDetector
from dspvnn.estimator import SideInformation
from dspvnn.limits import BurstModel, burst_average_likelihood_ratio, burst_forward_filter

IMPOSSIBLE = -1e3  # stands for log odds of minus infinity: no burst can have ended yet


class BayesFilter(RunningDetector):
    """Log odds after every sample that the burst has ended, in white noise of known level.

    The burst is half a period of a sine, of known width; its onset and its strength are drawn from known
    ranges. The filter computes the exact posterior probability, so no detector that knows the same makes
    fewer errors. Signals are ``(n_signals, n_samples)``; the evidence has the same shape and no unit.

    Parameters
    ----------
    onset_range : (low, high)
        In samples; the onset is uniform on it.
    width : float
        Of the burst, in samples.
    deflection_range : (low, high)
        Of the burst's strength sqrt(energy) / noise_std, a ratio.
    burst_probability : float
        That a record holds a burst, in (0, 1].
    noise_std : float
        Standard deviation of the noise, in the signal's unit; a ValueError unless it is positive.

    References
    ----------
    Kay, Fundamentals of Statistical Signal Processing II: Detection Theory, 1998, sec. 6.4.
    Rabiner, "A tutorial on hidden Markov models", Proc. IEEE 77(2), 1989: the forward recursion.

    Examples
    --------
    >>> import numpy as np
    >>> from baselines import BayesFilter
    >>> record = np.zeros(80)
    >>> record[30:41] = 4 * np.sin(np.pi * np.arange(11) / 10)  # a burst that ends at sample 40
    >>> evidence = BayesFilter().predict([record])
    >>> evidence.shape, bool(evidence[0, 29] < 0), bool(evidence[0, 45] > 0)
    ((1, 80), True, True)
    """

    side_information = frozenset(
        {
            SideInformation.SHAPE,
            SideInformation.NOISE_LEVEL,
            SideInformation.ONSET_RANGE,
            SideInformation.STRENGTH_RANGE,
        }
    )

    def __init__(
        self,
        onset_range: tuple[float, float] = (0.0, 50.0),
        width: float = 10.0,
        deflection_range: tuple[float, float] = (3.0, 20.0),
        burst_probability: float = 0.5,
        noise_std: float = 1.0,
    ) -> None:
        self.onset_range = onset_range
        self.width = width
        self.deflection_range = deflection_range
        self.burst_probability = burst_probability
        self.noise_std = noise_std

    def predict(self, X: Any) -> np.ndarray:
        """Return the log odds after every sample that the burst has ended, ``(n_signals, n_samples)``.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``

        Raises
        ------
        ValueError
            When X is refused, as by `fit`, or an argument of the filter lies outside its range.

        Warns
        -----
        EstimationWarning
            When the numbers of a signal overflow: it gets NaN.
        """
        return self.statistic(X)

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the last sample's log odds.

        Where every burst has ended by then they are the average likelihood ratio's plus the prior's,
        at a tenth of the filter's cost.
        """
        certain = self.burst_probability == 1
        if certain or self.onset_range[1] + self.width > self._check(X).shape[1] - 1:
            return self.predict(X)[:, -1]
        prior, model = np.log(self.burst_probability / (1 - self.burst_probability)), self._model()
        ratio = self._computed(lambda block: burst_average_likelihood_ratio(self._scaled(block), model), X)
        return ratio + prior

    def _statistic(self, X: np.ndarray) -> np.ndarray:
        return np.maximum(burst_forward_filter(self._scaled(X), self._model()), IMPOSSIBLE)

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        if not self.noise_std > 0:
            raise ValueError(f"BayesFilter: noise_std must be positive, got {self.noise_std}")
        return X / self.noise_std

    def _model(self) -> BurstModel:
        return BurstModel(self.onset_range, self.width, self.deflection_range, self.burst_probability)
