#!/usr/bin/env python3
"""Makes `earlier/`: workspaces and bank files as an earlier vrxd wrote them, with what it answered.

    make_earlier_workspace.py VRXD

Tests open these files with today's daemon (`EarlierWorkspaceTests.swift`). So they are made by a daemon of the past
and never made anew by the daemon that is tested. The files:

    bank.sqlite        three classes, names, a merge, a removal, a reasoning network; stages of one image only
    spelling.sqlite    one class, found while the preprocessing was spelled in another way
    bank.safetensors   what bank/export wrote of bank.sqlite
    bank.json          the same, as JSON
    requests.json      what was asked
    answers.json       what was answered
    identities.json    handles of models and graphs, and digests of recipes, for several requests

Images are not kept: `vrxd scenes` draws the same bytes from the same seed. Workspaces and bank files hold whole paths,
which all begin with FOLDER, where this script works; in the other files paths are relative to it. The folder must not
exist, is gone afterwards, and only root can make it, as a rule.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple, Union

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "clients" / "python"))

from vrx import Client  # noqa: E402

#: Where the daemon works. The workspace stores whole paths, so it is a folder that belongs to no machine.
FOLDER = Path("/vrx-fixture")
OUT = HERE / "earlier"
TIMEOUT = 600.0

SCENES = {"--per-class": 20, "--random": 30, "--held-out": 1, "--seed": 13}
CLASSES = {"fire engine": "fire_engine", "ambulance": "ambulance", "school bus": "school_bus"}
NAMES = ("driver's échelle", "blue lights, both", "Fahrgäste", "дверь")
PREPROCESSING = {
    "size": [128, 128],
    "resize": "stretch",
    "mean": [0.5, 0.5, 0.5],
    "std": [0.25, 0.25, 0.25],
    "scale": 1,
    "channelOrder": "rgb",
}
#: The same preprocessing, written in another way.
SPELLED = {**PREPROCESSING, "size": 128, "channelOrder": "RGB", "layout": "NCHW"}
#: Options that keep the files small and the work short.
DISCOVERY = {
    "maxImages": 16,
    "minTestImages": 4,
    "segmentCounts": [10, 20, 40],
    "clusters": 10,
    "restarts": 1,
    "minSize": 2,
    "maxPatches": 4,
    "randomSets": 6,
    "randomSetSize": 5,
    "minRandomSetSize": 5,
    "significance": 1,
    "maxCoincidence": 1,
    "cavMethod": "meanDifference",
    "topConcepts": 5,
    "seed": 3,
}
TRAINING = {
    "nodeWidths": [8, 6],
    "edgeWidth": 4,
    "maxEpochs": 12,
    "maxImagesPerClass": 8,
    "maskedVariants": 2,
    "hiddenShare": 0.7,
    "controls": 1,
    "learningRate": 0.01,
    "dummyValue": 0.05,
    "seed": 4,
}


def load(**changes: Any) -> Dict[str, Any]:
    """A request for the embedded network."""
    request = {"path": "scenes.onnx", "labels": "labels.json", "layer": "block6.relu", "preprocessing": PREPROCESSING}
    return {name: value for name, value in {**request, **changes}.items() if value is not None}


def discover(model: str, name: str, **options: Any) -> Dict[str, Any]:
    """A request for the concepts of a class."""
    return {
        "model": model,
        "class": name,
        "images": [CLASSES[name]],
        "random": ["random"],
        "options": {**DISCOVERY, **options},
    }


def train(model: str, **options: Any) -> Dict[str, Any]:
    """A request for a reasoning network of all classes."""
    return {
        "model": model,
        "classes": list(CLASSES),
        "images": {name: [folder] for name, folder in CLASSES.items()},
        "options": {**TRAINING, **options},
    }


def explain(model: str, folder: str, **more: Any) -> Dict[str, Any]:
    """A request for the explanation of a held-out image."""
    return {"model": model, "image": f"held-out/{folder}/0000.png", **more}


def relative(value: Any) -> Any:
    """A result with paths relative to FOLDER, and without what differs from run to run."""
    if isinstance(value, dict):
        return {name: relative(part) for name, part in value.items() if name not in ("seconds", "created")}
    if isinstance(value, list):
        return [relative(part) for part in value]
    if isinstance(value, str):
        return value.replace(f"{FOLDER}/", "")
    return value


def write(name: str, value: Any) -> None:
    """Writes a JSON file of the fixture."""
    text = json.dumps(relative(value), ensure_ascii=False, indent=1, sort_keys=True)
    (OUT / name).write_text(text + "\n", encoding="utf-8")


class Daemon(Client):
    """A daemon of the past, with a workspace in FOLDER."""

    def __init__(self, vrxd: str, workspace: str) -> None:
        super().__init__(vrxd, workspace=FOLDER / workspace, root=FOLDER)

    def ask(self, method: str, params: Dict[str, Any]) -> Any:
        """The result of a request."""
        return self.request(method, params, timeout=TIMEOUT)


def without_stages(name: str) -> None:
    """Removes what can be computed again from a workspace that no daemon has open."""
    database = sqlite3.connect(FOLDER / name)
    database.executescript(
        "DELETE FROM stage; UPDATE total SET value = 0 WHERE name IN ('stages', 'stageBytes'); VACUUM;"
    )
    database.close()


def settled(name: str) -> None:
    """Copies a workspace that no daemon has open to the fixture, as one file."""
    database = sqlite3.connect(FOLDER / name)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("VACUUM")
    database.close()
    shutil.copyfile(FOLDER / name, OUT / name)


def rows(name: Union[str, Path], query: str) -> List[Tuple[Any, ...]]:
    """What a query finds in a workspace."""
    database = sqlite3.connect(FOLDER / name)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def make_bank(vrxd: str) -> None:
    """Makes bank.sqlite, the bank files, requests.json and answers.json."""
    answers: Dict[str, Any] = {}
    requests: Dict[str, Any] = {"scenes": SCENES, "load": load(), "loadSpelled": load(preprocessing=SPELLED)}
    with Daemon(vrxd, "bank.sqlite") as daemon:
        answers["load"] = daemon.ask("model/load", requests["load"])
        answers["loadSpelled"] = daemon.ask("model/load", requests["loadSpelled"])
        model = answers["load"]["model"]
        methods = {"school bus": {"clustering": "nmf", "clusters": 8}}
        requests["discover"] = [discover(model, name, **methods.get(name, {})) for name in CLASSES]
        # The last of more concepts gets a name and is left out when fewer are asked for.
        requests["discoverMore"] = discover(model, "fire engine", topConcepts=6)
        left_out = daemon.ask("vrx/discover", requests["discoverMore"])["concepts"][-1]["id"]
        daemon.ask("concept/rename", {"concept": left_out, "name": NAMES[3]})
        found = [daemon.ask("vrx/discover", request)["concepts"] for request in requests["discover"]]
        fire, ambulance, bus = ([concept["id"] for concept in concepts] for concepts in found)
        requests["leftOut"] = left_out
        daemon.ask("concept/rename", {"concept": fire[1], "name": NAMES[0]})
        daemon.ask("concept/rename", {"concept": bus[0], "name": NAMES[2]})
        daemon.ask("concept/merge", {"concepts": ambulance[:2], "name": NAMES[1]})
        daemon.ask("concept/remove", {"concept": ambulance[3]})
        requests["merged"], requests["removed"] = ambulance[:2], ambulance[3]
        requests["names"] = {fire[1]: NAMES[0], bus[0]: NAMES[2], ambulance[0]: NAMES[1]}
        requests["train"] = train(model)
        answers["train"] = daemon.ask("vrx/train", requests["train"])
        for name, form in [("bank.safetensors", "safetensors"), ("bank.json", "json")]:
            daemon.ask("bank/export", {"path": name, "format": form})
            shutil.copyfile(FOLDER / name, OUT / name)
    without_stages("bank.sqlite")
    requests["explain"] = [
        explain(model, CLASSES["fire engine"], verify=True, controls=2), explain(model, CLASSES["school bus"])
    ]
    # Of the first image alone the stages are kept.
    with Daemon(vrxd, "bank.sqlite") as daemon:
        daemon.ask("model/load", requests["load"])
        answers["explain"] = [daemon.ask("vrx/explain", requests["explain"][0])]
    settled("bank.sqlite")
    with Daemon(vrxd, "bank.sqlite") as daemon:
        daemon.ask("model/load", requests["load"])
        answers["explain"].append(daemon.ask("vrx/explain", requests["explain"][1]))
        answers["concepts"] = daemon.ask("concept/list", {"model": model})["concepts"]
        answers["graphs"] = daemon.ask("graph/list", {"model": model})["graphs"]
        answers["graph"] = daemon.ask("graph/get", {"graphModel": answers["train"]["graphModel"]})
        answers["again"] = {
            "discover": [daemon.ask("vrx/discover", requests["discover"][index])["reused"] for index in (0, 2)],
            "train": daemon.ask("vrx/train", requests["train"]).get("reused"),
        }
    write("requests.json", requests)
    write("answers.json", answers)


def make_spelling(vrxd: str) -> None:
    """Makes spelling.sqlite and adds to the answers what it holds."""
    with Daemon(vrxd, "spelling.sqlite") as daemon:
        model = daemon.ask("model/load", load(preprocessing=SPELLED))["model"]
        request = discover(model, "ambulance", topConcepts=3)
        concepts = daemon.ask("vrx/discover", request)["concepts"]
        daemon.ask("concept/rename", {"concept": concepts[0]["id"], "name": NAMES[0]})
        listed = daemon.ask("concept/list", {"model": model})["concepts"]
    without_stages("spelling.sqlite")
    settled("spelling.sqlite")
    write("requests.json", {**json.loads((OUT / "requests.json").read_text("utf-8")), "discoverSpelled": request})
    write("answers.json", {**json.loads((OUT / "answers.json").read_text("utf-8")), "conceptsSpelled": listed})


def model_identities(daemon: Daemon) -> List[Dict[str, Any]]:
    """Handles of the embedded network, differently preprocessed."""
    requests = [
        load(),
        load(preprocessing=SPELLED),
        load(preprocessing=None),
        load(preprocessing={}),
        load(preprocessing={"size": 128}),
        load(preprocessing={"size": [128, 128]}),
        load(preprocessing={"channelOrder": "bgr"}),
        load(preprocessing={"channelOrder": "BGR"}),
        load(preprocessing={"resize": "shortestSide"}),
        load(preprocessing={**PREPROCESSING, "layout": "nchw"}),
        load(preprocessing={**PREPROCESSING, "scale": 255, "mean": [127.5] * 3, "std": [63.75] * 3}),
        load(precision="f32"),
        load(precision="bf16"),
        load(labels=["a", "b", "c"], name="other labels", layer="block5.relu"),
    ]
    return [{"request": request, "model": daemon.ask("model/load", request)["model"]} for request in requests]


def stage_rows(name: Union[str, Path]) -> List[Dict[str, str]]:
    """The recipes of what a workspace holds of its stages, with their kinds."""
    query = "SELECT DISTINCT lower(hex(recipe)), kind FROM stage ORDER BY kind, recipe"
    return [{"recipe": recipe, "kind": kind} for recipe, kind in rows(name, query)]


def class_identities(vrxd: str, model: str) -> List[Dict[str, Any]]:
    """Recipes of discoveries, and of the stages of one image that is then looked at with their options."""
    changes: List[Dict[str, Any]] = [
        {},
        {"clustering": "nmf", "clusters": 8},
        {"segmenter": "felzenszwalb", "felzenszwalbScales": [50, 200]},
        {"segmenter": "watershed", "watershedCompactness": 0.5},
        {"segmenter": "quickshift", "quickshiftMaxDistances": [20]},
        {"patchEmbedding": "maskedPooling"},
        {"attention": False},
        {"cavMethod": "linearClassifier", "cavL2": 0.02, "correction": "benjaminiHochberg"},
        {"fillValue": 0, "keepPercent": 50, "minAreaFraction": 0.002, "maxOverlap": 0.4, "compactness": 20, "sigma": 1},
        {"contrast": "patches", "maxPatches": 7, "batchSize": 8, "seed": 5},
    ]
    found = []
    for number, change in enumerate(changes):
        workspace = f"class-{number}.sqlite"
        request = discover(model, "fire engine", **change)
        with Daemon(vrxd, workspace) as daemon:
            daemon.ask("model/load", load())
            daemon.ask("vrx/discover", request)
        ((recipe,),) = rows(workspace, "SELECT recipe FROM class")
        kinds = dict(rows(workspace, "SELECT kind, count(*) FROM stage GROUP BY kind"))
        of_random = [row for row in stage_rows(workspace) if row["kind"] in ("embedding", "random region")]
        without_stages(workspace)
        match = {"model": model, "images": ["held-out/fire_engine/0000.png"], "classes": ["fire engine"]}
        with Daemon(vrxd, workspace) as daemon:
            daemon.ask("model/load", load())
            daemon.ask("vrx/match", match)
        found.append(
            {
                "request": request,
                "recipe": recipe,
                "stagesOfDiscover": kinds,
                "match": match,
                "stagesOfMatch": stage_rows(workspace),
            }
        )
        if not change:
            found[-1]["stagesOfRandomImages"] = of_random
    return found


def graph_identities(daemon: Daemon, model: str) -> List[Dict[str, Any]]:
    """Handles of reasoning networks over the concepts of bank.sqlite. Each is fitted for two epochs."""
    changes: List[Dict[str, Any]] = [
        {},
        {"hiddenShare": 0.5},
        {"controls": 1},
        {"relations": False},
        {"nodeWidths": [8]},
        {"loss": "crossEntropy"},
        {"start": "random"},
        {"effectWeight": 0, "messageDecay": 0.5, "crossGraphDecay": 0.25},
        {"dummyValue": 0.01, "holdout": 0.25, "embeddingNoise": 0.1},
        {"seed": 11},
    ]
    found = []
    for change in changes:
        request = train(model, **{"maxEpochs": 2, "maskedVariants": 1, "controls": 0, **change})
        found.append({"request": request, "graphModel": daemon.ask("vrx/train", request)["graphModel"]})
    return found


def make_identities(vrxd: str) -> None:
    """Makes identities.json."""
    identities: Dict[str, Any] = {}
    with Daemon(vrxd, "models.sqlite") as daemon:
        identities["models"] = model_identities(daemon)
    model = identities["models"][0]["model"]
    identities["classes"] = class_identities(vrxd, model)
    query = "SELECT model, number, recipe FROM class ORDER BY number"
    identities["classesOfBank"] = [
        {"model": owner, "class": number, "recipe": recipe} for owner, number, recipe in rows(OUT / "bank.sqlite", query)
    ]
    # What the first explanation alone has left.
    identities["stagesOfExplain"] = stage_rows(OUT / "bank.sqlite")
    shutil.copyfile(OUT / "bank.sqlite", FOLDER / "graphs.sqlite")
    with Daemon(vrxd, "graphs.sqlite") as daemon:
        daemon.ask("model/load", load())
        identities["graphs"] = graph_identities(daemon, model)
    identities["images"] = {
        str(path.relative_to(FOLDER)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(FOLDER.rglob("*.png"))
    }
    write("identities.json", identities)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vrxd", help="the executable of the earlier daemon")
    vrxd = str(Path(parser.parse_args().vrxd).resolve())
    described = json.loads(subprocess.run([vrxd, "scenes", "--print-model"], capture_output=True, check=True).stdout)
    FOLDER.mkdir()
    try:
        shutil.copyfile(described["model"], FOLDER / "scenes.onnx")
        shutil.copyfile(described["labels"], FOLDER / "labels.json")
        drawing = [text for name, value in SCENES.items() for text in (name, str(value))]
        subprocess.run([vrxd, "scenes", "--out", str(FOLDER), *drawing], check=True, stdout=subprocess.DEVNULL)
        OUT.mkdir(exist_ok=True)
        make_bank(vrxd)
        make_spelling(vrxd)
        make_identities(vrxd)
    finally:
        shutil.rmtree(FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
