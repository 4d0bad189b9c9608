"""From class folders to a report: discover concepts of each class, train the reasoning network, explain images."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from .client import Client
from .folders import ClassImages
from .progress import StagedProgress
from .results import Model

#: Weights of the stages in the progress bar: about how long each takes.
LOAD_WEIGHT = 1.0
DISCOVER_WEIGHT = 10.0
TRAIN_WEIGHT = 10.0
REPORT_WEIGHT = 5.0


@dataclass
class Outcome:
    """What a run found and wrote.

    Attributes:
        report: Path of the page.
        pictures: Paths of the pictures.
        concepts: How many concepts each class has.
        agreement: Share of held-out images on which the reasoning network agrees with the classifier, if measured.
        held_out: How many held-out images there were.
        notes: Remarks of the daemon.
    """

    report: str
    pictures: List[str]
    concepts: Dict[str, int]
    agreement: Optional[float]
    held_out: int
    notes: List[str] = field(default_factory=list)

    def sentence(self) -> str:
        """What was found, in one line."""
        total = sum(self.concepts.values())
        names = list(self.concepts)
        listed = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
        text = f"{total} concepts found for {listed}"
        if self.agreement is not None:
            text += (
                f"; the reasoning network agrees with the classifier on {self.agreement * 100:.0f} % of "
                f"{self.held_out} held-out images"
            )
        return text + "."


def stages(class_names: Sequence[str], images: int) -> List[Tuple[str, float]]:
    """The stages of `run` with their weights, for a `StagedProgress`."""
    return [
        ("load the network", LOAD_WEIGHT),
        *[(f"discover concepts of {name}", DISCOVER_WEIGHT) for name in class_names],
        ("train the reasoning network", TRAIN_WEIGHT),
        (f"explain {images} image" + ("" if images == 1 else "s"), REPORT_WEIGHT),
    ]


def run(
    client: Client,
    model: Mapping[str, Any],
    classes: Sequence[ClassImages],
    images: Sequence[Path],
    out: Path,
    progress: StagedProgress,
    title: str,
    discovery: Optional[Mapping[str, Any]] = None,
    training: Optional[Mapping[str, Any]] = None,
    verify: bool = False,
) -> Outcome:
    """Runs the whole method and writes `out`/report.html, with a picture of each explanation beside it.

    Args:
        client: The daemon.
        model: Arguments of `Client.load_model`.
        classes: The classes with their images.
        images: The images to explain.
        out: The folder to write to; it is made if it does not exist.
        progress: Shows the stages that `stages` names.
        title: The report's title.
        discovery: Options of `Client.discover`.
        training: Options of `Client.train`.
        verify: Check each concept against the classifier.
    """
    network: Model = client.load_model(**model, progress=progress.next())
    for one in classes:
        # Fail on an unknown class now, not after minutes of work for another class.
        client.concepts(network, one.name)
    notes: List[str] = []
    concepts: Dict[str, int] = {}
    for one in classes:
        found = client.discover(
            network, one.name, one.images, one.random, progress=progress.next(), **(discovery or {})
        )
        concepts[str(found.get("class", one.name))] = len(found["concepts"])
        notes += _notes(found, f"{one.name}: ")
    trained = client.train(
        network, {one.name: one.images for one in classes}, progress=progress.next(), **(training or {})
    )
    notes += _notes(trained)
    written = client.report(
        network, trained, images, out / "report.html", title=title, verify=verify, progress=progress.next()
    )
    progress.finish()
    held_out = trained.get("fidelity", {}).get("heldOut", {})
    return Outcome(
        report=written["path"],
        pictures=list(written.get("pictures", [])),
        concepts=concepts,
        agreement=held_out.get("top1Agreement"),
        held_out=int(held_out.get("images") or 0),
        notes=notes,
    )


def _notes(result: Mapping[str, Any], prefix: str = "") -> List[str]:
    notes = [prefix + str(note) for note in [*(result.get("doubts") or []), *(result.get("notes") or [])]]
    skipped = result.get("skipped") or []
    if skipped:
        first = skipped[0]
        notes.append(
            f"{prefix}{len(skipped)} image{'s' if len(skipped) > 1 else ''} could not be used, the first: "
            f"{first.get('image')}: {first.get('reason')}"
        )
    return notes
