"""Classes by name: among a network's outputs, and on the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import List, Sequence


def first_synonyms(path: Path) -> List[str]:
    """The first synonym of each output's label, in the file's spelling."""
    found = json.loads(Path(path).read_text())
    labels = [found[str(index)] for index in range(len(found))] if isinstance(found, dict) else found
    return [label.split(",")[0].strip() for label in labels]


def indices(path: Path, classes: Sequence[str]) -> List[int]:
    """The outputs of classes; spaces and underscores are the same."""
    known = [label.replace("_", " ") for label in first_synonyms(path)]
    return [known.index(name.replace("_", " ")) for name in classes]


def names(path: Path, outputs: Sequence[int]) -> List[str]:
    """The labels of outputs."""
    labels = first_synonyms(path)
    return [labels[index] for index in outputs]
