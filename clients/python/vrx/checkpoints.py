"""PyTorch checkpoints of reasoning networks as safetensors files, which the daemon reads: it never runs a pickle."""

from __future__ import annotations

import json
import os
import struct
from typing import Any, Dict, Mapping

from .paths import Path

#: How files of PyTorch begin: a zip archive, or a pickle of protocol 2.
MAGIC = (b"PK\x03\x04", b"\x80\x02")


def is_torch_checkpoint(path: Path) -> bool:
    """Whether PyTorch wrote the file."""
    with open(path, "rb") as file:
        return file.read(4).startswith(MAGIC)


def convert_checkpoint(path: Path, target: Path) -> None:
    """Writes the weights of a PyTorch checkpoint to a safetensors file, in 32-bit floats under the same names.

    The state dict may be a member `state_dict` or `model` of the checkpoint; the prefix `module.` of networks that were
    trained on several devices is removed. Needs PyTorch, which loads nothing but weights.

    Raises:
        ImportError: PyTorch is not installed.
        ValueError: There is no state dict in the checkpoint.
    """
    import torch

    found = torch.load(path, map_location="cpu", weights_only=True)
    for name in ("state_dict", "model"):
        if isinstance(found, Mapping) and isinstance(found.get(name), Mapping):
            found = found[name]
    tensors = _tensors(found)
    if not tensors:
        raise ValueError(f"{os.fspath(path)} holds no state dict: save module.state_dict()")
    header: Dict[str, Any] = {}
    payload = []
    position = 0
    for name, tensor in sorted(tensors.items()):
        data = tensor.detach().to(torch.float32).contiguous().numpy().astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [position, position + len(data)],
        }
        payload.append(data)
        position += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(target, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(payload)


def _tensors(found: Any) -> Dict[str, Any]:
    """The floating-point tensors of a state dict."""
    if not isinstance(found, Mapping):
        return {}
    return {
        str(name)[len("module.") :] if str(name).startswith("module.") else str(name): value
        for name, value in found.items()
        if hasattr(value, "is_floating_point") and value.is_floating_point()
    }
