"""Where the daemon's executable is."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import List, Optional, Sequence, Union

from .errors import DaemonError

#: The environment variable that names the executable.
VARIABLE = "VRXD"

Command = Union[str, "os.PathLike[str]", Sequence[str]]


def daemon_command(command: Optional[Command] = None) -> List[str]:
    """Program and arguments: `command`, else $VRXD, else vrxd on the PATH, else the repository's build.

    Args:
        command: An executable's path, or program and arguments.

    Raises:
        DaemonError: There is no daemon.
    """
    if command is not None:
        if isinstance(command, (str, os.PathLike)):
            return [_existing(os.fspath(command), "the command given")]
        return [os.fspath(part) for part in command]
    named = os.environ.get(VARIABLE)
    if named:
        return [_existing(named, f"${VARIABLE}")]
    found = shutil.which("vrxd")
    if found:
        return [found]
    built = repository_root() / ".build" / "release" / "vrxd"
    if os.access(built, os.X_OK):
        return [str(built)]
    raise DaemonError(
        f"cannot find vrxd: build it with 'swift build -c release --product vrxd' in {repository_root()}, "
        f"put it on the PATH, or set {VARIABLE} to its path"
    )


def repository_root() -> Path:
    """The folder that holds `clients/python/vrx`."""
    return Path(__file__).resolve().parents[3]


def _existing(path: str, origin: str) -> str:
    found = shutil.which(os.path.expanduser(path))
    if found is None:
        raise DaemonError(f"{origin} is {shlex.quote(path)}, which is not an executable file")
    return found
