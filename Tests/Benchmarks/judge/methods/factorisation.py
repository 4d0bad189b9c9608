"""Non-negative matrix factorisation of the last feature map: ICE-like and CRAFT-like concepts."""

from __future__ import annotations

import warnings
from typing import List, Sequence, Tuple

import numpy as np
from sklearn.decomposition import NMF

from methods.base import PlaceConcepts
from pictures import load_all
from regions import enlarged
from task import Group
from training import Training

Array = np.ndarray

#: CRAFT's crops: their side as a share of the picture's, and the crops along a side (steps of four fifths of a crop).
CROP_SHARE, CROPS = 0.36, 3
#: Photographs of a class that crops are taken of.
CROPPED_IMAGES = 25


class Ice(PlaceConcepts):
    """Like ICE (Zhang et al., AAAI 2021, arXiv 2006.15417): per class, NMF of the last feature map over all places of
    its photographs; concepts by their exact contribution through the linear head. The residual is not reported."""

    name = "NMF of places (ICE-like)"

    def __init__(self, group: Group, weight: Array, counts: Sequence[int]) -> None:
        """counts: concepts of each class."""
        super().__init__(group, weight)
        self.counts = counts

    def fit(self, training: Training, seed: int) -> None:
        found = []
        for member, count in enumerate(self.counts):
            places = training.places(member, seed)
            found.append(factors(places.reshape(-1, places.shape[-1]), count, seed))
        self._keep(found, training, seed)


class Craft(PlaceConcepts):
    """Like CRAFT (Fel et al., CVPR 2023, arXiv 2211.10154), without its recursion: per class, NMF of the pooled
    activations of crops; concepts by their total Sobol index for the class's logit, a mean over crops, the same in
    all pictures. The head is linear in the codes u_k (masked by independent variables of equal variance), so the
    index is exact: c_k² / Σ c², c_k = u_k · w_k, with w_k the head's weight along concept k."""

    name = "NMF of crops (CRAFT-like)"

    def __init__(self, group: Group, weight: Array, counts: Sequence[int]) -> None:
        super().__init__(group, weight)
        self.counts = counts
        self._importance: Array = np.zeros(0)

    def fit(self, training: Training, seed: int) -> None:
        found: List[Array] = []
        importance: List[Array] = []
        for member, count in enumerate(self.counts):
            directions, codes = crop_factors(training, member, count, seed)
            terms = (codes * (directions @ self.weight[self.group.outputs[member]])) ** 2
            importance.append((terms / np.maximum(terms.sum(1, keepdims=True), 1e-12)).mean(0))
            found.append(directions)
        self._importance = np.concatenate(importance)
        self._keep(found, training, seed)

    def _density(self, concept: int, code: float, member: int) -> float:
        return float(self._importance[concept])


def crop_factors(training: Training, member: int, count: int, seed: int) -> Tuple[Array, Array]:
    """Factors [count, D] of a class's crops and the crops' codes [crops, count]."""
    side = training.network.side
    crop = round(CROP_SHARE * side)
    starts = np.linspace(0, side - crop, CROPS).round().astype(int)
    pooled = []
    for index in training.sample(member, seed, CROPPED_IMAGES):
        picture = load_all([training.paths[member][index]], side)[0]
        parts = [picture[y:y + crop, x:x + crop] for y in starts for x in starts]
        large = np.stack([enlarged(part.transpose(2, 0, 1), side).transpose(1, 2, 0) for part in parts])
        pooled.append(training.network.features(np.clip(large, 0, 255))[1].mean((2, 3)))
    model = _nmf(count, seed)
    codes = _quietly(model, np.concatenate(pooled))
    return model.components_, codes


def factors(features: Array, count: int, seed: int) -> Array:
    """Factors [count, D] of features [n, D] ≥ 0."""
    model = _nmf(count, seed)
    _quietly(model, features)
    return model.components_


def _nmf(count: int, seed: int) -> NMF:
    return NMF(n_components=count, init="nndsvda", random_state=seed, max_iter=300)


def _quietly(model: NMF, features: Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 300 rounds need not converge
        return model.fit_transform(np.maximum(features, 0))
