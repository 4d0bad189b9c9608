"""Records the transcripts of protocol/ from sessions with the real vrxd: what varies becomes a placeholder.

Takes no arguments. VRXD names the daemon; by default it is the repository's build.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from support import QUICK, real_daemon

import contract
from test_contract import prepare

SCENES = {"per-class": 24, "random": 40, "held-out": 1, "seed": 1}
FOLDERS = {"fire engine": "fire_engine", "school bus": "school_bus"}
#: Members with the same numbers on every machine.
EXACT = {"classCount", "classIndex", "code", "index", "inputShape", "models", "percentage", "seq", "shape", "topK"}
#: Arrays whose length may depend on the machine's arithmetic: every element has the pattern of the first.
LIKE = {"concepts", "edges", "history", "nodes", "patches", "predictions"}
#: Texts that depend on numbers, on the version, or on the machine.
TEXT = {"accepted", "base64", "id", "image", "message", "reason", "sha256", "summary", "version"}


class Session:
    """A session that is recorded: it sends messages and waits for answers."""

    def __init__(self, daemon: contract.Daemon, variables: Dict[str, Any]) -> None:
        self.daemon = daemon
        self.variables = variables
        self._next_id = 0

    def send(self, method: str, params: Optional[Dict[str, Any]] = None) -> int:
        self._next_id += 1
        message = {"jsonrpc": "2.0", "id": self._next_id, "method": method}
        if params is not None:
            message["params"] = contract.fill(params, self.variables)
        self.daemon.send_message(message)
        return self._next_id

    def ask(self, method: str, params: Optional[Dict[str, Any]] = None) -> Any:
        return self.answer(self.send(method, params))

    def answer(self, id: int) -> Any:
        return self.daemon.receive(lambda message: message.get("id") == id, f"answer {id}", 300).get("result")

    def notify(self, method: str, params: Optional[Dict[str, Any]] = None) -> None:
        message: Dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        self.daemon.send_message(message)

    def begin(self, **more: Any) -> None:
        self.ask("initialize", {"processId": os.getpid(), "rootPath": "${folder}", "capabilities": {}, **more})
        self.notify("initialized", {})

    def load(self) -> None:
        model = self.ask(
            "model/load",
            {
                "path": "${network}",
                "labels": ["fire engine, fire truck", "ambulance", "school bus"],
                "layer": "block6.relu",
                "preprocessing": {"size": [128, 128], "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]},
            },
        )
        self.variables["model"] = model["model"]

    def finish(self) -> None:
        self.ask("shutdown")
        self.notify("exit")
        self.daemon.process.wait(10)


def lifecycle(session: Session) -> None:
    session.ask("workspace/status")
    session.begin(clientInfo={"name": "transcript"})
    session.ask("initialize", {})
    session.ask("workspace/status")
    session.ask("no/such/method")
    session.notify("no/such/notification", {})
    session.ask("shutdown")
    session.ask("workspace/status")
    session.notify("exit")
    session.daemon.process.wait(10)


def refusals(session: Session) -> None:
    session.begin()
    session.ask("model/load", {})
    session.ask("model/load", {"path": "absent.onnx"})
    session.ask("model/classify", {"model": "none", "images": ["a.png"]})
    session.load()
    session.ask("model/load", {"path": "${network}", "layer": "no.such.layer"})
    session.ask("model/classify", {"model": "${model}", "images": ["a.png"], "topK": 0})
    session.ask("model/classify", {"model": "${model}", "images": ["absent.png"]})
    discover = {"model": "${model}", "class": "fire engin", "images": ["fire_engine"], "random": ["random"]}
    session.ask("vrx/discover", discover)
    session.ask("vrx/discover", {**discover, "class": 0, "options": {"cluster": 6}})
    session.ask("vrx/discover", {**discover, "class": 0, "options": {"clusters": 0}})
    session.ask("vrx/match", {"model": "${model}", "images": ["a.png"]})
    session.ask("vrx/explain", {"model": "${model}", "image": "a.png"})
    session.ask("concept/get", {"concept": "none"})
    session.finish()


def cancellation(session: Session) -> None:
    session.begin()
    session.load()
    endless = {
        "model": "${model}",
        "class": "fire engine",
        "images": ["fire_engine"],
        "random": ["random"],
        "options": {"randomSets": 20, "restarts": 1000},
        "workDoneToken": "first",
    }
    first = session.send("vrx/discover", endless)
    second = session.send("vrx/discover", {**endless, "workDoneToken": "second"})
    session.ask("workspace/status")
    session.notify("$/cancelRequest", {"id": second})
    session.answer(second)
    session.notify("$/cancelRequest", {"id": first})
    session.answer(first)
    session.ask("model/list")
    session.ask("model/unload", {"model": "${model}"})
    session.ask("model/list")
    session.finish()


def explanation(session: Session) -> None:
    session.begin()
    session.load()
    image = f"held-out/fire_engine/{next(Path(session.variables['folder'], 'held-out', 'fire_engine').iterdir()).name}"
    session.ask("model/classify", {"model": "${model}", "images": [image], "topK": 2})
    found: List[Dict[str, Any]] = []
    for name, folder in FOLDERS.items():
        params = {"model": "${model}", "class": name, "images": [folder], "random": ["random"], "options": QUICK}
        found += session.ask("vrx/discover", {**params, "workDoneToken": name})["concepts"]
    session.ask("concept/list", {"model": "${model}", "class": "school bus"})
    session.ask("vrx/match", {"model": "${model}", "images": [image], "classes": ["school bus"]})
    images = {name: [folder] for name, folder in FOLDERS.items()}
    train = {"model": "${model}", "classes": list(FOLDERS), "images": images, "options": {"maxEpochs": 10, "controls": 0}}
    session.ask("vrx/train", train)
    explain = {"model": "${model}", "image": image}
    session.ask("vrx/explain", explain)
    session.ask("vrx/render", {"explanation": explain, "format": "svg"})
    session.ask("workspace/status")
    session.finish()


def general(value: Any, name: str = "", like: bool = False) -> Any:
    """The pattern of a value; `like` in arrays whose elements all have one pattern."""
    if name in ("seconds", "capabilities"):
        return "${object}"
    if name in ("box", "center"):
        return "${any}"  # null if a concept is not detected.
    if isinstance(value, dict):
        return {key: general(inner, key, like) for key, inner in value.items()}
    if isinstance(value, list):
        if name in LIKE and value:
            return {"${each}": general(value[0], name, True)}
        return "${array}" if name in ("notes", "feature") else [general(inner, name, like) for inner in value]
    if isinstance(value, bool):
        return "${boolean}" if name in ("detected", "agrees") else value
    if value is None or name in EXACT and not like:
        return value
    if isinstance(value, (int, float)):
        return "${integer}" if isinstance(value, int) else "${score}"
    return "${string}" if name in TEXT or like else value


def transcript(trace: Path, about: str, variables: Dict[str, Any]) -> str:
    """The lines of a transcript, from those of a recording."""
    lines = [json.dumps({"about": about, "scenes": SCENES, "exitCode": 0})]
    known: Dict[str, str] = {variables["folder"]: "${folder}", variables["network"]: "${network}"}
    for line in trace.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        message = entry["message"]
        method = message.get("method")
        if entry["from"] == "daemon":
            kind = message.get("params", {}).get("value", {}).get("kind") if method else None
            if method and kind not in ("begin", "end"):
                continue  # The number of reports depends on the speed of the machine.
            if "result" in message:
                message = {**message, "result": pattern_of_result(message["result"], variables)}
            elif "error" in message:
                message = {**message, "error": {**general(message["error"]), "message": "${string}"}}
            else:
                value = message["params"]["value"]
                value = {**value, "message": "${string}"} if "message" in value else value
                message = {**message, "params": {**message["params"], "value": value}}
        elif method == "initialize" and "processId" in message["params"]:
            message["params"]["processId"] = "${pid}"
        text = json.dumps({"from": entry["from"], "message": message}, ensure_ascii=False)
        for concrete, placeholder in known.items():
            text = text.replace(concrete, placeholder)
        if variables.get("model") and entry["from"] == "client":
            text = text.replace(variables["model"], "${model}")
        lines.append(text)
    return "\n".join(lines) + "\n"


def pattern_of_result(result: Any, variables: Dict[str, Any]) -> Any:
    pattern = general(result)
    if not isinstance(pattern, dict):
        return pattern
    if "defaultLayer" in pattern:
        pattern["model"] = "${=model}"
    elif "model" in pattern:
        pattern["model"] = "${model}"
    if "graphModel" in pattern:
        pattern["graphModel"] = "${string}"
    if isinstance(result.get("models"), list):
        pattern["models"] = ["${object}" for _ in result["models"]]
    # The network decides which class comes first.
    for one in pattern.get("explanations", []):
        one["class"] = one["role"] = "${string}"
    for prediction in (pattern.get("prediction"), pattern.get("graphPrediction")):
        if prediction:
            prediction["class"] = "${string}"
    for one in pattern.get("explanations", []):
        for other in one["otherGraphs"]:
            other["class"] = "${string}"
    return pattern


SESSIONS: Dict[str, Callable[[Session], None]] = {
    "lifecycle": lifecycle,
    "refusals": refusals,
    "cancellation": cancellation,
    "explanation": explanation,
}
ABOUT = {
    "lifecycle": "What may be sent when, from before initialize to after shutdown.",
    "refusals": "Requests that cannot be answered, and the errors they get.",
    "cancellation": "Two long discoveries, one running, one waiting, both cancelled; short requests beside them.",
    "explanation": "A network, the concepts of two classes, a reasoning network, an explanation and its picture.",
}


def main() -> None:
    for name, play in SESSIONS.items():
        with tempfile.TemporaryDirectory(prefix="vrx-record-") as folder:
            scenes, traces = Path(folder, "scenes"), Path(folder, "traces")
            variables = prepare({"scenes": SCENES}, scenes)
            with contract.Daemon([real_daemon(), "serve", "--trace-dir", str(traces)]) as daemon:
                play(Session(daemon, variables))
            trace = next(traces.iterdir())
            target = contract.PROTOCOL / "transcripts" / f"{name}.jsonl"
            target.write_text(transcript(trace, ABOUT[name], variables), encoding="utf-8")


if __name__ == "__main__":
    main()
