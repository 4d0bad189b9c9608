"""One network, one class group, one seed: all methods on the same photographs."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence

import numpy as np

import class_names
from materials import Material
from methods.ace import Ace
from methods.activation import ClassActivation
from methods.autoencoder import SparseAutoencoder
from methods.base import Method
from methods.factorisation import Craft, Ice
from methods.random_regions import RandomRegions
from methods.surrogates import Superpixels
from methods.vrx import ORDERS, Answers, Vrx, ask
from metrics import curves, flipping, stability, surf
from network import Network
from segments import neutral_order
from task import Case, Group, cases
from training import Training

Array = np.ndarray

#: Concepts that a place may have in the sparse autoencoder, as a share of all.
ACTIVE_SHARE = 1 / 8

#: Figures of one method on one picture, by name.
Figures = Dict[str, float]


@dataclass
class Outcome:
    """What one seed gave."""

    #: Figures by method and photograph.
    figures: Dict[str, Dict[str, Figures]] = field(default_factory=dict)
    #: Shown regions [side, side] by method and photograph.
    shown: Dict[str, Dict[str, Array]] = field(default_factory=dict)
    #: Concepts' directions by method.
    directions: Dict[str, Optional[Array]] = field(default_factory=dict)
    #: VRX's verdicts by photograph.
    verdicts: Dict[str, Optional[str]] = field(default_factory=dict)


class Bench:
    """A network, a class group and photographs, on which all methods are measured seed by seed."""

    def __init__(self, material: Material, reported: Sequence[str], options: argparse.Namespace) -> None:
        self.material, self.reported, self.options = material, reported, options

    @cached_property
    def network(self) -> Network:
        return Network(threads=self.options.threads, **self.material.model)

    @cached_property
    def group(self) -> Group:
        classes = list(self.material.fitted)
        return Group(classes, class_names.indices(self.material.model["labels"], classes))

    @cached_property
    def cases(self) -> List[Case]:
        return cases(self.network, self.group, self.reported)

    @cached_property
    def training(self) -> Training:
        return Training(self.network, self.group, list(self.material.fitted.values()))

    def outcome(self, seed: int) -> Outcome:
        """Asks VRX, fits the other methods, and measures all of them with one seed."""
        names = class_names.names(self.material.model["labels"], self.group.outputs)
        answers = ask(
            self.material.model, dict(zip(names, self.material.fitted.values())), self.material.random, self.reported,
            seed, self._workspace(seed), self.options.discover, self.options.train)
        self._compare(answers, names)
        outcome = Outcome(verdicts=answers.verdicts)
        areas: Dict[str, float] = {}
        for method in all_methods(self.network, self.group, answers):
            start = time.monotonic()
            method.fit(self.training, seed)
            outcome.directions[method.name] = method.directions
            fitted = time.monotonic()
            self._measure(method, outcome, areas)
            measured = time.monotonic()
            print(f"seed {seed}: {method.name}, fitted in {fitted - start:.0f} s, measured in {measured - fitted:.0f} s",
                  file=sys.stderr, flush=True)
        return outcome

    def _workspace(self, seed: int) -> Optional[Path]:
        """A file for each seed: concepts found again keep their names, so that in one file seeds would depend on each
        other."""
        folder = self.options.workspaces
        if folder is None:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name_of(self.options, seed)}.sqlite"

    def _compare(self, answers: Answers, names: Sequence[str]) -> None:
        """Says how far the judge's own passes and VRX's are apart: both run the network, each on photographs that it
        scaled itself."""
        differing = [case.path for case in self.cases if answers.predicted[case.path] != names[case.predicted]]
        apart = max(abs(case.full - answers.margins[case.path]) for case in self.cases)
        print(f"margins are at most {apart:.3f} logits from those that VRX states; the predicted class differs for "
              f"{len(differing)} photographs {differing}", file=sys.stderr)

    def _measure(self, method: Method, outcome: Outcome, areas: Dict[str, float]) -> None:
        """Takes a method's figures on all photographs. The first method is VRX: it gives the areas."""
        rows = outcome.figures.setdefault(method.name, {})
        shown = outcome.shown.setdefault(method.name, {})
        for case in self.cases:
            explanation = method.explain(case)
            shown[case.path] = explanation.shown_mask(len(case.picture))
            area = areas.setdefault(case.path, float(shown[case.path].mean()))
            order = explanation.order(neutral_order(case))
            figures = curves.measure(self.network, self.group, case, explanation, order, area)
            figures.update(surf.measure(method, case.features, case.logits, self.network.weight, self.network.bias))
            if self.options.quantus:
                figures.update(flipping.measure(self.network, self.group, case, order, self.options.road))
            rows[case.path] = figures


def name_of(options: argparse.Namespace, seed: int) -> str:
    """The network, the classes and the seed as part of a file's name."""
    return "-".join([options.network, *options.classes.replace(" ", "_").split(","), str(seed)])


def all_methods(network: Network, group: Group, answers: Answers) -> List[Method]:
    """Every row of the table, VRX first. Methods with concepts have as many of each class as VRX."""
    counts, weight = answers.counts, network.weight
    total = sum(counts)
    return [
        *(Vrx(answers, order) for order in ORDERS),
        Craft(group, weight, counts),
        Ice(group, weight, counts),
        SparseAutoencoder(group, weight, total, max(1, round(ACTIVE_SHARE * total))),
        Ace(counts, weight, group.outputs),
        Superpixels(network, group, "LIME", answers.passes),
        Superpixels(network, group, "KernelSHAP", answers.passes),
        RandomRegions(group, weight, counts),
        ClassActivation(group, weight, margin=False),
        ClassActivation(group, weight, margin=True),
    ]


def with_overlap(outcomes: Mapping[str, Outcome]) -> Dict[str, Dict[str, Dict[str, Figures]]]:
    """Figures by seed, method and photograph's name, with the overlap of shown regions over seeds."""
    result: Dict[str, Dict[str, Dict[str, Figures]]] = {}
    for seed, outcome in outcomes.items():
        result[seed] = {}
        for method, rows in outcome.figures.items():
            result[seed][method] = {}
            for path, figures in rows.items():
                overlap = stability.overlap([other.shown[method][path] for other in outcomes.values()])
                result[seed][method][Path(path).name] = {**figures, "same regions": overlap}
    return result
