"""Superpixels of cases, computed once for all methods that use them."""

from __future__ import annotations

import zlib

import numpy as np

from regions import superpixels
from task import Case

Array = np.ndarray

#: Superpixels of a picture for LIME, KernelSHAP, random regions and the neutral order: the middle of ACE's three
#: counts.
COUNT = 50


def labels(case: Case, count: int) -> Array:
    """Labels [side, side] of about `count` superpixels."""
    if count not in case.labels:
        case.labels[count] = superpixels(case.picture, count)
    return case.labels[count]


def neutral_order(case: Case) -> Array:
    """Ranks [side, side] of pixels by superpixels in a random order that depends on the picture alone: how all
    methods hide what they say nothing about."""
    found = labels(case, COUNT)
    return np.random.default_rng(number_of(case.path)).permutation(found.max() + 1)[found].astype(float)


def number_of(path: str) -> int:
    """A number from a file's name, the same in every run."""
    return zlib.crc32(path.rsplit("/", 1)[-1].encode())
