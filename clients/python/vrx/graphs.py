"""The part of the client that deals with reasoning networks as such."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from .fields import given, handle
from .images import Image
from .requester import ClassName, Requester, Result
from .results import Model
from .tensors import Tensor, from_wire


class GraphRequests(Requester):
    """Which reasoning networks there are, what they compute, and binding one to a network."""

    def graphs(self, model: Optional[Union[Model, str]] = None, **call: Any) -> List[Result]:
        """The reasoning networks, of one network or of all, in order of making.

        Returns:
            ``[{"graphModel", "model", "classes", "concepts", "epochs", "fidelity", "origin", "created", ...}]``
        """
        params: Dict[str, Any] = {} if model is None else {"model": handle(model, "model")}
        return self._list("graph/list", params, "graphs", call)

    def graph(self, graph_model: Union[Result, str], **call: Any) -> Result:
        """One reasoning network: extents, concepts, and `training`, the result of `train` with its history."""
        return self._object("graph/get", {"graphModel": handle(graph_model, "graphModel")}, call)

    def run_graph(
        self, graph_model: Union[Result, str], nodes: Any, centers: Any, **call: Any
    ) -> Tuple[Tensor, Tensor]:
        """What a reasoning network makes of nodes and centres as they are.

        Args:
            graph_model: Result of `train` or its handle.
            nodes: Embeddings of the concepts, [images, classes, N, width]: a `Tensor`, a numpy array or a torch tensor.
            centers: Places of the concepts in [0, 1], [images, classes, N, 2].
            **call: `progress`, `partial` and `timeout`.

        Returns:
            Outputs, [images, classes], and the graphs' embedding; `numpy()` of each is an array.
        """
        params = {
            "graphModel": handle(graph_model, "graphModel"),
            "nodes": Tensor.of(nodes).wire(),
            "centers": Tensor.of(centers).wire(),
        }
        result = self._object("graph/run", params, call)
        return from_wire(result["outputs"]), from_wire(result["embedding"])

    def bind_graph(
        self,
        graph_model: Union[Result, str],
        model: Union[Model, str],
        images: Union[Image, Iterable[Image]],
        classes: Optional[Sequence[ClassName]] = None,
        **call: Any,
    ) -> Result:
        """Lets a reasoning network, such as one whose published weights were imported, explain a network.

        Each node stands for the concept of its rank that `discover` found for the class. Whether that makes sense is
        measured: see the fidelity in the result.

        Args:
            graph_model: Its handle.
            model: The network.
            images: Photographs or folders on which fidelity is measured; they need no labels.
            classes: The class of each output, in order; those that are called as the outputs are by default.
            **call: `progress`, `partial` and `timeout`.

        Returns:
            As `train`: the handle of the new reasoning network, and its fidelity.
        """
        params = given(
            graphModel=handle(graph_model, "graphModel"),
            model=handle(model, "model"),
            classes=None if classes is None else list(classes),
            images=self._images.many(images),
        )
        return self._object("graph/bind", params, call)
