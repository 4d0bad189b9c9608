"""Classifiers that live in this process: the daemon asks them for activations and gradients while it works."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Protocol, Sequence, Tuple, Union

from . import types
from .tensors import Tensor, from_wire


class Classifier(Protocol):
    """What the daemon needs of a classifier. Images are preprocessed: [n, 3, height, width].

    What is returned may be a `Tensor`, a numpy array or a torch tensor.
    """

    #: Names of the layers with the extents of their activations, without the batch and channels first.
    layers: Sequence[Tuple[str, Sequence[int]]]

    def activations(self, images: Tensor, layer: Optional[str]) -> Tuple[Optional[Any], Any]:
        """Activations at the layer (None if no layer is asked for) and logits, [n, classes]."""
        ...

    def gradients(self, images: Tensor, layer: str, class_index: int) -> Tuple[Any, Any]:
        """Activations at the layer and the gradient of each image's logit of the class with respect to them."""
        ...


class TorchClassifier:
    """A PyTorch module as a classifier.

    Args:
        module: Takes [n, 3, height, width], gives logits [n, classes]. It is put into evaluation mode.
        size: Side of the input in pixels, or height and width.
        layers: Names of submodules, as in `module.named_modules()`; by default all with a four-dimensional output.
        device: Where it runs; by default the device of its first parameter.
    """

    def __init__(
        self, module: Any, size: Any = 224, layers: Optional[Sequence[str]] = None, device: Optional[Any] = None
    ) -> None:
        import torch

        self._torch = torch
        self._module = module.eval()
        parameter = next(iter(module.parameters()), None)
        self._device = device if device is not None else parameter.device if parameter is not None else "cpu"
        self.size: Tuple[int, int] = (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))
        self._modules = dict(module.named_modules())
        unknown = [name for name in layers or () if name not in self._modules]
        if unknown:
            raise ValueError(f"the module has no submodule {', '.join(unknown)}")
        self.layers = self._shapes(layers)
        if not self.layers:
            raise ValueError("no submodule gives a feature map: name the layers")

    def activations(self, images: Tensor, layer: Optional[str]) -> Tuple[Optional[Any], Any]:
        with self._torch.no_grad():
            logits, outputs = self._forward(self._input(images), [layer] if layer else [])
        return outputs.get(layer) if layer else None, logits

    def gradients(self, images: Tensor, layer: str, class_index: int) -> Tuple[Any, Any]:
        torch = self._torch
        with torch.enable_grad():
            logits, outputs = self._forward(self._input(images).requires_grad_(True), [layer])
            (gradient,) = torch.autograd.grad(logits[:, class_index].sum(), outputs[layer])
        return outputs[layer], gradient

    def _input(self, images: Tensor) -> Any:
        floats = self._torch.frombuffer(bytearray(images.data), dtype=self._torch.float32)
        return floats.reshape(images.shape).to(self._device)

    def _forward(self, images: Any, layers: Sequence[str]) -> Tuple[Any, Dict[str, Any]]:
        outputs: Dict[str, Any] = {}

        def keep(name: str) -> Any:
            def hook(module: Any, inputs: Any, output: Any) -> Any:
                if name in outputs or not self._torch.is_tensor(output):
                    return None
                outputs[name] = output
                # The next module may change its input in place. It gets a copy, so that the kept output stays as it is.
                return output.clone()

            return hook

        hooks = [self._modules[name].register_forward_hook(keep(name)) for name in layers]
        try:
            return self._module(images), outputs
        finally:
            for hook in hooks:
                hook.remove()

    def _shapes(self, layers: Optional[Sequence[str]]) -> List[Tuple[str, List[int]]]:
        """The layers in the order of computation, with their extents."""
        names = [name for name in self._modules if name] if layers is None else list(layers)
        with self._torch.no_grad():
            zeros = self._torch.zeros(1, 3, *self.size, device=self._device)
            _, outputs = self._forward(zeros, names)
        return [(name, list(output.shape[1:])) for name, output in outputs.items() if layers or output.dim() == 4]


def answer(classifier: Classifier, method: str, params: Any) -> Union[types.ClientActivations, types.ClientGradients]:
    """The result of a request of the daemon. If the images came in a file, large tensors go into files beside it."""
    return (_gradients if method == "clientModel/gradients" else _activations)(classifier, params)


def _activations(classifier: Classifier, params: types.ClientModelActivationsParams) -> types.ClientActivations:
    folder = _folder_of(params["images"])
    activations, logits = classifier.activations(from_wire(params["images"]), params.get("layer"))
    result: types.ClientActivations = {"logits": Tensor.of(logits).wire(folder)}
    if activations is not None:
        result["activations"] = Tensor.of(activations).wire(folder)
    return result


def _gradients(classifier: Classifier, params: types.ClientModelGradientsParams) -> types.ClientGradients:
    folder = _folder_of(params["images"])
    images = from_wire(params["images"])
    activations, gradients = classifier.gradients(images, params["layer"], params["classIndex"])
    return {"activations": Tensor.of(activations).wire(folder), "gradients": Tensor.of(gradients).wire(folder)}


def _folder_of(tensor: types.Tensor) -> Optional[str]:
    path = tensor.get("path")
    return None if path is None else os.path.dirname(path)
