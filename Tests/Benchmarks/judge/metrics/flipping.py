"""Pixel flipping (Bach et al., 2015) and ROAD (Rong et al., ICML 2022, arXiv 2202.00449), by the package Quantus.

Both flip pixels by an attribution; a method's is the order in which it hides pixels, so that ties are broken as in
the curves.
"""

from __future__ import annotations

import warnings
from typing import Dict, Sequence

import numpy as np
import quantus
import torch
from quantus.functions.perturb_func import noisy_linear_imputation

from network import Network
from segments import number_of
from task import Case, Group

Array = np.ndarray

#: Values flipped at once, as a share of the picture's pixels. Quantus flips three values a pixel, so this takes
#: twelve steps.
STEP = 1 / 4
#: Percent of the pixels that ROAD removes.
REMOVED = (10, 20, 30)


class AsTorch(torch.nn.Module):
    """The network as a PyTorch module of the group's classes: its outputs are their logits."""

    def __init__(self, network: Network, group: Group) -> None:
        super().__init__()
        self.network, self.group = network, group

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """[n, classes of the group] of [n, 3, side, side]."""
        return torch.from_numpy(self.network.logits_of_tensor(inputs.numpy())[:, self.group.outputs])


def measure(network: Network, group: Group, case: Case, order: Array, road: bool) -> Dict[str, float]:
    """Pixel flipping: area under the probability of the predicted class, within the group, as its pixels become the
    picture's mean, divided by the number of steps (lower is better). ROAD: share of `REMOVED` at which the prediction
    is still the same after noisy linear imputation (lower is better); nan unless asked for."""
    side = len(case.picture)
    attribution = np.empty(side * side, np.float32)
    attribution[order] = np.arange(side * side, 0, -1)
    inputs = {
        "model": AsTorch(network, group).eval(), "x_batch": network.tensor(case.picture[None]),
        "y_batch": np.array([case.predicted]), "a_batch": attribution.reshape(1, 1, side, side),
        "device": "cpu", "channel_first": True,
    }
    step = features_in_step(side)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flipped = quantus.PixelFlipping(
            features_in_step=step, perturb_baseline="mean", disable_warnings=True)(**inputs, softmax=True)
    kept = kept_share(network, group, case, order) if road else float("nan")
    return {"pixel flipping": float(np.mean(flipped[0])), "ROAD": kept}


def kept_share(network: Network, group: Group, case: Case, order: Array) -> float:
    """ROAD: the share of `REMOVED` at which the prediction stays when the first pixels are imputed from their
    neighbours. By Quantus's imputation; its class ROAD (0.6) counts the channels of a picture as pixels of their
    own."""
    picture = network.tensor(case.picture[None])[0]
    np.random.seed(number_of(case.path))  # the imputation adds noise from the global generator
    imputed = [noisy_linear_imputation(picture, order[:int(order.size * percent / 100)]) for percent in REMOVED]
    logits = network.logits_of_tensor(np.stack(imputed))
    return float(np.mean([group.predicted(one) == case.predicted for one in logits]))


def features_in_step(side: int) -> int:
    """The largest number of pixels not above `STEP` of the picture by which its pixels can be divided."""
    pixels = side * side
    return max(size for size in divisors(pixels) if size <= max(1, STEP * pixels))


def divisors(number: int) -> Sequence[int]:
    small = [one for one in range(1, int(number**0.5) + 1) if number % one == 0]
    return small + [number // one for one in small]
