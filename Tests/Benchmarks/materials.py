"""What benchmarks explain: a network and images of its classes, either toy scenes or photographs."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "clients" / "python"))
os.environ.setdefault("VRXD", str(ROOT / ".build" / "release" / "vrxd"))

from vrx import demo  # noqa: E402
from vrx.executable import daemon_command  # noqa: E402
from vrx.folders import images_in  # noqa: E402

IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
CENTRED = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
CAFFE = {"mean": [104, 117, 123], "scale": 255, "channel_order": "bgr"}
LITE = {"mean": [127 / 255] * 3, "std": [128 / 255] * 3}
PREPROCESSING = {
    "squeezenet1_1": IMAGENET, "squeezenet1_1_bgr": CAFFE, "mobilenet_v1": CENTRED, "mobilenet_v2": CENTRED,
    "efficientnet_lite0": LITE, "xception_vehicles8": CENTRED,
}
#: Labels of networks that have other classes than ImageNet's.
LABELS = {"xception_vehicles8": "vehicles8_labels.json"}
PHOTOGRAPHS = ["minivan", "sports car", "pickup"]
HELD_OUT = 20
#: Default options of discovery and training.
SCENE_OPTIONS = {
    "patchEmbedding": "maskedPooling", "segmentCounts": demo.SEGMENT_COUNTS, "randomSets": demo.RANDOM_SETS,
}
SCENE_TRAINING = {"maskedVariants": 8, "maxImagesPerClass": 200}
PHOTOGRAPH_OPTIONS = {
    "patchEmbedding": "maskedPooling", "segmentCounts": [3, 6, 12], "minAreaFraction": 0.01, "attention": False,
    "topConcepts": 8,
}
PHOTOGRAPH_TRAINING = {"maxImagesPerClass": 200, "maskedVariants": 6, "crossGraphDecay": 1000, "messageDecay": 100}


class Material:
    """What is explained: a network, images to fit by class, random images, and held-out ones by class."""

    def __init__(
        self, model: Dict[str, Any], fitted: Dict[str, List[str]], random: str, held_out: Dict[str, List[str]]
    ) -> None:
        self.model, self.fitted, self.random, self.held_out = model, fitted, random, held_out

    @property
    def held_out_files(self) -> List[str]:
        """All held-out images, class by class."""
        return [path for files in self.held_out.values() for path in files]


def argument_parser(description: str) -> argparse.ArgumentParser:
    """A parser with the options of every benchmark that explains either scenes or photographs."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--assets", type=Path, help="a folder of networks and photographs; by default scenes are drawn")
    parser.add_argument("--network", choices=sorted(PREPROCESSING), default="mobilenet_v2")
    parser.add_argument("--discover", type=json.loads, help="options of vrx/discover as JSON")
    parser.add_argument("--train", type=json.loads, help="options of vrx/train as JSON")
    parser.add_argument("--json", type=Path, help="where to write the results")
    return parser


def method_options(options: argparse.Namespace) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Options of discovery and training: those given, by default those of the material."""
    defaults = (PHOTOGRAPH_OPTIONS, PHOTOGRAPH_TRAINING) if options.assets else (SCENE_OPTIONS, SCENE_TRAINING)
    return options.discover or defaults[0], dict(options.train or defaults[1])


def scenes(folder: Path, seed: int, held_out: int) -> Material:
    command = daemon_command()
    classes = demo.draw_scenes(command, folder, seed, held_out=held_out)
    return Material(
        demo.embedded_model(command), {one.name: [str(path) for path in one.images] for one in classes},
        str(folder / demo.RANDOM_FOLDER), {one.name: [str(path) for path in one.held_out] for one in classes})


def photographs(
    assets: Path, network: str, classes: Sequence[str] = PHOTOGRAPHS, validate: bool = False
) -> Material:
    """Holds out the last 20 files of each class, by name; with `validate`, for choosing options, the 20 before those, and
    the last 20 are not used at all. Files that came later, `_new_` in their names, are never held out."""
    fitted: Dict[str, List[str]] = {}
    held_out: Dict[str, List[str]] = {}
    for name in classes:
        files = [str(path) for path in images_in(assets / "images" / name.replace(" ", "_"))]
        later = [path for path in files if "_new_" in path]
        files = [path for path in files if "_new_" not in path]
        files = files[:-HELD_OUT] if validate else files
        fitted[name], held_out[name] = files[:-HELD_OUT] + later, files[-HELD_OUT:]
    models = assets / "models"
    model = {"path": models / f"{network}.onnx", "labels": models / LABELS.get(network, "labels.json"), **PREPROCESSING[network]}
    return Material(model, fitted, str(assets / "images" / "random"), held_out)
