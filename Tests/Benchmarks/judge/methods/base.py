"""What a method is, and what methods with directions in the feature map have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Iterable, List, Optional

import numpy as np

from explanation import Explanation, Region
from regions import enlarged
from task import Case, Group
from training import Training

Array = np.ndarray

#: Rounds of coordinate descent for non-negative codes: more change nothing in the first three digits.
ROUNDS = 100
#: A concept is where its map reaches this share of its usual maximum: the usual way to draw a heat map's region.
REGION_LEVEL = 0.5


class Method(ABC):
    """A method. `name` is its row in the table; `directions` [K, D], of unit length, are its concepts of all classes
    in the last feature map, None if it has no concepts that are the same in all pictures."""

    name: str
    directions: Optional[Array] = None

    @abstractmethod
    def fit(self, training: Training, seed: int) -> None:
        """Learns what it learns from photographs that are not reported."""

    @abstractmethod
    def explain(self, case: Case) -> Explanation:
        """What speaks for the predicted class's margin in one picture."""

    def codes(self, features: Array) -> Array:
        """How much of each concept features [n, D] hold: [n, K]."""
        if self.directions is None:
            raise ValueError(f"{self.name} has no directions")
        return nonnegative_codes(features, self.directions)


class PlaceConcepts(Method):
    """Concepts that are directions in the last feature map. What one is worth at a place is exact, the head being
    linear: its code there times the head's weight along its direction, divided by the number of places."""

    def __init__(self, group: Group, weight: Array) -> None:
        """weight: the head's, [C, D]."""
        self.group, self.weight = group, weight
        self._owner: Array = np.zeros(0, int)
        self._usual: Array = np.zeros(0)

    def _keep(self, directions: List[Array], training: Training, seed: int) -> None:
        """Keeps directions [K, D] by class, or one set for all classes, and each one's usual maximum: the median,
        over the photographs it was fitted on, of its largest code in a photograph."""
        shared = len(directions) == 1
        self.directions = unit(np.concatenate(directions))
        owners = [np.full(len(part), -1 if shared else index) for index, part in enumerate(directions)]
        self._owner = np.concatenate(owners)
        self._usual = np.zeros(len(self.directions))
        for member in range(len(self.group.names)):
            places = training.places(member, seed)
            codes = self.codes(places.reshape(-1, places.shape[-1])).reshape(*places.shape[:2], -1).max(1)
            own = self._owner == member
            self._usual[own] = np.median(codes[:, own], axis=0)
            self._usual[self._owner == -1] = np.maximum(
                self._usual[self._owner == -1], np.median(codes[:, self._owner == -1], axis=0))

    def explain(self, case: Case) -> Explanation:
        height, width = case.features.shape[1:]
        codes = self.codes(case.features.reshape(len(case.features), -1).T)
        mine = np.flatnonzero(((self._owner == case.predicted) | (self._owner == -1)) & (self._usual > 0))
        heat = enlarged((codes[:, mine] / self._usual[mine]).T.reshape(-1, height, width), len(case.picture))
        worth = enlarged(codes[:, mine].T.reshape(-1, height, width), len(case.picture))
        if not len(mine):
            return Explanation([])
        nearest = heat.argmax(0)
        regions = []
        for index, concept in enumerate(mine):
            mask = (nearest == index) & (heat[index] >= REGION_LEVEL)
            if mask.any():
                density = self._density(int(concept), float(worth[index][mask].mean()), case.predicted)
                regions.append(Region(mask, density, heat[index]))
        return Explanation(regions)

    def _density(self, concept: int, code: float, member: int) -> float:
        """What the concept adds to the margin per share of the picture, with a mean code in its region."""
        contrast = self.group.contrast(member, len(self.weight))
        return code * float(contrast @ self.weight @ self.directions[concept])


def nonnegative_codes(features: Array, directions: Array) -> Array:
    """Codes Z ≥ 0 [n, K] that minimise |features - Z · directions|², by coordinate descent (HALS, Cichocki & Phan,
    2009)."""
    gram = directions @ directions.T
    target = features @ directions.T
    codes = np.maximum(target, 0) / np.maximum(gram.sum(0), 1e-12)
    for _ in range(ROUNDS):
        for index in range(len(directions)):
            change = (target[:, index] - codes @ gram[index]) / gram[index, index]
            codes[:, index] = np.maximum(codes[:, index] + change, 0)
    return codes


def unit(vectors: Array) -> Array:
    """Rows of unit length; rows of zeros stay."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def fixed_order(masks: Iterable[Array], densities: Iterable[float], **fields: Any) -> Explanation:
    """An explanation of masks and densities; regions without a pixel are left out."""
    return Explanation([Region(mask, float(value)) for mask, value in zip(masks, densities) if mask.any()], **fields)
