"""Plain superpixels, worth what a linear surrogate of masked pictures says: LIME and KernelSHAP."""

from __future__ import annotations

from typing import Callable, Dict, Tuple

import numpy as np

from explanation import Explanation
from methods.base import Method, fixed_order
from network import BATCH, Network
from pictures import composed
from regions import masks_of
from segments import COUNT, labels, number_of
from task import Case, Group
from training import Training

Array = np.ndarray

#: LIME's kernel width on the cosine distance of coalitions, and its ridge penalty: the defaults of its reference code.
KERNEL_WIDTH, RIDGE = 0.25, 1.0
#: Weight with which KernelSHAP holds the values' sum to the margin, and a small ridge where passes are fewer than
#: superpixels.
CONSTRAINT, SMALL_RIDGE = 1e6, 1e-3

#: Margins [n] of coalitions [n, players] of shown superpixels.
Ask = Callable[[Array], Array]


class Superpixels(Method):
    """Superpixels by a surrogate, with as many pictures of the network as VRX's explanation of the same photograph
    took."""

    def __init__(self, network: Network, group: Group, kind: str, passes: Dict[str, int]) -> None:
        """kind: "LIME" or "KernelSHAP"; passes: of each photograph."""
        self.network, self.group, self.kind, self.passes = network, group, kind, passes
        self.name = f"superpixels, {kind}"
        self._seed = 0

    def fit(self, training: Training, seed: int) -> None:
        self._seed = seed

    def explain(self, case: Case) -> Explanation:
        found = labels(case, COUNT)
        masks = masks_of(found)

        def ask(coalitions: Array) -> Array:
            parts = []
            for start in range(0, len(coalitions), BATCH):
                hidden = ~coalitions[start:start + BATCH].astype(bool)[:, found]
                parts.append(self.network.logits(composed(case.picture, case.fill, hidden)))
            return self.group.margins(np.concatenate(parts), case.predicted)

        rng = np.random.default_rng([self._seed, number_of(case.path)])
        surrogate = lime if self.kind == "LIME" else kernel_shap
        values = surrogate(ask, len(masks), max(self.passes[case.path], 2), rng)
        return fixed_order(masks, [value / mask.mean() for value, mask in zip(values, masks)])


def lime(ask: Ask, players: int, passes: int, rng: np.random.Generator) -> Array:
    """Coefficients [players] of a ridge regression on random coalitions (each player shown with probability one
    half), weighted by sqrt(exp(-d²/width²)), d the cosine distance from the full coalition (Ribeiro et al., KDD 2016,
    arXiv 1602.04938)."""
    coalitions = rng.integers(0, 2, (passes, players)).astype(float)
    coalitions[0] = 1
    outcomes = ask(coalitions)
    distances = 1 - np.sqrt(coalitions.mean(1))  # the cosine of a 0/1 vector with ones is the root of its share of ones
    weights = np.sqrt(np.exp(-(distances**2) / KERNEL_WIDTH**2))
    return ridge(coalitions, outcomes, weights, RIDGE)[0]


def kernel_shap(ask: Ask, players: int, passes: int, rng: np.random.Generator) -> Array:
    """Shapley values [players], by weighted regression on coalitions in complementary pairs, drawn by the Shapley
    kernel, their sum held to the full margin less the empty one (Lundberg & Lee, NeurIPS 2017, arXiv 1705.07874;
    pairs: Covert & Lee, AISTATS 2021)."""
    sizes = np.arange(1, players)
    chance = 1 / (sizes * (players - sizes))
    coalitions = [np.ones(players), np.zeros(players)]
    while len(coalitions) < passes:
        shown = np.zeros(players)
        shown[rng.permutation(players)[:rng.choice(sizes, p=chance / chance.sum())]] = 1
        coalitions += [shown, 1 - shown]
    drawn = np.stack(coalitions[:passes])
    outcomes = ask(drawn)
    weights = np.concatenate([[CONSTRAINT] * 2, np.ones(passes - 2)])
    return ridge(drawn, outcomes, weights, SMALL_RIDGE)[0]


def ridge(inputs: Array, outcomes: Array, weights: Array, penalty: float) -> Tuple[Array, float]:
    """Coefficients and intercept of a weighted ridge regression whose intercept is not penalised."""
    design = np.column_stack([inputs, np.ones(len(inputs))])
    scaled = design * weights[:, None]
    penalties = np.diag([penalty] * inputs.shape[1] + [1e-9])
    solution = np.linalg.solve(design.T @ scaled + penalties, scaled.T @ outcomes)
    return solution[:-1], float(solution[-1])
