"""A Swift runner of a benchmark: a process that answers each line of JSON with another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Mapping, Optional


class Runner:
    """The process. An error that it answers ends the benchmark."""

    def __init__(self, path: Path, environment: Optional[Mapping[str, str]] = None) -> None:
        self._process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, **command: Any) -> Dict[str, Any]:
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"the runner ended with {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            sys.exit(answer["error"])
        return answer

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
