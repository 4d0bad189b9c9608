"""Paths of files as callers give them."""

from __future__ import annotations

import os
from typing import Union

Path = Union[str, "os.PathLike[str]"]


def absolute_path(path: Path) -> str:
    """The absolute path, with a leading ~ resolved."""
    return os.path.abspath(os.path.expanduser(os.fspath(path)))
