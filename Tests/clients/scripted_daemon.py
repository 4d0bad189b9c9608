"""A daemon that follows a script: for what the real one never does, such as sending garbage or never answering.

The method says what happens. It has its own code for framing, not the client's.
"""

import json
import os
import signal
import sys
import threading
import time

LOCK = threading.Lock()


def send(message):
    body = json.dumps(message).encode()
    with LOCK:
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        sys.stdout.buffer.flush()


def answer(id, result):
    send({"jsonrpc": "2.0", "id": id, "result": result})


def progress(token, value):
    send({"jsonrpc": "2.0", "method": "$/progress", "params": {"token": token, "value": value}})


def work(id, params, cancelled):
    """Counts to `steps`, a step each 20 ms, with progress and previews."""
    steps = params.get("steps", 10)
    token, previews = params.get("workDoneToken"), params.get("partialResultToken")
    if token:
        progress(token, {"kind": "begin", "title": "count"})
    for step in range(steps):
        if cancelled.wait(0.02):
            if token:
                progress(token, {"kind": "end", "message": "cancelled"})
            send({"jsonrpc": "2.0", "id": id, "error": {"code": -32800, "message": "cancelled"}})
            return
        if token:
            progress(token, {"kind": "report", "done": step + 1, "total": steps})
        if previews:
            progress(previews, {"seq": step, "items": [step]})
    if token:
        progress(token, {"kind": "end"})
    answer(id, {"steps": steps})


def main():
    working = {}
    stdin = sys.stdin.buffer
    while True:
        length = 0
        while True:
            line = stdin.readline()
            if not line:
                return 0
            if line == b"\r\n":
                break
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message = json.loads(stdin.read(length))
        method, params, id = message.get("method"), message.get("params") or {}, message.get("id")
        if method == "initialize":
            if "--mute" in sys.argv:
                continue
            answer(
                id, {"serverInfo": {"name": "scripted", "version": "0"}, "protocolVersion": "1", "capabilities": params}
            )
        elif method == "shutdown":
            if "--stubborn" not in sys.argv:
                answer(id, None)
        elif method == "exit":
            return 0
        elif method == "$/cancelRequest":
            if params["id"] in working:
                working[params["id"]].set()
        elif method == "echo":
            answer(id, params)
        elif method == "work":
            working[id] = threading.Event()
            threading.Thread(target=work, args=(id, params, working[id]), daemon=True).start()
        elif method == "fail":
            send({"jsonrpc": "2.0", "id": id, "error": params})
        elif method == "fail without id":
            send({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "unreadable"}})
        elif method == "die":
            sys.stderr.write("the last words\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        elif method == "leave":
            sys.stderr.write("leaving early\n")
            sys.stderr.flush()
            os._exit(7)
        elif method == "babble":
            sys.stdout.write("this is not the protocol\n")
            sys.stdout.flush()
        elif method == "hang up":
            os.close(1)
        elif method == "flood":
            sys.stderr.write("x" * 4_000_000 + "\nend of flood\n")
            sys.stderr.flush()
            answer(id, "flooded")
        elif method == "log":
            send({"jsonrpc": "2.0", "method": "window/logMessage", "params": {"type": 2, "message": "look out"}})
            answer(id, None)
        elif method == "ask":
            send({"jsonrpc": "2.0", "id": "q", "method": "clientModel/gradients", "params": {}})
            working["ask"] = id
        elif id == "q":
            answer(working["ask"], message["error"]["code"])
        elif method == "stop reading":
            time.sleep(60)
    return 0


if "--deaf-to-terminate" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
status = main()
while "--stubborn" in sys.argv:
    time.sleep(1)
os._exit(status)
