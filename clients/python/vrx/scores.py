"""The part of the client that looks for known concepts in new images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional

from . import types
from .calls import CallOptions
from .errors import INTERNAL_ERROR, VRXError
from .fields import Handle, concept_id, given, model_handle
from .images import Images
from .requester import Requester

if TYPE_CHECKING:
    from typing_extensions import Unpack

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

    def __init__(self, rows: Iterable[Dict[str, Any]], skipped: List[types.SkippedImage]) -> None:
        super().__init__(rows)
        self.skipped = skipped


class ScoreRequests(Requester):
    """Measuring how present and how important concepts are in images, and where they are."""

    def score_concepts(
        self,
        model: Handle,
        images: Images,
        class_name: Optional[types.ClassName] = None,
        concepts: Optional[Iterable[Handle]] = None,
        **call: Unpack[CallOptions],
    ) -> ConceptScores:
        """Looks for the bank's concepts in images. Nothing is clustered or fitted again.

        Args:
            model: The network.
            images: Images or folders.
            class_name: Only concepts of this class; by default of all discovered classes.
            concepts: Only these concepts.
            **call: `progress`, `partial` (hears the scores of an image and class once they are known) and `timeout`.

        Returns:
            A row per image, class and concept. How present it is: `detected`, and `presence` from 0 to 1 (0.5 at the
            limit of detection), computed from `distance` and `threshold`, or for a non-negative component from
            `coefficient` and `reference`. How important it is: `derivative` of the image's logit of the class along the
            concept (with its standard deviation, and the share of activation vectors along which it is positive), and
            `tcav`. Where it is: centre `x` and `y` in [0, 1], and the box in pixels.
        """
        params = given(
            model=model_handle(model),
            images=self._images.many(images),
            concepts=None if concepts is None else [concept_id(concept) for concept in concepts],
            **{"class": class_name},
        )
        result = self._object(types.ConceptScoreResult, "concept/score", params, call)
        try:
            rows = [
                _row(found["image"], found["class"], concept)
                for found in result["scores"]
                for concept in found["concepts"]
            ]
        except (KeyError, TypeError) as error:
            raise VRXError(INTERNAL_ERROR, f"concept/score answered without {error}") from None
        return ConceptScores(rows, result.get("skipped", []))


def _row(image: str, class_name: str, concept: types.ConceptScore) -> Dict[str, Any]:
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
