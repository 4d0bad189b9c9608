"""A vrxd that computes nothing: it answers the requests of the pipeline with fixed results, and records the requests.

SCRIPT_LOG names a file that gets a line of JSON per request, SCRIPT_FAIL a method that fails with the error SCRIPT_ERROR,
SCRIPT_HANG a method that is never answered. Like the real daemon it draws `scenes`.
"""

import argparse
import json
import os
import sys
from pathlib import Path

CLASSES = ["fire engine", "school bus"]


def scenes(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--print-model", action="store_true")
    parser.add_argument("--out", type=Path)
    for name in ("--per-class", "--random", "--held-out", "--seed"):
        parser.add_argument(name, type=int)
    options = parser.parse_args(arguments)
    if options.print_model:
        preprocessing = {"size": 64, "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2], "channelOrder": "rgb"}
        print(
            json.dumps({"model": "/embedded.onnx", "labels": CLASSES, "preprocessing": preprocessing, "layer": "top"})
        )
        return
    folders = {"random": options.random}
    for name in CLASSES:
        folders[name.replace(" ", "_")] = options.per_class
        folders["held-out/" + name.replace(" ", "_")] = options.held_out
    for name, count in folders.items():
        folder = options.out / name
        folder.mkdir(parents=True)
        for index in range(count):
            (folder / f"{index:03d}.png").write_bytes(b"an image")


def result_of(method, params):
    if method == "initialize":
        return {"serverInfo": {"name": "vrxd", "version": "9.9"}, "protocolVersion": "1", "capabilities": {}}
    if method == "model/load":
        return {
            "model": "m1",
            "name": "net",
            "inputShape": [3, 64, 64],
            "classCount": 2,
            "layers": [],
            "defaultLayer": "x",
        }
    if method == "concept/list":
        return {"concepts": []}
    if method == "vrx/discover":
        skipped = [{"image": "bad.jpg", "reason": "truncated"}] if params["class"] == "school bus" else []
        return {"class": params["class"], "concepts": [{}, {}, {}], "skipped": skipped, "notes": ["few images"]}
    if method == "vrx/train":
        fidelity = {"heldOut": {"top1Agreement": 0.9, "images": 20}}
        return {"graphModel": "g1", "classes": params["classes"], "fidelity": fidelity}
    if method == "vrx/evaluate":
        Path(params["path"]).write_text("<html></html>", encoding="utf-8")
        asked = params["options"].get("thresholds", {})
        verdicts = [{"measure": name, "met": value < 1} for name, value in asked.items()]
        return {"path": params["path"], "summary": "All is well.", "notes": ["4 held out"], "verdicts": verdicts}
    if method == "vrx/report":
        Path(params["path"]).write_text("<html></html>", encoding="utf-8")
        return {"path": params["path"], "pictures": [params["path"] + ".png"]}
    return None


def serve():
    def send(message):
        body = json.dumps(message).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        sys.stdout.buffer.flush()

    while True:
        length = 0
        for line in iter(sys.stdin.buffer.readline, b"\r\n"):
            if not line:
                return
            length = int(line.split(b":")[1])
        message = json.loads(sys.stdin.buffer.read(length))
        method, params = message["method"], message.get("params") or {}
        if os.environ.get("SCRIPT_LOG"):
            with open(os.environ["SCRIPT_LOG"], "a", encoding="utf-8") as log:
                log.write(json.dumps([method, params]) + "\n")
        if method == "exit":
            return
        if "id" not in message:
            continue
        token = params.get("workDoneToken")
        for value in ({"kind": "begin", "title": method}, {"kind": "report", "percentage": 50}, {"kind": "end"}):
            if token:
                send({"jsonrpc": "2.0", "method": "$/progress", "params": {"token": token, "value": value}})
        if method == os.environ.get("SCRIPT_HANG"):
            continue
        if method == os.environ.get("SCRIPT_FAIL"):
            send({"jsonrpc": "2.0", "id": message["id"], "error": json.loads(os.environ["SCRIPT_ERROR"])})
        else:
            send({"jsonrpc": "2.0", "id": message["id"], "result": result_of(method, params)})


if sys.argv[1:2] == ["scenes"]:
    scenes(sys.argv[2:])
else:
    serve()
