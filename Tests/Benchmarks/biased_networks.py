"""Networks trained on scenes with a planted bias of pose, and what would correct it."""

from __future__ import annotations

import json
import random
import re
import shutil
import statistics
import subprocess
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from vrx.executable import daemon_command

from scene_truth import SIDE, SceneSet, column, exported_mask

#: A class and the side that its front points to.
Pose = Tuple[str, str]
OPPOSITE = {"left": "right", "right": "left"}


class BiasedNetworks:
    """The networks of one seed: trained on the biased set, and with images added."""

    #: Images of each class for training, and held out without the bias: a third each for diagnosing, for adding and for testing.
    PER_CLASS, HELD_OUT = 120, 150
    #: Images added for training again.
    ADDED = 40

    def __init__(self, folder: Path, seed: int, python: str, script: Path) -> None:
        self.seed, self.python, self.script, self.folder = seed, python, script, folder
        self.scenes = SceneSet.draw(
            daemon_command(), folder / "scenes", family="pose-bias", per_class=self.PER_CLASS, random=120,
            held_out=self.HELD_OUT, seed=seed)
        held_out = self.scenes.files("held-out")
        third = self.HELD_OUT // 3
        self.split = [{name: files[index * third : (index + 1) * third] for name, files in held_out.items()} for index in range(3)]

    @staticmethod
    def can_train(python: str) -> bool:
        check = "import torch, onnx, onnxruntime, numpy, PIL"
        return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0

    @property
    def missing_poses(self) -> List[Pose]:
        """For each class, the side that it faces in no training image."""
        facings = (self.scenes.bias or {})["facings"]
        return [(name, OPPOSITE[facing]) for name, facing in facings.items()]

    @property
    def planted(self) -> Pose:
        """The missing pose of the class that the bias is named after."""
        bias = self.scenes.bias or {}
        return bias["label"], OPPOSITE[bias["facings"][bias["label"]]]

    def trained(self, name: str, added: Sequence[str] = ()) -> Path:
        """The folder of a network trained on the set, with images of the held-out folder added."""
        scenes, truth = self.scenes.folder, self.scenes.truth
        if added:
            scenes = self.folder / f"scenes-{name}"
            shutil.copytree(self.scenes.folder, scenes, copy_function=_link)
            records = [
                {**self.scenes.scenes[path], "file": f"{Path(path).parent.name}/added-{number}.png"}
                for number, path in enumerate(added)
            ]
            for path, record in zip(added, records):
                _link(path, scenes / record["file"])
            (scenes / "scenes.json").unlink()
            (scenes / "scenes.json").write_text(json.dumps({**truth, "scenes": truth["scenes"] + records}))
        out = self.folder / f"network-{name}"
        command = [self.python, self.script, "--scenes", scenes, "--out", out, "--seed", str(self.seed + 1), "--threads", "1"]
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
        return out

    def accuracy(self, client: Any, model: Any) -> float:
        """On the last third of the held-out images, as the daemon runs the network."""
        test = [(path, name) for name, files in self.split[2].items() for path in files]
        results = client.classify(model, [path for path, _ in test], top_k=1)
        return statistics.mean(result["predictions"][0]["label"] == name for result, (_, name) in zip(results, test))

    def of_poses(self, pool: Mapping[str, Sequence[str]], poses: Sequence[Pose]) -> List[str]:
        """Images of the pool that show these poses, in turn."""
        groups = [[path for path in pool[name] if self.scenes.scenes[path]["facing"] == facing] for name, facing in poses]
        longest = max(map(len, groups))
        return [group[turn] for turn in range(longest) for group in groups if turn < len(group)]

    def at_random(self, pool: Mapping[str, Sequence[str]], count: int) -> List[str]:
        return random.Random(self.seed).sample([path for files in pool.values() for path in files], count)


def _link(source: Any, target: Any) -> None:
    Path(target).hardlink_to(source) if hasattr(Path, "hardlink_to") else shutil.copy2(source, target)


def found_pose(suggestion: str, bank: Sequence[Mapping[str, Any]], scenes: SceneSet) -> Optional[Pose]:
    """The pose that a suggestion asks for: "Add images of CLASS with CONCEPT on the left: ...".

    The ground truth says which way a vehicle faces if CONCEPT is on the left: the opposite of most images in which an exemplar of the concept
    is on the right. None if the suggestion names no side, or if no exemplar is on the other side.
    """
    stated = re.match(r"Add images of (.+?) with (.+?) on the (left|right):", suggestion)
    if not stated:
        return None
    name, concept_name, side = stated.groups()
    for entry in bank:
        for concept in entry["concepts"]:
            if entry["class"] == name and concept["name"] == concept_name:
                facing = usual_facing(concept, entry, scenes, OPPOSITE[side])
                return None if facing is None else (name, OPPOSITE[facing])
    return None


def usual_facing(concept: Mapping[str, Any], entry: Mapping[str, Any], scenes: SceneSet, side: str) -> Optional[str]:
    """The side that most vehicles face in the images in which an exemplar of the concept lies on a side."""
    facings = [
        scenes.scenes[entry["images"][patch["image"]]["path"]]["facing"] for patch in concept["patches"]
        if (column(exported_mask(patch)) < SIDE / 2) == (side == "left")
    ]
    return max(sorted(set(facings)), key=facings.count, default=None)
