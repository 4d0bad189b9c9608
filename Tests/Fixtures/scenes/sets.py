"""Scene sets that `vrxd scenes` wrote, as arrays: pictures at the network's size, classes, and which part each pixel shows."""

import json

import numpy as np
import torch
from PIL import Image

SIZE = 128
GREY = 117
MEAN, STD = [0.5, 0.5, 0.5], [0.25, 0.25, 0.25]
NOBODY = 255
SMALLEST_PART = 40  # pixels


def load(path, resample=Image.BILINEAR):
    return np.asarray(Image.open(path).convert("RGB").resize((SIZE, SIZE), resample))


def owners(scene, names, width, height):
    """Which part each pixel of the resized picture shows: an index of `names`, or NOBODY."""
    owner = np.full(width * height, NOBODY, np.uint8)
    for part in scene["parts"]:
        edges = np.cumsum(part["mask"])
        for start, end in zip(edges[0::2], edges[1::2]):
            owner[start:end] = names.index(part["name"])
    return np.asarray(Image.fromarray(owner.reshape(height, width)).resize((SIZE, SIZE), Image.NEAREST))


def to_input(images):
    x = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


class Scenes:
    """A set; `folders` of the form class/... are its pictures to train on, held-out/class/... the others."""

    def __init__(self, folder, labels, rng):
        self.labels = labels
        truth = json.loads((folder / "scenes.json").read_text())
        scenes = [s for s in truth["scenes"] if not s["file"].startswith(("edited/", "unedited/"))]
        self.names = sorted({part["name"] for scene in scenes for part in scene["parts"]})
        train = [s for s in scenes if not s["file"].startswith("held-out/")]
        held_out = [s for s in scenes if s["file"].startswith("held-out/")]
        filters = [Image.BILINEAR, Image.BILINEAR, Image.BICUBIC, Image.BOX]
        self.images = np.stack([load(folder / s["file"], filters[rng.integers(4)]) for s in train])
        self.owners = np.stack([owners(s, self.names, truth["width"], truth["height"]) for s in train])
        self.numbers = np.array([labels.index(s["kind"]) for s in train])
        self.random = np.stack([load(p) for p in sorted((folder / "random").glob("*.png"))])
        self.held_out = np.stack([load(folder / s["file"]) for s in held_out])
        self.held_out_owners = np.stack([owners(s, self.names, truth["width"], truth["height"]) for s in held_out])
        self.held_out_numbers = np.array([labels.index(s["kind"]) for s in held_out])
        # Row p: how the evidence of part p is spread over the classes that have it.
        self.evidence = np.zeros((len(self.names), len(labels)), np.float32)
        for scene in train:
            for part in scene["parts"]:
                self.evidence[self.names.index(part["name"]), labels.index(scene["kind"])] = 1
        self.evidence /= self.evidence.sum(1, keepdims=True)
        self.own = [[p for p in range(len(self.names)) if self.evidence[p, c] == 1] for c in range(len(labels))]

    def part_patch(self, index, rng):
        """A part, or the rectangle or ellipse around it, on grey, blown up; and the part's number."""
        owner, image = self.owners[index], self.images[index]
        numbers, counts = np.unique(owner, return_counts=True)
        large = numbers[(numbers != NOBODY) & (counts >= SMALLEST_PART)]
        part = int(rng.choice(large))
        mask = owner == part
        ys, xs = np.where(mask)
        pad = int(rng.integers(0, 4))
        top, bottom = max(ys.min() - pad, 0), min(ys.max() + pad + 1, SIZE)
        left, right = max(xs.min() - pad, 0), min(xs.max() + pad + 1, SIZE)
        shape = rng.random()
        if shape > 0.5:
            mask = np.zeros_like(mask)
            mask[top:bottom, left:right] = True
        if shape > 0.8:
            y, x = np.mgrid[0:SIZE, 0:SIZE]
            mask &= ((y - (top + bottom) / 2) / (bottom - top)) ** 2 + ((x - (left + right) / 2) / (right - left)) ** 2 < 0.25
        patch = np.where(mask[..., None], image, GREY).astype(np.uint8)[top:bottom, left:right]
        return np.asarray(Image.fromarray(patch).resize((SIZE, SIZE), Image.BICUBIC)), part
