"""ACE (Ghorbani et al., NeurIPS 2019, arXiv 1902.03129) without its significance filter."""

from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

import numpy as np
from PIL import Image
from sklearn.cluster import KMeans

from explanation import Explanation
from methods.base import Method, fixed_order, unit
from network import BATCH
from pictures import load
from regions import masks_of, superpixels
from task import Case
from training import Training

Array = np.ndarray

#: ACE's own settings: superpixels of the three segmentations, clusters, the grey around a patch, the largest overlap
#: with a kept patch of a coarser segmentation, and the smallest patch as a share of the picture.
COUNTS, CLUSTERS, GREY, OVERLAP, SMALLEST = (15, 50, 80), 25, 117, 0.5, 0.001
#: Photographs of a class whose patches are clustered: fewer than for others, since each has a hundred patches to run.
IMAGES = 10


class Ace(Method):
    """Patches of three segmentations on grey, embedded by the pooled last feature map, k-means by class. A concept's
    score is the derivative of the class's logit along its activation vector, the difference of its mean from that of
    all patches of all classes: the head being linear it is the same in every picture, where TCAV's share of positive
    derivatives is 0 or 1. A picture's patches belong to the nearest cluster, pixels to the nearest patch. The best
    concepts are kept, as many as the others have."""

    name = "ACE without filter"

    def __init__(self, counts: Sequence[int], weight: Array, outputs: Sequence[int]) -> None:
        """counts: concepts kept of each class; weight: the head's [C, D]; outputs: of the classes."""
        self.counts, self.weight, self.outputs = counts, weight, outputs
        self._patches: Dict[str, Tuple[List[Array], Array]] = {}
        self._centres: List[Array] = []
        self._scores: List[Array] = []

    def fit(self, training: Training, seed: int) -> None:
        self._network = training.network
        embeddings = []
        for member, paths in enumerate(training.paths):
            chosen = [paths[index] for index in training.sample(member, seed, IMAGES)]
            parts = [self._embedded(path, load(path, self._network.side))[1] for path in chosen]
            embeddings.append(np.concatenate(parts))
        general = np.concatenate(embeddings).mean(0)
        self._centres, self._scores, kept = [], [], []
        for member, patches in enumerate(embeddings):
            centres = KMeans(CLUSTERS, n_init=3, random_state=seed).fit(patches).cluster_centers_
            scores = unit(centres - general) @ self.weight[self.outputs[member]]
            self._centres.append(centres)
            self._scores.append(scores)
            kept.append(centres[np.argsort(-scores)[:self.counts[member]]])
        self.directions = unit(np.concatenate(kept))

    def explain(self, case: Case) -> Explanation:
        masks, embeddings = self._embedded(case.path, case.picture)
        centres, scores = self._centres[case.predicted], self._scores[case.predicted]
        distances = np.linalg.norm(embeddings[:, None] - centres[None], axis=2)
        nearest, closeness = distances.argmin(1), distances.min(1)
        owner = np.full(case.picture.shape[:2], -1)
        for index in np.argsort(-closeness):  # the nearest patch is painted last
            owner[masks[index]] = nearest[index]
        best = np.argsort(-scores)[:self.counts[case.predicted]]
        return fixed_order([owner == concept for concept in best], scores[best])

    def _embedded(self, path: str, picture: Array) -> Tuple[List[Array], Array]:
        """A photograph's patches and their embeddings [n, D], computed once."""
        if path not in self._patches:
            masks = patches(picture)
            parts = []
            for start in range(0, len(masks), BATCH):
                cut = np.stack([cut_out(picture, mask) for mask in masks[start:start + BATCH]])
                parts.append(self._network.features(cut)[1].mean((2, 3)))
            self._patches[path] = masks, np.concatenate(parts)
        return self._patches[path]


def patches(picture: Array) -> List[Array]:
    """Masks of the picture's superpixels at three resolutions, without those that a coarser one has already."""
    kept = np.zeros((0, picture.shape[0] * picture.shape[1]), np.float32)
    for count in COUNTS:
        found = np.stack(masks_of(superpixels(picture, count))).reshape(-1, kept.shape[1]).astype(np.float32)
        shared = found @ kept.T
        union = found.sum(1)[:, None] + kept.sum(1)[None] - shared
        overlap = (shared / union).max(1, initial=0)
        kept = np.concatenate([kept, found[(found.mean(1) > SMALLEST) & (overlap <= OVERLAP)]])
    return list(kept.reshape(-1, *picture.shape[:2]).astype(bool))


def cut_out(picture: Array, mask: Array) -> Array:
    """The patch on grey, cropped to its bounding box and enlarged to the picture's size."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    alone = np.where(mask[..., None], picture, np.uint8(GREY))[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(Image.fromarray(alone).resize(size, Image.Resampling.BICUBIC))
