"""A hybrid: the net finds the tone, the exact fit polishes its frequency."""

from typing import Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from baselines.refine import refine
from dspvnn.signals.scaling import unit_of
from neural.estimators.tone import ToneLSTM

HALF_LOBE = 0.6  # cycles per record: from so near, two steps of the fit lead to the likelihood's peak


class RefinedToneLSTM(ToneLSTM):
    """The direct LSTM's frequency after a few Gauss-Newton steps of the least-squares sine fit.

    The fit reaches the Cramér-Rao bound wherever the net's answer lies on the right lobe of the spectrum;
    `lock_probability` is the net's own probability of that. Signals are ``(n_signals, n_samples)``, of the
    length that it was trained on; the frequency is in the unit of `sample_rate`. Arguments and errors are
    those of `ToneLSTM`.

    References
    ----------
    Rife and Boorstyn, "Single-tone parameter estimation from discrete-time observations", IEEE Trans. Inf.
    Theory 20(5), 1974: a coarse search, then a fine one.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> net = neural.load("tone/lstm+sine-fit", device="cpu")
    >>> x = [np.cos(2 * np.pi * 0.1234 * np.arange(128) + 1)]
    >>> net.predict(x).round(4), bool(net.lock_probability(x)[0] > 0.9)
    (array([0.1234]), True)
    """

    kind = "hybrid"
    fit_steps = 2

    def predict(self, X: Any) -> np.ndarray:
        """Return the frequencies of signals X, ``(n_signals,)``, in the unit of `sample_rate`.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``

        Raises
        ------
        NotFittedError
            Before `fit`, `fit_task` or `neural.load`.
        ValueError
            When X is refused, as by `fit`.

        Warns
        -----
        EstimationWarning
            When signals are constant, or their tone is lost in the rounding of a large offset: they get
            NaN.
        """
        frequency = super().predict(X)
        X = self._check(X)
        found = np.isfinite(frequency)
        X = unit_of(X[found]).of(X[found])
        frequency[found] = refine(X, frequency[found] / self.sample_rate, self.fit_steps)
        frequency[found] *= self.sample_rate
        return frequency

    def lock_probability(self, X: Any) -> np.ndarray:
        """Return the probability, per signal, that the fit locks on the tone: ``(n_signals,)``.

        The probability that the net gives to the bins within a lobe of its answer. It speaks of tones
        inside the training range only; see `in_domain`.
        """
        check_is_fitted(self, "network_")
        X = self._check(X)
        return self._in_blocks(unit_of(X).of(X), self._mass_near_answer)

    def _mass_near_answer(self, network: nn.Module, x: Tensor) -> Tensor:
        low, high = self._range()
        logits, _ = network(self._standardised(x).to(self.network_dtype))
        width = (high - low) / self.n_bins
        centres = low + width * (torch.arange(self.n_bins, dtype=x.dtype, device=x.device) + 0.5)
        answer = self._estimate(network, x)[:, None] / self.sample_rate
        near = (centres - answer).abs() < HALF_LOBE / x.shape[1] + width / 2
        return (logits.softmax(dim=1).to(x.dtype) * near).sum(dim=1)
