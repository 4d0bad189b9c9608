"""The exceptions of the client, and codes of errors."""

from __future__ import annotations

from typing import Any, Optional

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
CANCELLED = -32800
CLIENT_MODEL = 1008

#: The client's own code: the daemon cannot be started, or has ended. In JSON-RPC's range for implementations.
DAEMON_GONE = -32099


class VRXError(Exception):
    """A request that the daemon answered with an error.

    Attributes:
        code: JSON-RPC's and LSP's codes are negative; vrxd's own are positive (1001 model, 1003 image, 1004 unknown
            class, 1006 too little data, ...).
        message: What happened and what to do about it.
        data: Facts for programs, usually ``{"kind", "retryable", "detail"}``; None if the daemon sent no data.
    """

    def __init__(self, code: int, message: str, data: Optional[Any] = None) -> None:
        super().__init__(code, message, data)
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return f"{self.message} (error {self.code})"


class Cancelled(VRXError):
    """A request that was cancelled before it ended."""


class DaemonError(VRXError):
    """The daemon cannot be found or started, has ended, or does not speak the protocol.

    ``data`` holds ``{"returncode", "stderr"}``: how it ended, and the end of its standard error.
    """

    def __init__(self, message: str, data: Optional[Any] = None) -> None:
        super().__init__(DAEMON_GONE, message, data)
        self.args = (message, data)

    def __str__(self) -> str:
        return self.message


def from_response(error: Any) -> VRXError:
    """The exception for the ``error`` member of a response."""
    if not isinstance(error, dict):
        return VRXError(INTERNAL_ERROR, f"the daemon sent a malformed error: {error!r}")
    code = error.get("code")
    message = error.get("message")
    if not isinstance(code, int):
        code = INTERNAL_ERROR
    kind = Cancelled if code == CANCELLED else VRXError
    return kind(code, message if isinstance(message, str) else "no message", error.get("data"))
