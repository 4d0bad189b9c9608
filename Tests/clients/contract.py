"""Plays the vectors and transcripts of protocol/ to a daemon. Written from protocol/README.md alone, without code of the
client, so that it shows what a client in any language needs."""

from __future__ import annotations

import base64
import json
import queue
import re
import subprocess
import threading
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence

PROTOCOL = Path(__file__).resolve().parents[2] / "protocol"
TYPES = {
    "any": object,
    "string": str,
    "integer": int,
    "number": (int, float),
    "score": (int, float, type(None)),
    "boolean": bool,
    "array": list,
    "object": dict,
}


class Mismatch(AssertionError):
    """The daemon did something unexpected."""


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Daemon:
    """A daemon process and the messages that it sends."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._incoming: queue.Queue[Optional[Dict[str, Any]]] = queue.Queue()
        self._waiting: List[Dict[str, Any]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Daemon:
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass

    def send(self, data: bytes) -> None:
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def send_message(self, message: Any) -> None:
        self.send(frame(json.dumps(message).encode()))

    def receive(self, fits, words: str, seconds: float) -> Dict[str, Any]:
        """The first message that fits; other messages are kept for later."""
        for message in self._waiting:
            if fits(message):
                self._waiting.remove(message)
                return message
        while True:
            try:
                message = self._incoming.get(timeout=seconds)
            except queue.Empty:
                raise Mismatch(f"no {words} within {seconds} s") from None
            if message is None:
                self._incoming.put(None)
                raise Mismatch(f"the daemon ended before {words}")
            if fits(message):
                return message
            self._waiting.append(message)

    def initialize(self) -> None:
        self.send_message({"jsonrpc": "2.0", "id": "initialize", "method": "initialize", "params": {}})
        self.receive(lambda message: message.get("id") == "initialize", "the answer to initialize", 30)

    def _read(self) -> None:
        stream = self.process.stdout
        while True:
            header = stream.readline()
            match = re.fullmatch(rb"Content-Length: (\d+)\r\n", header)
            if not match or stream.readline() != b"\r\n":
                break
            self._incoming.put(json.loads(stream.read(int(match.group(1)))))
        self._incoming.put(None)


def check(pattern: Any, value: Any, variables: Dict[str, Any], place: str = "message") -> None:
    """Compares a value with a pattern, and captures the values that the pattern names."""
    if isinstance(pattern, str):
        whole = re.fullmatch(r"\$\{(=?)(\w+)\}", pattern)
        if whole and whole.group(1):
            variables[whole.group(2)] = value
            return
        if whole and whole.group(2) in TYPES:
            kind = whole.group(2)
            if not isinstance(value, TYPES[kind]) or (kind != "boolean" and kind != "any" and isinstance(value, bool)):
                raise Mismatch(f"{place}: {value!r} is not of type {kind}")
            return
        pattern = fill(pattern, variables)
    if isinstance(pattern, dict) and set(pattern) == {"${each}"}:
        if not isinstance(value, list) or not value:
            raise Mismatch(f"{place}: {value!r} is not an array with elements")
        for index, element in enumerate(value):
            check(pattern["${each}"], element, variables, f"{place}[{index}]")
    elif isinstance(pattern, dict):
        if not isinstance(value, dict):
            raise Mismatch(f"{place}: {value!r} is not an object")
        for name, inner in pattern.items():
            if name not in value:
                raise Mismatch(f"{place}.{name} is missing")
            check(inner, value[name], variables, f"{place}.{name}")
    elif isinstance(pattern, list):
        if not isinstance(value, list) or len(value) != len(pattern):
            raise Mismatch(f"{place}: {value!r} is not an array of {len(pattern)}")
        for index, inner in enumerate(pattern):
            check(inner, value[index], variables, f"{place}[{index}]")
    elif pattern != value or isinstance(pattern, bool) != isinstance(value, bool):
        raise Mismatch(f"{place}: {value!r} is not {pattern!r}")


def fill(value: Any, variables: Dict[str, Any]) -> Any:
    """Fills in variables; a string that is only one variable takes the type of its value."""
    if isinstance(value, str):
        whole = re.fullmatch(r"\$\{(\w+)\}", value)
        if whole and whole.group(1) in variables:
            return variables[whole.group(1)]
        return re.sub(r"\$\{(\w+)\}", lambda match: str(variables.get(match.group(1), match.group(0))), value)
    if isinstance(value, dict):
        return {name: fill(inner, variables) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, variables) for inner in value]
    return value


# Vectors.


def pieces(vector: Dict[str, Any]) -> Iterator[bytes]:
    for piece in vector["send"]:
        if "base64" in piece:
            yield base64.b64decode(piece["base64"])
        else:
            yield piece["text"].encode() * piece.get("count", 1)


def play_vector(command: Sequence[str], vector: Dict[str, Any], cut: Optional[int] = None) -> List[Dict[str, Any]]:
    """Sends a vector's bytes, `cut` at a time; returns the answers in the vector's order."""
    with Daemon(command) as daemon:
        if vector.get("initialized", True):
            daemon.initialize()
        data = b"".join(pieces(vector))
        for start in range(0, len(data), cut or len(data)):
            daemon.send(data[start : start + (cut or len(data))])
        answers = []
        for pattern in vector["answers"]:
            answer = daemon.receive(lambda message: message.get("id", ...) == pattern["id"], f"answer {pattern}", 60)
            check(pattern, answer, {})
            if ("result" in answer) == ("error" in answer):
                raise Mismatch(f"{answer} has not exactly one of result and error")
            answers.append(answer)
        if "exitCode" in vector:
            code = daemon.process.wait(10)
            if code != vector["exitCode"]:
                raise Mismatch(f"the daemon ended with {code}, not {vector['exitCode']}")
        else:
            method = "model/list" if vector.get("initialized", True) else "initialize"
            daemon.send_message({"jsonrpc": "2.0", "id": "alive?", "method": method})
            daemon.receive(lambda message: message.get("id") == "alive?", "sign of life", 30)
        if daemon._waiting:
            raise Mismatch(f"unexpected answers: {daemon._waiting}")
        return answers


# Transcripts.


def needs(path: Path) -> Dict[str, Any]:
    """The first line of a transcript: its subject and what it needs."""
    with path.open(encoding="utf-8") as lines:
        return json.loads(next(lines))


def play_transcript(command: Sequence[str], path: Path, variables: Dict[str, Any]) -> int:
    """Plays a transcript; returns the number of messages that were compared."""
    compared = 0
    with path.open(encoding="utf-8") as lines, Daemon(command) as daemon:
        next(lines)
        variables = {**variables, "pid": __import__("os").getpid()}
        for number, line in enumerate(lines, start=2):
            entry = json.loads(line)
            message = entry["message"]
            if entry["from"] == "client":
                daemon.send_message(fill(message, variables))
                continue
            identity = fill(identity_of(message), variables)
            try:
                answer = daemon.receive(lambda other: identity_of(other) == identity, f"message {message}", 300)
                check(message, answer, variables)
            except Mismatch as mismatch:
                raise Mismatch(f"{path.name}, line {number}: {mismatch}") from None
            compared += 1
        daemon.process.stdin.close()
        code = daemon.process.wait(10)
        expected = needs(path).get("exitCode", 0)
        if code != expected:
            raise Mismatch(f"{path.name}: the daemon ended with {code}, not {expected}")
    return compared


def identity_of(message: Dict[str, Any]) -> Any:
    """What identifies a message in a transcript."""
    if "method" not in message:
        return ["answer", message.get("id")]
    params = message.get("params") or {}
    value = params.get("value") or {}
    return [message["method"], params.get("token"), value.get("kind")]
