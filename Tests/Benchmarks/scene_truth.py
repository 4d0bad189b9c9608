"""The ground truth that `vrxd scenes` writes beside its scenes, and masks as sets of pixels.

A mask is an integer: bit y · SIDE + x is the pixel in column x and row y of the network's input.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

#: Width and height of the networks' inputs.
SIDE = 128


class SceneSet:
    """A folder that `vrxd scenes` wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth: Dict[str, Any] = json.loads((folder / "scenes.json").read_text())
        self.bias: Optional[Dict[str, Any]] = self.truth.get("bias")
        self.scenes: Dict[str, Dict[str, Any]] = {str(folder / scene["file"]): scene for scene in self.truth["scenes"]}
        self.classes: List[str] = list(dict.fromkeys(scene["kind"] for scene in self.truth["scenes"]))
        self.random = str(folder / "random")

    @classmethod
    def draw(cls, vrxd: Sequence[str], folder: Path, **options: Any) -> SceneSet:
        """Makes the daemon draw a set. The options are those of the command, with underscores; flags are truth values."""
        arguments: List[str] = []
        for name, value in options.items():
            if value is not False:
                arguments += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
        subprocess.run([*vrxd, "scenes", "--out", str(folder), *arguments], check=True)
        return cls(folder)

    def files(self, prefix: str = "") -> Dict[str, List[str]]:
        """Images by class: those for training, or those in a folder `prefix`."""
        found: Dict[str, List[str]] = {name: [] for name in self.classes}
        for path, scene in self.scenes.items():
            parts = scene["file"].split("/")
            if (parts[0] == prefix) if prefix else len(parts) == 2:
                found[scene["kind"]].append(path)
        return found

    def masks(self, path: str) -> Dict[str, int]:
        """The visible pixels of each part in an image."""
        scene, width, height = self.scenes[path], self.truth["width"], self.truth["height"]
        return {part["name"]: scaled(part["mask"], width, height) for part in scene["parts"]}

    def own_parts(self) -> Dict[str, List[str]]:
        """The parts of each class that no other class has."""
        having: Dict[str, set] = {}
        for scene in self.truth["scenes"]:
            if "edit" not in scene:
                for part in scene["parts"]:
                    having.setdefault(part["name"], set()).add(scene["kind"])
        return {name: [part for part, classes in having.items() if classes == {name}] for name in self.classes}


def scaled(runs: Sequence[int], width: int, height: int) -> int:
    """A mask from the lengths of runs, alternately outside and inside, scaled to the network's input (nearest pixels)."""
    inside = bytearray(width * height)
    position = 0
    for number, run in enumerate(runs):
        if number % 2:
            inside[position : position + run] = b"\x01" * run
        position += run
    mask = 0
    for y in range(SIDE):
        row = ((2 * y + 1) * height // (2 * SIDE)) * width
        for x in range(SIDE):
            if inside[row + (2 * x + 1) * width // (2 * SIDE)]:
                mask |= 1 << (y * SIDE + x)
    return mask


def exported_mask(patch: Mapping[str, Any]) -> int:
    """The mask of a patch in a bank's export."""
    if patch["size"] != [SIDE, SIDE]:
        raise ValueError(f"a patch's mask is {patch['size']}, the networks' input {SIDE} × {SIDE}")
    return scaled(patch["runs"], SIDE, SIDE)


def area(mask: int) -> int:
    return bin(mask).count("1")


def column(mask: int) -> float:
    """Mean column of the pixels."""
    columns = [position % SIDE for position in range(mask.bit_length()) if mask >> position & 1]
    return sum(columns) / max(1, len(columns))


def overlap(a: int, b: int) -> float:
    """Intersection over union."""
    return area(a & b) / max(1, area(a | b))


def grown(mask: int) -> int:
    """The mask and its neighbours up to two pixels away."""
    for _ in range(2):
        mask |= mask << 1 | mask >> 1 | mask << SIDE | mask >> SIDE
    return mask


def best_group(mask: int, parts: Mapping[str, int]) -> Tuple[float, List[str]]:
    """The part, or group of touching parts, with the largest overlap with `mask`: the best part, then neighbours while they help."""
    if not parts:
        return 0.0, []
    first = max(parts, key=lambda name: overlap(mask, parts[name]))
    names, union, best = [first], parts[first], overlap(mask, parts[first])
    while True:
        touching = [name for name in parts if name not in names and grown(union) & parts[name]]
        better = max(touching, key=lambda name: overlap(mask, union | parts[name]), default=None)
        if better is None or overlap(mask, union | parts[better]) <= best:
            return best, names
        names.append(better)
        union |= parts[better]
        best = overlap(mask, union)
