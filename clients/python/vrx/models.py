"""The part of the client that deals with the networks to explain."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Union

from . import attached, types
from .attached import TorchClassifier
from .calls import CallOptions
from .fields import Handle, given, model_handle, optional
from .images import Images
from .paths import Path, absolute_path
from .requester import Requester
from .results import Model

if TYPE_CHECKING:
    from typing_extensions import Unpack


class ModelRequests(Requester):
    """Loading, attaching, listing and running networks."""

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
        **call: Unpack[CallOptions],
    ) -> Model:
        """Loads an ONNX classifier. The same bytes loaded twice are one model.

        Pixel values in [0, 1] are multiplied by `scale`, then `mean` is subtracted and the result divided by `std`.

        Args:
            path: The ONNX file.
            labels: The labels, or a file of them: JSON array, JSON object from index to label, or one label per line.
            name: Its name.
            size: Side of the input in pixels, or width and height; by default as the file says.
            resize: "stretch" or "shortestSide" (then the image is cropped to its centre).
            mean: Per channel, in `channel_order`.
            std: Per channel, in `channel_order`.
            scale: Factor on pixel values in [0, 1]; 255 for networks that take 0 to 255.
            channel_order: "rgb" or "bgr".
            layout: "nchw" or "nhwc".
            layer: The layer at which concepts are discovered by default.
            precision: "f32" or "bf16".
            **call: `progress`, `partial` and `timeout`.
        """
        preprocessing = given(
            size=size if size is None or isinstance(size, int) else list(size),
            resize=resize,
            mean=optional(_floats, mean),
            std=optional(_floats, std),
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
        return Model(self._object(dict, "model/load", params, call))

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
        **call: Unpack[CallOptions],
    ) -> Model:
        """Explains a classifier that lives in this process; the daemon asks it for activations and gradients.

        Args:
            classifier: A PyTorch module (it has `named_modules` and `parameters`) or a `vrx.attached.Classifier`.
            labels: One per class.
            name: Its name.
            size: Side of the input in pixels, or height and width.
            mean: Per channel; pixel values in [0, 1] are multiplied by `scale`, then `mean` is subtracted and the
                result divided by `std`.
            std: Per channel.
            scale: Factor on pixel values in [0, 1].
            channel_order: "rgb" or "bgr".
            resize: "stretch" or "shortestSide".
            layers: Names of a module's submodules at which concepts can be discovered; all feature maps by default.
            layer: The layer at which concepts are discovered by default.
            revision: Identifies the weights. With it, results are kept for the next time that the same name and
                revision are attached; without it, nothing is kept.
            answer_within: Seconds that the classifier may take for one answer.
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
        # The daemon may ask the classifier before it has answered this request, which gives the model its handle.
        self._pending_classifier = classifier
        self._connection.serve(self._answer_daemon)
        model = Model(self._object(dict, "model/attach", params, call))
        self._classifiers[model.id] = classifier
        return model

    def _answer_daemon(self, method: str, params: Dict[str, Any]) -> Any:
        if method not in ("clientModel/activations", "clientModel/gradients"):
            raise ValueError(f"this client does not answer {method}")
        classifier = self._classifiers.get(str(params.get("model")), self._pending_classifier)
        return attached.answer(classifier, method, params)

    def models(self, **call: Unpack[CallOptions]) -> List[types.Model]:
        """The loaded networks."""
        return self._list(types.Model, "model/list", None, "models", call)

    def unload_model(self, model: Handle, **call: Unpack[CallOptions]) -> None:
        """Unloads a network and forgets what was derived from it."""
        unloaded = model_handle(model)
        self.request("model/unload", {"model": unloaded}, **call)
        self._classifiers.pop(unloaded, None)

    def classify(
        self, model: Handle, images: Images, top_k: int = 5, **call: Unpack[CallOptions]
    ) -> List[types.Classification]:
        """The most probable classes of each image. Images that cannot be read are left out."""
        params = {"model": model_handle(model), "images": self._images.many(images), "topK": top_k}
        return self._list(types.Classification, "model/classify", params, "results", call)


def _floats(values: Sequence[float]) -> List[float]:
    return [float(value) for value in values]
