"""C-Deletion and C-Insertion: what hiding, or showing, a growing share of the picture does to the margin.

As in ACE (smallest destroying and sufficient concepts) and CRAFT, but at equal areas for all methods: at each area
exactly that share of the pixels is hidden behind a blur, or shown on it, in the method's own order.
"""

from __future__ import annotations

from typing import Dict, List, Sequence

import numpy as np

from explanation import Explanation
from network import Network
from pictures import composed
from task import Case, Group

Array = np.ndarray

#: Shares of the picture at which the margin is asked; 0 and 1 are the picture and its blur.
AREAS = (0.05, 0.10, 0.15, 0.20, 0.25, 0.50)
#: Explanations speak of a part of the picture: areas under the curves go up to here.
UP_TO = 0.25


def curves(network: Network, group: Group, case: Case, order: Array, areas: Sequence[float]) -> Dict[str, Array]:
    """Margins `deletion` and `insertion` [len(areas)], in logits, with the first pixels [side²] of the order hidden
    or shown."""
    rank = np.empty(order.size, int)
    rank[order] = np.arange(order.size)
    first = rank.reshape(case.picture.shape[:2])[None] < np.rint(np.asarray(areas) * order.size)[:, None, None]
    hidden = np.concatenate([first, ~first])
    margins = group.margins(network.logits(composed(case.picture, case.fill, hidden)), case.predicted)
    return {"deletion": margins[:len(first)], "insertion": margins[len(first):]}


def measure(
    network: Network, group: Group, case: Case, explanation: Explanation, order: Array, reference_area: float
) -> Dict[str, float]:
    """Figures of one picture, in logits. `reference_area`: the share of the picture of VRX's explanation.

    deletion, insertion: area under what is taken (full margin less the margin) or brought (margin less that of the
    blur), by area, divided by `UP_TO`: a mean. The same with "half" up to half the picture. "at VRX's area": the
    value there. "own": at the area of the method's own explanation, by which it is divided for the effect per
    area."""
    own_area = float(explanation.shown_mask(len(case.picture)).mean()) if explanation.shown else reference_area
    found = curves(network, group, case, order, [*AREAS, reference_area, own_area])
    result: Dict[str, float] = {"margin": case.full - case.empty, "own area": own_area, "VRX's area": reference_area}
    changes = {"deletion": case.full - found["deletion"], "insertion": found["insertion"] - case.empty}
    for kind, change in changes.items():
        points = [0.0, *change[:len(AREAS)].tolist()]
        near = [area for area in AREAS if area <= UP_TO]
        result[kind] = mean_height([0.0, *near], points[:len(near) + 1])
        result[f"{kind}, half"] = mean_height([0.0, *AREAS], points)
        result[f"{kind} at VRX's area"] = float(change[len(AREAS)])
        result[f"{kind}, own"] = float(change[len(AREAS) + 1])
    return result


def mean_height(areas: Sequence[float], heights: List[float]) -> float:
    """Area under a curve through points, by trapezia, divided by its width."""
    return float(np.trapezoid(heights, areas) / (areas[-1] - areas[0]))
