"""Random regions on the object: the control."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from explanation import Explanation
from methods.activation import on_object
from methods.base import Method, fixed_order, unit
from regions import masks_of
from segments import COUNT, labels, number_of
from task import Case, Group
from training import Training

Array = np.ndarray


class RandomRegions(Method):
    """Superpixels in a random order, cut to the half of the picture with most class activation. Its concepts, for the
    read-out of outputs, are means of as many random places as a photograph has, as many as the others have
    concepts."""

    name = "random regions on the object"

    def __init__(self, group: Group, weight: Array, counts: Sequence[int]) -> None:
        self.group, self.weight, self.counts = group, weight, counts
        self._seed = 0

    def fit(self, training: Training, seed: int) -> None:
        self._seed = seed
        rng = np.random.default_rng([seed, 1])
        found = []
        for member, count in enumerate(self.counts):
            places = training.places(member, seed)
            flat = places.reshape(-1, places.shape[-1])
            found += [flat[rng.permutation(len(flat))[:places.shape[1]]].mean(0) for _ in range(count)]
        self.directions = unit(np.stack(found))

    def explain(self, case: Case) -> Explanation:
        inside = on_object(case, self.group, self.weight)
        masks = [mask & inside for mask in masks_of(labels(case, COUNT))]
        rng = np.random.default_rng([self._seed, number_of(case.path)])
        return fixed_order(masks, rng.permutation(len(masks)) + 1.0)

