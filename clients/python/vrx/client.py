"""The client: one method for each request of the daemon."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, cast

from . import types
from .bank import BankRequests
from .calls import CallOptions
from .connection import Connection
from .errors import DaemonError
from .executable import Command, daemon_command
from .fields import given, optional
from .graphs import GraphRequests
from .images import ImageEncoder
from .method import MethodRequests
from .models import ModelRequests
from .paths import Path, absolute_path
from .scores import ScoreRequests
from .version import __version__

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: Hears the daemon's log: level ("error", "warning", "info", "log" or "debug") and message.
LogCallback = Callable[[str, str], None]

#: Seconds that a new daemon gets to answer `initialize`; it takes well under one.
START_TIMEOUT = 30.0
#: Names of LSP's message types.
LOG_LEVELS = {1: "error", 2: "warning", 3: "info", 4: "log", 5: "debug"}


class Client(ModelRequests, MethodRequests, BankRequests, GraphRequests, ScoreRequests):
    """A running vrxd.

    It is a context manager; without one, `close` ends the daemon, as does the end of the interpreter. It may be used
    from several threads at once, and from notebooks.

    Every method for a request takes three more keyword arguments: `progress` (a function that hears progress reports,
    such as `vrx.progress_bar()`), `partial` (a function that hears previews) and `timeout` (seconds, after which the
    request is cancelled and TimeoutError raised). Options of the method are keyword arguments in snake case:
    ``clusters=15, random_sets=10`` for the wire's `clusters` and `randomSets`.

    Args:
        command: The daemon's executable, or program and arguments. By default $VRXD, vrxd on the PATH, or the
            repository's build.
        workspace: Path of the workspace file, which keeps what is computed; by default it stays in memory.
        root: The folder that relative paths in the daemon's results refer to; the current one by default.
        on_log: Hears the daemon's log. It runs on the thread that reads answers and must not wait for requests.

    Raises:
        DaemonError: The daemon cannot be found or started; the message has the end of its standard error.
        VRXError: The daemon refuses, for example because the workspace is locked.

    Attributes:
        server_info: Name and version of the daemon.
        protocol_version: The version of the protocol that it speaks.
        capabilities: What it can do.
    """

    def __init__(
        self,
        command: Optional[Command] = None,
        workspace: Optional[Path] = None,
        root: Optional[Path] = None,
        on_log: Optional[LogCallback] = None,
    ) -> None:
        self._images = ImageEncoder()
        self._classifiers: Dict[str, Any] = {}
        self._pending_classifier: Any = None
        self._connection = Connection(daemon_command(command), _log_handler(on_log))
        self._finalizer = weakref.finalize(self, _close, self._connection, self._images)
        try:
            started = self._initialize(workspace, root, logs=on_log is not None)
        except BaseException:
            self.close()
            raise
        self.server_info: types.SessionServerInfo = started.get("serverInfo", {"name": "", "version": ""})
        self.protocol_version = str(started.get("protocolVersion", ""))
        self.capabilities: Dict[str, Any] = started.get("capabilities", {})

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = f"process {self.process_id}" if self.alive else "ended"
        return f"<vrx.Client: {self._connection.command[0]}, {state}>"

    @property
    def process_id(self) -> int:
        """The daemon's process."""
        return self._connection.process_id

    @property
    def stderr_tail(self) -> str:
        """The end of what the daemon wrote to its standard error."""
        return self._connection.stderr_tail

    def close(self) -> None:
        """Ends the daemon. Requests under way fail. Closing twice does no harm."""
        self._finalizer()

    def status(self, **call: Unpack[CallOptions]) -> types.Status:
        """What the daemon holds, in numbers."""
        return self._object(types.Status, "workspace/status", None, call)

    # Private.

    def _initialize(self, workspace: Optional[Path], root: Optional[Path], logs: bool) -> types.Session:
        params = given(
            processId=os.getpid(),
            rootPath=absolute_path(os.curdir if root is None else root),
            workspace=optional(absolute_path, workspace),
            clientInfo={"name": "vrx-python", "version": __version__},
            capabilities={"window": {"logMessage": True}} if logs else {},
        )
        try:
            answer = self.request("initialize", params, timeout=START_TIMEOUT)
        except TimeoutError:
            raise DaemonError(f"{self._connection.command[0]} did not answer within {START_TIMEOUT:g} s") from None
        self._connection.notify("initialized")
        return cast(types.Session, answer if isinstance(answer, dict) else {})


def _close(connection: Connection, images: ImageEncoder) -> None:
    connection.close()
    images.close()


def _log_handler(on_log: Optional[LogCallback]) -> Optional[Callable[[str, Dict[str, Any]], None]]:
    if on_log is None:
        return None

    def handle(method: str, params: Dict[str, Any]) -> None:
        if method == "window/logMessage":
            on_log(LOG_LEVELS.get(params.get("type", 4), "log"), str(params.get("message", "")))

    return handle
