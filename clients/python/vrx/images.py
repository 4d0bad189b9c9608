"""Images as requests carry them: a path, or the bytes of a PNG or JPEG file in base64."""

from __future__ import annotations

import base64
import importlib
import io
import os
import struct
import tempfile
import zlib
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

from .paths import absolute_path

#: Images whose base64 is longer than this travel by path.
MAX_INLINE_BYTES = 1024 * 1024

#: A path, the bytes of an image file, a PIL image, or an array [height, width(, 1 | 3 | 4)] of uint8 or of floats in
#: [0, 1].
Image = Any
#: One image or several; a folder stands for the images in it.
Images = Union[Image, Iterable[Image]]
#: Images under the label or index of their class.
ImagesByClass = Union[Mapping[str, Images], Mapping[int, Images]]
WireImage = Union[str, Dict[str, str]]


class ImageEncoder:
    """Turns what callers have into what requests carry. Large images go into a private folder, removed on `close`."""

    def __init__(self) -> None:
        self._folder: Optional[tempfile.TemporaryDirectory[str]] = None
        self._files = 0

    def one(self, image: Image) -> WireImage:
        """The image as a request carries it.

        Raises:
            TypeError: It cannot be read as an image.
            ValueError: An array of an unsuitable shape.
        """
        if isinstance(image, (str, os.PathLike)):
            return absolute_path(image)
        if isinstance(image, dict) and isinstance(image.get("base64"), str):
            return image
        data = image_bytes(image)
        if (len(data) + 2) // 3 * 4 <= MAX_INLINE_BYTES:
            return {"base64": base64.b64encode(data).decode("ascii")}
        return self._file(data)

    def many(self, images: Images) -> List[WireImage]:
        """Each image as a request carries it; a single image is a list of one."""
        if isinstance(images, (str, os.PathLike, bytes, bytearray, memoryview, dict)) or hasattr(images, "__array__"):
            return [self.one(images)]
        if not hasattr(images, "__iter__"):
            return [self.one(images)]
        return [self.one(image) for image in images]

    def by_class(self, images: ImagesByClass) -> Dict[str, List[WireImage]]:
        """The images of each class as a request carries them."""
        return {str(name): self.many(some) for name, some in images.items()}

    def close(self) -> None:
        """Removes the private folder."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _file(self, data: bytes) -> str:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="vrx-")
        self._files += 1
        path = os.path.join(self._folder.name, f"image-{self._files}.png")
        with open(path, "wb") as file:
            file.write(data)
        return path


def image_bytes(image: Image) -> bytes:
    """The bytes of a PNG or JPEG file that hold the image."""
    if isinstance(image, (bytes, bytearray, memoryview)):
        return bytes(image)
    if hasattr(image, "save") and hasattr(image, "mode"):
        buffer = io.BytesIO()
        plain = image if image.mode in ("L", "RGB", "RGBA") else image.convert("RGB")
        plain.save(buffer, format="PNG")
        return buffer.getvalue()
    if hasattr(image, "__array__"):
        return _array_bytes(image)
    raise TypeError(
        f"{type(image).__name__} is not an image: give a path, the bytes of a file, a PIL image or a numpy array "
        "[height, width, 3]"
    )


def png(width: int, height: int, channels: int, pixels: bytes) -> bytes:
    """The bytes of a PNG file of 8 bits a channel.

    Args:
        width: Pixels in a row.
        height: Rows.
        channels: 1 (grey), 3 (RGB) or 4 (RGBA).
        pixels: height x width x channels bytes, row by row.
    """
    colour_type = {1: 0, 3: 2, 4: 6}[channels]
    stride = width * channels
    rows = b"".join(b"\0" + pixels[start : start + stride] for start in range(0, height * stride, stride))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b"")


def _array_bytes(image: Any) -> bytes:
    numpy = importlib.import_module("numpy")
    array = numpy.asarray(image)
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in (1, 3, 4) or 0 in array.shape:
        raise ValueError(f"an image array is [height, width] or [height, width, 1 | 3 | 4], not {list(array.shape)}")
    if array.dtype.kind == "f":
        if not numpy.isfinite(array).all() or array.min() < 0 or array.max() > 1:
            raise ValueError("an image array of floats has finite values in [0, 1]")
        array = numpy.rint(array * 255)
    elif array.dtype.kind == "b":
        array = array * 255
    elif array.dtype.kind not in "ui" or array.min() < 0 or array.max() > 255:
        raise ValueError(f"an image array has values from 0 to 255 or floats in [0, 1], not {array.dtype}")
    pixels = numpy.ascontiguousarray(array, dtype=numpy.uint8)
    return png(array.shape[1], array.shape[0], channels, pixels.tobytes())
