"""Nets whose weights are set by hand: what an architecture can represent, whatever training finds.

They are the networks of the trained nets (`neural.networks`), in float64, with nothing learned. Three
tricks make them exact but for rounding.

- A linear tanh: of an argument scaled by 2^-60, tanh(u) = u (1 - u^2 / 3) departs from u by less than
  rounding does, and the scale, a power of two, costs no digit on the way in nor on the way out.
- A constant gate: its weights are zero, and its bias is the logit of the gate, or +-1000 for 1 and 0.
- A latch: h = tanh(2 h + u) stays at 0 until a u > 0 comes, then at 0.96 for good.

Where a net cannot be built from these alone, its class says what is beside it.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dspvnn.estimator import SideInformation, SignalEstimator
from dspvnn.signals.arrays import as_float64
from dspvnn.signals.scaling import scale_of, unit_of
from neural.estimators import HeterodyneLSTM
from neural.networks import HeterodyneNet, SequenceNet

SCALE = 2.0**-60
OPEN = 1000.0  # the logit of a gate that is 1 in every float
BLOCK = 2**19  # samples that go through a network at once


class ConstructedEstimator(SignalEstimator):
    """Base of the constructed nets: `fit` checks its input and learns nothing."""

    kind = "constructed"
    dtype = torch.float64

    def _estimate(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def predict(self, X: Any) -> np.ndarray:
        """Return the estimates of signals X, computed in blocks, ``(n_signals, n_samples)``.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``, or ``(n_signals, n_samples, 2)`` of two witnesses

        Raises
        ------
        ValueError
            When X is refused, as by `fit`, or an argument of the net lies outside its range.

        Warns
        -----
        EstimationWarning
            When the numbers of a signal overflow: it gets NaN.
        """
        return self._in_blocks(self._check(X))

    def _in_blocks(self, X: np.ndarray) -> np.ndarray:
        size = max(1, BLOCK // X[0].size)
        with torch.inference_mode():
            blocks = [
                self._estimate(torch.as_tensor(np.array(X[start : start + size]), dtype=self.dtype))
                for start in range(0, len(X), size)
            ]
        return self._finite(torch.cat(blocks).double().numpy())


def blank(network: nn.Module, dtype: torch.dtype) -> Any:
    """Return `network` in `dtype` with every weight zero."""
    network = network.to(dtype)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    return network


def set_gates(network: SequenceNet, hidden: int, forget: float) -> None:
    """Set an LSTM's gates by their biases: input and output open, the forget gate's logit `forget`."""
    bias = network.recurrent.bias_ih_l0
    bias[:hidden] = bias[3 * hidden :] = OPEN
    bias[hidden : 2 * hidden] = forget


class ConstructedEWMA(ConstructedEstimator):
    """The LSTM that is the moving average, one unit: c[t] = (1 - alpha) c[t-1] + tanh(alpha x[t] s) / s.

    Signals and averages are ``(n_signals, n_samples)``, the averages in the signal's unit.

    Parameters
    ----------
    alpha : float
        Weight of the newest sample, in (0, 1).
    precision : "float64" or "float32"
        Of the network.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Comput. 9(8), 1997.

    Examples
    --------
    >>> from neural.constructed import ConstructedEWMA
    >>> ConstructedEWMA(alpha=0.5).predict([[1.0, 2.0, 3.0]])
    array([[1.5  , 1.75 , 2.375]])
    """

    side_information = frozenset({SideInformation.ALPHA, SideInformation.START})

    def __init__(self, alpha: float = 0.2, precision: str = "float64") -> None:
        self.alpha = alpha
        self.precision = precision

    @property
    def dtype(self) -> torch.dtype:  # type: ignore[override]
        """Of signals and network."""
        known = {"float32": torch.float32, "float64": torch.float64}
        if self.precision not in known:
            raise ValueError(
                f"ConstructedEWMA: precision must be 'float32' or 'float64', got {self.precision!r}"
            )
        return known[self.precision]

    def network(self) -> SequenceNet:
        """Return the LSTM with its weights set."""
        if not 0 < self.alpha < 1:
            raise ValueError(f"ConstructedEWMA: alpha must lie in (0, 1), got {self.alpha}")
        net: SequenceNet = blank(SequenceNet("lstm", 1, 1, started=True), self.dtype)
        assert net.start is not None
        with torch.no_grad():
            set_gates(net, 1, float(np.log1p(-self.alpha) - np.log(self.alpha)))
            net.recurrent.weight_ih_l0[2, 0] = self.alpha * SCALE
            net.start.weight[1, 0] = SCALE  # the second half of the start is the cell
            net.read_out.weight.fill_(1 / SCALE)
        return net

    def _in_blocks(self, X: np.ndarray) -> np.ndarray:
        unit = unit_of(X)  # tanh is linear for samples of about 1
        return self._finite(unit.back(super()._in_blocks(unit.of(X))))

    def _estimate(self, x: Tensor) -> Tensor:
        return self.network()(x[..., None], x.mean(dim=1))


class ConstructedMatchedFilter(ConstructedEstimator):
    """The Elman net that is a matched filter: its units pass the samples on, its read-out weighs them.

    One read-out a template; the largest of them so far is taken beside the net (max-pooling): a linear
    read-out of tanh units cannot keep a maximum exactly. Signals and evidence are ``(n_signals,
    n_samples)``, the evidence in the signal's unit.

    Parameters
    ----------
    template : array, ``(n_template,)`` or ``(n_templates, n_template)``
        The samples of the burst, of any scale.

    References
    ----------
    Elman, "Finding structure in time", Cogn. Sci. 14(2), 1990.
    Turin, "An introduction to matched filters", IRE Trans. Inf. Theory 6(3), 1960.

    Examples
    --------
    >>> from neural.constructed import ConstructedMatchedFilter
    >>> ConstructedMatchedFilter([3.0, 4.0]).predict([[1.0, 3.0, 4.0, 0.0]]).round(6)
    array([[0.8, 3. , 5. , 5. ]])
    """

    side_information = frozenset({SideInformation.SHAPE, SideInformation.NOISE_LEVEL})

    def __init__(self, template: Any) -> None:
        self.template = template

    def network(self) -> SequenceNet:
        """Return the Elman net with its weights set."""
        templates = np.atleast_2d(as_float64("ConstructedMatchedFilter", self.template, "template samples"))
        norms = np.linalg.norm(templates, axis=-1, keepdims=True)
        if templates.ndim != 2 or templates.size == 0 or not np.all(np.isfinite(norms) & (norms > 0)):
            raise ValueError(
                "ConstructedMatchedFilter: template must be one or more rows of finite samples, none of "
                f"them zero throughout, got shape {np.shape(self.template)}"
            )
        n_taps = templates.shape[1]
        net: SequenceNet = blank(SequenceNet("elman", 1, n_taps), self.dtype)
        net.read_out = nn.Linear(n_taps, len(templates)).to(self.dtype)
        with torch.no_grad():
            net.recurrent.weight_ih_l0[0, 0] = SCALE
            net.recurrent.weight_hh_l0[1:, :-1] = torch.eye(n_taps - 1, dtype=self.dtype)
            net.read_out.weight[:] = torch.as_tensor((templates / norms)[:, ::-1] / SCALE)
            net.read_out.bias.zero_()
        return net

    def _in_blocks(self, X: np.ndarray) -> np.ndarray:
        unit = unit_of(X, offset=False)  # tanh is linear for samples of about 1
        return self._finite(unit.back(super()._in_blocks(unit.of(X))))

    def _estimate(self, x: Tensor) -> Tensor:
        outputs = self.network()(x[..., None])
        largest = outputs.reshape(*x.shape, -1).amax(dim=-1)
        return largest.cummax(dim=1).values


class ConstructedSwitch(ConstructedEstimator):
    """The Elman net of two units that sees a burst without noise end: a latch less the present sample.

    h1 = tanh(G x), h2 = tanh(G x + 2 h2): h2 - h1 is 0 before the burst and next to 0 in it, 0.96 after it.
    A last sample below 1 / G passes for the end. Signals and evidence are ``(n_signals, n_samples)``.

    Parameters
    ----------
    gain : float
        G, in one over the signal's unit; positive and finite.

    References
    ----------
    Elman, "Finding structure in time", Cogn. Sci. 14(2), 1990.

    Examples
    --------
    >>> from neural.constructed import ConstructedSwitch
    >>> ConstructedSwitch().predict([[0.0, 0.0, 1.0, 2.0, 1.0, 0.0, 0.0]]).round(1)
    array([[0., 0., 0., 0., 0., 1., 1.]])
    """

    side_information = frozenset({SideInformation.NO_NOISE})

    def __init__(self, gain: float = 1e6) -> None:
        self.gain = gain

    def network(self) -> SequenceNet:
        """Return the Elman net with its weights set."""
        if not 0 < self.gain < np.inf:
            raise ValueError(f"ConstructedSwitch: gain must be positive and finite, got {self.gain}")
        net: SequenceNet = blank(SequenceNet("elman", 1, 2), self.dtype)
        with torch.no_grad():
            net.recurrent.weight_ih_l0.fill_(self.gain)
            net.recurrent.weight_hh_l0[1, 1] = 2.0
            net.read_out.weight[0] = torch.tensor([-1.0, 1.0])
        return net

    def _estimate(self, x: Tensor) -> Tensor:
        return self.network()(x[..., None])


class ConstructedProductLSTM(ConstructedEstimator):
    """The LSTM of two units that multiplies two witnesses: input gate times candidate.

    With a small a, sigma(a u) tanh(a v) - sigma(-a u) tanh(a v) = a^2 u v / 2, but for a^2 (u^2 / 12 + v^2
    / 3) and for the rounding of the difference, 1e-16 / a: a = 4e-6 makes both less than 1e-10. Signals are
    ``(n_signals, n_samples, 2)``, the product is ``(n_signals, n_samples)`` in the product of the
    witnesses' units.

    References
    ----------
    Hochreiter and Schmidhuber, "Long short-term memory", Neural Comput. 9(8), 1997.

    Examples
    --------
    >>> from neural.constructed import ConstructedProductLSTM
    >>> ConstructedProductLSTM().predict([[[2.0, 3.0], [4.0, -1.0]]]).round(6)
    array([[ 6., -4.]])
    """

    side_information = frozenset({SideInformation.CONTAMINATION})
    n_channels = 2
    slope = 2.0**-18

    def network(self) -> SequenceNet:
        """Return the LSTM with its weights set."""
        net: SequenceNet = blank(SequenceNet("lstm", 2, 2), self.dtype)
        with torch.no_grad():
            set_gates(net, 2, -OPEN)
            net.recurrent.bias_ih_l0[:2] = 0.0
            weights = net.recurrent.weight_ih_l0
            weights[0, 0], weights[1, 0] = self.slope, -self.slope
            weights[4:6, 1] = self.slope
            net.read_out.weight[0] = torch.tensor([1.0, -1.0]) * (2 / self.slope**2)
        return net

    def _in_blocks(self, X: np.ndarray) -> np.ndarray:
        largest = np.abs(X).max(axis=1)
        # The two errors balance for samples of about 1; from others a power of two is taken out, exactly.
        scale = np.where((largest > 2**-10) & (largest < 2**10), 1.0, scale_of(largest))
        product = super()._in_blocks(X / scale[:, None])
        with np.errstate(over="ignore"):
            return self._finite(product * scale[:, :1] * scale[:, 1:])

    def _estimate(self, x: Tensor) -> Tensor:
        return self.network()(x)


class ConstructedProductUnit(ConstructedEstimator):
    """A product unit (a bilinear layer) that is the product of two witnesses, to the last digit.

    Signals are ``(n_signals, n_samples, 2)``, the product is ``(n_signals, n_samples)`` in the product of
    the witnesses' units.

    References
    ----------
    Durbin and Rumelhart, "Product units: a computationally powerful and biologically plausible extension to
    backpropagation networks", Neural Comput. 1(1), 1989.

    Examples
    --------
    >>> from neural.constructed import ConstructedProductUnit
    >>> ConstructedProductUnit().predict([[[2.0, 3.0], [4.0, -1.0]]])
    array([[ 6., -4.]])
    """

    side_information = frozenset({SideInformation.CONTAMINATION})
    n_channels = 2

    def network(self) -> nn.Bilinear:
        """Return the layer with its weight set to 1."""
        net: nn.Bilinear = blank(nn.Bilinear(1, 1, 1), self.dtype)
        nn.init.ones_(net.weight)
        return net

    def _estimate(self, x: Tensor) -> Tensor:
        return self.network()(x[..., :1], x[..., 1:]).squeeze(-1)


class ConstructedHeterodyne(ConstructedEstimator):
    """The heterodyne net with its LSTM silent: its linear path is the least-squares slope of the phase.

    Near the right trial frequency a frame at time m is 1 + 2 pi i delta m / n: its imaginary part is
    the phase, and the regression of it on m is the maximum-likelihood step (white noise at baseband is
    white in the frames): every pass is a Newton step of the sine fit, and no LSTM is needed above the
    threshold. Frames of n / K samples cost a factor 1 / (1 - 1 / K^2) in variance, 0.4 % for K = 16.
    Signals are ``(n_signals, n_samples)``, of twice `n_frames` samples at least.

    Parameters
    ----------
    n_frames : int
        Frames of a record, at least 1.
    passes : int
        Trial frequencies, one after another, at least 1.
    sample_rate : float
        Samples per second for a frequency in hertz; 1 gives cycles per sample.

    References
    ----------
    Tretter, "Estimating the frequency of a noisy sinusoid by linear regression", IEEE Trans. Inf. Theory
    31(6), 1985.

    Examples
    --------
    >>> import numpy as np
    >>> from neural.constructed import ConstructedHeterodyne
    >>> ConstructedHeterodyne().predict([np.cos(2 * np.pi * 0.1234 * np.arange(128))]).round(4)
    array([0.1234])
    """

    side_information = frozenset()

    def __init__(self, n_frames: int = 16, passes: int = 4, sample_rate: float = 1.0) -> None:
        self.n_frames = n_frames
        self.passes = passes
        self.sample_rate = sample_rate

    def _min_samples(self) -> int:
        return 2 * self.n_frames

    def network(self) -> HeterodyneNet:
        """Return the net with its linear path set."""
        if self.n_frames < 1 or self.passes < 1:
            raise ValueError(
                "ConstructedHeterodyne: n_frames and passes must be at least 1, "
                f"got {self.n_frames}, {self.passes}"
            )
        net: HeterodyneNet = blank(HeterodyneNet(self.n_frames, 1), self.dtype)
        place = (torch.arange(self.n_frames, dtype=self.dtype) + 0.5) / self.n_frames - 0.5
        with torch.no_grad():
            net.offset.linear.weight[0] = place / (2 * np.pi * place.square().sum())
        return net

    def _estimate(self, x: Tensor) -> Tensor:
        network = self.network()
        path = HeterodyneLSTM(n_frames=self.n_frames, passes=self.passes, sample_rate=self.sample_rate)
        path.network_dtype = self.dtype
        return path._estimate(network, x)

    def predict(self, X: Any) -> np.ndarray:
        """Return the frequencies of signals X, ``(n_signals,)``, in the unit of `sample_rate`.

        Parameters
        ----------
        X : array, ``(n_signals, n_samples)``

        Raises
        ------
        ValueError
            When X is refused, as by `fit`, or `n_frames` or `passes` is below 1.

        Warns
        -----
        EstimationWarning
            When signals are constant, or their tone is lost in the rounding of a large offset: they get
            NaN.
        """
        X = self._check(X)
        unit = unit_of(X)
        estimates = self._in_blocks(unit.of(X))
        estimates[self._find_hopeless(X, unit)] = np.nan
        return estimates
