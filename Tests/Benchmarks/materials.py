"""What benchmarks explain: a network and images of its classes, toy scenes or photographs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Dict, List

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "clients" / "python"))
os.environ.setdefault("VRXD", str(ROOT / ".build" / "release" / "vrxd"))

from vrx import demo  # noqa: E402
from vrx.executable import daemon_command  # noqa: E402
from vrx.folders import images_in  # noqa: E402

IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
CENTRED = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
PREPROCESSING = {"squeezenet1_1": IMAGENET, "mobilenet_v1": CENTRED, "mobilenet_v2": CENTRED}
PHOTOGRAPHS = ["minivan", "sports car", "pickup"]
HELD_OUT = 20
#: Options of discovery where none are given.
SCENE_OPTIONS = {
    "patchEmbedding": "maskedPooling", "segmentCounts": demo.SEGMENT_COUNTS, "randomSets": demo.RANDOM_SETS,
}
SCENE_TRAINING = {"maskedVariants": 8, "maxImagesPerClass": 200}
PHOTOGRAPH_OPTIONS = {
    "patchEmbedding": "maskedPooling", "segmentCounts": [3, 6, 12, 24], "minAreaFraction": 0.01, "attention": False,
    "topConcepts": 8,
}


class Material:
    """What is explained: a network, images to fit by class, random images and held-out ones."""

    def __init__(self, model: Dict[str, Any], fitted: Dict[str, List[str]], random: str, held_out: List[str]) -> None:
        self.model, self.fitted, self.random, self.held_out = model, fitted, random, held_out


def scenes(folder: Path, seed: int, held_out: int) -> Material:
    demo.HELD_OUT_SCENES = held_out
    command = daemon_command()
    classes = demo.draw_scenes(command, folder, seed)
    return Material(
        demo.embedded_model(command), {part.name: [str(path) for path in part.images] for part in classes},
        str(folder / demo.RANDOM_FOLDER), [str(path) for part in classes for path in part.held_out])


def photographs(assets: Path, network: str) -> Material:
    fitted, held_out = {}, []
    for name in PHOTOGRAPHS:
        files = [str(path) for path in images_in(assets / "images" / name.replace(" ", "_"))]
        fitted[name], held_out = files[:-HELD_OUT], held_out + files[-HELD_OUT:]
    models = assets / "models"
    model = {"path": models / f"{network}.onnx", "labels": models / "labels.json", **PREPROCESSING[network]}
    return Material(model, fitted, str(assets / "images" / "random"), held_out)
