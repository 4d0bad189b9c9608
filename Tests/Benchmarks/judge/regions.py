"""Regions of a picture: from run lengths, from superpixels, from maps at the size of a feature map."""

from __future__ import annotations

from typing import Any, List, Mapping

import numpy as np
from PIL import Image
from skimage.segmentation import slic

Array = np.ndarray

#: SLIC's weight of place against colour, and the width of its smoothing: the values of ACE's reference code.
COMPACTNESS, SIGMA = 20, 1


def from_runs(runs: Mapping[str, Any]) -> Array:
    """The mask [height, width] of run lengths on the wire: pixels outside and inside by turns, row by row."""
    lengths = np.asarray(runs["runs"], int)
    size = runs["height"] * runs["width"]
    if lengths.sum() > size:
        raise ValueError(f"run lengths of {lengths.sum()} pixels in a mask of {size}")
    inside = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)
    return np.pad(inside, (0, size - len(inside))).reshape(runs["height"], runs["width"])


def at_size(mask: Array, side: int) -> Array:
    """The mask [side, side] at another size, by the nearest pixel."""
    if mask.shape == (side, side):
        return mask
    resized = Image.fromarray(mask.astype(np.uint8)).resize((side, side), Image.Resampling.NEAREST)
    return np.asarray(resized).astype(bool)


def superpixels(picture: Array, count: int) -> Array:
    """Labels [h, w] from 0 of about `count` superpixels by SLIC (Achanta et al., PAMI 2012)."""
    labels = slic(picture, n_segments=count, compactness=COMPACTNESS, sigma=SIGMA, start_label=0, channel_axis=-1)
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape)


def masks_of(labels: Array) -> List[Array]:
    """A mask [h, w] for each label."""
    return [labels == label for label in range(labels.max() + 1)]


def enlarged(maps: Array, side: int) -> Array:
    """Maps [n, h, w] at the picture's size [n, side, side], by bilinear interpolation."""
    result = np.zeros((len(maps), side, side), np.float32)
    for index, one in enumerate(maps):
        result[index] = Image.fromarray(one.astype(np.float32)).resize((side, side), Image.Resampling.BILINEAR)
    return result
