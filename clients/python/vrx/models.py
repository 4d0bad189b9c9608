"""The part of the client that deals with the networks to explain."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Optional, Sequence, Union

from . import attached
from .attached import TorchClassifier
from .connection import Connection
from .fields import given, handle
from .images import Image, absolute_path
from .requester import Path, Requester, Result
from .results import Model


class ModelRequests(Requester):
    """Loading, attaching and asking networks."""

    _connection: Connection
    _classifiers: Dict[str, Any]
    _pending_classifier: Any

    def load_model(
        self,
        path: Path,
        labels: Optional[Union[Path, Sequence[str]]] = None,
        *,
        name: Optional[str] = None,
        size: Optional[Union[int, Sequence[int]]] = None,
        resize: Optional[str] = None,
        mean: Optional[Sequence[float]] = None,
        std: Optional[Sequence[float]] = None,
        scale: Optional[float] = None,
        channel_order: Optional[str] = None,
        layout: Optional[str] = None,
        layer: Optional[str] = None,
        precision: Optional[str] = None,
        **call: Any,
    ) -> Model:
        """Loads an ONNX classifier. The same bytes loaded twice are one model.

        Pixel values in [0, 1] are multiplied by `scale`, then `mean` is subtracted and the result divided by `std`.

        Args:
            path: The ONNX file.
            labels: A file (JSON array, JSON object from index to label, or a label a line), or the labels.
            name: What to call it.
            size: Side of the input in pixels, or width and height; from the file by default.
            resize: "stretch" or "shortestSide" (then the centre is cut out).
            mean: Per channel, in `channel_order`.
            std: Per channel, in `channel_order`.
            scale: Factor on pixel values in [0, 1]; 255 for networks that take 0 to 255.
            channel_order: "rgb" or "bgr".
            layout: "nchw" or "nhwc".
            layer: The layer at which concepts are sought by default.
            precision: "f32" or "bf16".
            **call: `progress`, `partial` and `timeout`.
        """
        preprocessing = given(
            size=size if size is None or isinstance(size, int) else list(size),
            resize=resize,
            mean=None if mean is None else [float(value) for value in mean],
            std=None if std is None else [float(value) for value in std],
            scale=scale,
            channelOrder=channel_order,
            layout=layout,
        )
        if isinstance(labels, (str, os.PathLike)):
            labels = absolute_path(labels)
        elif labels is not None:
            labels = [str(label) for label in labels]
        params = given(
            path=absolute_path(path),
            labels=labels,
            name=name,
            preprocessing=preprocessing or None,
            layer=layer,
            precision=precision,
        )
        return Model(self._object("model/load", params, call))

    def attach_model(
        self,
        classifier: Any,
        labels: Sequence[str],
        *,
        name: str = "attached",
        size: Union[int, Sequence[int]] = 224,
        mean: Optional[Sequence[float]] = None,
        std: Optional[Sequence[float]] = None,
        scale: Optional[float] = None,
        channel_order: Optional[str] = None,
        resize: Optional[str] = None,
        layers: Optional[Sequence[str]] = None,
        layer: Optional[str] = None,
        revision: Optional[str] = None,
        answer_within: Optional[float] = None,
        **call: Any,
    ) -> Model:
        """Explains a classifier that lives in this process; the daemon asks it for activations and gradients.

        Args:
            classifier: A PyTorch module (anything with `named_modules` and `parameters`), or a `vrx.attached.Classifier`.
            labels: One per class.
            name: What to call it.
            size: Side of the input in pixels, or height and width.
            mean: Per channel; pixel values in [0, 1] are multiplied by `scale`, then `mean` is subtracted and the
                result divided by `std`.
            std: Per channel.
            scale: Factor on pixel values in [0, 1].
            channel_order: "rgb" or "bgr".
            resize: "stretch" or "shortestSide".
            layers: Names of a module's submodules at which concepts can be sought; all feature maps by default.
            layer: The layer at which concepts are sought by default.
            revision: What stands for the weights. With it, results are kept for the next time that the same name and
                revision are attached; without it, nothing outlives this attachment.
            answer_within: Seconds that the classifier may take for one call.
            **call: `progress`, `partial` and `timeout`.
        """
        height, width = (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))
        if hasattr(classifier, "named_modules"):
            classifier = TorchClassifier(classifier, (height, width), layers)
        params = given(
            name=name,
            inputShape=[3, height, width],
            labels=[str(label) for label in labels],
            layers=[{"name": one, "shape": [int(extent) for extent in shape]} for one, shape in classifier.layers],
            preprocessing=given(mean=mean, std=std, scale=scale, channelOrder=channel_order, resize=resize) or None,
            layer=layer,
            revision=revision,
            timeout=answer_within,
            tensorFiles=True,
        )
        # The daemon may ask before it has answered, and names the model only then.
        self._pending_classifier = classifier
        self._connection.serve(self._answer_daemon)
        model = Model(self._object("model/attach", params, call))
        self._classifiers[model.id] = classifier
        return model

    def _answer_daemon(self, method: str, params: Dict[str, Any]) -> Any:
        if method not in ("clientModel/activations", "clientModel/gradients"):
            raise ValueError(f"this client does not serve {method}")
        classifier = self._classifiers.get(str(params.get("model")), self._pending_classifier)
        return attached.answer(classifier, method, params)

    def models(self, **call: Any) -> List[Result]:
        """The loaded networks."""
        return self._list("model/list", None, "models", call)

    def unload_model(self, model: Union[Model, str], **call: Any) -> None:
        """Forgets a network and what was derived from it."""
        unloaded = handle(model, "model")
        self.request("model/unload", {"model": unloaded}, **call)
        self._classifiers.pop(unloaded, None)

    def classify(
        self, model: Union[Model, str], images: Union[Image, Iterable[Image]], top_k: int = 5, **call: Any
    ) -> List[Result]:
        """The most probable classes of each image.

        Returns:
            ``[{"image", "predictions": [{"index", "label", "probability", "logit"}]}]``; unreadable images are left
            out.
        """
        params = {"model": handle(model, "model"), "images": self._images.many(images), "topK": top_k}
        return self._list("model/classify", params, "results", call)
