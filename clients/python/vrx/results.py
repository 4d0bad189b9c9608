"""Results that can do more than hold numbers. Each is a dict of the fields on the wire."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Union

if TYPE_CHECKING:
    import os

    from .client import Client


class Model(Dict[str, Any]):
    """A loaded network: `model` (its handle), `name`, `sha256`, `inputShape`, `classCount`, `layers`, `defaultLayer`,
    `precision`.

    Every request that takes a model takes this or its handle.
    """

    @property
    def id(self) -> str:
        """The handle."""
        return str(self["model"])

    @property
    def layers(self) -> List[str]:
        """Names of the layers at which concepts can be sought."""
        return [layer["name"] for layer in self.get("layers", [])]

    def __repr__(self) -> str:
        return f"<vrx.Model {self.get('name')}: {self.get('classCount')} classes, input {self.get('inputShape')}>"


class Explanation(Dict[str, Any]):
    """Why the classifier's class, and why not each other. Notebooks show it as a picture.

    The fields are those of `vrx/explain`: `image`, `prediction`, `graphPrediction`, `fidelity`, `explanations`,
    `summary`.
    """

    def __init__(self, fields: Mapping[str, Any], client: Client, request: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self._client = client
        self._request = dict(request)
        self._png: Optional[bytes] = None

    @property
    def summary(self) -> str:
        """The explanation in plain English."""
        return str(self.get("summary", ""))

    @property
    def predicted_class(self) -> str:
        """The classifier's choice among the graph's classes."""
        return str(self.get("prediction", {}).get("class", ""))

    @property
    def why(self) -> Dict[str, Any]:
        """The part that says why the predicted class."""
        return next(part for part in self["explanations"] if part["role"] == "why")

    @property
    def why_not(self) -> List[Dict[str, Any]]:
        """The parts that say why not the other classes."""
        return [part for part in self["explanations"] if part["role"] == "whyNot"]

    def render(self, format: str = "png", path: Optional[Union[str, os.PathLike[str]]] = None) -> Union[bytes, str]:
        """Draws the explanation.

        Args:
            format: "png", "svg" or "html".
            path: Where to write it.

        Returns:
            The file's bytes, or its path where `path` was given.
        """
        return self._client.render(self, format=format, path=path)

    def _rendered(self) -> bytes:
        if self._png is None:
            picture = self.render("png")
            assert isinstance(picture, bytes)
            self._png = picture
        return self._png

    def _repr_png_(self) -> Optional[bytes]:
        return self._rendered() if self._client.alive else self._png

    def _repr_html_(self) -> str:
        picture = self._repr_png_()
        shown = f"<p>{html.escape(self.summary)}</p>"
        if picture is None:
            return shown
        data = base64.b64encode(picture).decode("ascii")
        return f'<img alt="" style="max-width:100%" src="data:image/png;base64,{data}">{shown}'

    def __repr__(self) -> str:
        return f"<vrx.Explanation: {self.summary or self.predicted_class}>"
