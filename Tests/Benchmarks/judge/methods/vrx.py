"""VRX, asked over the wire; nothing of the daemon's code is used here."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

import numpy as np
from PIL import Image

import vrx
from explanation import SHOWN, Explanation
from methods.base import Method, fixed_order, unit
from pictures import load
from regions import at_size, from_runs
from task import Case
from training import Training

Array = np.ndarray

#: Exemplars of a concept whose features are its direction.
EXEMPLARS = 20


@dataclass
class Seen:
    """A concept that was measured in a picture: its places, its effect in logits, its importance by TCAV."""

    mask: Array
    effect: float
    tcav: float


@dataclass
class Answers:
    """What VRX said with one seed."""

    #: Exemplars of each concept of each class: image and box [x, y, width, height] in its pixels.
    exemplars: List[List[List[Mapping[str, Any]]]] = field(default_factory=list)
    #: Measured concepts of the predicted class, by photograph.
    seen: Dict[str, List[Seen]] = field(default_factory=dict)
    #: The predicted class's name, by photograph.
    predicted: Dict[str, str] = field(default_factory=dict)
    #: The margin that VRX states, in logits, by photograph.
    margins: Dict[str, float] = field(default_factory=dict)
    #: Pictures of the classifier that the explanation took, by photograph.
    passes: Dict[str, int] = field(default_factory=dict)
    verdicts: Dict[str, Optional[str]] = field(default_factory=dict)

    @property
    def counts(self) -> List[int]:
        """Concepts of each class."""
        return [len(concepts) for concepts in self.exemplars]


def ask(
    model: Mapping[str, Any], fitted: Mapping[str, Sequence[str]], random: str, reported: Sequence[str], seed: int,
    workspace: Optional[Path], discovery: Mapping[str, Any], training: Mapping[str, Any]
) -> Answers:
    """Discovers, trains and explains with VRX's defaults but for the given options. A workspace keeps what was
    computed."""
    answers = Answers()
    start = time.monotonic()
    with vrx.Client(workspace=str(workspace) if workspace else None) as client:
        handle = client.load_model(**model)
        importance = {}
        for name, files in fitted.items():
            concepts = client.discover(handle, name, list(files), [random], **discovery, seed=seed)["concepts"]
            answers.exemplars.append([concept["patches"][:EXEMPLARS] for concept in concepts])
            importance.update({concept["id"]: importance_of(concept["tcav"]) for concept in concepts})
            _say(f"VRX, seed {seed}: {len(concepts)} concepts of {name}", start)
        trained = client.train(handle, {name: list(files) for name, files in fitted.items()}, **training, seed=seed)
        _say(f"VRX, seed {seed}: trained", start)
        for path in reported:
            result = client.explain(handle, path, graph_model=trained)
            answers.passes[path] = sum(one["measured"]["passes"] for one in result["explanations"] if "measured" in one)
            answers.margins[path] = result.why["measured"]["full"]
            answers.verdicts[path] = result.get("verdict")
            answers.predicted[path] = result.why["class"]
            answers.seen[path] = [
                Seen(np.any([from_runs(region["mask"]) for region in node["regions"]], axis=0),
                     node["measured"]["effect"] or 0.0, importance.get(node["concept"], 0.0))
                for node in result.why["nodes"] if node.get("regions") and node.get("measured")]
    _say(f"VRX, seed {seed}: explained {len(reported)} photographs", start)
    return answers


def importance_of(tcav: Mapping[str, Any]) -> float:
    """The mean TCAV score, or the graded measure in its place where all scores are equal, the layer being
    degenerate."""
    graded = tcav["measure"] == "derivatives" and tcav["effect"] is not None
    return float(tcav["effect"] if graded else tcav["mean"] or 0.0)


def _say(what: str, start: float) -> None:
    print(f"{what}, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


#: Worth per area of a concept, by order.
ORDERS: Dict[str, Callable[[Seen], float]] = {
    "by measured effect per area": lambda seen: seen.effect / seen.mask.mean(),
    "largest first": lambda seen: seen.mask.mean(),
    "by TCAV": lambda seen: math.exp(seen.tcav),  # above zero
}


class Vrx(Method):
    """The regions of the explanation "why", in one of `ORDERS`. A concept's direction is the mean of the last feature
    map over its exemplars' boxes."""

    def __init__(self, answers: Answers, order: str = "by measured effect per area") -> None:
        self.answers, self._worth = answers, ORDERS[order]
        self._is_first = order == next(iter(ORDERS))
        self.name = "VRX" if self._is_first else f"VRX's regions, {order}"

    def fit(self, training: Training, seed: int) -> None:
        if not self._is_first:  # the same concepts
            return
        maps: Dict[str, Array] = {}
        means = []
        for concepts in self.answers.exemplars:
            for patches in concepts:
                means.append(np.mean([self._pooled(patch, maps, training) for patch in patches], axis=0))
        self.directions = unit(np.stack(means))

    def explain(self, case: Case) -> Explanation:
        seen = [one for one in self.answers.seen[case.path] if one.mask.any()]
        masks = [at_size(one.mask, len(case.picture)) for one in seen]
        return fixed_order(masks, [self._worth(one) for one in seen], shown=SHOWN)

    def _pooled(self, patch: Mapping[str, Any], maps: Dict[str, Array], training: Training) -> Array:
        """Features [D] of a patch: the mean of the image's feature map over its box, weighted by how much of each
        place it covers."""
        path = patch["image"]
        if path not in maps:
            maps[path] = training.network.features(load(path, training.network.side)[None])[1][0]
        with Image.open(path) as image:
            size = image.size
        x, y, width, height = patch["box"]
        rows = covered(y / size[1], (y + height) / size[1], maps[path].shape[1])
        columns = covered(x / size[0], (x + width) / size[0], maps[path].shape[2])
        return np.einsum("dhw,h,w->d", maps[path], rows, columns) / max(rows.sum() * columns.sum(), 1e-12)


def covered(start: float, end: float, count: int) -> Array:
    """How much [count] of each of `count` equal parts of [0, 1] lies in [start, end]."""
    edges = np.arange(count + 1) / count
    return np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None) * count
