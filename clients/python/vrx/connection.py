"""One daemon process and the messages to and from it, on threads: no event loop, so that it works inside notebooks."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import traceback
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from . import errors, framing
from .calls import Call, Listeners
from .errors import DaemonError

#: Bytes of the daemon's standard error that are kept for error messages.
STDERR_TAIL_BYTES = 8192
#: Lines of the daemon's standard error that an error message shows.
STDERR_TAIL_LINES = 12
#: Seconds that the daemon gets for each step of closing: answering `shutdown`, exiting, obeying SIGTERM.
CLOSE_GRACE = 2.0
#: Seconds for reading what a daemon wrote before it died.
DRAIN_GRACE = 1.0

NotificationHandler = Callable[[str, Dict[str, Any]], None]
#: Answers a request of the daemon; an exception becomes an error response.
RequestHandler = Callable[[str, Dict[str, Any]], Any]


class Connection:
    """A running daemon.

    Four threads serve it: a reader, which resolves calls; a writer, so that no caller ever waits for the pipe; one that
    drains standard error; and one that waits for the process to end and then fails the calls that still wait. If
    classifiers are attached, a fifth answers the daemon's requests.

    Args:
        command: Program and arguments.
        on_notification: Hears notifications other than progress, on the reader's thread.
    """

    def __init__(self, command: Sequence[str], on_notification: Optional[NotificationHandler] = None) -> None:
        self.command = list(command)
        self._on_notification = on_notification
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._calls: Dict[int, Call] = {}
        self._tokens: Dict[str, Call] = {}
        self._next_id = 0
        self._closing = False
        self._failure: Optional[DaemonError] = None
        self._protocol_fault: Optional[str] = None
        self._stderr = b""
        self._exited = threading.Event()
        self._gone = threading.Event()
        self._outgoing: queue.SimpleQueue[Optional[bytes]] = queue.SimpleQueue()
        self._handler: Optional[RequestHandler] = None
        self._asked: queue.SimpleQueue[Optional[Tuple[Any, str, Dict[str, Any]]]] = queue.SimpleQueue()
        self._withdrawn: Set[str] = set()
        try:
            # In a session of its own: Ctrl-C in the terminal is for the client, which cancels the request.
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise DaemonError(f"cannot start {self.command[0]}: {error.strerror or error}") from error
        self._stderr_thread = self._thread("stderr", self._drain_stderr)
        self._reader_thread = self._thread("reader", self._read)
        self._thread("writer", self._write)
        self._thread("monitor", self._monitor)

    @property
    def process_id(self) -> int:
        """The daemon's process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the daemon runs."""
        return not self._gone.is_set()

    @property
    def stderr_tail(self) -> str:
        """The end of what the daemon wrote to its standard error."""
        return self._stderr.decode("utf-8", "replace")

    def start(
        self, method: str, params: Optional[Mapping[str, Any]] = None, listeners: Listeners = Listeners()
    ) -> Call:
        """Sends a request and returns at once.

        Raises:
            DaemonError: The daemon has ended.
            ValueError: The request cannot be sent.
        """
        self._check_owner()
        fields = dict(params or {})
        with self._lock:
            self._next_id += 1
            call = Call(self, self._next_id, method, listeners)
        message: Dict[str, Any] = {"jsonrpc": "2.0", "id": call.id, "method": method}
        tokens = []
        for callback, name in ((listeners.progress, "workDoneToken"), (listeners.partial, "partialResultToken")):
            if callback is not None:
                fields[name] = f"{name}-{call.id}"
                tokens.append(fields[name])
        if fields:
            message["params"] = fields
        frame = framing.encode(message)
        with self._lock:
            if self._failure is not None:
                raise self._failure
            self._calls[call.id] = call
            for token in tokens:
                self._tokens[token] = call
            self._outgoing.put(frame)
        return call

    def notify(self, method: str, params: Optional[Mapping[str, Any]] = None) -> None:
        """Sends a notification; without effect if the daemon has ended."""
        message: Dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        if params:
            message["params"] = dict(params)
        self._outgoing.put(framing.encode(message))

    def serve(self, handler: RequestHandler) -> None:
        """Answers the daemon's requests from now on, one at a time on a separate thread."""
        first = self._handler is None
        self._handler = handler
        if first:
            self._thread("requests", self._serve)

    def forbid_waiting_in_reader(self) -> None:
        """Raises RuntimeError on the reader's thread: it would wait for ever for an answer that it must read itself."""
        if threading.current_thread() is self._reader_thread:
            raise RuntimeError("on_log must not wait for a request: it runs on the thread that reads the answers")

    def close(self) -> None:
        """Ends the daemon: `shutdown`, then SIGTERM, then SIGKILL. Calls under way fail. Repeating it does nothing."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            first = not self._closing
            self._closing = True
        if first and self.alive:
            try:
                self.start("shutdown").result(CLOSE_GRACE)
                self.notify("exit")
            except (errors.VRXError, TimeoutError):
                pass
            self._outgoing.put(None)
        for stop in (None, self._process.terminate, self._process.kill):
            if stop is not None:
                stop()
            if self._gone.wait(CLOSE_GRACE):
                break

    def _thread(self, name: str, run: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=run, name=f"vrx-{name}", daemon=True)
        thread.start()
        return thread

    def _check_owner(self) -> None:
        if os.getpid() != self._owner:
            raise DaemonError("this client belongs to the parent process: make a new one after a fork")

    def _write(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        try:
            while True:
                frame = self._outgoing.get()
                if frame is None:
                    break
                stream.write(frame)
                stream.flush()
        except OSError:
            pass  # The daemon has ended; the monitor says how.
        finally:
            try:
                stream.close()
            except OSError:
                pass

    def _drain_stderr(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        with stream:
            while True:
                chunk = stream.read1(65536)  # type: ignore[attr-defined]
                if not chunk:
                    return
                self._stderr = (self._stderr + chunk)[-STDERR_TAIL_BYTES:]

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        try:
            with stream:
                while True:
                    message = framing.read(stream)
                    if message is None:
                        break
                    self._dispatch(message)
        except framing.FramingError as error:
            self._protocol_fault = str(error)
        except Exception:  # A bug of this client must not leave callers waiting.
            self._protocol_fault = traceback.format_exc()
        if self._protocol_fault is not None or not self._closing:
            self._stop_after_lost_stream()

    def _stop_after_lost_stream(self) -> None:
        """Ends a daemon that no longer answers, after a moment in which it may end by itself."""
        if not self._exited.wait(DRAIN_GRACE if self._protocol_fault is None else 0):
            try:
                self._process.kill()
            except OSError:
                pass

    def _dispatch(self, message: Dict[str, Any]) -> None:
        method = message.get("method")
        if isinstance(method, str):
            params = message.get("params")
            params = params if isinstance(params, dict) else {}
            if "id" in message and self._handler is not None:
                self._asked.put((message["id"], method, params))
            elif "id" in message:
                self._refuse(message["id"], method)
            elif method == "$/cancelRequest":
                with self._lock:
                    self._withdrawn.add(str(params.get("id")))
            elif method == "$/progress":
                self._progress(params)
            elif self._on_notification is not None:
                try:
                    self._on_notification(method, params)
                except Exception:
                    traceback.print_exc(file=sys.stderr)
            return
        if message.get("id") is None:
            # The daemon does not know which request it refused, so no call can wait for an answer.
            self._fail_all(errors.from_response(message.get("error")))
            return
        with self._lock:
            call = self._calls.pop(message["id"], None) if isinstance(message["id"], int) else None
            if call is not None:
                self._tokens = {token: other for token, other in self._tokens.items() if other is not call}
        if call is None:
            return
        if "error" in message:
            call._finish(error=errors.from_response(message["error"]))
        else:
            call._finish(result=message.get("result"))

    def _progress(self, params: Dict[str, Any]) -> None:
        token = params.get("token")
        with self._lock:
            call = self._tokens.get(token) if isinstance(token, str) else None
        if call is not None and isinstance(token, str):
            call._receive("progress" if token.startswith("workDoneToken") else "partial", params.get("value"))

    def _serve(self) -> None:
        while True:
            asked = self._asked.get()
            if asked is None:
                return
            id, method, params = asked
            with self._lock:
                if str(id) in self._withdrawn:
                    self._withdrawn.discard(str(id))
                    continue
            try:
                assert self._handler is not None
                reply: Dict[str, Any] = {"result": self._handler(method, params)}
                frame = framing.encode({"jsonrpc": "2.0", "id": id, **reply})
            except Exception as error:
                reply = {"error": {"code": errors.CLIENT_MODEL, "message": f"{type(error).__name__}: {error}"}}
                frame = framing.encode({"jsonrpc": "2.0", "id": id, **reply})
            self._outgoing.put(frame)

    def _refuse(self, id: Any, method: str) -> None:
        error = {"code": errors.METHOD_NOT_FOUND, "message": f"this client does not answer {method}"}
        self._outgoing.put(framing.encode({"jsonrpc": "2.0", "id": id, "error": error}))

    def _monitor(self) -> None:
        status = self._process.wait()
        self._exited.set()
        self._reader_thread.join(DRAIN_GRACE)
        self._stderr_thread.join(DRAIN_GRACE)
        self._outgoing.put(None)
        self._asked.put(None)
        failure = DaemonError(self._obituary(status), {"returncode": status, "stderr": self.stderr_tail})
        with self._lock:
            self._failure = failure
        self._gone.set()
        self._fail_all(failure)

    def _fail_all(self, error: errors.VRXError) -> None:
        with self._lock:
            calls: List[Call] = list(self._calls.values())
            self._calls.clear()
            self._tokens.clear()
        for call in calls:
            call._finish(error=error)

    def _obituary(self, status: int) -> str:
        name = os.path.basename(self.command[0])
        if self._protocol_fault is not None:
            said = f"{name} does not speak the protocol: {self._protocol_fault}"
        elif self._closing:
            return "the client is closed"
        elif status < 0:
            try:
                said = f"{name} was killed by {signal.Signals(-status).name}"
            except ValueError:
                said = f"{name} was killed by signal {-status}"
        else:
            said = f"{name} ended with exit code {status}"
        tail = self.stderr_tail.strip().splitlines()[-STDERR_TAIL_LINES:]
        if tail:
            said += "; the last it wrote:\n  " + "\n  ".join(tail)
        return said
