"""What the tests of the clients share."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib
from pathlib import Path
from typing import Any, Callable, Dict, List

ROOT = Path(__file__).resolve().parents[2]
SHELL_COMMAND = ROOT / "clients" / "shell" / "vrx"
PYTHON_FOLDER = ROOT / "clients" / "python"
#: Options that keep a discovery within seconds, as on the wire; the client takes these names too.
QUICK = {"randomSets": 5, "randomSetSize": 8, "clusters": 6, "restarts": 1, "significance": 1}
SCRIPTED = [sys.executable, str(Path(__file__).with_name("scripted_daemon.py"))]

sys.path.insert(0, str(PYTHON_FOLDER))


def real_daemon() -> str:
    """Path of the built vrxd. The tests fail without it, as they cannot test anything then."""
    path = os.environ.get("VRXD") or str(ROOT / ".build" / "release" / "vrxd")
    if not os.access(path, os.X_OK):
        raise AssertionError(f"no vrxd at {path}: run 'swift build -c release --product vrxd', or set VRXD")
    return path


def embedded_model() -> Dict[str, Any]:
    """How to load the network that is embedded in the daemon."""
    command = [real_daemon(), "scenes", "--print-model"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def draw_scenes(folder: Path, counts: Dict[str, int]) -> None:
    """Makes the daemon draw scenes; `counts` are its options, such as `per-class`."""
    options = [word for name, value in counts.items() for word in (f"--{name}", str(value))]
    subprocess.run([real_daemon(), "scenes", "--out", str(folder), *options], capture_output=True, check=True)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def runs(process_id: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        with open(f"/proc/{process_id}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def client_threads() -> List[str]:
    """Names of the client's threads that still run."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("vrx-")]


def write_png(path: Path, width: int = 32, height: int = 32, shade: int = 0) -> Path:
    """Writes a small PNG file, without the code of the client. Each shade gives other pixels."""
    rows = b"".join(
        b"\0" + bytes(((x * 7 + y * 3 + shade * (1 + channel)) % 256) for x in range(width) for channel in range(3))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return path


class FolderCase(unittest.TestCase):
    """A test with its own folder."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="vrx-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
