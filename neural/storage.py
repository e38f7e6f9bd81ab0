"""Weights on disk: a safetensors file and, beside it, a JSON card that says where they come from.

No pickle anywhere. A file is written beside its place and moved there, so that it is whole or absent;
the card holds the SHA-256 of the weights, so that a damaged or exchanged file is refused.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save

from dspvnn.results.files import write_whole

WEIGHTS = Path(__file__).parent / "weights"
FORMAT = 1
NEEDED = {"net", "seed", "arguments", "n_samples", "sha256", "seconds", "signals", "device"}


class WeightsError(ValueError):
    """A weight file is missing, damaged, or of another net; its message names the file.

    Examples
    --------
    >>> from pathlib import Path
    >>> import neural
    >>> try:
    ...     neural.load("tone/lstm", folder=Path("nowhere"))
    ... except neural.WeightsError as error:
    ...     print(str(error).partition(": ")[2])
    the card of the weights is missing
    """


def safetensors(tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> bytes:
    """Return the content of a safetensors file."""
    return bytes(save({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, metadata))


def save_tensors(path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file in one move."""
    write_whole(path, safetensors(tensors, metadata))


def weight_path(name: str, seed: int, folder: Path | None = None) -> Path:
    """Return the file of net `name` ("task/net") trained with `seed`."""
    return (folder or WEIGHTS) / f"{name}-seed{seed}.safetensors"


def save_weights(path: Path, network: torch.nn.Module, card: dict[str, Any]) -> None:
    """Write `card` and, beside it, the weights of `network`: never weights that no card is beside."""
    content = safetensors(network.state_dict(), {})
    write_card(path, {"format": FORMAT, **card, "sha256": hashlib.sha256(content).hexdigest()})
    write_whole(path, content)


def write_card(path: Path, card: dict[str, Any]) -> None:
    """Write `card` beside the weight file `path`."""
    write_whole(path.with_suffix(".json"), (json.dumps(card, indent=1) + "\n").encode())


def refuse_foreign(path: Path) -> None:
    """Raise a WeightsError where a file that is not a net of ours would be written over."""
    if path.exists() or path.with_suffix(".json").exists():
        try:
            read_card(path)
        except WeightsError as error:
            raise WeightsError(
                f"{path} is there and would be written over, but is no net of dspvnn's ({error}): "
                "name another folder with --out, or remove it"
            ) from None


def weights_digest(name: str, seed: int, folder: Path | None = None) -> str:
    """Return the SHA-256 of a net's weights and card together."""
    path = weight_path(name, seed, folder)
    try:
        content = path.read_bytes() + path.with_suffix(".json").read_bytes()
    except OSError as error:
        raise WeightsError(f"{path}: the weights cannot be read: {error.strerror}") from None
    return hashlib.sha256(content).hexdigest()


def read_card(path: Path) -> dict[str, Any]:
    """Return the card that lies beside the weight file `path`."""
    card_path = path.with_suffix(".json")
    try:
        card = json.loads(card_path.read_text())
    except FileNotFoundError:
        raise WeightsError(f"{card_path}: the card of the weights is missing") from None
    except ValueError as error:
        raise WeightsError(f"{card_path}: the card is not readable JSON: {error}") from None
    if not isinstance(card, dict) or card.get("format") != FORMAT or not card.keys() >= NEEDED:
        raise WeightsError(
            f"{card_path}: the card must be of format {FORMAT} and hold {', '.join(sorted(NEEDED))}"
        )
    return card


def load_weights(path: Path, network: torch.nn.Module, card: dict[str, Any]) -> None:
    """Load `path` into `network`, or raise a WeightsError that says what is wrong with the file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path}: the weights cannot be read: {error.strerror}") from None
    found = hashlib.sha256(content).hexdigest()
    if found != card.get("sha256"):
        raise WeightsError(
            f"{path}: the weights are damaged or belong to another card: their SHA-256 is "
            f"{found[:12]}..., the card says {str(card.get('sha256'))[:12]}..."
        )
    try:
        network.load_state_dict(load(content))
    except Exception as error:
        line = " ".join(str(error).split())
        raise WeightsError(f"{path}: the weights are of another architecture: {line}") from None
