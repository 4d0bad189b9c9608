"""Arguments of the client's methods as fields of requests."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, TypeVar, Union

from .calls import CallOptions

T = TypeVar("T")

#: A handle (the id of a concept), or a result that has it.
Handle = Union[str, Mapping[str, Any]]


def given(**fields: Any) -> Dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def optional(convert: Callable[[Any], T], value: Any) -> Optional[T]:
    """The value converted, if there is one."""
    return None if value is None else convert(value)


def model_handle(model: Handle) -> str:
    """The handle of a loaded network."""
    return _handle(model, "model")


def graph_handle(graph_model: Handle) -> str:
    """The handle of a reasoning network."""
    return _handle(graph_model, "graphModel")


def concept_id(concept: Handle) -> str:
    """The id of a concept."""
    return _handle(concept, "id")


def split(options: Mapping[str, Any]) -> Tuple[CallOptions, Dict[str, Any]]:
    """Arguments of the call, and options of the method under their names on the wire."""
    call: CallOptions = {}
    fields: Dict[str, Any] = {}
    for name, value in options.items():
        if name in CallOptions.__annotations__:
            call[name] = value  # type: ignore[literal-required]
        else:
            fields[re.sub(r"_([a-z])", lambda match: match[1].upper(), name)] = value
    return call, fields


def _handle(thing: Handle, field: str) -> str:
    if isinstance(thing, str):
        return thing
    if isinstance(thing, Mapping) and isinstance(thing.get(field), str):
        return str(thing[field])
    raise TypeError(f"expected a handle or a result with the field {field!r}, got {thing!r}")
