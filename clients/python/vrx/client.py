"""The client: one method for each request of the daemon."""

from __future__ import annotations

import base64
import os
import weakref
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Union, cast

from . import types
from .bank import BankRequests
from .calls import CallOptions
from .connection import Connection
from .errors import DaemonError
from .executable import Command, daemon_command
from .fields import Handle, given, graph_handle, model_handle, optional, split
from .graphs import GraphRequests
from .images import Image, ImageEncoder, Images
from .models import ModelRequests
from .paths import Path, absolute_path
from .results import Explanation
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

#: A side of a comparison. Its model may be given by a result, its image as any method takes it.
Side = Union[types.CompareParametersLeft, Mapping[str, Any]]
#: An edit of an image. The image that its patch comes from may be given as any method takes it.
Edit = Union[types.InterveneParametersEdits, Mapping[str, Any]]


class DiscoverArguments(types.DiscoverOptions, CallOptions):
    """Keyword arguments of `Client.discover`."""


class TrainArguments(types.TrainOptions, CallOptions):
    """Keyword arguments of `Client.train`."""


class EvaluateArguments(types.EvaluateOptions, CallOptions):
    """Keyword arguments of `Client.evaluate`."""


class Client(ModelRequests, BankRequests, GraphRequests, ScoreRequests):
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
    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self._connection.alive

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

    # The method.

    def discover(
        self,
        model: Handle,
        class_name: types.ClassName,
        images: Images,
        random: Images,
        **options: Unpack[DiscoverArguments],
    ) -> types.Discovery:
        """Finds the visual concepts of a class: similar patches that matter to the network's decision for the class.

        Args:
            model: The network.
            class_name: The class.
            images: Images of the class, about 50, or folders of them.
            random: Images of anything else, some hundreds, or folders of them.
            **options: `layer`, options of discovery, and `progress`, `partial`, `timeout`.
        """
        call, fields = split(options)
        layer = fields.pop("layer", None)
        params = given(
            model=model_handle(model),
            images=self._images.many(images),
            random=self._images.many(random),
            layer=layer,
            options=fields or None,
            **{"class": class_name},
        )
        return self._object(types.Discovery, "vrx/discover", params, call)

    def match(
        self,
        model: Handle,
        images: Images,
        classes: Optional[Sequence[types.ClassName]] = None,
        **call: Unpack[CallOptions],
    ) -> List[types.ConceptGraph]:
        """The concept graphs of images, one per class hypothesis; all discovered classes by default."""
        params = given(
            model=model_handle(model),
            images=self._images.many(images),
            classes=optional(list, classes),
        )
        return self._list(types.ConceptGraph, "vrx/match", params, "graphs", call)

    def train(
        self,
        model: Handle,
        images: Mapping[types.ClassName, Images],
        classes: Optional[Sequence[types.ClassName]] = None,
        **options: Unpack[TrainArguments],
    ) -> types.Training:
        """Distils the classifier's reasoning among some classes into a reasoning network.

        Args:
            model: The network.
            images: Images or folders by class.
            classes: The classes; those of `images` by default.
            **options: Options of training, and `progress`, `partial`, `timeout`.
        """
        call, fields = split(options)
        params = given(
            model=model_handle(model),
            classes=list(images if classes is None else classes),
            images=self._images.by_class(images),
            options=fields or None,
        )
        return self._object(types.Training, "vrx/train", params, call)

    def explain(
        self,
        model: Handle,
        image: Image,
        classes: Optional[Sequence[types.ClassName]] = None,
        graph_model: Optional[Handle] = None,
        verify: bool = False,
        controls: Optional[int] = None,
        **call: Unpack[CallOptions],
    ) -> Explanation:
        """Why the classifier's class, and why not each other.

        Args:
            model: The network.
            image: The image.
            classes: Which of the reasoning network's classes; all by default.
            graph_model: Result of `train` or its handle; the latest by default.
            verify: Check each concept against the classifier itself, by masking it.
            controls: With `verify`: random patches that each concept is compared with (10 by default, 0: masking only).
            **call: `progress`, `partial` and `timeout`.
        """
        params = given(
            model=model_handle(model),
            image=self._images.one(image),
            classes=optional(list, classes),
            graphModel=optional(graph_handle, graph_model),
            verify=verify,
            controls=controls,
        )
        return Explanation(self._object(dict, "vrx/explain", params, call), self, params)

    def compare(self, left: Side, right: Side, **call: Unpack[CallOptions]) -> types.Comparison:
        """Which concepts and relations account for the difference between two sides.

        Args:
            left: ``{"model", "image", "class"}``.
            right: The same.
            **call: `progress`, `partial` and `timeout`.
        """
        params = {"left": self._side(left), "right": self._side(right)}
        return self._object(types.Comparison, "vrx/compare", params, call)

    def intervene(
        self,
        model: Handle,
        image: Image,
        edits: Sequence[Edit],
        class_name: Optional[types.ClassName] = None,
        rematch: bool = False,
        **call: Unpack[CallOptions],
    ) -> types.Intervention:
        """Edits an image and reports what changes in its explanation.

        Args:
            model: The network.
            image: The image.
            edits: Each ``{"kind": "substitute" | "random" | "move" | "mask", "concept", "class", "from"?, "to"?}``.
            class_name: The class to explain.
            rematch: Match all concepts again in the edited image; else those that no edit touches keep their patches.
            **call: `progress`, `partial` and `timeout`.

        Returns:
            The edited image, as the bytes of a PNG file, and what changed.
        """
        wire_edits = []
        for edit in edits:
            wire_edit = dict(edit)
            if wire_edit.get("from") is not None:
                wire_edit["from"] = self._images.one(wire_edit["from"])
            wire_edits.append(wire_edit)
        params = given(
            model=model_handle(model),
            image=self._images.one(image),
            edits=wire_edits,
            rematch=rematch or None,
            **{"class": class_name},
        )
        result = self._object(types.Intervention, "vrx/intervene", params, call)
        edited: Any = result.get("image")
        if isinstance(edited, dict) and "base64" in edited:
            edited = edited["base64"]
        if isinstance(edited, str):
            result["image"] = base64.b64decode(edited)
        return result

    def diagnose(
        self, model: Handle, images: Mapping[types.ClassName, Images], **call: Unpack[CallOptions]
    ) -> types.Diagnosis:
        """What the classifier gets wrong in a labelled set of images, why, and what would correct it."""
        params = {
            "model": model_handle(model),
            "images": self._images.by_class(images),
        }
        return self._object(types.Diagnosis, "vrx/diagnose", params, call)

    def evaluate(
        self,
        model: Handle,
        images: Mapping[types.ClassName, Images],
        random: Optional[Images] = None,
        classes: Optional[Sequence[types.ClassName]] = None,
        path: Optional[Path] = None,
        **options: Unpack[EvaluateArguments],
    ) -> types.Evaluation:
        """How far explanations among some classes can be believed, measured on images that nothing is fitted on.

        The whole method runs again with several seeds; the bank's concepts and reasoning networks do not change.
        After each run `partial` hears the measures of all runs so far.

        Args:
            model: The network.
            images: Images or folders by class.
            random: Images or folders of anything else; those of all classes by default.
            classes: The classes; those of `images` by default.
            path: Where to write a page with tables and plots.
            **options: Options of the evaluation (among them `discover` and `train`, each a dict of the options of that
                method in snake case), and `progress`, `partial`, `timeout`.
        """
        call, fields = split(options)
        for name in ("discover", "train"):
            inner = fields.pop(name, None)
            if inner:
                fields[name] = split(inner)[1]
        params = given(
            model=model_handle(model),
            classes=list(images if classes is None else classes),
            images=self._images.by_class(images),
            random=optional(self._images.many, random),
            path=optional(absolute_path, path),
            options=fields or None,
        )
        return self._object(types.Evaluation, "vrx/evaluate", params, call)

    # Pictures.

    def render(
        self,
        explanation: Union[Explanation, Mapping[str, Any]],
        format: str = "png",
        path: Optional[Path] = None,
        **call: Unpack[CallOptions],
    ) -> Union[bytes, str]:
        """Draws an explanation.

        Args:
            explanation: Result of `explain`, or the parameters of `vrx/explain` as on the wire.
            format: "png", "svg" or "html".
            path: Where to write it.
            **call: `progress`, `partial` and `timeout`.

        Returns:
            The file's bytes, or its path if `path` was given.
        """
        fields: Mapping[str, Any] = explanation
        if isinstance(explanation, Explanation) and isinstance(explanation._request.get("image"), dict):
            fields = explanation._request  # An image sent inline has no path, so it must be sent again.
        params = given(explanation=dict(fields), format=format, path=optional(absolute_path, path))
        result = self._object(types.VrxRenderResult, "vrx/render", params, call)
        return str(result["path"]) if path is not None else base64.b64decode(result["base64"])

    def report(
        self,
        model: Handle,
        graph_model: Handle,
        images: Images,
        path: Path,
        title: Optional[str] = None,
        verify: bool = False,
        **call: Unpack[CallOptions],
    ) -> types.VrxReportResult:
        """Writes one self-contained page about several images, and a picture of each explanation beside it."""
        params = given(
            model=model_handle(model),
            graphModel=graph_handle(graph_model),
            images=self._images.many(images),
            path=absolute_path(path),
            format="html",
            title=title,
            verify=verify,
        )
        return self._object(types.VrxReportResult, "vrx/report", params, call)

    # The daemon.

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

    def _side(self, side: Side) -> Dict[str, Any]:
        fields = dict(side)
        if "model" in fields:
            fields["model"] = model_handle(fields["model"])
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
