"""Intervals and tests over photographs."""

from __future__ import annotations

import math
from typing import Callable, Tuple

import numpy as np
from scipy.stats import wilcoxon

Array = np.ndarray

#: Draws of the bootstrap, and the share of them that an interval leaves out.
DRAWS, OUTSIDE = 2000, 0.05


def ratio_of_sums(values: Array, scales: Array) -> Tuple[float, float, float]:
    """Σ values / Σ scales over photographs, and its 95 % interval by bootstrap over photographs: small margins do not
    distort it as they would a mean of shares. Photographs without a number are left out; a mean is the ratio with
    scales of 1."""
    known = np.isfinite(values) & np.isfinite(scales)
    return bootstrap(lambda chosen: values[known][chosen].sum(0) / scales[known][chosen].sum(0), int(known.sum()))


def bootstrap(figure: Callable[[Array], Array], count: int) -> Tuple[float, float, float]:
    """A figure of indices [count, ...], over axis 0, with its percentile interval."""
    if not count:
        return math.nan, math.nan, math.nan
    draws = figure(np.random.default_rng(0).integers(0, count, (count, DRAWS)))
    low, high = np.nanquantile(draws, [OUTSIDE / 2, 1 - OUTSIDE / 2])
    return float(figure(np.arange(count))), float(low), float(high)


def paired_p(left: Array, right: Array) -> float:
    """Two-sided p of Wilcoxon's signed-rank test over photographs; 1 where nothing differs."""
    known = np.isfinite(left) & np.isfinite(right)
    differences = (left - right)[known]
    if not np.any(np.abs(differences) > 1e-9):
        return 1.0
    return float(wilcoxon(differences).pvalue)
