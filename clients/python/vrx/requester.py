"""What the parts of the client share: sending a request and checking the form of its answer."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Type, TypeVar

from .calls import Call, CallOptions, Listeners, PartialCallback, ProgressCallback
from .connection import Connection
from .errors import INTERNAL_ERROR, VRXError
from .images import ImageEncoder

T = TypeVar("T")


class Requester:
    """Something that sends requests. The client is made of such parts."""

    _connection: Connection
    _images: ImageEncoder

    @property
    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self._connection.alive

    def start(
        self,
        method: str,
        params: Optional[Mapping[str, Any]] = None,
        progress: Optional[ProgressCallback] = None,
        partial: Optional[PartialCallback] = None,
    ) -> Call:
        """Sends a request and returns at once.

        Args:
            method: For example "vrx/discover".
            params: The fields as on the wire.
            progress: Hears progress, in the thread that waits in `Call.result`.
            partial: Hears previews, in the same thread.

        Raises:
            DaemonError: The daemon has ended.
            ValueError: The fields cannot be sent (NaN, text that is not Unicode, more than 64 MiB).
        """
        return self._connection.start(method, params, Listeners(progress, partial))

    def request(
        self,
        method: str,
        params: Optional[Mapping[str, Any]] = None,
        progress: Optional[ProgressCallback] = None,
        partial: Optional[PartialCallback] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Sends a request and waits for its result.

        Ctrl-C cancels the request and raises KeyboardInterrupt; the daemon stays usable.

        Raises:
            VRXError: The daemon answered with an error.
            DaemonError: The daemon has ended.
            TimeoutError: No answer within `timeout` seconds; the request was cancelled.
        """
        call = self.start(method, params, progress, partial)
        try:
            return call.result(timeout)
        except TimeoutError:
            call.cancel()
            raise

    def _object(self, kind: Type[T], method: str, params: Optional[Mapping[str, Any]], call: CallOptions) -> T:
        """The result of a request that answers with an object; `kind` is its type."""
        result: T = self.request(method, params, **call)
        if not isinstance(result, dict):
            raise VRXError(INTERNAL_ERROR, f"{method} answered with {type(result).__name__}, not with an object")
        return result

    def _list(
        self, kind: Type[T], method: str, params: Optional[Mapping[str, Any]], field: str, call: CallOptions
    ) -> List[T]:
        """The list that a request answers with, in one field of its result; `kind` is the type of its elements."""
        items = self._object(dict, method, params, call).get(field)
        if not isinstance(items, list):
            raise VRXError(INTERNAL_ERROR, f"{method} answered without the list {field!r}")
        return items
