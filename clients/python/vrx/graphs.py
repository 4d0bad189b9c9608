"""The part of the client that deals with reasoning networks themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Tuple

from . import types
from .calls import CallOptions
from .fields import Handle, given, graph_handle, model_handle, optional
from .images import Images
from .requester import Requester
from .tensors import Tensor, from_wire

if TYPE_CHECKING:
    from typing_extensions import Unpack


class GraphRequests(Requester):
    """Which reasoning networks there are, what they compute, and binding one to a network."""

    def graphs(self, model: Optional[Handle] = None, **call: Unpack[CallOptions]) -> List[types.Graph]:
        """The reasoning networks, of one network or of all, the oldest first."""
        params = given(model=optional(model_handle, model))
        return self._list(types.Graph, "graph/list", params, "graphs", call)

    def graph(self, graph_model: Handle, **call: Unpack[CallOptions]) -> types.GraphDetails:
        """One reasoning network: its sizes, its concepts, and `training`, the result of `train` with its history."""
        return self._object(types.GraphDetails, "graph/get", {"graphModel": graph_handle(graph_model)}, call)

    def run_graph(
        self, graph_model: Handle, nodes: Any, centers: Any, **call: Unpack[CallOptions]
    ) -> Tuple[Tensor, Tensor]:
        """Runs a reasoning network on given nodes and centres.

        Args:
            graph_model: Result of `train` or its handle.
            nodes: Embeddings of the concepts, [images, classes, N, width]: a `Tensor`, a numpy array or a torch tensor.
            centers: Positions of the concepts in [0, 1], [images, classes, N, 2].
            **call: `progress`, `partial` and `timeout`.

        Returns:
            The outputs, [images, classes], and the graphs' embedding; `numpy()` makes an array of each.
        """
        params = {
            "graphModel": graph_handle(graph_model),
            "nodes": Tensor.of(nodes).wire(),
            "centers": Tensor.of(centers).wire(),
        }
        result = self._object(types.GraphRunResult, "graph/run", params, call)
        return from_wire(result["outputs"]), from_wire(result["embedding"])

    def bind_graph(
        self,
        graph_model: Handle,
        model: Handle,
        images: Images,
        classes: Optional[Sequence[types.ClassName]] = None,
        **call: Unpack[CallOptions],
    ) -> types.Training:
        """Makes a reasoning network, for example one with imported published weights, explain a network.

        Each node stands for the concept of its rank that `discover` found for the class. Whether that makes sense is
        measured: see the fidelity in the result.

        Args:
            graph_model: Its handle.
            model: The network.
            images: Images or folders on which fidelity is measured; they need no labels.
            classes: The class of each output, in order; by default the classes with the same names as the outputs.
            **call: `progress`, `partial` and `timeout`.

        Returns:
            The same as `train`: the handle of the new reasoning network, and its fidelity.
        """
        params = given(
            graphModel=graph_handle(graph_model),
            model=model_handle(model),
            classes=optional(list, classes),
            images=self._images.many(images),
        )
        return self._object(types.Training, "graph/bind", params, call)
