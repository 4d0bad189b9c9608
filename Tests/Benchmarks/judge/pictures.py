"""Photographs at the network's size, and what parts of them are replaced with to hide them."""

from __future__ import annotations

from typing import Sequence

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

Array = np.ndarray

#: Standard deviation of the blur that hides, as a share of the side: the one that VRX documents, so that no method's
#: values were measured with another fill than the judge's.
BLUR_SHARE = 1 / 16


def load(path: str, side: int) -> Array:
    """The photograph [side, side, 3], uint8, stretched by bilinear interpolation."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BILINEAR))


def load_all(paths: Sequence[str], side: int) -> Array:
    """[n, side, side, 3], uint8."""
    return np.stack([load(path, side) for path in paths])


def blurred(picture: Array) -> Array:
    """The picture [h, w, 3] behind a Gaussian of `BLUR_SHARE` of its longer side."""
    sigma = BLUR_SHARE * max(picture.shape[:2])
    smooth = gaussian_filter(picture.astype(np.float32), (sigma, sigma, 0), mode="nearest")
    return np.clip(np.rint(smooth), 0, 255).astype(np.uint8)


def composed(picture: Array, fill: Array, hidden: Array) -> Array:
    """Pictures [n, h, w, 3] that show `fill` where `hidden` [n, h, w] is true and `picture` elsewhere."""
    return np.where(hidden[..., None], fill[None], picture[None])
