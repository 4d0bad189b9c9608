"""The part of the client that looks for known concepts in new images."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Union

from .errors import INTERNAL_ERROR, VRXError
from .fields import given, handle
from .images import Image
from .requester import ClassName, Requester, Result
from .results import Model

#: The columns of a row of scores, in order.
COLUMNS = (
    "image",
    "class",
    "concept",
    "name",
    "rank",
    "detected",
    "presence",
    "measure",
    "distance",
    "threshold",
    "coefficient",
    "reference",
    "derivative",
    "derivative_sd",
    "positive",
    "tcav",
    "x",
    "y",
    "box_x",
    "box_y",
    "box_width",
    "box_height",
)


class ConceptScores(List[Dict[str, Any]]):
    """A row per image, class and concept: a list of dicts of one shape, as ``pandas.DataFrame(scores)`` takes it.

    Attributes:
        skipped: Images that could not be used: ``[{"image", "reason"}]``.
    """

    def __init__(self, rows: Iterable[Dict[str, Any]], skipped: List[Result]) -> None:
        super().__init__(rows)
        self.skipped = skipped


class ScoreRequests(Requester):
    """How present concepts are in images, how important, and where."""

    def score_concepts(
        self,
        model: Union[Model, str],
        images: Union[Image, Iterable[Image]],
        class_name: Optional[ClassName] = None,
        concepts: Optional[Iterable[Union[Result, str]]] = None,
        **call: Any,
    ) -> ConceptScores:
        """Looks for the bank's concepts in images. Nothing is clustered or fitted again.

        Args:
            model: The network.
            images: Photographs or folders.
            class_name: Concepts of this class only; of all discovered classes by default.
            concepts: These concepts only.
            **call: `progress`, `partial` (hears the scores of an image and class as they are known) and `timeout`.

        Returns:
            A row per image, class and concept. How present it is: `detected`, and `presence` from 0 to 1 (½ at the limit
            of detection), made of `distance` and `threshold`, or of a non-negative component of `coefficient` and
            `reference`. How important: `derivative` of the class's logit of this image along the concept (with its
            spread, and the share of activation vectors along which it is positive), and `tcav`. Where: centre `x` and
            `y` in [0, 1], and the box in pixels.
        """
        params = given(
            model=handle(model, "model"),
            images=self._images.many(images),
            concepts=None if concepts is None else [handle(concept, "id") for concept in concepts],
        )
        if class_name is not None:
            params["class"] = class_name
        result = self._object("concept/score", params, call)
        try:
            rows = [
                _row(found["image"], found["class"], concept)
                for found in result["scores"]
                for concept in found["concepts"]
            ]
        except (KeyError, TypeError) as error:
            raise VRXError(INTERNAL_ERROR, f"concept/score answered without {error}") from None
        return ConceptScores(rows, result.get("skipped", []))


def _row(image: str, class_name: str, concept: Result) -> Dict[str, Any]:
    presence, importance, place = concept["presence"], concept["importance"], concept["place"]
    center = place["center"] if place else [None] * 2
    box = place["box"] if place else [None] * 4
    values = (
        image,
        class_name,
        concept["concept"],
        concept["name"],
        concept["rank"],
        presence["detected"],
        presence["score"],
        *(presence[name] for name in ("measure", "distance", "threshold", "coefficient", "reference")),
        *(importance[name] for name in ("derivative", "sd", "positive", "tcav")),
        *center,
        *box,
    )
    return dict(zip(COLUMNS, values))
