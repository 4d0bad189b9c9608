"""The part of the client that deals with the concept bank."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, Iterable, List, Optional, Sequence

from . import types
from .calls import CallOptions
from .checkpoints import convert_checkpoint, is_torch_checkpoint
from .fields import Handle, concept_id, given, graph_handle, model_handle, optional
from .paths import Path, absolute_path
from .requester import Requester

if TYPE_CHECKING:
    from typing_extensions import Unpack


class BankRequests(Requester):
    """Listing, naming and changing concepts; exporting and importing the bank."""

    def concepts(
        self, model: Optional[Handle] = None, class_name: Optional[types.ClassName] = None, **call: Unpack[CallOptions]
    ) -> List[types.Concept]:
        """The bank's concepts: of one model or class if given."""
        params = given(model=optional(model_handle, model), **{"class": class_name})
        return self._list(types.Concept, "concept/list", params, "concepts", call)

    def concept(self, concept: Handle, **call: Unpack[CallOptions]) -> types.Concept:
        """One concept."""
        return self._object(types.Concept, "concept/get", {"concept": concept_id(concept)}, call)

    def rename_concept(self, concept: Handle, name: str, **call: Unpack[CallOptions]) -> types.Concept:
        """Names a concept."""
        return self._object(types.Concept, "concept/rename", {"concept": concept_id(concept), "name": name}, call)

    def remove_concept(self, concept: Handle, **call: Unpack[CallOptions]) -> None:
        """Removes a concept."""
        self.request("concept/remove", {"concept": concept_id(concept)}, **call)

    def merge_concepts(self, concepts: Iterable[Handle], name: str, **call: Unpack[CallOptions]) -> types.Concept:
        """Makes one concept of several."""
        params = {"concepts": [concept_id(concept) for concept in concepts], "name": name}
        return self._object(types.Concept, "concept/merge", params, call)

    def export_bank(
        self,
        path: Path,
        format: str = "safetensors",
        *,
        include: Optional[Sequence[str]] = None,
        model: Optional[Handle] = None,
        graph_model: Optional[Handle] = None,
        **call: Unpack[CallOptions],
    ) -> types.Bank:
        """Writes the bank to a file.

        Args:
            path: The file.
            format: "safetensors" or "json".
            include: What is written: "concepts", "graphs" or, by default, both.
            model: Only this network.
            graph_model: Only this reasoning network, and only the concepts of its classes.
            **call: `progress`, `partial` and `timeout`.
        """
        params = given(
            path=absolute_path(path),
            format=format,
            include=optional(list, include),
            model=optional(model_handle, model),
            graphModel=optional(graph_handle, graph_model),
        )
        return self._object(types.Bank, "bank/export", params, call)

    def import_bank(
        self,
        path: Path,
        classes: Optional[Sequence[str]] = None,
        dummy_value: Optional[float] = None,
        **call: Unpack[CallOptions],
    ) -> types.Bank:
        """Reads a bank that was exported, or the published weights of a reasoning network.

        A PyTorch checkpoint (.pt, .pth) of such weights is converted first if PyTorch is installed.

        Args:
            path: The file.
            classes: For published weights: the names of their outputs.
            dummy_value: For published weights: every entry of the embedding of a concept that is not detected.
            **call: `progress`, `partial` and `timeout`.
        """
        params = given(path=absolute_path(path), classes=optional(list, classes), dummyValue=dummy_value)
        if os.path.isfile(path) and is_torch_checkpoint(path):
            with tempfile.TemporaryDirectory(prefix="vrx-") as folder:
                converted = os.path.join(folder, "checkpoint.safetensors")
                try:
                    convert_checkpoint(path, converted)
                except ImportError:
                    pass  # The daemon's error says what to do.
                else:
                    imported = self._object(types.Bank, "bank/import", {**params, "path": converted}, call)
                    imported["path"] = params["path"]
                    return imported
        return self._object(types.Bank, "bank/import", params, call)
