"""Messages on a byte stream: ``Content-Length: N``, a blank line, N bytes of UTF-8 JSON (the base protocol of LSP)."""

from __future__ import annotations

import json
from typing import IO, Any, Dict, Optional

#: The daemon answers larger bodies without their id, so they must not be sent.
MAX_BODY_BYTES = 64 * 1024 * 1024
#: The most bytes of a header.
MAX_HEADER_BYTES = 4096


class FramingError(Exception):
    """The bytes that were read are not a message of the protocol."""


def encode(message: Dict[str, Any]) -> bytes:
    """The frame of a message.

    Raises:
        ValueError: The message holds NaN or infinity, text that is not valid Unicode, or is larger than 64 MiB.
        TypeError: The message holds a value that JSON cannot express.
    """
    text = json.dumps(message, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    try:
        body = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"{error.object[error.start - 20 : error.end + 20]!r} is not valid Unicode") from None
    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"the request has {len(body)} bytes, the limit is {MAX_BODY_BYTES}: give images by path")
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def read(stream: IO[bytes]) -> Optional[Dict[str, Any]]:
    """The next message; None at the end of the stream.

    Raises:
        FramingError: The bytes are not a message.
    """
    length: Optional[int] = None
    seen = 0
    while True:
        line = stream.readline(MAX_HEADER_BYTES + 1)
        if not line:
            return None
        seen += len(line)
        if seen > MAX_HEADER_BYTES or not line.endswith(b"\r\n"):
            raise FramingError(f"expected a header, got {line[:80]!r}")
        if line == b"\r\n":
            break
        name, separator, value = line.partition(b":")
        if not separator:
            raise FramingError(f"expected a header, got {line[:80]!r}")
        if name.strip().lower() == b"content-length":
            digits = value.strip()
            if not digits.isdigit():
                raise FramingError(f"the length is not a number: {line[:80]!r}")
            length = int(digits)
    if length is None:
        raise FramingError("a message without Content-Length")
    body = stream.read(length)
    if len(body) < length:
        return None
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FramingError(f"a message that is not JSON ({error}): {body[:80]!r}") from None
    if not isinstance(message, dict):
        raise FramingError(f"a message that is not an object: {body[:80]!r}")
    return message
