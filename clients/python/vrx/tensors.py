"""Numbers that travel between the daemon and a classifier that lives here: 32-bit floats, row-major."""

from __future__ import annotations

import base64
import os
import tempfile
from typing import Any, NamedTuple, Optional, Sequence, Tuple

from . import types

#: Bytes from which on a tensor travels in a file, if there is a folder for such files.
FILE_BYTES = 1 << 12


class Tensor(NamedTuple):
    """Numbers with a shape.

    Attributes:
        shape: Extents.
        data: 32-bit floats, little-endian, row-major.
    """

    shape: Tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, values: Any) -> Tensor:
        """The tensor of a Tensor, a numpy array, a torch tensor, or anything that numpy makes an array of."""
        if isinstance(values, cls):
            return values
        if hasattr(values, "detach"):
            values = values.detach().cpu().float().numpy()
        import numpy

        array = numpy.ascontiguousarray(values, dtype="<f4")
        return cls(tuple(array.shape), array.tobytes())

    def numpy(self) -> Any:
        """The numbers as a new numpy array."""
        import numpy

        return numpy.frombuffer(self.data, dtype="<f4").reshape(self.shape).copy()

    def wire(self, folder: Optional[str] = None) -> types.Tensor:
        """The tensor on the wire; a large one in a new file of `folder`, which the daemon deletes."""
        fields: types.Tensor = {"shape": list(self.shape), "dtype": "f32"}
        if folder is None or len(self.data) < FILE_BYTES:
            return {**fields, "base64": base64.b64encode(self.data).decode("ascii")}
        descriptor, path = tempfile.mkstemp(prefix="client-", dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self.data)
        return {**fields, "path": path, "offset": 0}


def from_wire(value: Any) -> Tensor:
    """The tensor of ``{shape, dtype, base64}`` or ``{shape, dtype, path, offset}``.

    Raises:
        ValueError: It is not a tensor.
        OSError: Its file cannot be read.
    """
    if not isinstance(value, dict) or value.get("dtype") not in ("f32", "f32le"):
        raise ValueError(f"not a tensor of 32-bit floats: {str(value)[:80]}")
    shape: Sequence[int] = value["shape"]
    count = 4
    for extent in shape:
        count *= extent
    if "path" in value:
        with open(value["path"], "rb") as file:
            file.seek(value.get("offset") or 0)
            data = file.read(count)
    else:
        data = base64.b64decode(value["base64"])
    if count != len(data):
        raise ValueError(f"a tensor of shape {shape} has {count} bytes, but {len(data)} came")
    return Tensor(tuple(shape), data)
