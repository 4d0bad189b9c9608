"""What a method says of one picture, and the order in which it would hide the picture's pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional

import numpy as np
from scipy.ndimage import distance_transform_edt

Array = np.ndarray

#: Concepts or superpixels that a person is shown; their union is a method's own area.
SHOWN = 4


@dataclass
class Region:
    """Where a concept is, what it is worth per area (in the method's own unit), and, if the method says so, how
    strong it is at each of its pixels."""

    mask: Array  # bool [side, side]
    density: float
    strength: Optional[Array] = None  # [side, side]


@dataclass
class Explanation:
    """Regions of one picture, best first. `shown`: how many of them count as the explanation; None: all (pixel
    maps)."""

    regions: List[Region]
    shown: Optional[int] = SHOWN

    def __post_init__(self) -> None:
        self.regions = sorted(self.regions, key=lambda region: -region.density)

    def shown_mask(self, side: int) -> Array:
        """The union [side, side] of the shown regions that speak for the class."""
        union = np.zeros((side, side), bool)
        for region in self.regions[:self.shown]:
            if region.density > 0:
                union |= region.mask
        return union

    def order(self, rest: Array) -> Array:
        """Pixels [side²], the first to hide first: regions by their worth per area; in a region the strongest pixels
        first, or the farthest from its edge where the method says nothing; then the pixels of which nothing is said,
        in the order that `rest` [side, side] ranks them, the same for all methods; last the regions that speak
        against the class."""
        level = np.zeros(rest.shape, int)
        within = rest.astype(float).copy()
        taken = np.zeros(rest.shape, bool)
        for index, region in enumerate(self.regions):
            mask = region.mask & ~taken
            inside = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
            strength = inside if region.strength is None else region.strength
            level[mask] = index - len(self.regions) if region.density > 0 else index + 1
            within[mask] = -strength[mask]
            taken |= mask
        return np.lexsort((within.ravel(), level.ravel()))
