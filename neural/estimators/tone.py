"""A net that names the frequency of a tone from its samples, and what all nets for tones share."""

from typing import Any, Self

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from dspvnn.estimator import check_frequency_range
from dspvnn.signals.scaling import unit_of
from neural.estimators.base import NeuralEstimator
from neural.heterodyne import peak_frequency
from neural.networks import FrameNet


class ToneNet(NeuralEstimator):
    """Base of the nets that name a tone's frequency.

    A constant signal has none and gets NaN, and so does one whose tone the rounding of a large offset has
    swallowed. The nets see every record freed of a large offset and of its scale
    (`dspvnn.signals.scaling`): no offset and no scale is then too large or too small for them.
    """

    y_ndim = 1

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
        check_is_fitted(self, "network_")
        X = self._check(X)
        unit = unit_of(X)
        estimates = self._in_blocks(unit.of(X), self._estimate)
        estimates[self._find_hopeless(X, unit)] = np.nan
        return estimates


class ToneLSTM(ToneNet):
    """Frequency of a tone: a bidirectional LSTM over overlapping frames, a head of frequency bins.

    The record is freed of its mean and scaled to unit power. Every bin of `frequency_range` has a
    logit and a distance from its centre; the estimate is the likeliest bin's centre plus distance.
    Loss: cross-entropy of the bin, and log(1 + (error / scale)^2) of the distance, the scale being the
    asymptotic Cramér-Rao bound (or, for user data, a twentieth of a bin). Signals are
    ``(n_signals, n_samples)``; another length than that of the training is a ValueError.

    Parameters
    ----------
    hidden, steps, batch_size, learning_rate, seed, device : as in `NeuralEstimator`
    n_bins : int
        Bins that `frequency_range` is cut into.
    frame : int
        Samples that the LSTM reads at a step.
    hop : int
        Samples from one frame to the next.
    frequency_range : (low, high)
        That it is trained on, in the unit of `sample_rate`: no answer lies outside it by more than a bin.
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.

    References
    ----------
    Graves and Schmidhuber, "Framewise phoneme classification with bidirectional LSTM", Neural Netw.
    18(5-6), 2005.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> net = neural.load("tone/lstm", device="cpu")
    >>> x = [np.cos(2 * np.pi * f * np.arange(128)) for f in (0.12, 0.41)]  # it was trained on 0.05 to 0.25
    >>> net.predict(x)[:1].round(2), net.in_domain(x)
    (array([0.12]), array([ True, False]))
    """

    dtype = torch.float64  # until the mean has been removed: a large offset costs no digits

    def __init__(
        self,
        hidden: int = 64,
        steps: int = 2000,
        batch_size: int = 128,
        learning_rate: float = 2e-3,
        seed: int = 0,
        device: str = "auto",
        n_bins: int = 64,
        frame: int = 16,
        hop: int = 8,
        frequency_range: tuple[float, float] = (0.05, 0.25),
        sample_rate: float = 1.0,
    ) -> None:
        super().__init__(hidden, steps, batch_size, learning_rate, seed, device)
        self.n_bins = n_bins
        self.frame = frame
        self.hop = hop
        self.frequency_range = frequency_range
        self.sample_rate = sample_rate

    def _min_samples(self) -> int:
        return self.frame

    def _check(self, X: Any) -> np.ndarray:
        X = super()._check(X)
        if hasattr(self, "network_") and X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input: the record length it was trained on"
            )
        return X

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on the user's own signals X and frequencies y.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``
        y : array, ``(n_signals,)``
            In the unit of `sample_rate`.

        Raises
        ------
        ValueError
            When X or y is missing, has another shape, too few samples, or is not finite.
        """
        self.__dict__.pop("network_", None)
        return super().fit(X, y)

    def _range(self) -> tuple[float, float]:
        return check_frequency_range(type(self).__name__, self.frequency_range, self.sample_rate)

    def _network(self, n_samples: int) -> nn.Module:
        self._range()
        return FrameNet("lstm", n_samples, self.hidden, self.n_bins, self.frame, self.hop)

    def _scale(self, parameters: dict[str, Tensor], y: Tensor) -> Tensor:
        low, high = self._range()
        bin_width = (high - low) / self.n_bins
        if "noise_std" not in parameters:
            return torch.full_like(y, bin_width / 20)
        return asymptotic_bound(parameters, self.n_features_in_).clamp(min=bin_width / 300)

    @staticmethod
    def _standardised(x: Tensor) -> Tensor:
        x = x - x.mean(dim=1, keepdim=True)
        x = x / x.abs().amax(dim=1, keepdim=True).clamp(min=1e-300)
        return x / x.square().mean(dim=1, keepdim=True).sqrt().clamp(min=1e-30)

    def _loss(self, network: nn.Module, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        low, high = self._range()
        position = (y / self.sample_rate - low) / (high - low) * self.n_bins
        index = position.floor().clamp(0, self.n_bins - 1).long()
        logits, distances = network(self._standardised(x).to(self.network_dtype))
        # The neighbours of the right bin learn their distance too: near an edge either may win.
        near = (index[:, None] + torch.tensor([-1, 0, 1], device=x.device)).clamp(0, self.n_bins - 1)
        error = distances.gather(1, near) - (position[:, None] - near - 0.5)
        in_units = error / (scale * self.n_bins / (high - low))[:, None]
        return nn.functional.cross_entropy(logits, index) + torch.log1p(in_units**2).mean()

    def _estimate(self, network: nn.Module, x: Tensor) -> Tensor:
        low, high = self._range()
        logits, distances = network(self._standardised(x).to(self.network_dtype))
        best = logits.argmax(dim=1, keepdim=True)
        position = (best + 0.5 + distances.gather(1, best)).squeeze(1)
        return (low + position * (high - low) / self.n_bins) * self.sample_rate

    def in_domain(self, X: Any) -> np.ndarray:
        """Return which signals have their spectrum's peak in `frequency_range`, to a bin: ``(n_signals,)``.

        Outside it the net knows nothing and says so by nothing: its answers are wrong and look like others.
        """
        X = self._check(X)
        low, high = self._range()
        unit = unit_of(X)
        peak = peak_frequency(torch.as_tensor(unit.of(X))).numpy()
        bin_width = 1 / X.shape[1]
        inside = (peak >= low - bin_width) & (peak <= high + bin_width)
        return inside & ~unit.constant & ~unit.lost


def asymptotic_bound(parameters: dict[str, Tensor], n_samples: int) -> Tensor:
    """Return the asymptotic Cramér-Rao bound on a tone's frequency, as a standard deviation."""
    return bound_of_snr(parameters["amplitude"] ** 2 / (2 * parameters["noise_std"] ** 2), n_samples)


def bound_of_snr(snr: Tensor, n_samples: int) -> Tensor:
    """Return the same from the SNR as a ratio."""
    return torch.sqrt(12 / ((2 * np.pi) ** 2 * snr * n_samples * (n_samples**2 - 1)))
