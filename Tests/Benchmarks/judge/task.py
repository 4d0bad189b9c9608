"""What is explained: the margin of a picture's predicted class over its rivals in the class group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Sequence

import numpy as np

from network import Network
from pictures import blurred, load

Array = np.ndarray


@dataclass
class Group:
    """The classes between which the network decides, and their outputs among the network's."""

    names: List[str]
    outputs: List[int]

    def margins(self, logits: Array, member: int) -> Array:
        """Margins [...] of logits [..., C]: the logit of the group's class `member` less the mean of the others'."""
        return logits @ self.contrast(member, logits.shape[-1])

    def contrast(self, member: int, outputs: int) -> Array:
        """Weights [C] of the logits in a margin."""
        weights = np.zeros(outputs, np.float32)
        weights[self.outputs] = -1 / (len(self.outputs) - 1)
        weights[self.outputs[member]] = 1
        return weights

    def predicted(self, logits: Array) -> int:
        """The member with the largest of logits [C]."""
        return int(np.argmax(logits[self.outputs]))


@dataclass
class Case:
    """One held-out photograph and what the network says of it."""

    path: str
    picture: Array  # uint8 [side, side, 3]
    fill: Array  # uint8 [side, side, 3]: the picture, blurred
    logits: Array  # [C]
    features: Array  # [D, h, w]
    predicted: int  # member of the group
    full: float  # margin of the picture, in logits
    empty: float  # margin of the blurred picture
    #: The picture's superpixels by count; methods that need them share them.
    labels: Dict[int, Array] = field(default_factory=dict)


def cases(network: Network, group: Group, paths: Sequence[str]) -> List[Case]:
    """The photographs as cases."""
    made = []
    for path in paths:
        picture = load(path, network.side)
        fill = blurred(picture)
        logits, maps = network.features(np.stack([picture, fill]))
        member = group.predicted(logits[0])
        full, empty = group.margins(logits, member)
        made.append(Case(path, picture, fill, logits[0], maps[0], member, float(full), float(empty)))
    return made
