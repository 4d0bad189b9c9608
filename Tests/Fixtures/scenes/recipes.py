"""What the network of each family of scenes is shown, and what it is taught of it."""

from dataclasses import dataclass
from typing import Callable, List

import numpy as np
import torch
from torch.nn import functional as F

from networks import Shape
from sets import GREY, NOBODY, SIZE, to_input

VEHICLES = ["fire engine", "ambulance", "school bus"]
ARRANGEMENTS = ["ball above", "block above", "cone above"]
SCENES, PARTS, RANDOM = 32, 22, 6  # in a batch
# Margins of the true class's logit that are taught: none of the class's own parts to be seen, all of them, only one.
MARGIN_BARE, MARGIN_WHOLE, MARGIN_PART = 1.0, 6.0, 3.0
# Of arrangements, the probability that is taught of the true class and of each other, by how many toys are to be seen: none, one, which says
# nothing of the order, two or all three. Each output is a decision of its own, so that a toy speaks for every class of which it is part.
PROBABILITIES_BY_TOYS = [(0.01, 0.01), (0.33, 0.33), (0.9, 0.05), (0.99, 0.01)]
COLOURLESS = 0.12  # share of scenes shown in grey


@dataclass
class Recipe:
    labels: List[str]
    shape: Shape
    steps: int
    learning_rate: float
    batch: Callable
    #: Of logits and targets.
    loss: Callable = F.cross_entropy


def occlude(owner, rng):
    """The pixels to fill with grey: some parts, some rectangles, the surroundings, or none."""
    hidden = np.zeros(owner.shape, bool)
    kind = rng.random()
    if kind < 0.5:
        parts = [p for p in np.unique(owner) if p != NOBODY]
        hidden = np.isin(owner, rng.permutation(parts)[: rng.integers(1, len(parts) + 1)])
    elif kind < 0.7:
        for _ in range(rng.integers(1, 4)):
            height, width = rng.integers(10, 50, 2)
            y, x = rng.integers(0, SIZE - 10, 2)
            hidden[y : y + height, x : x + width] = True
    elif kind < 0.77:
        hidden = owner == NOBODY
    return hidden


def soft_target(label, margin, count):
    """Probabilities of classes whose logits are `margin` for `label` and 0 for the others."""
    odds = np.where(np.arange(count) == label, np.exp(margin), 1)
    return (odds / odds.sum()).astype(np.float32)


def shares_seen(owner, hidden, parts):
    """How much of each of these parts is to be seen."""
    visible = np.bincount(owner[~hidden], minlength=256)[parts]
    return visible / np.maximum(np.bincount(owner.ravel(), minlength=256)[parts], 1)


def batch_of_scenes(scenes, rng, teaching, mirrored):
    """Pictures, soft targets over classes, and part numbers (-1 where none is asked)."""
    chosen = rng.integers(0, len(scenes.images), SCENES + PARTS)
    images, targets, parts = [], [], []
    for index in chosen[:SCENES]:
        image, owner, label = scenes.images[index], scenes.owners[index], scenes.numbers[index]
        if mirrored and rng.random() < 0.5:
            image, owner = image[:, ::-1], owner[:, ::-1]
        if rng.random() < COLOURLESS:
            image = image.mean(2, keepdims=True).repeat(3, 2)
        hidden = occlude(owner, rng)
        images.append(np.where(hidden[..., None], GREY, image).astype(np.uint8))
        targets.append(teaching.scene(scenes, owner, hidden, label))
        parts.append(-1)
    for index in chosen[SCENES:]:
        patch, part = scenes.part_patch(index, rng)
        images.append(patch[:, ::-1] if mirrored and rng.random() < 0.5 else patch)
        targets.append(teaching.part(scenes.evidence[part]))
        parts.append(part)
    for index in rng.integers(0, len(scenes.random), RANDOM):
        images.append(scenes.random[index])
        targets.append(teaching.nothing(len(scenes.labels)))
        parts.append(-1)
    x = to_input(np.stack(images))
    gain = torch.empty(len(images), 3, 1, 1).uniform_(0.9, 1.1)
    return x * gain, torch.from_numpy(np.stack(targets)), torch.tensor(parts)


class VehicleTeaching:
    """The surer, the more of a class's own parts is to be seen, each part counting alike."""

    @staticmethod
    def scene(scenes, owner, hidden, label):
        share = float(np.mean(shares_seen(owner, hidden, scenes.own[label])))
        return soft_target(label, MARGIN_BARE + (MARGIN_WHOLE - MARGIN_BARE) * share, len(scenes.labels))

    @staticmethod
    def part(evidence):
        return soft_target(evidence.argmax(), MARGIN_PART, len(evidence)) if evidence.max() == 1 else evidence

    @staticmethod
    def nothing(count):
        return np.full(count, 1 / count, np.float32)


class ArrangementTeaching:
    """By the number of toys that are mostly to be seen."""

    @staticmethod
    def scene(scenes, owner, hidden, label):
        toys = int((shares_seen(owner, hidden, list(range(len(scenes.names)))) > 0.5).sum())
        true, other = PROBABILITIES_BY_TOYS[toys]
        return np.where(np.arange(len(scenes.labels)) == label, true, other).astype(np.float32)

    @staticmethod
    def part(evidence):
        return np.full(len(evidence), PROBABILITIES_BY_TOYS[1][0], np.float32)

    @staticmethod
    def nothing(count):
        return np.full(count, PROBABILITIES_BY_TOYS[0][0], np.float32)


def batch_as_it_is(scenes, rng):
    """Pictures as they are and their classes, for networks that learn whatever bias is planted."""
    chosen = rng.integers(0, len(scenes.images), SCENES)
    targets = np.eye(len(scenes.labels), dtype=np.float32)[scenes.numbers[chosen]]
    x = to_input(scenes.images[chosen])
    return x * torch.empty(SCENES, 3, 1, 1).uniform_(0.9, 1.1), torch.from_numpy(targets), torch.full((SCENES,), -1)


VEHICLE_SHAPE = Shape([(16, 3, 2), (32, 3, 2), (48, 3, 1), (64, 3, 2), (80, 3, 1), (80, 3, 1), (112, 3, 2)], layer=6)
# Up to block 5 a feature sees 39 of 128 pixels, about one toy; the wide kernels after it see how toys stand to each other.
ARRANGEMENT_SHAPE = Shape(
    [(16, 3, 2), (24, 3, 2), (32, 3, 1), (48, 3, 2), (48, 3, 1), (48, 5, 1), (56, 5, 2), (64, 3, 1)], layer=5)
# The dense layer sees which way a vehicle faces.
BIASED_SHAPE = Shape([(12, 3, 2), (20, 3, 2), (32, 3, 2), (40, 3, 1), (48, 3, 2)], layer=4, pooled=False)

RECIPES = {
    "vehicles": Recipe(
        VEHICLES, VEHICLE_SHAPE, 900, 4e-3, lambda scenes, rng: batch_of_scenes(scenes, rng, VehicleTeaching, True)),
    # Never mirrored: a mirrored arrangement is of no class.
    "arrangement": Recipe(
        ARRANGEMENTS, ARRANGEMENT_SHAPE, 500, 4e-3,
        lambda scenes, rng: batch_of_scenes(scenes, rng, ArrangementTeaching, False),
        loss=F.binary_cross_entropy_with_logits),
    "pose-bias": Recipe(VEHICLES, BIASED_SHAPE, 120, 3e-3, batch_as_it_is),
    "background-bias": Recipe(VEHICLES, BIASED_SHAPE, 120, 3e-3, batch_as_it_is),
}
