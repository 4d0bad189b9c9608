"""The client: one method for each request of the daemon."""

from __future__ import annotations

import base64
import os
import weakref
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from .bank import BankRequests
from .calls import Call, PartialCallback, ProgressCallback
from .connection import Connection
from .errors import DaemonError
from .executable import Command, daemon_command
from .fields import given, handle, split
from .graphs import GraphRequests
from .images import Image, ImageEncoder, absolute_path
from .models import ModelRequests
from .requester import ClassName, Path, Result
from .results import Explanation, Model
from .scores import ScoreRequests
from .version import __version__

#: Hears the daemon's log: level ("error", "warning", "info", "log" or "debug") and message.
LogCallback = Callable[[str, str], None]

#: Seconds that a new daemon gets to answer `initialize`; it takes well under one.
START_TIMEOUT = 30.0
#: Names of LSP's message types.
LOG_LEVELS = {1: "error", 2: "warning", 3: "info", 4: "log", 5: "debug"}


class Client(ModelRequests, BankRequests, GraphRequests, ScoreRequests):
    """A running vrxd.

    It is a context manager; without one, `close` ends the daemon, as does the end of the interpreter. It may be used
    from several threads at once, and from notebooks.

    Every method for a request takes three more keyword arguments: `progress` (a function that hears progress reports,
    such as `vrx.progress_bar()`), `partial` (hears previews) and `timeout` (seconds, after which the request is
    cancelled and TimeoutError raised). Options of the method go as keyword arguments in snake case: ``clusters=15,
    random_sets=10`` for the wire's `clusters` and `randomSets`.

    Args:
        command: The daemon's executable, or program and arguments. Else $VRXD, vrxd on the PATH, or the repository's
        build. workspace: Path of the workspace file, which keeps what was computed; absent, it stays in memory.
        root: The folder that relative paths in the daemon's results refer to; the current one by default.
        on_log: Hears the daemon's log. It runs on the reader's thread and must not wait for requests.

    Raises:
        DaemonError: The daemon cannot be found or started; the message has the last of its standard error.
        VRXError: The daemon refuses, for example as the workspace is locked.

    Attributes:
        server_info: Name and version of the daemon.
        protocol_version: The protocol's version that it speaks.
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
        self.server_info: Dict[str, str] = started.get("serverInfo", {})
        self.protocol_version: str = str(started.get("protocolVersion", ""))
        self.capabilities: Dict[str, Any] = started.get("capabilities", {})

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = f"process {self.process_id}" if self.alive else "ended"
        return f"<vrx.Client: {self._connection.command[0]}, {state}>"

    @property
    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self._connection.alive

    @property
    def process_id(self) -> int:
        """The daemon's process."""
        return self._connection.process_id

    @property
    def stderr_tail(self) -> str:
        """The last that the daemon wrote to its standard error."""
        return self._connection.stderr_tail

    def close(self) -> None:
        """Ends the daemon. Requests under way fail. May be repeated."""
        self._finalizer()

    # Any request.

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
            partial: Hears previews, likewise.

        Raises:
            DaemonError: The daemon has ended.
            ValueError: The fields cannot be sent (NaN, text that is not Unicode, more than 64 MiB).
        """
        return self._connection.start(method, params, progress, partial)

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

    # The method.

    def discover(
        self,
        model: Union[Model, str],
        class_name: ClassName,
        images: Union[Image, Iterable[Image]],
        random: Union[Image, Iterable[Image]],
        **options: Any,
    ) -> Result:
        """Finds the visual concepts of a class: parts that the network sees alike and that matter to the class.

        Args:
            model: The network.
            class_name: The class.
            images: Photographs or folders of the class, about 50.
            random: Photographs or folders of anything else, some hundreds.
            **options: `layer`, options of discovery, and `progress`, `partial`, `timeout`.

        Returns:
            ``{"class", "concepts": [{"id", "name", "rank", "tcav", "patches", ...}], "images", "segments", "skipped",
            ...}``
        """
        call, fields = split(options)
        layer = fields.pop("layer", None)
        params = given(
            model=handle(model, "model"),
            images=self._images.many(images),
            random=self._images.many(random),
            layer=layer,
            options=fields or None,
        )
        params["class"] = class_name
        return self._object("vrx/discover", params, call)

    def match(
        self,
        model: Union[Model, str],
        images: Union[Image, Iterable[Image]],
        classes: Optional[Sequence[ClassName]] = None,
        **call: Any,
    ) -> List[Result]:
        """The structural concept graphs of images, one per class hypothesis; all discovered classes by default."""
        params = given(
            model=handle(model, "model"),
            images=self._images.many(images),
            classes=None if classes is None else list(classes),
        )
        return self._list("vrx/match", params, "graphs", call)

    def train(
        self,
        model: Union[Model, str],
        images: Mapping[ClassName, Union[Image, Iterable[Image]]],
        classes: Optional[Sequence[ClassName]] = None,
        **options: Any,
    ) -> Result:
        """Distils the classifier's reasoning among some classes into a graph reasoning network.

        Args:
            model: The network.
            images: Photographs or folders by class.
            classes: The classes; those of `images` by default.
            **options: Options of training, and `progress`, `partial`, `timeout`.

        Returns:
            ``{"graphModel", "classes", "epochs", "fidelity": {"heldOut", "masked"}, "history"}``
        """
        call, fields = split(options)
        params = given(
            model=handle(model, "model"),
            classes=list(images if classes is None else classes),
            images={str(name): self._images.many(some) for name, some in images.items()},
            options=fields or None,
        )
        return self._object("vrx/train", params, call)

    def explain(
        self,
        model: Union[Model, str],
        image: Image,
        classes: Optional[Sequence[ClassName]] = None,
        graph_model: Optional[Union[Result, str]] = None,
        verify: bool = False,
        controls: Optional[int] = None,
        **call: Any,
    ) -> Explanation:
        """Why the classifier's class, and why not each other.

        Args:
            model: The network.
            image: The photograph.
            classes: Which of the graph's classes; all by default.
            graph_model: Result of `train` or its handle; the latest by default.
            verify: Check each concept against the classifier itself, by masking it.
            controls: Random patches that each is compared with then; 10 by default, 0 for masking alone.
            **call: `progress`, `partial` and `timeout`.
        """
        params = given(
            model=handle(model, "model"),
            image=self._images.one(image),
            classes=None if classes is None else list(classes),
            graphModel=None if graph_model is None else handle(graph_model, "graphModel"),
            verify=verify,
            controls=controls,
        )
        return Explanation(self._object("vrx/explain", params, call), self, params)

    def compare(self, left: Mapping[str, Any], right: Mapping[str, Any], **call: Any) -> Result:
        """Which concepts and relations account for the difference between two sides.

        Args:
            left: ``{"model", "image", "class"}``.
            right: Likewise.
            **call: `progress`, `partial` and `timeout`.
        """
        return self._object("vrx/compare", {"left": self._side(left), "right": self._side(right)}, call)

    def intervene(
        self,
        model: Union[Model, str],
        image: Image,
        edits: Sequence[Mapping[str, Any]],
        class_name: Optional[ClassName] = None,
        rematch: bool = False,
        **call: Any,
    ) -> Result:
        """Edits the photograph and tells what changes.

        Args:
            model: The network.
            image: The photograph.
            edits: Each ``{"kind": "substitute" | "random" | "move" | "mask", "concept", "class", "from"?, "to"?}``.
            class_name: The class to explain.
            rematch: Whether all concepts are found anew in the edited picture; else those that no edit touches stay where they were.
            **call: `progress`, `partial` and `timeout`.

        Returns:
            ``{"image", "before", "after"}``, the image as the bytes of a PNG file.
        """
        wire_edits = []
        for edit in edits:
            wire_edit = dict(edit)
            if wire_edit.get("from") is not None:
                wire_edit["from"] = self._images.one(wire_edit["from"])
            wire_edits.append(wire_edit)
        params: Dict[str, Any] = {
            "model": handle(model, "model"),
            "image": self._images.one(image),
            "edits": wire_edits,
        }
        if class_name is not None:
            params["class"] = class_name
        if rematch:
            params["rematch"] = True
        result = self._object("vrx/intervene", params, call)
        picture = result.get("image")
        if isinstance(picture, dict) and "base64" in picture:
            picture = picture["base64"]
        if isinstance(picture, str):
            result["image"] = base64.b64decode(picture)
        return result

    def diagnose(
        self, model: Union[Model, str], images: Mapping[ClassName, Union[Image, Iterable[Image]]], **call: Any
    ) -> Result:
        """What the classifier gets wrong in a labelled set, why, and what would mend it."""
        params = {
            "model": handle(model, "model"),
            "images": {str(name): self._images.many(some) for name, some in images.items()},
        }
        return self._object("vrx/diagnose", params, call)

    def evaluate(
        self,
        model: Union[Model, str],
        images: Mapping[ClassName, Union[Image, Iterable[Image]]],
        random: Optional[Union[Image, Iterable[Image]]] = None,
        classes: Optional[Sequence[ClassName]] = None,
        path: Optional[Path] = None,
        discover: Optional[Mapping[str, Any]] = None,
        train: Optional[Mapping[str, Any]] = None,
        **options: Any,
    ) -> Result:
        """How far explanations among some classes can be believed, measured on images that nothing is fitted on.

        The whole method is run anew with several seeds; concepts and graphs that are there stay as they are. With `partial`,
        the measures of the runs so far are told after each.

        Args:
            model: The network.
            images: Photographs or folders by class.
            random: Photographs or folders of anything else; those of all classes by default.
            classes: The classes; those of `images` by default.
            path: Where to write a page with tables and plots.
            discover: Options of `discover`, in snake case.
            train: Options of `train`, in snake case.
            **options: Options of the evaluation: `seeds`, `holdout`, `measures`, `thresholds`, ...; and `progress`,
                `partial`, `timeout`.

        Returns:
            ``{"measures": [{"name", "title", "mean", "sd", "confidenceInterval", "p", ...}], "curves", "controls",
            "verdicts", "summary", "heldOut", ...}``
        """
        call, fields = split(options)
        for name, inner in (("discover", discover), ("train", train)):
            if inner:
                fields[name] = split(dict(inner))[1]
        params = given(
            model=handle(model, "model"),
            classes=list(images if classes is None else classes),
            images={str(name): self._images.many(some) for name, some in images.items()},
            random=None if random is None else self._images.many(random),
            path=None if path is None else absolute_path(path),
            options=fields or None,
        )
        return self._object("vrx/evaluate", params, call)

    # Pictures.

    def render(
        self,
        explanation: Union[Explanation, Mapping[str, Any]],
        format: str = "png",
        path: Optional[Path] = None,
        **call: Any,
    ) -> Union[bytes, str]:
        """Draws an explanation.

        Args:
            explanation: Result of `explain`, or the fields of such a request.
            format: "png", "svg" or "html".
            path: Where to write it.
            **call: `progress`, `partial` and `timeout`.

        Returns:
            The file's bytes, or its path where `path` was given.
        """
        fields: Mapping[str, Any] = explanation
        if isinstance(explanation, Explanation) and isinstance(explanation._request.get("image"), dict):
            fields = explanation._request  # An image sent inline has no path that the result could name.
        params = given(explanation=dict(fields), format=format, path=None if path is None else absolute_path(path))
        result = self._object("vrx/render", params, call)
        return str(result["path"]) if path is not None else base64.b64decode(result["base64"])

    def report(
        self,
        model: Union[Model, str],
        graph_model: Union[Result, str],
        images: Union[Image, Iterable[Image]],
        path: Path,
        title: Optional[str] = None,
        verify: bool = False,
        **call: Any,
    ) -> Result:
        """Writes one self-contained page about several images, and a picture of each beside it.

        Returns:
            ``{"path", "pictures": [path]}``
        """
        params = given(
            model=handle(model, "model"),
            graphModel=handle(graph_model, "graphModel"),
            images=self._images.many(images),
            path=absolute_path(path),
            format="html",
            title=title,
            verify=verify,
        )
        return self._object("vrx/report", params, call)

    # The daemon.

    def status(self, **call: Any) -> Result:
        """What the daemon holds: ``{"models", "classes", "concepts", "images", "bytes", "hits", "misses"}``."""
        return self._object("workspace/status", None, call)

    # Private.

    def _initialize(self, workspace: Optional[Path], root: Optional[Path], logs: bool) -> Result:
        params = given(
            processId=os.getpid(),
            rootPath=absolute_path(os.curdir if root is None else root),
            workspace=None if workspace is None else absolute_path(workspace),
            clientInfo={"name": "vrx-python", "version": __version__},
            capabilities={"window": {"logMessage": True}} if logs else {},
        )
        try:
            result = self.request("initialize", params, timeout=START_TIMEOUT)
        except TimeoutError:
            raise DaemonError(f"{self._connection.command[0]} did not answer within {START_TIMEOUT:g} s") from None
        self._connection.notify("initialized")
        return result if isinstance(result, dict) else {}

    def _side(self, side: Mapping[str, Any]) -> Result:
        fields = dict(side)
        if "model" in fields:
            fields["model"] = handle(fields["model"], "model")
        if "image" in fields:
            fields["image"] = self._images.one(fields["image"])
        return fields


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
