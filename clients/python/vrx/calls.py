"""Requests that are under way."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, Callable, Deque, Dict, Mapping, NamedTuple, Optional, Protocol, Tuple, TypedDict

#: Hears progress: ``{"kind": "begin" | "report" | "end", "title", "message", "percentage", "done", "total"}``.
ProgressCallback = Callable[[Dict[str, Any]], None]
#: Hears results as they become known: ``{"seq", "items", ...}``.
PartialCallback = Callable[[Dict[str, Any]], None]

#: Seconds that a cancelled request gets to answer; the daemon promises 0.2.
CANCEL_GRACE = 2.0
#: Previews kept for a caller who does not listen; older ones are dropped, as the response holds everything.
MAX_WAITING_PREVIEWS = 1024


class CallOptions(TypedDict, total=False):
    """What every method for a request takes besides its own arguments."""

    # Hears progress reports, such as `vrx.progress_bar()`.
    progress: Optional[ProgressCallback]
    # Hears previews.
    partial: Optional[PartialCallback]
    # Seconds after which the request is cancelled and TimeoutError raised.
    timeout: Optional[float]


class Listeners(NamedTuple):
    """Who hears what becomes known of a request before its answer."""

    progress: Optional[ProgressCallback] = None
    partial: Optional[PartialCallback] = None


class Sender(Protocol):
    """What a call needs of the connection that it was sent on."""

    def notify(self, method: str, params: Optional[Mapping[str, Any]] = None) -> None:
        """Sends a notification."""
        ...

    def forbid_waiting_in_reader(self) -> None:
        """Raises RuntimeError on the thread that reads the answers."""
        ...


class Call:
    """A request under way: a future of its result.

    Callbacks run in the thread that waits in `result`, in order, before `result` returns. So they may print, draw or
    make further requests. An exception in a callback cancels the request and reaches the caller.

    Attributes:
        id: The request's id.
        method: The request's method.
    """

    def __init__(self, connection: Sender, id: int, method: str, listeners: Listeners) -> None:
        self.id = id
        self.method = method
        self._connection = connection
        self._callbacks: Dict[str, Optional[Callable[[Dict[str, Any]], None]]] = listeners._asdict()
        self._changed = threading.Condition()
        self._events: Deque[Tuple[str, Dict[str, Any]]] = deque()
        self._previews = 0
        self._done = False
        self._cancelling = False
        self._result: Any = None
        self._error: Optional[BaseException] = None

    def done(self) -> bool:
        """Whether the answer, a result or an error, is here."""
        with self._changed:
            return self._done

    def cancel(self) -> bool:
        """Asks the daemon to stop. Does not wait: `result` then raises `Cancelled`, or returns if the answer came
        first.

        Returns:
            False if the answer is here already.
        """
        with self._changed:
            if self._done:
                return False
            if self._cancelling:
                return True
            self._cancelling = True
        self._connection.notify("$/cancelRequest", {"id": self.id})
        return True

    def result(self, timeout: Optional[float] = None) -> Any:
        """Waits for the result, running the callbacks meanwhile.

        Ctrl-C cancels the request, waits briefly for the daemon to confirm, and raises KeyboardInterrupt; the daemon
        and what it has computed stay.

        Args:
            timeout: Seconds to wait; None waits for as long as it takes.

        Raises:
            VRXError: The daemon answered with an error.
            Cancelled: The request was cancelled.
            DaemonError: The daemon has ended.
            TimeoutError: No answer within `timeout`. The request goes on; ask again or `cancel`.
        """
        self._connection.forbid_waiting_in_reader()
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while True:
                event = self._next_event(deadline)
                if event is None:
                    break
                callback = self._callbacks[event[0]]
                if callback is not None:
                    callback(event[1])
        except _Expired:
            raise TimeoutError(f"{self.method}: no answer within {timeout} s") from None
        except BaseException:
            if self.cancel():
                self._wait_until_done(CANCEL_GRACE)
            raise
        if self._error is not None:
            raise self._error
        return self._result

    def _next_event(self, deadline: Optional[float]) -> Optional[Tuple[str, Dict[str, Any]]]:
        """The next event for a callback; None when the answer is here."""
        with self._changed:
            while not self._events and not self._done:
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    raise _Expired()
                self._changed.wait(remaining)
            if not self._events:
                return None
            event = self._events.popleft()
            if event[0] == "partial":
                self._previews -= 1
            return event

    def _wait_until_done(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._done, seconds)

    def _receive(self, kind: str, value: Any) -> None:
        """Takes a progress report or preview from the reader. A report not yet heard is replaced by the next one."""
        if self._callbacks.get(kind) is None or not isinstance(value, dict):
            return
        with self._changed:
            if self._done:
                return
            if kind == "partial":
                if self._previews >= MAX_WAITING_PREVIEWS:
                    return
                self._previews += 1
            elif self._events and self._events[-1][0] == kind:
                if self._events[-1][1].get("kind") == "report" and value.get("kind") == "report":
                    self._events.pop()
            self._events.append((kind, value))
            self._changed.notify_all()

    def _finish(self, result: Any = None, error: Optional[BaseException] = None) -> None:
        """Takes the answer from the reader. The first one counts."""
        with self._changed:
            if self._done:
                return
            self._done = True
            self._result = result
            self._error = error
            self._changed.notify_all()


class _Expired(Exception):
    """The deadline has passed."""
