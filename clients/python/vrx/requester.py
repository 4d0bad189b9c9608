"""What the parts of the client share: sending a request and taking its answer apart."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, Optional, Union

from .calls import PartialCallback, ProgressCallback
from .errors import INTERNAL_ERROR, VRXError
from .images import ImageEncoder

Path = Union[str, "os.PathLike[str]"]
Result = Dict[str, Any]
#: A class is named by its index, its label, or one of the label's synonyms in any case.
ClassName = Union[int, str]


class Requester:
    """Something that sends requests. The client is made of parts that are such."""

    _images: ImageEncoder

    def request(
        self,
        method: str,
        params: Optional[Mapping[str, Any]] = None,
        progress: Optional[ProgressCallback] = None,
        partial: Optional[PartialCallback] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Sends a request and waits for its result."""
        raise NotImplementedError

    def _object(self, method: str, params: Optional[Mapping[str, Any]], call: Mapping[str, Any]) -> Result:
        """The result of a request that answers with an object."""
        result = self.request(method, params, **call)
        if not isinstance(result, dict):
            raise VRXError(INTERNAL_ERROR, f"{method} answered with {type(result).__name__}, not with an object")
        return result

    def _list(
        self, method: str, params: Optional[Mapping[str, Any]], field: str, call: Mapping[str, Any]
    ) -> List[Result]:
        """The list that a request answers with, in one field of its result."""
        items = self._object(method, params, call).get(field)
        if not isinstance(items, list):
            raise VRXError(INTERNAL_ERROR, f"{method} answered without the list {field!r}")
        return items
