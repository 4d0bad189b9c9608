"""Arguments of the client's methods as fields of requests."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Tuple


def given(**fields: Any) -> Dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def handle(thing: Any, field: str) -> str:
    """The handle of a model, graph or concept that is given as such or as the result that names it."""
    if isinstance(thing, str):
        return thing
    if isinstance(thing, Mapping) and isinstance(thing.get(field), str):
        return str(thing[field])
    raise TypeError(f"expected a handle or a result with the field {field!r}, got {thing!r}")


def split(options: Mapping[str, Any]) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Arguments of the call, and options of the method under their names on the wire."""
    call = {name: options[name] for name in ("progress", "partial", "timeout") if name in options}
    fields = {
        re.sub(r"_([a-z])", lambda match: match[1].upper(), name): value
        for name, value in options.items()
        if name not in call
    }
    return call, fields
