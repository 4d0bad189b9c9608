"""Surrogate faithfulness, SURF (Kumar & Ahuja, CVPR 2026, arXiv 2504.10833): outputs of all classes from concepts
alone.

The surrogate is linear and has nothing to train. The EMD is the earth mover's distance of two softmaxes whose classes
are all equally far from each other. With place j's features h_j, concepts v_k of unit length, the method's projection
P(h_j)_k (how much of concept k the place holds) and class i's importance α_ik,

    ŷ_i = b_i + 1/(hw) Σ_j Σ_k α_ik P(h_j)_k

    MAE = mean over pictures and all C classes of |y_i - ŷ_i|          (logits)
    EMD = mean over pictures of ½ Σ_i |p_i - p̂_i|, p = softmax(y)      (a probability)

Two choices are this judge's, the same for all methods: α_ik = w_i · v_k, the head's weight along the concept, exact
for a linear head and defined for all classes, where methods state importances for one class only (Sobol, TCAV); and P
is the non-negative projection on all of the method's concepts at once, which is NMF's own, except for the
autoencoder, which has an encoder. The paper leaves out b_i ("up to the bias term"); here it is the network's, for all
methods.
"""

from __future__ import annotations

from typing import Dict

import numpy as np

from methods.base import Method

Array = np.ndarray


def measure(method: Method, features: Array, logits: Array, weight: Array, bias: Array) -> Dict[str, float]:
    """MAE and EMD of one picture: features [D, h, w], logits [C], the head's weight [C, D] and bias [C]. Not a number
    for methods whose concepts are not the same in all pictures."""
    if method.directions is None:
        return {"SURF MAE": float("nan"), "SURF EMD": float("nan")}
    codes = method.codes(features.reshape(len(features), -1).T)
    return errors(logits, predicted(codes, method.directions, weight, bias))


def predicted(codes: Array, directions: Array, weight: Array, bias: Array) -> Array:
    """ŷ [C] of codes [places, K] of directions [K, D]."""
    return bias + codes.mean(0) @ (directions @ weight.T)


def errors(logits: Array, surrogate: Array) -> Dict[str, float]:
    """MAE and EMD of logits [C]."""
    return {
        "SURF MAE": float(np.abs(logits - surrogate).mean()),
        "SURF EMD": float(np.abs(softmax(logits) - softmax(surrogate)).sum() / 2),
    }


def softmax(logits: Array) -> Array:
    """[C]."""
    powers = np.exp(logits.astype(np.float64) - logits.max())
    return powers / powers.sum()
