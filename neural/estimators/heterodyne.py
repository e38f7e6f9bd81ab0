"""A net that names the frequency of a tone in any band, from the record at baseband."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from dspvnn.estimator import TONE_OUTPUTS, SideInformation, check_frequency_range, check_outputs
from dspvnn.limits import tone_bound
from dspvnn.signals.scaling import unit_of
from dspvnn.tasks.metrics import wrap_phase
from neural.estimators.tone import ToneNet, asymptotic_bound, bound_of_snr
from neural.heterodyne import Projection, baseband_frames, peak_frequency, project
from neural.networks import HeterodyneNet

FLOORS = (1e-2, 2e-4)  # bins: the least unit of the loss on the first pass, and on the others
COVERAGE, QUANTILE = 0.95, 1.959964  # |error| < QUANTILE * standard error in so many of the records


class HeterodyneLSTM(ToneNet):
    """Frequency, phase, amplitude and offset of a tone, in any band: an LSTM on the record at baseband.

    The first trial frequency is the peak of the spectrum. Each pass the net reads the baseband frames
    (`neural.heterodyne`), names the offset that is left, in bins, and the trial frequency moves there.
    Phase, amplitude and offset are the least-squares tone's at the last one. Signals are
    ``(n_signals, n_samples)``, of any length from twice `n_frames` on.

    Loss, of every pass, with e the error over the asymptotic Cramér-Rao bound: e^2 / (1 + e^2 / 30), the
    squared error of an estimate near the bound, while one that has lost the peak counts no more than 30.
    The standard error is the bound at the estimates times a learned factor: the 95 % quantile of the
    error's size over 1.96 bounds, given the estimated SNR (pinball loss). The truth of the frequency is all
    that it needs, so `fit(X, y)` on user data learns it too.

    Parameters
    ----------
    hidden, steps, batch_size, learning_rate, seed, device : as in `NeuralEstimator`
    n_frames : int
        Frames of a record.
    passes : int
        Trial frequencies, one after another.
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.
    outputs : tuple of "frequency", "phase", "amplitude", "offset"
    frequency_range : (low, high), optional
        Where the first trial frequency is looked for, in the unit of `sample_rate`.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Comput. 9(8), 1997.
    Koenker and Bassett, "Regression quantiles", Econometrica 46(1), 1978: the pinball loss. Geman and
    McClure, "Statistical methods for tomographic image reconstruction", Bull. Int. Stat. Inst. 52, 1987:
    the loss with a ceiling.

    Examples
    --------
    >>> import numpy as np
    >>> import neural
    >>> net = neural.load("tone/heterodyne-lstm", device="cpu")
    >>> net.predict([np.cos(2 * np.pi * 0.41 * np.arange(128))]).round(4)  # it was trained on 0.05 to 0.25
    array([0.41])
    """

    dtype = torch.float64  # the phase of a late sample is hundreds of radians

    def __init__(
        self,
        hidden: int = 16,
        steps: int = 2000,
        batch_size: int = 256,
        learning_rate: float = 3e-3,
        seed: int = 0,
        device: str = "auto",
        n_frames: int = 16,
        passes: int = 4,
        sample_rate: float = 1.0,
        outputs: tuple[str, ...] = ("frequency",),
        frequency_range: tuple[float, float] | None = None,
    ) -> None:
        super().__init__(hidden, steps, batch_size, learning_rate, seed, device)
        self.n_frames = n_frames
        self.passes = passes
        self.sample_rate = sample_rate
        self.outputs = outputs
        self.frequency_range = frequency_range

    @property
    def side_information(self) -> frozenset[SideInformation]:
        """The frequency range, if one was given."""
        return frozenset() if self.frequency_range is None else frozenset({SideInformation.FREQUENCY_RANGE})

    def _min_samples(self) -> int:
        return 2 * self.n_frames

    def _network(self, n_samples: int) -> nn.Module:
        return HeterodyneNet(self.n_frames, self.hidden)

    def _scale(self, parameters: dict[str, Tensor], y: Tensor) -> Tensor:
        if "noise_std" not in parameters:
            return torch.full_like(y, 100 * FLOORS[1] / self.n_features_in_)
        return asymptotic_bound(parameters, self.n_features_in_)

    def _frequencies(self, network: HeterodyneNet, x: Tensor) -> Iterator[Tensor]:
        n_samples = x.shape[1]
        low, high = check_frequency_range(type(self).__name__, self.frequency_range, self.sample_rate)
        frequency = peak_frequency(x, low, high)
        for _ in range(self.passes):
            frames = baseband_frames(project(x, frequency), self.n_frames)
            answer = frequency + network.offset(frames.to(self.network_dtype)).to(x.dtype) / n_samples
            yield answer
            frequency = self._inside(answer.detach(), n_samples)

    @staticmethod
    def _inside(frequency: Tensor, n_samples: int) -> Tensor:
        return frequency.clamp(0.1 / n_samples, 0.5 - 0.1 / n_samples)

    def _loss(self, network: Any, x: Tensor, y: Tensor, scale: Tensor) -> Tensor:
        total = torch.zeros((), dtype=x.dtype, device=x.device)
        truth = y / self.sample_rate
        for i, answer in enumerate(self._frequencies(network, x)):
            squared = ((answer - truth) / scale.clamp(min=FLOORS[i > 0] / x.shape[1])) ** 2
            total = total + (squared / (1 + squared / 30)).mean()
        return total + self._quantile_loss(network, x, answer.detach(), truth)

    def _quantile_loss(self, network: HeterodyneNet, x: Tensor, answer: Tensor, truth: Tensor) -> Tensor:
        fit = project(x, self._inside(answer, x.shape[1]))
        unit = QUANTILE * bound_of_snr(_snr(fit), x.shape[1]).clamp(min=1e-15)
        above = ((answer - truth).abs().clamp(min=1e-15) / unit).log() - self._log_factor(network, fit)
        return torch.maximum(COVERAGE * above, (COVERAGE - 1) * above).mean()

    def _log_factor(self, network: HeterodyneNet, fit: Projection) -> Tensor:
        return network.error_scale(_snr(fit).log().to(self.network_dtype)[:, None]).to(fit.power.dtype)

    def _estimate(self, network: Any, x: Tensor) -> Tensor:
        *_, last = self._frequencies(network, x)
        return last * self.sample_rate

    def _everything(self, network: Any, x: Tensor) -> Tensor:
        """Return six columns: frequency, cos, sin, constant and noise's std of a fit, log of a factor."""
        *_, frequency = self._frequencies(network, x)
        frequency = self._inside(frequency, x.shape[1])
        fit = project(x, frequency)
        log_factor = self._log_factor(network, fit).clamp(min=0)  # no estimate is better than the bound
        columns = (frequency, fit.of_cos, fit.of_sin, fit.offset, fit.noise_power.sqrt(), log_factor)
        return torch.stack(columns, dim=1)

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Return the estimates and, with `return_std`, their standard errors, of the same shape.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``
        return_std : bool
            Whether a pair (estimates, standard errors) is returned.

        Returns
        -------
        array or pair of arrays, ``(n_signals,)``, or ``(n_signals, n_outputs)`` for several outputs
            Frequency in the unit of `sample_rate`, phase in radians at the first sample, amplitude and
            offset in the signal's unit.

        Raises
        ------
        NotFittedError
            Before `fit`, `fit_task` or `neural.load`.
        ValueError
            When X is refused, as by `fit`, an output is none of the four, or `frequency_range` lies outside
            0 to `sample_rate` / 2.

        Warns
        -----
        EstimationWarning
            When signals are constant, or their tone is lost in the rounding of a large offset: they get
            NaN.
        """
        outputs = check_outputs(type(self).__name__, self.outputs)
        if outputs == ("frequency",) and not return_std:
            return super().predict(X)
        check_is_fitted(self, "network_")
        X = self._check(X)
        unit = unit_of(X)
        table = self._in_blocks(unit.of(X), self._everything)
        table[self._find_hopeless(X, unit)] = np.nan
        frequency, a, b = table[:, :3].T
        phase = wrap_phase(np.arctan2(-b, a) - np.pi * frequency * (X.shape[1] - 1))
        table[:, 1], table[:, 2] = phase, np.hypot(a, b)
        errors = _standard_errors(table, X.shape[1]) if return_std else np.zeros((len(X), 4))
        for columns in (table, errors):
            columns[:, 0] *= self.sample_rate
            columns[:, 2:4] *= unit.scale[:, None]
        table[:, 3] += unit.level
        chosen = [TONE_OUTPUTS.index(name) for name in outputs]
        shape = (len(X),) if len(chosen) == 1 else (len(X), len(chosen))
        estimates, std = (columns[:, chosen].reshape(shape) for columns in (table, errors))
        return (estimates, std) if return_std else estimates


def _snr(fit: Projection) -> Tensor:
    """Return the estimated SNR as a ratio, between -60 and 140 dB."""
    return (fit.power / (2 * fit.noise_power).clamp(min=1e-300)).clamp(1e-6, 1e14)


def _standard_errors(table: np.ndarray, n_samples: int) -> np.ndarray:
    """Return the standard errors of the four outputs: the bound, the frequency's times its factor.

    The phase at the first sample is that at the middle, which an error of the frequency leaves alone, less
    pi (n_samples - 1) times the frequency: so much of its variance grows with the frequency's.
    """
    errors = np.full((len(table), 4), np.nan)
    known = (table[:, 2] > 0) & (table[:, 4] > 0)
    errors[np.isfinite(table[:, 4]) & ~known] = 0.0
    if known.any():
        frequency, phase, amplitude, _, std, log_factor = table[known].T
        bound = tone_bound(n_samples, frequency, phase, amplitude, std)
        more = (np.exp(2 * log_factor) - 1) * bound["frequency"]
        bound["frequency"] = bound["frequency"] + more
        bound["phase"] = np.maximum(bound["phase"] + (np.pi * (n_samples - 1)) ** 2 * more, 0.0)
        errors[known] = np.sqrt(np.stack([bound[name] for name in TONE_OUTPUTS], axis=1))
    return errors
