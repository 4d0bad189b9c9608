"""A training's controls as a row of a table."""

from __future__ import annotations

from typing import Any, Dict, Optional

from tables import Row

KINDS = {"targets": "shuffledTargets", "edges": "shuffledEdges", "random": "randomConcepts"}


def p_values(trained: Dict[str, Any]) -> Row:
    """p of a training against each of its controls, on the images that it held out itself: negative if the control is
    better, not a number if there is no such control."""
    controls = {control["kind"]: control for control in trained["controls"]}
    return {name: _p(controls.get(kind)) for name, kind in KINDS.items()}


def _p(control: Optional[Dict[str, Any]]) -> float:
    if control is None:
        return float("nan")
    test = control["tests"]["heldOut"]
    return test["p"] if test["better"] else -test["p"]
