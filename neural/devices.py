"""Where a net runs."""

from importlib.metadata import version
from importlib.util import find_spec

import torch

DEVICES = ("auto", "cpu", "cuda", "onnx")  # the last: ONNX Runtime on the CPU; trained there by PyTorch


def choose_device(name: str) -> torch.device:
    """Return PyTorch's device for a name of `DEVICES`; an absent one is an error, never replaced."""
    if name not in DEVICES:
        raise ValueError(f"device must be one of {', '.join(DEVICES)}, got {name!r}")
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("device cuda was asked for, but torch finds no CUDA device here")
    if name == "onnx" and not (find_spec("onnx") and find_spec("onnxruntime")):
        raise ValueError("device onnx needs the extra [onnx]: pip install 'dspvnn[onnx]'")
    if name == "cuda" or (name == "auto" and torch.cuda.is_available()):
        return torch.device("cuda")
    return torch.device("cpu")


def device_title(name: str) -> str:
    """Return what runs a net, in words; the last digits of its estimates depend on it."""
    device = choose_device(name)
    return f"{device}, ONNX Runtime {version('onnxruntime')}" if name == "onnx" else str(device)
