"""What stays with another seed: directions of concepts, and the regions of explanations."""

from __future__ import annotations

from itertools import combinations
from typing import List, Sequence

import numpy as np
import torch
from overcomplete.metrics import cosine_hungarian_loss

Array = np.ndarray


def directions(runs: Sequence[Array]) -> float:
    """Mean cosine of directions [K, D] matched one to one (Hungarian), over pairs of seeds: 1 less the package
    overcomplete's `cosine_hungarian_loss` by concept. The first K are compared where numbers differ. nan for one
    seed."""
    values = []
    for left, right in combinations(runs, 2):
        count = min(len(left), len(right))
        loss = cosine_hungarian_loss(torch.from_numpy(left[:count]), torch.from_numpy(right[:count]))
        values.append(1 - loss / count)
    return float(np.mean(values)) if values else float("nan")


def overlap(masks: Sequence[Array]) -> float:
    """Mean Jaccard index of a picture's shown regions [side, side], over pairs of seeds; 1 where both are empty."""
    values: List[float] = []
    for left, right in combinations(masks, 2):
        union = (left | right).sum()
        values.append(float((left & right).sum() / union) if union else 1.0)
    return float(np.mean(values)) if values else float("nan")
