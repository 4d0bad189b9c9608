"""The Python client and the real vrxd, with the network and the scenes that it embeds."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List

from support import PYTHON_FOLDER, FolderCase, real_daemon, runs, wait_until, write_png

import vrx
from vrx import demo

SCENES_PER_CLASS = 30
RANDOM_SCENES = 80
HELD_OUT_SCENES = 2
#: Options that keep a discovery within seconds.
QUICK = {"random_sets": 10, "random_set_size": 8, "clusters": 10, "restarts": 1, "significance": 0.2}
#: Options with which a discovery takes far longer than any test waits.
SLOW = {"random_sets": 20, "restarts": 1000}


def setUpModule() -> None:
    """Draws the scenes once."""
    global folder, model, classes
    folder = tempfile.TemporaryDirectory(prefix="vrx-test-scenes-")
    unittest.addModuleCleanup(folder.cleanup)
    command = [real_daemon()]
    model = demo.embedded_model(command)
    counts = {"per_class": SCENES_PER_CLASS, "random": RANDOM_SCENES, "held_out": HELD_OUT_SCENES}
    classes = demo.draw_scenes(command, Path(folder.name), seed=1, **counts)


class DaemonCase(FolderCase):
    """A test with a client of the real daemon."""

    def setUp(self) -> None:
        super().setUp()
        self.client = vrx.Client(real_daemon())
        self.addCleanup(self.client.close)

    def load(self) -> vrx.Model:
        return self.client.load_model(**model)

    def error_of(self, method: str, params: Dict[str, Any]) -> vrx.VRXError:
        with self.assertRaises(vrx.VRXError) as caught:
            self.client.request(method, params, timeout=30)
        self.assertNotIsInstance(caught.exception, vrx.DaemonError)
        return caught.exception

    def child(self, script: str) -> subprocess.Popen:
        """A Python process that uses the client; its arguments are the daemon and the folder of scenes."""
        prelude = textwrap.dedent(
            """
            import sys, time, vrx
            from pathlib import Path
            from vrx import demo
            client = vrx.Client(sys.argv[1])
            model = client.load_model(**demo.embedded_model([sys.argv[1]]))
            print(client.process_id, flush=True)
            def discover(progress=None):
                scenes = Path(sys.argv[2])
                return client.discover(model, sys.argv[3], sys.argv[4], scenes / "random", progress=progress, **SLOW)
            """
        ).replace("SLOW", repr(SLOW))
        images = str(classes[0].images[0].parent)
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                prelude + textwrap.dedent(script),
                real_daemon(),
                folder.name,
                classes[0].name,
                images,
            ],
            env={**os.environ, "PYTHONPATH": str(PYTHON_FOLDER)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.kill)
        return process


class Lifecycle(DaemonCase):
    def test_the_handshake_names_the_daemon(self) -> None:
        self.assertEqual(self.client.server_info["name"], "vrxd")
        self.assertTrue(self.client.server_info["version"])
        self.assertTrue(self.client.protocol_version)
        self.assertTrue(runs(self.client.process_id))

    def test_closing_ends_the_process_at_once(self) -> None:
        start = time.monotonic()
        self.client.close()
        self.assertLess(time.monotonic() - start, 2)
        self.assertFalse(runs(self.client.process_id))

    def test_a_workspace_that_cannot_be_is_refused(self) -> None:
        try:
            client = vrx.Client(real_daemon(), workspace="/proc/nowhere/bank.vrx")
        except vrx.VRXError as error:
            self.assertTrue(error.message)
        else:
            # A daemon without a workspace may ignore it, but must work.
            with client:
                self.assertIsInstance(client.status(), dict)

    def test_a_killed_daemon_fails_what_was_under_way(self) -> None:
        network = self.load()
        one = classes[0]
        call = self.client.start(
            "vrx/discover",
            {
                "model": network.id,
                "class": one.name,
                "images": [str(path) for path in one.images],
                "random": [str(path) for path in one.random],
                "options": {"restarts": 1000},
            },
        )
        time.sleep(0.3)
        os.kill(self.client.process_id, signal.SIGKILL)
        start = time.monotonic()
        with self.assertRaisesRegex(vrx.DaemonError, "killed by SIGKILL"):
            call.result(10)
        self.assertLess(time.monotonic() - start, 2)
        with self.assertRaises(vrx.DaemonError):
            self.client.status()
        with vrx.Client(real_daemon()) as another:
            self.assertIsInstance(another.status(), dict)

    def test_a_killed_client_leaves_no_daemon_even_in_the_middle_of_work(self) -> None:
        process = self.child("discover(lambda value: print(value['kind'], flush=True))")
        daemon = int(process.stdout.readline())
        self.assertEqual(process.stdout.readline(), "begin\n")
        process.kill()
        process.wait(10)
        self.assertTrue(wait_until(lambda: not runs(daemon), 6))


class Errors(DaemonCase):
    def test_unknown_methods_and_missing_fields(self) -> None:
        self.assertEqual(self.error_of("vrx/paint", {}).code, -32601)
        error = self.error_of("model/classify", {"images": []})
        self.assertEqual(error.code, -32602)
        self.assertIn("model", error.message)

    def test_a_file_that_is_no_network(self) -> None:
        path = self.folder / "net.onnx"
        for content in (None, b"", b"this is no network" * 50):
            if content is not None:
                path.write_bytes(content)
            with self.assertRaises(vrx.VRXError) as caught:
                self.client.load_model(path)
            self.assertEqual(caught.exception.code, 1001)
            self.assertIn("net.onnx", caught.exception.message)

    def test_an_unknown_model(self) -> None:
        error = self.error_of("model/classify", {"model": "nothing", "images": ["/a.png"]})
        self.assertEqual(error.code, 1002)

    def test_an_unknown_class_comes_with_the_nearest(self) -> None:
        name = classes[0].name
        params = {"model": self.load().id, "class": name + "s", "images": ["/a.png"], "random": ["/b.png"]}
        error = self.error_of("vrx/discover", params)
        self.assertEqual(error.code, 1004)
        self.assertIn(name, f"{error.message} {error.data}")

    def test_too_few_images(self) -> None:
        one = classes[0]
        with self.assertRaises(vrx.VRXError) as caught:
            self.client.discover(self.load(), one.name, one.images[:1], one.random[:1], timeout=60, **QUICK)
        self.assertEqual(caught.exception.code, 1006)

    def test_explaining_before_training_says_what_is_missing(self) -> None:
        error = self.error_of("vrx/explain", {"model": self.load().id, "image": str(classes[0].images[0])})
        self.assertEqual(error.code, 1005)


class Work(DaemonCase):
    def test_the_same_bytes_are_one_model(self) -> None:
        first, second = self.load(), self.load()
        self.assertEqual(first.id, second.id)
        self.assertEqual(len(self.client.models()), 1)
        self.assertTrue(first.layers)
        self.client.unload_model(first)
        self.assertEqual(self.client.models(), [])

    def test_an_image_is_the_same_by_path_and_by_bytes(self) -> None:
        network = self.load()
        path = classes[0].held_out[0]
        results = self.client.classify(network, [path, path.read_bytes()], top_k=2)
        self.assertEqual(len(results), 2)
        self.assertEqual(results[0]["predictions"], results[1]["predictions"])
        self.assertEqual(len(results[0]["predictions"]), 2)
        self.assertEqual(results[0]["image"], str(path))

    def test_images_drawn_by_the_client_are_read(self) -> None:
        from vrx import images

        data = images.png(40, 30, 3, bytes(range(256)) * 14 + bytes(16))
        by_bytes = self.client.classify(self.load(), data)[0]["predictions"]
        path = self.folder / "drawn.png"
        path.write_bytes(data)
        self.assertEqual(by_bytes, self.client.classify(self.load(), path)[0]["predictions"])

    def test_an_unreadable_image_does_not_stop_the_others(self) -> None:
        bad = self.folder / "bad.png"
        bad.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
        good = write_png(self.folder / "good.png")
        result = self.client.request(
            "model/classify", {"model": self.load().id, "images": [str(bad), str(good)]}, timeout=30
        )
        self.assertEqual([one["image"] for one in result["results"]], [str(good)])
        self.assertEqual([one["image"] for one in result["skipped"]], [str(bad)])

    def test_discovery_tells_its_progress(self) -> None:
        reports: List[Dict[str, Any]] = []
        one = classes[0]
        result = self.client.discover(
            self.load(), one.name, one.images, one.random, progress=reports.append, timeout=120, **QUICK
        )
        self.assertEqual(result["images"], len(one.images))
        self.assertGreater(result["segments"], len(one.images))
        self.assertEqual([reports[0]["kind"], reports[-1]["kind"]], ["begin", "end"])
        shares = [report["percentage"] for report in reports if report.get("percentage") is not None]
        self.assertTrue(shares)
        self.assertEqual(shares, sorted(shares))
        for concept in result["concepts"]:
            self.assertTrue(concept["id"])
        self.assertEqual(self.client.status()["models"], 1)

    def test_cancelling_is_quick_and_the_daemon_goes_on(self) -> None:
        one = classes[0]
        network = self.load()
        began = threading.Event()
        raised: List[BaseException] = []
        ended: List[float] = []

        def work() -> None:
            try:
                call.result(120)
            except vrx.VRXError as error:
                raised.append(error)
            ended.append(time.monotonic())

        params = {
            "model": network.id,
            "class": one.name,
            "images": [str(path) for path in one.images],
            "random": [str(path) for path in one.random],
            "options": {"restarts": 1000},
        }
        call = self.client.start("vrx/discover", params, progress=lambda value: began.set())
        thread = threading.Thread(target=work)
        thread.start()
        self.assertTrue(began.wait(10))
        time.sleep(0.5)
        # Short requests are answered while the long one runs.
        start = time.monotonic()
        self.client.status(timeout=10)
        self.assertLess(time.monotonic() - start, 1)
        start = time.monotonic()
        self.assertTrue(call.cancel())
        thread.join(30)
        self.assertIsInstance(raised[0], vrx.Cancelled)
        self.assertLess(ended[0] - start, 1)
        self.assertEqual(len(self.client.classify(network, one.images[0])), 1)

    def test_control_c_cancels_and_leaves_the_daemon_usable(self) -> None:
        process = self.child(
            """
            try:
                discover(lambda value: print(value["kind"], flush=True))
            except KeyboardInterrupt:
                print("interrupted", client.status(timeout=10)["models"], flush=True)
            """
        )
        daemon = int(process.stdout.readline())
        self.assertEqual(process.stdout.readline(), "begin\n")
        start = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        lines = iter(process.stdout.readline, "")
        said = next((line for line in lines if line.startswith("interrupted")), "")
        self.assertEqual(said, "interrupted 1\n")
        self.assertLess(time.monotonic() - start, 3)
        self.assertEqual(process.wait(10), 0)
        self.assertTrue(wait_until(lambda: not runs(daemon), 5))

    def test_it_works_inside_a_running_event_loop_and_from_threads(self) -> None:
        # A notebook runs its cells inside an event loop; requests must neither need one nor disturb it.
        network = self.load()
        image = classes[0].images[0]

        async def cell() -> List[Any]:
            here = self.client.classify(network, image)
            loop = asyncio.get_running_loop()
            calls = [loop.run_in_executor(None, self.client.classify, network, image) for _ in range(4)]
            return [here, *await asyncio.gather(*calls)]

        results = asyncio.run(cell())
        self.assertEqual(len(results), 5)
        self.assertTrue(all(result == results[0] for result in results))


if __name__ == "__main__":
    unittest.main()
