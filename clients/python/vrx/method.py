"""The part of the client that runs the method: from discovering concepts to evaluating explanations."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Union

from . import types
from .calls import CallOptions
from .fields import Handle, given, graph_handle, model_handle, optional, split
from .images import Image, Images, ImagesByClass
from .paths import Path, absolute_path
from .requester import Requester
from .results import Explanation

if TYPE_CHECKING:
    from typing_extensions import Unpack

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


class MethodRequests(Requester):
    """Discovering, matching, training, explaining, comparing, editing, diagnosing, evaluating; drawing the results."""

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
        images: ImagesByClass,
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
        evidence: Optional[str] = None,
        why_not: Optional[types.ClassName] = None,
        concepts: Optional[int] = None,
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
            evidence: "both" by default: the classifier is asked what each part of the picture is worth. "predicted":
                the reasoning network alone answers, which is faster.
            why_not: One class that the predicted one is measured against; all others by default.
            concepts: How many concepts of each class are measured one by one (4 by default): the best of those that are seen.
            **call: `progress`, `partial` and `timeout`.
        """
        params = given(
            model=model_handle(model),
            image=self._images.one(image),
            classes=optional(list, classes),
            evidence=evidence,
            whyNot=why_not,
            concepts=concepts,
            graphModel=optional(graph_handle, graph_model),
            verify=verify,
            controls=controls,
        )
        return Explanation(self._object(dict, "vrx/explain", params, call), self, params)

    def compare(
        self, left: Side, right: Side, evidence: Optional[str] = None, **call: Unpack[CallOptions]
    ) -> types.Comparison:
        """Which concepts and relations account for the difference between two sides.

        Args:
            left: ``{"model", "image", "class"}``.
            right: The same.
            evidence: "predicted" for the reasoning network's contributions alone; by default the classifier itself is
                asked what the concepts are worth.
            **call: `progress`, `partial` and `timeout`.
        """
        params = given(left=self._side(left), right=self._side(right), evidence=evidence)
        return self._object(types.Comparison, "vrx/compare", params, call)

    def intervene(
        self,
        model: Handle,
        image: Image,
        edits: Sequence[Edit],
        class_name: Optional[types.ClassName] = None,
        rematch: bool = False,
        evidence: Optional[str] = None,
        **call: Unpack[CallOptions],
    ) -> types.Intervention:
        """Edits an image and reports what changes in its explanation.

        Args:
            model: The network.
            image: The image.
            edits: Each ``{"kind": "substitute" | "random" | "move" | "mask", "concept", "class", "from"?, "to"?}``.
            class_name: The class to explain.
            rematch: Match all concepts again in the edited image; else those that no edit touches keep their patches.
            evidence: "predicted" for the reasoning network's contributions alone; by default the classifier itself is
                asked what the concepts are worth before and after.
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
            evidence=evidence,
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
        self, model: Handle, images: ImagesByClass, **call: Unpack[CallOptions]
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
        images: ImagesByClass,
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

    def _side(self, side: Side) -> Dict[str, Any]:
        fields = dict(side)
        if "model" in fields:
            fields["model"] = model_handle(fields["model"])
        if "image" in fields:
            fields["image"] = self._images.one(fields["image"])
        return fields
