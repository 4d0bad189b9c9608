"""The part of the client that deals with the concept bank."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Dict, Iterable, List, Optional, Sequence, Union

from .checkpoints import convert_checkpoint, is_torch_checkpoint
from .fields import given, handle
from .images import absolute_path
from .requester import ClassName, Path, Requester, Result
from .results import Model


class BankRequests(Requester):
    """Looking at concepts, naming and changing them, and carrying the bank elsewhere."""

    def concepts(
        self, model: Optional[Union[Model, str]] = None, class_name: Optional[ClassName] = None, **call: Any
    ) -> List[Result]:
        """The bank's concepts, by model and class where given."""
        params: Dict[str, Any] = {} if model is None else {"model": handle(model, "model")}
        if class_name is not None:
            params["class"] = class_name
        return self._list("concept/list", params, "concepts", call)

    def concept(self, concept: Union[Result, str], **call: Any) -> Result:
        """One concept."""
        return self._object("concept/get", {"concept": handle(concept, "id")}, call)

    def rename_concept(self, concept: Union[Result, str], name: str, **call: Any) -> Result:
        """Names a concept."""
        return self._object("concept/rename", {"concept": handle(concept, "id"), "name": name}, call)

    def remove_concept(self, concept: Union[Result, str], **call: Any) -> None:
        """Removes a concept."""
        self.request("concept/remove", {"concept": handle(concept, "id")}, **call)

    def merge_concepts(self, concepts: Iterable[Union[Result, str]], name: str, **call: Any) -> Result:
        """Makes one concept of several."""
        params = {"concepts": [handle(concept, "id") for concept in concepts], "name": name}
        return self._object("concept/merge", params, call)

    def export_bank(
        self,
        path: Path,
        format: str = "safetensors",
        *,
        include: Optional[Sequence[str]] = None,
        model: Optional[Union[Model, str]] = None,
        graph_model: Optional[Union[Result, str]] = None,
        **call: Any,
    ) -> Result:
        """Writes the bank to a file.

        Args:
            path: The file.
            format: "safetensors" or "json".
            include: Of "concepts" and "graphs" what is written; both by default.
            model: Of this network only.
            graph_model: Of the reasoning networks only this one, and of the concepts those of its classes.
            **call: `progress`, `partial` and `timeout`.
        """
        params = given(
            path=absolute_path(path),
            format=format,
            include=None if include is None else list(include),
            model=None if model is None else handle(model, "model"),
            graphModel=None if graph_model is None else handle(graph_model, "graphModel"),
        )
        return self._object("bank/export", params, call)

    def import_bank(
        self,
        path: Path,
        classes: Optional[Sequence[str]] = None,
        dummy_value: Optional[float] = None,
        **call: Any,
    ) -> Result:
        """Reads a bank that was exported, or the published weights of a reasoning network.

        A PyTorch checkpoint (.pt, .pth) of such weights is converted on the way where PyTorch is installed.

        Args:
            path: The file.
            classes: What the outputs of published weights are called.
            dummy_value: Every entry of the embedding for a concept that is not there, of published weights.
            **call: `progress`, `partial` and `timeout`.

        Returns:
            ``{"path", "classes", "concepts", "graphModels": [handle]}``
        """
        params = given(
            path=absolute_path(path), classes=None if classes is None else list(classes), dummyValue=dummy_value
        )
        if os.path.isfile(path) and is_torch_checkpoint(path):
            with tempfile.TemporaryDirectory(prefix="vrx-") as folder:
                converted = os.path.join(folder, "checkpoint.safetensors")
                try:
                    convert_checkpoint(path, converted)
                except ImportError:
                    pass  # The daemon's refusal says what to do.
                else:
                    return {**self._object("bank/import", {**params, "path": converted}, call), "path": params["path"]}
        return self._object("bank/import", params, call)
