"""Photographs that methods are fitted on, none of them reported."""

from __future__ import annotations

from functools import lru_cache
from typing import List, Sequence, Tuple

import numpy as np

from network import Network
from pictures import load_all
from task import Group

Array = np.ndarray

#: Photographs of a class that a method is fitted on, drawn by the seed: as many as VRX discovers concepts on.
IMAGES = 50


class Training:
    """Photographs of the group's classes and their last feature maps, computed once for all methods and seeds."""

    def __init__(self, network: Network, group: Group, paths: Sequence[Sequence[str]]) -> None:
        """paths: those of each of the group's classes."""
        self.network, self.group, self.paths = network, group, [list(files) for files in paths]

    @lru_cache(maxsize=None)
    def features(self, member: int) -> Tuple[Array, Array]:
        """Logits [n, C] and feature maps [n, D, h, w] of all photographs of a class."""
        parts = [self.network.features(load_all([path], self.network.side)) for path in self.paths[member]]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def sample(self, member: int, seed: int, count: int = IMAGES) -> List[int]:
        """Indices of the photographs of a class that are used with a seed."""
        files = len(self.paths[member])
        return sorted(np.random.default_rng([seed, member]).permutation(files)[:count].tolist())

    def places(self, member: int, seed: int, count: int = IMAGES) -> Array:
        """Features [images, places, D] at all places of a seed's photographs of a class."""
        maps = self.features(member)[1][self.sample(member, seed, count)]
        return maps.reshape(*maps.shape[:2], -1).transpose(0, 2, 1)
