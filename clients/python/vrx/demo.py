"""The demonstration: the network embedded in the daemon, on toy vehicles that the daemon draws."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Sequence

from .client import Client
from .errors import DaemonError
from .executable import daemon_command
from .folders import ClassImages, images_in
from .pipeline import Outcome, run, stages
from .progress import StagedProgress

#: Scenes drawn: for each class, random ones, and held-out ones for each class.
SCENES_PER_CLASS = 70
RANDOM_SCENES = 300
HELD_OUT_SCENES = 2
#: Names of the folders beside those of the classes that `vrxd scenes` makes.
RANDOM_FOLDER = "random"
HELD_OUT_FOLDER = "held-out"
#: Random sets for concept activation vectors: three quarters of the paper's 20, for time.
RANDOM_SETS = 15
#: Resolutions of the segmentation; coarser than the defaults, as the parts of toy vehicles are large.
SEGMENT_COUNTS = [10, 20, 40, 80]
#: Weight of the drawing of scenes in the progress bar.
SCENES_WEIGHT = 2.0
#: Seconds that the drawing of scenes may take.
SCENES_TIMEOUT = 120.0


def run_demo(out: Path, seed: int = 0, verify: bool = False) -> Outcome:
    """Draws scenes, runs the method on them and writes the report to `out`.

    Raises:
        DaemonError: The daemon is missing or fails.
        VRXError: A request fails.
    """
    command = daemon_command()
    model = embedded_model(command)
    progress = StagedProgress([("draw toy vehicles", SCENES_WEIGHT)])
    with tempfile.TemporaryDirectory(prefix="vrx-demo-") as folder:
        try:
            progress.next()
            classes = draw_scenes(command, Path(folder), seed)
            images = [path for one in classes for path in one.held_out]
            progress.extend(stages([one.name for one in classes], len(images)))
            with Client(command) as client:
                return run(
                    client,
                    model,
                    classes,
                    images,
                    out,
                    progress,
                    title="Toy vehicles, explained",
                    discovery={"random_sets": RANDOM_SETS, "segment_counts": SEGMENT_COUNTS, "seed": seed},
                    training={"seed": seed},
                    verify=verify,
                )
        finally:
            progress.leave()


def embedded_model(command: Sequence[str]) -> Dict[str, Any]:
    """The network embedded in the daemon, as arguments of `Client.load_model`."""
    text = _run([*command, "scenes", "--print-model"])
    try:
        described = json.loads(text)
        preprocessing = dict(described.get("preprocessing") or {})
        arguments = {
            "path": described["model"],
            "labels": described.get("labels"),
            "layer": described.get("layer"),
            "channel_order": preprocessing.pop("channelOrder", None),
            **preprocessing,
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DaemonError(f"{command[0]} describes its network in an unknown way: {error}") from None
    return {name: value for name, value in arguments.items() if value is not None}


def draw_scenes(
    command: Sequence[str],
    folder: Path,
    seed: int,
    per_class: int = SCENES_PER_CLASS,
    random: int = RANDOM_SCENES,
    held_out: int = HELD_OUT_SCENES,
) -> List[ClassImages]:
    """Makes the daemon draw scenes into `folder`: a folder for each class, random ones, and held-out ones by class."""
    counts = {"--per-class": per_class, "--random": random, "--held-out": held_out, "--seed": seed}
    options = [text for name, value in counts.items() for text in (name, str(value))]
    _run([*command, "scenes", "--out", str(folder), *options])
    others = images_in(folder / RANDOM_FOLDER)
    classes = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in (RANDOM_FOLDER, HELD_OUT_FOLDER):
            name = path.name.replace("_", " ").replace("-", " ")
            classes.append(ClassImages(name, images_in(path), images_in(folder / HELD_OUT_FOLDER / path.name), others))
    if not classes:
        raise DaemonError(f"{command[0]} drew no scenes")
    return classes


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SCENES_TIMEOUT, check=False
        )
    except OSError as error:
        raise DaemonError(f"cannot start {command[0]}: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise DaemonError(f"'{' '.join(command)}' did not end within {SCENES_TIMEOUT:g} s") from None
    if done.returncode != 0:
        raise DaemonError(f"'{' '.join(command)}' failed:\n{done.stderr.strip()}")
    return done.stdout
