"""Class activation by pixel: what the others are held against."""

from __future__ import annotations

import numpy as np

from explanation import Explanation, Region
from methods.base import Method
from regions import enlarged
from task import Case, Group
from training import Training

Array = np.ndarray

#: Share of the picture, the pixels with most class activation, that counts as the object.
OBJECT_SHARE = 0.5


def activation(case: Case, weights: Array) -> Array:
    """The map [side, side] of a weighted sum [D] of the last feature map: Grad-CAM (Selvaraju et al., ICCV 2017)
    where the head is linear, without the cut at zero, which would change no order above it."""
    return enlarged(np.einsum("dhw,d->hw", case.features, weights)[None], len(case.picture))[0]


def on_object(case: Case, group: Group, weight: Array) -> Array:
    """The half [side, side] of the picture with most activation of the predicted class."""
    heat = activation(case, weight[group.outputs[case.predicted]])
    return heat >= np.quantile(heat, 1 - OBJECT_SHARE)


class ClassActivation(Method):
    """Pixels by the activation of the predicted class, or of its margin over its rivals. Neither are concepts: a
    ceiling."""

    def __init__(self, group: Group, weight: Array, margin: bool) -> None:
        self.group, self.weight, self.margin = group, weight, margin
        self.name = "pixels: margin activation" if margin else "pixels: class activation"

    def fit(self, training: Training, seed: int) -> None:
        pass

    def explain(self, case: Case) -> Explanation:
        contrast = self.group.contrast(case.predicted, len(self.weight))
        weights = contrast @ self.weight if self.margin else self.weight[self.group.outputs[case.predicted]]
        return Explanation([Region(np.ones(case.picture.shape[:2], bool), 1, activation(case, weights))], shown=None)
