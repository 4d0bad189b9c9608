"""Results that can do more than hold numbers. Each is a dict of the fields on the wire."""

from __future__ import annotations

import base64
import html
from typing import Any, Dict, List, Mapping, Optional, Protocol, Union, cast

from . import types
from .paths import Path


class Renderer(Protocol):
    """What an explanation needs of the client to draw itself."""

    @property
    def alive(self) -> bool:
        """Whether the daemon runs."""
        ...

    def render(self, explanation: Explanation, format: str, path: Optional[Path]) -> Union[bytes, str]:
        """Draws an explanation."""
        ...


class Model(Dict[str, Any]):
    """A loaded network. Every request that takes a model takes this or its handle.

    The fields are those of `vrx.types.Model`.
    """

    @property
    def fields(self) -> types.Model:
        """The same fields, typed."""
        return cast(types.Model, self)

    @property
    def id(self) -> str:
        """The handle."""
        return str(self["model"])

    @property
    def layers(self) -> List[str]:
        """Names of the layers at which concepts can be discovered."""
        return [layer["name"] for layer in self.get("layers", [])]

    def __repr__(self) -> str:
        return f"<vrx.Model {self.get('name')}: {self.get('classCount')} classes, input {self.get('inputShape')}>"


class Explanation(Dict[str, Any]):
    """Why the classifier's class, and why not each other. Notebooks show it as a picture.

    The fields are those of `vrx.types.Explanation`.
    """

    def __init__(self, fields: Mapping[str, Any], client: Renderer, request: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self._client = client
        self._request = dict(request)
        self._png: Optional[bytes] = None

    @property
    def fields(self) -> types.Explanation:
        """The same fields, typed."""
        return cast(types.Explanation, self)

    @property
    def summary(self) -> str:
        """The explanation in plain English."""
        return str(self.get("summary", ""))

    @property
    def predicted_class(self) -> str:
        """The class that the classifier predicts, among those of the reasoning network."""
        return str(self.get("prediction", {}).get("class", ""))

    @property
    def why(self) -> types.ClassExplanation:
        """Why the predicted class."""
        return next(one for one in self.fields["explanations"] if one["role"] == "why")

    @property
    def why_not(self) -> List[types.ClassExplanation]:
        """Why not the other classes, one for each."""
        return [one for one in self.fields["explanations"] if one["role"] == "whyNot"]

    def render(self, format: str = "png", path: Optional[Path] = None) -> Union[bytes, str]:
        """Draws the explanation.

        Args:
            format: "png", "svg" or "html".
            path: Where to write it.

        Returns:
            The file's bytes, or its path if `path` was given.
        """
        return self._client.render(self, format=format, path=path)

    def _rendered(self) -> bytes:
        if self._png is None:
            png = self.render("png")
            assert isinstance(png, bytes)
            self._png = png
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
