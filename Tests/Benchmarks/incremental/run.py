#!/usr/bin/env python3
"""What is computed twice, and how much memory it takes: discover over the wire, cold, unchanged, and with a few more images.

Prints a table of seconds and of ratios to the cold run of the same session; ratios are what to compare between machines.
Without --assets it uses scenes that vrxd draws, with its embedded network; with --assets, a folder of networks and
photographs (models/*.onnx, images/CLASS/*, images/random/*), by default mobilenet_v2 and the class minivan.
It measures `incremental`, `starting` (an empty and a large workspace), `memory` (200 images against 2,000). With --check, the exit
code is 1 if memory grows by more than the contract's 15 %.
"""

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from materials import PREPROCESSING, ROOT  # noqa: E402
from peer import Peer  # noqa: E402

from vrx.fields import split  # noqa: E402

#: Largest allowed ratio of memory: at the largest of the sizes to that at the smallest.
MEMORY_RATIO = 1.15


class Daemon(Peer):
    """A vrxd that gets one request at a time."""

    def __init__(self, program):
        self.started = time.perf_counter()
        super().__init__([program])

    def receive(self, seconds=3600):
        return super().receive(seconds)

    def timed(self, method, parameters=None):
        """Seconds and result of a request."""
        start = time.perf_counter()
        result = self.ask(method, parameters)
        return time.perf_counter() - start, result

    def memory(self, field="VmRSS"):
        """MiB that the process has in memory, or had at most (VmHWM)."""
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Data:
    """A network, and images of one class and of anything."""

    def __init__(self, options, work, per_class, random):
        if options.assets:
            models = os.path.join(options.assets, "models")
            self.model = {
                "path": os.path.join(models, options.network + ".onnx"), "labels": os.path.join(models, "labels.json"),
                "preprocessing": split(PREPROCESSING[options.network])[1]}
            if options.layer:
                self.model["layer"] = options.layer
            self.name = options.name
            images = os.path.join(options.assets, "images")
            self.images = listing(os.path.join(images, options.name.replace(" ", "_")))
            self.random = listing(os.path.join(images, "random"))[:random]
        else:
            folder = os.path.join(work, f"scenes-{per_class}")
            subprocess.run(
                [options.vrxd, "scenes", "--out", folder, "--per-class", str(per_class), "--random", str(random),
                 "--held-out", "0", "--seed", "1"], check=True)
            described = json.loads(subprocess.check_output([options.vrxd, "scenes", "--print-model"]))
            self.model = {"path": described["model"], "labels": described["labels"], "layer": described["layer"],
                          "preprocessing": described["preprocessing"]}
            self.name = "fire engine"
            self.images = listing(os.path.join(folder, "fire_engine"))
            self.random = listing(os.path.join(folder, "random"))


def listing(folder):
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name[0] != "."]


def session(options, workspace=None, **more):
    daemon = Daemon(options.vrxd)
    parameters = {} if workspace is None else {"workspace": workspace}
    parameters.update(more)
    daemon.ask("initialize", parameters)
    return daemon


def discover(daemon, model, data, images, **options):
    return daemon.timed("vrx/discover", {
        "model": model, "class": data.name, "images": images, "random": data.random, "options": options})


def passes(result):
    """Images that went through the network for a result: patches and random images that were not reused."""
    total = result["segments"] + result["randomImages"]
    return total - result["reused"]["embeddings"]


def incremental(options, work):
    data = Data(options, work, 60, 400)
    count, more = 50, 5
    rows = []
    for repeat in range(options.repeats):
        workspace = os.path.join(work, f"incremental-{repeat}.sqlite")
        daemon = session(options, workspace)
        model = daemon.ask("model/load", data.model)["model"]
        settings = {"maxImages": count + more}
        cold, first = discover(daemon, model, data, data.images[:count], **settings)
        # The number of random images follows from a result that was reused as a whole.
        warm, again = discover(daemon, model, data, data.images[:count], **settings)
        first["randomImages"] = again["reused"]["embeddings"] - again["segments"]
        added, grown = discover(daemon, model, data, data.images[:count + more], **settings)
        grown["randomImages"] = first["randomImages"]
        clusters, other = discover(daemon, model, data, data.images[:count + more], **settings, clusters=20)
        daemon.close()
        daemon = session(options, workspace)
        daemon.ask("model/load", data.model)
        restarted, _ = discover(daemon, model, data, data.images[:count + more], **settings, clusters=20)
        after = daemon.ask("workspace/status")["misses"]
        daemon.close()
        ids = [{concept["id"] for concept in result["concepts"]} for result in (first, grown)]
        rows.append({
            "cold": cold, "unchanged": warm, "5 more": added, "other clusters": clusters, "after a restart": restarted})
        print(f"run {repeat + 1}: {first['images']} images, {first['segments']} patches, "
              f"{first['randomImages']} random images; seconds by stage {rounded(first['seconds'])}")
        print(f"  unchanged: {'all' if again['reused']['whole'] else 'not all'} reused; after a restart {after} stages "
              "were computed")
        print(f"  5 more: {passes(grown)} embeddings computed of {grown['segments'] + grown['randomImages']}; "
              f"{len(ids[0] & ids[1])} of {len(ids[0])} concepts keep their ids; {rounded(grown['seconds'])}")
        print(f"  other clusters: {other['segments'] + first['randomImages'] - other['reused']['embeddings']} "
              "embeddings computed")
    print(f"\n{'discover':20} {'seconds':>9} {'of cold':>9}")
    for name in rows[0]:
        seconds = statistics.median(row[name] for row in rows)
        ratio = statistics.median(row[name] / row["cold"] for row in rows)
        print(f"{name:20} {seconds:9.3f} {ratio:9.2%}")


def rounded(seconds):
    return {stage: round(value, 2) for stage, value in sorted(seconds.items())}


def starting(options, work):
    """Start to first response, with no workspace, a new one, and one that holds --rows rows."""
    large = os.path.join(work, "large.sqlite")
    session(options, large).close()
    database = sqlite3.connect(large)
    with database:
        size = 20_000
        database.executemany(
            "INSERT INTO stage (recipe, part, kind, size, used, content) VALUES (?, 0, 'benchmark', ?, ?, ?)",
            ((os.urandom(32), size, index, os.urandom(size)) for index in range(options.rows)))
        database.execute("UPDATE total SET value = value + ? WHERE name = 'stages'", (options.rows,))
        database.execute("UPDATE total SET value = value + ? WHERE name = 'stageBytes'", (options.rows * size,))
        database.executemany(
            "INSERT INTO image (hash, width, height, path) VALUES (?, 1, 1, '')",
            ((os.urandom(32).hex(),) for _ in range(options.rows)))
    database.close()
    print(f"\n{'milliseconds, median of 20':28} {'start to first answer':>22} {'initialize':>11} {'status':>7} {'model/list':>11}")
    for name, parameters in [
            ("no workspace", {}), ("a new workspace", {"workspace": None}),
            (f"a workspace of {os.path.getsize(large) >> 20} MiB", {"workspace": large})]:
        times, opening = [], []
        for index in range(20):
            if "workspace" in parameters and name == "a new workspace":
                parameters = {"workspace": os.path.join(work, f"new-{index}.sqlite")}
            daemon = Daemon(options.vrxd)
            opened, _ = daemon.timed("initialize", parameters)
            times.append(time.perf_counter() - daemon.started)
            opening.append(opened)
            if index == 19:
                status = statistics.median(daemon.timed("workspace/status")[0] for _ in range(50))
                listed = statistics.median(daemon.timed("model/list")[0] for _ in range(200))
            daemon.close()
        print(f"{name:28} {1000 * statistics.median(times):22.1f} {1000 * statistics.median(opening):11.1f} "
              f"{1000 * status:7.2f} {1000 * listed:11.2f}")


def memory(options, work):
    """Resident memory of a discover over all of many images, each with its own daemon and workspace."""
    print(f"\n{'images':>8} {'MiB after':>10} {'MiB at most':>12} {'seconds':>9}")
    found = {}
    data = Data(options, work, max(options.sizes), 200)
    for size in options.sizes:
        daemon = session(options, os.path.join(work, f"memory-{size}.sqlite"))
        model = daemon.ask("model/load", data.model)["model"]
        seconds, result = discover(daemon, model, data, data.images[:size], maxImages=size)
        found[size] = (daemon.memory(), daemon.memory("VmHWM"))
        print(f"{result['images']:8} {found[size][0]:10.0f} {found[size][1]:12.0f} {seconds:9.1f}")
        daemon.close()
    first, last = options.sizes[0], options.sizes[-1]
    after, at_most = (found[last][index] / found[first][index] for index in (0, 1))
    print(f"ratio {last} to {first}: {after:.2f} after, {at_most:.2f} at most")
    if options.check and max(after, at_most) > MEMORY_RATIO:
        sys.exit(f"memory grows by more than {MEMORY_RATIO - 1:.0%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["incremental", "starting", "memory"])
    parser.add_argument("--vrxd", default=str(ROOT / ".build" / "release" / "vrxd"))
    parser.add_argument("--assets", help="a folder of networks and photographs, for `incremental`")
    parser.add_argument("--network", default="mobilenet_v2", choices=sorted(PREPROCESSING))
    parser.add_argument("--layer", help="the layer; the network's default if absent")
    parser.add_argument("--name", default="minivan")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rows", type=int, default=50_000, help="rows of the large workspace, 20 KB each")
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 2000])
    parser.add_argument("--check", action="store_true", help="fail if memory grows too much")
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="vrx-incremental-")
    try:
        for name in options.parts:
            {"incremental": incremental, "starting": starting, "memory": memory}[name](options, work)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
