"""The networks: modules only, no training, no input checks."""

import torch
from torch import Tensor, nn

RECURRENT = {"lstm": nn.LSTM, "gru": nn.GRU, "elman": nn.RNN}


class SequenceNet(nn.Module):
    """A recurrent layer and a linear read-out of every step: causal, for records of any length.

    Input ``(n_signals, n_samples, n_inputs)``, output ``(n_signals, n_samples)``. `start`, one number a
    record, enters as the initial state through a learned linear map.
    """

    def __init__(self, cell: str, n_inputs: int, hidden: int, started: bool = False) -> None:
        super().__init__()
        layer = RECURRENT[cell]
        self.cell = cell
        self.recurrent = layer(n_inputs, hidden, batch_first=True)
        self.read_out = nn.Linear(hidden, 1)
        self.start = nn.Linear(1, (2 if cell == "lstm" else 1) * hidden) if started else None
        if cell == "lstm":  # remember from the first step of training on
            with torch.no_grad():
                self.recurrent.bias_ih_l0[hidden : 2 * hidden].fill_(1.0)

    def forward(self, x: Tensor, start: Tensor | None = None) -> Tensor:
        """Return one number a step."""
        state = None
        if self.start is not None and start is not None:
            state = self.start(start[:, None])[None].chunk(2 if self.cell == "lstm" else 1, dim=-1)
            state = tuple(s.contiguous() for s in state) if self.cell == "lstm" else state[0]
        steps, _ = self.recurrent(x, state)
        return self.read_out(steps).squeeze(-1)


class ProductNet(nn.Module):
    """An LSTM and product units: a read-out of the state plus products of two linear maps.

    The maps see the state and the inputs, so that a product of two inputs is one product unit. Input
    ``(n_signals, n_samples, n_inputs)``, output ``(n_signals, n_samples)``; causal.
    """

    def __init__(self, n_inputs: int, hidden: int, n_products: int) -> None:
        super().__init__()
        self.recurrent = nn.LSTM(n_inputs, hidden, batch_first=True)
        self.factors = nn.Linear(hidden + n_inputs, 2 * n_products)
        self.read_out = nn.Linear(hidden + n_products, 1)
        with torch.no_grad():  # the inputs lead at first: what the state adds has to be learned
            self.factors.weight[:, :hidden].mul_(0.1)
            self.read_out.weight[:, :hidden].mul_(0.1)

    def forward(self, x: Tensor) -> Tensor:
        """Return one number a step."""
        steps, _ = self.recurrent(x)
        one, other = self.factors(torch.cat([steps, x], dim=-1)).chunk(2, dim=-1)
        return self.read_out(torch.cat([steps, one * other], dim=-1)).squeeze(-1)


BY_SAMPLE = (SequenceNet, ProductNet)  # one graph of ONNX stands for records of any length


class LinearRNN(nn.Module):
    """One linear unit, y[t] = w_y y[t-1] + w_x x[t] + b, started at a given value."""

    def __init__(self) -> None:
        super().__init__()
        self.w_y = nn.Parameter(torch.rand(()))
        self.w_x = nn.Parameter(torch.rand(()))
        self.bias = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, start: Tensor) -> Tensor:
        """Return y of every step, ``(n_signals, n_samples)``."""
        y, level = [], start
        for t in range(x.shape[1]):
            level = self.w_y * level + self.w_x * x[:, t] + self.bias
            y.append(level)
        return torch.stack(y, dim=1)


class FrameNet(nn.Module):
    """A bidirectional recurrent net over overlapping frames of a record, and a head of bins.

    Input ``(n_signals, n_samples)``; output for every bin a logit and the distance, in bins, from
    the bin's centre to the answer: two tensors ``(n_signals, n_bins)``.
    """

    def __init__(self, cell: str, n_samples: int, hidden: int, n_bins: int, frame: int, hop: int) -> None:
        super().__init__()
        self.frame, self.hop = frame, hop
        n_frames = (n_samples - frame) // hop + 1
        layer = RECURRENT[cell]
        self.recurrent = layer(frame, hidden, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Sequential(
            nn.Linear(n_frames * 2 * hidden, 256), nn.GELU(), nn.Linear(256, 2 * n_bins)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and distances."""
        steps, _ = self.recurrent(x.unfold(1, self.frame, self.hop))
        logits, distances = self.head(steps.flatten(1)).chunk(2, dim=1)
        return logits, distances


class DenseNet(nn.Module):
    """Two dense layers on the samples and the same head of bins; any activation between them."""

    def __init__(self, n_samples: int, hidden: int, n_bins: int, activation: type[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(n_samples, hidden), activation(),
            nn.Linear(hidden, hidden), activation(),
            nn.Linear(hidden, 2 * n_bins),
        )  # fmt: skip

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and distances."""
        logits, distances = self.layers(x).chunk(2, dim=1)
        return logits, distances


class Snake(nn.Module):
    """x + sin(a x)^2 / a, with a learned (Ziyin, Hartwig and Ueda, NeurIPS 2020): it bends periodically."""

    def __init__(self) -> None:
        super().__init__()
        self.rate = nn.Parameter(torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        """Return the activation."""
        return x + torch.sin(self.rate * x).square() / self.rate


class OffsetNet(nn.Module):
    """The frequency offset, in bins, that complex baseband frames show: a linear path and an LSTM.

    Input ``(n_signals, n_frames, 2)``, output ``(n_signals,)``. Conjugated frames have the opposite offset:
    the net is made odd, half the difference of its answers to the frames and to their conjugates. Near an
    offset of 0 the best that there is is linear, a ramp over the imaginary parts. The linear path starts
    there, and the LSTM's part fades with the mean square distance of the frames from 1.
    """

    def __init__(self, n_frames: int, hidden: int) -> None:
        super().__init__()
        self.recurrent = nn.LSTM(2, hidden, bidirectional=True, batch_first=True)
        self.head = nn.Sequential(nn.Linear(n_frames * 2 * hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1))
        self.linear = nn.Linear(n_frames, 1, bias=False)
        ramp = (torch.arange(n_frames) - (n_frames - 1) / 2) / n_frames
        with torch.no_grad():
            self.linear.weight.copy_(ramp / ramp.square().sum() / (2 * torch.pi))

    def forward(self, frames: Tensor) -> Tensor:
        """Return the offset."""
        return self.linear(frames[..., 1]).squeeze(1) + distance(frames) * self.of_lstm(frames)

    def of_lstm(self, frames: Tensor) -> Tensor:
        """Return the LSTM's part, not faded."""
        mirrored = frames * torch.tensor([1.0, -1.0], dtype=frames.dtype, device=frames.device)
        steps, _ = self.recurrent(torch.cat([frames, mirrored]))
        plus, minus = self.head(steps.flatten(1)).squeeze(1).chunk(2)
        return (plus - minus) / 2


class HeterodyneNet(nn.Module):
    """Two heads: `offset` on baseband frames, and `error_scale` on the log of the estimated SNR.

    The second gives the log of a standard error over what the noise alone would make, 0 before training.
    """

    def __init__(self, n_frames: int, hidden: int) -> None:
        super().__init__()
        self.offset = OffsetNet(n_frames, hidden)
        self.scale = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
        with torch.no_grad():
            for value in self.scale[2].parameters():
                value.zero_()

    def error_scale(self, log_snr: Tensor) -> Tensor:
        """Return the logarithm of the factor: input ``(n_signals, 1)``, output ``(n_signals,)``."""
        return self.scale(log_snr).squeeze(1)


def distance(frames: Tensor) -> Tensor:
    """Return how far frames lie from 1: d / (1 + d), d the mean square distance, ``(n_signals,)``."""
    one = torch.tensor([1.0, 0.0], dtype=frames.dtype, device=frames.device)
    square = (frames - one).square().sum(dim=2).mean(dim=1)
    return square / (1 + square)


class CombNet(nn.Module):
    """The frequency offset, in bins, that several views of a record show: gated linear paths and an LSTM.

    Input: views ``(n_signals, n_frames, n_views, 2)``, facts ``(n_signals, n_frames, n_facts)``; output
    the offset and the logarithm of its expected error, ``(n_signals,)`` each. Every view has a linear path,
    which starts as the slope of its phase; what the LSTM reads says how much each path counts, and adds an
    offset of its own. Conjugated views have the opposite offset, but the same gates and the same error:
    the net is made odd and even, as `OffsetNet` is odd.
    """

    N_VIEWS, N_FACTS = 5, 3

    def __init__(self, n_frames: int, hidden: int) -> None:
        super().__init__()
        self.recurrent = nn.LSTM(
            2 * self.N_VIEWS + self.N_FACTS, hidden, bidirectional=True, batch_first=True
        )
        answer = nn.Linear(hidden, 2 + self.N_VIEWS)
        self.linear = nn.Parameter(_phase_slope(n_frames).repeat(self.N_VIEWS, 1))
        with torch.no_grad():  # the phase of the limited record leads at first
            answer.weight.mul_(0.1)
            answer.bias.copy_(torch.eye(2 + self.N_VIEWS)[3])
        self.head = nn.Sequential(nn.Linear(n_frames * 2 * hidden, hidden), nn.Tanh(), answer)

    def forward(self, views: Tensor, facts: Tensor) -> tuple[Tensor, Tensor]:
        """Return the offset and the log of its error."""
        mirrored = views * torch.tensor([1.0, -1.0], dtype=views.dtype, device=views.device)
        inputs = torch.cat([views, mirrored]).flatten(2)
        steps, _ = self.recurrent(torch.cat([inputs, torch.cat([facts, facts])], dim=2))
        plus, minus = self.head(steps.flatten(1)).chunk(2)
        odd, even = (plus - minus) / 2, (plus + minus) / 2
        slopes = torch.einsum("sfv,vf->sv", views[..., 1], self.linear)
        return odd[:, 0] + (even[:, 2:] * slopes).sum(dim=1), even[:, 1]


def _phase_slope(n_frames: int) -> Tensor:
    """Return the weights that make an offset in bins of the frames' imaginary parts: least squares."""
    time = (torch.arange(n_frames) - (n_frames - 1) / 2) / n_frames
    return time / (2 * torch.pi * time.square().sum())
