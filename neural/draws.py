"""The torch side of the shared signal layer: draws made on the training device."""

from typing import Any

import torch


class TorchDraws:
    """A torch generator with the two methods of `dspvnn.signals.randomness.Draws`."""

    def __init__(self, seed: int, device: torch.device | str, dtype: torch.dtype) -> None:
        self.generator = torch.Generator(device).manual_seed(seed)
        self.options: dict[str, Any] = {
            "generator": self.generator,
            "device": device,
            "dtype": dtype,
        }

    def random(self, size: Any) -> torch.Tensor:
        """Uniform draws on [0, 1), of shape `size`."""
        return torch.rand(size, **self.options)

    def standard_normal(self, size: Any) -> torch.Tensor:
        """Standard normal draws of shape `size`."""
        return torch.randn(size, **self.options)
