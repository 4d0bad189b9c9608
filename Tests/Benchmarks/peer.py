"""A process that speaks the protocol's frames, for measuring it from outside."""

from __future__ import annotations

import json
import os
import select
import subprocess
from typing import Any, Dict, Optional, Sequence


class Peer:
    """Sends frames to a process and reads its frames, without threads: this script takes as little time as it can."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self.buffer = b""
        self.next_id = 0

    def send(self, method: str, params: Optional[Dict[str, Any]] = None) -> int:
        self.next_id += 1
        self.write({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params})
        return self.next_id

    def notify(self, method: str, params: Optional[Dict[str, Any]] = None) -> None:
        self.write({"jsonrpc": "2.0", "method": method, "params": params})

    def write(self, message: Dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        os.write(self.process.stdin.fileno(), b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def receive(self, seconds: float = 60) -> Dict[str, Any]:
        while True:
            header, separator, rest = self.buffer.partition(b"\r\n\r\n")
            if separator:
                length = int(header.split(b":")[1])
                if len(rest) >= length:
                    self.buffer = rest[length:]
                    return json.loads(rest[:length])
            if not select.select([self.process.stdout], [], [], seconds)[0]:
                raise TimeoutError("no message")
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                raise EOFError("the process has ended")
            self.buffer += data

    def answer(self, id: int) -> Dict[str, Any]:
        while True:
            message = self.receive()
            if message.get("id") == id and ("method" not in message or self.process.args == ["cat"]):
                return message

    def ask(self, method: str, params: Optional[Dict[str, Any]] = None) -> Any:
        answer = self.answer(self.send(method, params))
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer.get("result")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
